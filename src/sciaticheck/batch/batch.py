"""Many records from files to files: what is checked before, what is written, and that nothing is lost on the way."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from contextlib import ExitStack

from sciaticheck.batch.engines import workers_for
from sciaticheck.batch.header import header
from sciaticheck.batch.job import Job, Summary, Tally, header_of, remember
from sciaticheck.batch.output import Output, Rejects
from sciaticheck.batch.progress import Progress
from sciaticheck.batch.reading import results
from sciaticheck.batch.ready import Ready
from sciaticheck.batch.rows import columns
from sciaticheck.batch.sources import Source, opened
from sciaticheck.errors import AnswersError, Problem
from sciaticheck.errors import shown as quoted

OF_FORM = ("answers", "resourceType")
"""Keys of JSON Lines that say how a record is written: not to be kept."""


def check(sources: Sequence[Source], job: Job) -> Job:
    """Opens every file and reads its header, before any work. Returns the job with all kept columns named.

    Raises AnswersError with the problems of all files.
    """
    problems: list[Problem] = []
    kept = list(job.keep)
    missing: dict[str, None] = {}
    for source in sources:
        if job.kept_all and (source.live or source.kind == "jsonl"):
            what = "what comes through a pipe has no columns yet" if source.live else "JSON Lines has no columns"
            problems.append(Problem("unknown_column", f"--keep '*': {what}; name those to keep", source.path))
        if source.kind not in ("csv", "parquet"):
            problems += [
                Problem("unknown_column", f"--keep: {quoted(name)} says of JSON Lines what a record is", source.path)
                for name in OF_FORM
                if name in job.keep
            ]
        if source.live:
            continue
        try:
            if source.kind == "parquet":
                from sciaticheck.batch.parquet import columns_of

                found = header_of(columns_of(source), source.path, job)
            else:
                with opened(source) as stream:
                    if source.kind != "csv":
                        continue
                    found = header(source, job, stream)[0].header
        except AnswersError as error:
            problems += error.problems
            continue
        missing |= dict.fromkeys(name for name in job.knowledge.questions if name not in found)
        if job.kept_all:
            extra = [name for name in found if name != "id" and name not in job.knowledge.questions]
            kept += [name for name in extra if name not in kept]
            problems += [
                Problem("unknown_column", f"--keep '*': column {quoted(name)} has the name of a result", source.path, 1)
                for name in extra
                if name in columns(job.knowledge)
            ]
    if problems:
        raise AnswersError(problems)
    return job._replace(keep=tuple(kept), unasked=tuple(missing))


def run(
    job: Job,
    sources: Sequence[Source],
    output: str,
    rejects: str | None,
    engine: str,
    max_rejects: int | None = None,
    progress: Progress | None = None,
) -> Summary:
    """Reads all sources and writes the rows. Raises AnswersError where nothing can be written, OSError likewise.

    Where reading stops half-way the rows so far are written and `stopped` says why.
    """
    if job.format == "parquet" and len(sources) == 1 and sources[0].kind == "parquet":
        from sciaticheck.batch.parquet import file_to_file

        with Rejects(rejects, job.raw, max_rejects) as bad:
            return file_to_file(job, sources[0], output, bad, progress)
    tally: Tally = Counter()
    stopped: list[Problem] = []
    broken: list[Source] = []
    notes: Counter[Problem] = Counter()
    missing = dict.fromkeys(job.unasked)
    read = written = 0
    with ExitStack() as stack:
        out = stack.enter_context(_output(job, output))
        bad = stack.enter_context(Rejects(rejects, job.raw, max_rejects))
        ready = Ready(job)
        out.write(ready.face.head())
        workers = stack.enter_context(workers_for(job, sources)) if engine == "duckdb" else None
        for one in results(ready, sources, workers, missing):
            if one.source in broken:
                continue
            try:
                done = one.done()
            except AnswersError as error:
                broken.append(one.source)
                stopped += error.problems
                continue
            out.write(done.text)
            if one.live:
                out.flush()
            bad.add(done.rejects)
            read += done.records
            written += done.tally.total()
            tally += done.tally
            remember(notes, done.notes.items())
            if progress:
                progress(read, one.position)
        bad.account(read, written)
    return Summary(read, written, bad.records, tally, bad.reasons, bad.shown, stopped, tuple(missing), notes)


def _output(job: Job, path: str) -> Output:
    if job.format != "parquet":
        return Output(path)
    from sciaticheck.batch.parquet_output import ParquetOutput

    return ParquetOutput(path, job)
