"""`sciaticheck knowledge`: looking after the content."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sciaticheck.cli.common import open_knowledge, say

app = typer.Typer(
    help="Look after the clinical content.", no_args_is_help=True, rich_markup_mode=None, add_completion=False
)


@app.callback()
def group() -> None:
    """Look after the clinical content."""


@app.command()
def lint(
    file: Annotated[
        Path | None, typer.Argument(metavar="[FILE]", help="A knowledge file; else the packaged one.")
    ] = None,
) -> None:
    """Check that the content is well formed, cited, used and plainly worded. Exit status 1 for findings.

    Example: sciaticheck knowledge lint data/conditions.yaml
    """
    from sciaticheck.cli.common import deliver
    from sciaticheck.errors import visible
    from sciaticheck.knowledge.lint import lint as findings_in

    known = open_knowledge(file)
    findings = findings_in(known)
    deliver("".join(visible(f"{path}: {message} [{code}]") + "\n" for code, path, message in findings), None)
    counted = f"{len(known.questions)} questions, {len(known.red_flags)} red flags, {len(known.conditions)} conditions"
    say(f"{counted}, {len(known.sources)} sources: {len(findings)} finding{'' if len(findings) == 1 else 's'}.")
    raise typer.Exit(1 if findings else 0)
