"""Reads respondents from FHIR: a QuestionnaireResponse, or a Bundle of them, in R4 or R5, as form clients write them.

Items are matched by `linkId`, whatever they are nested in. An item without an answer is unanswered, whatever the
status of the response.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from sciaticheck.answers.document import Read, line_of_match, respondent
from sciaticheck.answers.record import Location, not_a_question
from sciaticheck.answers.spelling import BLANKS, Answer
from sciaticheck.errors import Problem, shown, visible
from sciaticheck.formats.fhir.codes import QUESTIONNAIRE_URL
from sciaticheck.formats.fhir.value import read_value
from sciaticheck.knowledge.model import Knowledge

Resource = Mapping[str, Any]

_CONFLICT_HINT = (
    "Some form clients keep the answer to a question that was switched off later: "
    "find out which is right, then change the parent or remove the follow-up's item."
)


def is_resource(raw: object) -> bool:
    """Whether a JSON value is a FHIR resource."""
    return isinstance(raw, dict) and "resourceType" in raw


def from_resource(raw: Resource, text: str, location: Location, name: str, knowledge: Knowledge) -> Iterator[Read]:
    """The respondents in a resource parsed from `text`: one in a response, any number in a Bundle.

    Other resources in a Bundle are skipped, but one without any response is a problem.
    """
    kind = raw.get("resourceType")
    if kind == "QuestionnaireResponse":
        yield _response(raw, _item_location(text, location, _links(raw.get("contained"))), name, knowledge)
    elif kind == "Bundle":
        yield from _bundle(raw, text, location, name, knowledge)
    else:
        what = "the empty form, not its answers" if kind == "Questionnaire" else f"a FHIR {shown(str(kind))}"
        message = f"is {what}. Read are a QuestionnaireResponse, and a Bundle of them"
        yield None, [Problem("unknown_kind", message, location.source, location.line, "resourceType", str(kind))]


def responses_in(raw: Resource) -> int:
    """How many responses a resource holds."""
    return sum(map(_is_response, _resources(raw))) if raw.get("resourceType") == "Bundle" else 1


def _is_response(resource: Resource) -> bool:
    return resource.get("resourceType") == "QuestionnaireResponse"


def _resources(bundle: Resource) -> list[Resource]:
    """The resources in the entries of a Bundle."""
    entries = bundle.get("entry")
    resources = (
        (entry.get("resource") for entry in entries if isinstance(entry, dict)) if isinstance(entries, list) else ()
    )
    return [resource for resource in resources if isinstance(resource, dict)]


def _bundle(raw: Resource, text: str, location: Location, name: str, knowledge: Knowledge) -> Iterator[Read]:
    count, number = responses_in(raw), 0
    before: Counter[str] = Counter()
    notes: tuple[Problem, ...] = ()
    if any(isinstance(link, dict) and link.get("relation") == "next" for link in _list(raw.get("link"))):
        message = "is one page of several (the Bundle has a link 'next'); the others are not read"
        notes = (Problem("more_pages", message, location.source, location.line),)
    for resource in _resources(raw):
        if _is_response(resource):
            number += 1
            item_location = _item_location(text, location, before + _links(resource.get("contained")))
            read, problems = _response(resource, item_location, name if count == 1 else f"{name}:{number}", knowledge)
            if read and notes:
                read, notes = read._replace(notes=(*notes, *read.notes)), ()
            if count > 1:
                prefix = f"response {number} of the Bundle"
                problems = [problem._replace(message=f"{prefix}: {problem.message}") for problem in problems]
            yield read, problems
        if location.line is None:
            before += _links(resource)
    if not count:
        kinds = Counter(str(other.get("resourceType")) for other in _resources(raw))
        content = ", ".join(f"{times} {visible(kind)[:60]}" for kind, times in kinds.items()) or "nothing"
        message = f"the Bundle holds no QuestionnaireResponse, but {content}"
        yield None, [Problem("no_input", message, location.source, location.line)]


def _response(raw: Resource, location: Location, name: str, knowledge: Knowledge) -> Read:
    if raw.get("status") == "entered-in-error":
        message = "status is 'entered-in-error': the response was withdrawn and is not checked"
        problem = Problem("entered_in_error", message, location.source, location.line, "status", "entered-in-error")
        return None, [problem]
    answers, unknown, problems = _answers(raw, location, knowledge)
    note = _version_note(raw, knowledge, location)
    if unknown and note and note.code == "other_questionnaire":
        few = ", ".join(map(shown, unknown[:5])) + (f" and {len(unknown) - 5} more" if len(unknown) > 5 else "")
        message = f"answers another questionnaire, {shown(note.value or '', 200)}; not questions here: {few}."
        problems.append(location.problem("other_questionnaire", unknown[0], message))
    else:
        version = f" {note.message[0].upper()}{note.message[1:]}." if note else ""
        for link in unknown:
            message = f"linkId {not_a_question(link, knowledge)}{version}"
            problems.append(location.problem("unknown_question", link, message))
    record = {"id": _id(raw), "answers": answers}
    read, problems = respondent(record, location, name, knowledge, problems)
    for index, problem in enumerate(problems):
        if problem.code == "follow_up_conflict":
            problems[index] = problem._replace(message=f"{problem.message} {_CONFLICT_HINT}")
    return read and read._replace(notes=(note,) if note else ()), problems


def _answers(
    raw: Resource, location: Location, knowledge: Knowledge
) -> tuple[dict[str, Answer | None], list[str], list[Problem]]:
    """The answers by question, the linkIds with answers that are not questions, and the problems."""
    answers: dict[str, Answer | None] = {}
    unknown: dict[str, None] = {}
    problems: list[Problem] = []
    for item in _items(raw):
        link = item.get("linkId") if isinstance(item, dict) else None
        if not isinstance(item, dict) or not isinstance(link, str):
            message = "an item has no linkId" if isinstance(item, dict) else "'item' must be a list of items"
            problems.append(Problem("bad_resource", message, location.source, location.line))
            continue
        given: list[Answer | None] = []
        wrong: list[Problem] = []
        for element in _list(item.get("answer")):
            try:
                if not isinstance(element, dict):
                    raise ValueError("'answer' must be a list of objects")
                has_value, answer = read_value(element)
            except ValueError as error:
                has_value, answer = True, None
                wrong.append(location.problem("unknown_value", link, f"{link}: {error}.", json.dumps(element)[:200]))
            if has_value:
                given.append(answer)
        if link not in knowledge.questions:
            if given:  # a group, a display text or an empty item needs no question
                unknown[link] = None
            continue
        problems += wrong
        if link in answers:
            message = f"duplicate linkId {shown(link)}; it is not clear which answer is right"
            problems.append(location.problem("duplicate_key", link, message))
            continue
        if len(given) > 1 and not wrong:
            message = f"{link}: has {len(given)} answers; it can have one"
            problems.append(location.problem("several_answers", link, message))
        answers[link] = given[0] if len(given) == 1 else None
    return answers, list(unknown), problems


def _items(raw: Resource) -> Iterator[object]:
    """Every item in the order of the document, including those inside items and answers."""
    waiting = _list(raw.get("item"))[::-1]
    while waiting:
        item = waiting.pop()
        yield item
        if isinstance(item, dict):
            inside = [part for answer in _list(item.get("answer")) if isinstance(answer, dict)
                      for part in _list(answer.get("item"))]  # fmt: skip
            waiting += [*inside, *_list(item.get("item"))][::-1]


def _list(value: object) -> list[Any]:
    """A list unchanged, None as an empty list, and any other value as a list of it."""
    return value if isinstance(value, list) else [] if value is None else [value]


def _id(raw: Resource) -> str | None:
    """The value of the (first) identifier, else the id of the resource, else the identifier of the subject."""
    subject = raw.get("subject")
    persons = _list(subject.get("identifier")) if isinstance(subject, dict) else []
    for holder in (*_list(raw.get("identifier")), {"value": raw.get("id")}, *persons):
        value = holder.get("value") if isinstance(holder, dict) else None
        if isinstance(value, str) and value.strip(BLANKS):
            return value
    return None


def _version_note(raw: Resource, knowledge: Knowledge, location: Location) -> Problem | None:
    """A note if the questionnaire that was answered is not the one of this knowledge."""
    canonical = raw.get("questionnaire")
    if not isinstance(canonical, str) or not canonical:
        return None
    url, _, version = canonical.partition("|")
    if url != QUESTIONNAIRE_URL:
        code, value = "other_questionnaire", url
        message = f"answers another questionnaire, {shown(url, 200)}; it was read by its linkIds"
    elif version and version != knowledge.version:
        code, value = "other_version", version
        message = f"answers version {shown(version)} of the questions; they were read as version {knowledge.version}"
    else:
        return None
    return Problem(code, message, location.source, location.line, "questionnaire", value)


def _links(part: object) -> Counter[str]:
    """How often each linkId occurs in a part of a document."""
    links: Counter[str] = Counter()
    waiting = [part]
    while waiting:
        part = waiting.pop()
        if isinstance(part, dict):
            waiting += part.values()
            if isinstance(part.get("linkId"), str):
                links[part["linkId"]] += 1
        elif isinstance(part, list):
            waiting += part
    return links


def _item_location(text: str, location: Location, before: Counter[str]) -> Location:
    """The location of a response, with the line of each linkId. `before` counts the linkIds of earlier resources."""

    def find(link: str) -> int | None:
        pattern = rf'"linkId"\s*:\s*{re.escape(json.dumps(link, ensure_ascii=False))}'
        return line_of_match(pattern, text, before[link] + 1) if link else None

    return location._replace(find=find)
