"""The page that works offline: its own functions, run in V8, give what Python gives; and it can do nothing else."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from functools import cache
from itertools import product
from pathlib import Path
from random import Random
from typing import Any

import pytest
from conftest import ROOT
from py_mini_racer import JSEvalException

from engines import Answers, Page, load, result_of
from in_process import ran
from sciaticheck import Knowledge, assess, load_knowledge
from sciaticheck.answers.follow_ups import conflicts
from sciaticheck.answers.spelling import CHOICES, Answer
from sciaticheck.engine.reasons import labelled, reasons
from sciaticheck.evaluation import read_cases
from sciaticheck.interview import Interview, State
from sciaticheck.interview.review import _in_order
from sciaticheck.knowledge.triggers import closed, triggers
from sciaticheck.report.patient import MOST
from sciaticheck.strict_yaml import read
from sciaticheck.web.page import knowledge_for_page

RECORDS = int(os.environ.get("SCIATICHECK_RECORDS", "2000"))
WALKS = RECORDS // 40  # 500 if there are 20,000 records
KNOWN = {code: load_knowledge(language=code) for code in ("en", "es")}
ENGLISH = KNOWN["en"]
CASES = ROOT / "tests" / "cases"
OTHER = [id for id, region in ENGLISH.regions.items() if region.words]
"""The regions that say some of it in other words."""


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


def differences(
    page: Page, records: list[Answers], code: str = "en", region: str = "default", began: str = ""
) -> Iterator[Any]:
    """What the page and Python make differently of some records."""
    for answers, found in zip(records, page.results(records, region, began), strict=True):
        expected = result_of(answers, load(code, region), region, began)
        yield from ((name, answers, found[name], expected[name]) for name in expected if found[name] != expected[name])


def test_the_page_gives_what_python_gives_on_random_records_in_every_region_and_language() -> None:
    random = Random(20261128)
    for code, region in product(KNOWN, ENGLISH.region_names):
        records = [random_answers(random) for _ in range(RECORDS // 18 + 1)]
        began = random.choice(["", *(KNOWN[code].texts[f"began_{number}"] for number in range(1, 6))])
        assert list(differences(page_of(code), records, code, region, began)) == []


@pytest.mark.parametrize("code", KNOWN)
def test_the_page_has_every_text_in_the_words_of_the_region(code: str) -> None:
    for region in ENGLISH.region_names:
        on_page = page_of(code).call("in_words_of(region, known)", region=region)
        expected = knowledge_for_page(load(code, region))
        assert {**on_page, "regions": ""} == {**json.loads(json.dumps(expected)), "regions": ""}
        assert (on_page["questions"] == page_of(code).call("known.questions")) == (code != "en" or region not in OTHER)


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
    records += [case.answers for case in read_cases(ROOT / "data" / "cases" / "published.yaml", ENGLISH)]
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
    ("if (words <= left) [said, left]", "[said, left]"),
    ("ids.filter((id) => !said.includes(id))", "ids"),
    ("if (!(id in derived)) return [id];", "return [id];"),
    (" || b.serious - a.serious", ""),
    ("(flag) => rank(flag.urgency) > rank(urgency)", "(flag) => rank(flag.urgency) >= rank(urgency)"),
    ("steps: [instead ?? words.action[0], ...notes,", "steps: [words.action[0], ...notes,"),
    ('advice.level === "emergency"', "false"),
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


def look(interview: Interview, state: State) -> dict[str, Any]:
    """A state, and what `ask` makes of it, in the form of `looks_of` on the page."""
    item = interview.order.next_item(state)
    return {
        **{name: getattr(state, name) for name in ("stage", "changing", "warned", "began", "asked")},
        "quick_ones": None if state.quick_ones is None else list(state.quick_ones),
        "given": [list(given) for given in state.given],
        "opened": sorted(state.opened),
        "asks": item and [[question.id for question in item.asks], item.screen and item.screen.id],
        "count": list(interview.order.count(state)),
        "review": [given.id for given in _in_order(state, interview.knowledge)],
        "closing": [shown.text for shown in interview.closing(state)],
    }


def walk(interview: Interview, random: Random) -> tuple[list[list[Any]], list[dict[str, Any]]]:
    """The steps of a random interview that changes some answers at the end, and its states."""
    state, _ = interview.step(interview.start()[0], "1")
    steps: list[list[Any]] = []
    looks, changes = [look(interview, state)], 3
    weights = random.choice([(1, 1, 8), (1, 0, 20), (1, 5, 1), (3, 1, 1), (1, 1, 1)])
    calm = random.random() < 0.5  # who has no emergency is asked more
    while changes:
        step: list[Any] = ["after_banner"]
        line = "2"
        if state.stage == "review":
            order = [given.id for given in _in_order(state, interview.knowledge)]
            parents = {ENGLISH.questions[id].only_if for id in order}  # a change of these can drop their follow-ups
            id = random.choice([id for id in order if id in parents or random.random() < 0.3] or order)
            step, line, changes = ["change", id], str(order.index(id) + 1), changes - 1
        elif state.stage == "onset":
            line = str(random.randrange(1, 6))
            step = ["began", interview.knowledge.texts[f"began_{line}"]]
        elif state.stage == "asking":
            item = interview.order.next_item(state)
            assert item
            asked = [question.id for question in item.asks]
            urgent = calm and {*asked} & interview.order.emergencies
            line = "no" if urgent else random.choices(["yes", "unsure", "no"], weights)[0]
            step = ["answer", line]
            if item.screen and line != "unsure":
                chosen = [id for id in asked if line == "yes" and random.random() < 0.5]
                step, line = ["answer", chosen], " ".join(str(asked.index(id) + 1) for id in chosen) or "0"
        steps.append(step)
        state, _ = interview.step(state, line)
        looks.append(look(interview, state))
    return steps, looks


@pytest.mark.parametrize("quick", [False, True], ids=["full", "quick"])
def test_the_page_asks_what_ask_asks_on_random_walks(quick: bool) -> None:
    interview = Interview(ENGLISH, quick=quick)
    for number in range(WALKS // 2):
        steps, looks = walk(interview, Random(number))
        on_page = page_of().call("looks_of(steps, { ...known, quick })", steps=steps, quick=quick)
        assert on_page == looks


@pytest.mark.parametrize(
    "change",
    [
        ("!gone.includes(knowledge.questions[id].only_if)", "true"),
        ("MOST_QUICK_ONES - 1", "MOST_QUICK_ONES"),
        ("knowledge.questions[id].only_if ?? id", "id"),
        ('state.began || urgency === "routine"', "true"),
        ("together: !chosen(id)", "together: true"),
        ("state.asked + !state.changing", "state.asked + 1"),
    ],
    ids=lambda change: change[0],
)
def test_a_fault_in_the_interview_of_the_page_is_found(change: tuple[str, str]) -> None:
    page, interview = Page(ENGLISH, change), Interview(ENGLISH, quick=True)
    for number in range(40):
        steps, looks = walk(interview, Random(number))
        try:
            if page.call("looks_of(steps, { ...known, quick: true })", steps=steps) != looks:
                return
        except JSEvalException:  # the steps no longer fit
            return
    pytest.fail("not found")


@pytest.mark.parametrize("quick", [False, True], ids=["full", "quick"])
def test_the_opening_of_the_page_says_how_long_ask_takes(quick: bool) -> None:
    about = page_of().call("known.about[Number(quick)]", quick=quick)
    assert any(shown.text.startswith(about) for shown in Interview(ENGLISH, quick=quick).start()[1])


def test_answers_saved_on_the_page_give_the_same_through_check(tmp_path: Path) -> None:
    random = Random(7)
    records = [{}, *(random_answers(random) for _ in range(5))]
    for answers in records:
        file = tmp_path / "answers.yaml"
        file.write_text(page_of().call("to_text(answers)", answers=answers), "utf-8")
        expected = assess(answers).to_dict()
        assert json.loads(ran("check", str(file), "-f", "json").out)["results"][0]["advice"] == expected["advice"]


def test_the_notes_for_a_doctor_have_every_answer_once_and_every_flag_that_decides(knowledge: Knowledge) -> None:
    random = Random(3)
    records = [random_answers(random) for _ in range(50)]
    for answers, found in zip(records, page_of().results(records), strict=True):
        result, lines = assess(answers), found["lines"]
        shown = [*result.present, *[flag for flag in result.deciding if flag.state == "possible"][:MOST]]
        for flag in shown:
            reason = labelled(reasons(result, [flag], knowledge), knowledge)
            assert any(line.endswith(f": {flag.name} ({reason})") for line in lines)
        more = len(result.deciding) - len(shown)
        assert (knowledge.text("more", count=more) in lines) == (more > 0)
        for choice in (*CHOICES, "open"):
            labels = [
                question.label
                for id, question in knowledge.questions.items()
                if result.answers.get(id, "open") == choice and result.derived.get(id) != "no"
            ]
            title = f"{knowledge.texts[f'answer_{choice}']} ({len(labels)}): "
            assert not labels or f"{title}{'; '.join(labels)}." in lines
        assert f'"{result.advice.say}"' in lines
        assert knowledge.texts["notice"] in lines[-1]
