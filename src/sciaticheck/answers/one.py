"""One respondent from the text of a YAML or JSON file."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sciaticheck.answers.record import Place, Respondent, clean_answers, split_record
from sciaticheck.answers.spelling import Answer
from sciaticheck.errors import Problem, shown
from sciaticheck.knowledge.levels import level_of
from sciaticheck.knowledge.model import RANK, Knowledge

Read = tuple[Respondent | None, list[Problem]]
"""A respondent, or the problems why there is none."""


def from_yaml(text: str, source: str, name: str, knowledge: Knowledge) -> Read:
    """The respondent in a YAML text; `name` is the id where the text gives none."""
    from sciaticheck.strict_yaml import read

    document = read(text, source)
    if document.problems:
        return None, document.problems
    nested = isinstance(document.value, dict) and "answers" in document.value

    def line_of(key: str) -> int | None:
        inside = document.lines.get(("answers", key)) if nested else None
        return inside or document.line((key,))

    return respondent(document.value, Place(source, line_of), source, name, knowledge)


def from_json(text: str, source: str, name: str, knowledge: Knowledge, line: int | None = None) -> Read:
    """The respondent in a JSON text that is no FHIR resource. In a file of many, `line` is where it stands."""
    raw, place, problems = parsed(text, source, line)
    return (None, problems) if problems else respondent(raw, place, source, name, knowledge, line)


def reads_of_json(text: str, source: str, name: str, knowledge: Knowledge, line: int | None = None) -> Iterable[Read]:
    """The respondent in a JSON text, or those in a FHIR resource. In a file of many, `line` is where it stands."""
    raw, place, problems = parsed(text, source, line)
    if problems:
        return [(None, problems)]
    if isinstance(raw, dict) and "resourceType" in raw:
        from sciaticheck.answers.fhir import from_resource  # only such input pays for it

        return from_resource(raw, text, source, name, knowledge, line)
    return [respondent(raw, place, source, name, knowledge, line)]


def parsed(text: str, source: str, line: int | None = None) -> tuple[Any, Place, list[Problem]]:
    """The raw value in a JSON text, where its keys stand, and why it is none. Numbers stay text."""

    def line_of(key: str) -> int | None:
        return line if line is not None else line_of_key(text, key)

    place = Place(source, line_of)
    doubled: list[str] = []
    try:
        raw = json.loads(
            text, object_pairs_hook=lambda pairs: _mapping(pairs, doubled), parse_int=_whole, parse_float=str,
            parse_constant=str,
        )  # fmt: skip
    except json.JSONDecodeError as error:
        where = line if line is not None else error.lineno
        problem = Problem("broken_json", f"not valid JSON: {error.msg}, column {error.colno}", source, where)
        return None, place, [problem]
    except RecursionError:
        return None, place, [Problem("too_deep", "not valid here: nested too deep", source, line)]
    plain = not (isinstance(raw, dict) and "resourceType" in raw)  # in a FHIR resource every key stands many times
    problems = [
        Problem(
            "duplicate_key",
            f"{shown(key)} stands twice",
            source,
            line or (line_of_key(text, key, 2) if plain else None),
            key,
        )
        for key in doubled
    ]
    return raw, place, problems


def _whole(digits: str) -> str:
    return "0" if digits == "-0" else digits


def respondent(
    raw: object,
    place: Place,
    source: str,
    name: str,
    knowledge: Knowledge,
    line: int | None = None,
    wrong: Sequence[Problem] = (),
) -> Read:
    """The respondent in one raw record. `wrong` is what was found wrong with it before."""
    given, raw_answers, problems = split_record(raw, place)
    answers, more = clean_answers(raw_answers, knowledge, place)
    problems = [*wrong, *problems, *more]
    if problems:
        return None, [_with_level(problems[0], answers, knowledge), *problems[1:]]
    return Respondent(given or name, answers, source, line), []


def _with_level(problem: Problem, answers: Mapping[str, Answer], knowledge: Knowledge) -> Problem:
    """The problem, and a warning where the answers beside it are urgent: what is refused is not lost sight of."""
    level = level_of({name for name, answer in answers.items() if answer == "yes"}, knowledge)
    if RANK[level] < RANK["same_day"]:
        return problem
    return problem._replace(message=f"{problem.message} Not checked, but its other answers alone are: {level}.")


def _mapping(pairs: list[tuple[str, Any]], doubled: list[str]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        seen: set[str] = set()
        doubled.extend(dict.fromkeys(key for key, _ in pairs if key in seen or seen.add(key)))  # type: ignore[func-returns-value]
    return made


def line_of_key(text: str, key: str, nth: int = 1) -> int | None:
    """The line of the `nth` time a key stands in a JSON text; the json module keeps no positions."""
    pattern = rf"(?<!\\){re.escape(json.dumps(key, ensure_ascii=False))}\s*:"
    found = list(re.finditer(pattern, text))
    return text.count("\n", 0, found[nth - 1].start()) + 1 if len(found) >= nth else None
