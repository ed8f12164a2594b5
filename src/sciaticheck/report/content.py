"""The triggers of the content, and the comparison of two versions, as text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sciaticheck.comparison import Comparison, TriggerChange
from sciaticheck.errors import visible
from sciaticheck.knowledge.model import Knowledge
from sciaticheck.knowledge.triggers import Answers, triggers
from sciaticheck.report.page import level_name


def trigger_lines(knowledge: Knowledge) -> Iterator[str]:
    """Every minimal trigger by level, in Markdown."""
    yield "# Triggers\n"
    yield f"Rules {knowledge.version}, {knowledge.review.status}."
    yield "Made by `sciaticheck knowledge triggers -o docs/triggers.md`. Each line is a smallest set of yes that"
    yield "reaches the level, whatever else is answered. The lists are complete: nothing else reaches it by yes alone."
    yield "Not sure counts as yes, but sets at most same_day. A follow-up about the worse form of something"
    yield "that was answered yes counts as not sure while it is open."
    for urgency, sets in triggers(knowledge).items():
        yield f"\n## {urgency}: {level_name(urgency, knowledge)}, by any one of {len(sets)}\n"
        for answers in sets:
            yield f"- {in_words(answers, knowledge)}"


def in_words(answers: Answers, knowledge: Knowledge) -> str:
    """A set of answers as the labels of the questions, in the order of the questions."""
    return visible(" + ".join(question.label for name, question in knowledge.questions.items() if name in answers))


def comparison_lines(comparison: Comparison, voided: Sequence[str], old: Knowledge, new: Knowledge) -> Iterator[str]:
    """What a change does, starting with the lowered triggers. `voided` are the flags whose sign-off it voids."""
    yield f"{old.version} -> {new.version}"
    yield from _changes("lowered", comparison.lowered, old)
    yield from _changes("raised", comparison.raised, new)
    yield f"\ncases that change: {len(comparison.cases)}"
    for case in comparison.cases:
        urgency = f"urgency {case.old_urgency} -> {case.new_urgency or 'answers no longer taken'}"
        first = f"first {case.old_first} -> {case.new_first or '-'}"
        yield visible(f"  {case.id}: {urgency}, {first}")
    yield f"\nsign-offs voided: {len(voided)}{': ' if voided else ''}{', '.join(voided)}"


def _changes(title: str, changes: list[TriggerChange], knowledge: Knowledge) -> Iterator[str]:
    yield f"\ntriggers {title}: {len(changes)}"
    for change in changes:
        yield f"  {change.old} -> {change.new}: {in_words(change.answers, knowledge)}"
