"""What is asked next: computed from the questions, the screens and the criteria, never from a list kept by hand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sciaticheck.answers.spelling import Answer
from sciaticheck.criteria import because
from sciaticheck.engine import assess, counted, readings
from sciaticheck.interview.state import Item, State
from sciaticheck.knowledge.model import RANK, Knowledge, Question, Urgency

QUICK_FLOOR: Urgency = "same_day"
"""With `quick`, only what could still raise the urgency to this level or above is asked."""


def applies(question: Question, answers: Mapping[str, Answer]) -> bool:
    """Whether a question is asked by these answers: a follow-up only after a yes to its parent."""
    return question.only_if is None or answers.get(question.only_if) == "yes"


class Order:
    """The order of questions over one knowledge base; with `quick`, only those that can still matter."""

    def __init__(self, knowledge: Knowledge, quick: bool) -> None:
        self.knowledge = knowledge
        self.quick = quick
        self.screen_of = {name: screen for screen in knowledge.screens.values() for name in screen.asks}

    def next_item(self, state: State) -> Item | None:
        """What is to be asked: the question being changed, else the first open one in the data's order that applies.

        Where a screen shows it and the screen was not opened, all of the screen's open questions together.
        """
        if state.changing:
            return Item((self.knowledge.questions[state.changing],))
        return next(iter(self._items(state)), None)

    def _items(self, state: State) -> Iterable[Item]:
        """What is still to be asked by the answers so far, in order."""
        answers, relevant = state.answers, self._relevant(state)
        seen: set[str] = set()
        for question in self.knowledge.questions.values():
            if question.id in seen or not self._to_ask(question, answers, relevant):
                continue
            screen = self.screen_of.get(question.id)
            asks = [question]
            if screen and screen.id not in state.opened:
                shown = (self.knowledge.questions[name] for name in screen.asks)
                asks = [each for each in shown if self._to_ask(each, answers, relevant)]
            seen.update(each.id for each in asks)
            yield Item(tuple(asks), screen if len(asks) > 1 else None)

    def _to_ask(self, question: Question, answers: Mapping[str, Answer], relevant: frozenset[str] | None) -> bool:
        open_ = question.id not in answers and applies(question, answers)
        return open_ and (relevant is None or question.id in relevant)

    def _relevant(self, state: State) -> frozenset[str] | None:
        """With `quick`, the questions whose answer could still raise the urgency to QUICK_FLOOR or above; else None.

        Those in a flag of such a level that the answers so far have neither set nor ruled out, and their parents.
        """
        if not self.quick:
            return None
        counting = readings(counted(state.answers, self.knowledge), self.knowledge)["worst_case"]
        floor = max(RANK[QUICK_FLOOR], RANK[assess(state.answers, self.knowledge).urgency] + 1)
        named = {
            name
            for flag in self.knowledge.red_flags.values()
            if RANK[flag.urgency] >= floor
            for name in because(flag.when, counting)
        }
        return frozenset(named | {self.knowledge.questions[name].only_if or name for name in named})

    def remaining(self, state: State) -> int:
        """How many prompts are left by the answers so far."""
        return sum(1 for _ in self._items(state))

    def count(self, state: State) -> tuple[int, int]:
        """Which prompt this is, and about how many there are by the answers so far."""
        changing = 1 if state.changing else 0
        return state.asked + 1, state.asked + max(1, self.remaining(state) + changing)

    def unasked(self, state: State) -> list[Question]:
        """The questions that apply and have no answer."""
        answers = state.answers
        every = self.knowledge.questions.values()
        return [question for question in every if question.id not in answers and applies(question, answers)]
