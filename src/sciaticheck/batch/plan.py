"""What a row of results needs of the knowledge, in whole numbers: what the stream and SQL share."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from math import lcm
from typing import NamedTuple

from sciaticheck.knowledge.model import RANK, Condition, Knowledge, Question, RedFlag
from sciaticheck.rules.criterion import Criterion


class Ranked(NamedTuple):
    """A condition in whole numbers of `Plan.unit`: the weight of each sign, and the row's score for each share."""

    condition: Condition
    weights: tuple[int, ...]
    scores: tuple[float, ...]
    penalty: int

    @property
    def hallmarks(self) -> Iterator[Criterion]:
        """The criteria of its hallmarks."""
        return (sign.when for sign in self.condition.signs if sign.weight == "hallmark")


class Plan(NamedTuple):
    """The knowledge laid out for rows.

    `order`: all questions, each follow-up beside its parent. `flags`: as rows list them, the highest level first.
    `conditions`: in the order of the data, which decides ties. `from_flags`: what a present flag of a level below
    emergency adds to the conditions it points to, once a level. `unit`: what one stands for in the data's weights.
    """

    order: tuple[str, ...]
    families: tuple[tuple[Question, tuple[Question, ...]], ...]
    flags: tuple[RedFlag, ...]
    conditions: tuple[Ranked, ...]
    from_flags: dict[str, int]
    unit: Fraction

    @property
    def related(self) -> tuple[str, ...]:
        """The questions that a follow-up rule looks at: the first of the order."""
        return self.order[: sum(1 + len(children) for _, children in self.families)]

    @property
    def largest(self) -> int:
        """More than any evidence and any penalty."""
        return sum(self.from_flags.values()) + sum(sum(ranked.weights) + ranked.penalty for ranked in self.conditions)


def plan_of(knowledge: Knowledge) -> Plan:
    """The plan of the knowledge."""
    children: dict[str, list[Question]] = {}
    for question in knowledge.follow_ups:
        children.setdefault(question.only_if or "", []).append(question)
    families = tuple((knowledge.questions[parent], tuple(found)) for parent, found in children.items())
    inside = [name for parent, found in families for name in (parent.id, *(child.id for child in found))]
    rest = [name for name in knowledge.questions if name not in set(inside)]

    exact = {word: Fraction(str(weight)) for word, weight in knowledge.weights.items()}
    unit = Fraction(1, lcm(*(weight.denominator for weight in exact.values())) * 2)  # half a hallmark is whole too
    whole = {word: int(weight / unit) for word, weight in exact.items()}
    return Plan(
        order=(*inside, *rest),
        families=families,
        flags=tuple(sorted(knowledge.red_flags.values(), key=lambda flag: -RANK[flag.urgency])),
        conditions=tuple(_ranked(condition, whole, unit) for condition in knowledge.conditions.values()),
        from_flags={"same_day": whole["typical"], "soon": whole["supporting"]},
        unit=unit,
    )


def _ranked(condition: Condition, whole: dict[str, int], unit: Fraction) -> Ranked:
    weights = tuple(whole[sign.weight] for sign in condition.signs)
    total = sum(weights)
    scores = tuple(round(float(share * unit) / float(total * unit), 4) for share in range(total + 1))
    has_hallmark = any(sign.weight == "hallmark" for sign in condition.signs)
    return Ranked(condition, weights, scores, whole["hallmark"] // 2 if has_hallmark else 0)
