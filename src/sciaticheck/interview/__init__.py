"""The interview as a pure function: step(state, line) returns the next state and what to show."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping

from sciaticheck.answers.follow_ups import effective_states
from sciaticheck.answers.spelling import CHOICES, Answer
from sciaticheck.engine import assess
from sciaticheck.engine.assessment import Assessment
from sciaticheck.interview import onset, region
from sciaticheck.interview.help import help_of
from sciaticheck.interview.order import QUICK_FLOOR, Order, Since
from sciaticheck.interview.pages import advice, opening
from sciaticheck.interview.review import numbered, review
from sciaticheck.interview.state import Given, Item, Shown, Stage, State
from sciaticheck.knowledge.model import Knowledge
from sciaticheck.rules.states import YES

__all__ = ["Given", "Interview", "Item", "Shown", "Stage", "State"]


class Interview:
    """The interview over one knowledge. The object has no state: callers hold the `State`.

    Without a region it asks for one; `load` gives the knowledge in the words of a region. `since` are the same person's
    answers at an earlier date: those that cannot change are kept.
    """

    def __init__(
        self,
        knowledge: Knowledge,
        region: str | None = "default",
        quick: bool = False,
        load: Callable[[str], Knowledge] | None = None,
        since: Since = None,
    ) -> None:
        self.knowledge, self.since = knowledge, since
        self.region = region
        self.load = load
        self.typed: dict[str, Answer] = {}
        for number, answer in enumerate(CHOICES, start=1):
            spellings = knowledge.texts[f"typed_{answer}"].split(",")
            self.typed |= dict.fromkeys([str(number), *map(str.strip, spellings)], answer)
        self.order = Order(knowledge, quick, since)

    @property
    def kept(self) -> tuple[Given, ...]:
        """The earlier answers that cannot change."""
        asked, then = self.knowledge.questions.items(), self.since or {}
        return tuple(Given(id, then[id]) for id, question in asked if then.get(id) in question.lasting)

    def at(self, state: State) -> Interview:
        """The interview in the words of the region that was answered."""
        if self.load is None or state.region in ("", self.region):
            return self
        return Interview(self.load(state.region), state.region, self.order.quick, self.load, self.since)

    def start(self, saved_in: str = "") -> tuple[State, list[Shown]]:
        """The opening. `saved_in` is the file in which the answers are saved, if they are."""
        state = State(given=self.kept)
        return state, opening(self.knowledge, self.order.expected(state), saved_in)

    def take_up(self, answers: Mapping[str, Answer], dropped: Iterable[str]) -> tuple[State, list[Shown]]:
        """The state after saved answers; `dropped` has messages about those that are no longer valid.

        A yes to a follow-up brings the yes to its parent, which would otherwise be asked, and a no to it lose the yes.
        """
        states = effective_states(answers, self.knowledge)
        answers = {**answers, **{id: "yes" for id in self._parents_of(answers) if states[id] is YES}}
        given = tuple(Given(name, answers[name]) for name in self.knowledge.questions if name in answers)
        shown = [Shown(self.knowledge.text("resumed", count=len(given)), "title")]
        shown += [Shown(self.knowledge.text("resumed_dropped", what=what)) for what in dropped]
        state, more = self._begin(State("asking", given, asked=len(given)))
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
            return self._begin(state) if typed in ("", "1") else (state, [self._keys("ask_start")])
        if state.stage == "region":
            return self._after_region(state, typed)
        if state.stage == "emergency":
            return self._after_banner(state, typed)
        if state.stage == "onset":
            said_unsure = not typed.isdigit() and self.typed.get(typed) == "unsure"
            if began := onset.answered("5" if said_unsure else typed, self.knowledge):
                return self._go_on(state._replace(before=state, began=began))
            return state, [self._keys("began_again")]
        if state.stage == "review":
            return self._after_review(state, typed)
        return self._answer(state, typed)

    def _begin(self, state: State) -> tuple[State, list[Shown]]:
        """The question about the region, if it is not known, else what comes first."""
        if self.region:
            return self._go_on(state)
        state = state._replace(stage="region")
        return state, self._prompt(state)

    def _after_region(self, state: State, typed: str) -> tuple[State, list[Shown]]:
        code = region.answered(typed, self.knowledge)
        if code is None:
            return state, [self._keys("region_keys")]
        after = state._replace(region=code, before=state)
        return self.at(after)._go_on(after)

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
        after = state._replace(before=state, asked=state.asked + (not state.changing), changing=None)
        if item.screen:
            return self._answer_screen(state, after, item, typed)
        answer = self.typed.get(typed)
        if answer is None:
            return state, [self._keys("ask_again")]
        (question,) = item.asks
        state, shown = self._go_on(after._replace(given=self._with(state.given, (Given(question.id, answer),))))
        if answer == "unsure" and question.id in self.order.emergencies:
            shown = [Shown(self.knowledge.text("try_this", text=question.help.check)), *shown]
        return state, shown

    def _answer_screen(self, state: State, after: State, item: Item, typed: str) -> tuple[State, list[Shown]]:
        """The state after the numbers that apply, or none; yes or not sure asks each by itself."""
        word = None if typed.isdigit() else self.typed.get(typed)
        chosen = set[str]() if word == "no" else item.chosen(typed)
        if chosen is None:
            opened = after._replace(opened=after.opened | {item.screen.id if item.screen else ""})
            return self._go_on(opened) if word else (state, [self._keys("ask_any_again")])
        added = (Given(each.id, "yes" if each.id in chosen else "no", each.id not in chosen) for each in item.asks)
        state, shown = self._go_on(after._replace(given=self._with(after.given, tuple(added))))
        what = " ".join(question.ask for question in item.asks if question.id in chosen)
        return state, [*([Shown(self.knowledge.text("ask_any_kept", what=what))] if what else []), *shown]

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
            return [*advice(assessment), Shown(texts["banner_choice"]), keys]
        if state.stage == "onset":
            return onset.asked(self.assess(state), self.knowledge)
        if state.stage == "region":
            return region.asked(self.knowledge)
        if state.stage == "review":
            return review(state, self.knowledge)
        item = self.order.next_item(state)
        if item is None:
            return []
        at, total = self.order.count(state)
        group = item.screen.title if item.screen else self.knowledge.groups[item.asks[0].group]
        name = "ask_changing" if state.changing else "ask_position"
        title = Shown(self.knowledge.text(name, at=at, total=total, group=group), "title")
        if item.screen:
            asks = [Shown(f"{number}. {question.ask}", "item") for number, question in enumerate(item.asks, start=1)]
            return [title, Shown(texts["ask_any"], "question"), *asks, self._keys("ask_any_keys")]
        return [title, Shown(item.asks[0].ask, "question"), self._keys("ask_keys")]

    def _after_banner(self, state: State, typed: str) -> tuple[State, list[Shown]]:
        if typed == "1":
            return state._replace(stage="finished"), []
        if typed == "2":
            quick_ones = self.order.quick_ones(state, self.assess(state))
            return self._go_on(state._replace(before=state, quick_ones=quick_ones))
        return state, [self._keys("banner_again")]

    def _after_review(self, state: State, typed: str) -> tuple[State, list[Shown]]:
        if typed == "0":
            return state._replace(stage="finished"), []
        if typed in ("a", "all"):
            return state, review(state, self.knowledge, whole=True)
        if chosen := numbered(typed, state, self.knowledge):
            screen = self.order.screen_of.get(chosen)
            opened = state.opened | ({screen.id} if screen else set())
            changed = state._replace(stage="asking", opened=opened, changing=chosen, before=state)
            return changed, self._prompt(changed)
        return state, [self._keys("review_again")]

    def assess(self, state: State) -> Assessment:
        """The assessment of the answers so far."""
        return assess(state.answers, self.knowledge, self.region or state.region or "default", state.began, self.since)

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
        if state.stage == "review" or state.changing:
            at = total = state.asked
        where = self.knowledge.text("stopped", at=min(at, total), total=total)
        shown = [Shown(f"{where} {texts['not_all_clear']}", "title")]
        assessment = self.assess(state)
        if assessment.urgency != "routine":
            shown += advice(assessment)
        return [*shown, Shown(net.lead, "title"), *(Shown(line, "item") for line in net.watch_for)]

    def _keys(self, name: str) -> Shown:
        return Shown(self.knowledge.texts[name], "keys")
