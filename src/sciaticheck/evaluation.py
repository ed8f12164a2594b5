"""Published cases, and what the engine or another checker answers to them."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import NamedTuple

import msgspec

from sciaticheck.answers.record import Location, clean_answers
from sciaticheck.answers.spelling import Answer
from sciaticheck.engine import assess
from sciaticheck.errors import AnswersError, Problem, did_you_mean, shown
from sciaticheck.inputs.files import respondents
from sciaticheck.knowledge.files import data_file
from sciaticheck.knowledge.model import RANK, URGENCIES, Knowledge, Urgency
from sciaticheck.knowledge.schema import read_checked_by
from sciaticheck.strict_yaml import Document
from sciaticheck.text_file import MAX_CONTENT, decode, read_bytes


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
    """A case and what a checker answered: an urgency, None if it gave none, and the conditions in its order."""

    case: Case
    urgency: Urgency | None
    conditions: tuple[str, ...]

    @property
    def rank(self) -> int | None:
        """The rank of the first accepted condition, from 1, or None."""
        names = self.case.accept_conditions
        return min((self.conditions.index(name) + 1 for name in names if name in self.conditions), default=None)

    @property
    def accepted(self) -> bool:
        """Whether the urgency is one of the accepted."""
        return self.urgency in self.case.accept_urgency

    @property
    def emergency_only(self) -> bool:
        """Whether emergency is the only accepted urgency."""
        return set(self.case.accept_urgency) == {"emergency"}

    @property
    def below(self) -> bool:
        """Whether the urgency is below all accepted ones."""
        return self.urgency is not None and RANK[self.urgency] < min(map(RANK.__getitem__, self.case.accept_urgency))

    @property
    def above(self) -> bool:
        """Whether the urgency is above all accepted ones."""
        return self.urgency is not None and RANK[self.urgency] > max(map(RANK.__getitem__, self.case.accept_urgency))

    @property
    def missed(self) -> bool:
        """Whether the urgency is not accepted, or the first condition is not."""
        return not self.accepted or self.rank != 1


def read_cases(file: Path, knowledge: Knowledge) -> list[Case]:
    """The cases in a YAML list. Other keys are ignored. Raises AnswersError with every problem."""
    source = str(file)
    document = read_checked_by(data_file().parent / "cases" / "cases.schema.json", source)
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
    """The outcome of every case, the knowledge that was used, and the outcomes of other checkers by their names."""

    outcomes: list[Outcome]
    knowledge: Knowledge
    others: dict[str, list[Outcome]]


def evaluate(cases: Iterable[Case], knowledge: Knowledge, others: Iterable[Path] = ()) -> Evaluation:
    """Runs each case through the engine. `others` are files of `read_other`."""
    cases = list(cases)
    outcomes = []
    for case in cases:
        assessment = assess(case.answers, knowledge)
        outcomes.append(Outcome(case, assessment.urgency, tuple(ranked.id for ranked in assessment.conditions)))
    return Evaluation(outcomes, knowledge, {file.name: read_other(file, cases) for file in others})


def read_other(file: Path, cases: Iterable[Case]) -> list[Outcome]:
    """Another checker's answers to the same cases, from CSV with the columns `id`, `urgency` and maybe `top_condition`.

    A case that is left out, or whose urgency is empty, has no answer. Raises AnswersError with every problem.
    """
    raw = read_bytes(str(file), MAX_CONTENT)
    text = raw if isinstance(raw, Problem) else decode(raw, str(file), MAX_CONTENT)
    if isinstance(text, Problem):
        raise AnswersError([text])
    rows = csv.DictReader(text.splitlines())
    known = {case.id: case for case in cases}
    answered: dict[str, Outcome] = {}
    try:
        missing = [name for name in ("id", "urgency") if name not in (rows.fieldnames or ())]
        problems = [Problem("no_column", f"has no column {name}", str(file), 1, name) for name in missing]
        for row in () if missing else rows:
            id, urgency, message = row["id"] or "", (row["urgency"] or "").strip().lower(), ""
            if id not in known:
                message = f"{shown(id)} is not a case.{did_you_mean(id, known)}"
            elif id in answered:
                message = f"{shown(id)} is there twice"
            elif urgency not in ("", *URGENCIES):
                message = f"{shown(urgency)} is not one of {', '.join(URGENCIES)}.{did_you_mean(urgency, URGENCIES)}"
            else:
                first = row.get("top_condition")
                answered[id] = Outcome(known[id], urgency or None, (first,) if first else ())  # type: ignore[arg-type]
            if message:
                problems.append(Problem("bad_row", message, str(file), rows.line_num))
    except csv.Error as error:
        problems = [Problem("broken_csv", f"not valid CSV: {error}", str(file), rows.line_num)]
    if problems:
        raise AnswersError(problems)
    return [answered.get(id) or Outcome(case, None, ()) for id, case in known.items()]


def never_yes(cases: Iterable[Case], knowledge: Knowledge) -> list[str]:
    """The questions that no case answers yes."""
    answered = {name for case in cases for name, answer in case.answers.items() if answer == "yes"}
    return [name for name in knowledge.questions if name not in answered]
