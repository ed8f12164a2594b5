"""The order of an interview, computed from the questions, the screens and the criteria."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sciaticheck.answers.follow_ups import effective_states
from sciaticheck.answers.spelling import Answer
from sciaticheck.engine import assess
from sciaticheck.engine.assessment import Assessment
from sciaticheck.interview.state import Given, Item, State
from sciaticheck.knowledge.levels import emergencies_alone
from sciaticheck.knowledge.model import RANK, Knowledge, Question, Urgency
from sciaticheck.rules.criterion import questions
from sciaticheck.rules.python import because
from sciaticheck.rules.states import UNANSWERED

MOST_QUICK_ONES = 3
"""How many questions are asked after the first emergency at most, besides when it began."""

QUICK_FLOOR: Urgency = "same_day"
"""With `quick`, only questions that could still raise the urgency to this level or above are asked."""

Since = Mapping[str, Answer] | None


def applies(question: Question, answers: Mapping[str, Answer]) -> bool:
    """Whether a question is asked after these answers: a follow-up only after a yes to its parent."""
    return question.only_if is None or answers.get(question.only_if) == "yes"


def first_asked(question: Question, answers: Mapping[str, Answer]) -> str:
    """The question, or the one that it follows up and that has no yes yet."""
    return question.id if applies(question, answers) else question.only_if or question.id


class Order:
    """The order of the questions of one knowledge; with `quick`, only of those that can still matter."""

    def __init__(self, knowledge: Knowledge, quick: bool, since: Since = None) -> None:
        self.knowledge, self.since = knowledge, since
        self.quick = quick
        self.emergencies = emergencies_alone(knowledge)
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
        if state.quick_ones is not None:
            left = (self.knowledge.questions[id] for id in state.quick_ones if id not in answers)
            yield from (Item((question,)) for question in left)
            return
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
        states = effective_states(state.answers, self.knowledge, self.since)
        floor = max(RANK[QUICK_FLOOR], RANK[assess(state.answers, self.knowledge, since=self.since).urgency] + 1)
        named = {
            name
            for flag in self.knowledge.red_flags.values()
            if RANK[flag.urgency] >= floor
            for name in because(flag.when, states, UNANSWERED)
        }
        return frozenset(named | {self.knowledge.questions[name].only_if or name for name in named})

    def quick_ones(self, state: State, assessment: Assessment) -> tuple[str, ...]:
        """A few unanswered questions that whoever receives the person needs, computed from the red flags.

        First one for each emergency flag that points to the same conditions and that a single yes would set, beginning
        with those that only one question can set. Then what is always said at the desk, such as cancer.
        """
        targets = {target for flag in assessment.setting for target in flag.points_to}
        open_flags = [flag for flag in assessment.red_flags if flag.urgency == "emergency" and flag.state != "present"]
        settles = [
            [id for id in questions(flag.flag.when) if id in self.emergencies]
            for flag in open_flags
            if targets & set(flag.points_to)
        ]
        first = [ids[0] for ids in sorted(filter(None, settles), key=len)]
        chosen: dict[str, None] = {}
        for ids, most in ((first, MOST_QUICK_ONES - 1), (self.knowledge.always_said, MOST_QUICK_ONES)):
            for question in map(self.knowledge.questions.__getitem__, ids):
                id = first_asked(question, state.answers)
                wanted = id not in state.answers and applies(self.knowledge.questions[id], state.answers)
                if wanted and len(chosen) < most:
                    chosen[id] = None
        return tuple(chosen)

    def expected(self, state: State) -> int:
        """How many prompts somebody meets who answers no to the rest: with `quick`, a no can rule out others."""
        while item := self.next_item(state):
            added = tuple(Given(question.id, "no") for question in item.asks)
            state = state._replace(given=(*state.given, *added), asked=state.asked + 1)
        return state.asked

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
