"""What the columns of a table are, with or without a column map, and its rows under that header."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from sciaticheck.answers.record import Location
from sciaticheck.answers.spelling import BLANKS, CHOICES
from sciaticheck.errors import AnswersError, Problem, did_you_mean, shown, visible
from sciaticheck.formats import PRESETS, preset
from sciaticheck.formats.column_map import TICKED, ColumnMap
from sciaticheck.formats.header import Names, Wanted, is_metadata, last_of

SHOWN = 20
"""Columns that a message names."""

FURTHER_DOWN = "If the header is further down, 'skip_rows: 1' in --map FILE passes over one row."


class Column(NamedTuple):
    """A column that is read: its name and position in the file, its name here, and the answer of each value."""

    theirs: str
    position: int
    ours: str
    values: dict[str, str] | None = None


class Layout(NamedTuple):
    """How the rows of one file are read: `row` returns cells for `header`; `width` is the number of cells in a row.

    `notes` say which columns are not read.
    """

    columns: tuple[Column, ...]
    ids: tuple[int, ...]
    width: int
    column_map: ColumnMap | None = None
    notes: tuple[Problem, ...] = ()

    @property
    def header(self) -> list[str]:
        """What `row` returns."""
        return [*(column.ours for column in self.columns), *(["id"] if self.ids else [])]

    def row(self, cells: Sequence[str]) -> tuple[list[str], list[tuple[Column, str]]]:
        """The cells under `header`, with answers in our spelling, and the cells that are not answers."""
        result: list[str] = []
        wrong: list[tuple[Column, str]] = []
        for column in self.columns:
            text = cells[column.position]
            if column.values is not None:
                value = text.strip(BLANKS).lower()
                if value not in column.values:
                    wrong.append((column, text))
                text = column.values.get(value, "")
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


def layout(names: Sequence[str], location: Location, wanted: Wanted, is_record: bool = False) -> Layout:
    """How rows under this header are read. Raises AnswersError with every problem.

    A column whose name is close to that of a question is a problem; any other that is none is not read, with a note. A
    record (`is_record`) need not have all columns.
    """
    names = [name.strip() for name in names]
    header, column_map = Names(names, wanted), wanted.column_map
    spellings = {tick: column_map.spellings(wanted.knowledge, tick) if column_map else None for tick in (False, True)}
    ids = tuple(_ids(names, column_map or ColumnMap("")))
    columns: list[Column] = []
    unread: list[str] = []
    problems: list[Problem] = []
    slips: list[Problem] = []
    taken: dict[str, str] = {}
    is_text = bool(location.line) and not is_record
    separate = "It is the only column: commas, semicolons or tabs separate columns."
    one_column = f" {separate}" if is_text and len(names) == 1 else ""

    def take(column: Column) -> None:
        if column.ours not in taken:
            taken[column.ours] = column.theirs
            columns.append(column)
            return
        both = f"columns {shown(taken[column.ours])} and {shown(column.theirs)} are both {column.ours}"
        message = f"duplicate column {shown(column.theirs)}" if taken[column.ours] == column.theirs else both
        problems.append(location.problem("duplicate_key", column.theirs, message))

    for place, name in enumerate(names):
        meaning = header.meaning(name or f"column {place + 1}")
        if meaning and meaning.question:
            take(Column(name, place, meaning.question, spellings[meaning.tick]))
        elif name in wanted.keep or (wanted.keep_all and name and name != "id"):
            pass
        elif name == "id":
            if names.index("id") != place:
                problems.append(location.problem("duplicate_key", name, "duplicate column 'id'"))
        elif meaning is None and name and (near := header.slip(name)):
            message = f"column {shown(name)} is not a question. Did you mean '{near}'? Else rename it, "
            message += (
                "or list it under 'ignore' of --map." if column_map else f"or --keep it.{_preset_hint(names, wanted)}"
            )
            slips.append(location.problem("unknown_question", name, message + one_column))
        elif meaning is None or name in wanted.knowledge.questions:
            unread.append(shown(name) if name else f"column {place + 1}, which has no name")
        if name and (name in wanted.keep or (wanted.keep_all and name != "id" and not (meaning and meaning.question))):
            take(Column(name, place, name))
    problems += slips[:SHOWN]
    must_have = [] if wanted.keep_all else [*wanted.keep]
    lower = [name.lower() for name in names]
    listed = [*column_map.columns, *column_map.own_ids] if column_map else []
    must_have += [name for name in listed if not is_record or name.lower() in lower]
    problems += [
        location.problem("unknown_column", name, f"there is no column {shown(name)}.{did_you_mean(name, names)}")
        for name in must_have
        if name not in names and not (column_map and name in column_map.own_ids and name in lower)
    ]
    is_read = any(column.ours in wanted.knowledge.questions for column in columns)
    if not problems and not is_read and (not is_record or len(unread) == len(names) > 0):
        under = f" under {column_map.name}" if column_map else ""
        message = f"no column is a question{under}; 'sciaticheck questions' lists the ids.{_preset_hint(names, wanted)}"
        if is_text:
            message += f"{one_column} {FURTHER_DOWN}"
        problems.append(Problem("bad_header", message, location.source, location.line))
    notes: tuple[Problem, ...] = ()
    if unread:
        few = ", ".join(unread[:SHOWN]) + (f" and {len(unread) - SHOWN:,} more" if len(unread) > SHOWN else "")
        message = f"not read, no questions: {few}"
        hint = _hint(names, wanted, ids)
        notes = (Problem("unread_column", f"{message}.{hint}" if hint else message, location.source),)
        problems += notes if wanted.is_strict else ()
    if problems:
        raise AnswersError(problems)
    return Layout(tuple(columns), ids, len(names), column_map, notes)


def _hint(names: Sequence[str], wanted: Wanted, ids: Sequence[int]) -> str:
    """What may help with columns that are not read: a preset, or to say which of them is the id."""
    hint = _preset_hint(names, wanted)
    return hint if ids else f"{hint} If a column is the id, say which: 'id: NAME' in --map FILE."


def _preset_hint(names: Sequence[str], wanted: Wanted) -> str:
    if wanted.column_map:
        return ""
    own = {name: sum(is_metadata(column, preset(name)) for column in names if column) for name in PRESETS}
    best = max(own, key=lambda name: own[name])
    return f" This looks like an export that --from {best} reads." if own[best] > 1 else ""


def _ids(names: Sequence[str], column_map: ColumnMap) -> Iterator[int]:
    """The indexes of the columns that make up the id."""
    indexes = {last_of(name, column_map).lower(): index for index, name in reversed([*enumerate(names)])}
    indexes |= {name.lower(): index for index, name in reversed([*enumerate(names)])}
    first = next((name for name in (*column_map.ids, "id") if name in indexes), None)
    if not column_map.name:
        yield from (names.index("id"),) if "id" in names else ()
    elif first:
        yield indexes[first]
        yield from (indexes[name] for name in column_map.and_ids if name in indexes)
