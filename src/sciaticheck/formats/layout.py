"""Reads the header of a table with a column map, and then its rows."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase
from typing import NamedTuple

from sciaticheck.answers.record import Location
from sciaticheck.answers.spelling import BLANKS, CHOICES
from sciaticheck.errors import AnswersError, Problem, did_you_mean, shown, visible
from sciaticheck.formats.column_map import SEPARATORS, TICKED, ColumnMap
from sciaticheck.knowledge.model import Knowledge


class Column(NamedTuple):
    """A column that is read: its name and position in the file, its name here, and the answer of each value."""

    theirs: str
    position: int
    ours: str
    values: dict[str, str] | None = None


class Layout(NamedTuple):
    """How the rows of one file are read: `header` names what `row` returns; `width` is the number of cells in a row."""

    header: list[str]
    columns: tuple[Column, ...]
    ids: tuple[int, ...]
    width: int
    separator: str = ","
    column_map: ColumnMap | None = None

    def row(self, cells: Sequence[str]) -> tuple[list[str], list[tuple[Column, str]]]:
        """The cells under `header`, with answers in our spelling, and the cells that are not answers."""
        result: list[str] = []
        wrong: list[tuple[Column, str]] = []
        for column in self.columns:
            text = cells[column.position]
            if column.values is not None:
                folded = text.strip(BLANKS).lower()
                if folded not in column.values:
                    wrong.append((column, text))
                text = column.values.get(folded, "")
            result.append(text)
        if self.ids:
            result.append(":".join(cells[index] for index in self.ids if cells[index].strip(BLANKS)))
        return result, wrong

    def problem(self, wrong: tuple[Column, str], location: Location) -> Problem:
        """The problem with a cell that is not an answer."""
        column, text = wrong
        values = column.values or {}
        name = column.ours if column.theirs == column.ours else f"{column.ours} (column {shown(column.theirs)})"
        if values is TICKED:
            allowed = "1 or checked for a ticked box, 0 or unchecked for one that is not"
        else:
            spellings: dict[str, list[str]] = {answer: [] for answer in (*CHOICES, "")}
            for spelling, answer in values.items():
                spellings[answer].append(spelling or "nothing")
            lists = (f"{answer or 'unanswered'}: {', '.join(spelled)}" for answer, spelled in spellings.items())
            allowed = visible("; ".join(lists))
        message = f"{name}: {shown(text)} is not an answer. Allowed: {allowed}."
        if self.column_map and values is not TICKED:
            message += f" {self.column_map.name} does not say what it means; add it to 'values' of --map."
        return location.problem("unknown_value", column.theirs, message, text)


def separator_of(header: str, knowledge: Knowledge, column_map: ColumnMap | None = None) -> str | None:
    """The separator with which most columns of a header are known. None if two know equally many, but not the same."""
    known_columns: dict[str, tuple[int, list[str]]] = {}
    for separator in SEPARATORS:
        try:
            rows = csv.reader(io.StringIO(header, newline=""), delimiter=separator, strict=True)
            cells = next((row for row in rows if row), [])
        except csv.Error:
            continue
        cells = [cell.strip() for cell in cells]
        known = sum(
            cell in knowledge.questions
            or cell == "id"
            or (column_map is not None and _meaning(cell, cells, knowledge, column_map) is not None)
            for cell in cells
        )
        known_columns[separator] = (known, cells)
    best = max((known for known, _ in known_columns.values()), default=0)
    if not best:
        return ","
    winners = {separator: cells for separator, (known, cells) in known_columns.items() if known == best}
    return next(iter(winners)) if len({tuple(cells) for cells in winners.values()}) == 1 else None


class _Meaning(NamedTuple):
    """The question of a column, or "" if the column is not read; `tick` is true for a checkbox."""

    question: str
    tick: bool = False


def _meaning(cell: str, cells: Sequence[str], knowledge: Knowledge, column_map: ColumnMap) -> _Meaning | None:
    """The meaning of a column under the column map, or None if it is unknown."""
    if cell in column_map.columns:
        return _Meaning(column_map.columns[cell])
    if cell in knowledge.questions:
        return _Meaning(cell)
    folded = cell.lower()
    for question in knowledge.questions.values():
        asked = question.ask.lower()
        if folded == asked or any(folded.endswith(f"{sign}{asked}") for sign in column_map.groups):
            return _Meaning(question.id)
    before, sign, last = cell.rpartition(column_map.ticks) if column_map.ticks else ("", "", "")
    # If the separator is used for groups too, it is a checkbox only beside the column of its question.
    if sign and (column_map.ticks not in column_map.groups or before in cells):
        if last in knowledge.questions:
            return _Meaning(last, tick=True)
        if last == "1" and before in knowledge.questions:
            return _Meaning(before, tick=True)
        return None
    last = _last(cell, column_map)
    if last in knowledge.questions:
        return _Meaning(last)
    listed = {*column_map.ids, *column_map.and_ids, *column_map.ignore}
    folded = last.lower()
    if folded in listed or any(fnmatchcase(folded, name) or fnmatchcase(cell.lower(), name) for name in listed):
        return _Meaning("")
    if column_map.ticks and any(other.startswith(f"{cell}{column_map.ticks}") for other in cells):
        return _Meaning("")  # repeats in one cell what was ticked
    return None


def layout(
    cells: Sequence[str],
    location: Location,
    knowledge: Knowledge,
    column_map: ColumnMap,
    separator: str = ",",
    keep: Sequence[str] = (),
    keep_all: bool = False,
) -> Layout:
    """How rows under this header are read. Raises AnswersError with every problem.

    Columns in `keep` are passed through unchanged; with `keep_all`, so is every column that is not read.
    """
    names = [cell.strip() for cell in cells]
    columns: list[Column] = []
    problems: list[Problem] = []
    spellings = {tick: column_map.spellings(knowledge, tick) for tick in (False, True)}
    taken: dict[str, str] = {}
    for index, name in enumerate(names):
        meaning = _meaning(name, names, knowledge, column_map)
        question = meaning.question if meaning else ""
        if name in names[:index] and name:
            problems.append(location.problem("duplicate_key", name, f"duplicate column {shown(name)}"))
        elif meaning and question:
            if question in taken:
                message = f"columns {shown(taken[question])} and {shown(name)} are both {question}"
                problems.append(location.problem("duplicate_key", name, message))
            taken[question] = name
            columns.append(Column(name, index, question, spellings[meaning.tick]))
        elif not name:
            problems.append(Problem("bad_header", f"column {index + 1} has no name", location.source, location.line))
        elif meaning is None and name != "id" and name not in keep and not keep_all:
            hint = did_you_mean(_last(name, column_map), knowledge.questions)
            message = f"column {shown(name)} is not a question under {column_map.name}.{hint} "
            message += "With --map FILE: say which it is under 'columns', or list it under 'ignore'."
            problems.append(location.problem("unknown_question", name, message))
        if name in keep or (keep_all and name and name != "id" and not question):
            columns.append(Column(name, index, name))
    problems += [
        location.problem("unknown_column", name, f"there is no column {shown(name)}.{did_you_mean(name, names)}")
        for name in (*column_map.columns, *keep)
        if name not in names
    ]
    if not problems and not taken:
        message = f"no column is a question under {column_map.name}"
        problems.append(Problem("bad_header", message, location.source, location.line))
    if problems:
        raise AnswersError(problems)
    ids = tuple(_ids(names, column_map))
    header = [*(column.ours for column in columns), *(["id"] if ids else [])]
    return Layout(header, tuple(columns), ids, len(names), separator, column_map)


def _ids(names: Sequence[str], column_map: ColumnMap) -> Iterator[int]:
    """The indexes of the columns that make up the id."""
    indexes = {_last(name, column_map).lower(): index for index, name in enumerate(names)}
    indexes |= {name.lower(): index for index, name in enumerate(names)}
    first = next((name for name in (*column_map.ids, "id") if name in indexes), None)
    if first:
        yield indexes[first]
        yield from (indexes[name] for name in column_map.and_ids if name in indexes)


def _last(name: str, column_map: ColumnMap) -> str:
    """The name of a column without its groups."""
    return name[max((name.rfind(sign) for sign in column_map.groups), default=-1) + 1 :]
