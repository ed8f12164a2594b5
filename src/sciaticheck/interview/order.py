"""The order of an interview, computed from the questions, the screens and the criteria."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sciaticheck.answers.follow_ups import effective_states
from sciaticheck.answers.spelling import Answer
from sciaticheck.engine import assess
from sciaticheck.interview.state import Item, State
from sciaticheck.knowledge.model import RANK, Knowledge, Question, Urgency
from sciaticheck.rules.python import because
from sciaticheck.rules.states import UNANSWERED

QUICK_FLOOR: Urgency = "same_day"
"""With `quick`, only questions that could still raise the urgency to this level or above are asked."""


def applies(question: Question, answers: Mapping[str, Answer]) -> bool:
    """Whether a question is asked after these answers: a follow-up only after a yes to its parent."""
    return question.only_if is None or answers.get(question.only_if) == "yes"


class Order:
    """The order of the questions of one knowledge; with `quick`, only of those that can still matter."""

    def __init__(self, knowledge: Knowledge, quick: bool) -> None:
        self.knowledge = knowledge
        self.quick = quick
        self.screen_of = {name: screen for screen in knowledge.screens.values() for name in screen.asks}

    def next_item(self, state: State) -> Item | None:
        """What to ask next: the question being changed, else the first unanswered one that applies; None at the end.

        If it is on a screen that was not opened, the item has all unanswered questions of the screen.
        """
        if state.changing:
            return Item((self.knowledge.questions[state.changing],))
        return next(iter(self._items(state)), None)

    def _items(self, state: State) -> Iterable[Item]:
        """What is still to be asked after the answers so far, in order."""
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
        unanswered = question.id not in answers and applies(question, answers)
        return unanswered and (relevant is None or question.id in relevant)

    def _relevant(self, state: State) -> frozenset[str] | None:
        """With `quick`, the questions whose answer could still raise the urgency to QUICK_FLOOR or above; else None.

        They, or follow-ups of them, are in a flag of such a level that the answers so far neither set nor rule out.
        """
        if not self.quick:
            return None
        states = effective_states(state.answers, self.knowledge)
        floor = max(RANK[QUICK_FLOOR], RANK[assess(state.answers, self.knowledge).urgency] + 1)
        named = {
            name
            for flag in self.knowledge.red_flags.values()
            if RANK[flag.urgency] >= floor
            for name in because(flag.when, states, UNANSWERED)
        }
        return frozenset(named | {self.knowledge.questions[name].only_if or name for name in named})

    def remaining(self, state: State) -> int:
        """How many prompts are left after the answers so far."""
        return sum(1 for _ in self._items(state))

    def count(self, state: State) -> tuple[int, int]:
        """The number of this prompt, from 1, and about how many there are."""
        return state.asked + 1, state.asked + max(1, self.remaining(state) + bool(state.changing))

    def unasked(self, state: State) -> list[Question]:
        """The unanswered questions that apply."""
        answers = state.answers
        return [each for each in self.knowledge.questions.values() if self._to_ask(each, answers, None)]
