"""One respondent from the raw keys and values of a file, line or row; every problem in it at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from sciaticheck.answers.follow_ups import conflicts
from sciaticheck.answers.spelling import ALLOWED, BLANKS, Answer, spelled
from sciaticheck.errors import Problem, did_you_mean, shown
from sciaticheck.knowledge.model import Knowledge


class Respondent(NamedTuple):
    """The person whose answers these are. `answers` are as given, spelled as yes, no or unsure; blanks left out.

    `notes` are no faults but to be said: for instance that another version of the questions was answered.
    """

    id: str
    answers: Mapping[str, Answer]
    source: str
    line: int | None = None
    notes: tuple[Problem, ...] = ()


class Place(NamedTuple):
    """Where a record stands: its source, and the line of each key as far as it can be told."""

    source: str | None = None
    line_of: Callable[[str], int | None] = lambda key: None

    def problem(self, code: str, key: str, message: str, value: str | None = None) -> Problem:
        """A problem with this key of this record."""
        return Problem(code, message, self.source, self.line_of(key), key, value)


def clean_answers(
    raw: Mapping[str, object], knowledge: Knowledge, place: Place
) -> tuple[dict[str, Answer], list[Problem]]:
    """The answers in raw keys and values, and what is wrong with them: unknown questions, unknown values, conflicts.

    A value may be text in any accepted spelling, a boolean or None.
    """
    answers: dict[str, Answer] = {}
    problems: list[Problem] = []
    for key, value in raw.items():
        if key not in knowledge.questions:
            key = str(key)
            hint = did_you_mean(key, knowledge.questions) or " 'sciaticheck questions' lists all."
            problems.append(place.problem("unknown_question", key, f"{shown(key)} is not a question.{hint}"))
            continue
        try:
            answer = None if value is None else spelled(_text(value))
        except (KeyError, TypeError):
            wrong = shown(str(value)) if isinstance(value, str | int | float) else f"a {_kind(value)}"
            message = f"{key}: {wrong} is not an answer. Allowed: {ALLOWED}."
            problems.append(place.problem("unknown_value", key, message, str(value)))
            continue
        if answer:
            answers[key] = answer
    for follow_up, parent in conflicts(answers, knowledge):
        message = (
            f"'{follow_up}: {answers[follow_up]}' contradicts '{parent}: no': it is only asked after a yes. "
            f"Correct one of the two."
        )
        problems.append(place.problem("follow_up_conflict", follow_up, message, answers[follow_up]))
    return answers, problems


def _text(value: object) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bool | int):
        return str(value)
    raise TypeError


def _kind(value: object) -> str:
    return "list" if isinstance(value, list) else "mapping" if isinstance(value, dict) else "value of another kind"


def split_record(raw: object, place: Place) -> tuple[str | None, Mapping[str, object], list[Problem]]:
    """The id, the raw answers and the problems of one record, flat or with an `answers` key."""
    if not isinstance(raw, dict):
        what = "nothing" if raw is None else f"a {_kind(raw)}" if isinstance(raw, list) else "a single value"
        message = f"must be a mapping of question ids to answers, not {what}"
        return None, {}, [Problem("not_a_mapping", message, place.source, place.line_of(""))]
    rest = dict(raw)
    given = rest.pop("id", None)
    problems: list[Problem] = []
    if given is not None and not isinstance(given, str):
        problems.append(place.problem("bad_id", "id", "id: must be text"))
        given = None
    if given and not given.isascii():  # half a character, which no file could hold, becomes the sign for one
        given = given.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    name = given if given and given.strip(BLANKS) else None
    if "answers" in rest:
        inside = rest.pop("answers")
        for key in rest:
            message = f"{shown(key)} stands beside 'answers'; only 'id' may. Move it under 'answers'."
            problems.append(place.problem("unknown_key", key, message))
        if inside is None:
            inside = {}
        if not isinstance(inside, dict):
            message = "answers: must be a mapping of question ids to answers"
            return None, {}, [*problems, place.problem("not_a_mapping", "answers", message)]
        rest = inside
    return name, rest, problems
