"""The interview at a terminal: reads lines, prints paragraphs, and saves answers."""

from __future__ import annotations

import contextlib
import signal
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from sciaticheck.cli.common import reporting_problems, say, write_whole

if TYPE_CHECKING:
    from rich.console import Console

    from sciaticheck.answers.spelling import Answer
    from sciaticheck.interview import Interview, Shown, State
    from sciaticheck.knowledge.model import Knowledge

LONGEST_LINE = 1000
"""The longest line that is read, in characters; no answer is longer."""


def saved_answers(file: Path, known: Knowledge) -> tuple[dict[str, Answer], list[str], str | None]:
    """The answers in a saved file, messages about invalid ones, and the date. Ends with 2 if it cannot be read."""
    from sciaticheck.answers.saved import from_text
    from sciaticheck.errors import AnswersError, Problem
    from sciaticheck.text_file import read_text

    with reporting_problems("there are no answers to go on from."):
        text = read_text(str(file))
        if isinstance(text, Problem):
            raise AnswersError([text])
        return from_text(text, str(file), known)


def saver(file: Path | None, known: Knowledge) -> Callable[[State], None]:
    """A function that saves the answers in a file that only its owner can read, or does nothing without a file.

    Going back takes nothing out of the file: an answer is kept until another one replaces it or contradicts it.
    """
    from datetime import datetime

    from sciaticheck.answers.saved import to_text, updated

    saved: dict[str, Answer] = {}

    def save(state: State) -> None:
        nonlocal saved
        if file is not None:
            saved = updated(saved, state.answers, known)
            try:
                write_whole(to_text(saved, datetime.now().isoformat()[:16]), file, mode=0o600)
            except typer.Exit:  # the message is printed; a full disk must not end the interview
                say("Your answers so far are not saved; the questions go on.")

    return save


class Interrupts:
    """While active, Ctrl-C, SIGTERM and a closed terminal interrupt only the reading of a line.

    If they could interrupt printing, the safety advice at the end might be lost.
    """

    def __init__(self) -> None:
        self.received = self.reading = False

    def __enter__(self) -> Interrupts:
        numbers = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]
        self.before = {number: signal.signal(number, self._handle) for number in numbers}
        return self

    def __exit__(self, *_: object) -> None:
        for number, handler in self.before.items():
            signal.signal(number, handler or signal.SIG_DFL)

    def _handle(self, *_: object) -> None:
        self.received = True
        if self.reading:
            self.reading = False
            raise KeyboardInterrupt

    def read(self) -> str | None:
        """As `read_line`, but raises KeyboardInterrupt after an interrupt, even an earlier one."""
        self.reading = True
        try:
            if self.received:
                raise KeyboardInterrupt
            return read_line()
        finally:
            self.reading = False


def converse(
    interview: Interview, begin: tuple[State, list[Shown]], screen: Screen, save: Callable[[State], None]
) -> State:
    """Asks until the interview is finished or stopped. Ctrl-C, SIGTERM, end of input and a closed terminal stop it."""
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
                interview = interview.at(state)
                if state.stage == "stopped":
                    break
                if state.given != before.given:
                    save(state)
        except (KeyboardInterrupt, OSError):
            pass
        screen.show(interview.stopped(state))
    return state


def read_line() -> str | None:
    """A typed line, or None at the end of input. A line too long to be an answer becomes "(too long)"."""
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
    """A line of keys in as many lines as it needs, without a break between a key and its meaning."""
    lines = [""]
    for unit in keys.split("   "):
        longer = f"{lines[-1]}   {unit}" if lines[-1] else unit
        if lines[-1] and len(longer) > width:
            lines.append(unit)
        else:
            lines[-1] = longer
    return "\n".join(lines)


class Screen:
    """Prints paragraphs one after the other and never redraws."""

    def __init__(self, console: Console | None, plain: bool) -> None:
        self.console, self.plain = console, plain
        self.printed: set[str] = set()

    def show(self, shown: Iterable[Shown]) -> None:
        """Prints paragraphs. Does nothing if the terminal is gone."""
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
            if style == "keys" and text in self.printed:  # screen readers would read it again each time
                return
            self.printed.add(text if style == "keys" else "")
            self.console.print(Text(text))
        elif style == "emergency" and len(text) <= self.console.width - 2:
            self.console.print(headline(text, self.console.width))
        elif style == "item":
            number, dot, rest = text.partition(". ")
            grid = columns(2, gap=1)
            grid.add_row(*map(Text, (f"{number}.", rest) if dot and number.isdigit() else ("-", text)))
            self.console.print(grid)
        else:
            if style == "title":
                self.console.print()
            bold = {"emergency": "bold reverse", "title": "bold", "question": "bold"}
            self.console.print(Text(text, style=bold.get(style, "")))
