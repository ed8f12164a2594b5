"""`sciaticheck check`: assesses answers in files, folders and standard input."""

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from sciaticheck.cli import options
from sciaticheck.cli.common import (
    check_region,
    deliver,
    fail,
    is_terminal,
    open_column_map,
    open_knowledge,
    refuse_input,
    say,
    say_notes,
    say_problems,
    say_wrapped,
    show,
)
from sciaticheck.cli.progress import say_waiting
from sciaticheck.cli.results import exit_status, summary
from sciaticheck.errors import Problem
from sciaticheck.report.formats import RESULTS

if TYPE_CHECKING:
    from sciaticheck.report.results import Report


def check(
    paths: Annotated[
        list[str],
        typer.Argument(metavar="PATH...", help="YAML, JSON, JSON Lines or CSV files, folders, or - for stdin."),
    ],
    format: options.Format = None,
    output: options.Output = None,
    region: options.Region = "default",
    lang: options.Lang = None,
    audience: options.Audience = "patient",
    from_: options.From = None,
    map_: options.MapFile = None,
    drop_hidden: options.DropHidden = False,
    bundle: options.Bundle = "collection",
    fail_on: Annotated[
        options.FailOn, typer.Option("--fail-on", help="Exit with 1 for a result at this level or above.")
    ] = "same_day",
    allow_incomplete: options.AllowIncomplete = False,
    compare: Annotated[
        bool, typer.Option("--compare", help="Compare two files with answers of one person, the earlier first.")
    ] = False,
    due: Annotated[bool, typer.Option("--due", help="List only those who are to answer again by now.")] = False,
    knowledge: options.KnowledgeFile = None,
    plain: options.Plain = False,
    no_color: options.NoColor = False,
    quiet: options.Quiet = False,
) -> None:
    """Check answer files: a full result for one respondent, or a line for each of several, most urgent first.

    Exit status: 0 nothing at or above --fail-on; 1 something is; 2 bad input (the rest is still reported);
    3 nothing is, but unanswered questions could raise a result to it.

    Example: sciaticheck check examples/ -f json | jq '.summary'
    """
    from datetime import date

    from sciaticheck.engine import assess
    from sciaticheck.inputs.files import pair_problems, respondents
    from sciaticheck.report.results import Report, Result

    if bundle == "transaction" and format != "fhir":
        fail("--bundle transaction is for -f fhir.")
    refuse_input(output, paths)
    known = open_knowledge(knowledge, lang, region)
    check_region(region, known)
    column_map = open_column_map(from_, map_, known)
    say_waiting(paths)
    results, problems = [], []
    notes: list[Problem] = []
    for respondent, wrong in respondents(paths, known, column_map, notes, drop_hidden):
        problems += wrong
        if respondent is not None:
            notes += respondent.notes
            results.append(Result(respondent, assess(respondent.answers, known, region)))
    if compare:
        problems += pair_problems([result.respondent for result in results])
        if not problems:
            then, now = results
            assessment = assess(now.respondent.answers, known, region, since=then.respondent.answers)
            results = [Result(now.respondent, assessment, then)]
    if due:
        checked, results = len(results), [result for result in results if result.is_due(date.today())]
        undated = sum(result.respondent.date is None for result in results)
        say(f"{len(results)} of {checked} are due, {undated} of them because their answers have no date.")
        if not results and not problems:
            raise typer.Exit
    report = Report.of(results, problems, known)
    status = exit_status(report, fail_on, allow_incomplete)

    def tell() -> None:
        say_problems(report.problems)
        if not quiet:
            say_notes(notes)
            say_wrapped(summary(report, fail_on))

    page_last = len(results) == 1 and output is None and is_terminal(sys.stdout)
    if page_last:
        tell()
    try:
        if bundle == "transaction":
            deliver(_transaction(report), output)
        else:
            show(report, format, RESULTS, output, audience=audience, plain=plain, no_color=no_color)
    finally:
        if not page_last:
            tell()
    raise typer.Exit(status)


def _transaction(report: "Report") -> str:
    """The results as a transaction of FHIR."""
    from sciaticheck.formats.fhir.bundle import bundle, transaction
    from sciaticheck.formats.fhir.parts import to_json
    from sciaticheck.version import __version__

    return to_json(
        transaction(bundle([result[:2] for result in report.results], report.problems, report.knowledge, __version__))
    )
