"""How the conditions are ranked. This is the only place where that is decided.

1. Conditions that a present emergency flag points to come first.
2. Then by rank points: the weights of the signs that are present. If all hallmark signs of the list are denied, half
   the weight of one is taken off. If no present emergency flag points to the condition, a present flag that does adds
   the weight of a typical sign if its level is `same_day`, and of a supporting sign if it is `soon`, each level once.
3. Among equals in the order of the data.

For example, with weights of 3, 2 and 1, a condition with one hallmark and one supporting sign present has 4 points; a
`same_day` flag that points to it makes that 6.

The share of a condition's own list (`score`) is shown and never ranks: a list of two signs would win easily.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from sciaticheck.engine.assessment import ConditionResult, SignResult
from sciaticheck.knowledge.model import Condition, Knowledge, RedFlag
from sciaticheck.rules.states import NO, YES, AnswerState

WEIGHT_OF_FLAG = {"same_day": "typical", "soon": "supporting"}
"""A present flag of this level counts as a sign of this weight."""


def rank_conditions(
    sign_states: Sequence[AnswerState], present: Iterable[RedFlag], knowledge: Knowledge
) -> tuple[ConditionResult, ...]:
    """Every condition with the states of its signs, ranked.

    `sign_states` are the states of all signs in the order of `Knowledge.signs`; `present` the red flags present.
    """
    pointing: dict[str, set[str]] = {id: set() for id in knowledge.conditions}
    for flag in present:
        for id in flag.points_to:
            pointing[id].add(flag.urgency)
    results, end = [], 0
    for id, condition in knowledge.conditions.items():
        start, end = end, end + len(condition.signs)
        results.append(_assess_condition(condition, sign_states[start:end], pointing[id], knowledge))
    return tuple(sorted(results, key=lambda result: (not result.pointed_to, -result.rank_points)))


def _assess_condition(
    condition: Condition, states: Sequence[AnswerState], levels: Collection[str], knowledge: Knowledge
) -> ConditionResult:
    """One condition. `states` are those of its signs; `levels` those of the present flags that point to it."""
    weights = knowledge.sign_weights[condition.id]
    found = sum([weights[place] for place, state in enumerate(states) if state is YES]) if YES in states else 0.0
    hallmarks = [states[place] for place in knowledge.hallmarks[condition.id]]
    points = found
    if hallmarks and max(hallmarks) is NO:
        points -= knowledge.weights["hallmark"] / 2
    pointed_to = "emergency" in levels
    if levels and not pointed_to:
        points += sum(knowledge.weights[weight] for level, weight in WEIGHT_OF_FLAG.items() if level in levels)
    score = round(found / sum(weights), 4) if found else 0.0
    return ConditionResult(condition, tuple(map(SignResult, condition.signs, states)), score, points, pointed_to)
