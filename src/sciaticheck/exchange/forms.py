"""What every form shows: the questions in runs of one group, and the notes around them. No format's syntax."""

from __future__ import annotations

from collections.abc import Container
from itertools import groupby
from typing import NamedTuple

from sciaticheck.errors import visible
from sciaticheck.knowledge.model import Knowledge, Question

FORM_ID = "sciaticheck"


class Run(NamedTuple):
    """Questions of one group that stand together in the order asked; a group can have several runs."""

    name: str
    group: str
    questions: tuple[Question, ...]


def runs(knowledge: Knowledge) -> list[Run]:
    """The questions in the order asked, most urgent first, cut where the group changes. Every name is unique."""
    made: list[Run] = []
    taken = {*knowledge.questions}
    for group, questions in groupby(knowledge.questions.values(), lambda question: question.group):
        name = free(f"group_{group}", taken)
        taken.add(name)
        made.append(Run(name, group, tuple(questions)))
    return made


def notes_before(knowledge: Knowledge) -> dict[str, str]:
    """What a person reads before the first question, by name: the emergency first, then what this is not, and terms.

    Nothing here says where answers go: that is for whoever runs the form to say.
    """
    texts, review = knowledge.texts, knowledge.review
    rules = texts["rules_reviewed" if review.status == "reviewed" else "rules_unreviewed"]
    filled = {"{version}": knowledge.version, "{by}": review.by or "", "{date}": review.date or ""}
    for place, value in filled.items():
        rules = rules.replace(place, value)
    about = [knowledge.scope_for, knowledge.scope_not_for, rules]
    if knowledge.language.status == "draft":
        about.append(texts["translation"])
    return {
        "note_emergency": visible(texts["stop_now"]),
        "note_notice": visible(texts["notice"]),
        "note_about": visible(" ".join(about)),
        "note_new": visible(texts["new_means"]),
    }


def notes_after(knowledge: Knowledge) -> dict[str, str]:
    """What a person reads after the last question, by name: a form gives no result, so that silence is no all-clear."""
    texts = knowledge.texts
    return {
        "note_end": visible(f"{texts['notice']} {texts['not_all_clear']}"),
        "note_end_emergency": visible(texts["stop_now"]),
    }


def free(name: str, taken: Container[str]) -> str:
    """The name, or with the first number from 2 that makes it one not taken."""
    made, number = name, 1
    while made in taken:
        number += 1
        made = f"{name}_{number}"
    return made
