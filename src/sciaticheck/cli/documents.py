"""`sciaticheck template`, `card` and `schema`: what can be had without an answer."""

from __future__ import annotations

import json
from io import StringIO
from typing import Annotated, Literal, TextIO

import typer

from sciaticheck.cli import options
from sciaticheck.cli.common import console, deliver, open_knowledge, to_stdout


def template(
    format: Annotated[
        Literal["yaml", "json", "csv"], typer.Option("-f", "--format", help="Which kind of file.")
    ] = "yaml",
    output: options.Output = None,
    knowledge: options.KnowledgeFile = None,
) -> None:
    """Print a fillable answers file.

    Example: sciaticheck template -o me.yaml
    """
    from sciaticheck.report import template as made

    known = open_knowledge(knowledge)
    makers = {"yaml": made.as_yaml, "json": made.as_json, "csv": made.as_csv}
    deliver(makers[format](known), output)


def card(
    output: options.Output = None,
    region: options.Region = "default",
    knowledge: options.KnowledgeFile = None,
    plain: options.Plain = False,
    no_color: options.NoColor = False,
) -> None:
    """Print the safety-net card: what to watch for and where to go, no questions asked.

    Example: sciaticheck card --region uk
    """
    from sciaticheck.report.card import card as made

    page = made(open_knowledge(knowledge), region)
    if plain:
        from sciaticheck.report.plain import page_lines

        deliver("".join(f"{line}\n" for line in page_lines(page)), output)
        return

    def write(stream: TextIO) -> None:
        from sciaticheck.report.table import print_page

        print_page(page, console(stream, no_color))

    if output is None:
        to_stdout(write)
        return
    text = StringIO()
    write(text)
    deliver(text.getvalue(), output)


def schema(
    of: Annotated[Literal["answers", "result", "knowledge"], typer.Argument(help="Which file or output.")],
    output: options.Output = None,
    knowledge: options.KnowledgeFile = None,
) -> None:
    """Print the JSON Schema of an answers file, of a result, or of the knowledge file.

    Example: sciaticheck schema result -o result.schema.json
    """
    if of == "answers":
        from sciaticheck.report.template import answers_schema

        made = answers_schema(open_knowledge(knowledge))
    elif of == "result":
        from sciaticheck.report.result_schema import result_schema

        made = result_schema()
    else:
        from sciaticheck.knowledge.layout import json_schema

        made = json_schema()
    deliver(json.dumps(made, indent=2) + "\n", output)
