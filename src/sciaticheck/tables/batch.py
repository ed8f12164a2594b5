"""Many records from files to files: which engine does it, in what order, and that nothing is lost on the way."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, nullcontext
from typing import TYPE_CHECKING, Any, BinaryIO

from sciaticheck.answers.limits import MAX_RECORD
from sciaticheck.answers.mapping import Layout
from sciaticheck.errors import AnswersError, Problem
from sciaticheck.errors import shown as quoted
from sciaticheck.tables.engines import workers_for
from sciaticheck.tables.header import Again, header
from sciaticheck.tables.job import SHOWN, Done, Job, Summary, Tally, header_of, too_many
from sciaticheck.tables.output import Output, Rejects
from sciaticheck.tables.pieces import Cut, cuts
from sciaticheck.tables.ready import Ready
from sciaticheck.tables.rows import columns
from sciaticheck.tables.sources import Source, opened
from sciaticheck.tables.stream import Stream

if TYPE_CHECKING:
    from sciaticheck.tables.workers import Workers

STREAM_PIECE = 1 << 18
Progress = Callable[[int, int], None]
"""Called with the records and the stored bytes read so far."""


def check(sources: Sequence[Source], job: Job) -> Job:
    """Opens every file and reads its header, before any work. Returns the job with all kept columns named.

    Raises AnswersError with the problems of all files.
    """
    problems: list[Problem] = []
    kept = list(job.keep)
    missing: dict[str, None] = {}
    for source in sources:
        live = source.path == "-" or not os.path.isfile(source.path)
        if job.kept_all and (live or source.kind == "jsonl"):
            what = "what comes through a pipe has no columns yet" if live else "JSON Lines has no columns"
            problems.append(Problem("unknown_column", f"--keep '*': {what}; name those to keep", source.path))
        if live:
            continue
        try:
            if source.kind == "parquet":
                from sciaticheck.tables.parquet import columns_of

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
        from sciaticheck.tables.parquet import file_to_file

        with Rejects(rejects, job.raw) if rejects else nullcontext() as bad:
            return file_to_file(job, sources[0], output, bad, max_rejects)
    tally: Tally = Counter()
    reasons: Counter[str] = Counter()
    shown: list[Problem] = []
    stopped: list[Problem] = []
    notes: Counter[Problem] = Counter()
    missing = dict.fromkeys(job.unasked)
    read = written = rejected = 0
    with ExitStack() as stack:
        out = stack.enter_context(_output(job, output))
        bad = stack.enter_context(Rejects(rejects, job.raw)) if rejects else None
        out.write(job.face().head())
        workers = stack.enter_context(workers_for(job, sources)) if engine == "duckdb" else None
        ready = Ready(job)
        before = 0
        for source in sources:
            live = source.path == "-" or not os.path.isfile(source.path)
            try:
                for done, position in _done(ready, source, workers, live, missing):
                    refused = len({reject.record for reject in done.rejects})
                    out.write(done.text)
                    if live:
                        out.flush()
                    if bad:
                        bad.add(done.rejects)
                    read += done.records
                    rejected += refused
                    written += done.tally.total()
                    tally += done.tally
                    for note, times in done.notes.items():
                        if note in notes or len(notes) < SHOWN:
                            notes[note] += times
                    reasons.update(reject.problem.code for reject in done.rejects)
                    if len(shown) < SHOWN:
                        shown += [reject.problem for reject in done.rejects[: SHOWN - len(shown)]]
                    if progress:
                        progress(read, before + position)
                    if max_rejects is not None and rejected > max_rejects:
                        raise too_many(max_rejects, shown)
            except AnswersError as error:
                if error.problems[0].code == "too_many_rejects":
                    raise
                stopped += error.problems
            before += source.size or 0
    if read != written + rejected:
        raise AssertionError(f"{read} records read, {written} written and {rejected} rejected")
    return Summary(read, written, rejected, tally, reasons, shown, stopped, tuple(missing), notes)


def _output(job: Job, path: str) -> Output:
    if job.format != "parquet":
        return Output(path)
    from sciaticheck.tables.parquet import ParquetOutput

    return ParquetOutput(path, job)


def _done(
    ready: Ready, source: Source, workers: Workers | None, live: bool, missing: dict[str, None]
) -> Iterator[tuple[Done, int]]:
    """What came of each piece of a source, in order, with the bytes read so far.

    Questions for which it has no column are put into `missing`.
    """
    job = ready.job
    if source.kind == "parquet":
        from sciaticheck.tables.parquet import rows

        yield from rows(job, source)
        return
    with opened(source) as stream:
        source, first = _told(source, stream)
        header_: list[str] | None = None
        known: Layout | None = None
        taken = 0
        if source.kind == "csv":
            known, taken = header(source, job, stream if not first else Again(first, stream))  # type: ignore[arg-type]
            header_, source = known.header, source._replace(separator=known.separator)
            missing |= dict.fromkeys(name for name in job.knowledge.questions if name not in header_)
            first = b""
        position = stream.tell if stream.seekable() and not source.packed else lambda: 0
        if workers and source.separator == ",":
            from sciaticheck.tables.cells import line_ends
            from sciaticheck.tables.duckdb import SCANNED, Pieces, piece_size

            at = None if live or source.packed else stream.tell()
            size = piece_size(job, source, workers, held=at is None)
            step = size if at is None else min(size, SCANNED)
            cuts = _cuts(stream, source, step, live, taken, first, count=line_ends, at=at)
            for done, end in Pieces(ready, source, header_, workers).read(cuts, size):
                yield done, position() if end is None else end
            return
        reader, record = Stream(ready, source, header_, known if job.mapping else None), 0
        for cut in _cuts(stream, source, STREAM_PIECE, live, taken, first):
            done = reader.read(cut, record)
            record += done.records
            yield done, position()


def _cuts(
    stream: BinaryIO, source: Source, size: int, live: bool, taken: int, first: bytes, **more: Any
) -> Iterator[Cut]:
    def placed(cut: Cut) -> Cut:
        data = cut.data if cut.line or taken else cut.data.removeprefix(b"\xef\xbb\xbf")
        at = None if cut.at is None else cut.at + len(cut.data) - len(data)
        return cut._replace(data=data, line=cut.line + taken, at=at)

    return map(placed, cuts(Again(first, stream) if first else stream, source, size, live, **more))  # type: ignore[arg-type]


def _told(source: Source, stream: BinaryIO) -> tuple[Source, bytes]:
    """Standard input of unknown kind: JSON Lines if it begins with a brace, else CSV."""
    if source.kind:
        return source, b""
    first = stream.readline(MAX_RECORD + 1)
    kind = "jsonl" if first.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"{") else "csv"
    return source._replace(kind=kind), first
