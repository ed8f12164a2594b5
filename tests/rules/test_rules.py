"""The rules: what any, all and at_least make of four states, and that every form of them gives the same."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import permutations, product
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from random_criteria import CRITERIA, NAMES, NESTED, RAW, STATES
from sciaticheck import load_knowledge
from sciaticheck.knowledge.triggers import closed, flag_terms, triggers
from sciaticheck.rules import columns
from sciaticheck.rules.criterion import AllOf, AnyOf, AtLeast, Criterion, Question, parse, questions
from sciaticheck.rules.python import Evaluator, because, value
from sciaticheck.rules.states import NO, UNANSWERED, UNSURE, YES, AnswerState

KNOWLEDGE = load_knowledge()
ALL_CRITERIA = [*(flag.when for flag in KNOWLEDGE.flags_by_urgency), *(sign.when for sign in KNOWLEDGE.signs())]

States = Mapping[str, AnswerState]
Table = NDArray[np.uint8]
"""States as numbers: a row a record, a column a question or criterion."""

LADDER = (NO, UNANSWERED, UNSURE, YES)
LEASTS = (UNANSWERED, UNSURE, YES)


def test_the_states_are_ordered_as_they_can_raise_the_advice() -> None:
    assert sorted(AnswerState) == list(LADDER)
    assert [*map(int, LADDER)] == [0, 1, 2, 3]


# any, all and at_least


@pytest.mark.parametrize(
    ("raw", "states", "expected"),
    [
        ("a", {"a": UNSURE}, UNSURE),
        ({"any": ["a", "b"]}, {"a": NO, "b": NO}, NO),
        ({"any": ["a", "b"]}, {"a": NO, "b": UNANSWERED}, UNANSWERED),
        ({"any": ["a", "b"]}, {"a": UNSURE, "b": UNANSWERED}, UNSURE),
        ({"any": ["a", "b"]}, {"a": NO, "b": YES}, YES),
        ({"all": ["a", "b"]}, {"a": YES, "b": YES}, YES),
        ({"all": ["a", "b"]}, {"a": YES, "b": UNSURE}, UNSURE),
        ({"all": ["a", "b"]}, {"a": UNANSWERED, "b": UNSURE}, UNANSWERED),
        ({"all": ["a", "b"]}, {"a": YES, "b": NO}, NO),
        ({"at_least": {"count": 2, "of": ["a", "b", "c"]}}, {"a": YES, "b": NO, "c": YES}, YES),
        ({"at_least": {"count": 2, "of": ["a", "b", "c"]}}, {"a": YES, "b": NO, "c": UNSURE}, UNSURE),
        ({"at_least": {"count": 2, "of": ["a", "b", "c"]}}, {"a": UNANSWERED, "b": NO, "c": YES}, UNANSWERED),
        ({"at_least": {"count": 2, "of": ["a", "b", "c"]}}, {"a": NO, "b": YES, "c": NO}, NO),
    ],
)
def test_a_criterion_has_the_state_that_any_all_and_at_least_say(
    raw: object, states: States, expected: AnswerState
) -> None:
    for found in in_every_form(parse(raw), [states]):
        assert found == [expected]


@pytest.mark.parametrize(
    ("names", "present"), [("ab", True), ("ade", True), ("ad", False), ("bcde", False), ("", False), ("abcde", True)]
)
def test_criteria_inside_criteria_are_present_as_they_say(names: str, present: bool) -> None:
    states = {name: YES if name in names else NO for name in NAMES}
    for found in in_every_form(parse(NESTED), [states]):
        assert found == [YES if present else NO]


def test_any_has_the_largest_all_the_smallest_and_at_least_the_kth_largest_state() -> None:
    parts = tuple(map(Question, "abc"))
    for states in product(LADDER, repeat=3):
        known = dict(zip("abc", states, strict=True))
        smallest, middle, largest = sorted(states, key=LADDER.index)
        for criterion, expected in [
            (AnyOf(parts), largest),
            (AllOf(parts), smallest),
            (AtLeast(parts, 1), largest),
            (AtLeast(parts, 2), middle),
            (AtLeast(parts, 3), smallest),
        ]:
            for found in in_every_form(criterion, [known]):
                assert found == [expected]


def test_the_order_of_the_parts_does_not_matter() -> None:
    states = {"a": YES, "b": UNSURE, "c": NO}
    for order in permutations("abc"):
        parts = tuple(map(Question, order))
        found = [value(criterion, states) for criterion in (AnyOf(parts), AllOf(parts), AtLeast(parts, 2))]
        assert found == [YES, NO, UNSURE]


@pytest.mark.parametrize("raw", [{"any": ["a"]}, {"all": ["a"]}, {"at_least": {"count": 1, "of": ["a"]}}], ids=str)
def test_a_criterion_of_one_part_has_its_state(raw: object) -> None:
    for state in LADDER:
        for found in in_every_form(parse(raw), [{"a": state}]):
            assert found == [state]


def test_a_criterion_may_have_many_parts() -> None:
    names = [*map(str, range(300))]
    criteria = {"any": names}, {"all": names}, {"at_least": {"count": 299, "of": names}}
    for no, expected in ((0, [YES, YES, YES]), (1, [YES, NO, YES]), (2, [YES, NO, NO]), (300, [NO, NO, NO])):
        states = {name: NO if int(name) < no else YES for name in names}
        for criterion, state in zip(map(parse, criteria), expected, strict=True):
            for found in in_every_form(criterion, [states]):
                assert found == [state]


# For any criterion and any states


def reaches(raw: Any, states: States, least: AnswerState) -> bool:
    """The definition once more, by counting the parts that reach a state, on the criterion as the data writes it."""
    if isinstance(raw, str):
        return states[raw] >= least
    ((word, inside),) = raw.items()
    parts = inside["of"] if word == "at_least" else inside
    needed = {"any": 1, "all": len(parts)}.get(word) or inside["count"]
    return sum(reaches(part, states, least) for part in parts) >= needed


@given(RAW, STATES)
@settings(deadline=None, max_examples=500)
def test_the_value_is_the_largest_state_that_enough_parts_reach(raw: Any, states: States) -> None:
    assert value(parse(raw), states) == max(state for state in LADDER if reaches(raw, states, state))


@given(CRITERIA, STATES, st.sampled_from(NAMES))
@settings(deadline=None, max_examples=500)
def test_raising_one_state_never_lowers_the_value(criterion: Criterion, states: States, name: str) -> None:
    found = [value(criterion, {**states, name: state}) for state in LADDER]
    assert found == sorted(found)


@given(CRITERIA)
@settings(deadline=None, max_examples=200)
def test_if_all_questions_have_one_state_so_has_the_criterion(criterion: Criterion) -> None:
    for state in LADDER:
        assert value(criterion, dict.fromkeys(NAMES, state)) == state


@given(CRITERIA, st.lists(STATES, min_size=1, max_size=5))
@settings(deadline=None, max_examples=200)
def test_every_form_gives_the_same_for_any_criterion(criterion: Criterion, records: list[States]) -> None:
    expected = [value(criterion, states) for states in records]
    for found in in_every_form(criterion, records):
        assert found == expected


@given(st.lists(CRITERIA, max_size=6), STATES)
@settings(deadline=None, max_examples=400)
def test_many_criteria_at_once_have_the_values_that_each_has(criteria: list[Criterion], states: States) -> None:
    before = dict(states)
    evaluator = Evaluator([*criteria, *criteria])
    expected = [value(criterion, states) for criterion in criteria] * 2
    assert evaluator.values(states) == expected
    assert evaluator.values(states) == expected
    assert states == before


@given(RAW, STATES, st.sampled_from(LEASTS))
@settings(deadline=None, max_examples=500)
def test_because_is_there_if_the_state_is_and_is_enough_by_itself(raw: Any, states: States, least: AnswerState) -> None:
    criterion = parse(raw)
    names = because(criterion, states, least)
    assert bool(names) is (value(criterion, states) >= least)
    assert len(set(names)) == len(names)
    assert set(names) <= set(questions(criterion))
    assert all(states[name] >= least for name in names)
    only_these = {name: state if name in names else NO for name, state in states.items()}
    assert not names or reaches(raw, only_these, least)


@given(CRITERIA, STATES)
@settings(deadline=None, max_examples=200)
def test_because_is_in_the_order_of_the_criterion(criterion: Criterion, states: States) -> None:
    for least in LEASTS:
        named = questions(criterion)  # an iterator: each name must be found after the one before
        assert all(name in named for name in because(criterion, states, least))


def test_because_names_every_part_that_is_there_once_and_in_order() -> None:
    def reasons(raw: object, yes: str, least: AnswerState = YES, **others: AnswerState) -> tuple[str, ...]:
        return because(parse(raw), {**dict.fromkeys(NAMES, NO), **dict.fromkeys(yes, YES), **others}, least)

    assert reasons({"any": ["b", "a", "c"]}, "ab") == ("b", "a")
    assert reasons({"any": [{"all": ["a", "b"]}, {"all": ["a", "c"]}]}, "abc") == ("a", "b", "c")
    assert reasons({"any": [{"all": ["a", "b"]}, "c"]}, "ac") == ("c",)
    assert reasons({"all": ["a", "b"]}, "a") == ()
    assert reasons({"at_least": {"count": 2, "of": ["a", "b", "c"]}}, "abc") == ("a", "b", "c")
    assert reasons({"any": ["a", "b", "c"]}, "a", UNSURE, b=UNSURE, c=UNANSWERED) == ("a", "b")
    assert reasons({"any": ["a", "b", "c"]}, "a", UNANSWERED, b=UNSURE, c=UNANSWERED) == ("a", "b", "c")


# Every form of the rules gives the same


def in_every_form(criterion: Criterion, records: Sequence[States]) -> Iterator[list[int]]:
    """The values of one criterion for some records, by each form of the rules."""
    yield [value(criterion, states) for states in records]
    evaluator = Evaluator([criterion])
    yield [state for states in records for state in evaluator.values(states)]
    arrays = {name: np.array([states[name] for states in records], np.uint8) for name in records[0]}
    found = columns.value(criterion, arrays)
    assert found.dtype == np.uint8
    yield found.tolist()


def records_of(table: Table) -> Iterator[States]:
    """Each row as states by question."""
    for row in table.tolist():
        yield dict(zip(KNOWLEDGE.questions, map(LADDER.__getitem__, row), strict=True))


def as_table(records: Iterable[States]) -> Table:
    return np.array([[states[name] for name in KNOWLEDGE.questions] for states in records], np.uint8)


def by_columns(table: Table) -> Table:
    """The values of all criteria of the knowledge for all records, by arrays."""
    arrays = {name: np.ascontiguousarray(table[:, place]) for place, name in enumerate(KNOWLEDGE.questions)}
    return np.stack([columns.value(criterion, arrays) for criterion in ALL_CRITERIA], axis=1)


def by_evaluator(table: Table) -> Table:
    """The same, record by record."""
    return np.array([KNOWLEDGE.evaluator.values(states) for states in records_of(table)], np.uint8)


def by_value(table: Table) -> Table:
    """The same, record by record and criterion by criterion."""
    return np.array([[value(each, states) for each in ALL_CRITERIA] for states in records_of(table)], np.uint8)


def random_table(count: int) -> Table:
    """Random states of all questions. Each record is mostly no, unanswered, unsure or yes, or evenly mixed."""
    random = np.random.default_rng(20261128)
    weights = np.array([[1, 1, 1, 1], [12, 1, 1, 1], [1, 12, 1, 1], [1, 1, 12, 1], [1, 1, 1, 12], [12, 0, 0, 3]])
    steps = np.cumsum(weights / weights.sum(axis=1, keepdims=True), axis=1)[:, :3]
    of_each_record = steps[random.integers(0, len(weights), count)]
    drawn = random.random((count, len(KNOWLEDGE.questions)))
    states: Table = (drawn[:, :, None] >= of_each_record[:, None, :]).sum(axis=2).astype(np.uint8)
    return states


def test_columns_and_python_give_the_same_on_100_000_random_records() -> None:
    table = random_table(100_000)
    found = by_columns(table)
    for state in LADDER:
        assert (found == state).any(axis=0).all(), "each criterion must be met in each state"
    assert (found == by_evaluator(table)).all()
    assert (found[:2000] == by_value(table[:2000])).all()


def test_columns_and_python_give_the_same_on_every_minimal_trigger_and_just_below_it() -> None:
    minimal = {answers for sets in triggers(KNOWLEDGE).values() for answers in sets}
    minimal |= {term for criterion in ALL_CRITERIA for term in flag_terms(criterion, KNOWLEDGE)}
    records: list[States] = []
    for answers in sorted(minimal, key=sorted):
        for others in (NO, UNANSWERED, UNSURE):
            counting = closed(answers, KNOWLEDGE)
            states = {name: YES if name in counting else others for name in KNOWLEDGE.questions}
            records.append(states)
            records += [{**states, name: lower} for name in answers for lower in (NO, UNANSWERED, UNSURE)]
    table = as_table(records)
    found = by_columns(table)
    assert (found == by_evaluator(table)).all()
    assert (found == by_value(table)).all()


def test_columns_and_python_give_the_same_if_every_question_has_one_state() -> None:
    table = np.array([[state] * len(KNOWLEDGE.questions) for state in LADDER], np.uint8)
    expected = np.array([[state] * len(ALL_CRITERIA) for state in LADDER], np.uint8)
    for found in (by_columns(table), by_evaluator(table), by_value(table)):
        assert (found == expected).all()


def test_the_arrays_given_are_not_changed() -> None:
    table = random_table(1000)
    arrays = {name: table[:, place].copy() for place, name in enumerate(KNOWLEDGE.questions)}
    for criterion in ALL_CRITERIA:
        columns.value(criterion, arrays)
    assert (np.stack(list(arrays.values()), axis=1) == table).all()
