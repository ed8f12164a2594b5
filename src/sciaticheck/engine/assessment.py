"""What `assess` returns: frozen values, from the answers to the advice."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Literal

from msgspec import Struct

from sciaticheck.answers.spelling import Answer
from sciaticheck.engine.urgency import level_given
from sciaticheck.knowledge.model import Citation, Condition, RedFlag, Sign, Urgency
from sciaticheck.rules.states import NO, UNANSWERED, UNSURE, YES, AnswerState

Reading = Literal["certain", "cautious", "worst_case"]

READINGS: Mapping[AnswerState, Reading] = {YES: "certain", UNSURE: "cautious", UNANSWERED: "worst_case"}
"""The strictest reading in which a red flag of this state is present; one that is absent has none."""


class FlagResult(Struct, frozen=True, gc=False):
    """A red flag that is present or possible, and the questions that make it so."""

    flag: RedFlag
    value: AnswerState
    because: tuple[str, ...]

    @property
    def id(self) -> str:
        """The red flag's id."""
        return self.flag.id

    @property
    def name(self) -> str:
        """The red flag's name."""
        return self.flag.name

    @property
    def urgency(self) -> Urgency:
        """The red flag's own level; see `gives`."""
        return self.flag.urgency

    @property
    def state(self) -> Literal["present", "possible"]:
        """Whether it is present, or unsure and unanswered questions could make it so."""
        return "present" if self.value is YES else "possible"

    @property
    def reading(self) -> Reading:
        """The strictest reading of the answers in which it is present."""
        return READINGS[self.value]

    @property
    def gives(self) -> Urgency:
        """The level that it gives by itself."""
        return level_given(self.flag.urgency, self.value)

    @property
    def points_to(self) -> tuple[str, ...]:
        """The ids of the conditions it points to."""
        return self.flag.points_to

    @property
    def sources(self) -> tuple[str, ...]:
        """The ids of its sources, each once."""
        return _sources(self.flag.cites)

    def to_dict(self) -> dict[str, Any]:
        """As in the JSON of a result."""
        return _fields(self, "id", "name", "urgency", "state", "reading", "because", "points_to", "sources")


class SignResult(Struct, frozen=True, gc=False):
    """A sign and its state."""

    sign: Sign
    value: AnswerState

    @property
    def id(self) -> str:
        """The sign's id within its condition."""
        return self.sign.id

    @property
    def name(self) -> str:
        """The sign's name."""
        return self.sign.name

    @property
    def state(self) -> Literal["present", "possible", "absent"]:
        """Whether it is present, unsure and unanswered questions could make it so, or it is absent."""
        if self.value is YES:
            return "present"
        return "absent" if self.value is NO else "possible"


class ConditionResult(Struct, frozen=True, gc=False):
    """A condition with the state of every sign.

    `score` is the weighted share of its list that is present, from 0 to 1; it is no probability. `rank_points`
    and `pointed_to` (whether a present emergency flag points to it) rank it.
    """

    condition: Condition
    signs: tuple[SignResult, ...]
    score: float
    rank_points: float
    pointed_to: bool

    @property
    def id(self) -> str:
        """The condition's id."""
        return self.condition.id

    @property
    def name(self) -> str:
        """The condition's name."""
        return self.condition.name

    @property
    def present(self) -> tuple[SignResult, ...]:
        """The signs that are present."""
        return tuple(sign for sign in self.signs if sign.state == "present")

    @property
    def signs_present(self) -> int:
        """How many signs are present."""
        return len(self.present)

    @property
    def signs_possible(self) -> int:
        """How many signs unsure and unanswered questions could still make present."""
        return sum(sign.state == "possible" for sign in self.signs)

    @property
    def signs_total(self) -> int:
        """How many signs its list has."""
        return len(self.signs)

    @property
    def sources(self) -> tuple[str, ...]:
        """The ids of its sources and of its signs' sources, each once."""
        return _sources([*self.condition.cites, *(cite for sign in self.condition.signs for cite in sign.cites)])

    def to_dict(self) -> dict[str, Any]:
        """As in the JSON of a result."""
        return {
            **_fields(self, "id", "name", "score", "rank_points", "pointed_to", "signs_present", "signs_total"),
            "signs": [_fields(sign, "id", "name", "state") for sign in self.signs],
            "sources": list(self.sources),
        }


class AdviceResult(Struct, frozen=True):
    """What to do: the knowledge's words for what is said (`level`) and the region, with the person's own in `say`."""

    level: str
    headline: str
    steps: tuple[str, ...]
    who: str
    say: str
    check_again: str
    again_in_days: int
    watch_for: tuple[str, ...]

    @property
    def action(self) -> str:
        """The steps as one text."""
        return " ".join(self.steps)

    def to_dict(self) -> dict[str, Any]:
        """As in the JSON of a result."""
        return _fields(self, "level", "headline", "action", "who", "say", "check_again", "again_in_days", "watch_for")


class Findings(Struct, frozen=True):
    """What the answers of one respondent mean, before any advice.

    `answers` are as given; `derived` is what the follow-up rules added or changed. `unsure` and `unanswered` are the
    questions in these states after those rules; `could_raise` are those of them that could still raise the urgency.
    `red_flags` has those present, then those possible, most urgent first. Of these, `present` has those present,
    `deciding` those and the ones that unsure answers set, and `setting` those of `deciding` that give the urgency by
    themselves. `conditions` has all conditions, ranked.
    `began` says when it began, in a sentence of the person's own; it is empty if that was not asked.
    """

    urgency: Urgency
    possible_urgency: Urgency
    red_flags: tuple[FlagResult, ...]
    present: tuple[FlagResult, ...]
    deciding: tuple[FlagResult, ...]
    setting: tuple[FlagResult, ...]
    conditions: tuple[ConditionResult, ...]
    unsure: tuple[str, ...]
    unanswered: tuple[str, ...]
    could_raise: tuple[str, ...]
    answers: Mapping[str, Answer]
    derived: Mapping[str, Answer]
    began: str

    @property
    def complete(self) -> bool:
        """Whether no unsure or unanswered question could raise the urgency."""
        return self.possible_urgency == self.urgency


class Assessment(Findings, frozen=True):
    """The result for one respondent: the findings, and the advice."""

    advice: AdviceResult

    def to_dict(self) -> dict[str, Any]:
        """The JSON of one result: plain dicts, lists, texts, numbers and booleans.

        Examples:
            >>> from sciaticheck import assess
            >>> assess({"saddle_numbness": "yes"}).to_dict()["urgency"]
            'emergency'
        """
        return {
            **_fields(self, "urgency", "possible_urgency", "complete"),
            "red_flags": [flag.to_dict() for flag in self.red_flags],
            "conditions": [condition.to_dict() for condition in self.conditions],
            "advice": self.advice.to_dict(),
            **_fields(self, "unsure", "unanswered", "could_raise", "answers", "derived", "began"),
        }


def _fields(result: object, *names: str) -> dict[str, Any]:
    """Attributes of a result as JSON has them: tuples as lists, mappings as dicts of their own."""
    values = {name: getattr(result, name) for name in names}
    return {
        name: list(value) if isinstance(value, tuple) else dict(value) if isinstance(value, Mapping) else value
        for name, value in values.items()
    }


def _sources(cites: Iterable[Citation]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(cite.source for cite in cites))
