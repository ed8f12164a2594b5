"""The conditions, each with its signs, ranked as docs/design.md says."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import compress
from operator import attrgetter, getitem

from sciaticheck.answers.codes import Kept
from sciaticheck.assessment import ConditionResult, SignResult, State
from sciaticheck.knowledge.model import Condition, Knowledge, RedFlag, Urgency

_EVIDENCE, _POINTED_TO = attrgetter("evidence"), attrgetter("pointed_to")

_STATES: tuple[State, ...] = ("absent", "possible", "present")
_OF_HEIGHT = bytes([0, 1, 1, 2]).ljust(256, b"\0")
"""The place among the states at each height: a table for `bytes.translate`."""
_PRESENT = bytes([0, 0, 1]).ljust(256, b"\0")
"""Whether that place is that of present."""


class Ranking:
    """What is the same for all respondents; conditions and their signs are in the order of the data."""

    def __init__(self, knowledge: Knowledge) -> None:
        weights = knowledge.weights
        self._from_flags = {"same_day": weights["typical"], "soon": weights["supporting"]}
        self._places = {name: place for place, name in enumerate(knowledge.conditions)}
        self._conditions: list[tuple[slice, _OwnSigns]] = []  # which of all signs are a condition's own
        start = 0
        for condition in knowledge.conditions.values():
            end = start + len(condition.signs)
            self._conditions.append((slice(start, end), _OwnSigns(condition, knowledge)))
            start = end

    def ranked(self, heights: bytes, present: Iterable[RedFlag]) -> tuple[ConditionResult, ...]:
        """Every condition, from the heights of all signs and the red flags present."""
        states = heights.translate(_OF_HEIGHT)
        results = [results[states[own]] for own, results in self._conditions]
        pointed_to = False
        for name, levels in self._pointing(present).items():
            place = self._places[name]
            emergency = "emergency" in levels
            added = 0.0 if emergency else sum(self._from_flags.get(level, 0.0) for level in levels)
            condition, signs, score, evidence, _ = results[place]
            results[place] = ConditionResult(condition, signs, score, evidence + added, emergency)
            pointed_to |= emergency
        results.sort(key=_EVIDENCE, reverse=True)  # which keeps the order of equals
        if pointed_to:
            results.sort(key=_POINTED_TO, reverse=True)
        return tuple(results)

    def _pointing(self, present: Iterable[RedFlag]) -> dict[str, set[Urgency]]:
        """The levels of the flags that point to a condition."""
        pointing: dict[str, set[Urgency]] = {}
        for flag in present:
            for target in flag.points_to:
                pointing.setdefault(target, set()).add(flag.urgency)
        return pointing


class _OwnSigns(Kept):
    """A condition by the states of its signs, as it is where no red flag points to it."""

    def __init__(self, condition: Condition, knowledge: Knowledge) -> None:
        weights = knowledge.weights
        self.condition = condition
        self.weights = [weights[sign.weight] for sign in condition.signs]
        self.total = sum(self.weights)
        self.hallmarks = [sign.weight == "hallmark" for sign in condition.signs]
        self.no_hallmark = weights["hallmark"] / 2 if any(self.hallmarks) else 0.0
        self.signs = [tuple(SignResult(sign, state) for state in _STATES) for sign in condition.signs]

    def made(self, states: bytes) -> ConditionResult:
        signs = tuple(map(getitem, self.signs, states))
        share = sum(compress(self.weights, states.translate(_PRESENT)), 0.0)
        evidence = share if any(compress(states, self.hallmarks)) else share - self.no_hallmark
        return ConditionResult(self.condition, signs, round(share / self.total, 4), evidence, False)
