"""`batch` on Spark: each task works on its part of the files as a worker here would, and writes its part of the rows.

The machines of a cluster need the files and the output under the same names, and this package.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple, cast

from sciaticheck.batch.assessor import Assessor
from sciaticheck.batch.engines import has_arrow
from sciaticheck.batch.job import Job, Summary
from sciaticheck.batch.rejects import Rejects
from sciaticheck.batch.row_writer import Formatter
from sciaticheck.batch.run import note, output_for, write
from sciaticheck.batch.work import Task, Worker, look_at, tasks
from sciaticheck.errors import AnswersError, Problem
from sciaticheck.inputs.chunks import chunks
from sciaticheck.inputs.opening import opened
from sciaticheck.inputs.records import CHUNK
from sciaticheck.inputs.sources import Source
from sciaticheck.inputs.table import Table
from sciaticheck.text_file import no_records

PART = 16 << 20
"""Bytes of a plain file of text that a task works on. Other files are a task each."""

_worker: tuple[Job, Worker] | None = None
"""In a worker process of Spark, what works on its tasks."""


class Part(NamedTuple):
    """What a task works on: `size` bytes of a plain file from `start` on, or with no size a whole source."""

    number: int
    source: Source
    table: Table | None = None
    start: int = 0
    size: int = 0
    line: int = 0
    record: int = 0
    records: int = 0


def run(
    job: Job,
    sources: Sequence[Source],
    output: str,
    rejects: str | None,
    master: str,
    most: int | None = None,
    progress: Any = None,
) -> Summary:
    """Reads the sources and writes a folder of parts, which appears whole or not at all. Raises AnswersError.

    The folder takes the place of a folder, never of a file.
    """
    from sciaticheck.batch.spark import errors, session

    target = Path(os.path.realpath(output))
    if output == "-" or (target.exists() and not target.is_dir()):
        raise AnswersError([Problem("bad_output", "the spark engine writes a folder of part files; name one", output)])
    if live := [source for source in sources if source.is_live]:
        raise AnswersError([Problem("unreadable", "the spark engine reads files", source.path) for source in live])
    summary = Summary()
    beside = Path(tempfile.mkdtemp(dir=target.parent, prefix=f".{target.name}."))
    folder, before = beside / "rows", beside / "before"
    try:
        folder.mkdir()
        if progress is not None:
            progress.stage("starting Spark")
        with session(master) as spark, errors(), Rejects(rejects, job.is_raw) as bad:
            parts = list(_parts(sources, job, summary))
            context = spark.sparkContext
            work = partial(_work, job, beside, os.getcwd(), bad.output is not None, bad.is_json, bad.is_raw)
            found = context.parallelize(parts, max(len(parts), 1)).map(work).toLocalIterator(True)
            if progress is not None:
                progress.stage("tasks", len(parts))
            for number, part in enumerate(found, start=1):
                summary.add(part, most)
                _gather(beside / _rejects_of(number - 1, bad.is_json), bad)
                if progress is not None:
                    progress(summary.read, number)
        if target.exists():
            os.replace(target, before)
        os.replace(folder, target)
    finally:
        if before.exists() and not target.exists():
            os.replace(before, target)
        shutil.rmtree(beside, ignore_errors=True)
    return summary


def _rejects_of(number: int, is_json: bool) -> str:
    return f"rejects-{number:05}{'.jsonl' if is_json else ''}"


def _gather(file: Path, bad: Rejects) -> None:
    """Moves the rejects of a part to those of all."""
    if bad.output and file.exists():
        with file.open("rb") as lines:
            shutil.copyfileobj(lines, cast(Any, bad.output))
        file.unlink()


def _parts(sources: Sequence[Source], job: Job, summary: Summary) -> Iterator[Part]:
    """The parts of all sources. Plain files of text are read through once, to see where records end."""
    number = 0
    for source in sources:
        found = look_at(source, job)
        note(found, job, summary)
        source, table = found
        if source.kind not in ("csv", "jsonl") or source.packed:
            yield Part(number, source, table)
            number += 1
            continue
        first = number
        try:
            for chunk in _long_chunks(source, table):
                yield chunk._replace(number=number)
                number += 1
            if number == first:
                summary.stopped.append(no_records(source.path))
        except AnswersError as error:
            summary.stopped += error.problems


def _long_chunks(source: Source, table: Table | None) -> Iterator[Part]:
    with opened(source) as (stream, _):
        lines, sign = (table.lines, table.separator) if table else (0, ",")
        for _ in range(lines):
            stream.readline()
        start = stream.tell()
        for chunk in chunks(stream, source, lines, PART, sign):
            # Of a line that is too long a chunk only has the beginning.
            size = _length_of_line(source.path, start) if chunk.is_too_long else len(chunk.data)
            yield Part(0, source, table, start, size, chunk.line, chunk.record, chunk.records)
            start += size


def _length_of_line(path: str, start: int) -> int:
    """The length of the line that begins at a place in a file."""
    length = 0
    with open(path, "rb") as file:
        file.seek(start)
        while piece := file.readline(CHUNK):
            length += len(piece)
            if piece.endswith(b"\n"):
                break
    return length


class _Span:
    """So many bytes of a file, as a stream."""

    def __init__(self, file: Any, size: int) -> None:
        self.file, self.left = file, size

    def read(self, size: int) -> bytes:
        """The next bytes; fewer at the end."""
        data: bytes = self.file.read(min(size, self.left))
        self.left -= len(data)
        return data


def _work(job: Job, beside: Path, here: str, has_rejects: bool, is_json: bool, is_raw: bool, part: Part) -> Summary:
    """Works on a part, and writes its rows and rejects beside those of the others."""
    global _worker
    os.chdir(here)  # paths may begin here, and executors have folders of their own
    if _worker is None or _worker[0] != job:
        _worker = job, Worker(job, has_arrow())
    worker = _worker[1]
    summary = Summary()
    rejects = Rejects(str(beside / _rejects_of(part.number, is_json)) if has_rejects else None, is_raw, is_part=True)
    with rejects, output_for(job, str(beside / "rows" / f"part-{part.number:05}.{job.format}")) as out:
        if job.format == "csv":
            out.write(Formatter(job, Assessor(job.knowledge)).head())
        for done in map(worker, _tasks(part, job, summary.stopped)):
            write(done, out, rejects, summary)
    if part.records and summary.read < part.records:
        message = "has changed while it was read"
        summary.stopped.append(Problem("unreadable", message, part.source.path, part.line + 1))
    return summary


def _tasks(part: Part, job: Job, stopped: list[Problem]) -> Iterator[Task]:
    if not part.size:
        yield from tasks(part.source, job, has_arrow(), lambda found: None, stopped)
        return
    table, sign = part.table, part.table.separator if part.table else ","
    with open(part.source.path, "rb") as file:
        file.seek(part.start)
        for chunk in chunks(cast(Any, _Span(file, part.size)), part.source, part.line, CHUNK, sign):
            yield Task(part.source, chunk._replace(record=chunk.record + part.record), table)
