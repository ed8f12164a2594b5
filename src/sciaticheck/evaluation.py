"""Published cases against the engine: what it gets right and what it misses, with intervals. Holds no clinical fact."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, NamedTuple

from sciaticheck.answers.inputs import respondents
from sciaticheck.answers.record import Place, clean_answers
from sciaticheck.answers.spelling import Answer
from sciaticheck.assessment import Assessment
from sciaticheck.engine import assess
from sciaticheck.errors import AnswersError, Problem, did_you_mean, shown
from sciaticheck.knowledge.model import RANK, URGENCIES, Knowledge, Urgency
from sciaticheck.strict_yaml import Document, read

MAX_BYTES = 16 * 1024 * 1024


class Case(NamedTuple):
    """A published presentation: its answers, every urgency and every first condition that is defensible.

    `urgency` is the raters' own. `report` is true for a case report, false for a written vignette.
    `why_missed` is the reason on record where the content is known to miss it.
    """

    id: str
    answers: dict[str, Answer]
    urgency: Urgency
    accept_urgency: tuple[Urgency, ...]
    accept_conditions: tuple[str, ...]
    report: bool
    detectable: bool
    diagnosis: str
    why_missed: str | None


class Outcome(NamedTuple):
    """A case and what the engine says of it. `rank` is the place of the first accepted condition, from 1, or None."""

    case: Case
    assessment: Assessment
    rank: int | None

    @property
    def accepted(self) -> bool:
        """Whether the urgency is one of the accepted."""
        return self.assessment.urgency in self.case.accept_urgency

    @property
    def exact(self) -> bool:
        """Whether the urgency is the raters' own."""
        return self.assessment.urgency == self.case.urgency

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
        """Whether anything is missed: the urgency, or an accepted condition at the first place."""
        return not self.accepted or self.rank != 1


class Share(NamedTuple):
    """`hits` of `total`, with the Wilson 95 % interval (0 to 1); no interval of nothing."""

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
    """The cases in a YAML list. Raises AnswersError with every problem; keys not needed here are ignored."""
    source = str(file)
    try:
        if file.stat().st_size > MAX_BYTES:
            raise AnswersError([Problem("too_large", f"is larger than {MAX_BYTES} bytes", source)])
        text = file.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise AnswersError([Problem("unreadable", f"cannot be read: {error.strerror}", source)]) from error
    except UnicodeDecodeError as error:
        raise AnswersError([Problem("not_utf8", "is not UTF-8 text", source)]) from error
    document = read(text, source)
    if document.problems:
        raise AnswersError(document.problems)
    if not isinstance(document.value, list) or not document.value:
        raise AnswersError([Problem("not_a_list", "must be a list of cases", source)])
    problems: list[Problem] = []
    cases = [_case(raw, place, document, source, knowledge, problems) for place, raw in enumerate(document.value)]
    if problems:
        raise AnswersError(problems)
    return [case for case in cases if case]


def _case(
    raw: Any, place: int, document: Document, source: str, knowledge: Knowledge, problems: list[Problem]
) -> Case | None:
    def wrong(code: str, message: str, *path: str) -> None:
        problems.append(Problem(code, message, source, document.line((place, *path)), path[-1] if path else None))

    def word(key: str, default: str | None = None) -> str:
        value = raw.get(key, default)
        return value if isinstance(value, str) else ""

    def urgency(value: object, *path: str) -> Urgency:
        for known in URGENCIES:
            if value == known:
                return known
        wrong("unknown_word", f"{shown(str(value))} is not one of {', '.join(URGENCIES)}", *path)
        return "routine"

    if not isinstance(raw, dict):
        wrong("not_a_mapping", f"case {place + 1} must be a mapping")
        return None
    needed = ("id", "answers", "urgency", "accept_urgency", "accept_conditions")
    missing = [key for key in needed if key not in raw]
    if missing:
        hint = "".join(did_you_mean(key, raw) for key in missing[:1])
        wrong("missing_key", f"case {shown(word('id') or str(place + 1))} lacks {', '.join(missing)}.{hint}")
        return None
    lists = {key: raw[key] for key in ("accept_urgency", "accept_conditions")}
    for key, value in lists.items():
        if not isinstance(value, list) or not value:
            wrong("not_a_list", f"{key} must be a list with at least one entry", key)
            return None
    inside = raw["answers"] if isinstance(raw["answers"], dict) else {}
    answers, more = clean_answers(inside, knowledge, Place(source, lambda key: document.line((place, "answers", key))))
    problems += more
    return Case(
        id=word("id"),
        answers=answers,
        urgency=urgency(raw["urgency"], "urgency"),
        accept_urgency=tuple(urgency(value, "accept_urgency") for value in lists["accept_urgency"]),
        accept_conditions=tuple(map(str, lists["accept_conditions"])),
        report=word("source_type") == "case_report",
        detectable=word("detectable", "true") != "false",
        diagnosis=word("diagnosis"),
        why_missed=word("why_missed") or None,
    )


def answers_in(paths: Iterable[Path], knowledge: Knowledge) -> list[tuple[str, dict[str, Answer]]]:
    """The answers in files of cases and in answer files, each with its id; folders are searched through.

    Raises AnswersError with every problem found.
    """
    found: list[tuple[str, dict[str, Answer]]] = []
    problems: list[Problem] = []
    for path in paths:
        files = sorted(path.rglob("*.yaml")) if path.is_dir() else [path]
        for file in files:
            try:
                found += [(case.id, case.answers) for case in read_cases(file, knowledge)]
                continue
            except AnswersError as error:
                not_cases = error
            read_as_answers = list(respondents([str(file)], knowledge))
            if any(respondent is None for respondent, _ in read_as_answers):
                problems += not_cases.problems
            found += [(who.id, dict(who.answers)) for who, _ in read_as_answers if who]
    if problems:
        raise AnswersError(problems)
    return found


def evaluate(cases: Iterable[Case], knowledge: Knowledge) -> list[Outcome]:
    """Each case through the engine."""
    outcomes = []
    for case in cases:
        assessment = assess(case.answers, knowledge)
        ranked = [result.id for result in assessment.conditions]
        places = [ranked.index(name) + 1 for name in case.accept_conditions if name in ranked]
        outcomes.append(Outcome(case, assessment, min(places, default=None)))
    return outcomes


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
        exact=share(lambda outcome: outcome.exact),
        routine_called_emergency=share(emergency, lambda outcome: outcome.case.urgency == "routine"),
        condition_first=share(lambda outcome: outcome.rank == 1),
        condition_in_three=share(lambda outcome: outcome.rank is not None and outcome.rank <= 3),
    )


def matrix(outcomes: Iterable[Outcome]) -> dict[Urgency, dict[Urgency, int]]:
    """How often each of the raters' levels (outer) was given each level (inner), highest first."""
    counts: dict[Urgency, dict[Urgency, int]] = {rated: dict.fromkeys(URGENCIES[::-1], 0) for rated in URGENCIES[::-1]}
    for outcome in outcomes:
        counts[outcome.case.urgency][outcome.assessment.urgency] += 1
    return counts


def never_yes(cases: Iterable[Case], knowledge: Knowledge) -> list[str]:
    """The questions that no case answers yes: nothing is shown here about what rests on them."""
    answered = {name for case in cases for name, answer in case.answers.items() if answer == "yes"}
    return [name for name in knowledge.questions if name not in answered]
