"""The output formats for each kind of content. A new format is a module and a line here.

Each entry names a module of this package and a function in it, which takes the content and a `Style` and returns text,
or None if there is nothing to show.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

if TYPE_CHECKING:
    from rich.console import Console

Audience = Literal["patient", "clinician"]

RESULTS: Mapping[str, str] = {
    "table": "table.results",
    "json": "json.results",
    "jsonl": "json.result_lines",
    "csv": "csv.results",
    "markdown": "markdown.results",
    "html": "html.results",
    "fhir": "fhir.results",
    "plain": "plain.results",
}
"""Formats of a `results.Report`."""

PAGE: Mapping[str, str] = {
    "table": "table.page",
    "markdown": "markdown.page",
    "html": "html.page",
    "plain": "plain.page",
}
"""Formats of a `page.Document`, such as the safety-net card."""

ACCURACY: Mapping[str, str] = {"table": "accuracy.table", "json": "accuracy.json", "markdown": "accuracy.markdown"}
"""Formats of an `evaluation.Evaluation`."""

LISTING: Mapping[str, str] = {"table": "listing.table", "json": "listing.json"}
"""Formats of a `listing.Listing`."""

TEMPLATE: Mapping[str, str] = {"yaml": "template.yaml", "json": "template.json", "csv": "template.csv"}
"""Formats of an answers file to fill in, from the knowledge."""

ENDINGS: Mapping[str, str] = {
    ".json": "json", ".jsonl": "jsonl", ".ndjson": "jsonl", ".csv": "csv", ".md": "markdown", ".html": "html",
    ".htm": "html", ".yaml": "yaml", ".yml": "yaml",
}  # fmt: skip
"""The format that the name of an output file says."""


class Style(NamedTuple):
    """How the text looks. `console` creates the Rich console that sets the width and colours of tables.

    `indent` is by how much JSON is indented; without it, it is one line.
    """

    console: Callable[[], Console]
    audience: Audience = "patient"
    indent: int | None = None


def render(content: Any, format: str, formats: Mapping[str, str], style: Style) -> str | None:
    """The content in one of the formats for its kind."""
    module, _, function = formats[format].partition(".")
    text: str | None = getattr(import_module(f"sciaticheck.report.{module}"), function)(content, style)
    return text
