"""Why a result is what it is, in what the person answered.

What the follow-up rules add counts, but the person did not say it: it is traced back to what they did say.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from sciaticheck.answers.follow_ups import answered_behind
from sciaticheck.answers.spelling import Answer
from sciaticheck.engine.assessment import ConditionResult, Findings, FlagResult
from sciaticheck.knowledge.model import Knowledge, Question


class Reason(NamedTuple):
    """An answer behind the result. `left_open` are follow-ups that count as unsure because of it, without an answer."""

    question: Question
    answer: Answer
    left_open: tuple[Question, ...] = ()


def reasons(findings: Findings, flags: Iterable[FlagResult], knowledge: Knowledge) -> tuple[Reason, ...]:
    """The answers that make these flags present, in their order, each once."""
    counted = dict.fromkeys(id for flag in flags for id in flag.because)
    behind = {id: answered_behind(id, findings.answers, findings.derived, knowledge) for id in counted}
    left_open: dict[str, list[Question]] = {}
    for id, ids in behind.items():
        if id not in findings.answers and knowledge.questions[id].worse_form and ids:
            left_open.setdefault(ids[0], []).append(knowledge.questions[id])
    given = dict.fromkeys(id for ids in behind.values() for id in ids)
    return tuple(
        Reason(knowledge.questions[id], findings.answers[id], tuple(left_open.get(id, ())))
        for id in narrowest(given, findings, knowledge)
    )


def behind_urgency(findings: Findings) -> tuple[ConditionResult, ...]:
    """The conditions that the flags that set the urgency point to, as ranked; among equals the serious ones first."""
    targets = {target for flag in findings.setting for target in flag.points_to}
    behind = [ranked for ranked in findings.conditions if ranked.id in targets]
    behind.sort(key=lambda ranked: (not ranked.pointed_to, -ranked.rank_points, not ranked.condition.serious))
    return tuple(behind)


def narrowest(ids: Iterable[str], findings: Findings, knowledge: Knowledge) -> tuple[str, ...]:
    """Without the questions whose follow-up is there too with a yes: the follow-up says what they say, and more."""
    there = tuple(ids)
    said = {knowledge.questions[id].only_if for id in there if findings.answers.get(id) == "yes"}
    return tuple(id for id in there if id not in said)


def phrase(id: str, findings: Findings, knowledge: Knowledge) -> str:
    """An answer in the person's own voice."""
    statement = knowledge.questions[id].statement
    return statement if findings.answers[id] == "yes" else knowledge.text("say_unsure", statement=statement)


def labelled(found: Iterable[Reason], knowledge: Knowledge) -> str:
    """The answers with their labels for clinicians, and which follow-ups of them have none."""
    texts = knowledge.texts
    return "; ".join(
        f"{question.label}: {texts[f'answer_{answer}']}"
        for reason in found
        for question, answer in [(reason.question, reason.answer), *((each, "open") for each in reason.left_open)]
    )
