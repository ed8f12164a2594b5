"""The words of advice: what is said with which answers."""

from __future__ import annotations

import io
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs

from sciaticheck import assess, load_knowledge
from sciaticheck.answers.record import Respondent
from sciaticheck.cli.console import console
from sciaticheck.engine.say_this import MOST_WORDS
from sciaticheck.knowledge.model import URGENCIES
from sciaticheck.report.formats import RESULTS, Style, render
from sciaticheck.report.pages import pages_of
from sciaticheck.report.results import Report, Result
from sciaticheck.report.table import page

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


def said(answers: dict[str, str], began: str = "", language: str = "en") -> str:
    return assess(answers, load_knowledge(language=language), "uk", began).advice.say


def statement(name: str) -> str:
    return KNOWLEDGE.questions[name].statement


def test_what_every_doctor_must_know_is_said_after_what_sets_the_urgency() -> None:
    answers = {"leg_weakness": "yes", "both_legs_weak": "yes", "cancer_history": "yes", "bleeding_risk": "yes"}
    words = said({**answers, "has_prostate": "yes", "age_over_50": "yes", "pain_sitting": "yes"}, "It began today.")
    order = [words.lower().find(statement(name).lower()) for name in ("both_legs_weak", "cancer_history")]
    assert -1 < order[0] < order[1] < words.find("It began today.")
    assert statement("bleeding_risk") in words
    for name in ("has_prostate", "age_over_50", "leg_weakness"):  # the last is said by its follow-up
        assert statement(name).lower() not in words.lower()


def test_nobody_is_made_to_say_what_only_the_rules_added() -> None:
    found = assess({"both_legs": "yes"}, KNOWLEDGE)
    assert found.derived == {"both_legs_new": "unsure"}
    assert statement("both_legs_new") not in found.advice.say
    assert statement("both_legs")[2:] in found.advice.say
    assert said({}) == said({"fever": "no"}) == "I would like advice about my back or leg."
    for level in URGENCIES:
        assert "back or leg pain" not in KNOWLEDGE.advice[level]["default"].say


@pytest.mark.parametrize("language", ["en", "es"])
@given(answers=st.dictionaries(st.sampled_from(list(KNOWLEDGE.questions)), st.sampled_from(["yes", "unsure"])))
@settings(deadline=None, max_examples=150)
def test_what_is_to_be_said_is_short_and_only_what_was_answered(language: str, answers: dict[str, str]) -> None:
    known = load_knowledge(language=language)
    advice = assess(answers, known, "uk", known.texts["began_2"]).advice
    words = advice.say
    assert len(words.split()) <= MOST_WORDS
    for name, question in known.questions.items():
        if question.statement in words and not any(
            question.statement in known.questions[other].statement for other in answers
        ):
            raise AssertionError(name)
    is_told = not advice.level.startswith("nothing")
    if is_told and answers.get("cancer_history") == "yes" and "cancer_treatment" not in answers:
        assert known.questions["cancer_history"].statement.lower() in words.lower()


def page_of(answers: dict[str, str], height: int) -> list[str]:
    """The lines of a result on a screen of 80 columns and so many lines."""
    stream = io.StringIO()
    stream.isatty = lambda: True  # type: ignore[method-assign]
    screen = console(stream)
    screen.width, screen.height = 80, height
    result = Result(Respondent("me", {}, "-"), assess(answers, KNOWLEDGE, "uk"))
    document = pages_of(Report.of([result], [], KNOWLEDGE), "patient")
    return re.sub(r"\x1b\[[\d;]*m", "", page(document, Style(lambda: screen))).splitlines()


def test_the_last_lines_of_a_long_page_are_its_headline_and_the_first_thing_to_do() -> None:
    advice = assess({"saddle_numbness": "yes"}, KNOWLEDGE, "uk").advice
    long, short = page_of({"saddle_numbness": "yes"}, 10), page_of({"saddle_numbness": "yes"}, 60)
    assert (long[-2].strip(), long[-1]) == (advice.headline, advice.steps[0])
    assert long[:-2] == short


@pytest.mark.parametrize("answers", [{"bladder_start": "yes"}, {"saddle_numbness": "yes"}, {"chest_pain": "yes"}])
def test_an_emergency_fits_one_screen(answers: dict[str, str]) -> None:
    assert len(page_of(answers, 60)) <= 24


def test_after_an_emergency_there_is_no_list_of_other_emergencies_to_watch_for() -> None:
    seen = "\n".join(page_of({"saddle_numbness": "yes"}, 60))
    assert "If anything changes" in seen
    assert KNOWLEDGE.safety_net.watch_for[0] not in seen


def test_an_overdue_review_is_said_with_every_result() -> None:
    known = structs.replace(KNOWLEDGE, review=structs.replace(KNOWLEDGE.review, due="2001-02-03"))
    report = Report.of([Result(Respondent("me", {}, "-"), assess({"fever": "yes"}, known))], [], known)
    for format in ("table", "plain", "markdown", "html", "json", "jsonl"):
        text = render(report, format, RESULTS, Style(lambda: console(io.StringIO()))) or ""
        assert "2001-02-03" in text.replace("\\", "").replace("\n", " "), format
