"""Sources to what came of each piece of them, in order, whoever reads it; pieces of several files at a time."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, BinaryIO, NamedTuple, NoReturn

from sciaticheck.batch.header import Again, header
from sciaticheck.batch.job import Done
from sciaticheck.batch.pieces import Cut, cuts
from sciaticheck.batch.ready import Ready
from sciaticheck.batch.sources import Source, opened
from sciaticheck.batch.stream import Stream
from sciaticheck.errors import AnswersError
from sciaticheck.formats.layout import Layout
from sciaticheck.inputs.limits import MAX_RECORD

if TYPE_CHECKING:
    from sciaticheck.batch.workers import Workers

STEP = 1 << 18
"""Bytes that are read at a time, whatever the engine: where reading fails, all have come equally far."""


class Result(NamedTuple):
    """What comes of a piece. `done` waits for it, and raises AnswersError where the source cannot be read on.

    `position`: the stored bytes of all sources up to its end.
    """

    source: Source
    live: bool
    done: Callable[[], Done]
    position: int


def results(
    ready: Ready, sources: Sequence[Source], workers: Workers | None, missing: dict[str, None]
) -> Iterator[Result]:
    """Each piece in order, when as many others of text have begun as there are workers.

    Questions for which a table has no column are put into `missing`.
    """
    begun: deque[Result] = deque()
    for one in _begun(ready, sources, workers, missing):
        begun.append(one)
        while len(begun) > (workers.count if workers and one.source.kind != "parquet" else 0):
            yield begun.popleft()
    yield from begun


def _begun(
    ready: Ready, sources: Sequence[Source], workers: Workers | None, missing: dict[str, None]
) -> Iterator[Result]:
    before = 0
    for source in sources:
        live = source.live
        try:
            for done, position in _of_source(ready, source, workers, missing):
                yield Result(source, live, done, before + position)
        except AnswersError as error:
            yield Result(source, live, partial(_raise, error), before)
        before += source.size or 0


def _raise(error: AnswersError) -> NoReturn:
    raise error


def _known(done: Done) -> Done:
    return done


def _of_source(
    ready: Ready, source: Source, workers: Workers | None, missing: dict[str, None]
) -> Iterator[tuple[Callable[[], Done], int]]:
    """What came of each piece of a source, with the bytes up to its end."""
    job = ready.job
    if source.kind == "parquet":
        from sciaticheck.batch.parquet import rows

        for done, position in rows(ready, source):
            yield partial(_known, done), position
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
        place = stream.tell if stream.seekable() and not source.packed else lambda: 0
        if workers and source.separator == ",":
            from sciaticheck.batch.cells import line_ends
            from sciaticheck.batch.duckdb import Pieces, piece_size

            at = None if source.live or source.packed else stream.tell()
            whole = cuts_of(stream, source, taken, first, count=line_ends, at=at)
            pieces = Pieces(ready, source, header_, workers)
            for one in pieces.begin(whole, piece_size(source, workers, held=at is None)):
                yield partial(pieces.end, one), place() if one.piece.end is None else one.piece.end
            return
        reader, record = Stream(ready, source, header_, known if job.column_map else None), 0
        for cut in cuts_of(stream, source, taken, first):
            done = reader.read(cut, record)
            record += done.records
            yield partial(_known, done), place()


def cuts_of(stream: BinaryIO, source: Source, taken: int, first: bytes = b"", **more: Any) -> Iterator[Cut]:
    """The records of a source in cuts. `taken`: lines of its header; `first`: what is put back before the stream."""

    def placed(cut: Cut) -> Cut:
        data = cut.data if cut.line or taken else cut.data.removeprefix(b"\xef\xbb\xbf")
        at = None if cut.at is None else cut.at + len(cut.data) - len(data)
        return cut._replace(data=data, line=cut.line + taken, at=at)

    return map(placed, cuts(Again(first, stream) if first else stream, source, STEP, source.live, **more))  # type: ignore[arg-type]


def _told(source: Source, stream: BinaryIO) -> tuple[Source, bytes]:
    """Standard input of unknown kind: JSON Lines if it begins with a brace, else CSV."""
    if source.kind:
        return source, b""
    first = stream.readline(MAX_RECORD + 1)
    kind = "jsonl" if first.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"{") else "csv"
    return source._replace(kind=kind), first
