"""Whatever the bytes: both engines write the same rows and rejects, and nothing but AnswersError is raised."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from sciaticheck import Knowledge, load_knowledge
from sciaticheck.batch import batch, reading
from sciaticheck.batch.job import Job, job
from sciaticheck.batch.sources import sources
from sciaticheck.errors import AnswersError
from sciaticheck.rules.criterion import questions

pytest.importorskip("duckdb")

EXAMPLES = int(os.environ.get("SCIATICHECK_EXAMPLES", "40"))
"""Of each test and kind; above 150 they are new ones each time."""

SEEDS = [path.read_bytes() for path in sorted((Path(__file__).parents[1] / "bad_data").iterdir()) if path.is_file()]
WORDS = [
    b"id", b"fever", b"back_pain", b"both_legs", b"both_legs_new", b"answers", b"yes", b"no", b"unsure", b"Not Sure",
    b"\n", b"\n", b"\r\n", b"\r", b" ", b",", b",", b'"', b'""', b'","', b"{", b"}", b":", b"[", b"]", b"null", b"true",
    b"1", b"1.0", b"-0", b"1e0", b"\\u0000", b"\\ud800", b"\\", b"\0", b"\x01", b"\x0b", b"\x0c", b"\x1c", b"\x85",
    b"\xff", b"\xc2\xa0", b"\xe2\x80\xa8", b"\xef\xbb\xbf", b"\xf0\x9f\x98\x80", b"=", b"#", b"'", b"//", b"NaN", b"%s",
    b'{"fever":"no"}', b'{"id":"a","fever" : "yes"}\n', b'{"fever":null}\n', b"a,no,yes\n", b"b,,\n", b'"c\nd",no,\n',
]  # fmt: skip
HEADS = {"csv": b"id,fever,back_pain\n", "jsonl": b""}
FULL = {"csv": b"a,no,yes\n" * 3, "jsonl": b'{"id":"a","fever":"no"}\n' * 3}


@st.composite
def contents(draw: st.DrawFn, kind: str) -> bytes:
    """Any bytes, words that matter in any order, or a seed with some of its bytes changed."""
    some = st.lists(st.sampled_from(WORDS), max_size=25).map(b"".join)
    start = draw(st.sampled_from((HEADS[kind], HEADS[kind] + FULL[kind], b"")))
    return start + draw(
        st.binary(max_size=80) | some | some | mutated(FULL[kind]) | st.sampled_from(SEEDS).flatmap(mutated)
    )


def mutated(seed: bytes) -> st.SearchStrategy[bytes]:
    def changed(changes: Sequence[tuple[int, int, bytes]]) -> bytes:
        data = seed
        for place, length, new in changes:
            at = place % (len(data) + 1)
            data = data[:at] + new + data[at + length :]
        return data

    change = st.tuples(st.integers(0, 200), st.integers(0, 3), st.sampled_from(WORDS) | st.binary(max_size=2))
    return st.lists(change, max_size=4).map(changed)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("any")


FEW = {"fever", "back_pain", "both_legs", "both_legs_new", "leg_weakness", "weakness_worsening"}


@pytest.fixture(scope="module")
def small() -> Knowledge:
    """As much of the knowledge as these questions decide: its query takes a tenth of the time."""
    known = load_knowledge()
    signs = {
        name: tuple(sign for sign in condition.signs if FEW.issuperset(questions(sign.when)))
        for name, condition in known.conditions.items()
    }
    return replace(
        known,
        questions={name: question for name, question in known.questions.items() if name in FEW},
        red_flags={name: flag for name, flag in known.red_flags.items() if FEW.issuperset(questions(flag.when))},
        conditions={
            name: replace(known.conditions[name], signs=tuple(found)) for name, found in signs.items() if found
        },
    )


def outcome(task: Job, path: Path, engine: str) -> Any:
    """All that a batch wrote and said, or the problems for which it wrote nothing."""
    out, bad = path.with_name("out"), path.with_name("rejects.jsonl")
    found = sources([str(path)])
    try:
        summary = batch.run(batch.check(found, task), found, str(out), str(bad), engine)
    except AnswersError as error:
        return error.problems
    return out.read_bytes(), bad.read_bytes(), summary


@pytest.mark.parametrize("kind", ["csv", "jsonl"])
@given(data=st.data(), format=st.sampled_from(["csv", "jsonl"]))
@settings(max_examples=EXAMPLES, deadline=None, database=None, derandomize=EXAMPLES <= 150)
def test_any_bytes_give_the_same_rows_and_rejects(
    kind: str, format: str, folder: Path, small: Knowledge, data: st.DataObject
) -> None:
    path = folder / f"any.{kind}"
    path.write_bytes(data.draw(contents(kind)))
    task = job(small, format=format)
    stream = outcome(task, path, "stream")
    assert outcome(task, path, "duckdb") == stream
    if isinstance(stream[0], bytes):
        rows, rejects, summary = stream
        assert summary.read == summary.written + summary.rejected
        assert len({json.loads(line)["record"] for line in rejects.splitlines()}) == summary.rejected
        if format == "jsonl":
            assert len([json.loads(line) for line in rows.splitlines()]) == summary.written
        rows.decode()


@pytest.mark.parametrize("kind", ["csv", "jsonl"])
@given(data=st.data())
@settings(max_examples=EXAMPLES, deadline=None, database=None, derandomize=EXAMPLES <= 150)
def test_what_comes_out_does_not_hang_on_where_a_piece_ends(
    kind: str, folder: Path, small: Knowledge, data: st.DataObject
) -> None:
    path = folder / f"cut.{kind}"
    path.write_bytes(data.draw(contents(kind)))
    task = job(small, format="jsonl")
    whole = outcome(task, path, "stream")
    for size in data.draw(st.lists(st.integers(1, 40), min_size=1, max_size=3)):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(reading, "STEP", size)
            assert outcome(task, path, "stream") == whole
