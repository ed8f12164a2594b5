"""The words to say at the desk, chosen by weight: first what sets the urgency, then what every doctor must know."""

from __future__ import annotations

import re

from sciaticheck.engine.assessment import Findings
from sciaticheck.engine.reasons import behind_urgency, narrowest, phrase, reasons
from sciaticheck.knowledge.model import Knowledge
from sciaticheck.rules.criterion import questions

MOST_WORDS = 40
"""The most words that are to be said."""


def say_this(findings: Findings, template: str, knowledge: Knowledge) -> str:
    """The template with {why} and {causes} filled in, in at most MOST_WORDS words.

    {why} is what sets the urgency (without that, the symptoms), then what is said `always` (cancer, for example), then
    when it began. If there is no room for all, the first reason goes before the first that is said always, that before
    when it began, that before the others said always, those before the causes, and these before the other reasons. What
    is said `never` (an age, for example) is left out.
    """
    behind = reasons(findings, findings.setting, knowledge)
    why = [reason.question.id for reason in behind] or _symptoms(findings, knowledge)
    first = [id for id in why if knowledge.questions[id].at_desk is None]
    yes = [id for id in knowledge.always_said if findings.answers.get(id) == "yes"]
    always = narrowest(yes, findings, knowledge)
    causes = [ranked.name for ranked in behind_urgency(findings)]
    phrases = {id: phrase(id, findings, knowledge) for id in (*first, *always)}
    for room in (3, 2, 1, 0):
        left = MOST_WORDS - len(_filled(template, [], causes, room, findings, knowledge).split())
        said: list[str] = []
        for id in (*first[:1], *always, *first[1:]):
            words = len(phrases[id].split()) + (len(knowledge.texts["say_and"].split()) if len(said) == 1 else 0)
            if words <= left:
                said.append(id)
                left -= words
        needed = [*first[:1], *(always if room > 1 else always[:1])]
        if said[: len(needed)] == needed:
            break
    in_order = [phrase for id, phrase in phrases.items() if id in said]
    return _filled(template, in_order, causes, room, findings, knowledge)


def _filled(
    template: str, phrases: list[str], causes: list[str], room: int, findings: Findings, knowledge: Knowledge
) -> str:
    """The template with these phrases; in a room of 1 or more with when it began, of 2 with a cause, of 3 with two."""
    if room < 2:
        template = re.sub(r"[^.]*\{causes\}[^.]*\.", "", template)
    why = f"{_sentence(phrases, knowledge)} {findings.began if room else ''}"
    return " ".join(
        template.replace("{why}", why).replace("{causes}", _causes(causes[: max(0, room - 1)], knowledge)).split()
    )


def _symptoms(findings: Findings, knowledge: Knowledge) -> tuple[str, ...]:
    """The symptoms that are yes, else those that are unsure: first the weightiest signs of the first condition."""
    signs = sorted(findings.conditions[0].present, key=lambda found: -knowledge.weights[found.sign.weight])
    ids = dict.fromkeys([*(id for found in signs for id in questions(found.sign.when)), *knowledge.questions])
    symptoms = [id for id in ids if knowledge.questions[id].kind == "symptom"]
    yes = [id for id in symptoms if findings.answers.get(id) == "yes"]
    return narrowest(yes or [id for id in symptoms if findings.answers.get(id) == "unsure"], findings, knowledge)


def _sentence(phrases: list[str], knowledge: Knowledge) -> str:
    """The phrases as one sentence."""
    joined = f" {knowledge.texts['say_and']} ".join(filter(None, [", ".join(phrases[:-1]), *phrases[-1:]]))
    return f"{joined[0].upper()}{joined[1:]}." if joined else ""


def _causes(names: list[str], knowledge: Knowledge) -> str:
    """The names of conditions inside a sentence; without any, that it may be serious."""
    causes = f" {knowledge.texts['say_or']} ".join(name[0].lower() + name[1:] for name in names)
    return causes or knowledge.texts["say_serious_cause"]
