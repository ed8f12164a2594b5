"""The engine: answers and knowledge to an Assessment. Pure: prints nothing, reads nothing, knows no clock.

Urgency, red flags and conditions are worked out at once; words and lists of questions when they are first read.
"""

from __future__ import annotations

from collections.abc import Mapping

from sciaticheck.answers.codes import NotPlainError
from sciaticheck.answers.record import Place, clean_answers
from sciaticheck.assessment import Assessment
from sciaticheck.engine.later import Later, counted, readings
from sciaticheck.engine.rules import rules_of
from sciaticheck.errors import AnswersError
from sciaticheck.knowledge.load import load_knowledge
from sciaticheck.knowledge.model import Knowledge, Region

__all__ = ["assess", "counted", "readings"]


def assess(answers: Mapping[str, object], knowledge: Knowledge | None = None, region: Region = "default") -> Assessment:
    """What the answers mean by the knowledge (the packaged one if none is given).

    `answers` maps question ids to "yes", "no" or "unsure" (any accepted spelling, a boolean, or None for
    unanswered). A question left out is unanswered, which keeps its signs possible, never absent.
    Raises AnswersError for an unknown question, an unknown value or a follow-up that contradicts its parent.
    """
    if knowledge is None:
        knowledge = load_knowledge()
    rules = rules_of(knowledge)
    try:
        codes = rules.coder.counted(answers)
    except NotPlainError:
        answers, problems = clean_answers(answers, knowledge, Place())
        if problems:
            raise AnswersError(problems) from None
        codes = rules.coder.counted(answers)
    heights = rules.counters.heights(codes)
    urgency, possible_urgency = rules.levels(heights)
    flags = rules.found(codes, heights)
    return Assessment.of(
        Later(answers, knowledge, region),
        urgency=urgency,
        possible_urgency=possible_urgency,
        red_flags=tuple(flags),
        conditions=rules.conditions(heights, flags),
    )
