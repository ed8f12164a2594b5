"""A FHIR QuestionnaireResponse held against its Questionnaire: what no general validator looks at.

Works on any Questionnaire of R4 or R5 with the usual item types; knows nothing of our own questions.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from sciaticheck.errors import Problem, did_you_mean, shown

_TYPES = {
    "choice": ("valueCoding",),
    "coding": ("valueCoding",),
    "open-choice": ("valueCoding", "valueString"),
    "text": ("valueString",),
    "url": ("valueUri",),
}
"""The values that items of a type take; of any other type it is `value` and the type's own name."""

_NO_ANSWER = ("group", "display")


class _Item(NamedTuple):
    """An item of the form, and the ones it stands in."""

    raw: Mapping[str, Any]
    around: tuple[Mapping[str, Any], ...]


def check_response(response: Mapping[str, Any], questionnaire: Mapping[str, Any]) -> list[Problem]:
    """What is wrong with the answers, in their order: `unknown_link`, `duplicate_link`, `wrong_type`, `not_an_option`,
    `several_answers`, and `switched_off` for an answer to an item that the other answers do not enable.

    A missing answer is never wrong.
    """
    form = dict(_form(questionnaire.get("item"), ()))
    given: dict[str, list[Mapping[str, Any]]] = {}
    problems: list[Problem] = []
    for item in _items(response):
        link = item.get("linkId")
        if not isinstance(link, str):
            problems.append(Problem("unknown_link", "an item has no linkId"))
        elif link not in form:
            message = f"linkId {shown(link)} is not in the questionnaire.{did_you_mean(link, form)}"
            problems.append(Problem("unknown_link", message, key=link))
        elif link in given and not form[link].raw.get("repeats"):
            problems.append(Problem("duplicate_link", f"linkId {shown(link)} stands twice", key=link))
        else:
            given.setdefault(link, []).extend(answer for answer in _list(item.get("answer")) if _values(answer))
    for link, answers in given.items():
        problems += _answers(link, answers, form[link].raw)
        for part in (*form[link].around, form[link].raw):
            if answers and not _enabled(part, given):
                at = "" if part is form[link].raw else f" (it stands in {shown(str(part.get('linkId')))})"
                message = f"linkId {shown(link)} is answered but switched off by the other answers{at}"
                problems.append(Problem("switched_off", message, key=link))
                break
    return problems


def _form(items: object, around: tuple[Mapping[str, Any], ...]) -> Iterator[tuple[str, _Item]]:
    for raw in _list(items):
        if isinstance(raw.get("linkId"), str):
            yield raw["linkId"], _Item(raw, around)
        yield from _form(raw.get("item"), (*around, raw))


def _items(node: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for item in _list(node.get("item")):
        yield item
        yield from _items(item)
        for answer in _list(item.get("answer")):
            yield from _items(answer)


def _list(value: object) -> list[Mapping[str, Any]]:
    return [part for part in value if isinstance(part, dict)] if isinstance(value, list) else []


def _values(part: Mapping[str, Any]) -> list[str]:
    return [name for name in part if name.startswith("value")]


def _answers(link: str, answers: list[Mapping[str, Any]], item: Mapping[str, Any]) -> Iterator[Problem]:
    kind = str(item.get("type"))
    if len(answers) > 1 and not item.get("repeats"):
        yield Problem("several_answers", f"linkId {shown(link)} has {len(answers)} answers; it can have one", key=link)
    allowed = () if kind in _NO_ANSWER else _TYPES.get(kind, (f"value{kind[:1].upper()}{kind[1:]}",))
    options = [_key(option) for option in _list(item.get("answerOption"))]
    for answer in answers:
        for name in _values(answer):
            if name not in allowed:
                can = " or ".join(allowed) or "no answer"
                message = f"linkId {shown(link)} has {shown(name)}; an item of type {shown(kind)} takes {can}"
                yield Problem("wrong_type", message, key=link)
            elif options and _key(answer) not in options and not (kind == "open-choice" and name == "valueString"):
                known = ", ".join(shown(" ".join(map(str, option[1:]))) for option in options)
                message = f"linkId {shown(link)}: {shown(str(answer[name]))} is not an option. Allowed: {known}."
                yield Problem("not_an_option", message, key=link)


def _key(part: Mapping[str, Any]) -> tuple[object, ...]:
    """What makes an answer the same as another: of a coding its system and code, never the display."""
    for name in part:
        if name.startswith(("value", "answer")):
            value = part[name]
            kind = name.removeprefix("value").removeprefix("answer")
            return (kind, value.get("system"), value.get("code")) if isinstance(value, dict) else (kind, value)
    return ()


def _enabled(item: Mapping[str, Any], given: Mapping[str, list[Mapping[str, Any]]]) -> bool:
    """Whether the item itself is asked. What compares otherwise than by being equal, or by existing, counts as met."""
    when = _list(item.get("enableWhen"))
    met = [_met(one, given.get(str(one.get("question")), [])) for one in when]
    return not met or (any(met) if item.get("enableBehavior") == "any" else all(met))


def _met(when: Mapping[str, Any], answers: list[Mapping[str, Any]]) -> bool:
    operator = when.get("operator")
    wanted = _key({name: value for name, value in when.items() if name.startswith("answer")})
    if operator == "exists":
        return bool(answers) is bool(when.get("answerBoolean"))
    if operator == "=":
        return any(_key(answer) == wanted for answer in answers)
    if operator == "!=":
        return any(_key(answer) != wanted for answer in answers)
    return True
