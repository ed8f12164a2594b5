"""Results as plain lines for screen readers: one fact a line, each beginning with its label."""

from __future__ import annotations

from collections.abc import Iterator

from sciaticheck.errors import visible
from sciaticheck.report.formats import Style
from sciaticheck.report.page import Document, Page, Section, entries, text_of, totals, version_note
from sciaticheck.report.pages import pages_of
from sciaticheck.report.results import Report


def results(report: Report, style: Style) -> str | None:
    """One respondent in full, or a line each if there are several."""
    if len(report.results) <= 1:
        return page(pages_of(report, style.audience), style) if report.results else None
    knowledge = report.knowledge
    last = (totals(report), f"{visible(knowledge.texts['notice'])} {version_note(knowledge)}")
    return "".join(f"{line}\n" for line in (*list_lines(report), *last))


def page(document: Document, style: Style) -> str:
    """The lines of each page. If one page is longer than the screen, its headline and first step are last again."""
    lines = [line for each in document.pages for line in page_lines(each)]
    console = style.console()
    if len(document.pages) == 1 and console.file.isatty():
        steps = (section for section in document.pages[0].sections if section.kind == "numbered")
        if sum(1 + len(line) // console.width for line in lines) >= console.height:
            lines += [lines[0], *(next(_section(section)) for section in steps)]
    return "".join(f"{line}\n" for line in lines)


def list_lines(report: Report) -> Iterator[str]:
    """A line for each respondent: the id, what is said, what it could be, and why."""
    for entry in entries(report):
        could = f" {text_of(report.knowledge, 'could_be', level=entry.could_be)}" if entry.could_be else ""
        yield f"{entry.id}: {entry.said}.{could}{f' {entry.why}.' if entry.why else ''}"


def page_lines(page: Page) -> Iterator[str]:
    """The lines of one result."""
    yield f"{page.headline}."
    yield from page.under
    for section in page.sections:
        yield from _section(section)
    yield from page.footer


def _section(section: Section) -> Iterator[str]:
    for number, texts in enumerate(section.rows, start=1):
        if section.kind == "numbered":
            yield f"{section.title} {number}: {texts[0]}"
        else:
            yield ": ".join(text for text in (section.title, *texts) if text not in ("", "-"))
    yield from section.notes
