"""The interview as a pure function: step(state, line) gives the next state and what to show. Touches no terminal."""

from __future__ import annotations

from typing import Literal, NamedTuple

from sciaticheck.answers.spelling import Answer
from sciaticheck.criteria import questions
from sciaticheck.engine import Assessment, assess
from sciaticheck.knowledge.model import Knowledge, Question, Region

Stage = Literal["opening", "asking", "emergency", "finished", "stopped"]

Style = Literal["text", "title", "question", "keys", "emergency"]

SPELLED: dict[str, Answer] = {
    **dict.fromkeys(("1", "y", "yes"), "yes"),
    **dict.fromkeys(("2", "n", "no"), "no"),
    **dict.fromkeys(("3", "u", "unsure", "not sure", "unknown"), "unsure"),
}
"""What may be typed. Unlike in a file, a number is the choice on the screen, and nothing is no answer."""

KEYS = "1 yes   2 no   3 not sure   ? help   b back   q stop"


class Shown(NamedTuple):
    """One paragraph for the screen."""

    text: str
    style: Style = "text"


class State(NamedTuple):
    """Where an interview stands. `given` are the answers in the order they were given, each question once."""

    stage: Stage = "opening"
    given: tuple[tuple[str, Answer], ...] = ()
    warned: bool = False

    @property
    def answers(self) -> dict[str, Answer]:
        """The answers given so far."""
        return dict(self.given)


class Interview:
    """The conversation over one knowledge base; holds no state of its own."""

    def __init__(self, knowledge: Knowledge, region: Region = "default") -> None:
        self.knowledge = knowledge
        self.region = region

    def start(self) -> tuple[State, list[Shown]]:
        """The opening screen: what this is, for whom, and when to stop and go."""
        texts = self.knowledge.texts
        count = len(self.knowledge.questions) - len(self.knowledge.follow_ups)
        shown = [
            Shown("sciaticheck: warning signs with back and leg pain", "title"),
            Shown(f"{texts['notice']} {texts['unreviewed']}"),
            Shown(texts["stop_now"], "emergency"),
            Shown(f"{self.knowledge.scope_for} {self.knowledge.scope_not_for}"),
            Shown(f"About {count} short questions, the most urgent first. {texts['privacy']}"),
            Shown(texts["new_means"]),
            Shown("Type s and Enter to start, q and Enter to stop.", "keys"),
        ]
        return State(), shown

    def step(self, state: State, line: str) -> tuple[State, list[Shown]]:
        """The state after a typed line, and what to show. A line that is not an accepted answer changes nothing."""
        typed = " ".join(line.split()).lower()
        if state.stage in ("finished", "stopped"):
            return state, []
        if typed in ("q", "quit", "stop"):
            return state._replace(stage="stopped"), []
        if state.stage == "opening":
            if typed in ("s", "start"):
                return self._ask(state._replace(stage="asking"))
            return state, [Shown("Type s and Enter to start, or q and Enter to stop.", "keys")]
        if state.stage == "emergency":
            return self._after_banner(state, typed)
        return self._answer(state, typed)

    def _answer(self, state: State, typed: str) -> tuple[State, list[Shown]]:
        question = self.next_question(state)
        if question is None:
            return state._replace(stage="finished"), []
        if typed in ("b", "back"):
            if not state.given:
                return state, [Shown("This is the first question."), *self._prompt(state, question)]
            return self._ask(state._replace(given=state.given[:-1]))
        if typed in ("?", "h", "help"):
            return state, [*self.help(question), *self._prompt(state, question)]
        answer = SPELLED.get(typed)
        if answer is None:
            return state, [Shown("Please type 1, 2 or 3 and Enter (or ?, b, q).", "keys")]
        after = state._replace(given=(*state.given, (question.id, answer)))
        if not after.warned and self.assess(after).urgency == "emergency":
            return self._banner(after._replace(stage="emergency", warned=True))
        return self._ask(after)

    def _banner(self, state: State) -> tuple[State, list[Shown]]:
        advice = self.assess(state).advice
        shown = [Shown(advice.headline, "emergency"), *(Shown(step) for step in advice.steps)]
        if self.next_question(state) is None:
            return state._replace(stage="finished"), shown
        return state, [*shown, *self._banner_keys()]

    @staticmethod
    def _banner_keys() -> list[Shown]:
        return [
            Shown("You can stop here. More answers only help the doctor, they cannot undo this."),
            Shown("1 show the result now   2 go on with the questions   b back   q stop", "keys"),
        ]

    def _after_banner(self, state: State, typed: str) -> tuple[State, list[Shown]]:
        if typed in ("1", "result"):
            return state._replace(stage="finished"), []
        if typed in ("2", "go on"):
            return self._ask(state._replace(stage="asking"))
        if typed in ("b", "back"):
            return self._ask(state._replace(stage="asking", given=state.given[:-1], warned=False))
        return state, [Shown("Please type 1 or 2 and Enter (or b, q).", "keys")]

    def _ask(self, state: State) -> tuple[State, list[Shown]]:
        question = self.next_question(state)
        if question is None:
            return state._replace(stage="finished"), []
        return state, self._prompt(state, question)

    def next_question(self, state: State) -> Question | None:
        """The first question, in the data's order, that is open and applies; a follow-up does only after a yes."""
        answers = state.answers
        for question in self.knowledge.questions.values():
            if question.id not in answers and self._applies(question, answers):
                return question
        return None

    @staticmethod
    def _applies(question: Question, answers: dict[str, Answer]) -> bool:
        return question.only_if is None or answers.get(question.only_if) == "yes"

    def count(self, state: State) -> tuple[int, int]:
        """Which question this is, and how many there are by the answers so far."""
        answers = state.answers
        left = sum(
            question.id not in answers and self._applies(question, answers)
            for question in self.knowledge.questions.values()
        )
        return len(state.given) + 1, len(state.given) + left

    def _prompt(self, state: State, question: Question) -> list[Shown]:
        at, total = self.count(state)
        return [
            Shown(f"Question {at} of about {total}. {self.knowledge.groups[question.group]}.", "title"),
            Shown(question.ask, "question"),
            Shown(KEYS, "keys"),
        ]

    def help(self, question: Question) -> list[Shown]:
        """What a question means, how to check it, why it is asked, and where that comes from."""
        sources = dict.fromkeys(
            cite.source
            for flag in self.knowledge.red_flags.values()
            if question.id in questions(flag.when)
            for cite in flag.cites
        )
        named = [self.knowledge.sources[name].citation for name in list(sources)[:2]]
        return [
            Shown(f"What it means: {question.help.means}"),
            Shown(f"How to check: {question.help.check}"),
            Shown(f"Why we ask: {question.help.why}"),
            *([Shown(f"Source: {' '.join(named)}")] if named else []),
        ]

    def assess(self, state: State) -> Assessment:
        """What the answers so far mean."""
        return assess(state.answers, self.knowledge, self.region)

    def stopped(self, state: State) -> list[Shown]:
        """What somebody sees who stops before the end: never an all-clear, what was found, what to watch for."""
        at, total = self.count(state)
        net = self.knowledge.safety_net
        shown = [
            Shown(f"Stopped at question {min(at, total)} of {total}. {self.knowledge.texts['not_all_clear']}", "title")
        ]
        found = self.assess(state)
        if found.urgency != "routine":
            shown += [
                Shown(found.advice.headline, "emergency" if found.urgency == "emergency" else "title"),
                *(Shown(step) for step in found.advice.steps),
            ]
        return [*shown, Shown(net.lead, "title"), *(Shown(f"- {line}") for line in net.watch_for)]
