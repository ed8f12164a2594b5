"""The measures of a checker on cases: shares with intervals, agreement with the raters, and paired comparison."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

from sciaticheck.evaluation import Outcome
from sciaticheck.knowledge.model import RANK, URGENCIES


class Share(NamedTuple):
    """`hits` of `total`, with the Wilson 95 % interval (0 to 1), which is None if `total` is 0."""

    hits: int
    total: int

    @property
    def interval(self) -> tuple[float, float] | None:
        """Wilson's score interval (Wilson 1927), z = 1.96."""
        if not self.total:
            return None
        z, n, p = 1.959964, self.total, self.hits / self.total
        middle = (p + z * z / (2 * n)) / (1 + z * z / n)
        half = z / (1 + z * z / n) * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
        return max(0.0, middle - half), min(1.0, middle + half)

    def __str__(self) -> str:
        if self.interval is None:
            return "0 of 0"
        low, high = self.interval
        return f"{self.hits} of {self.total}, {self.hits / self.total:.0%} ({low:.0%} to {high:.0%})"


class Measure(NamedTuple):
    """A share of the outcomes `among` which it is counted; those without an answer only count if `unanswered`."""

    title: str
    hit: Callable[[Outcome], bool]
    among: Callable[[Outcome], bool] = lambda _: True
    unanswered: bool = False

    def of(self, outcomes: Iterable[Outcome]) -> Share:
        """The share in a group of outcomes."""
        within = [each for each in outcomes if (each.urgency or self.unanswered) and self.among(each)]
        return Share(sum(map(self.hit, within)), len(within))


def _emergency(outcome: Outcome) -> bool:
    return outcome.urgency == "emergency"


MEASURES = {
    "sensitivity": Measure("Sensitivity for emergency", _emergency, lambda it: it.emergency_only, unanswered=True),
    "specificity": Measure(
        "Specificity for emergency", lambda it: not _emergency(it), lambda it: "emergency" not in it.case.accept_urgency
    ),
    "accuracy": Measure("Urgency within the accepted set", lambda it: it.accepted),
    "exact": Measure("Urgency exactly the raters'", lambda it: it.urgency == it.case.urgency),
    "under_triage": Measure("Under-triage: below all accepted", lambda it: it.below),
    "over_triage": Measure("Over-triage: above all accepted", lambda it: it.above),
    "safety_of_advice": Measure("Safety of advice: not below", lambda it: not it.below),
    "inclination_to_overtriage": Measure(
        "Over-triage among the wrong", lambda it: it.above, lambda it: not it.accepted
    ),
    "comprehensiveness": Measure("Comprehensiveness: answered", lambda it: bool(it.urgency), unanswered=True),
    "routine_called_emergency": Measure(
        "Routine called emergency", _emergency, lambda it: it.case.urgency == "routine"
    ),
    "condition_first": Measure("Accepted condition first", lambda it: it.rank == 1),
    "condition_in_three": Measure("Accepted condition in first three", lambda it: (it.rank or 4) <= 3),
}
"""Sensitivity counts a case without an answer as missed. The other names are those of Kopka and Feufel 2024."""


def kappa(outcomes: Iterable[Outcome], weighted: bool = False) -> float | None:
    """Cohen's kappa of the urgency with the raters', `weighted` by distance. None if no disagreement is possible."""
    most = len(URGENCIES) if weighted else 1
    pairs = [(RANK[each.case.urgency], RANK[each.urgency]) for each in outcomes if each.urgency]
    observed = sum(min(abs(rated - given), most) for rated, given in pairs) * len(pairs)
    expected = sum(min(abs(rated - given), most) for rated, _ in pairs for _, given in pairs)
    return 1 - observed / expected if expected else None


class Paired(NamedTuple):
    """Cases that only the first, and only the second, of two checkers got right, and McNemar's exact p."""

    only_first: int
    only_second: int
    p: float

    def __str__(self) -> str:
        return f"{self.only_first} right in sciaticheck only, {self.only_second} here only; p = {self.p:.2g}"


def mcnemar(first: Sequence[Outcome], second: Sequence[Outcome]) -> Paired:
    """Two checkers on the same cases, in the same order: is one more often within the accepted set?"""
    pairs = [(a.accepted, b.accepted) for a, b in zip(first, second, strict=True) if a.urgency and b.urgency]
    first_only, second_only = pairs.count((True, False)), pairs.count((False, True))
    total = first_only + second_only
    tail = sum(math.comb(total, count) for count in range(min(first_only, second_only) + 1)) / 2**total
    return Paired(first_only, second_only, min(1.0, 2 * tail))


def capability(checkers: Mapping[str, Sequence[Outcome]]) -> dict[str, float | None]:
    """The capability comparison score of each checker, 0 to 100: how often it is right where others are wrong.

    50 is as often as the checkers together (Kopka and others 2023). None if a checker answered nothing.
    """
    scores: dict[str, float | None] = {}
    answered = [[each.accepted for each in case if each.urgency] for case in zip(*checkers.values(), strict=True)]
    for name, outcomes in checkers.items():
        pairs = zip(outcomes, answered, strict=True)
        gains = [own.accepted - sum(right) / len(right) for own, right in pairs if own.urgency]
        scores[name] = 50 * (1 + sum(gains) / len(gains)) if gains else None
    return scores


def matrix(outcomes: Iterable[Outcome]) -> dict[str, dict[str, int]]:
    """How many cases of each accepted level (outer; "ambiguous" if several) were given each (inner), highest first."""
    levels = URGENCIES[::-1]
    counts = {accepted: dict.fromkeys([*levels, "none"], 0) for accepted in (*levels, "ambiguous")}
    for outcome in outcomes:
        accepted, *more = {*outcome.case.accept_urgency}
        counts["ambiguous" if more else accepted][outcome.urgency or "none"] += 1
    return counts
