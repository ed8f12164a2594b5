"""The knowledge laid out for the engine, once for each knowledge that is in use."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import compress, repeat
from operator import itemgetter

from sciaticheck.answers.codes import UNANSWERED, UNSURE, YES, Coder, Kept
from sciaticheck.assessment import CAUTIOUS_MOST, ConditionResult, FlagResult, Reading
from sciaticheck.criteria import questions
from sciaticheck.engine.counters import Counters
from sciaticheck.engine.ranking import Ranking
from sciaticheck.knowledge.model import RANK, URGENCIES, Knowledge, RedFlag, Urgency

MOST_IN_USE = 8
"""Knowledge objects whose layout is kept; all are forgotten when there are more."""

_HEIGHTS: tuple[tuple[Reading, int], ...] = (("certain", YES), ("cautious", UNSURE), ("worst_case", UNANSWERED))
"""For each reading, the least code that counts in it: also the height of what holds in it and in none stricter."""

_EXACTLY = tuple(bytes(height) + b"\1" + bytes(255 - height) for height in range(4))
_AT_LEAST = tuple(bytes(height) + b"\1" * (256 - height) for height in range(4))
"""By height, tables for `bytes.translate`: 1 for the codes or heights that are this one, or at least this one."""


class Rules:
    """What is the same for all respondents. `heights` are those of all red flags, then of all signs."""

    def __init__(self, knowledge: Knowledge) -> None:
        self.knowledge = knowledge
        self.coder = Coder(knowledge)
        flags = sorted(knowledge.red_flags.values(), key=lambda flag: -RANK[flag.urgency])
        names = [tuple(questions(flag.when)) for flag in flags]
        places = {name: place for place, name in enumerate(self.coder.order)}
        getters = [_getter([places[name] for name in own]) for own in names]
        self._flags = [
            (height, [*zip(getters, map(_FlagResults, flags, repeat(reading), names), strict=True)])
            for reading, height in _HEIGHTS
        ]
        self._ranks = (*(RANK[flag.urgency] for flag in flags), 0)  # the last: of no flag
        self._signs = len(flags)  # where the signs begin
        signs = (sign for condition in knowledge.conditions.values() for sign in condition.signs)
        self.counters = Counters([each.when for each in (*flags, *signs)], self.coder.order)
        self._ranking = Ranking(knowledge)

    def levels(self, heights: bytes) -> tuple[Urgency, Urgency]:
        """The urgency and the possible urgency: in each reading the first flag is the highest."""
        certain, cautious, worst_case = [self._ranks[heights.find(height, 0, self._signs)] for _, height in _HEIGHTS]
        urgency = max(certain, min(cautious, RANK[CAUTIOUS_MOST]))
        return URGENCIES[urgency], URGENCIES[max(certain, cautious, worst_case)]

    def found(self, codes: bytes, heights: bytes) -> list[FlagResult]:
        """Every red flag that is not absent: by reading, strictest first, then by level, then in the data's order."""
        found: list[FlagResult] = []
        for height, flags in self._flags:
            counting = codes.translate(_AT_LEAST[height])
            for own, results in compress(flags, heights.translate(_EXACTLY[height])):
                found.append(results[own(counting)])
        return found

    def conditions(self, heights: bytes, found: list[FlagResult]) -> tuple[ConditionResult, ...]:
        """Every condition, ranked."""
        present = [result.flag for result in found if result.reading == "certain"]
        return self._ranking.ranked(heights[self._signs :], present)


class _FlagResults(Kept):
    """A red flag that holds in a reading, by which of its questions count in it."""

    def __init__(self, flag: RedFlag, reading: Reading, names: tuple[str, ...]) -> None:
        self.flag, self.reading, self.names = flag, reading, names

    def made(self, counting: Sequence[int]) -> FlagResult:
        because = self.flag.when.because(set(compress(self.names, counting)))
        return FlagResult(self.flag, "present" if self.reading == "certain" else "possible", self.reading, because)


def _getter(places: list[int]) -> Callable[[bytes], Sequence[int]]:
    """Takes the codes in these places; of a single one too as a sequence."""
    return itemgetter(*places) if len(places) > 1 else itemgetter(slice(places[0], places[0] + 1))


_kept: dict[int, Rules] = {}


def rules_of(knowledge: Knowledge) -> Rules:
    """The layout of this very knowledge: no number stands for two while its layout, which holds it, is kept."""
    rules = _kept.get(id(knowledge))
    if rules is None:
        if len(_kept) >= MOST_IN_USE:
            _kept.clear()
        rules = _kept[id(knowledge)] = Rules(knowledge)
    return rules
