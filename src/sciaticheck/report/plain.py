"""The result as plain lines: one fact a line, each beginning with its label, so that it can be read aloud."""

from __future__ import annotations

from collections.abc import Iterator

from sciaticheck.errors import visible
from sciaticheck.report.run import Run
from sciaticheck.report.view import LEVEL_NAMES, Page, Section, page


def as_plain(run: Run) -> str:
    """One respondent in full, or a line each for more."""
    if len(run.results) == 1:
        return "".join(f"{line}\n" for line in page_lines(page(run.results[0], run.knowledge)))
    lines = [
        f"{LEVEL_NAMES[result.assessment.urgency]}: {visible(result.respondent.id)}."
        + ("" if result.assessment.complete else " Not complete.")
        for result in run.results
    ]
    return "".join(f"{line}\n" for line in [*lines, run.knowledge.texts["notice"]])


def page_lines(shown: Page) -> Iterator[str]:
    """The lines of one result."""
    yield f"Urgency: {shown.headline}."
    yield from shown.under
    for section in shown.sections:
        yield from _section(section)
    yield from shown.footer


def _section(section: Section) -> Iterator[str]:
    total = len(section.rows)
    for number, row in enumerate(section.rows, start=1):
        if section.kind == "numbered":
            yield f"Step {number} of {total}: {row[0]}"
        elif section.kind == "conditions":
            name, present, possible, found = row
            yield f"Condition: {name}. {present} signs found, {possible} open. {found}."
        elif section.kind == "pairs":
            label, text = row
            yield f"{section.title}: {label + ': ' if label else ''}{text}"
        else:
            yield f"{section.title}: {row[0].removeprefix('- ')}"
