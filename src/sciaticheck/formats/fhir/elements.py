"""The parts of a response and of a Bundle with the keys that FHIR R4 gives them. A part with any other key is refused.

`modifierExtension` and `implicitRules` are left out on purpose: they can change what everything beside them means.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sciaticheck.errors import did_you_mean, shown

_RESOURCE = ("resourceType", "id", "meta", "language", "text", "contained", "extension")
_VALUES = (
    "Boolean", "Decimal", "Integer", "Date", "DateTime", "Time", "String", "Uri",
    "Attachment", "Coding", "Quantity", "Reference",
)  # fmt: skip

KEYS: Mapping[str, tuple[str, ...]] = {
    "QuestionnaireResponse": (
        *_RESOURCE, "identifier", "basedOn", "partOf", "questionnaire", "status", "subject", "encounter", "authored",
        "author", "source", "item",
    ),
    "item": ("id", "extension", "linkId", "definition", "text", "answer", "item"),
    "answer": ("id", "extension", *(f"value{kind}" for kind in _VALUES), "item"),
    "Coding": ("id", "extension", "system", "version", "code", "display", "userSelected"),
    "Bundle": (*_RESOURCE, "identifier", "type", "timestamp", "total", "link", "entry", "signature", "issues"),
    "entry": ("id", "extension", "link", "fullUrl", "resource", "search", "request", "response"),
}  # fmt: skip
"""The keys of each part. `issues` of a Bundle is of R5."""

STATUSES = ("in-progress", "completed", "amended", "entered-in-error", "stopped")
"""The statuses of a response."""

_NOT_PRIMITIVE = {"item", "answer", "entry", "resource", "contained", "extension"}


def wrong_keys(part: Mapping[str, Any], kind: str) -> Iterator[str]:
    """What is wrong with each key of a part that FHIR R4 does not give it, or that is not understood.

    >>> list(wrong_keys({"linkId": "fever", "answers": []}, "item"))
    ["'answers' is not a key of item in FHIR R4. Did you mean 'answer'?"]
    """
    for key in part:
        primitive = key.removeprefix("_")
        if key in KEYS[kind] or (primitive in KEYS[kind] and primitive not in _NOT_PRIMITIVE):
            continue
        if key in ("modifierExtension", "implicitRules"):
            yield f"{shown(key)} of {kind} can change the meaning of the answers and is not understood."
        else:
            yield f"{shown(key)} is not a key of {kind} in FHIR R4.{did_you_mean(key, KEYS[kind])}"
