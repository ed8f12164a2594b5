"""A page as sections of plain text, which each output format lays out in its own way.

Texts from data and input are escaped when a page is built, so formats need not do it.
"""

from __future__ import annotations

from datetime import date
from typing import Literal, NamedTuple

from sciaticheck.engine.assessment import Assessment, ConditionResult
from sciaticheck.errors import visible
from sciaticheck.knowledge.model import Knowledge, Urgency
from sciaticheck.report.results import Report

Kind = Literal["pairs", "numbered", "list", "quote", "text", "table", "sources"]


class Section(NamedTuple):
    """A part with a title.

    A row is one text; for `pairs` a label (or "") and a text; for `table` the cells, under `header`; for `sources` the
    key, the citation and the address. `notes` are lines under the rows.
    """

    title: str
    kind: Kind
    rows: tuple[tuple[str, ...], ...] = ()
    header: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


class Page(NamedTuple):
    """A result as shown: whose it is, what is said, the headline, the lines under it, the sections, the last lines."""

    id: str
    level: str
    urgency: Urgency
    headline: str
    under: tuple[str, ...]
    sections: tuple[Section, ...]
    footer: tuple[str, ...]


class Document(NamedTuple):
    """Pages that belong together, and the problems with the input."""

    pages: tuple[Page, ...]
    knowledge: Knowledge
    problems: tuple[str, ...] = ()


def text_of(knowledge: Knowledge, name: str, **values: object) -> str:
    """A text of the knowledge with its placeholders filled in, escaped."""
    return visible(knowledge.text(name, **values))


def level_name(level: str, knowledge: Knowledge) -> str:
    """The name of a level, or of what is said instead, for people."""
    return visible(knowledge.texts[f"level_{level}"])


def version_note(knowledge: Knowledge) -> str:
    """The version and the review of the content, and since when the review has been overdue."""
    note = visible(knowledge.version_note)
    since = knowledge.review.overdue_since(date.today())
    return f"{note} {text_of(knowledge, 'review_overdue', date=since)}" if since else note


def condition_cells(ranked: ConditionResult, knowledge: Knowledge, mark: str = "") -> tuple[str, ...]:
    """A condition as a row: its name with a mark, the signs found, and how many of its list they are."""
    names = [sign.name[0].lower() + sign.name[1:] if index else sign.name for index, sign in enumerate(ranked.present)]
    return (
        visible(f"{ranked.name} ({mark})" if mark else ranked.name),
        visible(", ".join(names)) or "-",
        text_of(knowledge, "signs_found", present=ranked.signs_present, total=ranked.signs_total),
    )


def incomplete(assessment: Assessment, knowledge: Knowledge) -> tuple[str, ...]:
    """The line about unanswered questions that could raise the urgency, if there are any."""
    if assessment.complete:
        return ()
    level = level_name(assessment.possible_urgency, knowledge)
    return (text_of(knowledge, "incomplete", level=level, count=len(assessment.could_raise)),)


class Entry(NamedTuple):
    """A respondent in a list: what is said, the level it could be raised to or "", and the reasons."""

    id: str
    level: str
    urgency: Urgency
    said: str
    could_be: str
    why: str


MOST_WHY = 5
"""The most red flags that an entry names; the rest are counted."""


def why(assessment: Assessment, knowledge: Knowledge) -> str:
    """The red flags that set the urgency, by name."""
    names = [flag.name for flag in assessment.setting]
    more = [knowledge.text("more", count=len(names) - MOST_WHY)] if len(names) > MOST_WHY else []
    return visible("; ".join([*names[:MOST_WHY], *more]))


def entries(report: Report) -> tuple[Entry, ...]:
    """A list of the respondents, most urgent first."""
    knowledge = report.knowledge
    return tuple(
        Entry(
            visible(respondent.id),
            assessment.advice.level,
            assessment.urgency,
            level_name(assessment.advice.level, knowledge),
            "" if assessment.complete else level_name(assessment.possible_urgency, knowledge),
            why(assessment, knowledge),
        )
        for respondent, assessment, _ in report.results
    )


def totals(report: Report) -> str:
    """How many respondents there are, and of how many each thing is said."""
    knowledge = report.knowledge
    counts = ", ".join(f"{count} {level_name(level, knowledge)}" for level, count in report.by_advice.items())
    return text_of(knowledge, "list_total", count=len(report.results), counts=counts)
