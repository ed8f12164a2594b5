"""The records of a chunk one after another: cells of CSV, lines of JSON Lines, each with what is wrong with it."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import BinaryIO

from sciaticheck.answers.document import Read, respondent
from sciaticheck.answers.record import Location, Respondent
from sciaticheck.errors import AnswersError, Problem
from sciaticheck.formats.column_map import ColumnMap
from sciaticheck.formats.header import Wanted
from sciaticheck.inputs.chunks import Chunk, chunks
from sciaticheck.inputs.limits import MAX_RECORD
from sciaticheck.inputs.mapping import RecordReader
from sciaticheck.inputs.sources import Source
from sciaticheck.inputs.table import Table, csv_fault, read_header, wrong_width

CHUNK = 1 << 20
"""Bytes of text that are worked on together, record by record."""


def rows(chunk: Chunk, table: Table) -> Iterator[tuple[int, list[str] | Problem]]:
    """The line and the cells of each row of a chunk of CSV, or why there are none. Blank lines are no rows."""
    path = chunk.source.path
    if chunk.is_too_long:
        yield chunk.line + 1, too_long(chunk)
        return
    csv.field_size_limit(MAX_RECORD)
    try:
        text, is_text = chunk.data.decode("utf-8"), True
    except UnicodeDecodeError:  # such bytes become lone surrogates, so that the rows around them can be read
        text, is_text = chunk.data.decode("utf-8", "surrogateescape"), False
    reader = csv.reader(io.StringIO(text, newline="\n"), strict=True, delimiter=table.separator)
    width = table.width
    while True:
        line = chunk.line + reader.line_num + 1
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield line, Problem("broken_csv", csv_fault(error), path, line)
            continue
        if not row:
            continue
        if len(row) != width and not "".join(row).strip():  # commas alone, as spreadsheets leave them below a table
            row = [""] * width
        if len(row) != width:
            yield line, Problem("bad_row", wrong_width(len(row), width, table.separator), path, line)
        elif not is_text and any("\udc80" <= char <= "\udcff" for cell in row for char in cell):
            yield line, Problem("not_utf8", "the row is not UTF-8 text", path, line)
        else:
            yield line, row


def too_long(chunk: Chunk) -> Problem:
    """The problem with a line that is too long."""
    return Problem("too_large", f"the line is longer than {MAX_RECORD} bytes", chunk.source.path, chunk.line + 1)


def json_text(raw: bytes, source: str, line: int) -> str | Problem:
    """The text of a line of JSON Lines."""
    try:
        return raw.decode("utf-8-sig" if line == 1 else "utf-8").strip()
    except UnicodeDecodeError:
        return Problem("not_utf8", "the line is not UTF-8 text", source, line)


def is_blank(read: Respondent, has_id: bool, column_map: ColumnMap | None = None) -> bool:
    """Whether a record of a file of many says nothing: no answer, and nobody's (a map reads rows of other forms)."""
    return not read.answers and (not has_id or column_map is not None)


class Blanks:
    """Counts the blank records of a file of many, and gives the others their ids."""

    def __init__(self, source: str, column_map: ColumnMap | None = None) -> None:
        self.source, self.column_map, self.count = source, column_map, 0

    def named(self, read: Read, name: str) -> Iterator[Read]:
        """The respondent, whose id is empty if none was given, with an id; nothing for a blank record."""
        found, problems = read
        if found and is_blank(found, bool(found.id), self.column_map):
            self.count += 1
        else:
            yield found and found._replace(id=found.id or name), problems

    def notes(self) -> Iterator[Problem]:
        """How many there were, if any."""
        if self.count:
            ending = "s" if self.count > 1 else ""
            yield Problem("blank", f"{self.count:,} blank record{ending} passed over", self.source)


def from_json_lines(stream: BinaryIO, source: Source, wanted: Wanted, notes: list[Problem]) -> Iterator[Read]:
    """The respondents in lines of JSON. Ids not given are the name of the source and the record's number."""
    blanks, reader = Blanks(source.path, wanted.column_map), RecordReader(wanted, notes)
    for chunk in chunks(stream, source, 0, CHUNK):
        if chunk.is_too_long:
            yield None, [too_long(chunk)]
            continue
        record = chunk.record
        for line, raw in enumerate(chunk.data.split(b"\n"), start=chunk.line + 1):
            if not raw.strip():
                continue
            record += 1
            text, name = json_text(raw, source.path, line), f"{source.name}:{record}"
            if isinstance(text, Problem):
                yield None, [text]
                continue
            for read in reader.json_line(text, source.path, name, line):
                yield from blanks.named(read, name)
    notes += blanks.notes()


def from_csv(stream: BinaryIO, source: Source, wanted: Wanted, notes: list[Problem]) -> Iterator[Read]:
    """The respondents in rows of CSV. A wrong header refuses the file, a wrong row only itself.

    Ids not given are the name of the source and the record's number.
    """
    blanks, knowledge = Blanks(source.path, wanted.column_map), wanted.knowledge
    try:
        table = read_header(stream, source, wanted)
    except AnswersError as error:
        yield None, list(error.problems)
        return
    used = {name: place for name, place in table.columns.items() if name == "id" or name in knowledge.questions}
    for chunk in chunks(stream, source, table.lines, CHUNK, table.separator):
        for record, (line, row) in enumerate(rows(chunk, table), start=chunk.record + 1):
            if isinstance(row, Problem):
                yield None, [row]
                continue
            location = Location(source.path, line)
            cells, wrong = table.read(row, location)
            raw = {name: cells[place] for name, place in used.items()}
            read = respondent(raw, location, "", knowledge, wrong, wanted.drop_hidden)
            yield from blanks.named(read, f"{source.name}:{record}")
    notes += [*table.notes, *blanks.notes()]
