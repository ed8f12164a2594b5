"""`sciaticheck explain`: what an id means, why it is asked, and where it comes from."""

from typing import TYPE_CHECKING, Annotated

import typer

from sciaticheck.cli import options
from sciaticheck.cli.common import draw, fail, open_knowledge

if TYPE_CHECKING:
    from rich.console import Console


def explain(
    id: Annotated[str, typer.Argument(metavar="ID", help="A question, condition, red flag or source.")],
    knowledge: options.KnowledgeFile = None,
) -> None:
    """Explain a question, condition, red flag or source: wording, criterion, sources.

    Example: sciaticheck explain saddle_numbness
    """
    from sciaticheck.errors import did_you_mean, shown
    from sciaticheck.report.explain import explain as lines_of

    known = open_knowledge(knowledge)
    found = lines_of(id, known)
    if not found:
        names = [*known.questions, *known.conditions, *known.red_flags, *known.sources]
        fail(f"{shown(id)} is not a question, condition, red flag or source.{did_you_mean(id, names)}")

    from rich.text import Text

    from sciaticheck.report.table import columns

    def write(screen: "Console") -> None:
        for number, lines in enumerate(found):
            if number:
                screen.print()
            grid = columns(2)
            for label, text in lines:
                grid.add_row(Text(label, style="bold"), Text(text))
            screen.print(grid)

    draw(write, None)
