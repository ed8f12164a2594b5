"""One respondent from the text of a YAML or JSON file."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Sequence, Set
from functools import partial
from typing import Any

from sciaticheck.answers.follow_ups import hidden
from sciaticheck.answers.record import MOST_KEYS, Location, Respondent, clean_answers, more_keys, split_record
from sciaticheck.answers.slips import KEEP, in_json, in_yaml, yes_in
from sciaticheck.answers.spelling import Answer
from sciaticheck.errors import Problem, shown
from sciaticheck.knowledge.levels import first_flag, holds
from sciaticheck.knowledge.model import RANK, Knowledge

Read = tuple[Respondent | None, list[Problem]]
"""A respondent and no problems, or None and the problems."""


def parse_yaml(text: str, source: str, knowledge: Knowledge) -> tuple[Any, Location, list[Problem]]:
    """The raw value of a YAML text, the location with the lines of its keys, and the problems."""
    from sciaticheck.strict_yaml import read

    # Blanks of other kinds come with lines copied from a page.
    text = re.sub(r"(?m)^[ \xa0\u2000-\u200a\u202f\u3000]+", lambda blanks: " " * len(blanks[0]), text)
    document = read(text, source)
    nested = isinstance(document.value, dict) and "answers" in document.value

    def find(key: str) -> int | None:
        inside = document.lines.get(("answers", key)) if nested else None
        return inside or document.line((key,))

    if document.problems:
        return None, Location(source), in_words(document.problems, text, knowledge)
    return document.value, Location(source, find=find), []


def explained(read: Read, text: str, knowledge: Knowledge) -> Read:
    """What was read of a YAML text, or in other words why it has no answers."""
    found, problems = read
    is_other = any(problem.code == "not_a_mapping" for problem in problems)
    return found, in_words(problems, text, knowledge) if is_other else problems


def in_words(problems: list[Problem], text: str, knowledge: Knowledge) -> list[Problem]:
    """The problems with a YAML text that cannot be read, for those who wrote it: the line and the words of a slip."""
    first, *others = [
        each._replace(message=f"{each.message}. {KEEP}") if each.code == "duplicate_key" else each for each in problems
    ]
    if first.code in ("broken_yaml", "not_a_mapping"):
        last = first.line if first.code == "broken_yaml" else None
        example = f"Write each answer on a line of its own, as in '{next(iter(knowledge.questions))}: no'."
        line, message = in_yaml(text, last, knowledge) or (first.line, f"{first.message}. {example}")
        first = first._replace(line=line, message=message)
    return [_with_level(first, yes_in(text, knowledge), knowledge), *others]


def parse_json(text: str, location: Location, knowledge: Knowledge) -> tuple[Any, Location, list[Problem]]:
    """The raw value of a JSON text, the location with the lines of its keys, and the problems. Numbers stay text."""
    location = location._replace(find=partial(line_of_key, text))
    duplicates: list[str] = []

    def mapping(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        result = dict(pairs)
        if len(result) != len(pairs):
            duplicates.extend(key for key, times in Counter(key for key, _ in pairs).items() if times > 1)
        return result

    def integer(digits: str) -> str:
        return "0" if digits == "-0" else digits

    try:
        raw = json.loads(text, object_pairs_hook=mapping, parse_int=integer, parse_float=str, parse_constant=str)
    except json.JSONDecodeError as error:
        line, message = in_json(text, error)
        broken = Problem("broken_json", f"not valid JSON: {message}", location.source, location.line or line)
        return None, location, [_with_level(broken, yes_in(text, knowledge), knowledge)]
    except RecursionError:
        return None, location, [Problem("too_deep", "nested too deep", location.source, location.line)]
    second = location._replace(find=partial(line_of_key, text, nth=2))
    if isinstance(raw, dict) and "resourceType" in raw:  # FHIR uses the same keys in many elements
        second = Location(location.source, location.line)
    problems = [
        second.problem("duplicate_key", key, f"duplicate key {shown(key)}. {KEEP}") for key in duplicates[:MOST_KEYS]
    ]
    if len(duplicates) > MOST_KEYS:
        problems.append(more_keys(len(duplicates) - MOST_KEYS, "that are duplicates", location))
    if problems:
        problems[0] = _with_level(problems[0], yes_in(text, knowledge), knowledge)
    return raw, location, problems


def respondent(
    raw: object,
    location: Location,
    name: str,
    knowledge: Knowledge,
    wrong: Sequence[Problem] = (),
    drop_hidden: bool = False,
) -> Read:
    """The respondent in one raw record. `name` is the id if it has none; `wrong` are problems known already.

    `drop_hidden` leaves out the answers to questions that a form hides, each with a note.
    """
    given, date, raw_answers, problems = split_record(raw, location, knowledge)
    answers, more = clean_answers(raw_answers, knowledge, location)
    notes: list[Problem] = []
    if drop_hidden:
        dropped = hidden(answers, knowledge)
        notes = [_dropped(given or name, id, answers[id], parent, location) for id, parent in dropped.items()]
        answers = {id: answer for id, answer in answers.items() if id not in dropped}
        more = [problem for problem in more if problem.code != "follow_up_conflict"]
    problems = [*wrong, *problems, *more]
    if problems:
        names = {name for name, answer in answers.items() if answer == "yes"}
        return None, [_with_level(problems[0], names, knowledge), *problems[1:]]
    source = location.source or ""
    return Respondent(given or name, answers, source, location.line, tuple(notes), bool(given), date=date), []


def _dropped(name: str, id: str, answer: Answer, parent: str, location: Location) -> Problem:
    who = f"{shown(name)}: " if name else ""
    message = f"{who}dropped '{id}: {answer}', which a form shows only after a yes to '{parent}'"
    return location.problem("dropped", id, message, answer)


def _with_level(problem: Problem, names: Set[str], knowledge: Knowledge) -> Problem:
    """The problem, with a warning if the questions answered yes are urgent, since the record is not assessed."""

    def with_parents(names: Set[str]) -> Set[str]:
        return names | {knowledge.questions[name].only_if or name for name in names}

    yes = set(names)
    flag = first_flag(with_parents(yes), knowledge)
    if flag is None or RANK[flag.urgency] < RANK["same_day"]:
        return problem
    for name in sorted(yes):  # what remains is no more than the flag needs
        if holds(flag.when, with_parents(yes - {name})):
            yes.remove(name)
    named = ", ".join(f"'{name}: yes'" for name in knowledge.questions if name in yes)
    said = problem.message if problem.message.endswith((".", "?")) else f"{problem.message}."
    message = f"{said} Not checked, but {named} alone would be: {flag.urgency}."
    return problem._replace(message=message, level=flag.urgency)


def line_of_key(text: str, key: str, nth: int = 1) -> int | None:
    """The line of the `nth` occurrence of a key in a JSON text; the json module keeps no positions."""
    return line_of_match(rf"(?<!\\){re.escape(json.dumps(key, ensure_ascii=False))}\s*:", text, nth)


def line_of_match(pattern: str, text: str, nth: int) -> int | None:
    """The line, from 1, of the `nth` match of a pattern in a text; None if there are fewer matches."""
    matches = list(re.finditer(pattern, text))
    return text.count("\n", 0, matches[nth - 1].start()) + 1 if len(matches) >= nth else None
