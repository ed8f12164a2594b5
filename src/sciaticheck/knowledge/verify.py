"""What is proved of the content over all answers, not sampled: its guarantees, and that every red flag matters."""

from __future__ import annotations

from collections.abc import Iterator

from sciaticheck.criteria import holds
from sciaticheck.knowledge.levels import level_of
from sciaticheck.knowledge.lint import Finding
from sciaticheck.knowledge.model import RANK, Guarantee, Knowledge
from sciaticheck.knowledge.triggers import Answers, closed, flag_terms


def verify(knowledge: Knowledge) -> list[Finding]:
    """Every finding; none where all guarantees hold and every flag can decide an urgency."""
    return [*_guarantees(knowledge), *_flags(knowledge)]


def _guarantees(knowledge: Knowledge) -> Iterator[Finding]:
    """Each guarantee against every answer.

    `least`: a set of answers in which the criterion holds has one of its minimal sets inside, and more answers never
    lower the level; so the minimal sets are all that need to be looked at.
    `most`: with only these answered other than no, no answers give more than yes to all of them.
    """
    for name, guarantee in knowledge.guarantees.items():
        for answers in broken_by(guarantee, knowledge):
            level = level_of(closed(answers, knowledge), knowledge)
            message = f"'{guarantee.says}' does not hold: {', '.join(sorted(answers))} gives {level}"
            yield "broken_guarantee", f"guarantees.{name}", message


def broken_by(guarantee: Guarantee, knowledge: Knowledge) -> list[Answers]:
    """The sets of answers that break a guarantee; none when it holds."""
    if guarantee.most:
        alone = frozenset(guarantee.only)
        return [alone] if RANK[level_of(closed(alone, knowledge), knowledge)] > RANK[guarantee.most] else []
    if guarantee.when is None or guarantee.least is None:
        return []
    terms = flag_terms(guarantee.when, knowledge)
    least = RANK[guarantee.least]
    return [term for term in sorted(terms, key=sorted) if RANK[level_of(closed(term, knowledge), knowledge)] < least]


def _flags(knowledge: Knowledge) -> Iterator[Finding]:
    """Flags that no answers can set, and flags that others of their level or above always cover.

    Shadowed: one other flag covers all of it. Redundant: several do so together.
    """
    for name, flag in knowledge.red_flags.items():
        terms = flag_terms(flag.when, knowledge)
        reachable = [
            term for term in terms if not any(pair <= closed(term, knowledge) for pair in knowledge.never_both)
        ]
        if not reachable:
            yield "unreachable", f"red_flags.{name}", "needs answers that never go together"
            continue
        covers = [_covered_by(name, term, knowledge) for term in sorted(reachable, key=sorted)]
        if all(covers):
            shared = set(covers[0]).intersection(*covers)
            code = "shadowed" if shared else "redundant"
            by = ", ".join(sorted(shared)) or ", ".join(dict.fromkeys(cover[0] for cover in covers))
            yield code, f"red_flags.{name}", f"never decides: {by} is there whenever it is, at its level or above"


def _covered_by(name: str, term: Answers, knowledge: Knowledge) -> list[str]:
    """The other flags of at least the same level that hold for a term."""
    counting, level = closed(term, knowledge), RANK[knowledge.red_flags[name].urgency]
    return [
        other.id
        for other in knowledge.red_flags.values()
        if other.id != name and RANK[other.urgency] >= level and holds(other.when, counting)
    ]
