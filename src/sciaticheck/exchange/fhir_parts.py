"""The parts from which FHIR resources are put together: texts with translations, codings, how mature the content is."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

from sciaticheck.exchange.forms import notes_before
from sciaticheck.knowledge.model import Knowledge

Resource = dict[str, Any]

TRANSLATION = "http://hl7.org/fhir/StructureDefinition/translation"


def as_text(resource: Resource) -> str:
    """A resource as JSON in ASCII, so that it is the same in every locale."""
    return json.dumps(resource, indent=2) + "\n"


def wording(
    element: str, text_in: Callable[[Knowledge], str], knowledge: Knowledge, translations: Sequence[Knowledge]
) -> Resource:
    """An element of type string or markdown, with its translations beside it.

    A translation that equals the text is left out: it may be missing there, and be shown as it is.
    """
    text = text_in(knowledge)
    other = [
        {
            "url": TRANSLATION,
            "extension": [
                {"url": "lang", "valueCode": each.language.code},
                {"url": "content", "valueString": text_in(each)},
            ],
        }
        for each in translations
        if text_in(each) != text
    ]
    return {element: text, f"_{element}": {"extension": other}} if other else {element: text}


def coding(system: str, code: str, display: str) -> dict[str, str]:
    """A code of one of our own code systems, with the words for it."""
    return {"system": system, "code": code, "display": display}


def maturity(knowledge: Knowledge) -> Resource:
    """Version, status and publisher: a draft, and experimental, until a clinician has reviewed the content."""
    reviewed = knowledge.review.status == "reviewed"
    made: Resource = {
        "version": knowledge.version,
        "status": "active" if reviewed else "draft",
        "experimental": not reviewed,
        "publisher": "sciaticheck",
    }
    return {**made, "lastReviewDate": knowledge.review.date} if reviewed else made


def limits(knowledge: Knowledge) -> str:
    """What the content is not and for whom it is not, its version, and whether anybody reviewed it."""
    notes = notes_before(knowledge)
    return f"{notes['note_notice']} {notes['note_about']}"
