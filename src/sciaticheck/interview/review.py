"""The review at the end of an interview: the answers with their numbers, those that are not "no" first."""

from __future__ import annotations

from sciaticheck.interview.state import Given, Shown, State
from sciaticheck.knowledge.model import Knowledge

MOST_SHOWN = 8
"""How many answers are shown before the person asks for all: so many fit on a screen."""


def _in_order(state: State, knowledge: Knowledge) -> list[Given]:
    """The answers in the order of the questions, so numbers in the review do not change."""
    order = list(knowledge.questions)
    return sorted(state.given, key=lambda given: order.index(given.id))


def review(state: State, knowledge: Knowledge, whole: bool = False) -> list[Shown]:
    """The answers that are not "no", and how many more there are; every answer if `whole`."""
    texts = knowledge.texts
    lines = sorted(enumerate(_in_order(state, knowledge), start=1), key=lambda item: item[1].answer == "no")
    others = [item for item in lines if item[1].answer != "no"]
    few = lines if whole else others[:MOST_SHOWN]
    shown = [Shown(texts["review_title"], "title")]
    for number, given in few:
        together = f" {texts['review_together']}" if given.together else ""
        ask = knowledge.questions[given.id].ask
        shown.append(Shown(f"{number}. {texts[f'answer_{given.answer}']}: {ask}{together}", "item"))
    if count := len(lines) - len(few):
        name = "review_more" if len(others) > len(few) else "review_more_no"
        shown.append(Shown(knowledge.text(name, count=count)))
    return [*shown, Shown(texts["review_keys"], "keys")]


def numbered(typed: str, state: State, knowledge: Knowledge) -> str | None:
    """The question whose number was typed; None for any other line."""
    is_number = typed.isascii() and typed.isdigit() and len(typed) < 4
    return _in_order(state, knowledge)[int(typed) - 1].id if is_number and 0 < int(typed) <= len(state.given) else None
