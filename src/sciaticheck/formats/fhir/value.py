"""Reads one element of a FHIR `answer`: whether it has a value, and the answer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sciaticheck.answers.spelling import ALLOWED, Answer, parse_answer
from sciaticheck.errors import did_you_mean, shown
from sciaticheck.formats.fhir.codes import ANY_SYSTEM, CODES, EXTENSION_ABSENT, SYSTEM_ABSENT

_CODED = "Y, N or asked-unknown of HL7, or the LOINC or SNOMED codes of yes, no and unknown"


def read_value(element: Mapping[str, Any]) -> tuple[bool, Answer | None]:
    """Whether the element has a value, and the answer, which is None for a code such as "not asked".

    Raises ValueError with the problem and the allowed values.
    """
    names = [name for name in element if name.startswith("value") and element[name] is not None]
    if len(names) > 1:
        raise ValueError(f"one answer has two values, {shown(names[0])} and {shown(names[1])}; it can have one")
    if not names:
        return _absent(element)
    name = names[0]
    value = element[name]
    if name == "valueCoding":
        return True, _coded(value)
    if name == "valueBoolean":
        if not isinstance(value, bool):
            raise ValueError(f"valueBoolean is {_kind(value)}. Allowed: true, false; leave it out for unanswered")
        return True, "yes" if value else "no"
    if name == "valueString":
        if not isinstance(value, str):
            raise ValueError(f"valueString is {_kind(value)}. Allowed: {ALLOWED}")
        try:
            answer = parse_answer(value)
        except KeyError:
            raise ValueError(f"{shown(value)} is not an answer. Allowed: {ALLOWED}") from None
        return answer is not None, answer
    raise ValueError(f"{shown(name)} is not read. Allowed: valueCoding, valueBoolean, valueString")


def _coded(coding: object) -> Answer | None:
    """The answer of a coding, by its code only: the display may be translated."""
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
    return codes[code]


def _absent(element: Mapping[str, Any]) -> tuple[bool, Answer | None]:
    """The answer of an element without a value: unsure if the reason is "asked, but unknown", else none."""
    for part in (element, *(part for name, part in element.items() if name.startswith("_value"))):
        extensions = part.get("extension") if isinstance(part, dict) else None
        for extension in extensions if isinstance(extensions, list) else ():
            if isinstance(extension, dict) and extension.get("url") in (EXTENSION_ABSENT, SYSTEM_ABSENT):
                asked = extension.get("valueCode") == "asked-unknown"
                return (True, "unsure") if asked else (False, None)
    return False, None


def _kind(value: object) -> str:
    if isinstance(value, dict | list):
        return "a list" if isinstance(value, list) else "an object"
    return shown(str(value))
