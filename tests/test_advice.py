"""The words of advice: what is said with which answers."""

from __future__ import annotations

import io

import pytest

from sciaticheck import assess, load_knowledge
from sciaticheck.answers.record import Respondent
from sciaticheck.cli.common import console
from sciaticheck.knowledge.model import URGENCIES
from sciaticheck.report.patient import patient_page
from sciaticheck.report.results import Result
from sciaticheck.report.table import print_page

KNOWLEDGE = load_knowledge()
ALL_NO = dict.fromkeys(KNOWLEDGE.questions, "no")
AMBULANCE = KNOWLEDGE.red_flags["sudden_collapse"].instead or ""
STROKE = KNOWLEDGE.red_flags["arm_signs"].note or ""


def test_what_to_do_at_once_is_said_of_what_is_certain() -> None:
    assert AMBULANCE in assess({"sudden_collapse": "yes"}).advice.steps
    assert AMBULANCE not in assess({"sudden_collapse": "unsure"}).advice.steps


def test_a_worse_picture_never_loses_a_warning() -> None:
    assert STROKE in assess({"arm_symptoms": "yes"}).advice.steps
    assert STROKE in assess({"arm_symptoms": "yes", "leg_numbness": "yes"}).advice.steps
    assert STROKE in assess({"arm_symptoms": "yes", "both_legs_new": "unsure"}).advice.steps


def test_the_regions_are_the_promised_ones_and_the_neutral_one_comes_first() -> None:
    assert set(KNOWLEDGE.region_names) == {"default", *KNOWLEDGE.regions}


@pytest.mark.parametrize("region", KNOWLEDGE.region_names)
@pytest.mark.parametrize("urgency", URGENCIES)
def test_every_level_has_a_safety_net_and_a_time_to_check_again(urgency: str, region: str) -> None:
    answers = {"emergency": "saddle_numbness", "same_day": "bladder_urgency", "soon": "weight_loss"}
    found = assess({answers.get(urgency, "back_pain"): "yes"}, region=region)
    assert found.urgency == urgency
    assert found.advice.watch_for == KNOWLEDGE.safety_net.watch_for
    assert found.advice.check_again
    assert found.advice.headline.isascii()


def test_the_neutral_region_guesses_no_phone_number() -> None:
    for regions in KNOWLEDGE.advice.values():
        words = regions["default"]
        assert not any(char.isdigit() for char in words.headline.replace("24 hours", "").replace("2 weeks", ""))
        assert not any(number in step for step in words.action for number in ("999", "911", "112", "111"))


def test_the_sentence_for_the_desk_holds_the_persons_own_answers() -> None:
    said = assess({"bladder_start": "yes", "saddle_numbness": "yes", "cancer_history": "no"}).advice.say
    for name in ("bladder_start", "saddle_numbness"):
        assert KNOWLEDGE.questions[name].statement.lower() in said.lower()
    assert "cauda equina syndrome" in said
    assert "cancer" not in said


@pytest.mark.parametrize(
    "answers",
    [
        {**ALL_NO, "back_pain": "yes", "leg_pain_path": "yes", "leg_pain_only": "yes"},
        {**ALL_NO, "back_pain": "yes"},
        {"bladder_start": "yes", "saddle_numbness": "yes", "back_pain": "yes"},
        {"both_legs_new": "yes", "back_pain": "yes"},
    ],
    ids=["ordinary sciatica", "back pain", "cauda equina", "both legs"],
)
def test_the_commonest_results_fit_one_screen(answers: dict[str, str]) -> None:
    stream = io.StringIO()
    screen = console(stream)
    screen.width = 80
    result = Result(Respondent("me", {}, "-"), assess(answers, KNOWLEDGE, "uk"))
    print_page(patient_page(result, KNOWLEDGE), screen)
    assert len(stream.getvalue().splitlines()) <= 24
