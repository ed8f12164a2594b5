"""The result as a Rich table: for people, at any width, with or without colour."""

from __future__ import annotations

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from sciaticheck.errors import visible
from sciaticheck.knowledge.model import Knowledge
from sciaticheck.report.run import Run
from sciaticheck.report.view import LEVEL_NAMES, Page, Section, page

NARROW = 60
"""Below this many columns a table is drawn as lines."""

SYMBOLS = {"emergency": "!", "same_day": "*", "soon": "+", "routine": "-"}
"""What stands in the first column of a list: for the eye and for grep, never instead of the word."""


def print_run(run: Run, console: Console) -> None:
    """One respondent in full, or a line each for more."""
    if len(run.results) == 1:
        print_page(page(run.results[0], run.knowledge), console)
    elif run.results:
        console.print(_list(run, run.knowledge))


def print_page(shown: Page, console: Console) -> None:
    """One result. The emergency line is bold reverse, which every theme and every eye can tell apart."""
    console.print(headline(shown.headline, console.width))
    for line in shown.under:
        console.print(Text(line, style="bold"))
    for section in shown.sections:
        console.print()
        console.print(Text(section.title, style="bold underline"))
        console.print(_body(section, console.width))
    console.print()
    for line in shown.footer:
        console.print(Text(line, style="dim"))


def headline(text: str, width: int) -> Text:
    """The urgency line, across the screen."""
    line = Text(f" {text} ", style="bold reverse")
    line.pad_right(max(0, width - len(line)))
    return line


def _body(section: Section, width: int) -> RenderableType:
    if section.kind == "conditions":
        return _conditions(section, width)
    if section.kind == "pairs":
        grid = _grid()
        for label, text in section.rows:
            if label:
                grid.add_row(Text(label, style="bold"), Text(text))
        alone = [Text(text) for label, text in section.rows if not label]
        return Group(*([grid] if grid.row_count else []), *alone)
    if section.kind == "numbered":
        grid = _grid()
        for number, (text,) in enumerate(section.rows, start=1):
            grid.add_row(Text(f"{number}."), Text(text))
        return grid
    if section.kind == "quote":
        return Group(*(Padding(Text(f'"{text}"', style="bold"), (0, 0, 0, 2)) for (text,) in section.rows))
    grid = _grid()
    lines: list[RenderableType] = []
    for (text,) in section.rows:
        if text.startswith("- "):
            grid.add_row(Text("-"), Text(text[2:]))
            if grid.row_count == 1:
                lines.append(grid)
        else:
            lines.append(Text(text))
    return Group(*lines)


def _grid() -> Table:
    """Two columns, the first as wide as it must be: continuation lines hang under the text."""
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(no_wrap=True)
    grid.add_column(overflow="fold")
    return grid


def _conditions(section: Section, width: int) -> RenderableType:
    if width < NARROW:
        lines = [Text(f"{name}: {present} signs. {found}.") for name, present, _, found in section.rows]
        return Group(*lines)
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="bold")
    table.add_column("Condition", ratio=3)
    table.add_column("Signs", no_wrap=True)
    table.add_column("Open", no_wrap=True, justify="right")
    table.add_column("Found", ratio=4)
    for name, present, possible, found in section.rows:
        table.add_row(Text(name), Text(present), Text(possible), Text(found))
    return table


def _list(run: Run, knowledge: Knowledge) -> RenderableType:
    """A line a respondent, most urgent first, then the counts. What does not fit a line is cut; JSON has it whole."""
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="bold")
    for column in ("", "Urgency", "Could be", "Respondent"):
        table.add_column(column, no_wrap=column != "Respondent", overflow="fold")
    table.add_column("Why", no_wrap=True, overflow="ellipsis")
    for result in run.results:
        assessment = result.assessment
        emergency = assessment.urgency == "emergency"
        table.add_row(
            Text(SYMBOLS[assessment.urgency]),
            Text(LEVEL_NAMES[assessment.urgency], style="bold reverse" if emergency else ""),
            Text("" if assessment.complete else LEVEL_NAMES[assessment.possible_urgency]),
            Text(visible(result.respondent.id)),
            Text(visible("; ".join(flag.flag.name for flag in assessment.setting))),
        )
    counts = ", ".join(f"{count} {LEVEL_NAMES[level]}" for level, count in run.by_urgency.items() if count)
    review = "" if knowledge.review.status == "reviewed" else f" {knowledge.texts['unreviewed']}"
    return Group(
        table,
        Text(),
        Text(f"{len(run.results)} respondents: {counts}."),
        Text(visible(f"{knowledge.texts['notice']} Rules {knowledge.version}.{review}"), style="dim"),
    )
