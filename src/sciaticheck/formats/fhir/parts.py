"""Parts that FHIR resources share: texts with translations, codings, and the status of the content."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

from sciaticheck.formats.form import notes_before
from sciaticheck.knowledge.model import Knowledge

Resource = dict[str, Any]

Languages = Sequence[Knowledge]
"""The knowledge in one language or more; the first is the language of the resource."""

TRANSLATION = "http://hl7.org/fhir/StructureDefinition/translation"


def to_json(resource: Resource) -> str:
    """A resource as JSON in ASCII, which is the same in every locale."""
    return json.dumps(resource, indent=2) + "\n"


def wording(element: str, text_in: Callable[[Knowledge], str], languages: Languages) -> Resource:
    """An element of type string or markdown, with its translations. Translations equal to the text are left out."""
    text = text_in(languages[0])
    translations = [
        {
            "url": TRANSLATION,
            "extension": [
                {"url": "lang", "valueCode": each.language.code},
                {"url": "content", "valueString": text_in(each)},
            ],
        }
        for each in languages[1:]
        if text_in(each) != text
    ]
    return {element: text, f"_{element}": {"extension": translations}} if translations else {element: text}


def coding(system: str, code: str, display: str) -> dict[str, str]:
    """A code of one of our own code systems, with its display text."""
    return {"system": system, "code": code, "display": display}


def maturity(knowledge: Knowledge) -> Resource:
    """Version, status and publisher: a draft, and experimental, until a clinician has reviewed the content."""
    reviewed = knowledge.review.status == "reviewed"
    return {
        "version": knowledge.version,
        "status": "active" if reviewed else "draft",
        "experimental": not reviewed,
        "publisher": "sciaticheck",
    }


def limits(knowledge: Knowledge) -> str:
    """The notice, the scope, and the version and review of the content."""
    notes = notes_before(knowledge)
    return f"{notes['note_notice']} {notes['note_about']}"
