"""The tree of a criterion: what may be written, what is read from it, and that nothing in it can negate."""

from __future__ import annotations

from dataclasses import FrozenInstanceError
from typing import Any

import pytest
from hypothesis import given, settings

from random_criteria import NESTED, RAW
from sciaticheck.knowledge.files import schema_file
from sciaticheck.knowledge.references import reference_problems
from sciaticheck.knowledge.schema import layout_problems, read_schema
from sciaticheck.rules.criterion import AllOf, AnyOf, AtLeast, Criterion, Question, describe, parse, questions

SCHEMA = read_schema(schema_file())
A, B, C = map(Question, "abc")


def test_parse_reads_an_id_and_the_three_kinds() -> None:
    assert parse("a") == A
    assert parse({"any": ["a", "b"]}) == AnyOf((A, B))
    assert parse({"all": ["a", "b"]}) == AllOf((A, B))
    assert parse({"at_least": {"count": "2", "of": ["a", "b", "c"]}}) == AtLeast((A, B, C), 2)
    assert parse({"at_least": {"count": 2, "of": ["a", "b", "c"]}}) == AtLeast((A, B, C), 2)


def test_parse_reads_criteria_inside_criteria() -> None:
    inside = AtLeast(tuple(map(Question, "cde")), 2)
    assert parse(NESTED) == AllOf((A, AnyOf((B, inside))))


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


def problems_with(when: Any) -> list[str]:
    """What the layout and the references of the data say of a criterion over the questions a to g."""
    of_a_criterion = {"$ref": "#/$defs/criterion", "$defs": SCHEMA["$defs"]}
    found = [message for _, _, message in layout_problems(when, of_a_criterion)]
    if not found:
        question = {"group": "all"}
        flag = {"when": when, "cites": [], "points_to": []}
        document = {"groups": {"all": ""}, "questions": dict.fromkeys("abcdefg", question), "red_flags": {"flag": flag}}
        found = [message for _, _, message in reference_problems(document, SCHEMA, set())]
    return found


@pytest.mark.parametrize(
    "raw",
    [
        {"not": "a"},
        {"all": ["a", {"not": "b"}]},
        {"any": ["a", "b"], "not": "c"},
        {"any": ["a"]},
        {"all": []},
        {"any": "a"},
        {"at_least": {"count": 0, "of": ["a", "b"]}},
        {"at_least": {"count": 3, "of": ["a", "b"]}},
        {"at_least": {"count": -1, "of": ["a", "b"]}},
        {"at_least": {"count": 1.5, "of": ["a", "b"]}},
        {"at_least": {"count": True, "of": ["a", "b"]}},
        {"at_least": {"count": "²", "of": ["a", "b"]}},
        {"at_least": {"count": 1, "of": ["a", "b"], "not": "c"}},
        {"all": ["a", {"any": ["b", {"at_least": {"count": 3, "of": ["a", "b"]}}]}]},
        ["a"],
        {},
        None,
        True,
        "nobody",
    ],
    ids=ascii,
)
def test_the_data_may_not_hold_what_is_no_criterion_nor_any_negation(raw: Any) -> None:
    assert problems_with(raw)


@given(RAW)
@settings(deadline=None, max_examples=100)
def test_the_data_may_hold_every_sound_criterion(raw: Any) -> None:
    assert problems_with(raw) == []


def test_the_count_is_how_many_parts_must_be_present() -> None:
    assert [parse(raw).count for raw in ({"any": ["a", "b"]}, {"all": ["a", "b", "c"]})] == [1, 3]
    assert parse({"at_least": {"count": 2, "of": ["a", "b", "c"]}}).count == 2


@given(RAW)
@settings(deadline=None, max_examples=100)
def test_criteria_written_alike_are_the_same_and_cannot_be_changed(raw: Any) -> None:
    criterion = parse(raw)
    assert criterion == parse(raw)
    assert hash(criterion) == hash(parse(raw))
    with pytest.raises(FrozenInstanceError):
        setattr(criterion, "id" if isinstance(criterion, Question) else "parts", "a")


def test_criteria_of_the_same_parts_and_other_kinds_are_not_the_same() -> None:
    same_parts: list[Criterion] = [AnyOf((A, B)), AllOf((A, B)), AtLeast((A, B), 1), AtLeast((A, B), 2), AnyOf((B, A))]
    assert len(set(same_parts)) == len(same_parts)


def test_questions_are_all_named_in_order_with_repeats() -> None:
    assert list(questions(parse("a"))) == ["a"]
    assert list(questions(parse(NESTED))) == list("abcde")
    assert list(questions(parse({"any": ["a", {"all": ["b", "a"]}]}))) == ["a", "b", "a"]


def test_describe_says_the_criterion_in_words() -> None:
    assert describe(parse("a"), str.upper) == "A"
    assert describe(parse(NESTED), str.upper) == "all of (A; any of (B; at least 2 of (C; D; E)))"
    words = {"any_of": "alguna de", "all_of": "todas", "at_least_of": "al menos {count} de"}
    assert describe(parse(NESTED), str, words) == "todas (a; alguna de (b; al menos 2 de (c; d; e)))"
