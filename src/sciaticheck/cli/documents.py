"""`sciaticheck template`, `card` and `schema`: the commands that need no answers."""

import json
from typing import Annotated, Literal

import typer

from sciaticheck.cli import options
from sciaticheck.cli.common import check_region, deliver, fail, open_knowledge, show
from sciaticheck.errors import visible
from sciaticheck.report.formats import PAGE, TEMPLATE


def template(
    format: options.TemplateFormat = None,
    output: options.Output = None,
    lang: options.Lang = None,
    knowledge: options.KnowledgeFile = None,
) -> None:
    """Print an answers file to fill in.

    Example: sciaticheck template -o me.yaml
    """
    if output is not None and output.is_file():
        fail(f"{visible(str(output))} exists already, perhaps with answers in it; name another file.")
    show(open_knowledge(knowledge, lang), format, TEMPLATE, output)


def card(
    format: options.PageFormat = None,
    output: options.Output = None,
    region: options.Region = "default",
    lang: options.Lang = None,
    knowledge: options.KnowledgeFile = None,
    plain: options.Plain = False,
    no_color: options.NoColor = False,
) -> None:
    """Print the safety-net card: what to watch for and where to go. Asks no questions.

    Example: sciaticheck card --region uk -f html -o card.html
    """
    from sciaticheck.report.card import card as make_card

    known = open_knowledge(knowledge, lang, region)
    check_region(region, known)
    show(make_card(known, region), format, PAGE, output, plain=plain, no_color=no_color)


def schema(
    of: Annotated[
        Literal["answers", "result", "knowledge"],
        typer.Argument(metavar="answers|result|knowledge", help="Which file or output."),
    ],
    output: options.Output = None,
    knowledge: options.KnowledgeFile = None,
) -> None:
    """Print the JSON Schema of an answers file, of a result, or of the knowledge file.

    Example: sciaticheck schema result -o result.schema.json
    """
    from sciaticheck.knowledge.files import schema_file
    from sciaticheck.knowledge.schema import read_schema
    from sciaticheck.report import RESULT_SCHEMA
    from sciaticheck.report.template import answers_schema

    if of == "answers":
        content = answers_schema(open_knowledge(knowledge))
    else:
        content = read_schema(RESULT_SCHEMA if of == "result" else schema_file())
    deliver(json.dumps(content, indent=2) + "\n", output)
