"""Pieces by processes: the same rows, whatever becomes of the processes, and none of them left behind."""

from __future__ import annotations

import errno
import io
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, BinaryIO

import pytest
from conftest import environment

from random_records import csv_bytes, jsonl_bytes
from sciaticheck import Knowledge
from sciaticheck.batch import batch, engines, pieces, reading
from sciaticheck.batch.job import Done, Job, Summary, job
from sciaticheck.batch.pieces import Cut, Piece
from sciaticheck.batch.ready import Ready
from sciaticheck.batch.sources import Source, sources
from sciaticheck.errors import AnswersError

pytest.importorskip("duckdb")

from sciaticheck.batch import duckdb as engine
from sciaticheck.batch import workers


def the_same(task: Job, found: Sequence[Source], folder: Path) -> Summary:
    """What is said of a batch that DuckDB and the stream engine write to the same bytes."""
    written = {}
    for name in ("duckdb", "stream"):
        out, rejects = folder / f"out.{name}", folder / f"rejects.{name}.jsonl"
        summary = batch.run(task, found, str(out), str(rejects), name)
        written[name] = out.read_bytes(), rejects.read_bytes(), summary
    assert written["duckdb"] == written["stream"]
    return summary


def made_of(path: Path, step: int, task: Job) -> list[Piece]:
    """The pieces of JSON Lines that are read in such steps."""
    with workers.Workers(task, processes=False) as nobody, path.open("rb") as file:
        whole = engine.Pieces(Ready(task), sources([str(path)])[0], None, nobody)
        return list(whole.pieces(pieces.cuts(file, whole.source, step, at=0), 1 << 20))


