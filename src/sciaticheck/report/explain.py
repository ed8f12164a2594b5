"""One question, condition, red flag or source in words, with its sources."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from sciaticheck.errors import visible
from sciaticheck.knowledge.head import Source
from sciaticheck.knowledge.model import Condition, Knowledge, Question, RedFlag, Sign
from sciaticheck.rules.criterion import Criterion, describe, questions

BASES = {
    "reported": "reported: the source itself could not be read",
    "inference": "inference: no source that was read gives this level for these answers",
}
"""What a red flag rests on if no source that was read supports it."""

Line = tuple[str, str]
"""A label and a text."""


def explain(name: str, knowledge: Knowledge) -> list[list[Line]]:
    """The lines about each record with this id; empty if there is none."""
    kinds: list[tuple[Mapping[str, Any], Callable[[Any, Knowledge], Iterator[Line]]]] = [
        (knowledge.questions, question_lines),
        (knowledge.conditions, condition_lines),
        (knowledge.red_flags, flag_lines),
        (knowledge.sources, source_lines),
    ]
    entries = [lines(records[name], knowledge) for records, lines in kinds if name in records]
    return [[(label, visible(text)) for label, text in lines] for lines in entries]


def question_lines(question: Question, knowledge: Knowledge) -> Iterator[Line]:
    """A question: wording, help, follow-up rule, and the red flags and signs that use it."""
    yield "Question", question.id
    yield "Asked as", question.ask
    yield "Label", question.label
    yield "Means", question.help.means
    yield "How to check", question.help.check
    yield "Why we ask", question.help.why
    if question.only_if:
        worse = ", and counts as not sure if left open" if question.worse_form else ""
        yield "Asked only after", f"yes to {question.only_if}{worse}"
    if question.yes_if_new:
        yield (
            "Counts as yes",
            f"if one of these has gone from no to yes since an earlier date: {', '.join(question.yes_if_new)}",
        )
    for flag in knowledge.red_flags.values():
        if question.id in questions(flag.when):
            yield "Red flag", f"{flag.id} ({flag.urgency}): {in_words(flag.when, knowledge)}"
    for condition in knowledge.conditions.values():
        for sign in condition.signs:
            if question.id in questions(sign.when):
                yield "Sign", f"{sign.name} ({condition.name})"


def condition_lines(condition: Condition, knowledge: Knowledge) -> Iterator[Line]:
    """A condition: what it is, its signs with criterion, weight and sources, and the red flags that point to it."""
    yield "Condition", condition.id
    yield "Name", f"{condition.name}: {condition.plain}"
    yield "About", condition.about
    yield from _source_lines(condition, knowledge)
    for sign in condition.signs:
        added = ", added" if sign.added else ""
        yield "Sign", f"{sign.name} ({sign.weight}{added}): {in_words(sign.when, knowledge)}"
        yield from _source_lines(sign, knowledge)
    for flag in knowledge.red_flags.values():
        if condition.id in flag.points_to:
            yield "Red flag", f"{flag.id} ({flag.urgency}): {flag.name}"


def flag_lines(flag: RedFlag, knowledge: Knowledge) -> Iterator[Line]:
    """A red flag: its urgency, its criterion, the conditions it points to, and its sources."""
    yield "Red flag", flag.id
    yield "Name", flag.name
    yield "Urgency", flag.urgency
    yield "Present when", in_words(flag.when, knowledge)
    if flag.points_to:
        yield "Can mean", ", ".join(knowledge.conditions[name].name for name in flag.points_to)
    if flag.note:
        yield "Says", flag.note
    if flag.instead:
        yield "Says first", flag.instead
    if flag.basis:
        yield "Basis", BASES[flag.basis]
    decisions = [each for each in knowledge.sign_offs if each.flag == flag.id]
    for each in decisions:
        reason = f" ({each.reason})" if each.reason else ""
        who = f"{each.reviewer}, {each.profession}, {each.registration}"
        yield "Reviewed", f"{each.decision}{reason}, by {who}, on {each.date}"
    if not decisions:
        yield "Reviewed", "by no clinician"
    if flag.misuse:
        yield "Misuse", flag.misuse
    yield from _source_lines(flag, knowledge)


def source_lines(source: Source, knowledge: Knowledge) -> Iterator[Line]:
    """A source: its citation, its address, and how and when it was read."""
    yield "Source", source.id
    yield "Citation", source.citation
    yield "Address", source.url
    yield "Read", how_read(source)
    if source.superseded_by:
        yield "Superseded by", source.superseded_by


def how_read(source: Source) -> str:
    """How and when a source was read, in words."""
    ways = {
        "full_text": "full text",
        "page": "the page itself",
        "abstract": "abstract",
        "excerpt": "excerpt",
        "reported": "not seen itself; as reported by",
    }
    joined = f"{'' if source.read == 'reported' else ':'} {source.via}" if source.via else ""
    return f"{ways[source.read]}{joined}, {source.date}"


def _source_lines(record: Condition | Sign | RedFlag, knowledge: Knowledge) -> Iterator[Line]:
    """A line for each citation: the source, the locator and the claim; and how the sources differ."""
    for cite in record.cites:
        reported = ", as reported" if knowledge.sources[cite.source].read == "reported" else ""
        quote = f' ("{cite.quote}")' if cite.quote else ""
        yield "Source", f"{cite.source}, {cite.at}{reported}: {cite.says}{quote}"
    if record.differs:
        yield "Sources differ", record.differs


def in_words(criterion: Criterion, knowledge: Knowledge) -> str:
    """A criterion in words, with the labels of the questions."""
    return describe(criterion, lambda name: knowledge.questions[name].label, knowledge.texts)
