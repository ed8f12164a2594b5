"""Tables of others read as ours: which column is which question, and which value is which answer.

A `Mapping` says how a tool writes; a `Layout` is what that comes to for the header of one file.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from collections.abc import Mapping as Table
from fnmatch import fnmatchcase
from typing import Literal, NamedTuple

from sciaticheck.answers.spelling import BLANKS, SPELLINGS
from sciaticheck.errors import AnswersError, Problem, did_you_mean, shown, visible
from sciaticheck.knowledge.model import Knowledge

Word = Literal["yes", "no", "unsure", "unanswered"]

TICKED: dict[str, str] = {
    **dict.fromkeys(("1", "true", "checked"), "yes"),
    **dict.fromkeys(("0", "false", "unchecked", ""), ""),
}
"""A box: ticked is yes, and not ticked is unanswered, never no: nobody was asked to deny it."""

SEPARATORS = {",": "commas", ";": "semicolons", "\t": "tabs"}


class Mapping(NamedTuple):
    """How the tables of a tool or a project are read. Names of columns and values in lower case but for `columns`.

    `numbers`: whether 1 and 0 are read where `values` does not say what they mean. `and_ids`: columns that are added
    to the id, of records with several rows. `groups`: the signs that part a question's name from the groups it stands
    in. `ticks`: what parts a box from the question it belongs to. `import_ids`: two more rows of header follow.
    """

    name: str
    columns: Table[str, str] = {}
    values: Table[str, Word] = {}
    numbers: bool = True
    ids: tuple[str, ...] = ()
    and_ids: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    groups: str = ""
    ticks: str = ""
    import_ids: bool = False

    def spellings(self, knowledge: Knowledge, tick: bool = False) -> dict[str, str]:
        """Every text, in lower case, that is read in a column, and the answer in our spelling ("" for unanswered)."""
        if tick:
            return TICKED
        plain = {text: means or "" for text, means in SPELLINGS.items() if self.numbers or not text.isdigit()}
        labels = {knowledge.texts[f"answer_{word}"].lower(): word for word in ("yes", "no", "unsure")}
        told = {text: "" if word == "unanswered" else word for text, word in self.values.items()}
        return {**labels, **plain, **told}


class Column(NamedTuple):
    """A column that is read: what the file calls it, where it stands, what it becomes, and its values if answers."""

    theirs: str
    place: int
    ours: str
    values: dict[str, str] | None = None


class Layout(NamedTuple):
    """How the rows of one file are read. `width` is that of its rows, `header` the names of what `row` gives."""

    header: list[str]
    columns: tuple[Column, ...]
    ids: tuple[int, ...]
    width: int
    separator: str = ","
    mapping: Mapping | None = None

    def row(self, cells: Sequence[str]) -> tuple[list[str], list[tuple[Column, str]]]:
        """The cells in the order of `header`, answers in our spelling, and those whose value is none."""
        made: list[str] = []
        wrong: list[tuple[Column, str]] = []
        for column in self.columns:
            text = cells[column.place]
            if column.values is not None:
                folded = text.strip(BLANKS).lower()
                if folded not in column.values:
                    wrong.append((column, text))
                text = column.values.get(folded, "")
            made.append(text)
        if self.ids:
            parts = [cells[place] for place in self.ids]
            made.append(":".join(part for part in parts if part.strip(BLANKS)))
        return made, wrong

    def problem(self, wrong: tuple[Column, str], source: str, line: int) -> Problem:
        """What is said of a value that is no answer."""
        column, text = wrong
        values = column.values or {}
        where = column.ours if column.theirs == column.ours else f"{column.ours} (column {shown(column.theirs)})"
        if values is TICKED:
            allowed = "1 or checked for a ticked box, 0 or unchecked for one that is not"
        else:
            words: dict[str, list[str]] = {word: [] for word in ("yes", "no", "unsure", "")}
            for known, means in values.items():
                words[means].append(known or "nothing")
            allowed = "; ".join(f"{word or 'unanswered'}: {', '.join(known)}" for word, known in words.items())
            allowed = visible(allowed)
        message = f"{where}: {shown(text)} is not an answer. Allowed: {allowed}."
        if self.mapping and values is not TICKED:
            message += f" {self.mapping.name} does not say what it means; add it to 'values' of --map."
        return Problem("unknown_value", message, source, line, column.theirs, text)


def separator_of(header: str, knowledge: Knowledge, mapping: Mapping | None = None) -> str | None:
    """What parts the columns of a header: the sign under which most are known. None where two do equally well."""
    found: dict[str, tuple[int, list[str]]] = {}
    for separator in SEPARATORS:
        try:
            rows = csv.reader(io.StringIO(header, newline=""), delimiter=separator, strict=True)
            cells = next((row for row in rows if row), [])
        except csv.Error:
            continue
        cells = [cell.strip() for cell in cells]
        known = sum(_known(cell, cells, knowledge, mapping) for cell in cells)
        found[separator] = (known, cells)
    best = max((known for known, _ in found.values()), default=0)
    if not best:
        return ","
    winners = {separator: cells for separator, (known, cells) in found.items() if known == best}
    return next(iter(winners)) if len({tuple(cells) for cells in winners.values()}) == 1 else None


def _known(cell: str, cells: Sequence[str], knowledge: Knowledge, mapping: Mapping | None) -> bool:
    if cell in knowledge.questions or cell == "id":
        return True
    return mapping is not None and _meaning(cell, cells, knowledge, mapping) is not None


class _Meaning(NamedTuple):
    """What a column is: a question (as a box or not), or "" for one that is not read."""

    question: str
    tick: bool = False


def _meaning(cell: str, cells: Sequence[str], knowledge: Knowledge, mapping: Mapping) -> _Meaning | None:
    """What a column of this name is under the mapping, None if it does not say."""
    if cell in mapping.columns:
        return _Meaning(mapping.columns[cell])
    if cell in knowledge.questions:
        return _Meaning(cell)
    folded = cell.lower()
    for question in knowledge.questions.values():
        asked = question.ask.lower()
        if folded == asked or any(folded.endswith(f"{sign}{asked}") for sign in mapping.groups):
            return _Meaning(question.id)
    before, sign, last = cell.rpartition(mapping.ticks) if mapping.ticks else ("", "", "")
    # A box stands beside the column of its question. Where the sign never parts groups, it is a box without that too.
    if sign and (mapping.ticks not in mapping.groups or before in cells):
        if last in knowledge.questions:
            return _Meaning(last, tick=True)
        if last == "1" and before in knowledge.questions:
            return _Meaning(before, tick=True)
        return None
    for place in sorted((cell.rfind(sign) for sign in mapping.groups), reverse=True):
        if place >= 0:
            last = cell[place + 1 :]
            if last in knowledge.questions:
                return _Meaning(last)
            folded = last.lower()
            break
    listed = {*mapping.ids, *mapping.and_ids, *mapping.ignore}
    if folded in listed or any(fnmatchcase(folded, name) or fnmatchcase(cell.lower(), name) for name in listed):
        return _Meaning("")
    if mapping.ticks and any(other.startswith(f"{cell}{mapping.ticks}") for other in cells):
        return _Meaning("")  # what was ticked, once more in one cell
    return None


def layout(
    cells: Sequence[str],
    source: str,
    line: int,
    knowledge: Knowledge,
    mapping: Mapping,
    separator: str = ",",
    keep: Sequence[str] = (),
    keep_all: bool = False,
) -> Layout:
    """How rows under this header are read. Raises AnswersError with every problem.

    Columns in `keep` are passed through as they are; with `keep_all` so is every column that is not read.
    """
    names = [cell.strip() for cell in cells]
    columns: list[Column] = []
    problems: list[Problem] = []
    spellings = {tick: mapping.spellings(knowledge, tick) for tick in (False, True)}
    taken: dict[str, str] = {}
    for place, name in enumerate(names):
        found = _meaning(name, names, knowledge, mapping)
        if name in names[:place] and name:
            problems.append(Problem("duplicate_key", f"column {shown(name)} stands twice", source, line, name))
        elif found is not None and found.question:
            if found.question in taken:
                message = f"columns {shown(taken[found.question])} and {shown(name)} are both {found.question}"
                problems.append(Problem("duplicate_key", message, source, line, name))
            taken[found.question] = name
            columns.append(Column(name, place, found.question, spellings[found.tick]))
        elif not name:
            problems.append(Problem("bad_header", f"column {place + 1} has no name", source, line))
        elif found is None and name != "id" and name not in keep and not keep_all:
            problems.append(_unread(name, source, line, knowledge, mapping))
        if name in keep or (keep_all and name and name != "id" and not (found and found.question)):
            columns.append(Column(name, place, name))
    problems += [
        Problem("unknown_column", f"there is no column {shown(name)}.{did_you_mean(name, names)}", source, line, name)
        for name in (*mapping.columns, *keep)
        if name not in names
    ]
    if not problems and not taken:
        problems.append(Problem("bad_header", f"no column is a question under {mapping.name}", source, line))
    if problems:
        raise AnswersError(problems)
    ids = tuple(_ids(names, mapping))
    header = [*(column.ours for column in columns), *(["id"] if ids else [])]
    return Layout(header, tuple(columns), ids, len(names), separator, mapping)


def _ids(names: Sequence[str], mapping: Mapping) -> Iterator[int]:
    """Where the parts of the id stand."""
    places = {_last(name, mapping).lower(): place for place, name in enumerate(names)}
    places |= {name.lower(): place for place, name in enumerate(names)}
    wanted = next((name for name in (*mapping.ids, "id") if name in places), None)
    if wanted:
        yield places[wanted]
        yield from (places[name] for name in mapping.and_ids if name in places)


def _last(name: str, mapping: Mapping) -> str:
    place = max((name.rfind(sign) for sign in mapping.groups), default=-1)
    return name[place + 1 :]


def _unread(name: str, source: str, line: int, knowledge: Knowledge, mapping: Mapping) -> Problem:
    hint = did_you_mean(_last(name, mapping), knowledge.questions)
    message = f"column {shown(name)} is not a question under {mapping.name}.{hint} "
    message += "With --map FILE: say which it is under 'columns', or list it under 'ignore'."
    return Problem("unknown_question", message, source, line, name)
