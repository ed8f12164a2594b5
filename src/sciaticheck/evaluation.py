"""Runs the engine on published cases and counts what it gets right, with confidence intervals."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import NamedTuple

import msgspec

from sciaticheck.answers.record import Location, clean_answers
from sciaticheck.answers.spelling import Answer
from sciaticheck.engine import assess
from sciaticheck.engine.assessment import Assessment
from sciaticheck.errors import AnswersError, Problem
from sciaticheck.inputs.files import respondents
from sciaticheck.knowledge.load import data_file
from sciaticheck.knowledge.model import RANK, URGENCIES, Knowledge, Urgency
from sciaticheck.knowledge.schema import read_checked_by
from sciaticheck.strict_yaml import Document


class Case(msgspec.Struct, frozen=True):
    """A published presentation: its answers, and every urgency and first condition that is acceptable.

    `urgency` is the raters' own. `source_type` is `case_report` or another kind of text. `why_missed` is the recorded
    reason if the content is known to miss it.
    """

    id: str
    answers: dict[str, Answer]
    urgency: Urgency
    accept_urgency: tuple[Urgency, ...]
    accept_conditions: tuple[str, ...]
    source_type: str | None = None
    detectable: bool = True
    diagnosis: str = ""
    why_missed: str | None = None


class Outcome(NamedTuple):
    """A case and its assessment. `rank` is that of the first accepted condition, from 1, or None."""

    case: Case
    assessment: Assessment
    rank: int | None

    @property
    def accepted(self) -> bool:
        """Whether the urgency is one of the accepted."""
        return self.assessment.urgency in self.case.accept_urgency

    @property
    def emergency_only(self) -> bool:
        """Whether emergency is the only accepted urgency."""
        return self.case.accept_urgency == ("emergency",)

    @property
    def below(self) -> bool:
        """Whether the urgency is below all accepted ones."""
        return RANK[self.assessment.urgency] < min(RANK[urgency] for urgency in self.case.accept_urgency)

    @property
    def missed(self) -> bool:
        """Whether the urgency is not accepted, or the first condition is not."""
        return not self.accepted or self.rank != 1


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


class Scores(NamedTuple):
    """The figures over a group of outcomes."""

    emergencies_found: Share
    within_accepted: Share
    exact: Share
    routine_called_emergency: Share
    condition_first: Share
    condition_in_three: Share


def read_cases(file: Path, knowledge: Knowledge) -> list[Case]:
    """The cases in a YAML list. Other keys are ignored. Raises AnswersError with every problem."""
    source = str(file)
    document = read_checked_by(data_file().with_name("cases.schema.json"), source)
    problems = list(document.problems)
    cases: list[Case] = []
    for index, raw in enumerate([] if problems else document.value):
        location = Location(source, find=partial(_line_of_answer, document, index))
        answers, wrong = clean_answers(raw["answers"] or {}, knowledge, location)
        problems += wrong
        cases.append(msgspec.convert({**raw, "answers": answers}, Case))
    if problems:
        raise AnswersError(problems)
    return cases


def _line_of_answer(document: Document, index: int, key: str) -> int | None:
    return document.line((index, "answers", key))


def answers_in(paths: Iterable[Path], knowledge: Knowledge) -> list[tuple[str, dict[str, Answer]]]:
    """The id and answers of each case or respondent in files of either kind; folders are searched.

    Raises AnswersError with every problem.
    """
    answers: list[tuple[str, dict[str, Answer]]] = []
    problems: list[Problem] = []
    for file in (file for path in paths for file in (sorted(path.rglob("*.yaml")) if path.is_dir() else [path])):
        try:
            answers += [(case.id, case.answers) for case in read_cases(file, knowledge)]
        except AnswersError as error:
            reads = [respondent for respondent, _ in respondents([str(file)], knowledge)]
            problems += error.problems if None in reads else ()
            answers += [(respondent.id, dict(respondent.answers)) for respondent in reads if respondent]
    if problems:
        raise AnswersError(problems)
    return answers


class Evaluation(NamedTuple):
    """The outcome of every case, and the knowledge that was used."""

    outcomes: list[Outcome]
    knowledge: Knowledge


def evaluate(cases: Iterable[Case], knowledge: Knowledge) -> Evaluation:
    """Runs each case through the engine."""
    outcomes = []
    for case in cases:
        assessment = assess(case.answers, knowledge)
        ranked = [result.id for result in assessment.conditions]
        ranks = [ranked.index(name) + 1 for name in case.accept_conditions if name in ranked]
        outcomes.append(Outcome(case, assessment, min(ranks, default=None)))
    return Evaluation(outcomes, knowledge)


def scores(outcomes: Iterable[Outcome]) -> Scores:
    """The figures over a group of outcomes."""
    group = list(outcomes)

    def share(hit: Callable[[Outcome], bool], among: Callable[[Outcome], bool] = lambda outcome: True) -> Share:
        within = [outcome for outcome in group if among(outcome)]
        return Share(sum(map(hit, within)), len(within))

    def emergency(outcome: Outcome) -> bool:
        return outcome.assessment.urgency == "emergency"

    return Scores(
        emergencies_found=share(emergency, lambda outcome: outcome.emergency_only),
        within_accepted=share(lambda outcome: outcome.accepted),
        exact=share(lambda outcome: outcome.assessment.urgency == outcome.case.urgency),
        routine_called_emergency=share(emergency, lambda outcome: outcome.case.urgency == "routine"),
        condition_first=share(lambda outcome: outcome.rank == 1),
        condition_in_three=share(lambda outcome: outcome.rank is not None and outcome.rank <= 3),
    )


def matrix(outcomes: Iterable[Outcome]) -> dict[Urgency, dict[Urgency, int]]:
    """How many cases of each rated level (outer) were given each level (inner), highest first."""
    counts: dict[Urgency, dict[Urgency, int]] = {rated: dict.fromkeys(URGENCIES[::-1], 0) for rated in URGENCIES[::-1]}
    for outcome in outcomes:
        counts[outcome.case.urgency][outcome.assessment.urgency] += 1
    return counts


def never_yes(cases: Iterable[Case], knowledge: Knowledge) -> list[str]:
    """The questions that no case answers yes."""
    answered = {name for case in cases for name, answer in case.answers.items() if answer == "yes"}
    return [name for name in knowledge.questions if name not in answered]
