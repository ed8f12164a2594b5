"""The minimal sets of answers that reach each urgency: finite and exact, because criteria have no negation.

A set means yes to each of its questions. Answers that include a trigger reach at least its level, whatever the other
answers are. Answers that include none do not reach the level by yes answers alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import combinations, product

from sciaticheck.knowledge.levels import level_of
from sciaticheck.knowledge.model import RANK, URGENCIES, Knowledge, Urgency
from sciaticheck.rules.criterion import Criterion, Question

Answers = frozenset[str]


def triggers(knowledge: Knowledge) -> dict[Urgency, list[Answers]]:
    """The minimal sets whose highest level is each urgency, highest first, sets in the order of the questions.

    The lowest level needs no answer and is left out.
    """
    terms = {term for flag in knowledge.red_flags.values() for term in flag_terms(flag.when, knowledge)}
    levels = {term: level_of(closed(term, knowledge), knowledge) for term in terms}
    order = {name: index for index, name in enumerate(knowledge.questions)}
    result: dict[Urgency, list[Answers]] = {}
    for urgency in URGENCIES[:0:-1]:
        reaching = minimal(term for term, level in levels.items() if RANK[level] >= RANK[urgency])
        exact = [term for term in reaching if levels[term] == urgency]
        result[urgency] = sorted(exact, key=lambda term: (len(term), sorted(order[name] for name in term)))
    return result


def flag_terms(criterion: Criterion, knowledge: Knowledge) -> set[Answers]:
    """The minimal sets of answers for which a criterion holds."""
    return minimal(given(term, knowledge) for term in _terms(criterion))


def _terms(criterion: Criterion) -> Iterator[Answers]:
    """Sets of questions for which a criterion holds, including all minimal ones."""
    if isinstance(criterion, Question):
        yield frozenset({criterion.id})
        return
    parts = [minimal(_terms(part)) for part in criterion.parts]
    for chosen in combinations(parts, criterion.count):
        for each in product(*chosen):
            yield frozenset().union(*each)


def minimal(sets: Iterable[Answers]) -> set[Answers]:
    """The sets of which no other is a subset."""
    result: list[Answers] = []
    for each in sorted(set(sets), key=len):
        if not any(smaller <= each for smaller in result):
            result.append(each)
    return set(result)


def closed(answers: Answers, knowledge: Knowledge) -> Answers:
    """The questions that count as yes if these are answered yes: a follow-up implies its parent."""
    parents = (knowledge.questions[name].only_if for name in answers)
    return answers | {parent for parent in parents if parent}


def given(counting: Answers, knowledge: Knowledge) -> Answers:
    """The fewest answers by which these questions count: without parents that a follow-up implies."""
    return counting - {knowledge.questions[name].only_if for name in counting}
