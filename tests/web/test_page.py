"""The page that works offline: its own functions, run in V8, give what Python gives; and it can do nothing else."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import product
from pathlib import Path
from random import Random
from typing import Any

import pytest
from conftest import ROOT

from engines import Answers, Page, result_of
from in_process import ran
from sciaticheck import Knowledge, assess, load_knowledge
from sciaticheck.answers.follow_ups import conflicts
from sciaticheck.answers.spelling import CHOICES, Answer
from sciaticheck.evaluation import read_cases
from sciaticheck.interview import Interview, State
from sciaticheck.knowledge.triggers import closed, triggers
from sciaticheck.strict_yaml import read

RECORDS = int(os.environ.get("SCIATICHECK_RECORDS", "2000"))
WALKS = RECORDS // 40  # 500 if there are 20,000 records
KNOWN = {code: load_knowledge(language=code) for code in ("en", "es")}
ENGLISH = KNOWN["en"]
CASES = ROOT / "tests" / "cases"


@cache
def page_of(code: str = "en") -> Page:
    return Page(KNOWN[code])


def random_answers(random: Random) -> dict[str, Answer]:
    """Answers without a conflict: few or many of them yes, not sure, no or missing."""
    weights = random.choice([(1, 1, 9, 1), (1, 1, 1, 9), (1, 9, 1, 1), (9, 1, 1, 1), (1, 1, 1, 1), (1, 0, 30, 0)])
    drawn = random.choices([*("yes", "unsure", "no"), None], weights, k=len(ENGLISH.questions))
    answers: dict[str, Answer] = {
        id: answer for id, answer in zip(ENGLISH.questions, drawn, strict=True) if answer in CHOICES
    }
    for follow_up, _ in list(conflicts(answers, ENGLISH)):
        answers[follow_up] = "no"
    return answers


def differences(page: Page, records: list[Answers], code: str = "en", region: str = "default") -> Iterator[Any]:
    """What the page and Python make differently of some records."""
    for answers, found in zip(records, page.results(records, region), strict=True):
        expected = result_of(answers, KNOWN[code], region)
        yield from ((name, answers, found[name], expected[name]) for name in expected if found[name] != expected[name])


def test_the_page_gives_what_python_gives_on_random_records_in_every_region_and_language() -> None:
    random = Random(20261128)
    for code, region in product(KNOWN, ENGLISH.region_names):
        records = [random_answers(random) for _ in range(RECORDS // 18 + 1)]
        assert list(differences(page_of(code), records, code, region)) == []


def test_the_page_gives_what_python_gives_on_every_minimal_trigger_and_just_below_it() -> None:
    records: list[Answers] = []
    for sets in triggers(ENGLISH).values():
        for answers in sets:
            yes = dict.fromkeys(closed(answers, ENGLISH), "yes")
            others = [id for id, question in ENGLISH.questions.items() if question.only_if in (None, *yes)]
            records += [yes, *({**dict.fromkeys(others, other), **yes} for other in ("no", "unsure"))]
            records += [{**yes, id: "unsure"} for id in answers]
    assert list(differences(page_of(), records)) == []


def test_the_page_gives_what_python_gives_on_every_case() -> None:
    flags: Any = read((CASES / "flags.yaml").read_text("utf-8"), "flags.yaml").value
    records: list[Answers] = [case["answers"] for case in flags]
    records += [case.answers for case in read_cases(CASES / "published.yaml", ENGLISH)]
    assert len(records) > 400
    assert list(differences(page_of(), records)) == []


def test_the_page_gives_what_python_gives_in_every_state_of_every_follow_up() -> None:
    records: list[Answers] = []
    for question in ENGLISH.follow_ups:
        for parent, answer in product([*CHOICES, None], repeat=2):
            pair = {question.only_if or "": parent, question.id: answer}
            given: dict[str, Answer] = {id: each for id, each in pair.items() if each}
            records += [given] * (not list(conflicts(given, ENGLISH)))
    assert list(differences(page_of(), records)) == []


FAULTS = [
    ("Math.min(rank(level), rank(MOST_BY_UNSURE))", "rank(level)"),
    ("values.sort((a, b) => b - a)", "values.sort((a, b) => a - b)"),
    ("if (states[only_if] === NO) states[id] = NO;", "if (false) {}"),
    ("if (worse_form && states", "if (states"),
    ("reasons.length >= criterion.count ?", "true ?"),
    ("b.pointed_to - a.pointed_to || ", ""),
    ("weights.hallmark / 2", "weights.hallmark"),
    (".slice(0, MOST_SAID)", ""),
    ("(flag) => rank(flag.urgency) > rank(urgency)", "(flag) => rank(flag.urgency) >= rank(urgency)"),
    ("steps: [instead ?? words.action[0], ...notes,", "steps: [words.action[0], ...notes,"),
    ("if (assessment.symptom_reported) lines.push", "lines.push"),
]


@pytest.mark.parametrize("change", FAULTS, ids=lambda change: change[0])
def test_a_fault_in_the_page_is_found(change: tuple[str, str]) -> None:
    random = Random(1)
    assert any(differences(Page(ENGLISH, change), [random_answers(random) for _ in range(300)]))


def test_a_fault_in_python_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.modules["sciaticheck.engine.assess"], "possible_urgency_of", lambda flags: "soon")
    random = Random(1)
    assert any(differences(page_of(), [random_answers(random) for _ in range(20)]))


# The interview


@dataclass
class Walk:
    """One interview on the page and in Python, which must stay the same."""

    page: Page
    interview: Interview
    state: State
    on_page: Any

    def call(self, function: str, *more: object) -> Any:
        return self.page.call(
            f"{function}(state, ...more, {{ ...known, quick }})",
            state=self.on_page,
            more=more,
            quick=self.interview.order.quick,
        )

    def check(self) -> None:
        """That both are in the same state, and ask the same next."""
        state, order, on_page = self.state, self.interview.order, self.on_page
        assert [tuple(given.values()) for given in on_page["given"]] == [*map(tuple, state.given)]
        assert {name: on_page[name] for name in ("stage", "changing", "warned", "asked")} == {
            name: getattr(state, name) for name in ("stage", "changing", "warned", "asked")
        }
        assert set(on_page["opened"]) == state.opened
        found = self.page.call(
            """[next_item, count, closing].map((each) => each(state, { ...known, quick }))""",
            state=on_page,
            quick=order.quick,
        )
        item = order.next_item(state)
        asks = item and [[each.id for each in item.asks], item.screen and item.screen.id]
        on_page_asks = found[0] and [[each["id"] for each in found[0]["asks"]], (found[0]["screen"] or {}).get("id")]
        closing = [shown.text for shown in self.interview.closing(state)]
        assert [on_page_asks, *found[1:]] == [asks, list(order.count(state)), closing]

    def step(self, random: Random, choice: str) -> None:
        """An answer, the choice to go on after the banner, or the change of an answer."""
        if self.state.stage == "review":
            shown = sorted(self.interview._in_order(self.state), key=lambda given: given.answer == "no")
            assert [each["id"] for each in self.call("review")] == [given.id for given in shown]
            number = random.randrange(len(self.state.given))
            line, id = str(number + 1), self.interview._in_order(self.state)[number].id
            self.on_page = self.call("change", id)
        elif self.state.stage == "emergency":
            line, self.on_page = "2", self.call("go_on")
        else:
            line, self.on_page = choice, self.call("answer", choice)
        self.state, _ = self.interview.step(self.state, line)
        self.check()


@pytest.mark.parametrize("quick", [False, True], ids=["full", "quick"])
def test_the_page_asks_what_ask_asks_on_random_walks(quick: bool) -> None:
    for number in range(max(1, WALKS // 2)):
        random = Random(number)
        interview = Interview(ENGLISH, quick=quick)
        state, _ = interview.step(interview.start()[0], "1")
        walk = Walk(page_of(), interview, state, None)
        walk.on_page = page_of().call("go_on(START, { ...known, quick })", quick=quick)
        walk.check()
        weights, changes = random.choice([(1, 1, 8), (1, 0, 20), (1, 5, 1), (3, 1, 1), (1, 1, 1)]), 3
        while changes:
            changes -= walk.state.stage == "review"
            walk.step(random, random.choices(CHOICES, weights)[0])


def test_answers_saved_on_the_page_give_the_same_through_check(tmp_path: Path) -> None:
    random = Random(7)
    records = [{}, *(random_answers(random) for _ in range(5))]
    for answers in records:
        file = tmp_path / "answers.yaml"
        file.write_text(page_of().call("to_text(answers)", answers=answers), "utf-8")
        expected = assess(answers).to_dict()
        assert json.loads(ran("check", str(file), "-f", "json").out)["results"][0]["advice"] == expected["advice"]


def test_the_notes_for_a_doctor_have_every_question_once_and_every_flag_that_decides(knowledge: Knowledge) -> None:
    random = Random(3)
    records = [random_answers(random) for _ in range(50)]
    for answers, found in zip(records, page_of().results(records), strict=True):
        result = assess(answers)
        lines = found["lines"]
        for flag in result.deciding:
            assert any(flag.name in line and knowledge.questions[flag.because[0]].label in line for line in lines)
        by_answer = {"yes": [], "no": [], "unsure": result.unsure, None: result.unanswered}
        by_answer |= {
            choice: [id for id in knowledge.questions if {**result.answers, **result.derived}.get(id) == choice]
            for choice in ("yes", "no")
        }
        titles = {"yes": "answer_yes", "no": "answer_no", "unsure": "answer_unsure", None: "answer_open"}
        for choice, ids in by_answer.items():
            line = f"{knowledge.texts[titles[choice]]} ({len(ids)}): "
            line += "; ".join(knowledge.questions[id].label for id in ids) + "."
            assert not ids or line in lines
        assert any(knowledge.texts["notice"] in line for line in lines)
