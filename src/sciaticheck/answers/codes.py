"""Answers as bytes, one code a question: the quick way in for answers that are plainly well-formed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from sciaticheck.answers.follow_ups import conflicts, derived
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


class Coder:
    """Turns answers into codes. `order`: all questions, each follow-up beside its parent."""

    def __init__(self, knowledge: Knowledge) -> None:
        families: dict[str, list[str]] = {}
        for question in knowledge.follow_ups:
            parent = question.only_if or ""
            families.setdefault(parent, [parent]).append(question.id)
        self._families: list[tuple[slice, _Family]] = []
        self._rest = 0  # where the questions begin that stand alone
        for names in families.values():
            own = slice(self._rest, self._rest + len(names))
            self._families.append((own, _Family(names, knowledge)))
            self._rest = own.stop
        inside = [name for names in families.values() for name in names]
        self.order = tuple(dict.fromkeys([*inside, *knowledge.questions]))
        self._open: dict[str, object] = dict.fromkeys(self.order)

    def counted(self, answers: Mapping[str, object]) -> bytes:
        """The answers that count, the follow-up rules applied: a code a question. Raises NotPlainError."""
        all_answers = {**self._open, **answers}
        if len(all_answers) != len(self._open):
            raise NotPlainError
        try:
            codes = bytes(map(CODES.__getitem__, all_answers.values()))
        except (KeyError, TypeError):  # no such answer, or nothing that could be one
            raise NotPlainError from None
        return b"".join([*[family[codes[own]] for own, family in self._families], codes[self._rest :]])


class _Family(Kept):
    """For each state of a question and its follow-ups, what counts: worked out by the ordinary rules.

    Raises ConflictError for a state that contradicts itself.
    """

    def __init__(self, names: list[str], knowledge: Knowledge) -> None:
        self.names, self.knowledge = names, knowledge

    def made(self, codes: bytes) -> bytes:
        given = answers_of(self.names, codes, self.knowledge)
        count = given | derived(given, self.knowledge)
        return bytes(CODES[count.get(name)] for name in self.names)
