"""A stream of CSV or JSON Lines in chunks of whole records: never more in memory than a chunk and a record.

Where a record of CSV ends is for the csv module to say, unless the quotes of a chunk are plainly in order.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, BinaryIO, NamedTuple

from sciaticheck.errors import AnswersError, Problem
from sciaticheck.inputs.limits import MAX_RECORD, MAX_UNREAD
from sciaticheck.inputs.opening import UNPACKING_ERRORS, broken
from sciaticheck.inputs.sources import Source

if TYPE_CHECKING:
    import pyarrow as pa

_STEP = MAX_RECORD // 2
_BLANKS = b" \t\r\n\v\f"
_BLANK_FIRST = re.compile(rb"\n[ \t\r\n\v\f]")
_EMPTY_LINE = re.compile(rb"\n\r?\n")


class Chunk(NamedTuple):
    """Some whole records of a source.

    `line` and `record` are how many come before, `records` how many it holds. `is_plain` if every line of it is a
    record and its quotes are in order. One that `is_too_long` holds the beginning of a line that no record may have.
    `position` is how much of the stored file is read.
    """

    source: Source
    data: bytes
    line: int
    record: int
    records: int
    is_plain: bool = False
    is_too_long: bool = False
    position: int = 0


class Batch(NamedTuple):
    """Some records of Parquet, with how many come before."""

    source: Source
    cells: pa.RecordBatch
    record: int
    position: int


def chunks(
    stream: BinaryIO, source: Source, line: int, size: int, separator: str = ",", raw: BinaryIO | None = None
) -> Iterator[Chunk]:
    """The rest of a stream in chunks of about `size` bytes, those of a pipe as its records come.

    `line` is the number of lines already read. Raises AnswersError if the stream cannot be read on.
    """
    whole = _whole_csv(separator) if source.kind == "csv" else _whole_json
    read = stream.read1 if source.is_live and not source.packed else stream.read  # type: ignore[attr-defined]
    place = raw.tell if raw is not None and not source.is_live else lambda: 0
    left, record = b"", 0
    while True:
        try:
            new = read(size)
        except UNPACKING_ERRORS as error:
            raise AnswersError([broken(source, error, line)]) from error
        block, is_last = left + new, not new
        while (start := _long_line(block)) is not None:
            if start:  # what comes before has to be complete
                end, records, is_plain = whole(block[:start], True)
                yield Chunk(source, block[:end], line, record, records, is_plain, position=place())
                line, record = line + block.count(b"\n", 0, start), record + records
            yield Chunk(source, block[start : start + MAX_RECORD + 1], line, record, 1, is_too_long=True)
            block = _after_line(block[start:], read, size, source, line)
            line, record = line + 1, record + 1
        end, records, is_plain = whole(block, is_last)
        if end:
            data = block[:end]
            yield Chunk(source, data, line, record, records, is_plain, position=place())
            line, record = line + (records if is_plain else data.count(b"\n")), record + records
        left = block[end:]
        if is_last:
            return
        if len(left) > MAX_UNREAD:
            message = f"a quoted cell is longer than {MAX_UNREAD} bytes; the rest is not read"
            raise AnswersError([Problem("too_large", message, source.path, line + 1)])


def _long_line(block: bytes) -> int | None:
    """Where the first line that is longer than a record may be begins. A line as long fills a whole step."""
    for place in range(0, len(block) - _STEP + 1, _STEP):
        if block.find(b"\n", place, place + _STEP) < 0:
            start = block.rfind(b"\n", 0, place) + 1
            end = block.find(b"\n", place)
            if (len(block) if end < 0 else end + 1) - start > MAX_RECORD:
                return start
    return None


def _after_line(block: bytes, read: Callable[[int], bytes], size: int, source: Source, line: int) -> bytes:
    """What follows the line at the beginning of the block."""
    skipped = 0
    while (end := block.find(b"\n") + 1) == 0:
        skipped += len(block)
        if skipped > MAX_UNREAD:
            message = f"the line is longer than {MAX_UNREAD} bytes; the rest is not read"
            raise AnswersError([Problem("too_large", message, source.path, line + 1)])
        try:
            block = read(size)
        except UNPACKING_ERRORS as error:
            raise AnswersError([broken(source, error, line)]) from error
        if not block:
            return b""
    return block[end:]


def _whole_json(block: bytes, is_last: bool) -> tuple[int, int, bool]:
    """Where the last whole line of the block ends, and how many records there are up to it."""
    end = len(block) if is_last else block.rfind(b"\n") + 1
    data = block[:end]
    if data[:1] in _BLANKS or _BLANK_FIRST.search(data) or not data.endswith(b"\n"):
        return end, sum(bool(raw.strip()) for raw in data.split(b"\n")), False
    return end, data.count(b"\n"), True


def _whole_csv(separator: str) -> Callable[[bytes, bool], tuple[int, int, bool]]:
    """What finds where the last whole record of a block of CSV ends, how many there are, and whether all are plain."""
    sign = re.escape(separator).encode()
    quoted = re.compile(rb'(?<![^%b\n])"(?:[^"\r\n]|"")*"(?![^%b\r\n])' % (sign, sign))

    def whole(block: bytes, is_last: bool) -> tuple[int, int, bool]:
        end = len(block) if is_last else block.rfind(b"\n") + 1
        data = block[:end]
        if b'"' in data and b'"' in quoted.sub(b"", data):
            return _walk(data, separator, is_last)
        if data[:1] == b"\n" or data[:2] == b"\r\n" or _EMPTY_LINE.search(data) or data[-1:] == b"\r":
            return end, sum(raw not in (b"", b"\r") for raw in data.split(b"\n")), False
        return end, data.count(b"\n") + (data[-1:] not in (b"\n", b"")), True

    return whole


def _walk(data: bytes, separator: str, is_last: bool) -> tuple[int, int, bool]:
    """The same by the csv module, whose records can have line ends inside quotes."""
    csv.field_size_limit(MAX_RECORD)
    end = taken = records = 0

    def lines() -> Iterator[str]:
        nonlocal taken
        for text in io.StringIO(data.decode("utf-8", "surrogateescape"), newline="\n"):
            taken += len(text.encode("utf-8", "surrogateescape"))
            yield text

    reader = csv.reader(lines(), delimiter=separator, strict=True)
    while True:
        try:
            row = next(reader)
        except StopIteration:
            return taken, records, False
        except csv.Error as error:
            if str(error) == "unexpected end of data" and not is_last:
                return end, records, False
            row = [""]
        records += bool(row)
        end = taken
