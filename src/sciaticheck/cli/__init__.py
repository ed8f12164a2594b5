"""The command line: one module for each command or group of commands, which parses, calls, prints and exits.

These modules do not import `annotations`: Typer would have to evaluate each annotation at every start.
"""

import os
import sys
from typing import Annotated

import typer

from sciaticheck.cli import documents, export, knowledge, listing
from sciaticheck.cli.ask import ask
from sciaticheck.cli.batch import batch
from sciaticheck.cli.check import check
from sciaticheck.cli.common import BAD_INPUT, INTERNAL_ERROR, deliver, say, settle
from sciaticheck.cli.evaluate import evaluate
from sciaticheck.cli.explain import explain
from sciaticheck.cli.help import Grouped

app = typer.Typer(
    name="sciaticheck",
    cls=Grouped,
    rich_markup_mode=None,  # keeps the help readable at 40 columns, and does not import rich
    pretty_exceptions_enable=False,  # answers are health data: no traceback with values in it
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(wanted: bool) -> None:
    if wanted:
        from sciaticheck.knowledge.load import load_knowledge
        from sciaticheck.version import __version__

        known = load_knowledge()
        deliver(f"sciaticheck {__version__}\nknowledge {known.version} ({known.review.status})\n", None)
        raise typer.Exit


@app.callback()
def sciaticheck(
    version: Annotated[
        bool,
        typer.Option(
            "-V", "--version", callback=_version, is_eager=True, help="The tool's and the knowledge's version."
        ),
    ] = False,
) -> None:
    """Check back and leg pain for the warning signs of a serious cause.

    Not a diagnosis and not a medical device. If you cannot pee, are numb between your legs, or both legs
    are weak: get emergency help now.

    Examples:

      sciaticheck ask

      sciaticheck check answers.yaml

      sciaticheck check answers/ -f json | jq .summary
    """


PEOPLE, FILES, FORMATS, CONTENT = "For you", "Files of answers", "Other formats", "Clinical content"

app.command(rich_help_panel=PEOPLE)(ask)
app.command(rich_help_panel=PEOPLE)(documents.card)
app.command(rich_help_panel=PEOPLE)(explain)
app.command(rich_help_panel=PEOPLE)(listing.questions)
app.command(rich_help_panel=PEOPLE)(listing.conditions)
app.command(rich_help_panel=FILES)(documents.template)
app.command(rich_help_panel=FILES)(check)
app.command(rich_help_panel=FILES)(batch)
app.add_typer(export.app, name="export", rich_help_panel=FORMATS)
app.command(rich_help_panel=FORMATS)(documents.schema)
app.add_typer(knowledge.app, name="knowledge", rich_help_panel=CONTENT)
app.command(rich_help_panel=CONTENT)(evaluate)


def main() -> None:
    """Runs the command line. Never shows a traceback, and never exits with 0, 1 or 2 after an internal error."""
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        if stream is not None and hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    try:
        app(prog_name="sciaticheck")
    except OSError as error:
        say(f"sciaticheck: cannot continue: {error.strerror or error}")
        sys.exit(BAD_INPUT)
    except Exception as error:  # expected errors are handled before
        if os.environ.get("SCIATICHECK_DEBUG"):
            raise
        from sciaticheck.errors import visible

        say(f"sciaticheck: internal error ({type(error).__name__}: {visible(str(error))[:200]}).")
        say("This says nothing about the person. Please report it; SCIATICHECK_DEBUG=1 shows more.")
        sys.exit(INTERNAL_ERROR)
    finally:
        settle()
