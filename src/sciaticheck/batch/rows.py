"""The columns of a row of results, and what is said in its column `advice`."""

from __future__ import annotations

from typing import Any

from sciaticheck.engine.advice import advice_level
from sciaticheck.engine.assessment import Assessment
from sciaticheck.knowledge.model import URGENCIES, Knowledge, Urgency

_WORDS = {"not_enough": "not_enough_answers"}
"""Advice levels of the knowledge under the words of rows."""

ADVICE = (*URGENCIES, "not_enough_answers", "nothing_answered", "nothing_reported")
"""Everything that can be said."""


def columns(knowledge: Knowledge) -> list[str]:
    """The names of the columns, in order."""
    scores = [f"score_{name}" for name in knowledge.conditions]
    return ["id", "urgency", "possible_urgency", "complete", "advice", "red_flags", "top_condition", *scores]


def said(urgency: Urgency, possible: Urgency, symptom: bool, answered: bool) -> str:
    """What is said of a record: its urgency, but at the lowest level why it may be no more.

    `symptom` is whether a symptom is yes or unsure, `answered` whether there is any answer.

    >>> said("routine", "emergency", symptom=False, answered=False)
    'nothing_answered'
    """
    if urgency == URGENCIES[0] and not answered:
        return "nothing_answered"
    level = advice_level(urgency, possible, symptom)
    return _WORDS.get(level, level)


def row(name: str, assessment: Assessment, wanted: list[str]) -> dict[str, Any]:
    """The wanted columns for the respondent with this id.

    `red_flags` are the ids of those present; `complete` is a boolean; `top_condition` is empty if no sign of the first
    condition is present.
    """
    top = assessment.conditions[0]
    urgency, possible = assessment.urgency, assessment.possible_urgency
    values = {
        "id": name,
        "urgency": urgency,
        "possible_urgency": possible,
        "complete": assessment.complete,
        "advice": said(urgency, possible, assessment.symptom_reported, bool(assessment.answers)),
        "red_flags": [flag.id for flag in assessment.present],
        "top_condition": top.id if top.signs_present else "",
        **{f"score_{ranked.id}": ranked.to_dict()["score"] for ranked in assessment.conditions},
    }
    return {column: values[column] for column in wanted}
