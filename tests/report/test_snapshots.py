"""Whole walks through the interview with their results, 80 and 40 columns wide, as they were read and accepted.

`UPDATE_SNAPSHOTS=1 python -m pytest tests/report/test_snapshots.py` rewrites them; read the difference.
"""

from __future__ import annotations

import io
import os
from pathlib import Path
from types import ModuleType

import pytest
from rich.console import ConsoleDimensions, Group

from sciaticheck import assess, load_knowledge
from sciaticheck.answers.record import Respondent
from sciaticheck.cli.console import console
from sciaticheck.cli.terminal import Screen
from sciaticheck.interview import Interview
from sciaticheck.report import plain, table
from sciaticheck.report.clinician import clinician_page
from sciaticheck.report.formats import Style
from sciaticheck.report.page import Document
from sciaticheck.report.patient import patient_page
from sciaticheck.report.results import Result
from sciaticheck.report.table import _parts, draw

SNAPSHOTS = Path(__file__).parents[1] / "snapshots"

WALKS = {
    "no-flags": ["", *["no"] * 20, "yes", *["no"] * 20, "0"],
    "emergency-at-question-2": ["", "0", "1", "1"],
    "changing-an-answer-three-back": ["", "0", "2", "2", "1", "b", "b", "b", "3", "2", "2", "q"],
    "unsure-of-everything": ["", *["u"] * 90, "0"],
    "help-and-garbage": ["", *["?", "", "maybe", "no"] * 2, "q"],
    "numbers-on-a-screen": ["", "4", "b", "1 2", "q"],
}


def walk(name: str, width: int) -> str:
    """What a person sees who types the lines of a walk, each after a `>`."""
    stream = io.StringIO()
    drawn = console(stream)
    drawn.width = width
    interview, screen = Interview(load_knowledge(), "uk"), Screen(drawn, plain=False)
    state, shown = interview.start()
    screen.show(shown)
    for line in WALKS[name]:
        if state.stage in ("finished", "stopped"):
            break
        if state.stage == "review" and line != "0":
            continue
        line = "3" if state.stage == "onset" else line
        stream.write(f"> {line}\n")
        state, shown = interview.step(state, line)
        screen.show(shown)
    if state.stage == "finished":
        result = Result(Respondent("me", state.answers, "-"), interview.assess(state))
        drawn.print(Group(*_parts(patient_page(result, interview.knowledge), drawn)))
    else:
        screen.show(interview.stopped(state))
    return "".join(f"{line.rstrip()}\n" for line in stream.getvalue().splitlines())


@pytest.mark.parametrize("width", [80, 40])
@pytest.mark.parametrize("name", WALKS)
def test_a_walk_looks_as_it_did(name: str, width: int) -> None:
    file, seen = SNAPSHOTS / f"{name}-{width}.txt", walk(name, width)
    if os.environ.get("UPDATE_SNAPSHOTS"):
        file.write_text(seen, "utf-8")
    assert file.read_text("utf-8") == seen


@pytest.mark.parametrize("width", [80, 40])
@pytest.mark.parametrize("name", WALKS)
def test_no_line_is_wider_than_the_screen(name: str, width: int) -> None:
    assert max(map(len, walk(name, width).splitlines())) <= width


def test_what_could_change_it_names_no_follow_up_before_its_question() -> None:
    seen, follow_ups = walk("unsure-of-everything", 80), load_knowledge().follow_ups
    assert [each.ask for each in follow_ups if each.ask[:40] in seen] == []


@pytest.mark.parametrize("width", [80, 40])
def test_a_long_label_leaves_room_for_its_text(width: int) -> None:
    drawn = console(io.StringIO())
    drawn.width = width
    knowledge = load_knowledge()
    result = Result(Respondent("me", {}, "-"), assess({"back_pain": "yes"}, knowledge))
    text = draw(drawn, Group(*_parts(clinician_page(result, knowledge), drawn)))
    assert max(map(len, knowledge.groups.values())) > width // 4
    assert all(len(line.split()) > 1 or len(line) > 4 for line in text.splitlines() if line)


class ATerminal(io.StringIO):
    """A terminal."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize("height", [24, 100])
@pytest.mark.parametrize("module", [plain, table])
def test_a_page_longer_than_the_screen_ends_with_what_to_do(module: ModuleType, height: int) -> None:
    drawn = console(ATerminal())
    drawn.size = ConsoleDimensions(80, height)
    knowledge = load_knowledge()
    result = Result(Respondent("me", {}, "-"), assess({"back_pain": "yes", "fever": "yes"}, knowledge))
    seen = module.page(Document((patient_page(result, knowledge),), knowledge), Style(lambda: drawn))
    steps = result.assessment.advice
    assert "".join(seen.split()).count("".join(steps.steps[0].split())) == (2 if height == 24 else 1)
    assert (steps.steps[0].split()[-1] in seen.splitlines()[-1]) is (height == 24)


def test_no_phone_number_is_split_on_a_narrow_screen() -> None:
    seen = walk("emergency-at-question-2", 40)
    assert "999" in seen
    assert "EMERGENCY: go to A&E or call 999" in seen
