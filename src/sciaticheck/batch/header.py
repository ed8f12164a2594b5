"""The header of a table of text: read from the stream, checked, and what the rows under it are."""

from __future__ import annotations

import csv
import io
from typing import BinaryIO

from sciaticheck.answers.record import Location
from sciaticheck.batch.job import MOST_COLUMNS, Job, header_of
from sciaticheck.batch.sources import Source, unpacking_errors
from sciaticheck.errors import AnswersError, Problem
from sciaticheck.formats.layout import Layout, layout, separator_of
from sciaticheck.formats.qualtrics import is_import_row, no_import_row
from sciaticheck.inputs.limits import MAX_RECORD
from sciaticheck.inputs.records import two_separators


def header(source: Source, job: Job, stream: BinaryIO) -> tuple[Layout, int]:
    """How the rows of a CSV source are read, and the lines that its header takes. Raises AnswersError."""
    try:
        return _header(source, job, stream)
    except unpacking_errors() as error:
        what = getattr(error, "strerror", None) or str(error)
        raise AnswersError([Problem("unreadable", f"cannot be read: {what}", source.path)]) from error


def _header(source: Source, job: Job, stream: BinaryIO) -> tuple[Layout, int]:
    text, taken = _record(source, stream, 0, one_line=job.column_map is None)
    if not text:
        raise AnswersError([Problem("empty", "is empty: a CSV file begins with a header", source.path)])
    separator = separator_of(text, job.knowledge, job.column_map)
    if separator is None:
        raise AnswersError([two_separators(source.path, taken)])
    cells = _cells(text, separator, source, taken)
    if job.column_map is None:
        found = header_of(cells, source.path, job)
        return Layout(found, (), (), len(found), separator), taken
    if len(cells) > MOST_COLUMNS:
        message = f"the header has {len(cells)} columns; at most {MOST_COLUMNS} are read"
        raise AnswersError([Problem("too_large", message, source.path, taken)])
    made = layout(cells, Location(source.path, taken), job.knowledge, job.column_map, separator, job.keep, job.kept_all)
    if job.column_map.import_ids:
        _, taken = _record(source, stream, taken)
        text, taken = _record(source, stream, taken)
        if not is_import_row(_cells(text, separator, source, taken)):
            raise AnswersError([no_import_row(source.path, taken)])
    return made, taken


def _record(source: Source, stream: BinaryIO, taken: int, one_line: bool = False) -> tuple[str, int]:
    """The text of the next row that is not blank, and the lines taken with it. In ours no name holds a line end."""
    data = b""
    while line := stream.readline(MAX_RECORD + 1):
        taken += 1
        data = data + line if data or line.strip(b"\xef\xbb\xbf \t\r\n") else b""
        if data.startswith((b"\xff\xfe", b"\xfe\xff")):
            raise AnswersError([Problem("not_utf8", "is UTF-16, not UTF-8; save it as UTF-8", source.path)])
        if len(data) > MAX_RECORD:
            message = f"the header is longer than {MAX_RECORD} bytes"
            raise AnswersError([Problem("too_large", message, source.path, taken)])
        if data and (one_line or data.count(b'"') % 2 == 0):
            break
    try:
        return data.decode("utf-8-sig"), taken
    except UnicodeDecodeError as error:
        raise AnswersError([Problem("bad_header", "the header is not UTF-8 text", source.path, taken)]) from error


def _cells(text: str, separator: str, source: Source, line: int) -> list[str]:
    try:
        return next(csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True), [])
    except csv.Error as error:
        message = f"the header is not valid CSV: {error}"
        raise AnswersError([Problem("bad_header", message, source.path, line)]) from error


class Again:
    """A stream with its first line put back."""

    def __init__(self, first: bytes, rest: BinaryIO) -> None:
        self.first, self.rest = first, rest

    def _take(self) -> bytes:
        first, self.first = self.first, b""
        return first

    def readline(self, size: int = -1) -> bytes:
        """The next line."""
        return self._take() or self.rest.readline(size)

    def read(self, size: int = -1) -> bytes:
        """The next bytes."""
        return self._take() or self.rest.read(size)

    def read1(self, size: int = -1) -> bytes:
        """The next bytes that are there."""
        return self._take() or self.rest.read1(size)  # type: ignore[attr-defined]
