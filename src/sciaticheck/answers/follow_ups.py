"""The follow-up rules, applied before anything is scored: the one place that knows them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sciaticheck.answers.spelling import Answer
from sciaticheck.knowledge.model import Knowledge


def conflicts(answers: Mapping[str, Answer], knowledge: Knowledge) -> Iterator[tuple[str, str]]:
    """Each follow-up answered yes or unsure under a `no` to its parent, as (follow-up, parent)."""
    for question in knowledge.follow_ups:
        if answers.get(question.id) in ("yes", "unsure") and answers.get(question.only_if or "") == "no":
            yield question.id, question.only_if or ""


def derived(answers: Mapping[str, Answer], knowledge: Knowledge) -> dict[str, Answer]:
    """What the rules add to answers without a conflict, or change: question id to the answer that counts.

    A `no` to the parent makes the follow-up `no`. A `yes` to a follow-up makes an open or unsure parent `yes`,
    an `unsure` makes an open parent `unsure`. A follow-up that asks for the worse form of its parent and is
    left open under a `yes` counts as `unsure`.
    """
    added: dict[str, Answer] = {}
    for question in knowledge.follow_ups:
        parent, answer = question.only_if or "", answers.get(question.id)
        known = added.get(parent) or answers.get(parent)
        if known == "no":
            if answer is None:
                added[question.id] = "no"
        elif answer == "yes" and known != "yes":
            added[parent] = "yes"
        elif answer == "unsure" and known is None:
            added[parent] = "unsure"
    for question in knowledge.follow_ups:
        if question.worse_form and question.id not in answers:
            parent = question.only_if or ""
            if (added.get(parent) or answers.get(parent)) == "yes":
                added[question.id] = "unsure"
    return added
