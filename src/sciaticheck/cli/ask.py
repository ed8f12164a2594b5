"""`sciaticheck ask`: the terminal loop around the interview. Prompts go to stderr, the result to stdout."""

from __future__ import annotations

import contextlib
import signal
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sciaticheck.cli import options
from sciaticheck.cli.check import exit_status, show
from sciaticheck.cli.common import INTERRUPTED, console, fail, open_knowledge, say, say_problems, write_whole

if TYPE_CHECKING:
    from rich.console import Console

    from sciaticheck.answers.spelling import Answer
    from sciaticheck.interview import Interview, Shown, State
    from sciaticheck.knowledge.model import Knowledge

LONGEST_LINE = 1000
"""Characters of a typed line that are looked at; no answer is longer."""


def ask(
    quick: Annotated[
        bool, typer.Option("--quick", help="Ask only what could still make it same_day or more urgent.")
    ] = False,
    save: Annotated[
        Path | None, typer.Option("--save", metavar="FILE", help="Keep the answers in this file, after each one.")
    ] = None,
    resume: Annotated[
        Path | None, typer.Option("--resume", metavar="FILE", help="Go on from answers kept with --save.")
    ] = None,
    format: options.Format = "table",
    output: options.Output = None,
    region: options.Region = "default",
    lang: options.Lang = None,
    audience: options.Audience = "patient",
    fail_on: Annotated[
        options.FailOn | None,
        typer.Option("--fail-on", help="Exit with 1 for a result at this level or above (else 0)."),
    ] = None,
    knowledge: options.KnowledgeFile = None,
    plain: options.Plain = False,
    no_color: options.NoColor = False,
) -> None:
    """Answer the questions at a terminal. Questions go to standard error, the result to standard output.

    Example: sciaticheck ask --region uk --save me.yaml
    """
    from sciaticheck.answers.record import Respondent
    from sciaticheck.interview import Interview
    from sciaticheck.report.run import Result, Run

    if sys.stdin is None or not sys.stdin.isatty():
        fail(
            "ask needs a terminal to answer at. For a file use: sciaticheck check answers.yaml "
            "(sciaticheck template makes one)."
        )
    if save and save.exists() and not (resume and save.samefile(resume)):
        fail(f"{save} exists already. Name another file, or go on with it: --resume {save} --save {save}")
    known = open_knowledge(knowledge, lang)
    interview = Interview(known, region, quick)
    screen = _Screen(None if sys.stderr is None else console(sys.stderr, no_color), plain)
    begin = interview.start() if resume is None else interview.take_up(*_kept(resume, known))
    state = _converse(interview, begin, screen, _keeper(save))
    if state.stage != "finished":
        raise typer.Exit(INTERRUPTED)
    screen.show(interview.closing(state))
    run = Run.of([Result(Respondent("me", state.answers, "-"), interview.assess(state))], [], known)
    show(run, format, output, audience, plain=plain, no_color=no_color)
    raise typer.Exit(exit_status(run, fail_on, allow_incomplete=False) if fail_on else 0)


def _kept(file: Path, known: Knowledge) -> tuple[dict[str, Answer], list[str]]:
    """The answers in a kept file and what of it no longer fits; exit status 2 when it is no answers file."""
    from sciaticheck.answers.inputs import read_text
    from sciaticheck.answers.saved import from_text
    from sciaticheck.errors import AnswersError

    try:
        return from_text(read_text(str(file)), str(file), known)
    except AnswersError as error:
        say_problems(error.problems)
        fail("there is nothing to resume.")


def _keeper(file: Path | None) -> Callable[[State], None]:
    """What keeps the answers after each one: in a file that only its owner can read, or nowhere."""
    from sciaticheck.answers.saved import to_text

    def keep(state: State) -> None:
        if file is not None:
            try:
                write_whole(to_text(state.answers), file, mode=0o600)
            except typer.Exit:  # it was said; a full disk must not end the interview
                say("Your answers so far are not kept; the questions go on.")

    return keep


def _converse(
    interview: Interview, begin: tuple[State, list[Shown]], screen: _Screen, keep: Callable[[State], None]
) -> State:
    """Asks until the interview is finished or stopped. Ctrl-C, end of input and a closed terminal all stop it."""
    state, shown = begin
    if hasattr(signal, "SIGHUP"):
        signal.signal(signal.SIGHUP, signal.default_int_handler)
    try:
        while True:
            screen.show(shown)
            if state.stage == "finished":
                return state
            line = _read_line()
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


def _read_line() -> str | None:
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


class _Screen:
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
