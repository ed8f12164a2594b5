"""The words of advice: the knowledge's for what is said and for the region."""

from __future__ import annotations

from sciaticheck.engine.assessment import AdviceResult, Findings
from sciaticheck.engine.say_this import say_this
from sciaticheck.engine.urgency import MOST_BY_UNSURE
from sciaticheck.knowledge.model import RANK, URGENCIES, Knowledge, Urgency

ADVICE = (*URGENCIES, "not_enough_answers", "nothing_answered", "nothing_reported")
"""Everything that can be said."""


def advice_level(urgency: Urgency, possible: Urgency, symptom: bool, answered: bool) -> str:
    """What is said: the urgency, but at the lowest level why it may be no more.

    `symptom` is whether a symptom is yes or unsure, `answered` whether there is any answer.

    >>> advice_level("routine", "emergency", symptom=False, answered=False)
    'nothing_answered'
    """
    if urgency != URGENCIES[0]:
        return urgency
    if not answered:
        return "nothing_answered"
    if not symptom:
        return "nothing_reported"
    return "not_enough_answers" if RANK[possible] >= RANK[MOST_BY_UNSURE] else urgency


def advise(findings: Findings, symptom: bool, knowledge: Knowledge, region: str) -> AdviceResult:
    """What to do. If the region has no words of its own for what is said, those of the default are used."""
    level = advice_level(findings.urgency, findings.possible_urgency, symptom, bool(findings.answers))
    regions = knowledge.advice[level]
    words = regions.get(region) or regions["default"]
    # Only from flags that are present: what to do at once would contradict the advice that unsure answers get.
    notes = dict.fromkeys(flag.flag.note for flag in findings.present if flag.flag.note)
    # What a flag that sets the urgency says in place of the first line; of several, the first in the order of the data.
    setting = [flag.flag for flag in findings.present if flag.urgency == findings.urgency]
    instead = [flag.instead for flag in setting if flag.instead]
    return AdviceResult(
        level=level,
        headline=words.headline,
        steps=(instead[0] if instead else words.action[0], *notes, *words.action[1:]),
        who=words.who,
        say=say_this(findings, words.say, knowledge),
        check_again=words.check_again,
        again_in_days=words.again_in_days,
        watch_for=knowledge.safety_net.watch_for,
    )
