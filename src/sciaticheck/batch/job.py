"""What a batch is to do, and what came of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import product
from typing import NamedTuple

from sciaticheck.batch.rows import columns
from sciaticheck.errors import AnswersError, Problem, did_you_mean, shown
from sciaticheck.formats.column_map import ColumnMap
from sciaticheck.inputs.table import Wanted
from sciaticheck.knowledge.model import RANK, URGENCIES, Knowledge

SHOWN = 10
"""Problems and notes kept to be shown."""

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

    @property
    def wanted(self) -> Wanted:
        """How tables are to be read."""
        return Wanted(self.knowledge, self.column_map, self.keep, self.keep_all, self.is_strict)


class Reject(NamedTuple):
    """One thing wrong with a record that is not written."""

    record: int
    problem: Problem


class Summary(NamedTuple):
    """What a batch did. `read` is `written`, `rejected` and `blank` together.

    `shown` are the first problems of records; `stopped` says which files could not be read on.
    """

    read: int
    written: int
    rejected: int
    blank: int
    levels: Levels
    reasons: Counter[str]
    shown: list[Problem]
    stopped: list[Problem]
    notes: Counter[Problem]
    unasked: tuple[str, ...] = ()

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
    return Job(knowledge, tuple(wanted or known), named, "*" in keep, format, is_raw, is_strict, column_map)
