"""What a batch is to do, and what came of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import NamedTuple

from sciaticheck.batch.rows import columns
from sciaticheck.errors import AnswersError, Problem, did_you_mean, shown
from sciaticheck.formats.column_map import ColumnMap
from sciaticheck.formats.header import Wanted
from sciaticheck.knowledge.model import RANK, URGENCIES, Knowledge

SHOWN = 10
"""Problems and notes kept to be shown."""

MORE_NOTES = Problem("more_notes", "more notes like these are not shown")

PAIRS = tuple(product(URGENCIES, URGENCIES))
"""Each pair of urgency and possible urgency."""

Levels = Counter[tuple[str, str]]
"""How many records have each pair of urgency and possible urgency."""


class Job(NamedTuple):
    """What is to be written of each record: the `columns` of a row, then the input's columns in `keep`.

    `keep_all`: every column of tables that is neither a question nor the id is kept. `is_raw`: texts that begin like a
    formula are written as they are.
    """

    knowledge: Knowledge
    columns: tuple[str, ...]
    keep: tuple[str, ...] = ()
    keep_all: bool = False
    format: str = "csv"
    is_raw: bool = False
    is_strict: bool = False
    column_map: ColumnMap | None = None
    drop_hidden: bool = False

    @property
    def by_columns(self) -> bool:
        """Whether tables can be read by columns: with a column map, or to drop answers, each record is looked at."""
        return self.column_map is None and not self.drop_hidden

    @property
    def wanted(self) -> Wanted:
        """How tables are to be read."""
        return Wanted(self.knowledge, self.column_map, self.keep, self.keep_all, self.is_strict, self.drop_hidden)


class Reject(NamedTuple):
    """One thing wrong with a record that is not written."""

    record: int
    problem: Problem

    @property
    def located(self) -> Problem:
        """The problem, with the number of the record if its source has no lines."""
        problem = self.problem
        return problem if problem.line else problem._replace(source=f"{problem.source}, record {self.record}")


@dataclass
class Summary:
    """What came of a chunk, of a part, or of a batch: `read` is `written`, `rejected` and `blank` together.

    `reasons` counts problems by their codes, `refused` by the urgency of the other answers, `shown` are the first of
    them; `stopped` says which files could not be read on. `notes` are to be known, `unasked` lack a column.
    """

    read: int = 0
    rejected: int = 0
    blank: int = 0
    levels: Levels = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    shown: list[Problem] = field(default_factory=list)
    stopped: list[Problem] = field(default_factory=list)
    notes: Counter[Problem] = field(default_factory=Counter)
    unasked: dict[str, None] = field(default_factory=dict)

    @property
    def written(self) -> int:
        """How many records have a row."""
        return sum(self.levels.values())

    def add(self, other: Summary, most: int | None = None) -> None:
        """Adds what came of more records; of different notes as many as are shown.

        Raises AnswersError if more than `most` are rejected, AssertionError if a record has vanished.
        """
        if other.read != other.written + other.blank + other.rejected:
            raise AssertionError(f"{other.read} records read: {other}")
        self.read, self.rejected, self.blank = (
            self.read + other.read, self.rejected + other.rejected, self.blank + other.blank
        )  # fmt: skip
        self.levels.update(other.levels)
        self.reasons.update(other.reasons)
        self.refused.update(other.refused)
        self.shown += other.shown[: SHOWN - len(self.shown)]
        self.stopped += other.stopped
        for note, times in other.notes.items():
            is_shown = note in self.notes or len(self.notes) < SHOWN
            self.notes[note if is_shown else MORE_NOTES] += times
        if most is not None and self.rejected > most:
            message = f"more than {most} records rejected; stopped, and nothing was written"
            raise AnswersError([Problem("too_many_rejects", message), *self.shown])

    def at_or_above(self, level: str) -> int:
        """How many are at this level or above."""
        return sum(count for (urgency, _), count in self.levels.items() if RANK[urgency] >= RANK[level])

    def could_reach(self, level: str) -> int:
        """How many below this level could reach it once open questions are answered."""
        return sum(
            count for (urgency, possible), count in self.levels.items() if RANK[urgency] < RANK[level] <= RANK[possible]
        )


def job(
    knowledge: Knowledge,
    wanted: Sequence[str] = (),
    keep: Sequence[str] = (),
    format: str = "csv",
    is_raw: bool = False,
    is_strict: bool = False,
    column_map: ColumnMap | None = None,
    drop_hidden: bool = False,
) -> Job:
    """A job whose names are checked. Raises AnswersError."""
    known = columns(knowledge)
    problems = [
        Problem("unknown_column", f"--columns: {shown(name)} is not a result.{did_you_mean(name, known)}", key=name)
        for name in wanted
        if name not in known
    ]
    problems += [
        Problem("unknown_column", f"--keep: {shown(name)} is a result or a question; leave it out", key=name)
        for name in keep
        if name in known or name in knowledge.questions
    ]
    problems += [
        Problem("duplicate_key", f"{shown(name)} is asked for twice", key=name)
        for names in (wanted, keep)
        for name, count in Counter(names).items()
        if count > 1
    ]
    if problems:
        raise AnswersError(problems)
    named = tuple(name for name in keep if name != "*")
    return Job(
        knowledge, tuple(wanted or known), named, "*" in keep, format, is_raw, is_strict, column_map, drop_hidden
    )
