"""The result as Markdown: for notes, tickets and messages."""

from __future__ import annotations

import re
from collections.abc import Iterator

from sciaticheck.errors import visible
from sciaticheck.report.run import Run
from sciaticheck.report.view import Page, Paged, Section, page


def as_markdown(run: Run, paged: Paged = page) -> str:
    """Every respondent in full, one after the other."""
    problems = [f"- {escape(visible(str(problem)))}" for problem in run.problems]
    before = ["**Not checked:**\n\n" + "\n".join(problems) + "\n"] if problems else []
    return "\n".join([*before, *(page_text(paged(result, run.knowledge)) for result in run.results)])


def page_text(shown: Page) -> str:
    """One page."""
    return "\n".join(_page(shown)) + "\n"


def _page(shown: Page) -> Iterator[str]:
    yield f"# {escape(shown.headline)}\n"
    for line in shown.under:
        yield f"**{escape(line)}**\n"
    for section in shown.sections:
        yield f"## {escape(section.title)}\n"
        yield from _section(section)
        yield ""
    yield "---\n"
    for line in shown.footer:
        yield f"{escape(line)}\n"


def _section(section: Section) -> Iterator[str]:
    if section.conditions:
        yield "| condition | signs | open | found |"
        yield "|---|---|---|---|"
    for row in section.conditions:
        yield f"| {escape(row.name)} | {escape(row.counted)} | {row.possible} | {escape(row.found)} |"
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
        elif section.kind == "pairs" and cells[0]:
            yield f"- **{cells[0]}**: {cells[1]}"
        else:
            yield f"- {cells[-1]}"


def escape(text: str) -> str:
    """Text with everything that Markdown or HTML would act on written out."""
    return re.sub(r"([\\`*_{}\[\]<>#|~&!])", r"\\\1", text)
