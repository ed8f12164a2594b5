"""What is said while one waits: for answers to be typed, and the progress of a long batch as a bar."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from sciaticheck.cli.common import is_terminal, say

if TYPE_CHECKING:
    from rich.progress import Progress

    from sciaticheck.inputs.sources import Source


def wanted(quiet: bool, output: str) -> bool:
    """Whether somebody sees the bar, and it does not stand among the rows."""
    return not quiet and is_terminal(sys.stderr) and not (output == "-" and is_terminal(sys.stdout))


def say_waiting(paths: Iterable[str]) -> None:
    """Says that answers are waited for if they are to be typed at the terminal."""
    if "-" in paths and is_terminal(sys.stdin):
        say("Reading from the terminal: type or paste answers, then press Ctrl-D (on Windows Ctrl-Z and Enter).")


class Stage(NamedTuple):
    """A part of the work, which begins at a time; of how much, if that is known."""

    doing: str
    size: int | None
    start: float


class Bar:
    """How far the work is, by the bytes of the sources; or, in a stage of its own, by the records of that."""

    def __init__(self, sources: Sequence[Source]) -> None:
        size = None if any(source.is_live for source in sources) else sum(source.size or 0 for source in sources)
        self.begun = time.monotonic()
        self.now = Stage("reading", size, self.begun)
        self.drawn: Stage | None = None
        self.bar: Progress | None = None

    def __enter__(self) -> Bar:
        return self

    def stage(self, doing: str, size: int | None = None) -> None:
        """From now on this is done, with so many records; how many are ahead may be unknown."""
        self.now = Stage(doing, size, time.monotonic())

    def __call__(self, records: int, position: int) -> None:
        """So many records are read, up to this position."""
        now, stage = time.monotonic(), self.now
        if now - self.begun < 1:
            return
        if not self.bar:
            self.bar = _bar()
            self.bar.start()
        if stage != self.drawn:
            for task in self.bar.task_ids:
                self.bar.remove_task(task)
            self.bar.add_task(stage.doing, total=stage.size, rate="")
            self.drawn = stage
        rate = f"{records:,} records {records / (now - stage.start or 1):,.0f}/s" if records else ""
        self.bar.update(self.bar.task_ids[0], completed=position, rate=rate)

    def __exit__(self, *_: object) -> None:
        if self.bar:
            self.bar.stop()


def _bar() -> Progress:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn

    class Terminal(Console):
        """One whose cursor stays: a process that is killed could not bring it back."""

        def show_cursor(self, show: bool = True) -> bool:
            return False

    columns = (TextColumn("{task.description}"), BarColumn(20), TaskProgressColumn(), TextColumn("{task.fields[rate]}"))
    return Progress(
        *columns,
        console=Terminal(stderr=True),
        refresh_per_second=4,
        transient=True,
        redirect_stdout=False,
        redirect_stderr=False,
    )
