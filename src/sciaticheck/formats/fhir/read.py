"""Reads respondents from FHIR: a QuestionnaireResponse, or a Bundle of them, in R4 or R5, as form clients write them.

Items are matched by `linkId`, whatever they are nested in. An item without an answer is unanswered, whatever the
status of the response.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator

from sciaticheck.answers.document import Read, line_of_match, respondent
from sciaticheck.answers.follow_ups import hidden
from sciaticheck.answers.record import Location, Respondent, not_a_question
from sciaticheck.answers.spelling import BLANKS, Answer
from sciaticheck.errors import Problem, shown, visible
from sciaticheck.formats.fhir.codes import QUESTIONNAIRE_URL
from sciaticheck.formats.fhir.elements import STATUSES, wrong_keys
from sciaticheck.formats.fhir.resources import (
    Resource,
    as_list,
    besides,
    is_response,
    kind_of,
    links_in,
    resources_in,
    wrong_shape,
)
from sciaticheck.formats.fhir.value import Value, read_value
from sciaticheck.knowledge.model import Knowledge

_CARRIED = {
    **dict.fromkeys(("id", "authored"), str),
    **dict.fromkeys(("identifier", "subject", "encounter", "author", "source"), dict),
}
"""The elements of a response that its result carries over."""

_CONFLICT_HINT = (
    "Some form clients keep the answer to a question that was switched off later: find out which is right, then "
    "change the parent or remove the follow-up's item. --drop-hidden leaves such answers out and names each."
)


def from_resource(
    raw: Resource, text: str, location: Location, name: str, knowledge: Knowledge, drop_hidden: bool = False
) -> Iterator[Read]:
    """The respondents in a resource parsed from `text`: one in a response, any number in a Bundle, however nested.

    What a Bundle holds besides is named. A resource without any response is a problem.
    """
    kind = str(raw.get("resourceType"))
    found = list(resources_in(raw))
    count = sum(map(is_response, (resource for resource, _ in found)))
    notes, number = besides(found, location), 0
    for resource, before in found:
        if is_response(resource):
            number += 1
            where = _item_location(text, location, before + links_in(resource.get("contained")))
            own = name if count == 1 else f"{name}:{number}"
            read, problems = _response(resource, where, own, knowledge, drop_hidden)
            if read and notes:
                read, notes = read._replace(notes=(*notes, *read.notes)), ()
            if count > 1:
                prefix = f"response {number} of the {visible(kind)[:60]}"
                problems = [problem._replace(message=f"{prefix}: {problem.message}") for problem in problems]
            yield read, problems
        elif wrong := list(wrong_shape(resource)):
            yield None, [Problem("bad_resource", message, location.source, location.line) for message in wrong]
    if count:
        return
    if kind == "Bundle":
        kinds = Counter(kind_of(other) for other, _ in found[1:])
        content = ", ".join(f"{times} {visible(other)[:60]}" for other, times in kinds.items()) or "nothing"
        message = f"the Bundle holds no QuestionnaireResponse, but {content}"
        yield None, [Problem("no_input", message, location.source, location.line)]
    else:
        what = "the empty form, not its answers" if kind == "Questionnaire" else f"a FHIR {shown(kind)}"
        message = f"is {what}. Read are a QuestionnaireResponse, and a Bundle of them"
        yield None, [Problem("unknown_kind", message, location.source, location.line, "resourceType", kind)]


def _response(raw: Resource, location: Location, name: str, knowledge: Knowledge, drop_hidden: bool) -> Read:
    status = raw.get("status")
    if status == "entered-in-error":
        message = "status is 'entered-in-error': the response was withdrawn and is not checked"
        problem = Problem("entered_in_error", message, location.source, location.line, "status", "entered-in-error")
        return None, [problem]
    answers, unknown, problems, notes = _answers(raw, location, knowledge)
    wrong = list(wrong_keys(raw, "QuestionnaireResponse"))
    if status is not None and status not in STATUSES:
        wrong.append(f"status is {shown(str(status))}. Allowed: {', '.join(STATUSES)}.")
    problems += [Problem("bad_resource", each, location.source, location.line) for each in wrong]
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
    read, problems = respondent(record, location, name, knowledge, problems, drop_hidden)
    for index, problem in enumerate(problems):
        if problem.code == "follow_up_conflict":
            problems[index] = problem._replace(message=f"{problem.message} {_CONFLICT_HINT}")
    if read is None:
        return None, problems
    notes = [*([note] if note else []), *notes, *_kept(read, knowledge, location), *read.notes]
    origin = {key: raw[key] for key, kind in _CARRIED.items() if isinstance(raw.get(key), kind) and raw[key]}
    return read._replace(notes=tuple(notes), origin=origin), problems


def _kept(read: Respondent, knowledge: Knowledge, location: Location) -> Iterator[Problem]:
    """A note on each follow-up that counts although its parent is "not sure": a client may have kept it by mistake."""
    for id, parent in hidden(read.answers, knowledge).items():
        if read.answers.get(parent) == "unsure" and read.answers[id] != "no":
            message = (
                f"{shown(read.id)}: '{id}: {read.answers[id]}' counts, although '{parent}' is 'not sure'. A form hides "
                f"the question then, but some clients keep its answer; --drop-hidden leaves it out"
            )
            yield location.problem("kept_hidden", id, message)


def _answers(
    raw: Resource, location: Location, knowledge: Knowledge
) -> tuple[dict[str, Answer | None], list[str], list[Problem], list[Problem]]:
    """The answers by question, the linkIds with answers that are not questions, the problems and the notes."""
    answers: dict[str, Answer | None] = {}
    unknown: dict[str, None] = {}
    problems: list[Problem] = []
    notes: list[Problem] = []
    for item in _items(raw):
        link = item.get("linkId") if isinstance(item, dict) else None
        if not isinstance(item, dict) or not isinstance(link, str):
            message = "an item has no linkId" if isinstance(item, dict) else "'item' must be a list of items"
            problems.append(Problem("bad_resource", message, location.source, location.line))
            continue
        problems += [location.problem("bad_resource", link, f"{link}: {each}") for each in wrong_keys(item, "item")]
        given: list[Value] = []
        wrong: list[Problem] = []
        for element in as_list(item.get("answer")) or [{"extension": item.get("extension")}]:
            try:
                value = _value(element)
            except ValueError as error:
                value = Value(True)
                message = f"{link}: {error}".removesuffix(".") + ("" if str(error).endswith("?") else ".")
                wrong.append(location.problem("unknown_value", link, message, json.dumps(element)[:200]))
            if value.is_given:
                given.append(value)
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
        answers[link] = given[0].answer if len(given) == 1 else None
        notes += [
            location.problem("absent", link, f"{link}: unanswered, because of {shown(value.reason)}")
            for value in given
            if value.reason is not None
        ]
    return answers, list(unknown), problems, notes


def _value(element: object) -> Value:
    """What an element of `answer` says. Raises ValueError."""
    if not isinstance(element, dict):
        raise ValueError("'answer' must be a list of objects")
    wrong = [*wrong_keys(element, "answer")]
    if isinstance(element.get("valueCoding"), dict):
        wrong += wrong_keys(element["valueCoding"], "Coding")
    if wrong:
        raise ValueError(" ".join(wrong))
    return read_value(element)


def _items(raw: Resource) -> Iterator[object]:
    """Every item in the order of the document, including those inside items and answers."""
    waiting = as_list(raw.get("item"))[::-1]
    while waiting:
        item = waiting.pop()
        yield item
        if isinstance(item, dict):
            inside = [part for answer in as_list(item.get("answer")) if isinstance(answer, dict)
                      for part in as_list(answer.get("item"))]  # fmt: skip
            waiting += [*inside, *as_list(item.get("item"))][::-1]


def _id(raw: Resource) -> str | None:
    """The value of the (first) identifier, else the id of the resource, else the identifier of the subject."""
    subject = raw.get("subject")
    persons = as_list(subject.get("identifier")) if isinstance(subject, dict) else []
    for holder in (*as_list(raw.get("identifier")), {"value": raw.get("id")}, *persons):
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


def _item_location(text: str, location: Location, before: Counter[str]) -> Location:
    """The location of a response, with the line of each linkId. `before` counts the linkIds of earlier resources."""

    def find(link: str) -> int | None:
        pattern = rf'"linkId"\s*:\s*{re.escape(json.dumps(link, ensure_ascii=False))}'
        return line_of_match(pattern, text, before[link] + 1) if link else None

    return location._replace(find=find)
