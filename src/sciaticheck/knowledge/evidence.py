"""Lint for evidence: what each red flag rests on, and what is due to be read or reviewed again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from sciaticheck.knowledge.model import RANK, Citation, Knowledge

Finding = tuple[str, str, str]
"""A code, the path of the text or record, and the message."""

READ_ITSELF = ("full_text", "page")
MOST_WORDS_IN_QUOTE = 25
MOST_YEARS_SINCE_READ = 2
MOST_WITH_BASIS = 8
"""How many flags at `same_day` or above may rest on something other than a source that was read."""


def all_citations(knowledge: Knowledge) -> Iterator[tuple[str, tuple[Citation, ...]]]:
    """Every list of citations, with the path of the record that it supports."""
    for id, condition in knowledge.conditions.items():
        yield f"conditions.{id}", condition.cites
        yield from ((f"conditions.{id}.signs.{sign.id}", sign.cites) for sign in condition.signs)
    yield from ((f"red_flags.{id}", flag.cites) for id, flag in knowledge.red_flags.items())
    yield from ((f"guarantees.{id}", guarantee.cites) for id, guarantee in knowledge.guarantees.items())
    yield from ((f"regions.{id}", region.cites) for id, region in knowledge.regions.items())
    yield "safety_net", knowledge.safety_net.cites


def unsupported(knowledge: Knowledge) -> Iterator[Finding]:
    """Long quotes, and red flags that neither rest on a source that was read nor say what else they rest on."""
    for path, cites in all_citations(knowledge):
        for cite in cites:
            if cite.quote and len(cite.quote.split()) > MOST_WORDS_IN_QUOTE:
                yield "long_quote", path, f"quotes more than {MOST_WORDS_IN_QUOTE} words of {cite.source}"
    urgent_with_basis = 0
    for id, flag in knowledge.red_flags.items():
        path, urgent = f"red_flags.{id}", RANK[flag.urgency] >= RANK["same_day"]
        read = [cite for cite in flag.cites if knowledge.sources[cite.source].read in READ_ITSELF]
        if flag.basis:
            urgent_with_basis += urgent
            if not flag.differs:
                yield "no_reason", path, f"basis '{flag.basis}' needs its reason in `differs`"
        elif urgent and not any(cite.quote for cite in read):
            yield "unread", path, "no source with a quote was read as a page or in full; otherwise give its `basis`"
        elif not read and not any(knowledge.sources[cite.source].read == "abstract" for cite in flag.cites):
            yield "unread", path, "not even the abstract of a source was read; otherwise give its `basis`"
    if urgent_with_basis > MOST_WITH_BASIS:
        message = f"{urgent_with_basis} flags at same_day or above have a `basis`, at most {MOST_WITH_BASIS} may"
        yield "too_many_unread", "red_flags", message


def overdue(knowledge: Knowledge, today: date) -> Iterator[Finding]:
    """The review, if its date has passed."""
    if since := knowledge.review.overdue_since(today):
        yield "overdue", "review.due", f"the review has been due since {since}"


def due(knowledge: Knowledge, today: date) -> list[Finding]:
    """An overdue review, and the sources that were read more than two years ago."""
    findings = list(overdue(knowledge, today))
    for id, source in knowledge.sources.items():
        read = date.fromisoformat(source.date)
        if (today.year - read.year, today.month, today.day) > (MOST_YEARS_SINCE_READ, read.month, read.day):
            findings.append(("stale_source", f"sources.{id}", f"was read on {source.date}; read it again"))
    return findings
