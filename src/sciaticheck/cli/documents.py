"""`sciaticheck template`, `card` and `schema`: what can be had without an answer."""

import json
from typing import Annotated, Literal

import typer

from sciaticheck.cli import options
from sciaticheck.cli.common import deliver, draw, fail, open_knowledge
from sciaticheck.errors import visible


def template(
    format: Annotated[
        Literal["yaml", "json", "csv"], typer.Option("-f", "--format", help="Which kind of file.")
    ] = "yaml",
    output: options.Output = None,
    lang: options.Lang = None,
    knowledge: options.KnowledgeFile = None,
) -> None:
    """Print a fillable answers file.

    Example: sciaticheck template -o me.yaml
    """
    from sciaticheck.report import template as made

    if output is not None and output.is_file():
        fail(f"{visible(str(output))} exists already, perhaps with answers in it; name another file.")
    known = open_knowledge(knowledge, lang)
    makers = {"yaml": made.as_yaml, "json": made.as_json, "csv": made.as_csv}
    deliver(makers[format](known), output)


def card(
    format: Annotated[
        Literal["table", "markdown", "html"], typer.Option("-f", "--format", help="How to print it.")
    ] = "table",
    output: options.Output = None,
    region: options.Region = "default",
    lang: options.Lang = None,
    knowledge: options.KnowledgeFile = None,
    plain: options.Plain = False,
    no_color: options.NoColor = False,
) -> None:
    """Print the safety-net card: what to watch for and where to go, no questions asked.

    Example: sciaticheck card --region uk -f html -o card.html
    """
    from sciaticheck.report.card import card as made

    known = open_knowledge(knowledge, lang)
    page = made(known, region)
    if format == "html":
        from sciaticheck.report.html import render

        deliver(render([page], known), output)
    elif format == "markdown":
        from sciaticheck.report.markdown import page_text

        deliver(page_text(page), output)
    elif plain:
        from sciaticheck.report.plain import page_lines

        deliver("".join(f"{line}\n" for line in page_lines(page)), output)
    else:
        from sciaticheck.report.table import print_page

        draw(lambda screen: print_page(page, screen), output, no_color)


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
