"""`sciaticheck ask`: the terminal loop around the interview. Prompts go to stderr, the result to stdout."""

from __future__ import annotations

import signal
import sys
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from sciaticheck.cli import options
from sciaticheck.cli.check import Format, exit_status, show
from sciaticheck.cli.common import INTERRUPTED, console, fail, open_knowledge

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rich.console import Console

    from sciaticheck.interview import Interview, Shown, State

LONGEST_LINE = 1000
"""Characters of a typed line that are looked at; no answer is longer."""


def ask(
    format: Annotated[Format, typer.Option("-f", "--format", help="How to print the result.")] = "table",
    output: options.Output = None,
    region: options.Region = "default",
    fail_on: Annotated[
        Literal["emergency", "same_day", "soon", "never"] | None,
        typer.Option("--fail-on", help="Exit with 1 for a result at this level or above (else 0)."),
    ] = None,
    knowledge: options.KnowledgeFile = None,
    plain: options.Plain = False,
    no_color: options.NoColor = False,
) -> None:
    """Answer the questions at a terminal. Questions go to standard error, the result to standard output.

    Example: sciaticheck ask --region uk
    """
    from sciaticheck.answers.record import Respondent
    from sciaticheck.interview import Interview
    from sciaticheck.report.run import Result, Run

    if sys.stdin is None or not sys.stdin.isatty():
        fail(
            "ask needs a terminal to answer at. For a file use: sciaticheck check answers.yaml "
            "(sciaticheck template makes one)."
        )
    known = open_knowledge(knowledge)
    interview = Interview(known, region)
    screen = None if sys.stderr is None else console(sys.stderr, no_color)
    state = _converse(interview, screen, plain)
    if state.stage != "finished":
        raise typer.Exit(INTERRUPTED)
    respondent = Respondent("me", state.answers, "-")
    run = Run.of([Result(respondent, interview.assess(state))], [], known)
    show(run, format, output, plain=plain, no_color=no_color)
    raise typer.Exit(exit_status(run, fail_on, allow_incomplete=False) if fail_on else 0)


def _converse(interview: Interview, screen: Console | None, plain: bool) -> State:
    """Asks until the interview is finished or stopped. Ctrl-C, end of input and a closed terminal all stop it."""
    state, shown = interview.start()
    if hasattr(signal, "SIGHUP"):
        signal.signal(signal.SIGHUP, signal.default_int_handler)
    try:
        while True:
            _show(shown, screen, plain)
            if state.stage == "finished":
                return state
            line = _read_line()
            if line is None:
                break
            state, shown = interview.step(state, line)
            if state.stage == "stopped":
                break
    except (KeyboardInterrupt, OSError):
        pass
    _show(interview.stopped(state), screen, plain)
    return state


def _read_line() -> str | None:
    """A typed line without its end, cut where no answer is that long; None at the end of input."""
    line = sys.stdin.readline(LONGEST_LINE)
    if not line:
        return None
    rest = line
    while rest and not rest.endswith("\n"):
        rest = sys.stdin.readline(LONGEST_LINE)
        line = line[: LONGEST_LINE // 2] + "..."  # can match no answer
    return line


def _show(shown: Iterable[Shown], screen: Console | None, plain: bool) -> None:
    """Prints paragraphs, one after the other: nothing on the screen is ever drawn again."""
    if screen is None:
        return
    from rich.text import Text

    from sciaticheck.errors import visible
    from sciaticheck.report.table import headline

    try:
        for paragraph in shown:
            text = visible(paragraph.text)
            if paragraph.style == "emergency" and not plain:
                if len(text) <= screen.width - 2:
                    screen.print(headline(text, screen.width))
                else:
                    screen.print(Text(text, style="bold reverse"))
                continue
            if paragraph.style == "title" and not plain:
                screen.print()
            screen.print(Text(text, style="bold" if paragraph.style in ("question", "title") else ""))
    except (OSError, ValueError):
        pass
