"""`sciaticheck evaluate`: the accuracy on published cases."""

from pathlib import Path
from typing import Annotated

import typer

from sciaticheck.cli import options
from sciaticheck.cli.common import open_knowledge, reporting_problems, show
from sciaticheck.report.formats import ACCURACY


def evaluate(
    cases: Annotated[Path, typer.Argument(metavar="CASES", help="A YAML list of cases with accepted answers.")],
    compare: Annotated[
        list[Path] | None,
        typer.Option("--compare", metavar="CSV", help="Another checker's answers to the cases: id, urgency."),
    ] = None,
    format: options.AccuracyFormat = None,
    output: options.Output = None,
    knowledge: options.KnowledgeFile = None,
) -> None:
    """Measure urgency and condition on published cases. Exit status 1 if an urgency is outside the accepted set.

    Example: sciaticheck evaluate data/cases/published.yaml
    """
    from sciaticheck.evaluation import evaluate as run_cases
    from sciaticheck.evaluation import read_cases

    known = open_knowledge(knowledge)
    with reporting_problems("the cases cannot be used."):
        evaluation = run_cases(read_cases(cases, known), known, compare or ())
    show(evaluation, format, ACCURACY, output)
    wrong = [outcome for outcome in evaluation.outcomes if outcome.case.detectable and not outcome.accepted]
    raise typer.Exit(1 if wrong else 0)
