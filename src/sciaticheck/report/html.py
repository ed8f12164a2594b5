"""The result, or the card, as one self-contained HTML page: no script, no outside resource, prints on A4."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from sciaticheck.errors import visible
from sciaticheck.knowledge.model import Knowledge
from sciaticheck.report.run import Run
from sciaticheck.report.view import Page, Paged, page


def as_html(run: Run, paged: Paged = page) -> str:
    """Every respondent in full, each on a page of its own when printed."""
    problems = [visible(str(problem)) for problem in run.problems]
    return render([paged(result, run.knowledge) for result in run.results], run.knowledge, problems)


def render(pages: Sequence[Page], knowledge: Knowledge, problems: Sequence[str] = ()) -> str:
    """Pages as one HTML document, what could not be read first; every text is escaped by the template engine."""
    import jinja2  # only HTML pays for it

    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    template = environment.get_template("page.html")
    return template.render(pages=pages, knowledge=knowledge, language=knowledge.language, problems=problems)
