"""Cases: what sets each red flag (flags.yaml, proved to pin every clause), and the published presentations."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from itertools import groupby
from typing import NamedTuple

import pytest
from conftest import ROOT
from msgspec.structs import replace

from sciaticheck import Knowledge, assess, load_knowledge
from sciaticheck.evaluation import Outcome, evaluate, read_cases
from sciaticheck.knowledge.model import RANK, URGENCIES, RedFlag
from sciaticheck.measures import MEASURES
from sciaticheck.rules.criterion import AllOf, AnyOf, AtLeast, Criterion, Question, describe
from sciaticheck.strict_yaml import read

CASES = ROOT / "tests" / "cases"
PUBLISHED = ROOT / "data" / "cases" / "published.yaml"


class FlagCase(NamedTuple):
    """Answers and what they make of one red flag; `urgency` is that of the whole result, where it is stated."""

    flag: str
    expect: str
    answers: dict[str, str]
    reading: str | None = None
    urgency: str | None = None

    def __str__(self) -> str:
        given = "-".join(f"{name}={answer}" for name, answer in self.answers.items()) or "nothing"
        return f"{self.flag}-{self.expect}-{given}"

    def found(self, knowledge: Knowledge) -> FlagCase:
        """What the engine makes of it, in the same form."""
        result = assess(self.answers, knowledge)
        states = {flag.flag.id: (flag.state, flag.reading) for flag in result.red_flags}
        expect, reading = states.get(self.flag, ("absent", None))
        return self._replace(
            expect=expect,
            reading=reading if expect == "possible" else None,
            urgency=result.urgency if self.urgency else None,
        )


@cache
def flag_cases() -> tuple[FlagCase, ...]:
    document = read((CASES / "flags.yaml").read_text(encoding="utf-8"), "flags.yaml")
    assert not document.problems
    assert isinstance(document.value, list)
    return tuple(FlagCase(**case) for case in document.value)


@pytest.mark.parametrize("case", flag_cases(), ids=str)
def test_the_answers_make_of_the_flag_what_the_case_says(case: FlagCase, knowledge: Knowledge) -> None:
    assert case.found(knowledge) == case


def test_every_flag_has_cases_in_the_order_of_the_data(knowledge: Knowledge) -> None:
    assert [name for name, _ in groupby(flag_cases(), key=lambda case: case.flag)] == list(knowledge.red_flags)


def test_every_flag_is_seen_present_absent_and_possible_in_both_readings(knowledge: Knowledge) -> None:
    seen = {(case.flag, case.reading or case.expect) for case in flag_cases()}
    states = ("present", "cautious", "worst_case", "absent")
    assert [(name, state) for name in knowledge.red_flags for state in states if (name, state) not in seen] == []


def test_no_case_stands_twice() -> None:
    keys = [(case.flag, sorted(case.answers.items())) for case in flag_cases()]
    assert [key for place, key in enumerate(keys) if key in keys[:place]] == []


# Mutants: every small change to a red flag must be noticed by one of that flag's own cases.


def weaker_and_stronger(criterion: Criterion) -> Iterator[Criterion]:
    """The criterion with one part of one node left out, or the count of one node one lower or higher."""
    if isinstance(criterion, Question):
        return
    needed, parts = criterion.count, criterion.parts
    is_all = needed == len(parts) > 1
    for place, part in enumerate(parts):
        rest = parts[:place] + parts[place + 1 :]
        if rest:
            yield counted(needed - 1 if is_all else needed, rest)
        for changed in weaker_and_stronger(part):
            yield counted(needed, (*parts[:place], changed, *parts[place + 1 :]))
    for count in (needed - 1, needed + 1):
        if 1 <= count <= len(parts):
            yield counted(count, parts)


def counted(needed: int, parts: tuple[Criterion, ...]) -> Criterion:
    """A criterion of which so many parts are needed, as the data would write it."""
    if len(parts) == 1:
        return parts[0]
    if needed == 1:
        return AnyOf(parts)
    return AllOf(parts) if needed == len(parts) else AtLeast(parts, needed)


def mutants(flag: RedFlag) -> Iterator[tuple[str, RedFlag | None]]:
    """Every mutant of a flag with a description; None is the flag deleted."""
    yield "deleted", None
    lower = URGENCIES[RANK[flag.urgency] - 1]
    yield f"urgency {lower}", replace(flag, urgency=lower, points_to=())  # what it points to sets no urgency
    for when in weaker_and_stronger(flag.when):
        yield describe(when, str), replace(flag, when=when)


@pytest.mark.parametrize("name", load_knowledge().red_flags)
def test_every_mutant_of_a_flag_fails_one_of_its_cases(name: str, knowledge: Knowledge) -> None:
    cases = [case for case in flag_cases() if case.flag == name]
    survivors = []
    for what, mutant in mutants(knowledge.red_flags[name]):
        flags = {key: flag for key, flag in knowledge.red_flags.items() if key != name}
        changed = replace(knowledge, red_flags={**flags, name: mutant} if mutant else flags)
        if all(case.found(changed) == case for case in cases):
            survivors.append(what)
    assert not survivors, f"{name}: no case of it in flags.yaml fails when it becomes: {'; '.join(survivors)}"


def test_the_mutants_reach_every_clause() -> None:
    a, b, c = map(Question, "abc")
    nested = AllOf((a, AnyOf((b, c))))
    assert {describe(mutant, str) for mutant in weaker_and_stronger(nested)} == {
        "any of (b; c)",
        "a",
        "all of (a; c)",
        "all of (a; b)",
        "all of (a; all of (b; c))",
        "any of (a; any of (b; c))",
    }


# The published presentations.


@cache
def outcomes() -> tuple[Outcome, ...]:
    knowledge = load_knowledge()
    return tuple(evaluate(read_cases(PUBLISHED, knowledge), knowledge).outcomes)


def test_no_published_emergency_that_answers_can_show_is_missed() -> None:
    missed = [
        outcome.case.id
        for outcome in outcomes()
        if outcome.emergency_only and outcome.case.detectable and outcome.urgency != "emergency"
    ]
    assert missed == []
    assert sum(outcome.emergency_only for outcome in outcomes()) >= 29


def test_no_published_case_is_put_below_what_is_accepted() -> None:
    assert [outcome.case.id for outcome in outcomes() if outcome.below] == []


def test_the_published_cases_are_met_as_often_as_promised() -> None:
    found = {name: measure.of(outcomes()) for name, measure in MEASURES.items()}
    assert found["accuracy"].total >= 97
    assert found["accuracy"].hits >= 0.95 * found["accuracy"].total, str(found["accuracy"])
    assert found["routine_called_emergency"].hits <= 1, str(found["routine_called_emergency"])
    assert found["condition_first"].hits >= 0.85 * found["condition_first"].total, str(found["condition_first"])
    assert found["condition_in_three"].hits >= 0.95 * found["condition_in_three"].total
