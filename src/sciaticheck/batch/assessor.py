"""The rules for a block of records: the states of all questions as columns, to results as columns.

The rules themselves are those of `answers.follow_ups`, `rules`, `engine.urgency` and `engine.ranking`; only urgency,
ranking and shares are worked out here on arrays, from tables and weights that these modules give.
"""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sciaticheck.engine.advice import ADVICE, advice_level
from sciaticheck.engine.ranking import WEIGHT_OF_FLAG
from sciaticheck.engine.urgency import level_given
from sciaticheck.knowledge.model import RANK, URGENCIES, Condition, Knowledge
from sciaticheck.rules import columns as rules
from sciaticheck.rules.criterion import Criterion
from sciaticheck.rules.states import NO, UNANSWERED, UNSURE, YES, AnswerState

if TYPE_CHECKING:
    from numpy.typing import NDArray

    States = NDArray[np.uint8]

BLOCK = 1 << 14
"""Records evaluated at a time: their states fit a processor's cache."""


class Results(NamedTuple):
    """The results of some records, as numbers.

    `urgency`, `possible` and `advice` are places in URGENCIES and ADVICE. `flags` has a row a record and a column a red
    flag, in the order of `Knowledge.flags_by_urgency`. `top` is the place of a condition, or their number for none.
    `scores` has a row a condition with places in `Assessor.shares`.
    """

    urgency: States
    possible: States
    advice: States
    flags: NDArray[np.bool_]
    top: States
    scores: NDArray[np.uint16]

    @property
    def records(self) -> int:
        """How many records there are."""
        return len(self.urgency)


class _Ranked:
    """A condition with its signs by weight: what share and how many points so many signs of each weight give."""

    def __init__(self, condition: Condition, knowledge: Knowledge) -> None:
        used = {sign.weight for sign in condition.signs}
        self.groups = [
            [sign.when for sign in condition.signs if sign.weight == word] for word in knowledge.weights if word in used
        ]
        weights = [weight for word, weight in knowledge.weights.items() if word in used]
        found = [
            sum((count * weight for count, weight in zip(counts, weights, strict=True)), 0.0)
            for counts in product(*(range(len(group) + 1) for group in self.groups))
        ]
        self.shares = [round(points / max(found), 4) for points in found]
        self.points = np.array(found)
        self.hallmarks = [sign.when for sign in condition.signs if sign.weight == "hallmark"]


