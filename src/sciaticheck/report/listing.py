"""The lists of questions and conditions, as a table and as JSON."""

from __future__ import annotations

from json import dumps
from typing import Any, NamedTuple

from msgspec import to_builtins

from sciaticheck.errors import visible
from sciaticheck.knowledge.model import Knowledge
from sciaticheck.report.formats import Style


class Listing(NamedTuple):
    """Records and their key in JSON. `columns` maps the titles of the table to keys of the records."""

    name: str
    records: list[dict[str, Any]]
    columns: dict[str, str]
    knowledge: Knowledge


def question_listing(knowledge: Knowledge) -> Listing:
    """Every question, in the order asked."""
    records: list[dict[str, Any]] = to_builtins(list(knowledge.questions.values()))
    return Listing("questions", records, {"Id": "id", "Question": "ask"}, knowledge)


def condition_listing(knowledge: Knowledge) -> Listing:
    """Every condition with its signs."""

    def fields(of: object, *names: str) -> dict[str, Any]:
        return {name: getattr(of, name) for name in names}

    records = [
        fields(condition, "id", "name", "plain", "about", "serious")
        | {"signs": [fields(sign, "id", "name", "weight", "added") for sign in condition.signs]}
        for condition in knowledge.conditions.values()
    ]
    return Listing("conditions", records, {"Id": "id", "Name": "name", "Signs": "signs"}, knowledge)


def json(listing: Listing, style: Style) -> str:
    """The records as one JSON object."""
    known = listing.knowledge
    head = {"schema_version": "1.0", "knowledge": {"version": known.version, "review": known.review.status}}
    return dumps({**head, listing.name: listing.records}, indent=2) + "\n"


def table(listing: Listing, style: Style) -> str:
    """The records as a table, with signs by name."""
    from sciaticheck.report.table import draw, with_header

    rows = ([visible(_cell(record[key])) for key in listing.columns.values()] for record in listing.records)
    return draw(style.console(), with_header(listing.columns, rows))


def _cell(value: str | list[dict[str, str]]) -> str:
    return value if isinstance(value, str) else "; ".join(sign["name"] for sign in value)
