"""The minimal sets of answers that reach each urgency: finite and exact, because criteria have no negation.

A set stands for yes to each of its questions. Whatever else is answered, a set that holds a trigger reaches at least
its level; a set that holds none does not reach the level by yes alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import combinations, product

from sciaticheck.criteria import Counts, Criterion
from sciaticheck.knowledge.levels import level_of
from sciaticheck.knowledge.model import RANK, URGENCIES, Knowledge, Urgency

Answers = frozenset[str]


def triggers(knowledge: Knowledge) -> dict[Urgency, list[Answers]]:
    """The minimal sets whose highest level is each urgency, highest first, sets in the order of the questions.

    The lowest level needs no answer and is left out.
    """
    terms = {term for flag in knowledge.red_flags.values() for term in flag_terms(flag.when, knowledge)}
    levels = {term: level_of(closed(term, knowledge), knowledge) for term in terms}
    order = {name: place for place, name in enumerate(knowledge.questions)}
    found: dict[Urgency, list[Answers]] = {}
    for urgency in URGENCIES[:0:-1]:
        reaching = minimal(term for term, level in levels.items() if RANK[level] >= RANK[urgency])
        exact = [term for term in reaching if levels[term] == urgency]
        found[urgency] = sorted(exact, key=lambda term: (len(term), sorted(order[name] for name in term)))
    return found


def flag_terms(criterion: Criterion, knowledge: Knowledge) -> set[Answers]:
    """The minimal sets of given answers for which a criterion holds."""
    return minimal(given(term, knowledge) for term in _terms(criterion))


def _terms(criterion: Criterion) -> Iterator[Answers]:
    """Sets of questions for which a criterion holds, all the minimal ones among them."""
    if isinstance(criterion, Counts):
        yield frozenset({criterion.id})
        return
    parts = [minimal(_terms(part)) for part in criterion.of]
    for chosen in combinations(parts, criterion.least):
        for each in product(*chosen):
            yield frozenset().union(*each)


def minimal(sets: Iterable[Answers]) -> set[Answers]:
    """The sets that hold no other of them."""
    kept: list[Answers] = []
    for each in sorted(set(sets), key=len):
        if not any(smaller <= each for smaller in kept):
            kept.append(each)
    return set(kept)


def closed(answers: Answers, knowledge: Knowledge) -> Answers:
    """The questions that count when these are answered yes: a follow-up brings its parent."""
    parents = (knowledge.questions[name].only_if for name in answers)
    return answers | {parent for parent in parents if parent}


def given(counting: Answers, knowledge: Knowledge) -> Answers:
    """The fewest answers by which these questions count: a parent is left out where its follow-up brings it."""
    return counting - {knowledge.questions[name].only_if for name in counting}
