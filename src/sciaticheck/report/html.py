"""Results and the card as one HTML page, without scripts or external resources, that prints on A4."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from sciaticheck.knowledge.model import Knowledge
from sciaticheck.report.formats import Style
from sciaticheck.report.page import Document, Entry, entries, level_name, totals
from sciaticheck.report.pages import pages_of
from sciaticheck.report.results import Report

if TYPE_CHECKING:
    from markupsafe import Markup


def results(report: Report, style: Style) -> str | None:
    """Every respondent in full, after an index if there are several; each starts a new page in print."""
    if not report.results:
        return None
    document = pages_of(report, style.audience)
    return _html(document, entries(report), totals(report)) if len(report.results) > 1 else page(document, style)


def page(document: Document, style: Style) -> str:
    """The problems, and then the pages, as one HTML document."""
    return _html(document)


def _html(document: Document, index: tuple[Entry, ...] = (), total: str = "") -> str:
    """The document from the template, whose engine escapes every text."""
    import jinja2

    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    knowledge = document.knowledge
    first = document.pages[0]
    title = knowledge.texts["index_title"] if index else first.headline
    environment.filters["callable"] = lambda text: _callable(text, knowledge)
    return environment.get_template("page.html").render(
        document=document,
        index=index,
        total=total,
        title=f"{first.id}: {level_name(first.level, knowledge)}" if first.id and not index else title,
        made=datetime.now().strftime("%Y-%m-%d %H:%M"),
    )


def _callable(text: str, knowledge: Knowledge) -> Markup:
    """The text with the phone numbers of the regions as links that a phone can call."""
    from markupsafe import Markup, escape

    numbers = sorted({number for region in knowledge.regions.values() for number in region.numbers}, key=len)[::-1]
    if not numbers:
        return escape(text)
    link = r'<a href="tel:\1">\1</a>'
    linked = re.sub(rf"(?<![\d&#])({'|'.join(numbers)})(?!\d)", link, str(escape(text)))
    return Markup(re.sub(r"tel:[\d ]+", lambda found: found[0].replace(" ", ""), linked))  # noqa: S704 - is escaped
