"""What sets of questions amount to, by the red flags alone: the highest level that counting them would set."""

from __future__ import annotations

from collections.abc import Set

from sciaticheck.criteria import holds
from sciaticheck.knowledge.model import RANK, URGENCIES, Knowledge, Urgency


def level_of(counting: Set[str], knowledge: Knowledge) -> Urgency:
    """The highest level of a red flag that holds when exactly these questions count."""
    levels = (flag.urgency for flag in knowledge.red_flags.values() if holds(flag.when, counting))
    return max(levels, key=RANK.__getitem__, default=URGENCIES[0])


def emergencies_alone(knowledge: Knowledge) -> frozenset[str]:
    """The questions to which one yes (with the parent that it implies) is an emergency."""
    return frozenset(
        name
        for name, question in knowledge.questions.items()
        if level_of({name, question.only_if or name}, knowledge) == "emergency"
    )
