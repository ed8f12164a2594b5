"""What the names of columns mean, with or without a column map."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from fnmatch import fnmatchcase
from typing import NamedTuple

from sciaticheck.formats.column_map import SEPARATORS, ColumnMap, folded, wordings
from sciaticheck.knowledge.model import Knowledge


class Wanted(NamedTuple):
    """How tables are to be read: with a column map, with columns passed through, with no column left unread.

    `drop_hidden` leaves out the answers to questions that a form hides.
    """

    knowledge: Knowledge
    column_map: ColumnMap | None = None
    keep: tuple[str, ...] = ()
    keep_all: bool = False
    is_strict: bool = False
    drop_hidden: bool = False


class Meaning(NamedTuple):
    """The question of a column, or "" if it is not one; `tick` is true for a checkbox."""

    question: str
    tick: bool = False


class Names:
    """The names of the columns in a header, and what each means."""

    def __init__(self, names: Sequence[str], wanted: Wanted) -> None:
        self.names, self.knowledge, self.column_map = names, wanted.knowledge, wanted.column_map or ColumnMap("")
        self.asked: Mapping[str, str] = {}
        if wanted.column_map:
            self.asked = wanted.column_map.asked or wordings([wanted.knowledge])

    def meaning(self, name: str) -> Meaning | None:
        """What a column is; None if its name says nothing."""
        questions, column_map = self.knowledge.questions, self.column_map
        if name in column_map.columns:
            return Meaning(column_map.columns[name])
        if any(_matches(name.lower(), pattern) for pattern in column_map.ignore):
            return Meaning("")
        if name in questions:
            return Meaning(name)
        starts = [place + 1 for place, char in enumerate(name) if char in column_map.groups]
        for start in (0, *starts) if self.asked else ():  # a label may have the character that separates groups
            if (question := self.asked.get(folded(name[start:]))) is not None:
                return Meaning(question)
        before, sign, last = name.rpartition(column_map.ticks) if column_map.ticks else ("", "", "")
        # If the separator is used for groups too, it is a checkbox only beside the column of its question.
        if sign and (column_map.ticks not in column_map.groups or before in self.names):
            if last in questions:
                return Meaning(last, tick=True)
            return Meaning(before, tick=True) if last == "1" and before in questions else None
        last = name[max(starts, default=0) :]
        if last in questions:
            return Meaning(last)
        if is_metadata(name, column_map):
            return Meaning("")
        if column_map.ticks and any(other.startswith(f"{name}{column_map.ticks}") for other in self.names):
            return Meaning("")  # repeats in one cell what was ticked
        return None

    def slip(self, name: str) -> str | None:
        """The question, or its wording, that a column's name is most likely meant to be."""
        ticked = name.rpartition(self.column_map.ticks)[0] if self.column_map.ticks else ""
        if ticked in self.knowledge.questions:
            return ticked
        last = last_of(name, self.column_map).lower().replace(" ", "_").replace("-", "_")[:80]
        near = get_close_matches(last, [*self.knowledge.questions, "id"], n=1, cutoff=0.8)
        if not near and len(name) > 15:  # the wording of a question is long
            near = [self.asked[text] for text in get_close_matches(folded(name)[:400], self.asked, n=1, cutoff=0.9)]
        return next(iter(near), None)


def is_metadata(name: str, column_map: ColumnMap) -> bool:
    """Whether a tool has a column of this name beside the questions."""
    listed = (*column_map.ids, *column_map.and_ids, *column_map.metadata)
    forms = {name.lower(), last_of(name, column_map).lower()}
    return any(_matches(form, pattern) for form in forms for pattern in listed)


def _matches(name: str, pattern: str) -> bool:
    """Whether a name is that of a pattern, in which * is any characters and a bracket is itself."""
    return name == pattern or fnmatchcase(name, pattern.replace("[", "[[]"))


def separator_of(header: str, wanted: Wanted) -> str | None:
    """The separator with which most columns of a header are known. None if two know equally many, but not the same."""
    known_columns: dict[str, tuple[int, list[str]]] = {}
    for separator in SEPARATORS:
        try:
            rows = csv.reader(io.StringIO(header, newline=""), delimiter=separator, strict=True)
            cells = [cell.strip() for row in rows for cell in row]
        except csv.Error:
            continue
        names = Names(cells, wanted)
        known_columns[separator] = (sum(cell == "id" or names.meaning(cell) is not None for cell in cells), cells)
    best = max((known for known, _ in known_columns.values()), default=0)
    if not best:
        return ","
    winners = {separator: cells for separator, (known, cells) in known_columns.items() if known == best}
    return next(iter(winners)) if len({tuple(cells) for cells in winners.values()}) == 1 else None


def header_of(rows: Sequence[list[str]], wanted: Wanted) -> list[str]:
    """The name of each column if the header has several rows: that which is known, else that of the best row."""
    known = [[cell == "id" or Names(row, wanted).meaning(cell.strip()) is not None for cell in row] for row in rows]
    best = max(range(len(rows)), key=lambda place: (sum(known[place]), -place))
    names = list(rows[best])
    for row, is_known in zip(rows, known, strict=True):
        for place in range(min(len(names), len(row))):
            if not known[best][place] and is_known[place]:
                names[place], known[best][place] = row[place], True
    return names


def last_of(name: str, column_map: ColumnMap) -> str:
    """The name of a column without its groups."""
    return name[max((name.rfind(sign) for sign in column_map.groups), default=-1) + 1 :]
