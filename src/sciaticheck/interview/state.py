"""Where an interview stands and what it shows: values only."""

from __future__ import annotations

from typing import Literal, NamedTuple

from sciaticheck.answers.spelling import Answer
from sciaticheck.knowledge.model import Question, Screen

Stage = Literal["opening", "asking", "emergency", "review", "finished", "stopped"]

Style = Literal["text", "title", "question", "item", "keys", "emergency"]


class Shown(NamedTuple):
    """One paragraph for the screen."""

    text: str
    style: Style = "text"


class Given(NamedTuple):
    """An answer; `together` says that it was given to a screen of questions at once."""

    id: str
    answer: Answer
    together: bool = False


class State(NamedTuple):
    """Where an interview stands. `given` holds each answered question once; `before` is where "back" leads."""

    stage: Stage = "opening"
    given: tuple[Given, ...] = ()
    opened: frozenset[str] = frozenset()
    changing: str | None = None
    warned: bool = False
    asked: int = 0
    before: State | None = None

    @property
    def answers(self) -> dict[str, Answer]:
        """The answers given so far."""
        return {given.id: given.answer for given in self.given}


class Item(NamedTuple):
    """What is asked next: one question, or several that a screen shows together."""

    asks: tuple[Question, ...]
    screen: Screen | None = None
