"""The words of advice: the knowledge's for this urgency and region, with the person's own answers in them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from sciaticheck.engine.assessment import AdviceResult, ConditionResult, FlagResult
from sciaticheck.engine.urgency import MOST_BY_UNSURE
from sciaticheck.knowledge.model import RANK, URGENCIES, Condition, Knowledge, Urgency
from sciaticheck.rules.states import UNSURE, YES, AnswerState

MOST_SAID = 4
"""How many answers the sentence for the desk holds at most; the result lists them all."""


def advise(
    level: str,
    urgency: Urgency,
    flags: Sequence[FlagResult],
    conditions: Iterable[ConditionResult],
    states: Mapping[str, AnswerState],
    knowledge: Knowledge,
    region: str,
) -> AdviceResult:
    """What to do. If the region has no words of its own for this advice level, those of the default are used."""
    setting = [flag for flag in flags if flag.reading != "worst_case" and flag.gives == urgency]
    regions = knowledge.advice[level]
    words = regions.get(region) or regions["default"]
    # Only from flags that are present: what to do at once would contradict the advice that unsure answers get.
    notes = dict.fromkeys(flag.flag.note for flag in flags if flag.state == "present" and flag.flag.note)
    # What a flag that sets the urgency says in place of the first line; of several, the first in the order of the data.
    instead = [flag.flag.instead for flag in flags if flag.state == "present" and flag.urgency == urgency]
    first = next((text for text in instead if text), words.action[0])
    why, causes = _own_words(setting, conditions, states, knowledge)
    return AdviceResult(
        headline=words.headline,
        steps=(first, *notes, *words.action[1:]),
        who=words.who,
        say=" ".join(words.say.replace("{why}", why).replace("{causes}", causes).split()),
        check_again=words.check_again,
        watch_for=knowledge.safety_net.watch_for,
    )


def causes_to_name(flags: Iterable[FlagResult], conditions: Iterable[ConditionResult]) -> list[Condition]:
    """The first two conditions in the ranking that flags point to; among equals the serious ones first."""
    targets = {target for flag in flags for target in flag.points_to}
    pointed = [result for result in conditions if result.id in targets]
    pointed.sort(key=lambda result: (not result.pointed_to, -result.rank_points, not result.condition.serious))
    return [result.condition for result in pointed[:2]]


def symptom_reported(states: Mapping[str, AnswerState], knowledge: Knowledge) -> bool:
    """Whether any symptom is yes or unsure."""
    return any(states[id] >= UNSURE for id, question in knowledge.questions.items() if question.kind == "symptom")


def advice_level(urgency: Urgency, possible: Urgency, symptom: bool) -> str:
    """Which words are used: the urgency's, but at the lowest level two cases have words of their own."""
    if urgency != URGENCIES[0]:
        return urgency
    if not symptom:
        return "nothing_reported"
    return "not_enough" if RANK[possible] >= RANK[MOST_BY_UNSURE] else urgency


def _own_words(
    setting: Iterable[FlagResult],
    conditions: Iterable[ConditionResult],
    states: Mapping[str, AnswerState],
    knowledge: Knowledge,
) -> tuple[str, str]:
    """What to say at the desk: the person's answers in their own voice, and the causes they point to.

    If no flag decides, the symptoms reported. Never more than can be said in one breath.
    """
    texts = knowledge.texts
    because = {id for flag in setting for id in flag.because}
    said = [
        question
        for question in knowledge.questions.values()
        if states[question.id] >= UNSURE and (question.id in because if because else question.kind == "symptom")
    ][:MOST_SAID]
    parts = [
        question.statement if states[question.id] is YES else f"{texts['say_unsure']} {question.statement}"
        for question in said
    ]
    why = f", {texts['say_and']} ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)
    names = [cause.name for cause in causes_to_name(setting, conditions)]
    causes = f" {texts['say_or']} ".join(name[0].lower() + name[1:] for name in names)
    return (f"{why[0].upper()}{why[1:]}." if why else ""), causes or texts["say_serious_cause"]
