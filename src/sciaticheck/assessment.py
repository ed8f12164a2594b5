"""What the engine returns: frozen values, from answers to advice."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, ClassVar, Literal, NamedTuple, NoReturn, Self

from sciaticheck.answers.spelling import Answer
from sciaticheck.knowledge.model import RANK, Citation, Condition, RedFlag, Sign, Urgency

Reading = Literal["certain", "cautious", "worst_case"]
READINGS: tuple[Reading, ...] = ("certain", "cautious", "worst_case")

State = Literal["present", "possible", "absent"]

CAUTIOUS_MOST: Urgency = "same_day"
"""The most that answers of "not sure" can do by themselves (the contract's rule, not a clinical choice)."""


def _sources(cites: Iterable[Citation]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(cite.source for cite in cites))


class Value:
    """A frozen value: its fields, which a subclass names in order, are compared, hashed, shown and pickled.

    A field that was not given is made when it is first read, and kept: by the method of its name of what was given as
    `later`, which takes the value.
    """

    _fields: ClassVar[tuple[str, ...]]

    def __init_subclass__(cls) -> None:
        cls._fields = tuple(cls.__annotations__)

    def __init__(self, *values: object, **named: object) -> None:
        given = dict(zip(self._fields, values, strict=False), **named)
        if len(values) + len(named) != len(self._fields) or given.keys() != set(self._fields):
            raise TypeError(f"{type(self).__name__} takes each once: {', '.join(self._fields)}")
        vars(self).update(given)

    @classmethod
    def of(cls, later: object, **given: object) -> Self:
        """A value of which only some fields are given."""
        value = cls.__new__(cls)
        given["_later"] = later
        object.__setattr__(value, "__dict__", given)
        return value

    if not TYPE_CHECKING:  # where any name at all would do

        def __getattr__(self, name: str) -> object:
            if name not in self._fields:
                raise AttributeError(f"{type(self).__name__} has no {name}")
            value = vars(self)[name] = getattr(self._later, name)(self)
            return value

    def _values(self) -> tuple[object, ...]:
        return tuple(getattr(self, name) for name in self._fields)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Value) and type(self) is type(other) and self._values() == other._values()

    def __hash__(self) -> int:
        return hash(self._values())

    def __repr__(self) -> str:
        fields = zip(self._fields, self._values(), strict=True)
        return f"{type(self).__name__}({', '.join(f'{name}={value!r}' for name, value in fields)})"

    def __reduce__(self) -> tuple[type[Value], tuple[object, ...]]:
        return type(self), self._values()

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError(f"{type(self).__name__} cannot be changed")

    def __delattr__(self, name: str) -> NoReturn:
        raise AttributeError(f"{type(self).__name__} cannot be changed")


class FlagResult(NamedTuple):
    """A red flag that is present or possible: the strictest `reading` in which it holds, its answers there."""

    flag: RedFlag
    state: Literal["present", "possible"]
    reading: Reading
    because: tuple[str, ...]

    @property
    def gives(self) -> Urgency | None:
        """The level this flag gives by itself: its own when present, at most CAUTIOUS_MOST by unsure answers."""
        level = self.flag.urgency
        if self.reading == "worst_case":
            return None
        return level if self.reading == "certain" or RANK[level] < RANK[CAUTIOUS_MOST] else CAUTIOUS_MOST

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
    def points_to(self) -> tuple[str, ...]:
        """The ids of the conditions it points to."""
        return self.flag.points_to

    @property
    def sources(self) -> tuple[str, ...]:
        """The ids of its sources, each once."""
        return _sources(self.flag.cites)


class SignResult(NamedTuple):
    """A sign and whether it is present, possible (open answers could make it so) or absent."""

    sign: Sign
    state: State

    @property
    def id(self) -> str:
        """The sign's id within its condition."""
        return self.sign.id

    @property
    def name(self) -> str:
        """The sign's name."""
        return self.sign.name


class ConditionResult(NamedTuple):
    """A condition with every sign's state. `score` is the weighted share of its list that is present, 0 to 1.

    It is no probability. `evidence` (points) is what ranks; `pointed_to` says a present emergency flag points here.
    """

    condition: Condition
    signs: tuple[SignResult, ...]
    score: float
    evidence: float
    pointed_to: bool

    @property
    def signs_present(self) -> int:
        """How many signs are present."""
        return sum(sign.state == "present" for sign in self.signs)

    @property
    def signs_possible(self) -> int:
        """How many signs open answers could still make present."""
        return sum(sign.state == "possible" for sign in self.signs)

    @property
    def id(self) -> str:
        """The condition's id."""
        return self.condition.id

    @property
    def name(self) -> str:
        """The condition's name."""
        return self.condition.name

    @property
    def signs_total(self) -> int:
        """How many signs its list has."""
        return len(self.signs)

    @property
    def sources(self) -> tuple[str, ...]:
        """The ids of its sources and of its signs' sources, each once."""
        return _sources([*self.condition.cites, *(cite for sign in self.condition.signs for cite in sign.cites)])


class AdviceResult(NamedTuple):
    """What to do: the knowledge's words for this urgency and region, with the person's own answers in `say`."""

    headline: str
    steps: tuple[str, ...]
    who: str
    say: str
    check_again: str
    watch_for: tuple[str, ...]

    @property
    def action(self) -> str:
        """The steps as one text."""
        return " ".join(self.steps)


class Assessment(Value):
    """All that the engine finds for one respondent.

    `answers` are as given, `derived` what the follow-up rules added or changed. `unsure` and `unanswered` are what
    counts as such after those rules. `red_flags`: present first, then possible, never the absent, highest level first.
    `conditions`: all of them, ranked. `could_raise`: the open questions that could still raise the urgency.
    """

    urgency: Urgency
    possible_urgency: Urgency
    red_flags: tuple[FlagResult, ...]
    conditions: tuple[ConditionResult, ...]
    advice: AdviceResult
    unsure: tuple[str, ...]
    unanswered: tuple[str, ...]
    could_raise: tuple[str, ...]
    answers: Mapping[str, Answer]
    derived: Mapping[str, Answer]
    symptom_reported: bool

    @property
    def complete(self) -> bool:
        """Whether no open answer could raise the urgency."""
        return self.possible_urgency == self.urgency

    @property
    def present(self) -> tuple[FlagResult, ...]:
        """The red flags that are present."""
        return tuple(result for result in self.red_flags if result.state == "present")

    @property
    def deciding(self) -> tuple[FlagResult, ...]:
        """The red flags behind the advice: those present, and those that unsure answers set."""
        return tuple(result for result in self.red_flags if result.reading != "worst_case")

    @property
    def setting(self) -> tuple[FlagResult, ...]:
        """Of these the ones that by themselves give the urgency."""
        return tuple(result for result in self.deciding if result.gives == self.urgency)
