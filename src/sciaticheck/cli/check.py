"""`sciaticheck check`: answer files, folders and standard input to results."""

from typing import Annotated

import typer

from sciaticheck.cli import options
from sciaticheck.cli.common import open_knowledge, open_mapping, refuse_input, say, say_notes, say_problems
from sciaticheck.cli.results import exit_status, show, summary
from sciaticheck.errors import Problem


def check(
    paths: Annotated[
        list[str],
        typer.Argument(metavar="PATH...", help="YAML, JSON, JSON Lines or CSV files, folders, or - for stdin."),
    ],
    format: options.Format = "table",
    output: options.Output = None,
    region: options.Region = "default",
    lang: options.Lang = None,
    audience: options.Audience = "patient",
    from_: options.From = None,
    map_: options.MapFile = None,
    fail_on: Annotated[
        options.FailOn, typer.Option("--fail-on", help="Exit with 1 for a result at this level or above.")
    ] = "same_day",
    allow_incomplete: options.AllowIncomplete = False,
    knowledge: options.KnowledgeFile = None,
    plain: options.Plain = False,
    no_color: options.NoColor = False,
    quiet: options.Quiet = False,
) -> None:
    """Check answer files: a full result for one respondent, a line each, most urgent first, for more.

    Exit status: 0 nothing at or above --fail-on; 1 something is; 2 bad input (the rest is still reported);
    3 nothing is, but open questions could raise a result to there.

    Example: sciaticheck check examples/ -f json | jq '.summary'
    """
    from sciaticheck.answers.inputs import respondents
    from sciaticheck.engine import assess
    from sciaticheck.report.run import Result, Run

    refuse_input(output, paths)
    known = open_knowledge(knowledge, lang)
    mapping = open_mapping(from_, map_, known)
    results, problems = [], []
    notes: list[Problem] = []
    for respondent, wrong in respondents(paths, known, mapping):
        problems += wrong
        if respondent is not None:
            notes += respondent.notes
            results.append(Result(respondent, assess(respondent.answers, known, region)))
    run = Run.of(results, problems, known)
    status = exit_status(run, fail_on, allow_incomplete)
    try:
        show(run, format, output, audience, plain=plain, no_color=no_color)
    finally:
        say_problems(run.problems)
        if not quiet:
            say_notes(notes)
            say(summary(run, fail_on))
    raise typer.Exit(status)
