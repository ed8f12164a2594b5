"""Many respondents, one a line or row, from JSON Lines and CSV: streamed, a bad record never stops the rest."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from itertools import chain

from sciaticheck.answers.limits import MAX_RECORD
from sciaticheck.answers.mapping import SEPARATORS, Layout, Mapping, layout, separator_of
from sciaticheck.answers.one import Read, reads_of_json, respondent
from sciaticheck.answers.record import Place
from sciaticheck.errors import AnswersError, Problem, did_you_mean, shown
from sciaticheck.knowledge.model import Knowledge

_MOST_LINES = 50
"""A header that takes more lines is none."""


def reads_of_jsonl(lines: Iterable[bytes], source: str, name: str, knowledge: Knowledge) -> Iterator[Read]:
    """The respondents in lines of JSON; blank lines are skipped. Ids not given are `name` and the record's number."""
    record = 0
    for number, raw in enumerate(lines, start=1):
        record += bool(raw.strip())
        if len(raw) > MAX_RECORD:
            message = f"the line is longer than {MAX_RECORD} bytes"
            yield None, [Problem("too_large", message, source, number)]
            continue
        try:
            text = raw.decode("utf-8-sig" if number == 1 else "utf-8").strip()
        except UnicodeDecodeError:
            yield None, [Problem("not_utf8", "the line is not UTF-8 text", source, number)]
            continue
        if text:
            yield from reads_of_json(text, source, f"{name}:{record}", knowledge, number)


def from_csv(
    lines: Iterable[bytes], source: str, name: str, knowledge: Knowledge, mapping: Mapping | None = None
) -> Iterator[Read]:
    """The respondents in rows of CSV under a header of question ids and, if wanted, `id`; or of what `mapping` says.

    A wrong header refuses the file; a wrong row only itself. Ids not given are `name` and the record's number.
    """
    csv.field_size_limit(MAX_RECORD)
    # Bytes that are not UTF-8 become lone surrogates, so that the rows around them can still be read.
    too_long: list[int] = []

    def texts() -> Iterator[str]:
        for number, text in enumerate(lines, start=1):
            if len(text) > MAX_RECORD:  # cut by the reader of lines: none of it is to be used
                too_long.append(number)
                text = b"\n"
            yield text.decode("utf-8-sig" if number == 1 else "utf-8", "surrogateescape")

    rest = texts()
    first = head_of(rest)
    separator = separator_of("".join(first), knowledge, mapping)
    if separator is None:
        yield None, [two_separators(source, len(first))]
        return
    reader = csv.reader(chain(first, rest), delimiter=separator, strict=True)
    header: list[str] | None = None
    known: Layout | None = None
    more = 2 if mapping and mapping.import_ids else 0
    record = 0
    while True:
        line = reader.line_num + 1
        try:
            row = next(reader)
        except StopIteration:
            break
        except csv.Error as error:
            yield None, [Problem("broken_csv", f"not valid CSV: {error}", source, line)]
            if header is None:
                return
            record += 1
            continue
        while too_long:
            message = f"the line is longer than {MAX_RECORD} bytes"
            yield None, [Problem("too_large", message, source, too_long.pop(0))]
        if not row:
            continue
        if header is None:
            header = [cell.strip() for cell in row]
            try:
                known = mapping and layout(header, source, line, knowledge, mapping)
            except AnswersError as error:
                yield None, list(error.problems)
                return
            problems = [] if mapping else list(_header_problems(header, source, line, knowledge))
            if problems:
                yield None, problems
                return
            continue
        if more:
            more -= 1
            if not more and not is_import_row(row):
                yield None, [no_import_row(source, line)]
                return
            continue
        record += 1
        yield _row(row, header, source, line, f"{name}:{record}", knowledge, known)
    if header is None:
        yield None, [Problem("empty", "is empty: a CSV file begins with a header of question ids", source)]
    elif more:
        yield None, [no_import_row(source, line)]


def head_of(lines: Iterator[str]) -> list[str]:
    """The lines that a header takes, with blank ones before it: more than one where a line ends inside quotes."""
    taken: list[str] = []
    text = ""
    for line in lines:
        taken.append(line)
        text = text + line if text or line.strip() else ""
        if text and (text.count('"') % 2 == 0 or len(taken) == _MOST_LINES):
            break
    return taken


def two_separators(source: str, line: int) -> Problem:
    """What is said of a header that two signs divide equally well."""
    allowed = ", ".join(SEPARATORS.values())
    return Problem("bad_header", f"the header mixes {allowed}; the columns need one of them", source, line)


def is_import_row(row: Iterable[str]) -> bool:
    """Whether this is the third row of a Qualtrics header."""
    return any(cell.lstrip().startswith('{"ImportId"') for cell in row)


def no_import_row(source: str, line: int) -> Problem:
    """What is said where the rows of a Qualtrics header are not there: a respondent may stand in their place."""
    message = "the third row of a Qualtrics header, with ImportId, is not here; without it use --map FILE alone"
    return Problem("bad_header", message, source, line)


def _row(
    row: list[str], header: list[str], source: str, line: int, name: str, knowledge: Knowledge, known: Layout | None
) -> Read:
    if len(row) != len(header):
        message = f"the row has {len(row)} cells, the header {len(header)}"
        return None, [Problem("bad_row", message, source, line)]
    if any("\udc80" <= char <= "\udcff" for cell in row for char in cell):
        return None, [Problem("not_utf8", "the row is not UTF-8 text", source, line)]
    place = Place(source, lambda key: line)
    problems: list[Problem] = []
    if known:
        header = known.header
        row, wrong = known.row(row)
        problems = [known.problem(value, source, line) for value in wrong]
    return respondent(dict(zip(header, row, strict=True)), place, source, name, knowledge, line, problems)


def _header_problems(header: list[str], source: str, line: int, knowledge: Knowledge) -> Iterator[Problem]:
    seen: set[str] = set()
    for place, column in enumerate(header, start=1):
        if not column:
            yield Problem("bad_header", f"column {place} has no name", source, line)
        elif column in seen:
            yield Problem("duplicate_key", f"column {shown(column)} stands twice", source, line, column)
        elif column != "id" and column not in knowledge.questions:
            hint = did_you_mean(column, knowledge.questions) or " 'sciaticheck questions' lists all."
            yield Problem("unknown_question", f"column {shown(column)} is not a question.{hint}", source, line, column)
        seen.add(column)
