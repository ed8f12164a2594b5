"""Our own codes as FHIR R4: a Bundle of CodeSystems, and of the extensions that a result uses."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from sciaticheck.formats.fhir.codes import (
    EXTENSION_POSSIBLE_URGENCY,
    EXTENSION_RED_FLAG,
    EXTENSION_URGENCY,
    SYSTEM_CONDITIONS,
    SYSTEM_QUESTIONS,
    SYSTEM_RED_FLAGS,
    SYSTEM_URGENCY,
)
from sciaticheck.formats.fhir.parts import Languages, Resource, limits, maturity, to_json, wording
from sciaticheck.knowledge.model import URGENCIES, Knowledge

TextOf = Callable[[Knowledge, str], str]
"""Returns a text from the knowledge in a language and a code."""

EXTENSIONS = {
    EXTENSION_URGENCY: "The urgency that the answers give.",
    EXTENSION_POSSIBLE_URGENCY: "The highest urgency that unanswered questions could still raise it to.",
    EXTENSION_RED_FLAG: "A red flag that is present; there is none if only unsure answers set the urgency.",
}
"""The extensions of a RiskAssessment by URL, with their descriptions. Each is one coding."""


def code_systems(languages: Languages) -> Resource:
    """The codes of questions, conditions, red flags and urgency, with their texts in every language."""
    known = languages[0]
    systems: list[tuple[str, str, Iterable[str], TextOf, TextOf | None]] = [
        (
            SYSTEM_URGENCY, "Urgency", URGENCIES[::-1],
            lambda each, code: each.texts[f"level_{code}"], lambda each, code: each.advice[code]["default"].headline,
        ),
        (
            SYSTEM_CONDITIONS, "Conditions", known.conditions,
            lambda each, code: each.conditions[code].name, lambda each, code: each.conditions[code].about,
        ),
        (SYSTEM_RED_FLAGS, "RedFlags", known.red_flags, lambda each, code: each.red_flags[code].name, None),
        (
            SYSTEM_QUESTIONS, "Questions", known.questions,
            lambda each, code: each.questions[code].ask, lambda each, code: each.questions[code].help.means,
        ),
    ]  # fmt: skip
    resources = [_system(*system, languages) for system in systems]
    resources += [_extension(url, text, known) for url, text in EXTENSIONS.items()]
    entries = [{"fullUrl": resource["url"], "resource": resource} for resource in resources]
    return {"resourceType": "Bundle", "type": "collection", "entry": entries}


def _system(
    url: str, name: str, ids: Iterable[str], display: TextOf, definition: TextOf | None, languages: Languages
) -> Resource:
    concepts = [_concept(code, display, definition, languages) for code in ids]
    return {
        "resourceType": "CodeSystem",
        "id": url.rpartition("/")[2],
        "language": languages[0].language.code,
        "url": url,
        **maturity(languages[0]),
        "name": f"Sciaticheck{name}",
        **wording("description", limits, languages),
        "caseSensitive": True,
        "content": "complete",
        "count": len(concepts),
        "concept": concepts,
    }


def _concept(code: str, display: TextOf, definition: TextOf | None, languages: Languages) -> Resource:
    """A code with its name and meaning. Names in other languages are designations, as usual in FHIR."""
    text = display(languages[0], code)
    others = [
        {"language": each.language.code, "value": display(each, code)}
        for each in languages[1:]
        if display(each, code) != text
    ]
    meaning = wording("definition", lambda each: definition(each, code), languages) if definition else {}
    return {"code": code, "display": text, **meaning, **({"designation": others} if others else {})}


def _extension(url: str, description: str, knowledge: Knowledge) -> Resource:
    """The definition of an extension that is one coding."""
    name = url.rpartition("/")[2]
    elements: list[Resource] = [
        {"id": "Extension", "path": "Extension", "short": description},
        {"id": "Extension.extension", "path": "Extension.extension", "max": "0"},
        {"id": "Extension.url", "path": "Extension.url", "fixedUri": url},
        {"id": "Extension.value[x]", "path": "Extension.value[x]", "min": 1, "type": [{"code": "Coding"}]},
    ]
    return {
        "resourceType": "StructureDefinition",
        "id": name,
        "url": url,
        **maturity(knowledge),
        "name": f"Sciaticheck{name.title().replace('-', '')}",
        "description": description,
        "fhirVersion": "4.0.1",
        "kind": "complex-type",
        "abstract": False,
        "context": [{"type": "element", "expression": "RiskAssessment"}],
        "type": "Extension",
        "baseDefinition": "http://hl7.org/fhir/StructureDefinition/Extension",
        "derivation": "constraint",
        "differential": {"element": elements},
    }


def _write(languages: Languages) -> str:
    return to_json(code_systems(languages))


EXPORTS = {"fhir-codes": _write}
