"""The terminal loop around the interview: reads lines, prints paragraphs, keeps answers in a file if asked to."""

from __future__ import annotations

import contextlib
import signal
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from sciaticheck.cli.common import fail, say, say_problems, write_whole

if TYPE_CHECKING:
    from rich.console import Console

    from sciaticheck.answers.spelling import Answer
    from sciaticheck.interview import Interview, Shown, State
    from sciaticheck.knowledge.model import Knowledge

LONGEST_LINE = 1000
"""Characters of a typed line that are looked at; no answer is longer."""


def kept(file: Path, known: Knowledge) -> tuple[dict[str, Answer], list[str]]:
    """The answers in a kept file and what of it no longer fits; exit status 2 when it is no answers file."""
    from sciaticheck.answers.inputs import read_text
    from sciaticheck.answers.saved import from_text
    from sciaticheck.errors import AnswersError

    try:
        return from_text(read_text(str(file)), str(file), known)
    except AnswersError as error:
        say_problems(error.problems)
        fail("there is nothing to resume.")


def keeper(file: Path | None) -> Callable[[State], None]:
    """What keeps the answers after each one: in a file that only its owner can read, or nowhere."""
    from sciaticheck.answers.saved import to_text

    def keep(state: State) -> None:
        if file is not None:
            try:
                write_whole(to_text(state.answers), file, mode=0o600)
            except typer.Exit:  # it was said; a full disk must not end the interview
                say("Your answers so far are not kept; the questions go on.")

    return keep


class Interrupts:
    """Ctrl-C and a closed terminal, while in force: they end the reading of a line, and leave nothing else half done.

    Raised anywhere, they could come while the screen is drawn, and what is to be said at the end would be lost.
    """

    def __init__(self) -> None:
        self.come = self.reading = False

    def __enter__(self) -> Interrupts:
        numbers = [getattr(signal, name) for name in ("SIGINT", "SIGHUP") if hasattr(signal, name)]
        self.before = {number: signal.signal(number, self._take) for number in numbers}
        return self

    def __exit__(self, *_: object) -> None:
        for number, handler in self.before.items():
            signal.signal(number, handler or signal.SIG_DFL)

    def _take(self, *_: object) -> None:
        self.come = True
        if self.reading:
            self.reading = False
            raise KeyboardInterrupt

    def read(self) -> str | None:
        """As `read_line`; KeyboardInterrupt where one has come, be it before."""
        self.reading = True
        try:
            if self.come:
                raise KeyboardInterrupt
            return read_line()
        finally:
            self.reading = False


def converse(
    interview: Interview, begin: tuple[State, list[Shown]], screen: Screen, keep: Callable[[State], None]
) -> State:
    """Asks until the interview is finished or stopped. Ctrl-C, end of input and a closed terminal all stop it."""
    state, shown = begin
    with Interrupts() as interrupts:
        try:
            while True:
                screen.show(shown)
                if state.stage == "finished":
                    return state
                line = interrupts.read()
                if line is None:
                    break
                before = state
                state, shown = interview.step(state, line)
                if state.stage == "stopped":
                    break
                if state.given != before.given:
                    keep(state)
        except (KeyboardInterrupt, OSError):
            pass
        screen.show(interview.stopped(state))
    return state


def read_line() -> str | None:
    """A typed line; one too long to be an answer comes back as no answer; None at the end of input."""
    line = sys.stdin.readline(LONGEST_LINE)
    if not line:
        return None
    if line.endswith("\n") or len(line) < LONGEST_LINE:
        return line
    while rest := sys.stdin.readline(LONGEST_LINE):
        if rest.endswith("\n"):
            break
    return "(too long)"


def fitted(keys: str, width: int) -> str:
    """A line of keys in as many lines as it needs; a key is never parted from its word."""
    lines = [""]
    for unit in keys.split("   "):
        longer = f"{lines[-1]}   {unit}" if lines[-1] else unit
        if lines[-1] and len(longer) > width:
            lines.append(unit)
        else:
            lines[-1] = longer
    return "\n".join(lines)


class Screen:
    """Prints paragraphs, one after the other: nothing on the screen is ever drawn again."""

    def __init__(self, console: Console | None, plain: bool) -> None:
        self.console, self.plain = console, plain
        self.told: set[str] = set()

    def show(self, shown: Iterable[Shown]) -> None:
        """Prints; lost without a word where there is no terminal any more."""
        with contextlib.suppress(OSError, ValueError):
            for paragraph in shown:
                self._paragraph(paragraph)

    def _paragraph(self, paragraph: Shown) -> None:
        from rich.text import Text

        from sciaticheck.errors import visible
        from sciaticheck.report.table import columns, headline

        if self.console is None:
            return
        text, style = visible(paragraph.text), paragraph.style
        if style == "keys":
            text = fitted(text, self.console.width)
        if self.plain:
            if style == "keys" and text in self.told:  # read aloud each time it would only be noise
                return
            self.told.add(text if style == "keys" else "")
            self.console.print(Text(text))
        elif style == "emergency" and len(text) <= self.console.width - 2:
            self.console.print(headline(text, self.console.width))
        elif style == "item":
            grid = columns(2, gap=1)
            grid.add_row(Text("-"), Text(text))
            self.console.print(grid)
        else:
            if style == "title":
                self.console.print()
            bold = {"emergency": "bold reverse", "title": "bold", "question": "bold"}
            self.console.print(Text(text, style=bold.get(style, "")))
