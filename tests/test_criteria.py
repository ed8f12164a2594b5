"""Criteria: what they say of a set of answers, and that more answers never turn one off."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sciaticheck.criteria import AtLeast, Counts, Criterion, because, describe, holds, parse, questions
from sciaticheck.knowledge.shape import Logic

NAMES = tuple("abcdefg")
NESTED = {"all": ["a", {"any": ["b", {"at_least": {"count": "2", "of": ["c", "d", "e"]}}]}]}


def _nodes(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    parts = st.lists(inner, min_size=2, max_size=4)
    counted = parts.flatmap(
        lambda of: st.integers(1, len(of)).map(lambda count: {"at_least": {"count": str(count), "of": of}})
    )
    return parts.map(lambda of: {"any": of}) | parts.map(lambda of: {"all": of}) | counted


RAW = st.recursive(st.sampled_from(NAMES), _nodes, max_leaves=12)
CRITERIA = RAW.map(parse)
SETS = st.frozensets(st.sampled_from(NAMES))


def test_parse_reads_an_id_and_the_three_kinds() -> None:
    assert parse("a") == Counts("a")
    assert parse({"any": ["a", "b"]}) == AtLeast(1, (Counts("a"), Counts("b")))
    assert parse({"all": ["a", "b"]}) == AtLeast(2, (Counts("a"), Counts("b")))
    assert parse({"at_least": {"count": "2", "of": ["a", "b", "c"]}}).least == 2  # type: ignore[union-attr]
    assert parse({"at_least": {"count": 2, "of": ["a", "b", "c"]}}).least == 2  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "raw",
    [
        {"not": "a"},
        {"not": ["a", "b"]},
        {"all": ["a", {"not": "b"}]},
        {"none": ["a", "b"]},
        {"any": "a"},
        {"any": ["a", None]},
        {"at_least": ["a", "b"]},
        {"at_least": {"count": "1"}},
        ["a", "b"],
        {},
        None,
        True,
    ],
    ids=repr,
)
def test_parse_refuses_what_is_no_criterion_and_every_negation(raw: object) -> None:
    with pytest.raises(ValueError, match="not a criterion"):
        parse(raw)


@pytest.mark.parametrize(
    "raw",
    [
        {"not": "a"},
        {"all": ["a", {"not": "b"}]},
        {"any": ["a", "b"], "not": "c"},
        {"any": ["a"]},
        {"all": []},
        {"any": "a"},
        {"at_least": {"count": "0", "of": ["a", "b"]}},
        {"at_least": {"count": "3", "of": ["a", "b"]}},
        {"at_least": {"count": "-1", "of": ["a", "b"]}},
        {"at_least": {"count": "1.5", "of": ["a", "b"]}},
        {"at_least": {"count": "²", "of": ["a", "b"]}},
        {"at_least": {"count": "1", "of": ["a", "b"], "not": "c"}},
        ["a"],
        None,
    ],
    ids=ascii,
)
def test_the_shape_of_the_data_refuses_what_is_no_criterion_and_every_negation(raw: Any) -> None:
    found: list[str] = []
    Logic().check(raw, ("when",), lambda code, path, message: found.append(code))
    assert found


@given(RAW)
@settings(deadline=None, max_examples=100)
def test_the_shape_of_the_data_takes_every_sound_criterion(raw: Any) -> None:
    found: list[str] = []
    Logic().check(raw, ("when",), lambda code, path, message: found.append(message))
    assert not found


@pytest.mark.parametrize(
    ("raw", "counting", "expected"),
    [
        ("a", "a", True),
        ("a", "b", False),
        ({"any": ["a", "b"]}, "b", True),
        ({"any": ["a", "b"]}, "c", False),
        ({"all": ["a", "b"]}, "ab", True),
        ({"all": ["a", "b"]}, "a", False),
        ({"at_least": {"count": "2", "of": ["a", "b", "c"]}}, "ac", True),
        ({"at_least": {"count": "2", "of": ["a", "b", "c"]}}, "c", False),
        (NESTED, "ab", True),
        (NESTED, "ade", True),
        (NESTED, "ad", False),
        (NESTED, "bcde", False),
    ],
)
def test_holds_as_any_all_and_at_least_say(raw: object, counting: str, expected: bool) -> None:
    assert holds(parse(raw), set(counting)) is expected


@given(CRITERIA, SETS, SETS)
@settings(deadline=None, max_examples=500)
def test_what_holds_for_a_set_holds_for_every_larger_set(
    criterion: Criterion, some: frozenset[str], more: frozenset[str]
) -> None:
    assert holds(criterion, some | more) or not holds(criterion, some)


@given(CRITERIA)
@settings(deadline=None, max_examples=200)
def test_nothing_holds_for_no_answers_and_everything_holds_for_all(criterion: Criterion) -> None:
    assert not holds(criterion, frozenset())
    assert holds(criterion, frozenset(NAMES))


@given(CRITERIA, SETS)
@settings(deadline=None, max_examples=500)
def test_because_counts_is_asked_for_and_is_enough_by_itself(criterion: Criterion, counting: frozenset[str]) -> None:
    names = because(criterion, counting)
    assert bool(names) is holds(criterion, counting)
    assert len(set(names)) == len(names)
    assert set(names) <= counting & set(questions(criterion))
    assert not names or holds(criterion, set(names))


def test_because_names_every_part_that_holds_once_and_in_order() -> None:
    assert because(parse({"any": ["b", "a", "c"]}), {"a", "b"}) == ("b", "a")
    assert because(parse({"any": [{"all": ["a", "b"]}, {"all": ["a", "c"]}]}), set("abc")) == ("a", "b", "c")
    assert because(parse({"any": [{"all": ["a", "b"]}, "c"]}), set("ac")) == ("c",)
    assert because(parse({"all": ["a", "b"]}), {"a"}) == ()


def test_questions_are_all_named_in_order_with_repeats() -> None:
    assert list(questions(parse(NESTED))) == list("abcde")
    assert list(questions(parse({"any": ["a", {"all": ["b", "a"]}]}))) == ["a", "b", "a"]


def test_describe_says_the_criterion_in_words() -> None:
    assert describe(parse("a"), str.upper) == "A"
    assert describe(parse(NESTED), str.upper) == "all of (A; any of (B; at least 2 of (C; D; E)))"
