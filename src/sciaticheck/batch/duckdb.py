"""The DuckDB engine: pieces of CSV and JSON Lines, several at a time, and what came of them in order.

Only pieces on which it cannot differ from the stream engine are its: valid UTF-8 without NUL, well-formed quotes, no
blank lines. Any other piece is read by the stream engine; so is each record at fault, to say why.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from typing import NamedTuple

from sciaticheck.batch.cells import row_ends
from sciaticheck.batch.job import Done, clashing
from sciaticheck.batch.pieces import Cut, Piece, as_one
from sciaticheck.batch.ready import Ready
from sciaticheck.batch.sources import Source
from sciaticheck.batch.stream import Stream
from sciaticheck.batch.workers import Workers
from sciaticheck.errors import AnswersError

PIECES = {"csv": 48 << 20, "jsonl": 256 << 20}
"""Bytes of all pieces that are worked on at a time: each large beside the time that planning the query takes."""

HELD = 84 << 20
"""The same where the bytes are not in a file to be read from: they are all held."""

SMALL = 16 << 20
"""Bytes below which no piece is made only so that all have something to do: planning its query takes too long."""

RECORDS = {"csv": 400_000, "jsonl": 150_000, "parquet": 150_000}
"""Records of all those pieces, by the format of the rows, which are in memory as well."""

_BLANK = re.compile(rb"\n\n")


def piece_size(source: Source, workers: Workers, held: bool) -> int:
    """Bytes of a piece, so that all that is in memory at a time takes far less than 1 GB, however many work.

    Fewer where else some would have nothing to do.
    """
    count = workers.count or 1
    most = PIECES[source.kind] // count
    if held or source.size is None:
        return min(most, HELD // count)
    return min(most, max(source.size // (4 * count), SMALL))


class Begun(NamedTuple):
    """A piece being read. Where it begins and how many `records` it has are as far as is known."""

    piece: Piece
    records: int
    result: Future[Done] | Done


class Pieces:
    """Pieces of one source of text: each is begun before those ahead of it have ended, and ends in order."""

    def __init__(self, ready: Ready, source: Source, header: Sequence[str] | None, workers: Workers) -> None:
        self.source, self.header, self.workers = source, header, workers
        self.stream, job = Stream(ready, source, header), ready.job
        self.columns = job.columns(header)
        self.clash = bool(clashing(self.columns, job))
        self.most = RECORDS[job.format] // (workers.count or 1)
        self.begun = self.ended = 0
        """Records of the pieces so far, as far as is known of those that have only begun."""
        self.broken = False

    def begin(self, cuts: Iterator[Cut], size: int) -> Iterator[Begun]:
        """Begins one piece of about this size after another until one cannot be read. Raises AnswersError as `cuts`."""
        for piece in self.pieces(cuts, size):
            if self.broken:
                return
            one = self._begin(piece, self.begun)
            self.begun += one.records
            yield one

    def end(self, one: Begun) -> Done:
        """The result of a piece; anew where a piece before had fewer records than lines, so that its number is off.

        Raises AnswersError where the file does not have it any more.
        """
        if one.piece.record != self.ended:
            one = self._begin(one.piece, self.ended)
        try:
            done = one.result.result() if isinstance(one.result, Future) else one.result
        except AnswersError:
            self.broken = True
            raise
        self.ended += done.records
        self.begun += done.records - one.records
        return done

    def _begin(self, piece: Piece, record: int) -> Begun:
        piece = piece._replace(record=record)
        if piece.records:
            return Begun(piece, piece.records, self.workers.begin(piece))
        done = self.stream.read(piece.cut, record)
        return Begun(piece, done.records, done)

    def pieces(self, cuts: Iterator[Cut], size: int) -> Iterator[Piece]:
        """The cuts put together to pieces; how many records are before them is yet to be told.

        What comes live stays as it is, and so does a cut whose records only the stream engine can tell.
        """
        live, header = self.source.live, None if self.header is None else tuple(self.header)
        some: list[Piece] = []
        taken = records = 0
        broken: AnswersError | None = None
        try:
            for cut in cuts:
                piece = Piece(self.source, header, cut, 0, self.clean(cut), len(cut.data))
                alone = live or not piece.records
                taken, records = taken + piece.size, records + piece.records
                if some and (alone or taken > size or records > self.most or some[-1].end != cut.at):
                    yield as_one(some)
                    some, taken, records = [], piece.size, piece.records
                if alone:
                    yield piece
                    taken = records = 0
                else:
                    some.append(piece if cut.at is None else piece._replace(cut=cut._replace(data=b"")))
        except AnswersError as error:
            broken = error
        if some:
            yield as_one(some)
        if broken:
            raise broken

    def clean(self, cut: Cut) -> int:
        """The number of records in a cut, if its lines are records; 0 where only the stream engine can tell."""
        data = cut.data
        if (
            self.clash
            or cut.too_long
            or not data.endswith(b"\n")
            or data.startswith((b"\n", b"\r", b"\xef\xbb\xbf"))
            or (b"\r" in data and (data.count(b"\r") != data.count(b"\r\n") or b"\n\r" in data))
        ):
            return 0
        # What is no flat JSON, and what has a blank line, whoever works on the piece sees.
        return cut.ends if self.source.kind == "jsonl" else self._clean_csv(cut)

    def _clean_csv(self, cut: Cut) -> int:
        # Of several columns a blank line is not the row that it has to be.
        if b"\0" in cut.data or (len(self.columns) == 1 and _BLANK.search(cut.data)):
            return 0
        return row_ends(cut.data) if b'"' in cut.data else cut.ends
