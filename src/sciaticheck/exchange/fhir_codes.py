"""Our own codes as FHIR R4: a Bundle of the CodeSystems, and of the extensions that a result uses."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from sciaticheck.exchange.canonical import (
    EXTENSION_POSSIBLE_URGENCY,
    EXTENSION_RED_FLAG,
    EXTENSION_URGENCY,
    SYSTEM_CONDITIONS,
    SYSTEM_QUESTIONS,
    SYSTEM_RED_FLAGS,
    SYSTEM_URGENCY,
)
from sciaticheck.exchange.fhir_parts import Resource, limits, maturity, wording
from sciaticheck.knowledge.model import URGENCIES, Knowledge

Words = Callable[[Knowledge, str], str]

EXTENSIONS = {
    EXTENSION_URGENCY: "The urgency that the answers give.",
    EXTENSION_POSSIBLE_URGENCY: "The highest urgency that open answers could still raise it to.",
    EXTENSION_RED_FLAG: "A red flag that is present; where only unsure answers set the urgency there is none.",
}
"""Each is one coding on a RiskAssessment."""


def codes(knowledge: Knowledge, translations: Sequence[Knowledge] = ()) -> Resource:
    """The codes of questions, conditions, red flags and urgency, with their words in every language."""
    return {
        "resourceType": "Bundle",
        "type": "collection",
        "entry": [
            {"fullUrl": resource["url"], "resource": resource}
            for resource in [
                _system(
                    SYSTEM_URGENCY,
                    "Urgency",
                    URGENCIES[::-1],
                    lambda known, code: known.texts[f"level_{code}"],
                    lambda known, code: known.advice[code]["default"].headline,
                    knowledge,
                    translations,
                ),
                _system(
                    SYSTEM_CONDITIONS,
                    "Conditions",
                    knowledge.conditions,
                    lambda known, code: known.conditions[code].name,
                    lambda known, code: known.conditions[code].about,
                    knowledge,
                    translations,
                ),
                _system(
                    SYSTEM_RED_FLAGS,
                    "RedFlags",
                    knowledge.red_flags,
                    lambda known, code: known.red_flags[code].name,
                    None,
                    knowledge,
                    translations,
                ),
                _system(
                    SYSTEM_QUESTIONS,
                    "Questions",
                    knowledge.questions,
                    lambda known, code: known.questions[code].ask,
                    lambda known, code: known.questions[code].help.means,
                    knowledge,
                    translations,
                ),
                *(_extension(url, says, knowledge) for url, says in EXTENSIONS.items()),
            ]
        ],
    }


def _system(
    url: str,
    name: str,
    ids: Iterable[str],
    display: Words,
    definition: Words | None,
    knowledge: Knowledge,
    translations: Sequence[Knowledge],
) -> Resource:
    concepts = [_concept(code, display, definition, knowledge, translations) for code in ids]
    return {
        "resourceType": "CodeSystem",
        "id": url.rpartition("/")[2],
        "language": knowledge.language.code,
        "url": url,
        **_maturity(knowledge),
        "name": f"Sciaticheck{name}",
        **wording("description", limits, knowledge, translations),
        "caseSensitive": True,
        "content": "complete",
        "count": len(concepts),
        "concept": concepts,
    }


def _concept(
    code: str, display: Words, definition: Words | None, knowledge: Knowledge, translations: Sequence[Knowledge]
) -> Resource:
    """A code, what it is called and means; its other names are designations, as FHIR has it for code systems."""
    text = display(knowledge, code)
    others = [
        {"language": known.language.code, "value": display(known, code)}
        for known in translations
        if display(known, code) != text
    ]
    meaning = (
        wording("definition", lambda known: definition(known, code), knowledge, translations) if definition else {}
    )
    return {"code": code, "display": text, **meaning, **({"designation": others} if others else {})}


def _extension(url: str, says: str, knowledge: Knowledge) -> Resource:
    """The definition of an extension that is one coding."""
    name = url.rpartition("/")[2]
    return {
        "resourceType": "StructureDefinition",
        "id": name,
        "url": url,
        **_maturity(knowledge),
        "name": f"Sciaticheck{name.title().replace('-', '')}",
        "description": says,
        "fhirVersion": "4.0.1",
        "kind": "complex-type",
        "abstract": False,
        "context": [{"type": "element", "expression": "RiskAssessment"}],
        "type": "Extension",
        "baseDefinition": "http://hl7.org/fhir/StructureDefinition/Extension",
        "derivation": "constraint",
        "differential": {
            "element": [
                {"id": "Extension", "path": "Extension", "short": says},
                {"id": "Extension.extension", "path": "Extension.extension", "max": "0"},
                {"id": "Extension.url", "path": "Extension.url", "fixedUri": url},
                {"id": "Extension.value[x]", "path": "Extension.value[x]", "min": 1, "type": [{"code": "Coding"}]},
            ]
        },
    }


def _maturity(knowledge: Knowledge) -> Resource:
    """As for a Questionnaire; neither of these resources has a date of review."""
    made = maturity(knowledge)
    made.pop("lastReviewDate", None)
    return made