@pytest.mark.parametrize("kind", ["csv", "jsonl"])
@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize(
    "between", [b"", b"\n", b"x\ry\n"], ids=["in order", "a blank line", "a line end of another kind"]
)
def test_processes_write_the_same_bytes(
    kind: str, packed: bool, between: bytes, knowledge: Knowledge, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    import gzip

    data = (
        csv_bytes(3, 2000, knowledge, ["id", *knowledge.questions])
        if kind == "csv"
        else jsonl_bytes(3, 2000, knowledge)
    )
    middle = data.index(b"\n", len(data) // 2) + 1
    data = data[:middle] + between + data[middle:]
    path = tmp_path / f"records.{kind}{'.gz' if packed else ''}"
    path.write_bytes(gzip.compress(data) if packed else data)
    monkeypatch.setattr(engines, "LARGE", 0)
    monkeypatch.setattr(engine, "PIECES", {"csv": 200_000, "jsonl": 800_000})
    monkeypatch.setattr(reading, "STEP", 15_000)  # so that pieces are put together
    found = sources([str(path)])
    the_same(batch.check(found, job(knowledge, format=kind)), found, tmp_path)


def test_files_are_worked_on_side_by_side_and_written_in_order(
    knowledge: Knowledge, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    import gzip

    parts = [jsonl_bytes(seed, 40, knowledge) for seed in range(6)]
    parts[1] = b"\n\n" + parts[1]  # fewer records than lines
    for number, part in enumerate(parts):
        (tmp_path / f"part-{number}.jsonl").write_bytes(part)
    (tmp_path / "part-2.jsonl.gz").write_bytes(gzip.compress(parts[2])[:-30])
    (tmp_path / "part-4.csv").write_bytes(csv_bytes(9, 40, knowledge, ["id", *knowledge.questions]))
    monkeypatch.setattr(engines, "LARGE", 0)
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    monkeypatch.setattr(reading, "STEP", 2000)  # so that part-2.jsonl.gz has some records before it breaks off
    found = sources([str(tmp_path)])
    task = batch.check(found, job(knowledge))
    summary = the_same(task, found, tmp_path)
    assert len(summary.stopped) == 1
    assert summary.read > 7 * 40

    with workers.Workers(task, processes=True) as pool:
        begun: list[str] = []
        begin = pool.begin
        monkeypatch.setattr(pool, "begin", lambda piece: begun.append(piece.source.name) or begin(piece))
        first = next(reading.results(Ready(task), found, pool, {}))
        assert (first.source.name, begun) == ("part-0", ["part-0", "part-1"])
        assert first.done().records == 40


@pytest.mark.parametrize("most", [3, 1000])
def test_pieces_have_no_more_records_than_they_may(
    most: int, knowledge: Knowledge, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    path = tmp_path / "short.jsonl"
    path.write_text('{"fever":"no"}\n' * 20)
    monkeypatch.setattr(engine, "RECORDS", {"csv": most})
    found = made_of(path, 40, job(knowledge))
    assert sum(one.records for one in found) == 20
    assert max(one.records for one in found) == min(most, 20)


@pytest.mark.parametrize("name", ["duckdb", "stream"])
def test_what_stands_before_a_fault_of_the_disk_is_written(
    name: str, knowledge: Knowledge, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    path, out = tmp_path / "some.jsonl", tmp_path / "out.csv"
    path.write_text('{"fever":"no"}\n' * 1000)
    monkeypatch.setattr(reading, "STEP", 1500)
    read = pieces.cuts

    def failing(stream: BinaryIO, *arguments: Any, **more: Any) -> Iterator[Cut]:
        class Failing(io.BufferedReader):
            def read(self, size: int | None = -1, /) -> bytes:
                if self.tell() > 6000:
                    raise OSError(errno.EIO, "Input/output error")
                return super().read(size)

        return read(Failing(stream.raw), *arguments, **more)  # type: ignore[attr-defined]

    monkeypatch.setattr(reading, "cuts", failing)
    found = sources([str(path)])
    summary = batch.run(batch.check(found, job(knowledge)), found, str(out), None, name)
    assert (summary.read, [problem.code for problem in summary.stopped]) == (500, ["unreadable"])
    assert out.read_bytes().count(b"\n") == 501


def test_a_too_long_line_does_not_part_what_follows_it(
    knowledge: Knowledge, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    path = tmp_path / "some.jsonl"
    path.write_text('{"fever":"no"}\n' * 100 + " " * 5000 + "\n" + '{"fever":"no"}\n' * 1000)
    monkeypatch.setattr(pieces, "MAX_RECORD", 1000)
    found = made_of(path, 600, job(knowledge))
    assert [one.records for one in found] == [100, 0, 1000]
    assert b"".join(found[-1].parts()) == b'{"fever":"no"}\n' * 1000


@pytest.fixture
def pool(knowledge: Knowledge) -> Iterator[workers.Workers]:
    with workers.Workers(job(knowledge), processes=True) as made:
        yield made


def piece(path: Path, at: int | None = None) -> Piece:
    data = b"a,no\nb,yes\nc,maybe\n"
    cut = Cut(data if at is None else b"", 1, 3, at=at)
    return Piece(sources([str(path)])[0], ("id", "fever"), cut, 0, 3, len(data))


def done(pool: workers.Workers, piece: Piece) -> Done:
    found = pool.begin(piece)
    return found if isinstance(found, Done) else found.result(timeout=60)


def test_a_process_that_is_gone_is_done_without(pool: workers.Workers, tmp_path: Path) -> None:
    path = tmp_path / "some.csv"
    path.write_text("id,fever\n")
    before = done(pool, piece(path))
    assert (before.records, before.tally.total(), [reject.record for reject in before.rejects]) == (3, 2, [3])
    for one in pool.processes:
        one.process.kill()
        one.process.wait()
    assert done(pool, piece(path)) == before


def test_the_bytes_come_from_the_file(pool: workers.Workers, tmp_path: Path) -> None:
    path = tmp_path / "some.csv"
    path.write_text("id,fever\n")
    given = piece(path)
    path.write_bytes(b"id,fever\n" + given.cut.data)
    assert done(pool, piece(path, at=9)) == done(pool, given)


@pytest.mark.parametrize("part", [1, 7, 20, 1000])
def test_parts_are_whole_lines_and_together_the_piece(
    part: int, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    path = tmp_path / "some.jsonl"
    lines = b"".join(b"{%s}\n" % (b" " * size) for size in (0, 1, 30, 2, 0, 9))
    path.write_bytes(b"{before}\n" + lines + b"{behind}\n")
    monkeypatch.setattr(pieces, "PART", part)
    one = Piece(sources([str(path)])[0], None, Cut(b"", 1, 6, at=9), 0, 6, len(lines))
    parts = list(one.parts())
    assert b"".join(parts) == lines
    assert all(text.endswith(b"\n") for text in parts)
    assert one.between([(0, 3), (3, 7)]) == [b"{}\n", b"{ }\n"]


def test_a_file_that_became_shorter_is_one_clear_problem(pool: workers.Workers, tmp_path: Path) -> None:
    path = tmp_path / "some.csv"
    path.write_text("id,fever\n")
    there = piece(path, at=9)
    for _ in range(2):
        with pytest.raises(AnswersError) as caught:
            done(pool, there)
        assert str(caught.value) == f"{path}:2: has changed while it was read"
        path.unlink(missing_ok=True)


def test_what_a_process_raises_is_raised_here(knowledge: Knowledge, tmp_path: Path) -> None:
    path = tmp_path / "some.csv"
    path.write_text("id,fever\n")
    broken = job(knowledge)._replace(wanted=("no such column",))
    with workers.Workers(broken, processes=True) as pool, pytest.raises(ValueError, match="no such column"):
        done(pool, piece(path))


def big(folder: Path) -> Path:
    """A file so large that it is worked on by processes, for some seconds."""
    path = folder / "many.csv"
    path.write_text("id,fever\n" + "p000000001,no\n" * 6_000_000)
    return path


def children(process: int) -> set[int]:
    """The processes that another started, and those that these did."""
    own: set[int] = set()
    for path in Path(f"/proc/{process}/task").glob("*/children"):
        with suppress(OSError):  # the thread has ended
            own.update(map(int, path.read_text().split()))
    return own.union(*map(children, own))


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT, signal.SIGTERM])
def test_no_process_is_left_behind(number: signal.Signals, tmp_path: Path) -> None:
    (tmp_path / "out.csv").write_text("old")
    command = [sys.executable, "-m", "sciaticheck", "batch", str(big(tmp_path)), "-o", "out.csv", "--engine", "duckdb"]
    process = subprocess.Popen(
        command, cwd=tmp_path, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True
    )
    end = time.monotonic() + 60
    while len(started := children(process.pid)) < 2:
        assert time.monotonic() < end
        time.sleep(0.05)
    if number == signal.SIGINT:
        os.killpg(process.pid, number)  # as a terminal does it
    else:
        process.send_signal(number)
    _, said = process.communicate(timeout=60)
    while any(Path(f"/proc/{pid}").exists() for pid in started):
        assert time.monotonic() < end
        time.sleep(0.05)
    assert (tmp_path / "out.csv").read_text() == "old"
    assert b"Traceback" not in said
