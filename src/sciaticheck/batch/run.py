"""Many records from files to a file: the checks before, the writing, and the count that shows that none is lost."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from functools import partial
from itertools import groupby
from typing import Any

from sciaticheck.batch.assessor import Assessor
from sciaticheck.batch.done import Done
from sciaticheck.batch.engines import LARGE, size_of
from sciaticheck.batch.job import Job, Summary
from sciaticheck.batch.output import Output, ParquetOutput
from sciaticheck.batch.pool import Pool
from sciaticheck.batch.rejects import Rejects
from sciaticheck.batch.row_writer import Formatter
from sciaticheck.batch.rows import columns
from sciaticheck.batch.work import Opened, Task, look_at, make_worker, tasks
from sciaticheck.errors import AnswersError, Problem, shown
from sciaticheck.inputs.sources import Source
from sciaticheck.text_file import no_records

# Before Arrow is loaded; holds a quarter less than its own.
os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "system")

Progress = Callable[[int, int], None]
"""Called with the records and the stored bytes read so far."""

OF_FORM = ("answers", "resourceType")
"""Keys of JSON Lines that say how a record is written: not to be kept."""


def note(found: Opened, job: Job, summary: Summary) -> None:
    """Adds what is to be known of a table before its records are read."""
    if found.table is not None:
        summary.notes.update(found.table.notes)
        has = found.table.columns
        summary.unasked |= dict.fromkeys(name for name in job.knowledge.questions if name not in has)


def prepare(sources: Sequence[Source], job: Job, refused: list[Problem]) -> tuple[Job, list[Source]]:
    """Opens every file and reads its header before any work: the job with all kept columns named, and what files are.

    Adds to `refused` why files cannot be read. Raises AnswersError with all of it if none can.
    """
    problems: list[Problem] = []
    keep = dict.fromkeys(job.keep)
    found: list[Source] = []
    for source in sources:
        if source.is_live:
            if job.keep_all:
                message = "--keep '*': what comes through a pipe has no columns yet; name those to keep"
                problems.append(Problem("unknown_column", message, source.path))
            found.append(source)
            continue
        try:
            known, table = look_at(source, job)
        except AnswersError as error:
            refused += error.problems
            continue
        found.append(known)
        if known.kind == "jsonl":
            problems += _of_json_lines(job, known)
        elif job.keep_all and table:
            extra = [name for name in table.columns if name != "id" and name not in job.knowledge.questions]
            keep |= dict.fromkeys(extra)
            problems += [
                Problem("unknown_column", f"--keep '*': column {shown(name)} has the name of a result", source.path, 1)
                for name in extra
                if name in columns(job.knowledge)
            ]
    if problems or not found:
        raise AnswersError([*refused, *problems])
    return job._replace(keep=tuple(keep)), found


def _of_json_lines(job: Job, source: Source) -> Iterator[Problem]:
    if job.keep_all:
        message = "--keep '*': JSON Lines has no columns; name those to keep"
        yield Problem("unknown_column", message, source.path)
    for name in job.keep:
        if name in OF_FORM:
            yield Problem("unknown_column", f"--keep: {shown(name)} says of JSON Lines what a record is", source.path)


def output_for(job: Job, path: str) -> Output:
    """Where the rows go, in the format of the job."""
    if job.format != "parquet":
        return Output(path)
    return ParquetOutput(path, schema(job))


def schema(job: Job) -> Any:
    """The columns of Parquet, and their types."""
    import pyarrow as pa

    kinds = {"complete": pa.bool_(), "red_flags": pa.list_(pa.string())}
    fields = [
        (name, kinds.get(name, pa.float64() if name.startswith("score_") else pa.string())) for name in job.columns
    ]
    return pa.schema([*fields, *((name, pa.string()) for name in job.keep)])


def run(
    job: Job,
    sources: Sequence[Source],
    output: str,
    rejects: str | None,
    engine: str,
    max_rejects: int | None = None,
    progress: Progress | None = None,
) -> Summary:
    """Reads all sources and writes the rows. Raises AnswersError if nothing can be written, OSError likewise.

    If a source cannot be read on, the rows so far are written and `stopped` says why.
    """
    summary, before = Summary(), 0
    seen = partial(note, job=job, summary=summary)
    with ExitStack() as stack:
        out = stack.enter_context(output_for(job, output))
        bad = stack.enter_context(Rejects(rejects, job.is_raw))
        if job.format == "csv":
            out.write(Formatter(job, Assessor(job.knowledge)).head())
        for (by_columns, kind), group in groupby(sources, key=partial(_how, engine, sources, job)):
            make = partial(make_worker, job, by_columns)
            with Pool[Task, Done](make, kind) as pool:
                for source in group:
                    read, stopped = summary.read, len(summary.stopped)
                    for done in pool.map(tasks(source, job, by_columns, seen, summary.stopped)):
                        write(done, out, bad, summary, max_rejects)
                        if source.is_live:
                            out.flush()
                        if progress:
                            progress(summary.read, before + done.position)
                    if (summary.read, len(summary.stopped)) == (read, stopped):
                        summary.stopped.append(no_records(source.path))
                    before += source.size or 0
    return summary


def write(done: Done, out: Output, bad: Rejects, summary: Summary, most: int | None = None) -> None:
    """Writes what came of a chunk, and counts it. Raises AnswersError if more than `most` records are rejected."""
    if len(done.rows):
        out.write(done.rows)
    bad.add(done.rejects)
    summary.add(done.summary, most)


def _how(engine: str, sources: Sequence[Source], job: Job, source: Source) -> tuple[bool, str]:
    """Whether a source is read by columns, and the kind of the pool."""
    by_columns = engine == "columns" and source.kind in ("csv", "parquet", "") and job.by_columns
    if source.is_live:
        return by_columns, "alone"
    if by_columns:
        return True, "threads"
    is_large = size_of([other for other in sources if not other.is_live]) >= LARGE
    return False, "processes" if is_large and source.kind in ("csv", "jsonl") else "alone"
