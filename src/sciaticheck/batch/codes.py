"""Answers as bytes, one code a question, for the engines of many records."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from sciaticheck.answers.follow_ups import conflicts, derived_answers, effective_states
from sciaticheck.answers.spelling import Answer
from sciaticheck.knowledge.model import Knowledge

NO, UNANSWERED, UNSURE, YES = range(4)
"""The states of an answer in the order in which they can only raise the advice."""

ANSWERS: tuple[Answer | None, ...] = ("no", None, "unsure", "yes")
"""The answer of each code."""

CODES: Mapping[object, int] = {answer: code for code, answer in enumerate(ANSWERS)}


LONG = 40
"""A spelling with more signs than this is not kept: it is mostly blanks, and hardly met again."""


class Kept(dict[Any, Any]):
    """A table that makes what it is first asked for, keeps it, and forgets all when it is full.

    A subclass says in `made` what belongs to a key. (No generic class: to make one costs more than the module.)
    """

    made: Callable[[Any], Any]
    most = 2048

    def __missing__(self, key: Any) -> Any:
        value = self.made(key)
        if len(self) >= self.most:
            self.clear()
        self[key] = value
        return value


class NotPlainError(Exception):
    """Another spelling than the usual, an unknown question or a contradiction: not for the quick way."""


class ConflictError(NotPlainError):
    """A follow-up contradicts its parent."""


def answers_of(names: Iterable[str], codes: bytes, knowledge: Knowledge) -> dict[str, Answer]:
    """The answers that the codes of these questions stand for. Raises ConflictError."""
    given = {name: answer for name, code in zip(names, codes, strict=True) if (answer := ANSWERS[code])}
    if any(conflicts(given, knowledge)):
        raise ConflictError
    return given


def counted(given: Mapping[str, Answer], knowledge: Knowledge) -> dict[str, Answer]:
    """The answers that count: those given, with what the follow-up rules add or change."""
    return {**given, **derived_answers(given, effective_states(given, knowledge), knowledge)}
