"""Printing, writing files, and ending with an error. Only this module writes to the standard streams."""

from __future__ import annotations

import contextlib
import errno
import os
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn, TextIO

import typer

from sciaticheck.cli.console import console
from sciaticheck.errors import KnowledgeError, Problem, SciaticheckError, visible

if TYPE_CHECKING:
    from rich.console import Console

    from sciaticheck.formats.column_map import ColumnMap
    from sciaticheck.knowledge.model import Knowledge
    from sciaticheck.report.formats import Audience

BAD_INPUT = 2
INTERNAL_ERROR = 70
INTERRUPTED = 130


def is_terminal(stream: TextIO | None) -> bool:
    """Whether a standard stream exists and is a terminal."""
    return stream is not None and stream.isatty()


def say(text: str) -> None:
    """Prints a line to standard error. Does nothing if the stream is closed."""
    if sys.stderr is not None:
        with contextlib.suppress(OSError, ValueError):
            print(text, file=sys.stderr, flush=True)


def say_wrapped(text: str) -> None:
    """Prints a line to standard error, at a terminal broken between words."""
    from shutil import get_terminal_size
    from textwrap import fill

    if is_terminal(sys.stderr):
        width = max(20, get_terminal_size().columns)
        text = fill(text, width, subsequent_indent="  ", break_long_words=False, break_on_hyphens=False)
    say(text)


def say_problems(problems: Iterable[Problem]) -> None:
    """Prints a line for each problem."""
    for problem in problems:
        say_wrapped(str(problem))


def say_notes(notes: Iterable[Problem]) -> None:
    """Prints each distinct note once, with its count and first location."""
    distinct: dict[tuple[str, str], list[Problem]] = {}
    for note in notes:
        distinct.setdefault((note.code, note.message), []).append(note)
    for same in distinct.values():
        say_wrapped(f"note: {same[0]}" + (f" ({len(same)} times)" if len(same) > 1 else ""))


def fail(message: str) -> NoReturn:
    """Prints a message and ends with exit status 2."""
    say(f"sciaticheck: {message}")
    raise typer.Exit(BAD_INPUT)


@contextlib.contextmanager
def reporting_problems(conclusion: str = "") -> Iterator[None]:
    """Prints the problems of an error raised inside, and the conclusion if any, and ends with exit status 2."""
    try:
        yield
    except SciaticheckError as error:
        say_problems(error.problems)
        if conclusion:
            fail(conclusion)
        raise typer.Exit(BAD_INPUT) from None


def open_knowledge(file: Path | None, language: str | None = None, region: str = "default") -> Knowledge:
    """The knowledge in this language or that of the locale, in the words of the region.

    Ends with exit status 2 if it cannot be used.
    """
    from sciaticheck.knowledge.load import load_knowledge

    try:
        return load_knowledge(file, language or _locale_language(), region)
    except KnowledgeError as error:
        say_problems(error.problems)
        if error.problems[0].code == "unknown_language":
            raise typer.Exit(BAD_INPUT) from None
        count = len(error.problems)
        fail(f"the knowledge cannot be used: {count} problem{'s' if count > 1 else ''}.")


def open_column_map(preset: str | None, file: Path | None, knowledge: Knowledge) -> ColumnMap | None:
    """The column map for CSV, or None. Ends with exit status 2 if it cannot be used."""
    if preset is None and file is None:
        return None
    from sciaticheck.formats.map_file import column_map_of

    with reporting_problems():
        return column_map_of(preset, str(file) if file else None, knowledge)


def _locale_language() -> str:
    """The language of the locale if there is a translation, else English."""
    from sciaticheck.knowledge.files import languages

    locale = next(filter(None, map(os.environ.get, ("LC_ALL", "LC_MESSAGES", "LANG"))), "")
    code = locale.partition(".")[0].partition("_")[0].lower()
    return code if code in languages() else "en"


def refuse_input(output: Path | None, inputs: Iterable[str]) -> None:
    """Ends with exit status 2 if the output is an input, be it under another name or a link."""
    if output is None or not output.exists():
        return
    for name in inputs:
        if name != "-" and os.path.exists(name) and os.path.samefile(name, output):
            fail(f"{visible(str(output))} is an input; name another file for the output.")


def deliver(content: str | bytes, output: Path | None) -> None:
    """Writes a result to standard output, or to a file as `write_whole` does.

    It is no error if standard output is closed, or its reader has ended.
    """
    if output is not None and str(output) != "-":
        write_whole(content, output)
    elif sys.stdout is not None:
        try:
            if isinstance(content, bytes):
                sys.stdout.buffer.write(content)
            else:
                sys.stdout.write(content)
            sys.stdout.flush()
        except OSError as error:
            _give_up(sys.stdout)
            if error.errno not in (errno.EPIPE, errno.EBADF):
                fail(f"cannot write the result: {error.strerror}")


def settle() -> None:
    """Flushes both streams, so a closed reader or terminal does not change the exit status."""
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:
            try:
                stream.flush()
            except (OSError, ValueError):
                _give_up(stream)


def _give_up(stream: TextIO) -> None:
    """Redirects a stream to the null device, so closing it at exit does not fail again."""
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def write_whole(content: str | bytes, output: Path, mode: int | None = None) -> None:
    """Writes a file that appears whole or not at all. `mode` sets its permissions."""
    from sciaticheck.whole_file import WholeFile

    try:
        with WholeFile(str(output), mode) as stream:
            stream.write(content if isinstance(content, bytes) else content.encode())
    except OSError as error:
        fail(f"cannot write {visible(str(output))}: {error.strerror}")


def show(
    content: object,
    format: str | None,
    formats: Mapping[str, str],
    output: Path | None,
    *,
    audience: Audience = "patient",
    plain: bool = False,
    no_color: bool = False,
) -> None:
    """Writes content to standard output or a file, in one of the formats for its kind: the first, if none is given."""
    from sciaticheck.report.formats import ENDINGS, Style, render

    named = ENDINGS.get(output.suffix.lower(), "") if output else ""
    format = format or (named if named in formats else next(iter(formats)))
    indent = 2 if output is None and is_terminal(sys.stdout) else None
    style = Style(lambda: screen(output, no_color), audience, indent)
    text = render(content, "plain" if plain and format == "table" else format, formats, style)
    if text is not None:
        deliver(text, output)


def screen(output: Path | None, no_color: bool = False) -> Console:
    """The Rich console with the width and colours of the output, which is a terminal, a file or a pipe."""
    if output is None and sys.stdout is not None and is_terminal(sys.stdout):
        return console(sys.stdout, no_color)
    from io import StringIO

    return console(StringIO(), no_color=no_color or output is not None)


def check_region(region: str, knowledge: Knowledge) -> None:
    """Ends with exit status 2 if the knowledge has no such region."""
    from sciaticheck.errors import did_you_mean, shown

    if region not in knowledge.region_names:
        allowed = ", ".join(knowledge.region_names)
        fail(f"--region: {shown(region)} is not one of {allowed}.{did_you_mean(region, knowledge.region_names)}")
