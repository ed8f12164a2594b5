"""The records of a chunk one after another: cells of CSV, lines of JSON Lines, each with what is wrong with it."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from typing import BinaryIO

from sciaticheck.answers.document import Read, parse_json, respondent
from sciaticheck.answers.record import Location, Respondent
from sciaticheck.errors import AnswersError, Problem
from sciaticheck.formats.column_map import ColumnMap
from sciaticheck.inputs.chunks import Chunk, chunks
from sciaticheck.inputs.limits import MAX_RECORD
from sciaticheck.inputs.sources import Source
from sciaticheck.inputs.table import Table, Wanted, read_header
from sciaticheck.knowledge.model import Knowledge

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
            yield line, Problem("broken_csv", f"not valid CSV: {error}", path, line)
            continue
        if not row:
            continue
        if len(row) != width:
            yield line, Problem("bad_row", f"the row has {len(row)} cells, the header {width}", path, line)
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


def from_json_text(text: str, source: str, name: str, knowledge: Knowledge, line: int | None = None) -> Iterable[Read]:
    """The respondents in a JSON text: one, those of a FHIR resource, or those of an array of records.

    In a file of many, `line` is where the text is.
    """
    raw, location, problems = parse_json(text, Location(source, line))
    if problems:
        return [(None, problems)]
    if isinstance(raw, dict) and "resourceType" in raw:
        from sciaticheck.formats.fhir.read import from_resource  # only such input pays for it

        return from_resource(raw, text, location, name, knowledge)
    if isinstance(raw, list) and line is None:
        if not raw:
            return [(None, [Problem("empty", "has no records", source)])]
        return [
            respondent(record, Location(f"{source}, record {number}"), f"{name}:{number}", knowledge)
            for number, record in enumerate(raw, start=1)
        ]
    return [respondent(raw, location, name, knowledge)]


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


def from_json_lines(
    stream: BinaryIO, source: str, name: str, knowledge: Knowledge, notes: list[Problem] | None = None
) -> Iterator[Read]:
    """The respondents in lines of JSON. Ids not given are `name` and the record's number."""
    blanks = Blanks(source)
    for chunk in chunks(stream, Source(source, name, "jsonl"), 0, CHUNK):
        if chunk.is_too_long:
            yield None, [too_long(chunk)]
            continue
        record = chunk.record
        for line, raw in enumerate(chunk.data.split(b"\n"), start=chunk.line + 1):
            if not raw.strip():
                continue
            record += 1
            text = json_text(raw, source, line)
            if isinstance(text, Problem):
                yield None, [text]
                continue
            own = f"{name}:{record}"
            if '"resourceType"' in text:
                yield from from_json_text(text, source, own, knowledge, line)
            else:
                for read in from_json_text(text, source, "", knowledge, line):
                    yield from blanks.named(read, own)
    if notes is not None:
        notes += blanks.notes()


def from_csv(
    stream: BinaryIO,
    source: str,
    name: str,
    knowledge: Knowledge,
    column_map: ColumnMap | None = None,
    notes: list[Problem] | None = None,
) -> Iterator[Read]:
    """The respondents in rows of CSV. A wrong header refuses the file, a wrong row only itself.

    Ids not given are `name` and the record's number.
    """
    where, blanks = Source(source, name, "csv"), Blanks(source, column_map)
    try:
        table = read_header(stream, where, Wanted(knowledge, column_map))
    except AnswersError as error:
        yield None, list(error.problems)
        return
    used = {name: place for name, place in table.columns.items() if name == "id" or name in knowledge.questions}
    for chunk in chunks(stream, where, table.lines, CHUNK, table.separator):
        for record, (line, row) in enumerate(rows(chunk, table), start=chunk.record + 1):
            if isinstance(row, Problem):
                yield None, [row]
                continue
            cells, wrong = table.read(row, source, line)
            raw = {name: cells[place] for name, place in used.items()}
            yield from blanks.named(respondent(raw, Location(source, line), "", knowledge, wrong), f"{name}:{record}")
    if notes is not None:
        notes += [*table.notes, *blanks.notes()]
