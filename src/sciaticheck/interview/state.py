"""The values of an interview: its state, and what it shows."""

from __future__ import annotations

from typing import Literal, NamedTuple

from sciaticheck.answers.spelling import Answer
from sciaticheck.knowledge.model import Question, Screen

Stage = Literal["opening", "region", "asking", "emergency", "onset", "review", "finished", "stopped"]

Style = Literal["text", "title", "question", "item", "keys", "emergency"]


class Shown(NamedTuple):
    """One paragraph for the screen."""

    text: str
    style: Style = "text"


class Given(NamedTuple):
    """An answer; `together` is true if it was given to a whole screen of questions."""

    id: str
    answer: Answer
    together: bool = False


class State(NamedTuple):
    """The state of an interview. `given` has each answered question once; "back" returns to `before`.

    `quick_ones` are the only questions that are still asked after the first emergency. `began` is when it began, as a
    sentence, once that was asked.
    """

    stage: Stage = "opening"
    given: tuple[Given, ...] = ()
    opened: frozenset[str] = frozenset()
    changing: str | None = None
    warned: bool = False
    quick_ones: tuple[str, ...] | None = None
    began: str = ""
    asked: int = 0
    region: str = ""
    before: State | None = None

    @property
    def answers(self) -> dict[str, Answer]:
        """The answers given so far."""
        return {given.id: given.answer for given in self.given}


class Item(NamedTuple):
    """What to ask next: one question, or several that a screen shows together."""

    asks: tuple[Question, ...]
    screen: Screen | None = None

    def chosen(self, typed: str) -> set[str] | None:
        """The questions of a screen that typed numbers mean, none of them for 0; None for any other line."""
        known = {str(number): question.id for number, question in enumerate(self.asks, start=1)}
        numbers = typed.replace(",", " ").split()
        if typed != "0" and not (numbers and known.keys() >= set(numbers)):
            return None
        return {known[number] for number in numbers if number != "0"}
