"""A stream of bytes in pieces that end where a record ends: never more in memory than a piece and a record."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from typing import BinaryIO, NamedTuple

from sciaticheck.batch.sources import Source, changed, unpacking_errors
from sciaticheck.errors import AnswersError, Problem
from sciaticheck.inputs.limits import MAX_RECORD

MAX_SKIPPED = 64 * 1024 * 1024
"""A record longer than this is no record: the file is refused from there on."""

PART = 1 << 20
"""Bytes of a piece of JSON Lines that are read from its file at a time."""

_CELL = rb'(?:"(?:[^"]++|""|)*+"|[^",\n][^,\n]*+|)'
_CLOSED = rb'"(?:[^"]++|""|)*+"'
_QUOTED = rb"(?:" + _CELL + rb",|)*+(?:" + _CELL + rb"\r?\n|" + _CLOSED + rb'(?:[^",\r\n]|\r[^\n])[^\n]*+\n)'
_ROWS = rb'(?:[^"\n]*+\n|' + _QUOTED + rb"|)*+"
"""Whole rows of CSV: lines without a quote, rows whose quotes open and close a cell, and rows with text after a quote,
which end with that line: what is wrong with them their reader says.

What is repeated for good can be empty, so that it never fails: Python before 3.11.5 goes on from where it failed.
"""


@cache
def _rows(separator: str) -> re.Pattern[bytes]:
    return re.compile(_ROWS.replace(b",", separator.encode()))


class Cut(NamedTuple):
    """Some records as they stand. `line`: lines before them; `ends`: their line ends; `too_long` holds no record.

    `at`: where in the source's file they begin, if that is known.
    """

    data: bytes
    line: int
    ends: int
    too_long: bool = False
    at: int | None = None


class Piece(NamedTuple):
    """A cut of a source that holds so many `records`, behind `record` others. `header` is that of CSV.

    A cut whose place in the file is known may be left without its bytes, of which there are `size`.
    """

    source: Source
    header: tuple[str, ...] | None
    cut: Cut
    record: int
    records: int
    size: int

    @property
    def end(self) -> int | None:
        """Where in the source's file the cut ends, if that is known."""
        return None if self.cut.at is None else self.cut.at + self.size

    def parts(self) -> Iterator[bytes]:
        """All bytes in whole lines: those of JSON Lines that have to be read from the file PART by PART, else at once.

        Raises AnswersError where the file does not have them any more.
        """
        if self.cut.data:
            yield self.cut.data
            return
        step = PART if self.source.kind == "jsonl" else self.size
        left, rest = b"", self.size
        with self._file() as file:
            while rest:
                left += self._read(file, min(step, rest))
                rest = max(rest - step, 0)
                end = left.rfind(b"\n") + 1 if rest else len(left)
                if end:
                    yield left[:end]
                    left = left[end:]

    def between(self, edges: Iterable[tuple[int, int]]) -> list[bytes]:
        """The bytes between places in the cut. Raises AnswersError as `parts` does."""
        if self.cut.data:
            return [self.cut.data[start:end] for start, end in edges]
        found = []
        with self._file() as file:
            for start, end in edges:
                file.seek((self.cut.at or 0) + start)
                found.append(self._read(file, end - start))
        return found

    def _file(self) -> BinaryIO:
        try:
            file = open(self.source.path, "rb", buffering=0)  # noqa: SIM115 - whoever asks closes it
            file.seek(self.cut.at or 0)
            return file
        except OSError as error:
            raise self._changed() from error

    def _read(self, file: BinaryIO, size: int) -> bytes:
        try:
            data = file.read(size)
        except OSError as error:
            raise self._changed() from error
        if len(data) != size:
            raise self._changed()
        return data

    def _changed(self) -> AnswersError:
        return AnswersError([changed(self.source.path, self.cut.line + 1)])


def as_one(pieces: Sequence[Piece]) -> Piece:
    """Pieces that follow one another as one, with their bytes where those are not in a file."""
    first = pieces[0]
    cut = first.cut._replace(
        data=b"".join(piece.cut.data for piece in pieces), ends=sum(piece.cut.ends for piece in pieces)
    )
    records, size = sum(piece.records for piece in pieces), sum(piece.size for piece in pieces)
    return first._replace(cut=cut, records=records, size=size)


def cuts(
    stream: BinaryIO,
    source: Source,
    size: int,
    live: bool = False,
    count: Callable[[bytes], int] = lambda data: data.count(b"\n"),
    at: int | None = None,
) -> Iterator[Cut]:
    """The records in cuts of about `size` bytes, of a live stream as they come. Raises AnswersError if reading fails.

    `count` counts line ends; `at` is where in the source's file the stream stands.
    """
    rows = _rows(source.separator) if source.kind == "csv" else None
    left, line, over = b"", 0, False
    while not over:
        before = len(left)
        try:
            left += stream.read1(size) if live else stream.read(size)  # type: ignore[attr-defined]
        except unpacking_errors() as error:
            raise AnswersError([_broken(source, line, error)]) from error
        over = len(left) == before
        while True:
            end, too_long = (len(left), False) if over else _whole(left, rows)
            whole, left = left[:end], left[end:]
            if whole:
                ends = count(whole)
                yield Cut(whole, line, ends, at=at)
                whole = b""  # it is not held while the next is read
                line += ends
                at = None if at is None else at + end
            if not too_long:
                break
            yield Cut(left[: MAX_RECORD + 1], line, 0, too_long=True)
            left = _rest_of_line(stream, source, left, line)
            line += 1
            at = None if at is None else stream.tell() - len(left)


def _whole(data: bytes, rows: re.Pattern[bytes] | None) -> tuple[int, bool]:
    """Where the whole records end, and whether what follows is a record that is too long.

    Both depend on the records alone, never on where a block of bytes happened to end.
    """
    quoted = rows if rows and b'"' in data else None
    end = 0
    while True:
        last = min(end + MAX_RECORD, len(data))
        match = quoted and quoted.match(data, end, last)
        found = match.end() if match else data.rfind(b"\n", end, last) + 1 or end
        if last == len(data):
            return found, False
        if found == end:
            return end, True
        end = found


def _rest_of_line(stream: BinaryIO, source: Source, left: bytes, line: int) -> bytes:
    """What follows the line that is too long."""
    skipped = 0
    while True:
        end = left.find(b"\n")
        skipped += len(left) if end < 0 else end
        if skipped > MAX_SKIPPED:
            message = f"the record is longer than {MAX_SKIPPED} bytes: this is no file of records; the rest is not read"
            raise AnswersError([Problem("too_large", message, source.path, line + 1)])
        if end >= 0:
            return left[end + 1 :]
        try:
            left = stream.read(MAX_RECORD)
        except unpacking_errors() as error:
            raise AnswersError([_broken(source, line, error)]) from error
        if not left:
            return b""


def _broken(source: Source, line: int, error: BaseException) -> Problem:
    what = getattr(error, "strerror", None) or str(error)
    return Problem("unreadable", f"cannot be read on: {what}", source.path, line + 1)
