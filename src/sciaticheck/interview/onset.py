"""The question when it began, asked once about whatever sets the urgency."""

from __future__ import annotations

from sciaticheck.engine.assessment import Assessment
from sciaticheck.engine.reasons import phrase, reasons
from sciaticheck.interview.state import Shown
from sciaticheck.knowledge.model import Knowledge

MOST_REASONS = 3
"""How many of the answers behind the urgency are shown with it."""


def asked(assessment: Assessment, knowledge: Knowledge) -> list[Shown]:
    """The question, with the answers that it is about: symptoms, which alone begin."""
    behind = (each.question for each in reasons(assessment, assessment.setting, knowledge))
    phrases = [phrase(question.id, assessment, knowledge) for question in behind if question.kind == "symptom"]
    about = [Shown(text[0].upper() + text[1:], "item") for text in phrases[:MOST_REASONS]]
    return [Shown(knowledge.texts["began_ask"], "title"), *about, Shown(knowledge.texts["began_keys"], "keys")]


def answered(typed: str, knowledge: Knowledge) -> str | None:
    """When it began, as a sentence; None if what was typed is none of the answers."""
    return knowledge.texts.get(f"began_{typed}") if typed.isdigit() else None
