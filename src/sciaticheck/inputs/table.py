"""The header of a table, and what its rows are under it."""

from __future__ import annotations

import csv
import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, BinaryIO, NamedTuple, NoReturn

from sciaticheck.answers.record import Location
from sciaticheck.errors import AnswersError, Problem, shown
from sciaticheck.formats.column_map import SEPARATORS
from sciaticheck.formats.header import Wanted, header_of, separator_of
from sciaticheck.formats.layout import Layout, layout
from sciaticheck.formats.qualtrics import is_import_row, no_import_row
from sciaticheck.inputs.limits import MAX_COLUMNS, MAX_RECORD
from sciaticheck.inputs.opening import UNPACKING_ERRORS, broken
from sciaticheck.inputs.sources import Source


class Table(NamedTuple):
    """What the cells of a row are: `columns` has the place of the id, of each question, and of each column kept.

    With a `layout`, these are places in the rows that it makes. `width` is that of rows in the file, which begin after
    `lines` lines. `notes` are about columns that are not read.
    """

    columns: Mapping[str, int]
    width: int
    separator: str = ","
    lines: int = 0
    layout: Layout | None = None
    notes: tuple[Problem, ...] = ()

    def read(self, row: list[str], location: Location) -> tuple[list[str], list[Problem]]:
        """The cells as `columns` counts them, and values that a column map does not explain."""
        if self.layout is None:
            return row, []
        made, wrong = self.layout.row(row)
        return made, [self.layout.problem(value, location) for value in wrong]


def table_of(names: Sequence[str], source: str, wanted: Wanted, line: int | None = None) -> Table:
    """The table under a header. Raises AnswersError with every problem."""
    if len(names) > MAX_COLUMNS:
        message = f"the header has {len(names)} columns; at most {MAX_COLUMNS} are read"
        raise AnswersError([Problem("too_large", message, source, line)])
    made = layout(names, Location(source, line), wanted)
    if wanted.column_map is None:
        columns = {column.ours: column.position for column in made.columns}
        if made.ids:
            columns["id"] = made.ids[0]
        return Table(columns, made.width, notes=made.notes)
    return _mapped(made)


def record_table(names: Sequence[str], location: Location, wanted: Wanted) -> Table:
    """The table under the keys of a record, which need not have all columns. Raises AnswersError."""
    return _mapped(layout(names, location, wanted, is_record=True))


def _mapped(made: Layout) -> Table:
    columns = {name: place for place, name in enumerate(made.header)}
    return Table(columns, made.width, layout=made, notes=made.notes)


def read_header(stream: BinaryIO, source: Source, wanted: Wanted) -> Table:
    """Reads the header of CSV from the stream. Raises AnswersError with every problem."""
    try:
        return _Header(stream, source, wanted).read()
    except UNPACKING_ERRORS as error:
        raise AnswersError([broken(source, error)]) from error


class _Header:
    def __init__(self, stream: BinaryIO, source: Source, wanted: Wanted) -> None:
        self.stream, self.source, self.wanted = stream, source, wanted
        self.lines = 0

    def read(self) -> Table:
        text = self.record()
        separator = None
        if text.lower().startswith("sep=") and len(text.rstrip("\r\n")) == len("sep=;"):  # as Excel writes it
            separator, text = text[4], self.record()
        if not text:
            message = "is empty: a CSV file begins with a header of question ids"
            raise AnswersError([Problem("empty", message, self.source.path)])
        line, wanted, column_map = self.lines, self.wanted, self.wanted.column_map
        rows = [text, *(self.record() for _ in range(column_map.skip_rows if column_map else 0))]
        separator = separator or separator_of("".join(rows), wanted)
        if separator is None:
            allowed = ", ".join(SEPARATORS.values())
            self.fail(f"the header mixes {allowed}; the columns need one of them")
        cells = [self.cells(row, separator) for row in rows]
        if column_map and column_map.import_ids and not is_import_row(cells[-1]):
            raise AnswersError([no_import_row(self.source.path, self.lines)])
        table = table_of(header_of(cells, wanted), self.source.path, wanted, line)
        notes = (*table.notes, *self.skipped(cells, table))
        return table._replace(separator=separator, lines=self.lines, notes=notes)

    def skipped(self, rows: Sequence[list[str]], table: Table) -> Iterator[Problem]:
        """Notes on rows of the header that look like records."""
        for row in (row for row in rows[1:] if len(row) == table.width):
            made, wrong = table.read(row, Location(self.source.path))
            answers = (made[place] for name, place in table.columns.items() if name in self.wanted.knowledge.questions)
            if not wrong and any(answers):
                message = f"'skip_rows' passes over a row that looks like a record: {shown(','.join(row))}"
                yield Problem("skipped", message, self.source.path)

    def fail(self, message: str) -> NoReturn:
        raise AnswersError([Problem("bad_header", message, self.source.path, self.lines)])

    def record(self) -> str:
        """The text of the next row that is not blank. A quote that is open at the end of a line takes the next too."""
        data = b""
        while line := self.stream.readline(MAX_RECORD + 1):
            self.lines += 1
            data = data + line if data or line.strip(b"\xef\xbb\xbf \t\r\n") else b""
            if len(data) > MAX_RECORD:
                message = f"the header is longer than {MAX_RECORD} bytes"
                raise AnswersError([Problem("too_large", message, self.source.path, self.lines)])
            if data and data.count(b'"') % 2 == 0:
                break
        try:
            return data.decode("utf-8-sig")
        except UnicodeDecodeError:
            self.fail("the header is not UTF-8 text; save the file as UTF-8")

    def cells(self, text: str, separator: str) -> list[str]:
        lines = (f"{line}\n" for line in text.rstrip("\n").split("\n"))  # a bare carriage return is no line end
        try:
            rows = list(csv.reader(lines, delimiter=separator, strict=True))
        except csv.Error as error:
            self.fail(csv_fault(error))
        return rows[0] if rows else []


def as_text(value: Any) -> str:
    """A value as the cell of a table: whole numbers without a point, empty for none.

    >>> as_text(1.0), as_text(True), as_text(None)
    ('1', 'true', '')
    """
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, bytes):  # as some writers of Parquet keep text
        return value.decode("utf-8", "replace")
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return value if isinstance(value, str) else str(value)


def csv_fault(error: csv.Error) -> str:
    """What the csv module finds wrong with a row, in plain words."""
    for sign, message in _CSV_FAULTS.items():
        if sign in str(error):
            return message
    return f"this row is not valid CSV: {error}"


_CSV_FAULTS = {
    "new-line character": "a line ends in a bare carriage return (CR); save the file with line ends LF or CRLF",
    "unexpected end": "a quotation mark opened here is never closed, so nothing after it could be read",
    "expected after": 'text follows a closing quotation mark; a quotation mark inside a value is written twice: ""',
}


def wrong_width(found: int, width: int, separator: str) -> str:
    """What is wrong with a row that has more or fewer values than there are columns."""
    sign = SEPARATORS.get(separator, repr(separator)).removesuffix("s")
    values, columns = f"{found} value{'s' * (found != 1)}", f"{width} column{'s' * (width != 1)}"
    if found > width:
        put = f"a value with a {sign} in it needs quotation marks around it"
        return f"this row has {values}, but the first row names only {columns}; {put}"
    return f"this row has {values}, but the first row names {columns}; a value left out still needs its {sign}"
