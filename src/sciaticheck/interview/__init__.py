"""The interview as a pure function: step(state, line) returns the next state and what to show."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from sciaticheck.answers.follow_ups import effective_states
from sciaticheck.answers.spelling import CHOICES, Answer
from sciaticheck.engine import assess
from sciaticheck.engine.assessment import Assessment
from sciaticheck.interview import onset
from sciaticheck.interview.help import help_of
from sciaticheck.interview.order import QUICK_FLOOR, Order
from sciaticheck.interview.state import Given, Item, Shown, Stage, State
from sciaticheck.knowledge.model import Knowledge
from sciaticheck.rules.states import YES

__all__ = ["Given", "Interview", "Item", "Shown", "Stage", "State"]

SECONDS_A_QUESTION = 8


class Interview:
    """The interview over one knowledge. The object has no state: callers hold the `State`."""

    def __init__(self, knowledge: Knowledge, region: str = "default", quick: bool = False) -> None:
        self.knowledge = knowledge
        self.region = region
        self.typed: dict[str, Answer] = {}
        for number, answer in enumerate(CHOICES, start=1):
            spellings = knowledge.texts[f"typed_{answer}"].split(",")
            self.typed |= dict.fromkeys([str(number), *map(str.strip, spellings)], answer)
        self.order = Order(knowledge, quick)

    def start(self, saved_in: str = "") -> tuple[State, list[Shown]]:
        """The opening: what this is, whom it is for, how long it takes, and when to get help at once.

        `saved_in` is the file in which the answers are saved, if they are.
        """
        texts, state = self.knowledge.texts, State()
        count = self.order.remaining(state)
        privacy = self.knowledge.text("privacy_saved", file=saved_in) if saved_in else texts["privacy"]
        minutes = max(1, round(count * SECONDS_A_QUESTION / 60))
        return state, [
            Shown(texts["ask_title"], "title"),
            Shown(f"{texts['notice']} {texts['unreviewed']}"),
            Shown(texts["stop_now"], "emergency"),
            Shown(f"{self.knowledge.scope.made_for} {self.knowledge.scope.not_for}"),
            Shown(f"{self.knowledge.text('ask_about', count=count, minutes=minutes)} {privacy}"),
            Shown(texts["new_means"]),
            Shown(texts["ask_start"], "keys"),
        ]

    def take_up(self, answers: Mapping[str, Answer], dropped: Iterable[str]) -> tuple[State, list[Shown]]:
        """The state after saved answers; `dropped` has messages about those that are no longer valid.

        A yes to a follow-up brings the yes to its parent, which would otherwise be asked, and a no to it lose the yes.
        """
        states = effective_states(answers, self.knowledge)
        answers = {**answers, **{id: "yes" for id in self._parents_of(answers) if states[id] is YES}}
        given = tuple(Given(name, answers[name]) for name in self.knowledge.questions if name in answers)
        shown = [Shown(self.knowledge.text("resumed", count=len(given)), "title")]
        shown += [Shown(self.knowledge.text("resumed_dropped", what=what)) for what in dropped]
        state, more = self._go_on(State("asking", given, asked=len(given)))
        return state, [*shown, *more]

    def _parents_of(self, answers: Mapping[str, Answer]) -> Iterable[str]:
        """The parents of the follow-ups that have an answer."""
        return (question.only_if or "" for question in self.knowledge.follow_ups if question.id in answers)

    def step(self, state: State, line: str) -> tuple[State, list[Shown]]:
        """The state after a typed line, and what to show. A line that is not accepted does not change the state."""
        typed = " ".join(line.split()).lower()
        if state.stage in ("finished", "stopped"):
            return state, []
        if typed in ("q", "quit"):
            return state._replace(stage="stopped"), []
        if typed in ("b", "back") and state.stage != "opening":
            return self._back(state)
        if state.stage == "opening":
            if typed == "1":
                return self._go_on(state._replace(stage="asking", before=None))
            return state, [self._keys("ask_start")]
        if state.stage == "emergency":
            return self._after_banner(state, typed)
        if state.stage == "onset":
            if began := onset.answered(typed, self.knowledge):
                return self._go_on(state._replace(before=state, began=began))
            return state, [self._keys("began_again")]
        if state.stage == "review":
            return self._after_review(state, typed)
        return self._answer(state, typed)

    def _back(self, state: State) -> tuple[State, list[Shown]]:
        if state.before is None:
            return state, [Shown(self.knowledge.texts["ask_first"]), *self._prompt(state)]
        return state.before, self._prompt(state.before)

    def _answer(self, state: State, typed: str) -> tuple[State, list[Shown]]:
        item = self.order.next_item(state)
        if item is None:
            return self._go_on(state)
        if typed in ("?", "help"):
            return state, [*help_of(item, self.knowledge), *self._prompt(state)]
        answer = self.typed.get(typed)
        if answer is None:
            return state, [self._keys("ask_again")]
        after = state._replace(before=state, asked=state.asked + 1, changing=None)
        if item.screen and answer != "no":
            return self._go_on(after._replace(opened=state.opened | {item.screen.id}))
        together = item.screen is not None
        added = tuple(Given(question.id, answer, together) for question in item.asks)
        after = after._replace(given=self._with(state.given, added))
        state, shown = self._go_on(after)
        (question, *_) = item.asks
        if answer == "unsure" and question.id in self.order.emergencies:
            shown = [Shown(self.knowledge.text("try_this", text=question.help.check)), *shown]
        return state, shown

    def _with(self, given: tuple[Given, ...], added: tuple[Given, ...]) -> tuple[Given, ...]:
        """The answers after new ones, without those that they replace and follow-ups that no longer apply."""
        new = {each.id: each.answer for each in added}
        gone = {name for name, answer in new.items() if answer != "yes"}
        old = (each for each in given if each.id not in new and self.knowledge.questions[each.id].only_if not in gone)
        return (*old, *added)

    def _go_on(self, state: State) -> tuple[State, list[Shown]]:
        """The emergency banner if it is the first emergency, else the next question, else when it began and the review.

        After an emergency only a few questions are asked, unless changed answers make it none.
        """
        urgency = self.assess(state).urgency
        if urgency != "emergency":
            state = state._replace(quick_ones=None)
        if not state.warned and urgency == "emergency":
            state = state._replace(stage="emergency", warned=True)
        elif self.order.next_item(state) is None:
            state = state._replace(stage="review" if state.began or urgency == "routine" else "onset")
        else:
            state = state._replace(stage="asking")
        return state, self._prompt(state)

    def _prompt(self, state: State) -> list[Shown]:
        """What to show in a state."""
        texts = self.knowledge.texts
        if state.stage == "emergency":
            assessment = self.assess(state)
            count = len(self.order.quick_ones(state, assessment)) + 1  # and when it began
            keys = Shown(self.knowledge.text("banner_keys", count=count), "keys")
            return [*_advice(assessment), Shown(texts["banner_choice"]), keys]
        if state.stage == "onset":
            return onset.asked(self.assess(state), self.knowledge)
        if state.stage == "review":
            return self._review(state)
        item = self.order.next_item(state)
        if item is None:
            return []
        at, total = self.order.count(state)
        group = item.screen.title if item.screen else self.knowledge.groups[item.asks[0].group]
        title = Shown(self.knowledge.text("ask_position", at=at, total=total, group=group), "title")
        if item.screen:
            asks = [Shown(question.ask, "item") for question in item.asks]
            return [title, Shown(texts["ask_any"], "question"), *asks, self._keys("ask_any_keys")]
        return [title, Shown(item.asks[0].ask, "question"), self._keys("ask_keys")]

    def _after_banner(self, state: State, typed: str) -> tuple[State, list[Shown]]:
        if typed == "1":
            return state._replace(stage="finished"), []
        if typed == "2":
            quick_ones = self.order.quick_ones(state, self.assess(state))
            return self._go_on(state._replace(before=state, quick_ones=quick_ones))
        return state, [self._keys("banner_again")]

    def _in_order(self, state: State) -> list[Given]:
        """The answers in the order of the questions, so numbers in the review do not change."""
        order = list(self.knowledge.questions)
        return sorted(state.given, key=lambda given: order.index(given.id))

    def _review(self, state: State) -> list[Shown]:
        """Every answer with its number, "no" last."""
        texts = self.knowledge.texts
        numbered = sorted(enumerate(self._in_order(state), start=1), key=lambda item: item[1].answer == "no")
        shown = [Shown(texts["review_title"], "title")]
        for number, given in numbered:
            together = f" {texts['review_together']}" if given.together else ""
            ask = self.knowledge.questions[given.id].ask
            shown.append(Shown(f"{number}. {texts[f'answer_{given.answer}']}: {ask}{together}", "item"))
        return [*shown, self._keys("review_keys")]

    def _after_review(self, state: State, typed: str) -> tuple[State, list[Shown]]:
        if typed == "0":
            return state._replace(stage="finished"), []
        if typed.isascii() and typed.isdigit() and len(typed) < 4 and 1 <= int(typed) <= len(state.given):
            chosen = self._in_order(state)[int(typed) - 1].id
            screen = self.order.screen_of.get(chosen)
            opened = state.opened | ({screen.id} if screen else set())
            changed = state._replace(stage="asking", opened=opened, changing=chosen, before=state)
            return changed, self._prompt(changed)
        return state, [self._keys("review_again")]

    def assess(self, state: State) -> Assessment:
        """The assessment of the answers so far."""
        return assess(state.answers, self.knowledge, self.region, state.began)

    def closing(self, state: State) -> list[Shown]:
        """What to show after the last question: with `quick`, how many questions of each group were not asked."""
        left = Counter(question.group for question in self.order.unasked(state))
        if not self.order.quick or not left or self.assess(state).urgency == "emergency":
            return []
        what = ", ".join(f"{self.knowledge.groups[group]} ({count})" for group, count in left.items())
        return [Shown(self.knowledge.text("quick_left", what=what, level=self.knowledge.texts[f"level_{QUICK_FLOOR}"]))]

    def stopped(self, state: State) -> list[Shown]:
        """What to show to people who stop early: that it is not an all-clear, the advice so far, what to watch for."""
        at, total = self.order.count(state)
        texts, net = self.knowledge.texts, self.knowledge.safety_net
        if state.stage == "review":
            at = total = state.asked
        where = self.knowledge.text("stopped", at=min(at, total), total=total)
        shown = [Shown(f"{where} {texts['not_all_clear']}", "title")]
        assessment = self.assess(state)
        if assessment.urgency != "routine":
            shown += _advice(assessment)
        return [*shown, Shown(net.lead, "title"), *(Shown(line, "item") for line in net.watch_for)]

    def _keys(self, name: str) -> Shown:
        return Shown(self.knowledge.texts[name], "keys")


def _advice(assessment: Assessment) -> list[Shown]:
    """The headline, the steps, and what to say."""
    advice = assessment.advice
    return [
        Shown(advice.headline, "emergency" if assessment.urgency == "emergency" else "title"),
        *(Shown(step, "item") for step in advice.steps),
        Shown(f'"{advice.say}"', "question"),
    ]
