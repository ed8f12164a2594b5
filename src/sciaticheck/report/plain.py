"""The result as plain lines: one fact a line, each beginning with its label, so that it can be read aloud."""

from __future__ import annotations

from collections.abc import Iterator

from sciaticheck.errors import visible
from sciaticheck.report.run import Run
from sciaticheck.report.view import Page, Paged, Section, level_name, page


def as_plain(run: Run, paged: Paged = page) -> str:
    """One respondent in full, or a line each for more."""
    if len(run.results) == 1:
        return "".join(f"{line}\n" for line in page_lines(paged(run.results[0], run.knowledge)))
    return "".join(f"{line}\n" for line in [*list_lines(run), visible(run.knowledge.texts["notice"])])


def list_lines(run: Run) -> Iterator[str]:
    """A line a respondent: the level, who, and the level that open questions could bring."""
    for result in run.results:
        assessment = result.assessment
        could = "" if assessment.complete else f" Could be {level_name(assessment.possible_urgency, run.knowledge)}."
        yield f"{level_name(assessment.urgency, run.knowledge)}: {visible(result.respondent.id)}.{could}"


def page_lines(shown: Page) -> Iterator[str]:
    """The lines of one result."""
    yield f"{shown.headline}."
    yield from shown.under
    for section in shown.sections:
        yield from _section(section)
    yield from shown.footer


def _section(section: Section) -> Iterator[str]:
    for row in section.conditions:
        yield f"{section.title}: {row.name}. {row.counted}. {row.found}."
    for number, texts in enumerate(section.rows, start=1):
        if section.kind == "numbered":
            yield f"{section.title} {number}: {texts[0]}"
        else:
            yield ": ".join(text for text in (section.title, *texts) if text not in ("", "-"))
