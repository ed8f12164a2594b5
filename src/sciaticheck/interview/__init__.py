"""The interview as a pure function: step(state, line) gives the next state and what to show. Touches no terminal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from sciaticheck.answers.spelling import Answer
from sciaticheck.assessment import Assessment
from sciaticheck.criteria import questions
from sciaticheck.engine import assess
from sciaticheck.interview.order import QUICK_FLOOR, Order
from sciaticheck.interview.state import Given, Item, Shown, Stage, State
from sciaticheck.knowledge.levels import emergencies_alone
from sciaticheck.knowledge.model import RANK, Knowledge, Question, Region

__all__ = ["Given", "Interview", "Item", "Shown", "Stage", "State"]

SECONDS_A_QUESTION = 8


class Interview:
    """The conversation over one knowledge base; holds no state of its own."""

    def __init__(self, knowledge: Knowledge, region: Region = "default", quick: bool = False) -> None:
        self.knowledge = knowledge
        self.region = region
        texts = knowledge.texts
        self.spelled: dict[str, Answer] = {"1": "yes", "2": "no", "3": "unsure"}
        words: tuple[Answer, ...] = ("yes", "no", "unsure")
        for answer in words:
            self.spelled.update((word.strip(), answer) for word in texts[f"typed_{answer}"].split(","))
        self.emergencies = emergencies_alone(knowledge)
        self.order = Order(knowledge, quick)

    def start(self) -> tuple[State, list[Shown]]:
        """The opening: what this is, for whom, how long it takes, and when to stop and go."""
        texts, state = self.knowledge.texts, State()
        count = self.order.remaining(state)
        minutes = max(1, round(count * SECONDS_A_QUESTION / 60))
        return state, [
            Shown(texts["ask_title"], "title"),
            Shown(f"{texts['notice']} {texts['unreviewed']}"),
            Shown(texts["stop_now"], "emergency"),
            Shown(f"{self.knowledge.scope_for} {self.knowledge.scope_not_for}"),
            Shown(f"{self._fill('ask_about', count=count, minutes=minutes)} {texts['privacy']}"),
            Shown(texts["new_means"]),
            Shown(texts["ask_start"], "keys"),
        ]

    def take_up(self, answers: Mapping[str, Answer], dropped: Iterable[str]) -> tuple[State, list[Shown]]:
        """The state after earlier answers; `dropped` says what of them no longer fits."""
        given = tuple(Given(name, answers[name]) for name in self.knowledge.questions if name in answers)
        shown = [Shown(self._fill("resumed", count=len(given)), "title")]
        shown += [Shown(self._fill("resumed_dropped", what=what)) for what in dropped]
        state, more = self._go_on(State("asking", given, asked=len(given)))
        return state, [*shown, *more]

    def step(self, state: State, line: str) -> tuple[State, list[Shown]]:
        """The state after a typed line, and what to show. A line that is not an accepted answer changes nothing."""
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
            return state, [*self._help(item), *self._prompt(state)]
        answer = self.spelled.get(typed)
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
        if answer == "unsure" and question.id in self.emergencies:
            shown = [Shown(self._fill("try_this", text=question.help.check)), *shown]
        return state, shown

    def _with(self, given: tuple[Given, ...], added: tuple[Given, ...]) -> tuple[Given, ...]:
        """The answers with new ones in place of earlier ones, less those to follow-ups that no longer apply."""
        new = {each.id: each.answer for each in added}
        gone = {name for name, answer in new.items() if answer != "yes"}
        kept = (each for each in given if each.id not in new and self.knowledge.questions[each.id].only_if not in gone)
        return (*kept, *added)

    def _go_on(self, state: State) -> tuple[State, list[Shown]]:
        """The banner at the first emergency, else the next question, else the review."""
        if not state.warned and state.given and self.assess(state).urgency == "emergency":
            state = state._replace(stage="emergency", warned=True)
        elif self.order.next_item(state) is None:
            state = state._replace(stage="review")
        else:
            state = state._replace(stage="asking")
        return state, self._prompt(state)

    def _prompt(self, state: State) -> list[Shown]:
        """What a state shows."""
        texts = self.knowledge.texts
        if state.stage == "emergency":
            advice = self.assess(state).advice
            steps = [Shown(step, "item") for step in advice.steps]
            return [
                Shown(advice.headline, "emergency"),
                *steps,
                Shown(f'"{advice.say}"', "question"),
                Shown(texts["banner_choice"]),
                self._keys("banner_keys"),
            ]
        if state.stage == "review":
            return self._review(state)
        item = self.order.next_item(state)
        if item is None:
            return []
        at, total = self.order.count(state)
        group = item.screen.title if item.screen else self.knowledge.groups[item.asks[0].group]
        title = Shown(self._fill("ask_position", at=at, total=total, group=group), "title")
        if item.screen:
            asks = [Shown(question.ask, "item") for question in item.asks]
            return [title, Shown(texts["ask_any"], "question"), *asks, self._keys("ask_any_keys")]
        return [title, Shown(item.asks[0].ask, "question"), self._keys("ask_keys")]

    def _after_banner(self, state: State, typed: str) -> tuple[State, list[Shown]]:
        if typed == "1":
            return state._replace(stage="finished"), []
        if typed == "2":
            return self._go_on(state._replace(before=state))
        return state, [self._keys("banner_again")]

    def _in_order(self, state: State) -> list[Given]:
        """The answers in the order of the questions: a number in the review stays what it was."""
        order = list(self.knowledge.questions)
        return sorted(state.given, key=lambda given: order.index(given.id))

    def _review(self, state: State) -> list[Shown]:
        """Every answer with its number, what is not "no" first."""
        texts = self.knowledge.texts
        numbered = list(enumerate(self._in_order(state), start=1))
        numbered.sort(key=lambda item: item[1].answer == "no")
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

    def _help(self, item: Item) -> list[Shown]:
        """What is asked means, how to check it, why it is asked, and where that comes from."""
        shown = [] if item.screen is None else [Shown(self.knowledge.texts["ask_any_help"])]
        for question in item.asks:
            if item.screen:
                shown += [Shown(question.ask, "question"), Shown(question.help.means)]
                continue
            shown += [
                Shown(self._fill("help_means", text=question.help.means)),
                Shown(self._fill("help_check", text=question.help.check)),
                Shown(self._fill("help_why", text=question.help.why)),
                *self._source(question),
            ]
        return shown

    def _source(self, question: Question) -> list[Shown]:
        """The first source of the highest red flag that the question is part of, or of a sign."""
        known = self.knowledge
        flags = [flag for flag in known.red_flags.values() if question.id in questions(flag.when)]
        flags.sort(key=lambda flag: -RANK[flag.urgency])
        signs = [sign for condition in known.conditions.values() for sign in condition.signs]
        cites = [flag.cites[0] for flag in flags]
        cites += [sign.cites[0] for sign in signs if question.id in questions(sign.when)]
        if not cites:
            return []
        text = f"{known.sources[cites[0].source].citation} ({cites[0].at})"
        return [Shown(self._fill("help_source", text=text))]

    def assess(self, state: State) -> Assessment:
        """What the answers so far mean."""
        return assess(state.answers, self.knowledge, self.region)

    def closing(self, state: State) -> list[Shown]:
        """What is said after the last question: with `quick`, what was not asked, by group, and why."""
        left = Counter(question.group for question in self.order.unasked(state))
        if not self.order.quick or not left or self.assess(state).urgency == "emergency":
            return []
        what = ", ".join(f"{self.knowledge.groups[group]} ({count})" for group, count in left.items())
        return [Shown(self._fill("quick_left", what=what, level=self.knowledge.texts[f"level_{QUICK_FLOOR}"]))]

    def stopped(self, state: State) -> list[Shown]:
        """What somebody sees who stops before the end: never an all-clear, what was found, what to watch for."""
        at, total = self.order.count(state)
        texts, net = self.knowledge.texts, self.knowledge.safety_net
        if state.stage == "review":
            at = total = state.asked
        where = self._fill("stopped", at=min(at, total), total=total)
        shown = [Shown(f"{where} {texts['not_all_clear']}", "title")]
        found = self.assess(state)
        if found.urgency != "routine":
            shown.append(Shown(found.advice.headline, "emergency" if found.urgency == "emergency" else "title"))
            shown += [Shown(step, "item") for step in found.advice.steps]
            shown.append(Shown(f'"{found.advice.say}"', "question"))
        return [*shown, Shown(net.lead, "title"), *(Shown(line, "item") for line in net.watch_for)]

    def _keys(self, name: str) -> Shown:
        return Shown(self.knowledge.texts[name], "keys")

    def _fill(self, name: str, **values: object) -> str:
        text = self.knowledge.texts[name]
        for place, value in values.items():
            text = text.replace(f"{{{place}}}", str(value))
        return text
