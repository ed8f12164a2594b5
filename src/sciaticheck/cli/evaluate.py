"""`sciaticheck evaluate`: accuracy on published cases."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from sciaticheck.cli import options
from sciaticheck.cli.common import deliver, fail, open_knowledge, say_problems


def evaluate(
    cases: Annotated[Path, typer.Argument(metavar="CASES", help="A YAML list of cases with accepted answers.")],
    format: Annotated[
        Literal["table", "json", "markdown"], typer.Option("-f", "--format", help="How to print it.")
    ] = "table",
    output: options.Output = None,
    knowledge: options.KnowledgeFile = None,
) -> None:
    """Measure urgency and condition on published cases. Exit status 1 when an urgency is outside the accepted set.

    Example: sciaticheck evaluate tests/cases/published.yaml
    """
    from sciaticheck.errors import AnswersError
    from sciaticheck.evaluation import evaluate as measured
    from sciaticheck.evaluation import read_cases
    from sciaticheck.report import accuracy

    known = open_knowledge(knowledge)
    try:
        outcomes = measured(read_cases(cases, known), known)
    except AnswersError as error:
        say_problems(error.problems)
        fail("the cases cannot be used.")
    makers = {"table": accuracy.as_text, "json": accuracy.as_json, "markdown": accuracy.as_markdown}
    deliver(makers[format](outcomes, known), output)
    wrong = [outcome for outcome in outcomes if outcome.case.detectable and not outcome.accepted]
    raise typer.Exit(1 if wrong else 0)
