"""The follow-up rules: each state of a parent with each state of its follow-up, as the contract says it."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import independent
from sciaticheck import AnswersError, Knowledge, assess, load_knowledge
from sciaticheck.answers.follow_ups import conflicts, derived_answers, effective_states
from sciaticheck.answers.spelling import ANSWERS, STATES, Answer
from sciaticheck.rules.states import AnswerState

FOLLOW_UPS = {
    "sudden_collapse": "sudden_severe_pain",
    "both_legs_new": "both_legs",
    "weakness_worsening": "leg_weakness",
    "both_legs_weak": "leg_weakness",
    "foot_drop": "leg_weakness",
    "age_under_16": "age_under_20",
    "age_over_70": "age_over_50",
    "cancer_treatment": "cancer_history",
    "numbness_spreading": "leg_numbness",
    "band_tight": "band_pain",
    "leg_pain_only": "leg_pain_path",
    "infection_risk_high": "infection_risk",
    "night_pain_stays": "night_pain",
    "lump_growing": "leg_lump",
    "urine_night": "has_prostate",
    "erection_trouble": "has_prostate",
    "psa_raised": "has_prostate",
    "blood_semen": "has_prostate",
}
WORSE_FORMS = {
    *("sudden_collapse", "both_legs_new", "weakness_worsening", "both_legs_weak"),
    *("night_pain_stays", "lump_growing"),
}

# (parent, follow-up) as given: as they count after the rules. None is unanswered; "conflict" is an error.
TABLE: dict[tuple[str | None, str | None], tuple[str | None, str | None] | str] = {
    ("no", "no"): ("no", "no"),
    ("no", None): ("no", "no"),
    ("no", "unsure"): "conflict",
    ("no", "yes"): "conflict",
    (None, "no"): (None, "no"),
    (None, None): (None, None),
    (None, "unsure"): ("unsure", "unsure"),
    (None, "yes"): ("yes", "yes"),
    ("unsure", "no"): ("unsure", "no"),
    ("unsure", None): ("unsure", None),
    ("unsure", "unsure"): ("unsure", "unsure"),
    ("unsure", "yes"): ("yes", "yes"),
    ("yes", "no"): ("yes", "no"),
    ("yes", None): ("yes", None),  # a worse form: ("yes", "unsure")
    ("yes", "unsure"): ("yes", "unsure"),
    ("yes", "yes"): ("yes", "yes"),
}
LADDER: tuple[Answer | None, ...] = ("no", None, "unsure", "yes")
RELATED = sorted({*FOLLOW_UPS, *FOLLOW_UPS.values()})


def given_answers(**states: Answer | None) -> dict[str, Answer]:
    return {name: answer for name, answer in states.items() if answer}


def derived(answers: dict[str, Answer], knowledge: Knowledge) -> dict[str, Answer]:
    """What the rules add to the answers or change."""
    return derived_answers(answers, effective_states(answers, knowledge))


def test_the_states_are_those_of_the_answers() -> None:
    assert [STATES[answer] for answer in LADDER] == sorted(AnswerState)
    assert [ANSWERS[state] for state in sorted(AnswerState)] == [*LADDER]


def test_the_follow_ups_are_those_of_the_contract(knowledge: Knowledge) -> None:
    assert {question.id: question.only_if for question in knowledge.follow_ups} == FOLLOW_UPS
    assert {question.id for question in knowledge.questions.values() if question.worse_form} == WORSE_FORMS


def test_the_table_holds_every_pair_of_states() -> None:
    assert set(TABLE) == set(product(LADDER, LADDER))


@pytest.mark.parametrize("follow_up", FOLLOW_UPS)
@pytest.mark.parametrize(("before", "after"), TABLE.items(), ids=lambda value: "-".join(map(str, value)))
def test_a_parent_and_its_follow_up_count_as_the_contract_says(
    follow_up: str,
    before: tuple[Answer | None, Answer | None],
    after: tuple[str | None, str | None] | str,
    knowledge: Knowledge,
) -> None:
    parent = FOLLOW_UPS[follow_up]
    answers = given_answers(**{parent: before[0], follow_up: before[1]})
    if after == "conflict":
        assert list(conflicts(answers, knowledge)) == [(follow_up, parent)]
        with pytest.raises(AnswersError, match=f"'{follow_up}: {before[1]}' contradicts '{parent}: no'"):
            assess(answers, knowledge)
        return
    assert not list(conflicts(answers, knowledge))
    if before == ("yes", None) and follow_up in WORSE_FORMS:
        after = ("yes", "unsure")
    states = effective_states(answers, knowledge)
    assert (ANSWERS[states[parent]], ANSWERS[states[follow_up]]) == after
    added = derived(answers, knowledge)
    counted = {**answers, **added}
    assert (counted.get(parent), counted.get(follow_up)) == after
    assert all(answers.get(name) != answer for name, answer in added.items()), "only what differs is added"
    assert set(added) <= {parent, *(name for name, above in FOLLOW_UPS.items() if above == parent)}


def test_every_question_has_a_state_in_the_order_of_the_data(knowledge: Knowledge) -> None:
    related: dict[str, Answer] = dict.fromkeys(RELATED, "unsure")
    for answers in ({}, related):
        assert [*effective_states(answers, knowledge)] == [*knowledge.questions]


def test_answers_alone_or_without_follow_ups_add_nothing(knowledge: Knowledge) -> None:
    assert derived({}, knowledge) == {}
    assert derived(dict.fromkeys(set(knowledge.questions) - set(RELATED), "yes"), knowledge) == {}


def test_a_yes_to_one_follow_up_makes_the_worse_forms_beside_it_unsure(knowledge: Knowledge) -> None:
    assert derived({"both_legs_weak": "yes"}, knowledge) == {"leg_weakness": "yes", "weakness_worsening": "unsure"}


def test_a_yes_to_a_follow_up_outweighs_an_unsure_beside_it(knowledge: Knowledge) -> None:
    for first, second in (("urine_night", "erection_trouble"), ("erection_trouble", "urine_night")):
        assert derived({first: "unsure", second: "yes"}, knowledge) == {"has_prostate": "yes"}


def test_the_result_keeps_what_was_said_apart_from_what_was_derived(knowledge: Knowledge) -> None:
    result = assess({"both_legs": "yes", "leg_weakness": "no"}, knowledge)
    assert result.answers == {"both_legs": "yes", "leg_weakness": "no"}
    assert result.derived == {
        "both_legs_new": "unsure",
        "weakness_worsening": "no",
        "both_legs_weak": "no",
        "foot_drop": "no",
    }
    assert result.unsure == ("both_legs_new",)
    assert not set(result.unanswered) & {*result.answers, *result.derived}


@given(st.dictionaries(st.sampled_from(RELATED), st.sampled_from(["yes", "no", "unsure"])))
@settings(deadline=None, max_examples=500)
def test_the_rules_agree_with_the_independent_definition_and_are_idempotent(answers: dict[str, Answer]) -> None:
    knowledge = load_knowledge()
    assert bool(list(conflicts(answers, knowledge))) is independent.conflict(answers)
    if independent.conflict(answers):
        return
    before, states = dict(answers), effective_states(answers, knowledge)
    assert states == independent.counted(answers)
    assert answers == before
    counted = {**answers, **derived(answers, knowledge)}
    heights = {name: independent.HEIGHT[counted.get(name)] for name in knowledge.questions}
    assert heights == independent.counted(answers)
    assert effective_states(counted, knowledge) == states
    assert derived(counted, knowledge) == {}
    assert not list(conflicts(counted, knowledge))
