"""The states of spellings, and the records of a chunk that a reader has collected so far."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

import msgspec

from sciaticheck.answers.document import Read
from sciaticheck.answers.spelling import STATES, parse_answer
from sciaticheck.batch.job import Reject
from sciaticheck.errors import Problem
from sciaticheck.rules.states import UNANSWERED

_LONG = 40
"""A spelling with more characters is not remembered: it is mostly blanks, and hardly met again."""

_MOST = 10_000
"""Spellings that are remembered."""

WRONG = 255
"""The state of a value that is no answer."""


def state_of(value: object) -> int:
    """The state of a raw value. Raises KeyError for what is no answer."""
    if value is None or value is msgspec.UNSET:
        return UNANSWERED
    return STATES[parse_answer(value if isinstance(value, str) else str(value))]


class StateTable(dict[Any, int]):
    """The state of each value met so far: ten times as fast as reading each again.

    `text` turns a value into text first. A value that is no answer gets the state `wrong`, or raises KeyError.
    """

    def __init__(self, text: Callable[[Any], str] | None = None, wrong: int | None = None) -> None:
        self.text, self.wrong = text, wrong

    def __missing__(self, key: Any) -> int:
        try:
            state = state_of(key if self.text is None else self.text(key))
        except KeyError:
            if self.wrong is None:
                raise
            state = self.wrong
        if len(self) < _MOST and not (isinstance(key, str) and len(key) > _LONG):
            self[key] = state
        return state


class Collected:
    """The records of a chunk so far. `explain` reads a record again by the ordinary reader."""

    def __init__(self) -> None:
        self.states = bytearray()
        self.ids: list[str] = []
        self.records: list[int] = []
        self.kept: list[Sequence[Any]] = []
        self.explain: list[Callable[[], Read] | None] = []
        self.rejects: list[Reject] = []
        self.notes: Counter[Problem] = Counter()
        self.read = self.rejected = 0

    def add(
        self, record: int, id: str, states: bytes, kept: Sequence[Any], explain: Callable[[], Read] | None = None
    ) -> None:
        """Adds a record that can be read; whether it has a conflict is seen later, if it can be explained."""
        self.read += 1
        self.states += states
        self.ids.append(id)
        self.records.append(record)
        self.kept.append(kept)
        self.explain.append(explain)

    def reject(self, record: int, problems: Sequence[Problem]) -> None:
        """Adds a record that cannot be read."""
        self.read, self.rejected = self.read + 1, self.rejected + 1
        self.rejects += [Reject(record, problem) for problem in problems]
