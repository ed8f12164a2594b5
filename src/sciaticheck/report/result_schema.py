"""The JSON Schema of what `check -f json` prints."""

from __future__ import annotations

from typing import Any

from sciaticheck.assessment import READINGS
from sciaticheck.knowledge.model import URGENCIES

_TEXT = {"type": "string"}
_TEXTS = {"type": "array", "items": _TEXT}
_MAYBE_TEXT = {"type": ["string", "null"]}
_URGENCY = {"enum": list(URGENCIES)}
_ANSWERS = {"type": "object", "additionalProperties": {"enum": ["yes", "no", "unsure"]}}


def _object(**properties: Any) -> dict[str, Any]:
    """An object with all of these keys; others may be added within a major version, so they are not refused."""
    return {"type": "object", "properties": properties, "required": list(properties)}


def result_schema() -> dict[str, Any]:
    """JSON Schema (2020-12) of the object; one element of `results` is `$defs/result`."""
    flag = _object(
        id=_TEXT,
        name=_TEXT,
        urgency=_URGENCY,
        state={"enum": ["present", "possible"]},
        reading={"enum": list(READINGS)},
        because=_TEXTS,
        points_to=_TEXTS,
        sources=_TEXTS,
    )
    sign = _object(id=_TEXT, name=_TEXT, state={"enum": ["present", "possible", "absent"]})
    condition = _object(
        id=_TEXT,
        name=_TEXT,
        score={"type": "number", "minimum": 0, "maximum": 1},
        signs_present={"type": "integer", "minimum": 0},
        signs_total={"type": "integer", "minimum": 1},
        signs={"type": "array", "items": sign},
        sources=_TEXTS,
    )
    result = _object(
        id=_TEXT,
        source=_TEXT,
        line={"type": ["integer", "null"]},
        urgency=_URGENCY,
        possible_urgency=_URGENCY,
        complete={"type": "boolean"},
        red_flags={"type": "array", "items": flag},
        conditions={"type": "array", "items": condition},
        advice=_object(headline=_TEXT, action=_TEXT, who=_TEXT, say=_TEXT, check_again=_TEXT, watch_for=_TEXTS),
        unsure=_TEXTS,
        unanswered=_TEXTS,
        could_raise=_TEXTS,
        answers=_ANSWERS,
        derived=_ANSWERS,
    )
    problem = _object(
        source=_MAYBE_TEXT, line={"type": ["integer", "null"]}, key=_MAYBE_TEXT, code=_TEXT, message=_TEXT
    )
    whole = _object(
        schema_version={"type": "string", "pattern": r"^1\.[0-9]+$"},
        tool=_object(name={"const": "sciaticheck"}, version=_TEXT),
        knowledge=_object(version=_TEXT, sha256=_TEXT, review={"enum": ["unreviewed", "reviewed"]}),
        summary=_object(
            count={"type": "integer", "minimum": 0},
            urgency={"enum": [*URGENCIES, None]},
            complete={"type": "boolean"},
            by_urgency=_object(**{level: {"type": "integer", "minimum": 0} for level in URGENCIES[::-1]}),
        ),
        results={"type": "array", "items": {"$ref": "#/$defs/result"}},
        errors={"type": "array", "items": problem},
    )
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "sciaticheck result",
        **whole,
        "$defs": {"result": result},
    }
