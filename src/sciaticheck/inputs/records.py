"""Reads many respondents from JSON Lines and CSV, one a line or row. A bad record does not stop the others."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any

from sciaticheck.answers.document import Read, parse_json, respondent
from sciaticheck.answers.record import Location, not_a_question
from sciaticheck.errors import AnswersError, Problem, shown
from sciaticheck.formats.column_map import SEPARATORS, ColumnMap
from sciaticheck.formats.layout import Layout, layout, separator_of
from sciaticheck.formats.qualtrics import is_import_row, no_import_row
from sciaticheck.inputs.limits import MAX_RECORD
from sciaticheck.knowledge.model import Knowledge

_TOO_LONG = f"the line is longer than {MAX_RECORD} bytes"
_MOST_LINES = 50
"""The most lines that a header may take."""


def from_json_text(text: str, location: Location, name: str, knowledge: Knowledge) -> Iterable[Read]:
    """The respondent in a JSON text, or those in a FHIR resource."""
    raw, location, problems = parse_json(text, location)
    if problems:
        return [(None, problems)]
    if isinstance(raw, dict) and "resourceType" in raw:
        from sciaticheck.formats.fhir.read import from_resource  # imported only for FHIR

        return from_resource(raw, text, location, name, knowledge)
    return [respondent(raw, location, name, knowledge)]


def from_json_lines(lines: Iterable[bytes], source: str, name: str, knowledge: Knowledge) -> Iterator[Read]:
    """The respondents in lines of JSON; blank lines are skipped. Without an id it is `name` and the record number."""
    record = 0
    for number, raw in enumerate(lines, start=1):
        record += bool(raw.strip())
        if len(raw) > MAX_RECORD:
            yield None, [Problem("too_large", _TOO_LONG, source, number)]
            continue
        try:
            text = raw.decode("utf-8-sig" if number == 1 else "utf-8").strip()
        except UnicodeDecodeError:
            yield None, [Problem("not_utf8", "the line is not UTF-8 text", source, number)]
            continue
        if text:
            yield from from_json_text(text, Location(source, number), f"{name}:{record}", knowledge)


def from_csv(
    lines: Iterable[bytes], source: str, name: str, knowledge: Knowledge, column_map: ColumnMap | None = None
) -> Iterator[Read]:
    """The respondents in rows of CSV. Columns are question ids and optionally `id`, unless a column map is given.

    A bad header is a problem with the file; a bad row only with itself. Without an id it is `name` and the record
    number.
    """
    csv.field_size_limit(MAX_RECORD)
    too_long: list[int] = []
    texts = _decoded(lines, too_long)
    first = head_of(texts)
    separator = separator_of("".join(first), knowledge, column_map)
    if separator is None:
        yield None, [two_separators(source, len(first))]
        return
    reader = csv.reader(chain(first, texts), delimiter=separator, strict=True)
    header: list[str] | None = None
    more = 2 if column_map and column_map.import_ids else 0
    record = 0
    for line, row in _rows(reader, source, too_long):
        if isinstance(row, Problem):
            yield None, [row]
            if row.code == "broken_csv":
                if header is None:
                    return
                record += 1
        elif header is None:
            header = [cell.strip() for cell in row]
            try:
                known = _layout(header, Location(source, line), knowledge, column_map)
            except AnswersError as error:
                yield None, list(error.problems)
                return
        elif more:
            more -= 1
            if not more and not is_import_row(row):
                yield None, [no_import_row(source, line)]
                return
        else:
            record += 1
            yield _row(row, header, Location(source, line), f"{name}:{record}", knowledge, known)
    if header is None:
        yield None, [Problem("empty", "is empty: a CSV file begins with a header of question ids", source)]
    elif more:
        yield None, [no_import_row(source, line)]


def _decoded(lines: Iterable[bytes], too_long: list[int]) -> Iterator[str]:
    """The lines as text. A line that is too long becomes blank, and its number is added to `too_long`."""
    for number, line in enumerate(lines, start=1):
        if len(line) > MAX_RECORD:
            too_long.append(number)
            line = b"\n"
        # Bytes that are not UTF-8 become lone surrogates; only their row is refused.
        yield line.decode("utf-8-sig" if number == 1 else "utf-8", "surrogateescape")


def _rows(reader: Any, source: str, too_long: list[int]) -> Iterator[tuple[int, list[str] | Problem]]:
    """Each row that is not blank, or the problem with it, and its line."""
    while True:
        line = reader.line_num + 1
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield line, Problem("broken_csv", f"not valid CSV: {error}", source, line)
            continue
        while too_long:
            yield line, Problem("too_large", _TOO_LONG, source, too_long.pop(0))
        if row:
            yield line, row


def head_of(lines: Iterator[str]) -> list[str]:
    """The lines of a header, with the blank ones before it. It has more than one if a line ends inside quotes."""
    taken: list[str] = []
    text = ""
    for line in lines:
        taken.append(line)
        text = text + line if text or line.strip() else ""
        if text and (text.count('"') % 2 == 0 or len(taken) == _MOST_LINES):
            break
    return taken


def two_separators(source: str, line: int) -> Problem:
    """The problem with a header that two separators fit equally well."""
    allowed = ", ".join(SEPARATORS.values())
    return Problem("bad_header", f"the header mixes {allowed}; the columns need one of them", source, line)


def _row(
    row: list[str], header: list[str], location: Location, name: str, knowledge: Knowledge, known: Layout | None
) -> Read:
    if len(row) != len(header):
        message = f"the row has {len(row)} cells, the header {len(header)}"
        return None, [Problem("bad_row", message, location.source, location.line)]
    if any("\udc80" <= char <= "\udcff" for cell in row for char in cell):
        return None, [Problem("not_utf8", "the row is not UTF-8 text", location.source, location.line)]
    problems: list[Problem] = []
    if known:
        header = known.header
        row, wrong = known.row(row)
        problems = [known.problem(cell, location) for cell in wrong]
    return respondent(dict(zip(header, row, strict=True)), location, name, knowledge, problems)


def _layout(header: list[str], location: Location, knowledge: Knowledge, column_map: ColumnMap | None) -> Layout | None:
    """The layout by the column map. Without a map there is none, but the header is checked. Raises AnswersError."""
    if column_map:
        return layout(header, location, knowledge, column_map)
    problems: list[Problem] = []
    for index, name in enumerate(header):
        if not name:
            problems.append(Problem("bad_header", f"column {index + 1} has no name", location.source, location.line))
        elif name in header[:index]:
            problems.append(location.problem("duplicate_key", name, f"duplicate column {shown(name)}"))
        elif name != "id" and name not in knowledge.questions:
            message = f"column {not_a_question(name, knowledge)}"
            problems.append(location.problem("unknown_question", name, message))
    if problems:
        raise AnswersError(problems)
    return None
