"""What is shown for `?`: what a question means, how to check it, why it is asked, and its source."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from sciaticheck.interview.state import Item, Shown
from sciaticheck.knowledge.model import Knowledge, Question
from sciaticheck.rules.criterion import questions


def help_of(item: Item, knowledge: Knowledge) -> list[Shown]:
    """The help for a question, or what each question of a screen means."""
    if item.screen:
        pairs = ((Shown(each.ask, "question"), Shown(each.help.means)) for each in item.asks)
        return [Shown(knowledge.texts["ask_any_help"]), *chain.from_iterable(pairs)]
    (question,) = item.asks
    parts = {"means": question.help.means, "check": question.help.check, "why": question.help.why}
    shown = [Shown(knowledge.text(f"help_{part}", text=text)) for part, text in parts.items()]
    return [*shown, *_source(question, knowledge)]


def _source(question: Question, knowledge: Knowledge) -> Iterator[Shown]:
    """The first source of the most urgent red flag that the question is part of, else of its first sign."""
    for each in knowledge.flags_and_signs:
        if question.id in questions(each.when):
            cite = each.cites[0]
            text = f"{knowledge.sources[cite.source].citation} ({cite.at})"
            yield Shown(knowledge.text("help_source", text=text))
            return
