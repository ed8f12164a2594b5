"""A page as sections of plain text, which each output format lays out in its own way.

Texts from data and input are escaped when a page is built, so formats need not do it.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

from sciaticheck.engine.assessment import Assessment, ConditionResult
from sciaticheck.errors import visible
from sciaticheck.knowledge.model import Knowledge, Source, Urgency
from sciaticheck.report.formats import Audience
from sciaticheck.report.results import Report

Kind = Literal["pairs", "numbered", "quote", "text", "conditions", "table"]


class Section(NamedTuple):
    """A part with a title. A row is one text; for `pairs` a label (or "") and a text; for `table` the cells."""

    title: str
    kind: Kind
    rows: tuple[tuple[str, ...], ...] = ()
    conditions: tuple[ConditionRow, ...] = ()
    header: tuple[str, ...] = ()


class ConditionRow(NamedTuple):
    """A condition as shown: how many of its signs are present and possible, as a text too, and which are present."""

    name: str
    present: int
    possible: int
    total: int
    count_text: str
    present_signs: str

    @property
    def bar(self) -> str:
        """A character for each sign: `#` present, `-` possible, `.` absent."""
        return "#" * self.present + "-" * self.possible + "." * (self.total - self.present - self.possible)


class Page(NamedTuple):
    """A result as shown: the headline, the lines under it, the sections, the closing lines, and the sources."""

    urgency: Urgency
    headline: str
    under: tuple[str, ...]
    sections: tuple[Section, ...]
    footer: tuple[str, ...]
    sources: tuple[Source, ...] = ()


class Document(NamedTuple):
    """Pages that belong together, and the problems with the input."""

    pages: tuple[Page, ...]
    knowledge: Knowledge
    problems: tuple[str, ...] = ()


def pages_of(report: Report, audience: Audience) -> Document:
    """A page for each respondent, written for this audience, and the problems."""
    if audience == "clinician":
        from sciaticheck.report.clinician import clinician_page as page_of
    else:
        from sciaticheck.report.patient import patient_page as page_of

    pages = tuple(page_of(result, report.knowledge) for result in report.results)
    return Document(pages, report.knowledge, tuple(visible(str(problem)) for problem in report.problems))


def text_of(knowledge: Knowledge, name: str, **values: object) -> str:
    """A text of the knowledge with its placeholders filled in, escaped."""
    return visible(knowledge.text(name, **values))


def level_name(urgency: Urgency, knowledge: Knowledge) -> str:
    """The name of a level for people."""
    return visible(knowledge.texts[f"level_{urgency}"])


def cited(assessment: Assessment, knowledge: Knowledge) -> tuple[Source, ...]:
    """The sources of the advice: those of the flags that give the urgency, else of the safety net."""
    cites = [cite for flag in assessment.setting for cite in flag.flag.cites] or knowledge.safety_net.cites
    return tuple(knowledge.sources[name] for name in dict.fromkeys(cite.source for cite in cites))


def condition_row(ranked: ConditionResult, knowledge: Knowledge) -> ConditionRow:
    """A condition as shown."""
    names = [sign.name[0].lower() + sign.name[1:] if index else sign.name for index, sign in enumerate(ranked.present)]
    return ConditionRow(
        name=visible(ranked.name),
        present=ranked.signs_present,
        possible=ranked.signs_possible,
        total=len(ranked.signs),
        count_text=text_of(knowledge, "signs_found", present=ranked.signs_present, total=len(ranked.signs)),
        present_signs=visible(", ".join(names)),
    )


def incomplete(assessment: Assessment, knowledge: Knowledge) -> tuple[str, ...]:
    """The line about unanswered questions that could raise the urgency, if there are any."""
    if assessment.complete:
        return ()
    level = level_name(assessment.possible_urgency, knowledge)
    return (text_of(knowledge, "incomplete", level=level, count=len(assessment.could_raise)),)
