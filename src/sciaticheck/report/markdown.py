"""Results and the card as Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterator

from sciaticheck.report.formats import Style
from sciaticheck.report.page import Document, Page, Section
from sciaticheck.report.pages import pages_of
from sciaticheck.report.results import Report


def results(report: Report, style: Style) -> str | None:
    """The problems, and then every respondent in full."""
    return page(pages_of(report, style.audience), style) if report.results else None


def page(document: Document, style: Style) -> str:
    """The problems, and then every page."""
    problems = [f"- {escape(problem)}" for problem in document.problems]
    title = escape(document.knowledge.texts["not_checked"])
    before = [f"**{title}:**\n\n" + "\n".join(problems) + "\n"] if problems else []
    return "\n".join([*before, *("\n".join(_page(each)) + "\n" for each in document.pages)])


def _page(page: Page) -> Iterator[str]:
    yield f"# {escape(page.headline)}\n"
    for line in page.under:
        yield f"**{escape(line)}**\n"
    for section in page.sections:
        yield f"## {escape(section.title)}\n"
        yield from _section(section)
        yield ""
    yield "---\n"
    for line in page.footer:
        yield f"{escape(line)}\n"


def _section(section: Section) -> Iterator[str]:
    if section.header:
        yield f"| {' | '.join(section.header)} |"
        yield "|---" * len(section.header) + "|"
    for number, texts in enumerate(section.rows, start=1):
        cells = [escape(text) for text in texts]
        if section.kind == "table":
            yield f"| {' | '.join(cells)} |"
        elif section.kind == "numbered":
            yield f"{number}. {cells[0]}"
        elif section.kind == "quote":
            yield f"> {cells[0]}"
        elif section.kind == "sources":
            yield f"- **{cells[0]}**: {cells[1]} <{texts[2]}>"
        elif section.kind == "pairs" and cells[0]:
            yield f"- **{cells[0]}**: {cells[1]}"
        else:
            yield f"- {cells[-1]}"
    for note in section.notes:
        yield f"\n{escape(note)}"


def escape(text: str) -> str:
    """The text with the special characters of Markdown and HTML escaped.

    >>> print(escape("1 < 2 *"))
    1 \\< 2 \\*
    """
    return re.sub(r"([\\`*_{}\[\]<>#|~&!])", r"\\\1", text)
