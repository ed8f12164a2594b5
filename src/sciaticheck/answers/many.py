"""Many respondents, one a line or row, from JSON Lines and CSV: streamed, a bad record never stops the rest."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator

from sciaticheck.answers.limits import MAX_RECORD
from sciaticheck.answers.one import Read, from_json, respondent
from sciaticheck.answers.record import Place
from sciaticheck.errors import Problem, did_you_mean, shown
from sciaticheck.knowledge.model import Knowledge


def from_jsonl(lines: Iterable[bytes], source: str, name: str, knowledge: Knowledge) -> Iterator[Read]:
    """The respondents in lines of JSON; blank lines are skipped. Ids not given are `name` and the line's number."""
    for number, raw in enumerate(lines, start=1):
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
            yield from_json(text, source, f"{name}:{number}", knowledge, number)


def from_csv(lines: Iterable[bytes], source: str, name: str, knowledge: Knowledge) -> Iterator[Read]:
    """The respondents in rows of CSV under a header of question ids and, if wanted, `id`.

    A wrong header refuses the file; a wrong row only itself. Ids not given are `name` and the row's first line.
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

    reader = csv.reader(texts(), strict=True)
    header: list[str] | None = None
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
            continue
        while too_long:
            message = f"the line is longer than {MAX_RECORD} bytes"
            yield None, [Problem("too_large", message, source, too_long.pop(0))]
        if not row:
            continue
        if header is None:
            header = [cell.strip() for cell in row]
            problems = list(_header_problems(header, source, line, knowledge))
            if problems:
                yield None, problems
                return
            continue
        yield _row(row, header, source, line, name, knowledge)
    if header is None:
        yield None, [Problem("empty", "is empty: a CSV file begins with a header of question ids", source)]


def _row(row: list[str], header: list[str], source: str, line: int, name: str, knowledge: Knowledge) -> Read:
    if len(row) != len(header):
        message = f"the row has {len(row)} cells, the header {len(header)}"
        return None, [Problem("bad_row", message, source, line)]
    if any("\udc80" <= char <= "\udcff" for cell in row for char in cell):
        return None, [Problem("not_utf8", "the row is not UTF-8 text", source, line)]
    place = Place(source, lambda key: line)
    return respondent(dict(zip(header, row, strict=True)), place, source, f"{name}:{line}", knowledge, line)


def _header_problems(header: list[str], source: str, line: int, knowledge: Knowledge) -> Iterator[Problem]:
    for separator, name in ((";", "semicolons"), ("\t", "tabs")):
        if len(header) == 1 and separator in header[0]:
            yield Problem("bad_header", f"the columns are separated by {name}; use commas", source, line)
            return
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
