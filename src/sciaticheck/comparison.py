"""Two versions of the content against each other: which triggers appear and vanish, and whose result changes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from sciaticheck.answers.spelling import Answer
from sciaticheck.engine import assess
from sciaticheck.errors import AnswersError
from sciaticheck.knowledge.levels import level_of
from sciaticheck.knowledge.model import RANK, Knowledge, Urgency
from sciaticheck.knowledge.triggers import Answers, closed, triggers


class TriggerChange(NamedTuple):
    """A minimal trigger of one version and the level its answers reach in the old and in the new one."""

    answers: Answers
    old: Urgency
    new: Urgency


class CaseChange(NamedTuple):
    """A case whose urgency or first condition differs; None where the new questions no longer take its answers."""

    id: str
    old_urgency: Urgency
    new_urgency: Urgency | None
    old_first: str
    new_first: str | None


class Comparison(NamedTuple):
    """What a change of the content does. `raised` and `lowered` are exact over all answers of yes."""

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
        raised=[
            TriggerChange(answers, reached, urgency)
            for urgency, sets in triggers(new).items()
            for answers in sets
            if RANK[reached := _level(answers, old)] < RANK[urgency]
        ],
        lowered=[
            TriggerChange(answers, urgency, reached)
            for urgency, sets in triggers(old).items()
            for answers in sets
            if RANK[reached := _level(answers, new)] < RANK[urgency]
        ],
        cases=[change for name, answers in cases if (change := _case(name, answers, old, new))],
    )


def _level(answers: Answers, knowledge: Knowledge) -> Urgency:
    """The level these answers reach; a question that there is not counts for nothing."""
    known = answers & frozenset(knowledge.questions)
    return level_of(closed(known, knowledge), knowledge)


def _case(name: str, answers: Mapping[str, Answer], old: Knowledge, new: Knowledge) -> CaseChange | None:
    before = assess(answers, old)
    try:
        after = assess(answers, new)
    except AnswersError:
        return CaseChange(name, before.urgency, None, before.conditions[0].id, None)
    change = CaseChange(name, before.urgency, after.urgency, before.conditions[0].id, after.conditions[0].id)
    same = change.old_urgency == change.new_urgency and change.old_first == change.new_first
    return None if same else change
