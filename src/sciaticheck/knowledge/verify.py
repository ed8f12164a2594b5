"""The proof that the guarantees of the content hold for all answers."""

from __future__ import annotations

from sciaticheck.knowledge.evidence import Finding
from sciaticheck.knowledge.levels import level_of
from sciaticheck.knowledge.model import RANK, Guarantee, Knowledge
from sciaticheck.knowledge.triggers import Answers, closed, flag_terms


def verify(knowledge: Knowledge) -> list[Finding]:
    """A finding for each set of answers that breaks a guarantee.

    `least`: any answers for which the criterion holds include one of its minimal sets, and more yes answers never lower
    the level, so it is enough to check the minimal sets. `most`: if all other questions are answered no, nothing gives
    a higher level than yes to all of `only`.
    """
    findings: list[Finding] = []
    for name, guarantee in knowledge.guarantees.items():
        for answers in broken_by(guarantee, knowledge):
            level = level_of(closed(answers, knowledge), knowledge)
            message = f"'{guarantee.says}' does not hold: {', '.join(sorted(answers))} gives {level}"
            findings.append(("broken_guarantee", f"guarantees.{name}", message))
    return findings


def broken_by(guarantee: Guarantee, knowledge: Knowledge) -> list[Answers]:
    """The sets of answers that break a guarantee; none if it holds."""
    if guarantee.most:
        alone = frozenset(guarantee.only)
        return [alone] if RANK[level_of(closed(alone, knowledge), knowledge)] > RANK[guarantee.most] else []
    if guarantee.when is None or guarantee.least is None:
        return []
    terms = flag_terms(guarantee.when, knowledge)
    least = RANK[guarantee.least]
    return [term for term in sorted(terms, key=sorted) if RANK[level_of(closed(term, knowledge), knowledge)] < least]
