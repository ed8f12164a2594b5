"""The quick way through the engine gives what the ordinary rules give, whatever was kept or asked for before."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from random import Random
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_criteria import CRITERIA, NAMES
from test_engine import records, without_conflicts

from sciaticheck import AnswersError, Assessment, Knowledge, assess, load_knowledge
from sciaticheck.answers import codes
from sciaticheck.answers.codes import CODES, Coder, Kept, NotPlainError
from sciaticheck.answers.spelling import SPELLINGS
from sciaticheck.assessment import READINGS, FlagResult
from sciaticheck.criteria import Criterion, because, holds, parse
from sciaticheck.engine import counted, readings, rules
from sciaticheck.engine.counters import Counters

KNOWLEDGE = load_knowledge()
CODER = Coder(KNOWLEDGE)
FIELDS = (
    "urgency", "possible_urgency", "red_flags", "conditions", "advice", "unsure", "unanswered", "could_raise",
    "answers", "derived", "symptom_reported",
)  # fmt: skip


def some_people(count: int) -> list[dict[str, str]]:
    random = Random(7)
    drawn = [random.choices(["no", None, "yes", "unsure"], [12, 3, 3, 2], k=len(CODER.order)) for _ in range(count)]
    return [without_conflicts(dict(zip(CODER.order, answers, strict=True))) for answers in drawn]


# Criteria.


@given(st.lists(CRITERIA, max_size=6), st.lists(st.integers(0, 3), min_size=len(NAMES), max_size=len(NAMES)))
@settings(deadline=None, max_examples=400)
def test_the_height_of_each_criterion_is_the_number_of_readings_in_which_it_holds(
    criteria: list[Criterion], given: list[int]
) -> None:
    heights = Counters(criteria, NAMES).heights(bytes(given))
    counting = [{name for name, code in zip(NAMES, given, strict=True) if code >= least} for least in (1, 2, 3)]
    assert [*heights] == [sum(holds(criterion, names) for names in counting) for criterion in criteria]


@pytest.mark.parametrize("size", [127, 128, 255, 256, 300])
def test_a_criterion_of_many_parts_has_room_for_them(size: int) -> None:
    names = tuple(map(str, range(size)))
    many = [{"any": [*names]}, {"all": [*names]}, {"at_least": {"count": size - 1, "of": [*names]}}]
    counters = Counters([parse(each) for each in (*many, "5", {"all": ["0", many[1]]})], names)
    for no in range(4):
        heights = counters.heights(bytes([0] * no + [3] * (size - no)))
        assert [*heights] == [3, 3 * (no < 1), 3 * (no < 2), 3, 3 * (no < 1)]


# Answers.


@given(records())
@settings(deadline=None, max_examples=200)
def test_the_codes_are_those_of_the_answers_that_count(answers: dict[str, Any]) -> None:
    count = counted(answers, KNOWLEDGE)
    assert CODER.counted(answers) == bytes(CODES[count.get(name)] for name in CODER.order)
    assert sorted(CODER.order) == sorted(KNOWLEDGE.questions)


@pytest.mark.parametrize(
    "answers",
    [
        {"fever": "Yes"},
        {"fever": True},
        {"fever": ["yes"]},
        {"fevr": "yes"},
        {"both_legs": "no", "both_legs_new": "yes"},
    ],
    ids=repr,
)
def test_what_is_not_plain_is_not_for_the_quick_way(answers: dict[str, object]) -> None:
    for _ in range(2):
        with pytest.raises(NotPlainError):
            CODER.counted(answers)


@given(records(), st.data())
@settings(deadline=None, max_examples=200)
def test_odd_spellings_mean_what_the_usual_ones_mean(answers: dict[str, str], data: st.DataObject) -> None:
    words = {answer: [word for word, means in SPELLINGS.items() if means == answer] for answer in SPELLINGS.values()}
    around, case = st.sampled_from(["", " ", "\t", "\xa0"]), st.sampled_from([str, str.upper, str.title])
    odd: dict[str, object] = {}
    for name in KNOWLEDGE.questions:
        word = data.draw(case)(data.draw(st.sampled_from(words[answers.get(name)])))
        odd[name] = data.draw(around) + word + data.draw(around)
    found = assess(odd, KNOWLEDGE)
    assert found == assess(answers, KNOWLEDGE)
    assert found.answers == answers
    assert [*found.answers] == [name for name in KNOWLEDGE.questions if name in answers]


def test_any_mapping_will_do_and_answers_keep_their_order() -> None:
    class Odd(str):
        __slots__ = ()

    answers = {"night_pain": Odd("yes"), "fever": "no", "back_pain": "unsure"}
    found = assess(MappingProxyType(answers), KNOWLEDGE)
    assert [*found.answers.items()] == [*answers.items()]
    assert {type(answer) for answer in found.answers.values()} == {str}


def test_what_happens_to_the_answers_afterwards_does_not_change_the_result() -> None:
    answers = {"fever": "yes", "both_legs": "yes"}
    found, expected = assess(answers, KNOWLEDGE), assess(dict(answers), KNOWLEDGE)
    answers |= {"fever": "no", "nonsense": "?"}
    assert found == expected


# What is made when it is first read.


def eager(answers: Mapping[str, Any]) -> dict[str, object]:
    """The fields that are made later, by the ordinary rules."""
    count = counted(answers, KNOWLEDGE)
    return {
        "answers": answers,
        "derived": {name: answer for name, answer in count.items() if answers.get(name) != answer},
        "unsure": tuple(name for name in KNOWLEDGE.questions if count.get(name) == "unsure"),
        "unanswered": tuple(name for name in KNOWLEDGE.questions if count.get(name) is None),
        "symptom_reported": any(KNOWLEDGE.questions[name].symptom for name in count if count[name] != "no"),
    }


@given(records(), st.permutations(FIELDS))
@settings(deadline=None, max_examples=200)
def test_fields_are_the_same_in_whatever_order_they_are_read(answers: dict[str, str], order: list[str]) -> None:
    found = assess(answers, KNOWLEDGE)
    fields = {name: getattr(found, name) for name in order}
    assert Assessment(**fields) == assess(answers, KNOWLEDGE)
    assert Assessment(*[fields[name] for name in FIELDS]) == found
    assert fields.items() >= eager(answers).items()
    assert found.advice is found.advice
    counting = readings(counted(found.answers, KNOWLEDGE), KNOWLEDGE)
    for flag in found.red_flags:
        strictest = next(reading for reading in READINGS if holds(flag.flag.when, counting[reading]))
        assert (flag.reading, flag.because) == (strictest, because(flag.flag.when, counting[strictest]))


@given(records())
@settings(deadline=None, max_examples=100)
def test_a_copy_is_the_same_and_needs_nothing_else(answers: dict[str, str]) -> None:
    found = assess(answers, KNOWLEDGE)
    for made in (pickle.loads(pickle.dumps(found)), copy.copy(found), copy.deepcopy(found)):
        assert set(vars(made)) == set(FIELDS)
        assert made == found
        assert repr(made) == repr(found)
        assert (made.complete, made.present, made.setting) == (found.complete, found.present, found.setting)


def test_results_compare_by_what_they_hold() -> None:
    fever = assess({"fever": "yes"}, KNOWLEDGE)
    assert fever != assess({"fever": "unsure"}, KNOWLEDGE)
    assert fever != assess({"fever": "yes"}, KNOWLEDGE, "uk")
    assert fever != tuple(getattr(fever, name) for name in FIELDS)
    assert repr(fever).startswith("Assessment(urgency='same_day', possible_urgency='emergency', red_flags=(FlagResult(")
    assert len({*fever.red_flags, *assess({"fever": "yes"}, KNOWLEDGE).red_flags}) == len(fever.red_flags)
    with pytest.raises(TypeError, match="unhashable"):  # its answers are a mapping
        hash(fever)
    parts = {name: getattr(fever, name) for name in FIELDS} | {"answers": (), "derived": ()}
    assert hash(Assessment(**parts)) == hash(Assessment(**parts))


def test_a_result_cannot_be_changed() -> None:
    found: Any = assess({"fever": "yes"}, KNOWLEDGE)
    for name in (*FIELDS, "nonsense"):
        with pytest.raises(AttributeError, match="cannot be changed"):
            setattr(found, name, "routine")
        with pytest.raises(AttributeError, match="cannot be changed"):
            delattr(found, name)
    with pytest.raises(AttributeError, match="has no nonsense"):
        _ = found.nonsense
    with pytest.raises(AttributeError):
        found.red_flags[0].state = "possible"


def test_a_result_made_by_hand_takes_each_field_once() -> None:
    make: Any = Assessment
    values = [getattr(assess({}, KNOWLEDGE), name) for name in FIELDS]
    for wrong in ((values[1:], {}), ([*values, 1], {}), (values[1:], {"nonsense": 1}), (values, {"derived": {}})):
        with pytest.raises(TypeError):
            make(*wrong[0], **wrong[1])
    assert make(*values[:-1], symptom_reported=False) == assess({}, KNOWLEDGE)


# What is kept.


@pytest.fixture
def little_room(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(codes.Kept, "most", 2)
    rules._kept.clear()
    yield
    rules._kept.clear()


def test_a_table_never_keeps_more_than_it_may(little_room: None) -> None:
    class Squares(Kept):
        def made(self, number: int) -> int:
            return number * number

    squares = Squares()
    for number in (*range(10), 9, 3):
        assert squares[number] == number * number
        assert len(squares) <= 2


def test_results_do_not_depend_on_what_is_kept(little_room: None) -> None:
    people = some_people(150)
    found = [assess(person, KNOWLEDGE) for person in people]
    for person, result in zip(people, found, strict=True):
        rules._kept.clear()
        assert assess(person, KNOWLEDGE) == result


def test_threads_find_what_one_finds(little_room: None) -> None:
    people = some_people(60)
    expected = [assess(person, KNOWLEDGE) for person in people]
    with ThreadPoolExecutor(4) as threads:
        assert [*threads.map(lambda person: assess(person, KNOWLEDGE), people * 4)] == expected * 4


def test_each_knowledge_has_its_own_rules_and_few_are_kept(little_room: None) -> None:
    flag = KNOWLEDGE.red_flags["night_pain"]
    for number in range(3 * rules.MOST_IN_USE):
        changed = KNOWLEDGE._replace(red_flags={flag.id: flag._replace(id=str(number))})
        assert [result.id for result in assess({"night_pain": "yes"}, changed).red_flags] == [str(number)]
        assert rules.rules_of(changed) is rules.rules_of(changed)
        assert len(rules._kept) <= rules.MOST_IN_USE


def test_a_knowledge_without_red_flags_is_routine(knowledge: Knowledge) -> None:
    none = knowledge._replace(red_flags={})
    found = assess(dict.fromkeys(knowledge.questions, "yes"), none)
    assert (found.urgency, found.possible_urgency, found.red_flags) == ("routine", "routine", ())


def test_a_contradiction_is_an_error_each_time() -> None:
    for _ in range(3):
        with pytest.raises(AnswersError, match="contradicts"):
            assess({"both_legs": "no", "both_legs_new": "yes"}, KNOWLEDGE)


def test_the_result_of_a_red_flag_is_a_named_tuple() -> None:
    (flag,) = assess(without_conflicts(dict.fromkeys(CODER.order, "no") | {"fever": "yes"}), KNOWLEDGE).present
    assert FlagResult(flag.flag, "present", "certain", ("fever",)) == flag


def test_a_flag_that_only_open_answers_could_set_gives_no_level_by_itself() -> None:
    assert {flag.gives for flag in assess({}, KNOWLEDGE).red_flags} == {None}
