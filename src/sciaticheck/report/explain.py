"""One question, condition, red flag or source in words: criterion, why, citations."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sciaticheck.criteria import Criterion, describe, questions
from sciaticheck.errors import visible
from sciaticheck.knowledge.model import Citation, Condition, Knowledge, Question, RedFlag, Source

Line = tuple[str, str]
"""A label and a text; an empty label continues the line before."""


def explain(name: str, knowledge: Knowledge) -> list[list[Line]]:
    """Everything that bears this id, a list of lines each; empty when nothing does."""
    found: list[Iterator[Line]] = []
    if name in knowledge.questions:
        found.append(question_lines(knowledge.questions[name], knowledge))
    if name in knowledge.conditions:
        found.append(condition_lines(knowledge.conditions[name], knowledge))
    if name in knowledge.red_flags:
        found.append(flag_lines(knowledge.red_flags[name], knowledge))
    if name in knowledge.sources:
        found.append(source_lines(knowledge.sources[name]))
    return [[(label, visible(text)) for label, text in lines] for lines in found]


def question_lines(question: Question, knowledge: Knowledge) -> Iterator[Line]:
    """A question: wording, help, follow-up rule, and what it counts towards."""
    yield "Question", question.id
    yield "Asked as", question.ask
    yield "Label", question.label
    yield "Means", question.help.means
    yield "How to check", question.help.check
    yield "Why we ask", question.help.why
    if question.only_if:
        worse = ", and counts as not sure if left open" if question.worse_form else ""
        yield "Asked only after", f"yes to {question.only_if}{worse}"
    for flag in knowledge.red_flags.values():
        if question.id in questions(flag.when):
            yield "Red flag", f"{flag.id} ({flag.urgency}): {in_words(flag.when, knowledge)}"
    for condition in knowledge.conditions.values():
        for sign in condition.signs:
            if question.id in questions(sign.when):
                yield "Sign", f"{sign.name} ({condition.name})"


def condition_lines(condition: Condition, knowledge: Knowledge) -> Iterator[Line]:
    """A condition: what it is, every sign with its criterion, weight and sources, and the flags that point to it."""
    yield "Condition", condition.id
    yield "Name", f"{condition.name}: {condition.plain}"
    yield "About", condition.about
    yield from cited(condition.cites, knowledge)
    if condition.differs:
        yield "Sources differ", condition.differs
    for sign in condition.signs:
        added = ", added" if sign.added else ""
        yield "Sign", f"{sign.name} ({sign.weight}{added}): {in_words(sign.when, knowledge)}"
        yield from cited(sign.cites, knowledge)
        if sign.differs:
            yield "Sources differ", sign.differs
    for flag in knowledge.red_flags.values():
        if condition.id in flag.points_to:
            yield "Red flag", f"{flag.id} ({flag.urgency}): {flag.name}"


def flag_lines(flag: RedFlag, knowledge: Knowledge) -> Iterator[Line]:
    """A red flag: its level, its criterion in words, what it points to, its sources and where they differ."""
    yield "Red flag", flag.id
    yield "Name", flag.name
    yield "Urgency", flag.urgency
    yield "Present when", in_words(flag.when, knowledge)
    if flag.points_to:
        yield "Can mean", ", ".join(knowledge.conditions[name].name for name in flag.points_to)
    if flag.note:
        yield "Says", flag.note
    yield from cited(flag.cites, knowledge)
    if flag.differs:
        yield "Sources differ", flag.differs


def source_lines(source: Source) -> Iterator[Line]:
    """A source: citation, address, and how and when it was read."""
    yield "Source", source.id
    yield "Citation", source.citation
    if source.url:
        yield "Address", source.url
    yield "Read", how_read(source)


def how_read(source: Source) -> str:
    """How and when a source was read, in words."""
    ways = {
        "full_text": "full text",
        "page": "the page itself, in a stored copy",
        "abstract": "abstract",
        "excerpt": "excerpt",
        "reported": "not seen itself; as reported by",
    }
    return f"{ways[source.read]}{f' {source.via}' if source.via else ''}, {source.date}"


def cited(cites: Iterable[Citation], knowledge: Knowledge) -> Iterator[Line]:
    """A line a citation: the source, the place in it, and the claim."""
    for cite in cites:
        reported = ", as reported" if knowledge.sources[cite.source].read == "reported" else ""
        yield "Source", f"{cite.source}, {cite.at}{reported}: {cite.says}"


def in_words(criterion: Criterion, knowledge: Knowledge) -> str:
    """A criterion over the questions' labels."""
    return describe(criterion, lambda name: knowledge.questions[name].label)
