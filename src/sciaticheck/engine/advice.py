"""The words of advice: the knowledge's for this urgency and region, with the person's own answers in them."""

from __future__ import annotations

from collections.abc import Mapping

from sciaticheck.answers.spelling import Answer
from sciaticheck.assessment import CAUTIOUS_MOST, AdviceResult, Assessment
from sciaticheck.knowledge.model import RANK, URGENCIES, Knowledge, Region

MOST_SAID = 4
"""How many answers the sentence for the desk holds at most; the result lists them all."""


def advice(found: Assessment, counted: Mapping[str, Answer], knowledge: Knowledge, region: Region) -> AdviceResult:
    """What to do, of what was found and the answers that count; the default region's words where it has none."""
    level: str = found.urgency
    if found.urgency == URGENCIES[0]:
        could_be_today = RANK[found.possible_urgency] >= RANK[CAUTIOUS_MOST]
        level = "nothing_reported" if not found.symptom_reported else "not_enough" if could_be_today else found.urgency
    regions = knowledge.advice[level]
    words = regions.get(region) or regions["default"]
    # Only of what is certain: what to do at once would contradict the advice that unsure answers get.
    notes = dict.fromkeys(result.flag.note for result in found.present if result.flag.note)
    why, causes = _own_words(found, counted, knowledge)
    return AdviceResult(
        headline=words.headline,
        steps=(words.action[0], *notes, *words.action[1:]),
        who=words.who,
        say=" ".join(words.say.replace("{why}", why).replace("{causes}", causes).split()),
        check_again=words.check_again,
        watch_for=knowledge.safety_net.watch_for,
    )


def _own_words(found: Assessment, counted: Mapping[str, Answer], knowledge: Knowledge) -> tuple[str, str]:
    """The person's answers in their own voice, and the causes they point to: what to say at the desk.

    Where no flag decided, the symptoms reported; never more than can be said in one breath.
    """
    texts, deciding = knowledge.texts, found.setting
    deciders = {name for result in deciding for name in result.because}
    told = [
        question
        for question in knowledge.questions.values()
        if counted.get(question.id) in ("yes", "unsure") and (question.id in deciders if deciders else question.symptom)
    ][:MOST_SAID]
    parts = [
        question.statement if counted[question.id] == "yes" else f"{texts['say_unsure']} {question.statement}"
        for question in told
    ]
    why = f", {texts['say_and']} ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)
    targets = {target for result in deciding for target in result.points_to}
    named = [result.name for result in found.conditions if result.id in targets][:2]
    causes = f" {texts['say_or']} ".join(name[0].lower() + name[1:] for name in named)
    return (f"{why[0].upper()}{why[1:]}." if why else ""), causes or texts["say_serious_cause"]
