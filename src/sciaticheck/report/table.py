"""The result as a Rich table: for people, at any width, with or without colour."""

from __future__ import annotations

from collections.abc import Iterable

from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from sciaticheck.errors import visible
from sciaticheck.report.plain import list_lines
from sciaticheck.report.run import Run
from sciaticheck.report.view import ConditionRow, Page, Paged, Section, level_name, page, rules

NARROW = 60
"""Below this many columns a section stands under its title and not beside it."""

WIDEST_ID = 24
"""Columns for the id in a list; a longer one is folded, never cut."""

SYMBOLS = {"emergency": "!", "same_day": "*", "soon": "+", "routine": "-"}
"""What stands in the first column of a list: for the eye and for grep, never instead of the word."""


def print_run(run: Run, console: Console, paged: Paged = page) -> None:
    """One respondent in full, or a line each for more."""
    if len(run.results) == 1:
        print_page(paged(run.results[0], run.knowledge), console)
    elif run.results:
        console.print(_list(run, console.width))


def print_page(shown: Page, console: Console) -> None:
    """One result. The emergency line is bold reverse, which every theme and every eye can tell apart."""
    console.print(headline(shown.headline, console.width))
    for line in shown.under:
        console.print(Text(line, style="bold"))
    narrow = console.width < NARROW
    widest = max((len(section.title) for section in shown.sections if section.kind not in ("table", "text")), default=0)
    for section in shown.sections:
        if narrow or section.kind == "table":
            console.print()
            console.print(Text(section.title, style="bold underline"))
            console.print(_body(section, narrow))
        elif section.kind == "text":  # long: across the screen, after its title
            console.print(Text.assemble((section.title, "bold"), " ", " ".join(text for (text,) in section.rows)))
        else:
            grid = columns(2, gap=1)
            grid.columns[0].width = widest
            grid.add_row(Text(section.title, style="bold"), _body(section, narrow))
            console.print(grid)
    console.print(Text(" ".join(shown.footer), style="dim"))
    if narrow and console.is_terminal:  # the first line has scrolled away: what matters most stands last too
        console.print(headline(shown.headline, console.width))


def headline(text: str, width: int) -> Text:
    """The urgency line, across the screen."""
    line = Text(f" {text} ", style="bold reverse")
    line.pad_right(max(0, width - len(line)))
    return line


def columns(count: int, gap: int = 2) -> Table:
    """A table without lines whose last column takes the rest: what wraps in it hangs under its beginning."""
    grid = Table.grid(padding=(0, gap, 0, 0))
    for _ in range(count - 1):
        grid.add_column(no_wrap=True)
    grid.add_column(overflow="fold")
    return grid


def _body(section: Section, narrow: bool) -> RenderableType:
    if section.kind == "conditions":
        return _bars(section.conditions, narrow)
    if section.kind == "table":
        return _cells(section, narrow)
    if section.kind == "pairs":
        return _pairs(section.rows)
    if section.kind == "numbered":
        grid = columns(2)
        for number, (text,) in enumerate(section.rows, start=1):
            grid.add_row(Text(f"{number}"), Text(text))
        return grid
    if section.kind == "quote":
        return Group(*(Text(f'"{text}"', style="bold") for (text,) in section.rows))
    return Group(*(Text(text) for (text,) in section.rows))


def _cells(section: Section, narrow: bool) -> RenderableType:
    """A table under its header; on a narrow screen a line a row."""
    if narrow:
        return Group(*(Text(": ".join(cell for cell in row if cell)) for row in section.rows))
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="bold")
    for title in section.header:
        table.add_column(title, overflow="fold")
    table.columns[0].no_wrap = len(section.header) > 3
    for row in section.rows:
        table.add_row(*(Text(cell) for cell in row))
    return table


def _pairs(rows: Iterable[tuple[str, ...]]) -> RenderableType:
    parts: list[RenderableType] = []
    grid = columns(2)
    for label, text in rows:
        if label:
            grid.add_row(Text(label, style="bold"), Text(text))
        else:
            parts.append(Text(text))
    return Group(*([grid] if grid.row_count else []), *parts)


def _bars(rows: Iterable[ConditionRow], narrow: bool) -> RenderableType:
    """A line a condition: name, count in words, and the count as a bar."""
    if narrow:
        return Group(*(Text(f"{row.name}: {row.counted} {row.bar}") for row in rows))
    grid = Table.grid(padding=(0, 2, 0, 0))
    for _ in range(3):
        grid.add_column(overflow="fold")
    grid.columns[1].no_wrap = grid.columns[2].no_wrap = True
    for row in rows:
        grid.add_row(Text(row.name), Text(row.counted), Text(row.bar))
    return grid


def _list(run: Run, width: int) -> RenderableType:
    """A line a respondent, most urgent first, then the counts. What does not fit a line is cut; JSON has it whole."""
    knowledge = run.knowledge
    if width < NARROW:
        return Group(*(Text(line) for line in list_lines(run)), *_totals(run))
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="bold", expand=True)
    longest = max(len("Respondent"), *(len(visible(result.respondent.id)) for result in run.results))
    widest = max(len(level_name(level, knowledge)) for level in run.by_urgency)
    table.add_column("", width=1)
    table.add_column("Urgency", width=widest)
    table.add_column("Could be", width=widest)
    table.add_column("Respondent", width=min(WIDEST_ID, longest), overflow="fold")
    table.add_column("Why", ratio=1, no_wrap=True, overflow="ellipsis")
    for result in run.results:
        assessment = result.assessment
        emergency = assessment.urgency == "emergency"
        table.add_row(
            Text(SYMBOLS[assessment.urgency]),
            Text(level_name(assessment.urgency, knowledge), style="bold reverse" if emergency else ""),
            Text("" if assessment.complete else level_name(assessment.possible_urgency, knowledge)),
            Text(visible(result.respondent.id)),
            Text(visible("; ".join(flag.name for flag in assessment.setting))),
        )
    return Group(table, *_totals(run))


def _totals(run: Run) -> list[RenderableType]:
    knowledge = run.knowledge
    counts = ", ".join(f"{count} {level_name(level, knowledge)}" for level, count in run.by_urgency.items() if count)
    return [
        Text(),
        Text(f"{len(run.results)} respondents: {counts}."),
        Text(f"{visible(knowledge.texts['notice'])} {rules(knowledge)}", style="dim"),
    ]
