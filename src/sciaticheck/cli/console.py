"""Rich consoles for the streams."""

from __future__ import annotations

from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from rich.console import Console

MIN_WIDTH, MAX_WIDTH = 20, 500
"""Widths of a screen, in columns; another one is taken for 80."""


def console(stream: TextIO, no_color: bool = False) -> Console:
    """A Rich console that prints texts unchanged: no markup, no emoji, no highlighting.

    A size that no screen has (COLUMNS=0, for example) is 80 by 24.
    """
    from rich.console import Console

    class Plain(Console):
        def on_broken_pipe(self) -> None:
            raise  # Rich would end with status 1

    made = Plain(file=stream, no_color=no_color or None, markup=False, emoji=False, highlight=False, soft_wrap=False)
    if not MIN_WIDTH <= made.width <= MAX_WIDTH:
        made.width = 80
    if not made.height:
        made.height = 24
    return made
