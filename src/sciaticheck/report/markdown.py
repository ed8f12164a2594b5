"""The result as Markdown: for notes, tickets and messages."""

from __future__ import annotations

import re
from collections.abc import Iterator

from sciaticheck.report.run import Run
from sciaticheck.report.view import Page, Section, page


def as_markdown(run: Run) -> str:
    """Every respondent in full, one after the other."""
    return "\n".join("\n".join(_page(page(result, run.knowledge))) + "\n" for result in run.results)


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
    if section.kind == "conditions":
        yield "| condition | signs | open | found |"
        yield "|---|---|---|---|"
    for number, row in enumerate(section.rows, start=1):
        cells = [escape(cell) for cell in row]
        if section.kind == "conditions":
            yield f"| {' | '.join(cells)} |"
        elif section.kind == "numbered":
            yield f"{number}. {cells[0]}"
        elif section.kind == "quote":
            yield f"> {cells[0]}"
        elif section.kind == "pairs":
            yield f"- **{cells[0]}**: {cells[1]}" if cells[0] else f"- {cells[1]}"
        else:
            yield f"- {escape(row[0].removeprefix('- '))}"


def escape(text: str) -> str:
    """Text with everything that Markdown or HTML would act on written out."""
    return re.sub(r"([\\`*_{}\[\]<>#|~&!])", r"\\\1", text)
