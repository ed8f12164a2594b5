"""Compares two versions of the content: the triggers whose level changes, and the cases whose result changes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from sciaticheck.answers.spelling import Answer
from sciaticheck.engine import assess
from sciaticheck.errors import AnswersError
from sciaticheck.knowledge.levels import level_of
from sciaticheck.knowledge.model import RANK, Knowledge, Urgency
from sciaticheck.knowledge.triggers import Answers, closed, triggers


class TriggerChange(NamedTuple):
    """A minimal trigger of one version, and the level that it reaches in the old and in the new one."""

    answers: Answers
    old: Urgency
    new: Urgency


class CaseChange(NamedTuple):
    """A case whose urgency or first condition changes; None if the new version no longer accepts its answers."""

    id: str
    old_urgency: Urgency
    new_urgency: Urgency | None
    old_first: str
    new_first: str | None


class Comparison(NamedTuple):
    """What a change of the content does. `raised` and `lowered` are exact for all sets of yes answers."""

    raised: list[TriggerChange]
    lowered: list[TriggerChange]
    cases: list[CaseChange]

    @property
    def goes_down(self) -> bool:
        """Whether an urgency goes down anywhere."""
        cases = any(case.new_urgency is None or RANK[case.new_urgency] < RANK[case.old_urgency] for case in self.cases)
        return bool(self.lowered) or cases


def compare(old: Knowledge, new: Knowledge, cases: Iterable[tuple[str, Mapping[str, Answer]]]) -> Comparison:
    """What differs between two versions.

    A level is lowered for some answers if and only if a minimal trigger of the old version reaches less in the new one,
    and raised if and only if one of the new version reaches more than in the old one: criteria have no negation.
    """
    return Comparison(
        raised=[TriggerChange(answers, reached, urgency) for answers, urgency, reached in _reaching_less(new, old)],
        lowered=[TriggerChange(answers, urgency, reached) for answers, urgency, reached in _reaching_less(old, new)],
        cases=[change for name, answers in cases if (change := _case(name, answers, old, new))],
    )


def _reaching_less(version: Knowledge, other: Knowledge) -> Iterator[tuple[Answers, Urgency, Urgency]]:
    """Each trigger of a version that reaches less in the other one: its answers and both levels."""
    for urgency, sets in triggers(version).items():
        for answers in sets:
            reached = level_of(closed(answers & frozenset(other.questions), other), other)
            if RANK[reached] < RANK[urgency]:
                yield answers, urgency, reached


def _case(name: str, answers: Mapping[str, Answer], old: Knowledge, new: Knowledge) -> CaseChange | None:
    before = assess(answers, old)
    try:
        after = assess(answers, new)
    except AnswersError:
        return CaseChange(name, before.urgency, None, before.conditions[0].id, None)
    change = CaseChange(name, before.urgency, after.urgency, before.conditions[0].id, after.conditions[0].id)
    same = change.old_urgency == change.new_urgency and change.old_first == change.new_first
    return None if same else change
