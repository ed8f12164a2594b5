"""A file in spans gives the records of the whole file, wherever the spans end."""

from __future__ import annotations

import random
from collections import Counter
from itertools import chain
from pathlib import Path

import pytest

from sciaticheck import Knowledge
from sciaticheck.batch import pieces, reading, spark_spans
from sciaticheck.batch.job import Job, job
from sciaticheck.batch.ready import Ready
from sciaticheck.batch.sources import Source
from sciaticheck.batch.spark_spans import records_of, spans_of, together

LONGEST = 700
"""Bytes of a record here."""


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "STEP", 256)
    for module in (pieces, spark_spans):
        monkeypatch.setattr(module, "MAX_RECORD", LONGEST)


def of_span(span: spark_spans.Span, task: Job) -> list[object]:
    """What its task reads."""
    return [*records_of(span, Ready(task), Counter())]


def csv_of(some: random.Random) -> bytes:
    lines = [b"id,note,fever"]
    odd = [b"", b'"a ""b"" c"', b'"two\nlines"', b'"open', b"x" * 800, b'"a"b']
    for number in range(some.randrange(120)):
        note = some.choice([*odd, b"x" * some.randrange(90)]) if some.random() < 0.3 else b"y"
        lines.append(b"%d,%s,%s" % (number, note, some.choice([b"no", b"yes", b"so"])))
    return b"\n".join(lines) + some.choice([b"", b"\n", b"\n\n"])


def jsonl_of(some: random.Random) -> bytes:
    kinds = ['{"fever": "no"}', '{"id": "%d", "fever": "yes"}', "", "{", '{"fever": "' + "x" * 750 + '"}', " "]
    return "\n".join(some.choice(kinds).replace("%d", str(number)) for number in range(150)).encode()


@pytest.mark.parametrize("seed", range(150))
def test_spans_hold_the_records_of_the_whole(seed: int, small: None, knowledge: Knowledge, tmp_path: Path) -> None:
    some = random.Random(seed)
    kind = some.choice(["csv", "csv", "jsonl"])
    path = tmp_path / f"in.{kind}"
    path.write_bytes(csv_of(some) if kind == "csv" else jsonl_of(some))
    task = job(knowledge, keep=["note"] if kind == "csv" else [])
    source = Source(str(path), "in", kind)
    whole = of_span(spark_spans.Span(source, 0, 0), task)
    spans, lines = spans_of([source, source], task, some.choice([1, 300, 2000]))
    assert [span.number for span in spans] == [*range(len(spans))]
    for number in (0, 1):
        assert [*chain.from_iterable(of_span(span, task) for span in spans if span.of == number)] == whole
    assert lines is not None
    assert lines >= 2 * len(whole)
    assert [*chain.from_iterable(together(spans, 1000))] == spans
