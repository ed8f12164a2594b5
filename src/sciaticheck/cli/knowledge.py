"""`sciaticheck knowledge`: looking after the content."""

from pathlib import Path
from typing import Annotated

import typer

from sciaticheck.cli.common import deliver, fail, open_knowledge, say, say_problems
from sciaticheck.errors import KnowledgeError, visible

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
    from sciaticheck.knowledge.lint import lint as findings_in
    from sciaticheck.knowledge.lint import lint_wording
    from sciaticheck.knowledge.load import data_file, wordings

    known = open_knowledge(file, "en")
    place = file or data_file()
    try:
        findings = [*findings_in(known), *lint_wording(place)]
    except KnowledgeError as error:
        say_problems(error.problems)
        fail("the wording cannot be used.")
    deliver("".join(visible(f"{path}: {message} [{code}]") + "\n" for code, path, message in findings), None)
    counts = {
        "question": len(known.questions),
        "red flag": len(known.red_flags),
        "condition": len(known.conditions),
        "source": len(known.sources),
        "other language": len(wordings(place)),
        "finding": len(findings),
    }
    say(", ".join(f"{count} {name}{'' if count == 1 else 's'}" for name, count in counts.items()) + ".")
    raise typer.Exit(1 if findings else 0)
