"""The results and problems of one command, with their counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import NamedTuple

from sciaticheck.answers.record import Respondent
from sciaticheck.engine.assessment import Assessment
from sciaticheck.errors import Problem
from sciaticheck.knowledge.model import RANK, URGENCIES, Knowledge, Urgency


class Result(NamedTuple):
    """A respondent and the assessment; `since` is the result of an earlier date that it is compared with."""

    respondent: Respondent
    assessment: Assessment
    since: Result | None = None

    @property
    def look_again(self) -> str | None:
        """The day by which to answer again; None if the date of the answers is not known."""
        given, days = self.respondent.date, timedelta(self.assessment.advice.again_in_days)
        return given and (datetime.fromisoformat(given) + days).date().isoformat()

    def is_due(self, today: date) -> bool:
        """Whether the answers are to be given again by now, or their date is missing or in the future."""
        given = self.respondent.date or "9999"
        return given > f"{today}T24" or (self.look_again or "") <= today.isoformat()


class Report(NamedTuple):
    """Every result, most urgent first, otherwise in the order of the input, and every problem."""

    results: tuple[Result, ...]
    problems: tuple[Problem, ...]
    knowledge: Knowledge

    @classmethod
    def of(cls, results: Iterable[Result], problems: Iterable[Problem], knowledge: Knowledge) -> Report:
        """A report of results in any order."""
        ranked = sorted(results, key=lambda result: -RANK[result.assessment.urgency])
        return cls(tuple(ranked), tuple(problems), knowledge)

    @property
    def urgency(self) -> Urgency | None:
        """The highest urgency; None without results."""
        return self.results[0].assessment.urgency if self.results else None

    @property
    def complete(self) -> bool:
        """Whether every input was read and no unanswered question could raise a result."""
        return not self.problems and all(result.assessment.complete for result in self.results)

    @property
    def by_urgency(self) -> dict[Urgency, int]:
        """How many results have each urgency, highest first."""
        counts: dict[Urgency, int] = dict.fromkeys(URGENCIES[::-1], 0)
        for result in self.results:
            counts[result.assessment.urgency] += 1
        return counts

    @property
    def by_advice(self) -> dict[str, int]:
        """How many results each thing is said of, most urgent first."""
        return dict(Counter(result.assessment.advice.level for result in self.results))

    def at_or_above(self, level: Urgency) -> int:
        """How many results are at this level or above."""
        return sum(RANK[result.assessment.urgency] >= RANK[level] for result in self.results)

    def refused_at_or_above(self, level: Urgency) -> int:
        """How many refused records have answers that are at this level or above by themselves."""
        return sum(problem.level is not None and RANK[problem.level] >= RANK[level] for problem in self.problems)

    def could_reach(self, level: Urgency) -> int:
        """How many results below this level unanswered questions could raise to it."""
        return sum(
            RANK[result.assessment.urgency] < RANK[level] <= RANK[result.assessment.possible_urgency]
            for result in self.results
        )
