"""Respondents from FHIR: a QuestionnaireResponse, or a Bundle of them, of R4 or R5, as form clients really make them.

Items are matched by `linkId`, however they are nested. What has no answer is unanswered, whatever the status says.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from sciaticheck.answers.fhir_codes import QUESTIONNAIRE_URL
from sciaticheck.answers.fhir_value import read_value
from sciaticheck.answers.one import Read, respondent
from sciaticheck.answers.record import Place
from sciaticheck.answers.spelling import BLANKS, Answer
from sciaticheck.errors import Problem, did_you_mean, shown, visible
from sciaticheck.knowledge.model import Knowledge


def is_resource(raw: object) -> bool:
    """Whether a JSON value says that it is a FHIR resource."""
    return isinstance(raw, dict) and "resourceType" in raw


def from_resource(
    raw: Mapping[str, Any], text: str, source: str, name: str, knowledge: Knowledge, line: int | None = None
) -> Iterator[Read]:
    """The respondents in a resource parsed from `text`: one of a response, all of a Bundle, resources of other types
    skipped unless nothing is left. In a file of many, `line` is where the text stands in it.
    """
    kind = raw.get("resourceType")
    if kind == "QuestionnaireResponse":
        yield _response(raw, _place(text, source, line, _links(raw.get("contained"))), source, name, knowledge, line)
    elif kind == "Bundle":
        yield from _bundle(raw, text, source, name, knowledge, line)
    else:
        what = "the empty form, not its answers" if kind == "Questionnaire" else f"a FHIR {shown(str(kind))}"
        message = f"is {what}. Read are a QuestionnaireResponse, and a Bundle of them"
        yield None, [Problem("unknown_kind", message, source, line, "resourceType", str(kind))]


def responses_in(raw: Mapping[str, Any]) -> int:
    """How many responses a resource holds."""
    return sum(_is_response(resource) for resource in _resources(raw)) if raw.get("resourceType") == "Bundle" else 1


def _is_response(resource: object) -> bool:
    return isinstance(resource, dict) and resource.get("resourceType") == "QuestionnaireResponse"


def _resources(bundle: Mapping[str, Any]) -> list[object]:
    entries = bundle.get("entry")
    return [entry.get("resource") for entry in entries if isinstance(entry, dict)] if isinstance(entries, list) else []


def _bundle(
    raw: Mapping[str, Any], text: str, source: str, name: str, knowledge: Knowledge, line: int | None
) -> Iterator[Read]:
    count, number = responses_in(raw), 0
    before: Counter[str] = Counter()
    notes: tuple[Problem, ...] = ()
    if any(isinstance(link, dict) and link.get("relation") == "next" for link in _list(raw.get("link"))):
        message = "is one page of several (the Bundle has a link 'next'); the others are not read"
        notes = (Problem("more_pages", message, source, line),)
    for resource in _resources(raw):
        if isinstance(resource, dict) and _is_response(resource):
            number += 1
            own = name if count == 1 else f"{name}:{number}"
            place = _place(text, source, line, before + _links(resource.get("contained")))
            read, problems = _response(resource, place, source, own, knowledge, line)
            if read and notes:
                read, notes = read._replace(notes=(*notes, *read.notes)), ()
            if count > 1:
                where = f"response {number} of the Bundle"
                problems = [problem._replace(message=f"{where}: {problem.message}") for problem in problems]
            yield read, problems
        if line is None:
            before += _links(resource)
    if not count:
        found = Counter(str(other.get("resourceType")) for other in _resources(raw) if isinstance(other, dict))
        held = ", ".join(f"{times} {visible(kind)[:60]}" for kind, times in found.items()) or "nothing"
        yield None, [Problem("no_input", f"the Bundle holds no QuestionnaireResponse, but {held}", source, line)]


def _response(
    raw: Mapping[str, Any], place: Place, source: str, name: str, knowledge: Knowledge, line: int | None
) -> Read:
    if raw.get("status") == "entered-in-error":
        message = "status is 'entered-in-error': the response was withdrawn and is not checked"
        return None, [Problem("entered_in_error", message, source, line, "status", "entered-in-error")]
    answers, unknown, problems = _answers(raw, place, knowledge)
    notes = _notes(raw, knowledge, source, line)
    other = notes and notes[0].code == "other_questionnaire"
    if unknown and other:
        few = ", ".join(map(shown, unknown[:5])) + (f" and {len(unknown) - 5} more" if len(unknown) > 5 else "")
        message = f"answers another questionnaire, {shown(notes[0].value or '', 200)}; not questions here: {few}."
        problems.append(Problem("other_questionnaire", message, source, place.line_of(unknown[0]), unknown[0]))
    elif unknown:
        version = f" {notes[0].message[0].upper()}{notes[0].message[1:]}." if notes else ""
        for link in unknown:
            hint = did_you_mean(link, knowledge.questions) or " 'sciaticheck questions' lists all."
            message = f"linkId {shown(link)} is not a question.{hint}{version}"
            problems.append(place.problem("unknown_question", link, message))
    record = {"id": _id(raw), "answers": answers}
    read, problems = respondent(record, place, source, name, knowledge, line, problems)
    return read and read._replace(notes=notes), [_explained(problem) for problem in problems]


def _answers(
    raw: Mapping[str, Any], place: Place, knowledge: Knowledge
) -> tuple[dict[str, Answer | None], list[str], list[Problem]]:
    """The answers by question, the linkIds answered that are no questions, and what is wrong."""
    answers: dict[str, Answer | None] = {}
    unknown: dict[str, None] = {}
    problems: list[Problem] = []
    for item in _items(raw):
        link = item.get("linkId") if isinstance(item, dict) else None
        if not isinstance(item, dict) or not isinstance(link, str):
            message = "an item has no linkId" if isinstance(item, dict) else "'item' must be a list of items"
            problems.append(Problem("bad_resource", message, place.source, place.line_of("")))
            continue
        given: list[Answer | None] = []
        wrong: list[Problem] = []
        for element in _list(item.get("answer")):
            try:
                if not isinstance(element, dict):
                    raise ValueError("'answer' must be a list of objects")
                held, answer = read_value(element)
            except ValueError as error:
                held, answer = True, None
                wrong.append(place.problem("unknown_value", link, f"{link}: {error}.", _value(element)))
            if held:
                given.append(answer)
        if link not in knowledge.questions:
            if given:  # a group, a text to read, or an item left empty says nothing
                unknown[link] = None
            continue
        problems += wrong
        if link in answers:
            message = f"linkId {shown(link)} stands twice; which answer holds cannot be told"
            problems.append(place.problem("duplicate_key", link, message))
            continue
        if len(given) > 1 and not wrong:
            message = f"{link}: has {len(given)} answers; it can have one"
            problems.append(place.problem("several_answers", link, message))
        answers[link] = given[0] if len(given) == 1 else None
    return answers, list(unknown), problems


def _items(raw: Mapping[str, Any]) -> Iterator[object]:
    """Every item in the order of the document, those inside items and inside answers too."""
    waiting = _list(raw.get("item"))[::-1]
    while waiting:
        item = waiting.pop()
        yield item
        if isinstance(item, dict):
            inside = [part for answer in _list(item.get("answer")) if isinstance(answer, dict)
                      for part in _list(answer.get("item"))]  # fmt: skip
            waiting += [*inside, *_list(item.get("item"))][::-1]


def _list(value: object) -> list[Any]:
    """A list as it is, nothing as an empty one, a single element as a list of it."""
    return value if isinstance(value, list) else [] if value is None else [value]


def _id(raw: Mapping[str, Any]) -> str | None:
    """The identifier's value (R5 may have several: the first), else the resource's own id, else the subject's."""
    subject = raw.get("subject")
    persons = _list(subject.get("identifier")) if isinstance(subject, dict) else []
    for holder in (*_list(raw.get("identifier")), {"value": raw.get("id")}, *persons):
        value = holder.get("value") if isinstance(holder, dict) else None
        if isinstance(value, str) and value.strip(BLANKS):
            return value
    return None


