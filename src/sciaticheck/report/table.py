"""Results and pages as Rich tables: for people, at any width, with or without colour."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from sciaticheck.errors import visible
from sciaticheck.report.formats import Style
from sciaticheck.report.page import ConditionRow, Document, Page, Section, level_name, pages_of
from sciaticheck.report.plain import list_lines
from sciaticheck.report.results import Report

NARROW = 60
"""Below this width, a section is printed under its title instead of beside it."""

WIDEST_ID = 24
"""The widest column of ids in a list; a longer id is folded, never cut."""

SYMBOLS = {"emergency": "!", "same_day": "*", "soon": "+", "routine": "-"}
"""The first column of a list, in addition to the name of the urgency."""


def results(report: Report, style: Style) -> str | None:
    """One respondent in full, or a line each if there are several."""
    if len(report.results) <= 1:
        return page(pages_of(report, style.audience), style) if report.results else None
    console = style.console()
    return draw(console, _list(report, console.width))


def page(document: Document, style: Style) -> str:
    """Every page."""
    console = style.console()
    return draw(console, Group(*(part for each in document.pages for part in _parts(each, console))))


def draw(console: Console, content: RenderableType) -> str:
    """The text that the content has on a console, without blanks at the ends of lines."""
    with console.capture() as capture:
        console.print(content)
    return "".join(f"{line.rstrip()}\n" for line in capture.get().splitlines())


def print_page(page: Page, console: Console) -> None:
    """Prints one result."""
    console.print(Group(*_parts(page, console)))


def _parts(page: Page, console: Console) -> Iterator[RenderableType]:
    """What to print for a page. Its headline is bold and reversed, which is visible in every theme."""
    yield headline(page.headline, console.width)
    for line in page.under:
        yield Text(line, style="bold")
    narrow = console.width < NARROW
    widest = max((len(section.title) for section in page.sections if section.kind not in ("table", "text")), default=0)
    for section in page.sections:
        if narrow or section.kind == "table":
            yield from (Text(), Text(section.title, style="bold underline"), _body(section, narrow))
        elif section.kind == "text":  # long: across the whole screen
            yield Text.assemble((section.title, "bold"), " ", " ".join(text for (text,) in section.rows))
        else:
            grid = columns(2, gap=1)
            grid.columns[0].width = widest
            grid.add_row(Text(section.title, style="bold"), _body(section, narrow))
            yield grid
    yield Text(" ".join(page.footer), style="dim")
    if narrow and console.is_terminal:  # the first line may have scrolled away
        yield headline(page.headline, console.width)


def headline(text: str, width: int) -> Text:
    """The headline of a page, across the screen."""
    line = Text(f" {text} ", style="bold reverse")
    line.pad_right(max(0, width - len(line)))
    return line


def columns(count: int, gap: int = 2) -> Table:
    """A table without lines. Text in the last column wraps; the other columns never do."""
    grid = Table.grid(padding=(0, gap, 0, 0))
    for _ in range(count - 1):
        grid.add_column(no_wrap=True)
    grid.add_column(overflow="fold")
    return grid


def explanation(entries: Iterable[Iterable[tuple[str, str]]], console: Console) -> str:
    """The output of `explain`: the labels and texts of each entry, with a blank line between entries."""
    parts: list[RenderableType] = []
    for lines in entries:
        grid = columns(2)
        for label, text in lines:
            grid.add_row(Text(label, style="bold"), Text(text))
        parts += [grid, Text()]
    return draw(console, Group(*parts[:-1]))


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
    """A table with a header; on a narrow screen, a line for each row."""
    if narrow:
        return Group(*(Text(": ".join(cell for cell in row if cell)) for row in section.rows))
    return with_header(section.header, section.rows, wrap_first=len(section.header) <= 3)


def with_header(titles: Iterable[str], rows: Iterable[Iterable[str]], wrap_first: bool = False) -> Table:
    """A table without lines under a header. Text in the first column wraps only with `wrap_first`."""
    table = Table(*titles, box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="bold")
    for column in table.columns:
        column.overflow = "fold"
    table.columns[0].no_wrap = not wrap_first
    for row in rows:
        table.add_row(*map(Text, row))
    return table


def _pairs(rows: Sequence[tuple[str, ...]]) -> RenderableType:
    grid = columns(2)
    for label, text in rows:
        if label:
            grid.add_row(Text(label, style="bold"), Text(text))
    return Group(*([grid] if grid.row_count else []), *(Text(text) for label, text in rows if not label))


def _bars(rows: Iterable[ConditionRow], narrow: bool) -> RenderableType:
    """A line for each condition: the name, the count as text, and the count as a bar."""
    if narrow:
        return Group(*(Text(f"{row.name}: {row.count_text} {row.bar}") for row in rows))
    grid = Table.grid(padding=(0, 2, 0, 0))
    for _ in range(3):
        grid.add_column(overflow="fold")
    grid.columns[1].no_wrap = grid.columns[2].no_wrap = True
    for row in rows:
        grid.add_row(Text(row.name), Text(row.count_text), Text(row.bar))
    return grid


def _list(report: Report, width: int) -> RenderableType:
    """A line for each respondent, most urgent first, and the totals. Reasons that do not fit are cut; JSON has all."""
    knowledge = report.knowledge
    if width < NARROW:
        return Group(*(Text(line) for line in list_lines(report)), *_totals(report))
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="bold", expand=True)
    longest = max(len("Respondent"), *(len(visible(result.respondent.id)) for result in report.results))
    widest = max(len(level_name(level, knowledge)) for level in report.by_urgency)
    table.add_column("", width=1)
    table.add_column("Urgency", width=widest)
    table.add_column("Could be", width=widest)
    table.add_column("Respondent", width=min(WIDEST_ID, longest), overflow="fold")
    table.add_column("Why", ratio=1, no_wrap=True, overflow="ellipsis")
    for result in report.results:
        assessment = result.assessment
        emergency = assessment.urgency == "emergency"
        table.add_row(
            Text(SYMBOLS[assessment.urgency]),
            Text(level_name(assessment.urgency, knowledge), style="bold reverse" if emergency else ""),
            Text("" if assessment.complete else level_name(assessment.possible_urgency, knowledge)),
            Text(visible(result.respondent.id)),
            Text(visible("; ".join(flag.name for flag in assessment.setting))),
        )
    return Group(table, *_totals(report))


def _totals(report: Report) -> list[RenderableType]:
    knowledge = report.knowledge
    counts = ", ".join(f"{count} {level_name(level, knowledge)}" for level, count in report.by_urgency.items() if count)
    return [
        Text(),
        Text(f"{len(report.results)} respondents: {counts}."),
        Text(f"{visible(knowledge.texts['notice'])} {visible(knowledge.version_note)}", style="dim"),
    ]
