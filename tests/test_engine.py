"""The engine against the contract: explicit facts, an independent definition, and what must hold for all answers."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from random import Random
from types import MappingProxyType
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

import independent
from sciaticheck import AnswersError, Assessment, Knowledge, assess, load_knowledge
from sciaticheck.answers.follow_ups import effective_states
from sciaticheck.answers.spelling import SPELLINGS
from sciaticheck.engine.assessment import READINGS, FlagResult
from sciaticheck.knowledge.levels import holds
from sciaticheck.knowledge.model import RANK, Urgency
from sciaticheck.rules.criterion import questions
from sciaticheck.rules.python import because, value
from sciaticheck.rules.states import NO, UNSURE, YES

KNOWLEDGE = load_knowledge()
NAMES = tuple(KNOWLEDGE.questions)
PARENT = {question.id: question.only_if for question in KNOWLEDGE.follow_ups if question.only_if}
LADDER = ("no", None, "unsure", "yes")
ALL_NO = dict.fromkeys(NAMES, "no")
ALONE_AN_EMERGENCY = (
    "bladder_start",
    "bladder_feeling",
    "bladder_retention",
    "bladder_leak",
    "bowel_feeling",
    "bowel_leak",
    "saddle_numbness",
)

# What one question is drawn from; a record is drawn from one of these, so that sparse and dense ones both come up.
DENSITIES = (
    ("no", None, "unsure", "yes"),
    ("no",) * 12 + ("yes", "unsure", None),
    (None,) * 12 + ("yes", "unsure", "no"),
    ("no",) * 7 + ("yes",),
    ("no",) * 10 + ("unsure",),
    ("yes",) * 6 + ("no", "unsure", None),
    ("unsure",) * 4 + (None, "yes", "no"),
)


def without_conflicts(answers: Mapping[str, str | None]) -> dict[str, str]:
    """The answers, with follow-ups under a `no` made `no` where they were yes or unsure."""
    kept = {name: answer for name, answer in answers.items() if answer}
    for name, parent in PARENT.items():
        if kept.get(parent) == "no" and name in kept:
            kept[name] = "no"
    return kept


@st.composite
def records(draw: st.DrawFn) -> dict[str, str]:
    """Answers to all questions at one density, or to a few with all others `no` or unanswered; no conflict."""
    some = st.dictionaries(st.sampled_from(NAMES), st.sampled_from(LADDER), max_size=6)
    if draw(st.booleans()):
        density = draw(st.sampled_from(DENSITIES))
        drawn = draw(st.lists(st.sampled_from(density), min_size=len(NAMES), max_size=len(NAMES)))
        rest: Mapping[str, str | None] = dict(zip(NAMES, drawn, strict=True))
    else:
        rest = dict.fromkeys(NAMES, draw(st.sampled_from(["no", None])))
    return without_conflicts({**rest, **draw(some)})


def moved(answers: Mapping[str, str], name: str, answer: str | None) -> dict[str, str]:
    rest = {key: value for key, value in answers.items() if key != name}
    return {**rest, name: answer} if answer else rest


# The contract's facts, one by one.


@pytest.mark.parametrize("name", ALONE_AN_EMERGENCY)
def test_one_cauda_equina_sign_alone_is_an_emergency_and_not_sure_of_it_is_same_day(name: str) -> None:
    for others in ({}, ALL_NO):
        assert assess({**others, name: "yes"}).urgency == "emergency"
        unsure = assess({**others, name: "unsure"})
        assert (unsure.urgency, unsure.possible_urgency, unsure.complete) == ("same_day", "emergency", False)
        assert assess({**others, name: "yes"}).conditions[0].condition.id == "cauda_equina_syndrome"


@pytest.mark.parametrize("name", ["night_pain", "leg_pain_path", "not_improving"])
@pytest.mark.parametrize("answer", ["yes", "unsure"])
def test_a_common_sign_alone_is_never_an_emergency(name: str, answer: str) -> None:
    for others in ({}, ALL_NO):
        assert RANK[assess({**others, name: answer}).urgency] <= RANK["soon"]


def test_a_weak_leg_is_same_day_until_it_is_known_how_bad_it_is() -> None:
    assert assess({"leg_weakness": "yes"}).urgency == "same_day"
    assert assess({"leg_weakness": "yes"}).unsure == ("weakness_worsening", "both_legs_weak")


def test_both_legs_is_same_day_until_it_is_known_whether_it_is_new() -> None:
    for others in ({}, ALL_NO):
        assert assess(moved({**others, "both_legs": "yes"}, "both_legs_new", None)).urgency == "same_day"
        assert assess({**others, "both_legs": "yes", "both_legs_new": "unsure"}).urgency == "same_day"
        assert assess({**others, "both_legs": "yes", "both_legs_new": "no"}).urgency == "soon"
        assert assess({**others, "both_legs": "yes", "both_legs_new": "yes"}).urgency == "emergency"


def test_nothing_answered_is_routine_and_incomplete_and_says_so() -> None:
    result = assess({})
    assert (result.urgency, result.possible_urgency, result.complete) == ("routine", "emergency", False)
    assert result.unanswered == NAMES
    assert (result.advice.level, result.advice.headline) == ("nothing_answered", "NOTHING ANSWERED YET")
    assert {flag.reading for flag in result.red_flags} == {"worst_case"}
    assert {flag.flag.id for flag in result.red_flags} == set(KNOWLEDGE.red_flags)


def test_all_no_is_routine_and_complete_and_says_that_no_symptom_was_reported() -> None:
    result = assess(ALL_NO)
    assert (result.urgency, result.possible_urgency, result.complete) == ("routine", "routine", True)
    assert (result.red_flags, result.unsure, result.unanswered, result.could_raise) == ((), (), (), ())
    assert result.advice.headline == "NO SYMPTOM REPORTED"


def test_background_alone_is_no_symptom_and_any_symptom_is() -> None:
    for name, question in KNOWLEDGE.questions.items():
        for answer in ("yes", "unsure", "no"):
            found = assess({name: answer})
            reported = question.kind == "symptom" and answer != "no"
            assert (found.advice.level == "nothing_reported") is (found.urgency == "routine" and not reported)


@pytest.mark.parametrize(
    ("answers", "urgency"),
    [
        ({"cancer_history": "yes", "leg_pain_path": "yes"}, "emergency"),
        ({"cancer_history": "yes", "back_pain": "yes"}, "same_day"),
        ({"cancer_history": "yes"}, "routine"),
        ({"fever": "yes", "back_pain": "yes"}, "same_day"),
        ({"fever": "yes", "leg_weakness": "yes", "weakness_worsening": "no", "both_legs_weak": "no"}, "emergency"),
        ({"fever": "yes"}, "same_day"),
        ({"leg_weakness": "yes", "weakness_worsening": "no", "both_legs_weak": "no"}, "soon"),
        ({"weakness_worsening": "yes", "both_legs_weak": "no"}, "same_day"),
        ({"both_legs_weak": "yes"}, "emergency"),
        ({"numbness_spreading": "yes"}, "same_day"),
        ({"sudden_collapse": "yes"}, "emergency"),
        ({"injury_major": "yes"}, "emergency"),
    ],
)
def test_the_urgency_is_that_of_the_contract_and_the_guidelines(answers: dict[str, str], urgency: str) -> None:
    assert assess(answers).urgency == urgency
    assert (
        assess({**ALL_NO, **answers, **{PARENT[name]: "yes" for name in answers if name in PARENT}}).urgency == urgency
    )


@pytest.mark.parametrize("name", ["chest_pain", "very_unwell"])
def test_what_is_outside_the_scope_is_an_emergency_whose_advice_says_so(name: str) -> None:
    for result in (assess({name: "yes"}), assess({**ALL_NO, name: "yes"})):
        assert result.urgency == "emergency"
        assert "This tool cannot judge" in result.advice.steps[1]
        assert result.advice.steps[1] in result.advice.action


def test_the_advice_on_arm_signs_says_that_they_are_outside_sciatica() -> None:
    assert "Arm signs do not come from sciatica." in assess({"arm_symptoms": "yes"}).advice.action


def test_ordinary_sciatica_in_one_leg_with_all_else_no_is_routine_and_complete_with_the_disc_first() -> None:
    yes = dict.fromkeys(("back_pain", "leg_pain_path", "leg_pain_only", "pain_strain"), "yes")
    result = assess({**ALL_NO, **yes})
    assert (result.urgency, result.complete, result.red_flags) == ("routine", True, ())
    assert result.conditions[0].condition.id == "disc_herniation"
    assert result.advice.headline.startswith("USUAL COURSE")
    assert result.advice.watch_for


def test_unsure_answers_alone_never_pass_same_day() -> None:
    result = assess(dict.fromkeys(NAMES, "unsure"))
    assert (result.urgency, result.possible_urgency, result.complete) == ("same_day", "emergency", False)
    assert not result.present


def test_unsure_answers_set_a_flag_below_same_day_at_its_own_level() -> None:
    assert assess({**ALL_NO, "night_pain": "unsure"}).urgency == "soon"


# Against the independent definition.


def check_against_the_independent_definition(answers: dict[str, str]) -> None:
    result, expected = assess(answers, KNOWLEDGE), independent.find(answers)
    assert result.urgency == expected.urgency
    assert result.possible_urgency == expected.possible_urgency
    assert result.complete is expected.complete
    shown = {flag.flag.id: (flag.state, flag.reading) for flag in result.red_flags}
    assert shown == {name: found for name, found in expected.flags.items() if found[0] != "absent"}
    signs = {(one.condition.id, sign.sign.id): sign.state for one in result.conditions for sign in one.signs}
    assert signs == expected.signs
    assert [one.condition.id for one in result.conditions] == expected.ranked
    for one in result.conditions:
        assert 0 <= one.score <= 1
        assert one.score == pytest.approx(expected.scores[one.condition.id], abs=0.00005001)
        assert one.rank_points == expected.points[one.condition.id]
        assert one.pointed_to is expected.pointed_to[one.condition.id]
        assert one.signs_present == sum(sign.state == "present" for sign in one.signs)
        assert one.signs_possible == sum(sign.state == "possible" for sign in one.signs)


@given(records())
@settings(deadline=None, max_examples=600)
def test_the_engine_equals_the_independent_definition(answers: dict[str, str]) -> None:
    check_against_the_independent_definition(answers)


@pytest.mark.parametrize("others", [None, "no"])
@pytest.mark.parametrize("answer", ["yes", "unsure", "no", None])
def test_the_engine_equals_the_independent_definition_for_each_question_alone(
    answer: str | None, others: str | None
) -> None:
    for name in NAMES:
        check_against_the_independent_definition(
            without_conflicts({**dict.fromkeys(NAMES, others), name: answer, **_parent(name, answer)})
        )


def _parent(name: str, answer: str | None) -> dict[str, str]:
    return {PARENT[name]: "yes"} if name in PARENT and answer != "no" else {}


# What holds for all answers without a conflict.


@given(records(), st.lists(st.sampled_from(NAMES), min_size=4, max_size=4, unique=True))
@settings(deadline=None, max_examples=250)
def test_moving_one_answer_up_never_lowers_the_urgency_or_the_possible_urgency(
    answers: dict[str, str], names: list[str]
) -> None:
    for name in names:
        steps = [moved(answers, name, answer) for answer in LADDER]
        found = [assess(step, KNOWLEDGE) for step in steps if not independent.conflict(step)]
        assert found
        for lower, higher in pairwise(found):
            assert RANK[lower.urgency] <= RANK[higher.urgency], name
            assert RANK[lower.possible_urgency] <= RANK[higher.possible_urgency], name


@given(records(), st.data())
@settings(deadline=None, max_examples=300)
def test_answering_open_questions_never_takes_the_urgency_above_what_was_called_possible(
    answers: dict[str, str], data: st.DataObject
) -> None:
    before = assess(answers, KNOWLEDGE)
    still_open = [name for name in NAMES if answers.get(name) in (None, "unsure")]
    if not still_open:
        return
    more = data.draw(st.dictionaries(st.sampled_from(still_open), st.sampled_from(["yes", "no", "unsure"]), min_size=1))
    one = next(iter(more))
    for after in ({**answers, one: more[one]}, {**answers, **more}):
        if not independent.conflict(after):
            result = assess(after, KNOWLEDGE)
            assert RANK[result.urgency] <= RANK[before.possible_urgency]
            assert RANK[result.possible_urgency] <= RANK[before.possible_urgency]


@given(records())
@settings(deadline=None, max_examples=200)
def test_the_possible_urgency_is_reached_by_a_yes_to_every_question_not_answered_no(answers: dict[str, str]) -> None:
    closed = {name for name, answer in answers.items() if answer == "no"}
    closed |= {name for name, parent in PARENT.items() if parent in closed}
    # A yes to a follow-up would make its parent yes, so a parent that is no keeps its follow-ups no.
    best = {name: "no" if name in closed else "yes" for name in NAMES}
    result = assess(best, KNOWLEDGE)
    assert result.urgency == assess(answers, KNOWLEDGE).possible_urgency
    assert result.complete


@given(records(), st.randoms(use_true_random=False))
@settings(deadline=None, max_examples=100)
def test_the_order_of_answers_is_irrelevant_and_the_result_is_always_the_same(
    answers: dict[str, str], random: Any
) -> None:
    first = assess(answers, KNOWLEDGE)
    assert repr(assess(answers, KNOWLEDGE)) == repr(first)
    items = list(answers.items())
    random.shuffle(items)
    assert assess(dict(items), KNOWLEDGE) == first


@given(records())
@settings(deadline=None, max_examples=300)
def test_because_names_answers_that_count_and_is_enough_by_itself(answers: dict[str, str]) -> None:
    result = assess(answers, KNOWLEDGE)
    heights = independent.counted(answers)
    for flag in result.red_flags:
        least = independent.READING.index(flag.reading)
        assert flag.because
        assert set(flag.because) <= set(questions(flag.flag.when))
        assert all(heights[name] >= least for name in flag.because)
        assert holds(flag.flag.when, set(flag.because))


@given(records())
@settings(deadline=None, max_examples=200)
def test_each_red_flag_has_the_value_and_the_reasons_that_the_rules_give(answers: dict[str, Any]) -> None:
    result, states = assess(answers, KNOWLEDGE), effective_states(answers, KNOWLEDGE)
    values = {name: value(flag.when, states) for name, flag in KNOWLEDGE.red_flags.items()}
    assert {flag.id: flag.value for flag in result.red_flags} == {id: high for id, high in values.items() if high > NO}
    for flag in result.red_flags:
        assert flag.reading == READINGS[flag.value]
        assert flag.because == because(flag.flag.when, states, flag.value)


@given(records())
@settings(deadline=None, max_examples=200)
def test_the_questions_listed_are_those_in_that_state_once_the_follow_up_rules_are_applied(
    answers: dict[str, str],
) -> None:
    result, heights = assess(answers, KNOWLEDGE), independent.counted(answers)
    words = {high: answer for answer, high in independent.HEIGHT.items()}
    assert result.answers == answers
    assert result.derived == {name: words[high] for name, high in heights.items() if words[high] != answers.get(name)}
    assert result.unsure == tuple(name for name in NAMES if heights[name] == independent.HEIGHT["unsure"])
    assert result.unanswered == tuple(name for name in NAMES if heights[name] == independent.HEIGHT[None])
    symptoms = [name for name, question in KNOWLEDGE.questions.items() if question.kind == "symptom"]
    if result.urgency == "routine" and answers:
        reported = any(heights[name] >= independent.HEIGHT["unsure"] for name in symptoms)
        assert (result.advice.level == "nothing_reported") is not reported


@given(records())
@settings(deadline=None, max_examples=300)
def test_red_flags_come_present_first_then_cautious_then_worst_case_and_by_level(answers: dict[str, str]) -> None:
    result = assess(answers, KNOWLEDGE)
    order = [
        (("certain", "cautious", "worst_case").index(flag.reading), -RANK[flag.flag.urgency])
        for flag in result.red_flags
    ]
    assert order == sorted(order)
    assert all((flag.state == "present") is (flag.reading == "certain") for flag in result.red_flags)
    assert bool(result.setting) is (result.urgency != "routine")


@given(records())
@settings(deadline=None, max_examples=300)
def test_what_a_present_emergency_flag_points_to_ranks_before_all_else(answers: dict[str, str]) -> None:
    result = assess(answers, KNOWLEDGE)
    flags = [flag.flag for flag in result.present if flag.flag.urgency == "emergency"]
    targets = {target for flag in flags for target in flag.points_to}
    ranked = [one.condition.id for one in result.conditions]
    assert set(ranked[: len(targets)]) == targets
    assert sorted(ranked) == sorted(KNOWLEDGE.conditions)
    assert {one.condition.id for one in result.conditions if one.pointed_to} == targets


@given(records())
@settings(deadline=None, max_examples=300)
def test_some_open_question_could_raise_the_urgency_exactly_when_the_result_is_incomplete(
    answers: dict[str, str],
) -> None:
    result = assess(answers, KNOWLEDGE)
    assert bool(result.could_raise) is not result.complete
    assert set(result.could_raise) <= {*result.unsure, *result.unanswered}
    assert not set(result.unsure) & set(result.unanswered)


@given(records())
@settings(deadline=None, max_examples=100)
def test_no_to_all_that_could_raise_the_urgency_leaves_nothing_that_could(answers: dict[str, str]) -> None:
    result = assess(answers, KNOWLEDGE)
    closed = without_conflicts({**answers, **dict.fromkeys(result.could_raise, "no")})
    if not independent.conflict(closed):
        after = assess(closed, KNOWLEDGE)
        assert RANK[after.possible_urgency] <= RANK[result.urgency]


# What goes in.

BLANKS = ("", " ", "\t", "\xa0")


@pytest.mark.parametrize(("spelling", "answer"), SPELLINGS.items(), ids=lambda value: repr(value))
def test_every_spelling_means_the_same_in_any_case_and_with_blanks(spelling: str, answer: str | None) -> None:
    expected = assess({"night_pain": answer} if answer else {})
    for text in (spelling, spelling.upper(), spelling.title(), f" {spelling}\t"):
        assert assess({"night_pain": text}) == expected


@given(records(), st.integers())
@settings(deadline=None, max_examples=200)
def test_odd_spellings_mean_what_the_usual_ones_mean(answers: dict[str, str], seed: int) -> None:
    random = Random(seed)
    odd: dict[str, object] = {}
    for name in NAMES:
        word = random.choice([word for word, means in SPELLINGS.items() if means == answers.get(name)])
        word = random.choice([word, word.upper(), word.title()])
        odd[name] = random.choice(BLANKS) + word + random.choice(BLANKS)
    found = assess(odd, KNOWLEDGE)
    assert found == assess(answers, KNOWLEDGE)
    assert found.answers == answers
    assert [*found.answers] == [name for name in NAMES if name in answers]


@pytest.mark.parametrize(("value", "answer"), [(True, "yes"), (False, "no"), (1, "yes"), (0, "no"), (None, None)])
def test_booleans_and_none_are_answers_in_python(value: object, answer: str | None) -> None:
    assert assess({"night_pain": value}) == assess({"night_pain": answer} if answer else {})


@pytest.mark.parametrize(
    "value", ["maybe", "?", "yes no", "ja", "2", 2, -1, 0.5, float("nan"), [], ["yes"], {}, b"yes"]
)
def test_an_unknown_value_is_an_error_that_names_the_question_and_what_is_allowed(value: object) -> None:
    with pytest.raises(AnswersError, match=r"night_pain: .* is not an answer\. .*Write yes, no or unsure") as caught:
        assess({"night_pain": value})
    assert [problem.code for problem in caught.value.problems] == ["unknown_value"]


def test_an_unknown_question_is_an_error_that_names_the_nearest() -> None:
    with pytest.raises(AnswersError, match=r"'bladder_strat' is not a question\..*bladder_start") as caught:
        assess({"bladder_strat": "yes"})
    assert [problem.code for problem in caught.value.problems] == ["unknown_question"]


@pytest.mark.parametrize("key", ["", "Bladder_Start", " night_pain", "x" * 500, 7, None, ("night_pain",)], ids=repr)
def test_any_key_that_is_no_question_is_an_error(key: Any) -> None:
    with pytest.raises(AnswersError) as caught:
        assess({key: "yes"})
    assert [problem.code for problem in caught.value.problems] == ["unknown_question"]


def test_all_problems_are_reported_at_once() -> None:
    with pytest.raises(AnswersError) as caught:
        assess({"nonsense": "yes", "fever": "hot", "both_legs": "no", "both_legs_new": "yes"})
    codes = [problem.code for problem in caught.value.problems]
    assert codes == ["unknown_question", "unknown_value", "follow_up_conflict"]


def test_a_conflict_is_an_error_that_names_both_answers() -> None:
    with pytest.raises(AnswersError, match="'both_legs_new: unsure' contradicts 'both_legs: no'"):
        assess({"both_legs": "No", "both_legs_new": "not sure"})


def test_any_mapping_will_do_and_answers_keep_their_order() -> None:
    class Odd(str):
        __slots__ = ()

    answers = {"night_pain": Odd("yes"), "fever": "no", "back_pain": "unsure"}
    found = assess(MappingProxyType(answers), KNOWLEDGE)
    assert [*found.answers.items()] == [*answers.items()]
    assert {type(answer) for answer in found.answers.values()} == {str}


@given(records())
@settings(deadline=None, max_examples=100)
def test_the_answers_given_are_not_changed(answers: dict[str, str]) -> None:
    before = dict(answers)
    assess(answers, KNOWLEDGE)
    assert [*answers.items()] == [*before.items()]


def test_what_happens_to_the_answers_afterwards_does_not_change_the_result() -> None:
    answers = {"fever": "yes", "both_legs": "yes"}
    found, expected = assess(answers, KNOWLEDGE), assess(dict(answers), KNOWLEDGE)
    answers |= {"fever": "no", "nonsense": "?"}
    assert found == expected


def test_the_packaged_knowledge_is_used_where_none_is_given() -> None:
    assert assess({"fever": "yes"}) == assess({"fever": "yes"}, KNOWLEDGE)


@pytest.mark.parametrize(
    ("level", "word"), [("routine", None), ("soon", "supporting"), ("same_day", "typical"), ("emergency", None)]
)
def test_a_red_flag_of_any_level_is_assessed_and_adds_the_points_of_its_level(
    level: Urgency, word: str | None, knowledge: Knowledge
) -> None:
    flag = replace(knowledge.red_flags["night_pain"], urgency=level, points_to=("spinal_tumour",))
    result = assess({"night_pain": "yes"}, replace(knowledge, red_flags={"night_pain": flag}))
    assert result.urgency == level
    assert _flags_add("spinal_tumour", result) == (knowledge.weights[word] if word else 0)


def test_each_level_adds_once_whatever_its_word_is_worth(knowledge: Knowledge) -> None:
    flag = replace(knowledge.red_flags["night_pain"], points_to=("spinal_tumour",))
    soon, same_day = replace(flag, urgency="soon"), replace(flag, urgency="same_day")
    flags = {"a": soon, "b": soon, "c": same_day}
    weights = {"hallmark": 3.0, "typical": 2.0, "supporting": 2.0}
    result = assess({"night_pain": "yes"}, replace(knowledge, red_flags=flags, weights=weights))
    assert _flags_add("spinal_tumour", result, weights) == 4


def _flags_add(name: str, result: Assessment, weights: Mapping[str, float] = KNOWLEDGE.weights) -> float:
    """The rank points of a condition less those of its own signs."""
    (found,) = (one for one in result.conditions if one.condition.id == name)
    return found.rank_points - sum(weights[sign.sign.weight] for sign in found.signs if sign.state == "present")


def test_each_knowledge_has_its_own_rules(knowledge: Knowledge) -> None:
    assess({"night_pain": "yes"}, knowledge)
    flag = knowledge.red_flags["night_pain"]
    for number in range(3):
        changed = replace(knowledge, red_flags={flag.id: replace(flag, id=str(number))})
        assert [result.id for result in assess({"night_pain": "yes"}, changed).red_flags] == [str(number)]


def test_a_knowledge_without_red_flags_is_routine(knowledge: Knowledge) -> None:
    none = replace(knowledge, red_flags={})
    found = assess(dict.fromkeys(knowledge.questions, "yes"), none)
    assert (found.urgency, found.possible_urgency, found.red_flags) == ("routine", "routine", ())


# What comes out.

FIELDS = (
    "urgency", "possible_urgency", "red_flags", "present", "deciding", "setting", "conditions", "unsure", "unanswered",
    "could_raise", "answers", "derived", "began", "advice",
)  # fmt: skip


def test_the_fields_of_a_result_are_the_promised_ones() -> None:
    assert Assessment.__struct_fields__ == FIELDS


@given(records())
@settings(deadline=None, max_examples=100)
def test_a_copy_is_the_same_and_needs_nothing_else(answers: dict[str, str]) -> None:
    found = assess(answers, KNOWLEDGE)
    by_hand = Assessment(**{name: getattr(found, name) for name in FIELDS})
    for made in (pickle.loads(pickle.dumps(found)), copy.copy(found), copy.deepcopy(found), by_hand):
        assert made == found
        assert repr(made) == repr(found)
        assert made.to_dict() == found.to_dict()
        assert (made.complete, made.present, made.setting) == (found.complete, found.present, found.setting)


def test_results_compare_by_what_they_hold() -> None:
    fever: Any = assess({"fever": "yes"}, KNOWLEDGE)
    assert fever == assess({"fever": "yes"}, KNOWLEDGE)
    assert fever != assess({"fever": "unsure"}, KNOWLEDGE)
    assert fever != assess({"fever": "yes"}, KNOWLEDGE, "uk")
    assert fever != tuple(getattr(fever, name) for name in FIELDS)
    assert repr(fever).startswith("Assessment(urgency='same_day', possible_urgency='emergency', red_flags=(FlagResult(")
    assert len({*fever.red_flags, *assess({"fever": "yes"}, KNOWLEDGE).red_flags}) == len(fever.red_flags)
    with pytest.raises(TypeError, match="unhashable"):  # its answers are a mapping
        hash(fever)
    without: Any = {name: getattr(fever, name) for name in FIELDS} | {"answers": (), "derived": ()}
    assert hash(Assessment(**without)) == hash(Assessment(**without))


def test_a_result_cannot_be_changed() -> None:
    found: Any = assess({"fever": "yes"}, KNOWLEDGE)
    for part in (found, found.red_flags[0], found.conditions[0], found.conditions[0].signs[0], found.advice):
        for name in (*part.__struct_fields__, "nonsense"):
            with pytest.raises(AttributeError):
                setattr(part, name, "routine")
            with pytest.raises(AttributeError):
                delattr(part, name)
    assert found == assess({"fever": "yes"}, KNOWLEDGE)


def test_a_red_flag_found_is_the_flag_its_value_and_the_answers_behind_it() -> None:
    (flag,) = assess({**ALL_NO, "fever": "yes"}, KNOWLEDGE).present
    assert flag == FlagResult(KNOWLEDGE.red_flags["fever"], YES, ("fever",))
    assert (flag.state, flag.reading, flag.gives) == ("present", "certain", "same_day")


def test_a_red_flag_that_unsure_answers_set_gives_at_most_same_day() -> None:
    (flag,) = assess({**ALL_NO, "saddle_numbness": "unsure"}, KNOWLEDGE).deciding
    assert (flag.value, flag.urgency, flag.gives) == (UNSURE, "emergency", "same_day")


def test_a_flag_that_only_unanswered_questions_could_set_gives_no_level_by_itself() -> None:
    found = assess({}, KNOWLEDGE)
    assert {flag.gives for flag in found.red_flags} == {"routine"}
    assert (found.deciding, found.setting) == ((), ())


def test_the_json_holds_what_the_result_holds() -> None:
    found = assess({"both_legs": "yes", "fever": "unsure"}, KNOWLEDGE)
    made = found.to_dict()
    assert list(made) == [
        "urgency", "possible_urgency", "complete", "red_flags", "conditions", "advice", "unsure", "unanswered",
        "could_raise", "answers", "derived", "began",
    ]  # fmt: skip
    first, condition = made["red_flags"][0], made["conditions"][0]
    assert list(first) == ["id", "name", "urgency", "state", "reading", "because", "points_to", "sources"]
    assert condition["score"] == found.conditions[0].score
    assert condition["rank_points"] == found.conditions[0].rank_points
    assert condition["pointed_to"] is found.conditions[0].pointed_to
    assert msgspec.json.decode(msgspec.json.encode(made)) == made


def test_threads_find_what_one_finds() -> None:
    random = Random(7)
    drawn = [random.choices(["no", None, "yes", "unsure"], [12, 3, 3, 2], k=len(NAMES)) for _ in range(60)]
    people = [without_conflicts(dict(zip(NAMES, answers, strict=True))) for answers in drawn]
    knowledge = replace(KNOWLEDGE)  # nothing of which has been worked out yet
    with ThreadPoolExecutor(4) as threads:
        found = [*threads.map(lambda person: assess(person, knowledge), people * 4)]
    assert found == [assess(person, KNOWLEDGE) for person in people] * 4