def _notes(raw: Mapping[str, Any], knowledge: Knowledge, source: str, line: int | None) -> tuple[Problem, ...]:
    """What is to be said of the questionnaire that was answered, if it is not the one of this knowledge."""
    canonical = raw.get("questionnaire")
    if not isinstance(canonical, str) or not canonical:
        return ()
    url, _, version = canonical.partition("|")
    if url != QUESTIONNAIRE_URL:
        message = f"answers another questionnaire, {shown(url, 200)}; it was read by its linkIds"
        return (Problem("other_questionnaire", message, source, line, "questionnaire", url),)
    if version and version != knowledge.version:
        message = f"answers version {shown(version)} of the questions; they were read as version {knowledge.version}"
        return (Problem("other_version", message, source, line, "questionnaire", version),)
    return ()


def _explained(problem: Problem) -> Problem:
    if problem.code != "follow_up_conflict":
        return problem
    more = (
        "Some form clients keep the answer to a question that was switched off later: "
        "find out which holds, then change the parent or remove the follow-up's item."
    )
    return problem._replace(message=f"{problem.message} {more}")


def _value(element: object) -> str:
    return json.dumps(element, ensure_ascii=True)[:200]


def _links(node: object) -> Counter[str]:
    """How often each linkId stands in a part of a document."""
    found: Counter[str] = Counter()
    waiting = [node]
    while waiting:
        part = waiting.pop()
        if isinstance(part, dict):
            waiting += part.values()
            if isinstance(part.get("linkId"), str):
                found[part["linkId"]] += 1
        elif isinstance(part, list):
            waiting += part
    return found


def _place(text: str, source: str, line: int | None, before: Counter[str]) -> Place:
    """Where a response stands: the line of an item is that of its linkId, `before` being those of earlier resources."""

    def line_of(link: str) -> int | None:
        if line is not None or not link:
            return line
        pattern = rf'"linkId"\s*:\s*{re.escape(json.dumps(link, ensure_ascii=False))}'
        found = list(re.finditer(pattern, text))
        nth = before[link]
        return text.count("\n", 0, found[nth].start()) + 1 if len(found) > nth else None

    return Place(source, line_of)
