"""The header of a table, and what its rows are under it."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from typing import BinaryIO, NamedTuple, NoReturn

from sciaticheck.answers.record import Location
from sciaticheck.errors import AnswersError, Problem, did_you_mean, shown
from sciaticheck.formats.column_map import SEPARATORS, ColumnMap
from sciaticheck.formats.layout import Layout, layout, separator_of
from sciaticheck.formats.qualtrics import is_import_row, no_import_row
from sciaticheck.inputs.limits import MAX_COLUMNS, MAX_RECORD
from sciaticheck.inputs.opening import UNPACKING_ERRORS, broken
from sciaticheck.inputs.sources import Source
from sciaticheck.knowledge.model import Knowledge

_SHOWN = 20
"""Columns that a message names."""


class Wanted(NamedTuple):
    """How tables are to be read: with a column map, with columns passed through, with no column left unread."""

    knowledge: Knowledge
    column_map: ColumnMap | None = None
    keep: tuple[str, ...] = ()
    keep_all: bool = False
    is_strict: bool = False


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

    def read(self, row: list[str], source: str, line: int) -> tuple[list[str], list[Problem]]:
        """The cells as `columns` counts them, and values that a column map does not explain."""
        if self.layout is None:
            return row, []
        made, wrong = self.layout.row(row)
        return made, [self.layout.problem(value, Location(source, line)) for value in wrong]


def table_of(names: Sequence[str], source: str, wanted: Wanted, line: int | None = None) -> Table:
    """The table under a header of question ids. Raises AnswersError with every problem.

    A column that is no question is an error if its name is close to one, or if `is_strict`; else there is a note.
    """
    names = [name.strip() for name in names]
    known = [*wanted.knowledge.questions, "id"]
    problems = list(_too_many(names, source, line))
    columns: dict[str, int] = {}
    unread: list[str] = []
    slips: list[Problem] = []
    for place, name in enumerate(names):
        if not name:
            unread.append(f"column {place + 1}, which has no name")
        elif name in columns:
            problems.append(Problem("duplicate_key", f"duplicate column {shown(name)}", source, line, name))
        elif name in wanted.knowledge.questions or name == "id" or name in wanted.keep or wanted.keep_all:
            columns[name] = place
        elif hint := _slip(name, known):
            message = f"column {shown(name)} is not a question. Did you mean '{hint}'? Else rename it, or --keep it."
            slips.append(Problem("unknown_question", message, source, line, name))
        else:
            unread.append(shown(name))
    problems += slips[:_SHOWN]
    problems += [
        Problem("unknown_column", f"there is no column {shown(name)}.{did_you_mean(name, names)}", source, line, name)
        for name in wanted.keep
        if name not in names and not wanted.keep_all
    ]
    if not problems and not columns.keys() & wanted.knowledge.questions.keys():
        message = "no column is a question; 'sciaticheck questions' lists the ids"
        problems.append(Problem("bad_header", message, source, line))
    notes: tuple[Problem, ...] = ()
    if unread:
        few = ", ".join(unread[:_SHOWN]) + (f" and {len(unread) - _SHOWN:,} more" if len(unread) > _SHOWN else "")
        notes = (Problem("unread_column", f"not read, no questions: {few}", source),)
        if wanted.is_strict:
            problems += notes
    if problems:
        raise AnswersError(problems)
    return Table(columns, len(names), notes=notes)


def _slip(name: str, known: Sequence[str]) -> str | None:
    """The name that a column's is most likely meant to be: as good as the same, not only alike."""
    from difflib import get_close_matches

    folded = name.lower().replace(" ", "_").replace("-", "_")[:80]
    return next(iter(get_close_matches(folded, known, n=1, cutoff=0.8)), None)


def _too_many(names: Sequence[str], source: str, line: int | None) -> Iterator[Problem]:
    if len(names) > MAX_COLUMNS:
        message = f"the header has {len(names)} columns; at most {MAX_COLUMNS} are read"
        raise AnswersError([Problem("too_large", message, source, line)])
    return iter(())


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
        if text.lower().startswith("sep=") and len(text.strip()) == len("sep=;"):  # as Excel writes it
            separator, text = text[4], self.record()
        if not text:
            message = "is empty: a CSV file begins with a header of question ids"
            raise AnswersError([Problem("empty", message, self.source.path)])
        wanted = self.wanted
        separator = separator or separator_of(text, wanted.knowledge, wanted.column_map)
        if separator is None:
            allowed = ", ".join(SEPARATORS.values())
            self.fail(f"the header mixes {allowed}; the columns need one of them")
        cells = self.cells(text, separator)
        line = self.lines
        if wanted.column_map is None:
            return table_of(cells, self.source.path, wanted, line)._replace(separator=separator, lines=self.lines)
        list(_too_many(cells, self.source.path, line))
        keep = () if wanted.keep_all else wanted.keep
        made = layout(
            cells,
            Location(self.source.path, line),
            wanted.knowledge,
            wanted.column_map,
            separator,
            keep,
            wanted.keep_all,
        )
        if wanted.column_map.import_ids:
            self.record()
            if not is_import_row(self.cells(self.record(), separator)):
                raise AnswersError([no_import_row(self.source.path, self.lines)])
        columns = {name: place for place, name in enumerate(made.header)}
        return Table(columns, made.width, separator, self.lines, made)

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
            bare = "\r" in text.replace("\r\n", "")
            hint = "a line ends in a bare carriage return (CR); save the file with line ends LF or CRLF"
            self.fail(hint if bare else f"the header is not valid CSV: {error}")
        return rows[0] if rows else []
