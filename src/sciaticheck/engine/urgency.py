"""How urgent the red flags make it. This is the only place where that is decided.

Each red flag has a level, and a state from the answers:

- A flag that is present (YES) gives its level.
- A flag that is present only if "not sure" counts as yes (UNSURE) gives its level too, but at most `same_day`.
- A flag that is present only in the worst case (UNANSWERED) gives nothing: it shows how far unanswered questions could
  still raise the urgency.

The urgency is the highest level given. The possible urgency is the highest level of all flags that are not absent.

For example, "not sure" to numbness between the legs, an emergency flag, gives `same_day`; the possible urgency is
`emergency`. The cap is a rule of the tool, not of medicine: being unsure of everything must not send everybody to an
emergency department.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from sciaticheck.knowledge.model import RANK, URGENCIES, Urgency
from sciaticheck.rules.states import UNSURE, YES, AnswerState


class Leveled(Protocol):
    """A red flag's own level, and its state."""

    @property
    def urgency(self) -> Urgency: ...  # noqa: D102 - the class says it
    @property
    def value(self) -> AnswerState: ...  # noqa: D102


MOST_BY_UNSURE: Urgency = "same_day"
"""The highest level that "not sure" gives."""

_BY_UNSURE = {level: min(level, MOST_BY_UNSURE, key=RANK.__getitem__) for level in URGENCIES}


def level_given(level: Urgency, state: AnswerState) -> Urgency:
    """The level that a red flag of this level gives in this state.

    >>> level_given("emergency", UNSURE)
    'same_day'
    """
    if state is YES:
        return level
    return _BY_UNSURE[level] if state is UNSURE else URGENCIES[0]


def urgency_of(flags: Iterable[Leveled]) -> Urgency:
    """The urgency that red flags give."""
    return _highest([level_given(flag.urgency, flag.value) for flag in flags])


def possible_urgency_of(flags: Iterable[Leveled]) -> Urgency:
    """The highest urgency that unsure and unanswered questions could still raise it to. No flag may be absent."""
    return _highest([flag.urgency for flag in flags])


def _highest(levels: list[Urgency]) -> Urgency:
    return max(levels, key=RANK.__getitem__, default=URGENCIES[0])
