"""Answers kept by an interview and taken up again, also after the questions have changed."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sciaticheck import AnswersError, Knowledge, load_knowledge
from sciaticheck.answers.saved import from_text, to_text
from sciaticheck.answers.spelling import Answer

KNOWN = load_knowledge()
PARENT = {question.id: question.only_if for question in KNOWN.follow_ups if question.only_if}
NO_ANSWERS_FILE = (
    "",
    "# only a comment\n",
    "- back_pain\n",
    "back_pain\n",
    "answers: [back_pain]\n",
    "answers: {back_pain: yes\n",
    "back_pain: yes\nback_pain: no\n",
    "back_pain: &a yes\n",
    "answers:\n  back_pain: yes\nother: 1\n",
)


def without_conflicts(answers: dict[str, Answer]) -> dict[str, Answer]:
    return {name: answer for name, answer in answers.items() if answers.get(PARENT.get(name, "")) != "no"}


@given(st.dictionaries(st.sampled_from(list(KNOWN.questions)), st.sampled_from(["yes", "no", "unsure"])))
@settings(deadline=None, max_examples=150)
def test_what_is_kept_is_what_is_taken_up(answers: dict[str, Answer]) -> None:
    kept = without_conflicts(answers)
    assert from_text(to_text(kept), "me.yaml", KNOWN) == (kept, [], None)


def test_the_file_is_an_answers_file_that_a_person_can_read() -> None:
    assert to_text({"back_pain": "yes", "fever": "unsure"}) == "answers:\n  back_pain: yes\n  fever: unsure\n"


def test_no_answer_yet_is_kept_too(knowledge: Knowledge) -> None:
    assert to_text({}) == "answers: {}\n"
    assert from_text(to_text({}), "me.yaml", knowledge) == ({}, [], None)


@pytest.mark.parametrize("language", ["en", "es"])
def test_what_is_kept_depends_on_no_language(language: str) -> None:
    answers: dict[str, Answer] = {"back_pain": "yes", "fever": "no", "nf1": "unsure"}
    assert from_text(to_text(answers), "me.yaml", load_knowledge(language=language)) == (answers, [], None)


def test_a_question_that_is_gone_is_left_out_and_said(knowledge: Knowledge) -> None:
    answers, dropped, _ = from_text("answers:\n  back_pain: yes\n  gone_question: yes\n", "me.yaml", knowledge)
    assert answers == {"back_pain": "yes"}
    (said,) = dropped
    assert "'gone_question' is not a question" in said


def test_a_value_that_is_no_answer_is_left_out_and_said(knowledge: Knowledge) -> None:
    answers, dropped, _ = from_text("answers:\n  back_pain: maybe\n  fever: no\n", "me.yaml", knowledge)
    assert answers == {"fever": "no"}
    (said,) = dropped
    assert said.startswith("back_pain: 'maybe' is not an answer")


def test_a_question_that_became_a_follow_up_is_asked_again_with_its_parent(knowledge: Knowledge) -> None:
    """The questions have changed so that two answers contradict each other: neither is kept, both are named."""
    for name, parent in PARENT.items():
        answers, dropped, _ = from_text(f"answers:\n  fever: no\n  {parent}: no\n  {name}: yes\n", "me.yaml", knowledge)
        assert answers == {"fever": "no"}
        (said,) = dropped
        assert f"'{name}: yes' contradicts '{parent}: no'" in said


def test_two_follow_ups_that_contradict_one_parent_are_both_said(knowledge: Knowledge) -> None:
    text = "answers:\n  leg_weakness: no\n  weakness_worsening: yes\n  both_legs_weak: unsure\n"
    answers, dropped, _ = from_text(text, "me.yaml", knowledge)
    assert answers == {}
    assert len(dropped) == 2


def test_everything_that_no_longer_fits_is_said_at_once(knowledge: Knowledge) -> None:
    text = "answers:\n  gone: yes\n  also_gone: no\n  back_pain: perhaps\n  fever: yes\n"
    answers, dropped, _ = from_text(text, "me.yaml", knowledge)
    assert answers == {"fever": "yes"}
    assert len(dropped) == 3


def test_an_empty_value_is_a_question_still_to_be_asked(knowledge: Knowledge) -> None:
    assert from_text("answers:\n  back_pain:\n  fever: no\n", "me.yaml", knowledge) == ({"fever": "no"}, [], None)


@pytest.mark.parametrize("text", NO_ANSWERS_FILE)
def test_what_is_no_answers_file_is_refused_with_its_name(text: str, knowledge: Knowledge) -> None:
    with pytest.raises(AnswersError) as caught:
        from_text(text, "me.yaml", knowledge)
    assert all(problem.source == "me.yaml" for problem in caught.value.problems)


def test_nothing_of_a_hostile_file_acts_when_said(knowledge: Knowledge) -> None:
    _, dropped, _ = from_text('answers:\n  "x\\e[31m": yes\n', "me.yaml", knowledge)
    assert all(said.isprintable() for said in dropped)
