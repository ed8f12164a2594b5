"""The columns of a row of results."""

from __future__ import annotations

from typing import Any

from sciaticheck.engine.assessment import Assessment
from sciaticheck.knowledge.model import Knowledge


def columns(knowledge: Knowledge) -> list[str]:
    """The names of the columns, in order."""
    scores = [f"score_{name}" for name in knowledge.conditions]
    return ["id", "urgency", "possible_urgency", "complete", "advice", "red_flags", "top_condition", *scores]


def row(name: str, assessment: Assessment, wanted: list[str]) -> dict[str, Any]:
    """The wanted columns for the respondent with this id.

    `red_flags` are the ids of those present; `complete` is a boolean; `top_condition` is empty if no sign of the first
    condition is present.
    """
    top = assessment.conditions[0]
    values = {
        "id": name,
        "urgency": assessment.urgency,
        "possible_urgency": assessment.possible_urgency,
        "complete": assessment.complete,
        "advice": assessment.advice.level,
        "red_flags": [flag.id for flag in assessment.present],
        "top_condition": top.id if top.signs_present else "",
        **{f"score_{ranked.id}": ranked.to_dict()["score"] for ranked in assessment.conditions},
    }
    return {column: values[column] for column in wanted}