class Assessor:
    """Evaluates the knowledge. `order` is the questions in the order of the rows of states."""

    def __init__(self, knowledge: Knowledge) -> None:
        self.knowledge = knowledge
        self.order = tuple(knowledge.questions)
        self._place = {name: place for place, name in enumerate(self.order)}
        self._follow_ups = [
            (self._place[question.id], self._place[question.only_if or ""], question.worse_form)
            for question in knowledge.follow_ups
        ]
        self._criteria = dict.fromkeys(
            [*(flag.when for flag in knowledge.flags_by_urgency), *(sign.when for sign in knowledge.signs())]
        )
        self._symptoms = [self._place[id] for id, each in knowledge.questions.items() if each.kind == "symptom"]
        self._ranked = [_Ranked(condition, knowledge) for condition in knowledge.conditions.values()]
        self.shares = [ranked.shares for ranked in self._ranked]
        self._pointing: dict[tuple[str, str], list[str]] = {}
        for flag in knowledge.red_flags.values():
            for id in flag.points_to:
                self._pointing.setdefault((id, flag.urgency), []).append(flag.id)
        self._given = {
            level: np.array([RANK[level_given(level, state)] for state in AnswerState], np.uint8) for level in URGENCIES
        }
        bits = (False, True)
        self._advice = np.array(
            [ADVICE.index(advice_level(*each)) for each in product(URGENCIES, URGENCIES, bits, bits)], np.uint8
        )

    def conflicts(self, states: States) -> NDArray[np.bool_]:
        """Which records have a follow-up yes or unsure under a parent that is no. A row of states a question."""
        found = np.zeros(states.shape[1], bool)
        for child, parent, _ in self._follow_ups:
            found |= (states[child] >= UNSURE) & (states[parent] == NO)
        return found

    def results(self, states: States) -> Results:
        """The results for states as given, free of conflicts: a row a question, a column a record."""
        count = states.shape[1]
        parts = [self._block(states[:, start : start + BLOCK]) for start in range(0, max(count, 1), BLOCK)]
        if len(parts) == 1:
            return parts[0]
        *first, scores = zip(*parts, strict=True)
        urgency, possible, advice, flags, top = (np.concatenate(part) for part in first)
        return Results(urgency, possible, advice, flags, top, np.concatenate(scores, axis=1))

    def _block(self, given: States) -> Results:
        answered = (given != UNANSWERED).any(axis=0)
        states = given.copy()
        self._follow_up(states)
        by_name = dict(zip(self.order, states, strict=True))
        values = {criterion: rules.value(criterion, by_name) for criterion in self._criteria}
        flags = self.knowledge.flags_by_urgency
        urgency = np.zeros(states.shape[1], np.uint8)
        possible = urgency.copy()
        for level in URGENCIES:
            if own := [values[flag.when] for flag in flags if flag.urgency == level]:
                highest = np.maximum.reduce(own)
                np.maximum(urgency, self._given[level][highest], out=urgency)
                np.maximum(possible, np.where(highest != NO, np.uint8(RANK[level]), np.uint8(0)), out=possible)
        symptom = states[self._symptoms].max(axis=0) >= UNSURE
        advice = self._advice[((urgency * np.uint8(4) + possible) * np.uint8(2) + symptom) * np.uint8(2) + answered]
        present = {flag.id: values[flag.when] == YES for flag in flags}
        scores, top = self._rank(values, present)
        matrix = np.array(list(present.values())).T
        return Results(urgency, possible, advice, matrix, top, scores)

    def _follow_up(self, states: States) -> None:
        """Applies the rules of `answers.follow_ups.effective_states` to every record."""
        for child, parent, _ in self._follow_ups:
            denied = states[parent] == NO
            states[child][denied] = NO
            np.maximum(states[parent], states[child], out=states[parent])
        for child, parent, is_worse_form in self._follow_ups:
            if is_worse_form:
                states[child][(states[parent] == YES) & (states[child] == UNANSWERED)] = UNSURE

    def _rank(
        self, values: dict[Criterion, States], present: dict[str, NDArray[np.bool_]]
    ) -> tuple[NDArray[np.uint16], States]:
        """The place of each condition's share, and the first condition: the rules of `engine.ranking`."""
        knowledge = self.knowledge
        shares = [self._share(ranked, values) for ranked in self._ranked]
        points = np.array([ranked.points[share] for ranked, share in zip(self._ranked, shares, strict=True)])
        pointed_to = np.zeros(points.shape, bool)
        for place, (id, ranked) in enumerate(zip(knowledge.conditions, self._ranked, strict=True)):
            if ranked.hallmarks:
                denied = np.maximum.reduce([values[when] for when in ranked.hallmarks]) == NO
                points[place] -= denied * (knowledge.weights["hallmark"] / 2)
            if pointing := self._pointing.get((id, "emergency")):
                pointed_to[place] = np.logical_or.reduce([present[flag] for flag in pointing])
            for level, weight in WEIGHT_OF_FLAG.items():  # which adds nothing to a condition that is pointed to
                if pointing := self._pointing.get((id, level)):
                    adds = np.logical_or.reduce([present[flag] for flag in pointing]) & ~pointed_to[place]
                    points[place] += adds * knowledge.weights[weight]
        points[~pointed_to & pointed_to.any(axis=0)] = -np.inf
        top = points.argmax(axis=0).astype(np.uint8)
        found = np.array(shares, np.uint16)
        none = found[top, np.arange(found.shape[1])] == 0
        top[none] = len(self._ranked)
        return found, top

    @staticmethod
    def _share(ranked: _Ranked, values: dict[Criterion, States]) -> NDArray[np.uint16]:
        """The place in `shares`, from how many signs of each weight are present."""
        place = np.zeros(len(next(iter(values.values()))), np.uint16)
        for group in ranked.groups:
            place *= np.uint16(len(group) + 1)
            for when in group:
                place += values[when] == YES
        return place
