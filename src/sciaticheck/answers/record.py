"""One respondent from the raw keys and values of a file, line or row, with all problems at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from sciaticheck.answers.follow_ups import conflicts
from sciaticheck.answers.slips import WRITE, instead
from sciaticheck.answers.spelling import BLANKS, Answer, parse_answer
from sciaticheck.errors import Problem, did_you_mean, shown
from sciaticheck.knowledge.model import Knowledge

DATE = "^[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9]{2}:[0-9]{2})?$"
"""The form of the date of answers: a day, or a day and a time."""

MOST_KEYS = 20
"""How many wrong keys of a record are explained: finding the nearest name and the line of each takes time."""


class Respondent(NamedTuple):
    """One person's answers: yes, no or unsure, without the unanswered questions. `date` is when they were given.

    `notes` are warnings: for example, that another version of the questions was answered. `is_named` if the id was
    given, not made from the name of the file. `origin` has the elements of a FHIR response that its result refers to.
    """

    id: str
    answers: Mapping[str, Answer]
    source: str
    line: int | None = None
    notes: tuple[Problem, ...] = ()
    is_named: bool = True
    origin: Mapping[str, Any] = {}
    date: str | None = None


class Location(NamedTuple):
    """Where a record is: its source, its line if the source has a record a line, and how to find the line of a key."""

    source: str | None = None
    line: int | None = None
    find: Callable[[str], int | None] = lambda key: None

    def line_of(self, key: str) -> int | None:
        """The line of the record if it has one, else that of its key; None if unknown."""
        return self.find(key) if self.line is None else self.line

    def problem(self, code: str, key: str, message: str, value: str | None = None) -> Problem:
        """A problem with this key of this record."""
        return Problem(code, message, self.source, self.line_of(key), key, value)


def more_keys(count: int, what: str, location: Location) -> Problem:
    """The problem with the wrong keys of a record that are not explained one by one."""
    return Problem("unknown_question", f"and {count:,} more keys {what}", location.source, location.line_of(""))


def not_a_question(name: str, knowledge: Knowledge) -> str:
    """The message about an unknown question, with the nearest known one or the command that lists them."""
    known = ["id"] if name.lower() == "id" else knowledge.questions
    hint = did_you_mean(name, known) or " Remove it; 'sciaticheck questions' lists the questions."
    return f"{shown(name)} is not a question.{hint}"


def clean_answers(
    raw: Mapping[str, object], knowledge: Knowledge, location: Location
) -> tuple[dict[str, Answer], list[Problem]]:
    """The answers in raw keys and values, and the problems: unknown questions, unknown values, conflicts.

    A value may be text in any accepted spelling, a boolean, an integer or None.
    """
    answers: dict[str, Answer] = {}
    problems: list[Problem] = []
    unknown = 0
    for key, value in raw.items():
        if key not in knowledge.questions:
            unknown += 1
            if unknown <= MOST_KEYS:
                problems.append(location.problem("unknown_question", str(key), not_a_question(str(key), knowledge)))
            continue
        try:
            answer = parse_answer(value if isinstance(value, str) else _text(value))
        except (KeyError, TypeError):
            if isinstance(value, str | int | float):
                wrong, write = shown(str(value)), instead(str(value), knowledge.questions[key])
            else:
                wrong, write = f"a {_kind(value)}", WRITE
            message = f"{key}: {wrong} is not an answer. {write}"
            problems.append(location.problem("unknown_value", key, message, str(value)))
            continue
        if answer:
            answers[key] = answer
    if unknown > MOST_KEYS:
        problems.append(more_keys(unknown - MOST_KEYS, "that are not questions", location))
    for follow_up, parent in conflicts(answers, knowledge):
        message = (
            f"'{follow_up}: {answers[follow_up]}' contradicts '{parent}: no': it is only asked after a yes. "
            f"Correct one of the two."
        )
        problems.append(location.problem("follow_up_conflict", follow_up, message, answers[follow_up]))
    return answers, problems


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool | int):
        return str(value)
    raise TypeError


def _kind(value: object) -> str:
    return "list" if isinstance(value, list) else "mapping" if isinstance(value, dict) else "value of another kind"


def split_record(
    raw: object, location: Location, knowledge: Knowledge
) -> tuple[str | None, str | None, Mapping[str, object], list[Problem]]:
    """The id, the date, the raw answers and the problems of one record, which is flat or has an `answers` key."""
    if not isinstance(raw, dict):
        what = "nothing" if raw is None else f"a {_kind(raw)}" if isinstance(raw, list) else "a single value"
        message = f"must be questions, each with its answer, not {what}"
        return None, None, {}, [Problem("not_a_mapping", message, location.source, location.line_of(""))]
    rest = dict(raw)
    given, date = rest.pop("id", None), rest.pop("date", None)
    problems: list[Problem] = []
    if date is not None and not _is_date(date):
        message = f"date: {shown(str(date))} is not a date, such as 2026-12-31 or 2026-12-31T14:30"
        problems.append(location.problem("bad_date", "date", message))
    if given is not None and not isinstance(given, str):
        problems.append(location.problem("bad_id", "id", "id: must be text"))
        given = None
    if given and not given.isascii():  # lone surrogates, which cannot be written to a file, become U+FFFD
        given = given.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    name = given if given and given.strip(BLANKS) else None
    headings = [key for key, value in rest.items() if isinstance(value, dict) and key not in knowledge.questions]
    if "answers" not in rest and len(headings) == 1:
        message = f"{shown(headings[0])} is not a question. If the answers are in it, call it 'answers'."
        problems.append(location.problem("unknown_key", headings[0], message))
        rest["answers"] = rest.pop(headings[0])
    if "answers" not in rest:
        return name, date, rest, problems
    inside = rest.pop("answers")
    if inside in (None, "") and rest.keys() & knowledge.questions.keys():
        message = "'answers' has nothing in it, and the answers are beside it. Remove 'answers', or put them in it."
        return name, date, rest, [*problems, location.problem("unknown_key", "answers", message)]
    for key in list(rest)[:MOST_KEYS]:
        what = "Put it under 'answers'" if key in knowledge.questions else "Remove it"
        message = f"{shown(key)} is beside 'answers', where only 'id' and 'date' may be. {what}."
        problems.append(location.problem("unknown_key", key, message))
    if len(rest) > MOST_KEYS:
        problems.append(more_keys(len(rest) - MOST_KEYS, "beside 'answers'", location))
    if inside is not None and not isinstance(inside, dict):
        message = "answers: must be questions, each with its answer"
        return name, date, {}, [*problems, location.problem("not_a_mapping", "answers", message)]
    return name, date, inside or {}, problems


def _is_date(value: Any) -> bool:
    """Whether a value is a day, or a day with a time, that exists."""
    try:
        return bool(value.isascii() and datetime.strptime(value, {10: "%Y-%m-%d", 16: "%Y-%m-%dT%H:%M"}[len(value)]))
    except (AttributeError, KeyError, ValueError):
        return False
