"""Results and pages as Rich tables: for people, at any width, with or without colour."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from sciaticheck.errors import visible
from sciaticheck.report.formats import Style
from sciaticheck.report.page import Document, Page, Section, entries, totals, version_note
from sciaticheck.report.pages import pages_of
from sciaticheck.report.plain import list_lines
from sciaticheck.report.results import Report

NARROW = 60
"""Below this width, a section is printed under its title instead of beside it."""

WIDEST_LEVEL = 14
"""The widest column of what is said; a longer text is wrapped."""

WIDEST_ID = 24
"""The widest column of ids in a list; a longer id is folded, never cut."""

BESIDE = ("pairs", "numbered", "list", "quote")
"""Kinds of sections that a wide screen shows beside their title."""

SYMBOLS = {"emergency": "!", "same_day": "*", "soon": "+", "routine": "-"}
"""Before the name of what is said, so that the urgency is seen without colour."""


def results(report: Report, style: Style) -> str | None:
    """One respondent in full, or a line each if there are several."""
    if len(report.results) <= 1:
        return page(pages_of(report, style.audience), style) if report.results else None
    console = style.console()
    return draw(console, _list(report, console.width))


def page(document: Document, style: Style) -> str:
    """Every page. If one page is longer than the screen, its headline and the first thing to do are last again."""
    console = style.console()
    text = draw(console, Group(*(part for each in document.pages for part in _parts(each, console))))
    if len(document.pages) == 1 and console.file.isatty() and text.count("\n") >= console.height:
        text += draw(console, Group(*_again(document.pages[0], console.width)))
    return text


def draw(console: Console, content: RenderableType) -> str:
    """The text that the content has on a console, without blanks at the ends of lines."""
    with console.capture() as capture:
        console.print(content)
    return "".join(f"{line.rstrip()}\n" for line in capture.get().splitlines())


def _parts(page: Page, console: Console) -> Iterator[RenderableType]:
    """What to print for a page. Its headline is bold and reversed, which is visible in every theme."""
    yield headline(page.headline, console.width)
    for line in page.under:
        yield Text(line, style="bold")
    narrow = console.width < NARROW
    widest = max((len(section.title) for section in page.sections if section.kind in BESIDE), default=0)
    for section in page.sections:
        body = Group(_body(section, console.width), *map(Text, section.notes))
        if narrow or section.kind in ("table", "sources"):
            yield from (Text(), Text(section.title, style="bold underline"), body)
        elif section.kind == "text":  # long: across the whole screen
            yield Text.assemble((section.title, "bold"), " ", " ".join(text for (text,) in section.rows))
        else:
            grid = columns(2, gap=1)
            grid.columns[0].width = widest
            grid.add_row(Text(section.title, style="bold"), body)
            yield grid
    yield Text(" ".join(page.footer), style="dim")


def _again(page: Page, width: int) -> Iterator[RenderableType]:
    """The headline and the first thing to do."""
    yield headline(page.headline, width)
    yield from (Text(section.rows[0][0], style="bold") for section in page.sections if section.kind == "numbered")


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


def _body(section: Section, width: int) -> RenderableType:
    if section.kind == "table":
        return _cells(section, width < NARROW)
    if section.kind in ("pairs", "sources"):
        return _pairs(section.rows, width // 4)
    if section.kind == "numbered":
        grid = columns(2)
        for number, (text,) in enumerate(section.rows, start=1):
            grid.add_row(Text(f"{number}"), Text(text))
        return grid
    if section.kind == "list":
        grid = columns(2, gap=1)
        for (text,) in section.rows:
            grid.add_row(Text("-"), Text(text))
        return grid
    if section.kind == "quote":
        return Group(*(Text(f'"{text}"', style="bold") for (text,) in section.rows))
    return Group(*(Text(text) for (text,) in section.rows))


def _cells(section: Section, narrow: bool) -> RenderableType:
    """A table with a header; on a narrow screen, a line for each row."""
    if narrow:
        return Group(*(Text(f"{row[0]}: {'. '.join(filter(None, row[1:]))}") for row in section.rows))
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


def _pairs(rows: Sequence[tuple[str, ...]], widest: int) -> RenderableType:
    """Labels beside their texts; before them if one is wider than the widest column of labels."""
    if any(len(row[0]) > widest for row in rows):
        labelled = (((f"{label}: " if label else "", "bold"), " ".join(texts)) for label, *texts in rows)
        return Group(*(Text.assemble(*parts) for parts in labelled))
    grid = columns(2)
    for label, *texts in rows:
        if label:
            grid.add_row(Text(label, style="bold"), Text(" ".join(texts)))
    return Group(*([grid] if grid.row_count else []), *(Text(row[1]) for row in rows if not row[0]))


def _list(report: Report, width: int) -> RenderableType:
    """The respondents, most urgent first, and the totals."""
    knowledge, texts = report.knowledge, report.knowledge.texts
    last = f"{visible(texts['notice'])} {version_note(knowledge)}"
    closing = [Text(), Text(totals(report)), Text(last, style="dim")]
    if width < NARROW:
        return Group(*(Text(line) for line in list_lines(report)), *closing)
    listed = entries(report)
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="bold", expand=True)
    longest = max(len(texts["column_id"]), *(len(entry.id) for entry in listed))
    table.add_column(texts["column_id"], width=min(WIDEST_ID, longest), overflow="fold")
    table.add_column(texts["column_advice"], max_width=WIDEST_LEVEL)
    table.add_column(texts["column_could"], max_width=WIDEST_LEVEL)
    table.add_column(texts["part_why"], ratio=1, overflow="fold")
    for entry in listed:
        style = "bold reverse" if entry.urgency == "emergency" else ""
        said = Text(f"{SYMBOLS[entry.urgency]} {entry.said}", style=style)
        table.add_row(Text(entry.id), said, Text(entry.could_be), Text(entry.why))
    return Group(table, *closing)
