"""Every red flag and sign against an independent definition, for every set of answers to its own questions."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, combinations
from typing import Any

import pytest

import independent
from sciaticheck import load_knowledge
from sciaticheck.knowledge.levels import holds, states_of_yes
from sciaticheck.knowledge.triggers import closed, flag_terms, triggers
from sciaticheck.rules.criterion import Criterion, questions
from sciaticheck.rules.python import because
from sciaticheck.rules.states import YES

KNOWLEDGE = load_knowledge()
MOST = 16


def criteria() -> Iterator[tuple[str, Criterion, Any]]:
    """Each criterion by name, as the engine has it and as it stands in the data."""
    for name, flag in KNOWLEDGE.red_flags.items():
        yield name, flag.when, independent.DATA["red_flags"][name]["when"]
    for name, condition in KNOWLEDGE.conditions.items():
        for sign in condition.signs:
            raw = independent.DATA["conditions"][name]["signs"][sign.id]["when"]
            yield f"{name}.{sign.id}", sign.when, raw


CRITERIA = {name: (criterion, raw) for name, criterion, raw in criteria()}


def subsets(names: tuple[str, ...]) -> Iterator[frozenset[str]]:
    sizes = (combinations(names, size) for size in range(len(names) + 1))
    return map(frozenset, chain.from_iterable(sizes))


def truth(raw: Any, counting: frozenset[str]) -> bool:
    """The definition once more, by counting."""
    if isinstance(raw, str):
        return raw in counting
    ((word, inside),) = raw.items()
    parts = inside["of"] if word == "at_least" else inside
    held = sum(truth(part, counting) for part in parts)
    return held >= ({"any": 1, "all": len(parts)}.get(word) or int(inside["count"]))


@pytest.mark.parametrize("name", CRITERIA)
def test_a_criterion_is_right_for_every_set_of_its_questions(name: str) -> None:
    criterion, raw = CRITERIA[name]
    own = tuple(dict.fromkeys(questions(criterion)))
    assert len(own) <= MOST, "more questions: look at its minimal true and maximal false sets instead"
    for counting in subsets(own):
        expected = truth(raw, counting)
        assert holds(criterion, counting) == expected
        reasons = frozenset(because(criterion, states_of_yes(counting, criterion), YES))
        assert (reasons <= counting and holds(criterion, reasons)) if expected else not reasons


@pytest.mark.parametrize("name", KNOWLEDGE.red_flags)
def test_the_terms_of_a_flag_are_its_minimal_sets(name: str) -> None:
    when = KNOWLEDGE.red_flags[name].when
    own = tuple(dict.fromkeys(questions(when)))
    terms = flag_terms(when, KNOWLEDGE)
    for answers in subsets(own):
        reached = holds(when, closed(answers, KNOWLEDGE))
        assert reached == any(term <= answers | closed(answers, KNOWLEDGE) for term in terms)
    for term in terms:
        assert holds(when, closed(term, KNOWLEDGE))
        assert not any(holds(when, closed(term - {one}, KNOWLEDGE)) for one in term)


def test_a_trigger_reaches_its_level_and_nothing_smaller_does() -> None:
    for urgency, sets in triggers(KNOWLEDGE).items():
        for answers in sets:
            record = dict.fromkeys(answers, "yes")
            rest = {name: "no" for name in KNOWLEDGE.questions if name not in closed(answers, KNOWLEDGE)}
            assert independent.find({**rest, **record}).urgency == urgency
            for one in answers:
                fewer = {name: answer for name, answer in record.items() if name != one}
                alone = {name: "no" for name in KNOWLEDGE.questions if name not in closed(frozenset(fewer), KNOWLEDGE)}
                found = independent.find({**alone, **fewer}).urgency
                assert independent.LEVELS.index(found) < independent.LEVELS.index(urgency)
