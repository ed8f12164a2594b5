"""The parts of a result that are made when they are first read, from the answers and by the ordinary rules."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

from sciaticheck.answers.follow_ups import derived
from sciaticheck.answers.record import Place, clean_answers
from sciaticheck.answers.spelling import Answer
from sciaticheck.assessment import AdviceResult, Assessment, Reading
from sciaticheck.engine.advice import advice
from sciaticheck.knowledge.model import RANK, Knowledge, Region


def counted(given: Mapping[str, Answer], knowledge: Knowledge) -> dict[str, Answer]:
    """The answers that count: those given, with what the follow-up rules add or change."""
    return {**given, **derived(given, knowledge)}


def readings(counted: Mapping[str, Answer], knowledge: Knowledge) -> dict[Reading, frozenset[str]]:
    """The questions that count in each reading, the follow-up rules applied: each set holds the one before."""
    return {
        "certain": frozenset(name for name, answer in counted.items() if answer == "yes"),
        "cautious": frozenset(name for name, answer in counted.items() if answer != "no"),
        "worst_case": frozenset(name for name in knowledge.questions if counted.get(name) != "no"),
    }


class Later:
    """One respondent's answers, of which nothing is wrong, and what is made of them when it is first read.

    Each method that takes a result makes the field of its name.
    """

    def __init__(self, raw: Mapping[str, object], knowledge: Knowledge, region: Region) -> None:
        self.raw, self.knowledge, self.region = dict(raw), knowledge, region

    @cached_property
    def given(self) -> dict[str, Answer]:
        """The answers as given, in the usual spelling."""
        return clean_answers(self.raw, self.knowledge, Place())[0]

    @cached_property
    def counted(self) -> dict[str, Answer]:
        """The answers that count."""
        return counted(self.given, self.knowledge)

    @cached_property
    def readings(self) -> dict[Reading, frozenset[str]]:
        """The questions that count in each reading."""
        return readings(self.counted, self.knowledge)

    def answers(self, result: Assessment) -> dict[str, Answer]:
        """The answers as given."""
        return self.given

    def derived(self, result: Assessment) -> dict[str, Answer]:
        """What the follow-up rules added or changed."""
        return derived(self.given, self.knowledge)

    def unsure(self, result: Assessment) -> tuple[str, ...]:
        """What counts as unsure, in the order of the data."""
        count = self.counted
        return tuple([name for name in self.knowledge.questions if count.get(name) == "unsure"])

    def unanswered(self, result: Assessment) -> tuple[str, ...]:
        """What counts as unanswered, in the order of the data."""
        count = self.counted
        return tuple([name for name in self.knowledge.questions if name not in count])

    def could_raise(self, result: Assessment) -> tuple[str, ...]:
        """The open questions that make flags above the urgency hold in the worst case."""
        raising: set[str] = set()
        for flag in result.red_flags:
            if RANK[flag.urgency] > RANK[result.urgency]:
                worst_case = flag.reading == "worst_case"
                raising.update(flag.because if worst_case else flag.flag.when.because(self.readings["worst_case"]))
        return tuple(name for name in (*result.unsure, *result.unanswered) if name in raising)

    def symptom_reported(self, result: Assessment) -> bool:
        """Whether any symptom counts as yes or unsure."""
        questions = self.knowledge.questions
        return any(answer != "no" and questions[name].symptom for name, answer in self.counted.items())

    def advice(self, result: Assessment) -> AdviceResult:
        """What to do, in the words for this urgency and region."""
        return advice(result, self.counted, self.knowledge, self.region)
