"""Reads one element of a FHIR `answer`: whether it has a value, the answer, and why there is none."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from sciaticheck.answers.spelling import ALLOWED, BLANKS, SPELLINGS, Answer, parse_answer
from sciaticheck.errors import did_you_mean, shown
from sciaticheck.formats.fhir.codes import ABSENCE, ANY_SYSTEM, CODES, REASONS

_CODED = "Y, N or asked-unknown of HL7, or the LOINC or SNOMED codes of yes, no and unknown"


class Value(NamedTuple):
    """What an answer says. `reason` is why it has no answer, if it says so: asked but unknown is unsure."""

    is_given: bool
    answer: Answer | None = None
    reason: str | None = None


def read_value(element: Mapping[str, Any]) -> Value:
    """What an element of `answer` says, or an item without one.

    Raises ValueError with the problem and the allowed values.
    """
    names = [name for name in element if name.startswith("value") and element[name] is not None]
    if len(names) > 1:
        raise ValueError(f"one answer has two values, {shown(names[0])} and {shown(names[1])}; it can have one")
    reason = next(_reasons(element), None)
    if reason is None:
        return _given(names[0], element[names[0]]) if names else Value(False)
    absent = Value(True, ABSENCE.get(reason), None if ABSENCE.get(reason) else reason)
    has_value = names and not (isinstance(element[names[0]], dict) and "code" not in element[names[0]])
    if has_value and _given(names[0], element[names[0]]).answer != absent.answer:
        raise ValueError(f"has a value, and {shown(reason)} as the reason for having none")
    return absent


def _given(name: str, value: object) -> Value:
    if name == "valueCoding":
        return _coded(value)
    if name == "valueBoolean":
        if not isinstance(value, bool):
            raise ValueError(f"valueBoolean is {_kind(value)}. Allowed: true, false; leave it out for unanswered")
        return Value(True, "yes" if value else "no")
    if name == "valueString":
        if not isinstance(value, str):
            raise ValueError(f"valueString is {_kind(value)}. Allowed: {ALLOWED}")
        try:
            answer = parse_answer(value)
        except KeyError:
            raise ValueError(f"{shown(value)} is not an answer. Allowed: {ALLOWED}") from None
        return Value(answer is not None, answer)
    raise ValueError(f"{shown(name)} is not read. Allowed: valueCoding, valueBoolean, valueString")


def _coded(coding: object) -> Value:
    """What a coding says, by its code: the display may be translated, but not say another answer."""
    if not isinstance(coding, dict):
        raise ValueError(f"valueCoding is {_kind(coding)}, not a coding with system and code")
    system, code = coding.get("system"), coding.get("code")
    if not isinstance(code, str):
        raise ValueError(f"valueCoding has no code. Allowed: {_CODED}")
    if system is None:
        codes: Mapping[str, Answer | None] = ANY_SYSTEM
    elif isinstance(system, str) and system in CODES:
        codes = CODES[system]
    else:
        near = did_you_mean(system, CODES) if isinstance(system, str) else ""
        raise ValueError(f"code {shown(code)} of the system {shown(str(system))} is not read. Allowed: {_CODED}.{near}")
    if code not in codes:
        allowed = ", ".join(f"{known} ({answer or 'unanswered'})" for known, answer in codes.items())
        of = f" of {system}" if system else ""
        raise ValueError(f"code {shown(code)}{of} is not an answer. Allowed: {allowed}")
    display = SPELLINGS.get(str(coding.get("display")).strip(BLANKS).lower())
    if display and display != codes[code]:
        means = codes[code] or "unanswered"
        raise ValueError(f"code {shown(code)} is {means}, but its display {shown(str(coding['display']))} is {display}")
    return Value(True, codes[code], None if codes[code] else code)


def _reasons(part: Mapping[str, Any]) -> Iterator[str]:
    """The codes of the extensions that say why there is no value: on the part, on its value, or inside a coding."""
    extensions = part.get("extension")
    for extension in extensions if isinstance(extensions, list) else ():
        if isinstance(extension, dict) and extension.get("url") in REASONS:
            coding = extension.get("valueCoding")
            coded = coding.get("code") if isinstance(coding, dict) else None
            yield str(extension.get("valueCode") or coded or "no code")
    for name, inside in part.items():
        if isinstance(inside, dict) and name.startswith(("value", "_value", "_code")):
            yield from _reasons(inside)


def _kind(value: object) -> str:
    if isinstance(value, dict | list):
        return "a list" if isinstance(value, list) else "an object"
    return shown(str(value))
