"""`sciaticheck questions` and `sciaticheck conditions`: what the tool knows, before anything is answered."""

import json
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from sciaticheck.cli import options
from sciaticheck.cli.common import deliver, draw, open_knowledge

if TYPE_CHECKING:
    from sciaticheck.knowledge.model import Knowledge

Format = Annotated[Literal["table", "json"], typer.Option("-f", "--format", help="How to print it.")]


def questions(
    format: Format = "table",
    output: options.Output = None,
    lang: options.Lang = None,
    knowledge: options.KnowledgeFile = None,
) -> None:
    """List every question it may ask, in order.

    Example: sciaticheck questions -f json | jq -r '.questions[].id'
    """
    known = open_knowledge(knowledge, lang)
    rows = [
        {
            "id": question.id,
            "group": question.group,
            "label": question.label,
            "ask": question.ask,
            "help": {"means": question.help.means, "check": question.help.check, "why": question.help.why},
            "only_if": question.only_if,
            "worse_form": question.worse_form,
        }
        for question in known.questions.values()
    ]
    _show("questions", rows, {"Id": "id", "Question": "ask"}, known, format, output)


def conditions(
    format: Format = "table",
    output: options.Output = None,
    lang: options.Lang = None,
    knowledge: options.KnowledgeFile = None,
) -> None:
    """List every condition it screens for, with its signs.

    Example: sciaticheck conditions
    """
    known = open_knowledge(knowledge, lang)
    rows = [
        {
            "id": condition.id,
            "name": condition.name,
            "plain": condition.plain,
            "about": condition.about,
            "serious": condition.serious,
            "signs": [
                {"id": sign.id, "name": sign.name, "weight": sign.weight, "added": sign.added}
                for sign in condition.signs
            ],
        }
        for condition in known.conditions.values()
    ]
    for row in rows:
        row["listed"] = "; ".join(sign["name"] for sign in row["signs"])  # type: ignore[attr-defined]
    _show("conditions", rows, {"Id": "id", "Name": "name", "Signs": "listed"}, known, format, output)


def _show(
    block: str,
    rows: list[dict[str, Any]],
    columns: dict[str, str],
    known: "Knowledge",
    format: str,
    output: options.Output,
) -> None:
    if format == "json":
        for row in rows:
            row.pop("listed", None)
        head = {"schema_version": "1.0", "knowledge": {"version": known.version, "review": known.review.status}}
        deliver(json.dumps({**head, block: rows}, indent=2) + "\n", output)
        return

    from rich.table import Table
    from rich.text import Text

    from sciaticheck.errors import visible

    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="bold")
    for title in columns:
        table.add_column(title, overflow="fold")
    table.columns[0].no_wrap = True  # an id is to be copied
    for row in rows:
        table.add_row(*(Text(visible(row[key])) for key in columns.values()))
    draw(lambda screen: screen.print(table), output)
