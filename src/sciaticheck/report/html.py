"""Results and the card as one HTML page, without scripts or external resources, that prints on A4."""

from __future__ import annotations

from pathlib import Path

from sciaticheck.report.formats import Style
from sciaticheck.report.page import Document, pages_of
from sciaticheck.report.results import Report


def results(report: Report, style: Style) -> str | None:
    """Every respondent in full; each starts a new page in print."""
    return page(pages_of(report, style.audience), style) if report.results else None


def page(document: Document, style: Style) -> str:
    """The problems, and then the pages, as one HTML document. The template engine escapes every text."""
    import jinja2

    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("page.html").render(document=document)
