"""`sciaticheck explain`: a question, condition, red flag or source in words."""

from typing import Annotated

import typer

from sciaticheck.cli import options
from sciaticheck.cli.common import deliver, fail, open_knowledge, screen


def explain(
    id: Annotated[
        str, typer.Argument(metavar="ID", help="A question, condition, red flag or source.", autocompletion=options.ids)
    ],
    knowledge: options.KnowledgeFile = None,
) -> None:
    """Explain a question, condition, red flag or source: wording, criterion, sources.

    Example: sciaticheck explain saddle_numbness
    """
    from sciaticheck.errors import did_you_mean, shown
    from sciaticheck.report.explain import explain as entries_of
    from sciaticheck.report.table import explanation

    known = open_knowledge(knowledge)
    entries = entries_of(id, known)
    if not entries:
        names = [*known.questions, *known.conditions, *known.red_flags, *known.sources]
        fail(f"{shown(id)} is not a question, condition, red flag or source.{did_you_mean(id, names)}")

    deliver(explanation(entries, screen(None)), None)
