"""`sciaticheck ask`: the interview at a terminal, with prompts on stderr and the result on stdout."""

import shlex
import sys
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from sciaticheck.cli import options
from sciaticheck.cli.common import INTERRUPTED, check_region, fail, is_terminal, open_knowledge, say, show
from sciaticheck.cli.console import console
from sciaticheck.cli.results import exit_status
from sciaticheck.cli.terminal import Screen, converse, saved_answers, saver
from sciaticheck.errors import visible
from sciaticheck.report.formats import RESULTS


def ask(
    quick: Annotated[
        bool, typer.Option("--quick", help="Ask only questions that could still make it same_day or more urgent.")
    ] = False,
    save: Annotated[
        Path | None, typer.Option("--save", metavar="FILE", help="Save the answers in this file after each one.")
    ] = None,
    resume: Annotated[
        Path | None, typer.Option("--resume", metavar="FILE", help="Continue from answers saved with --save.")
    ] = None,
    since: Annotated[
        Path | None,
        typer.Option("--since", metavar="FILE", help="Compare with earlier answers; keep what cannot change."),
    ] = None,
    format: options.Format = None,
    output: options.Output = None,
    region: options.AskedRegion = None,
    lang: options.Lang = None,
    audience: options.Audience = "patient",
    fail_on: Annotated[
        options.FailOn | None,
        typer.Option("--fail-on", help="Exit with 1 for a result at this level or above (else 0)."),
    ] = None,
    knowledge: options.KnowledgeFile = None,
    plain: options.Plain = False,
    no_color: options.NoColor = False,
) -> None:
    """Answer the questions at a terminal. Questions go to standard error, the result to standard output.

    Example: sciaticheck ask --region uk --save me.yaml
    """
    from datetime import date

    from sciaticheck.answers.record import Respondent
    from sciaticheck.engine import assess
    from sciaticheck.interview import Interview
    from sciaticheck.report.results import Report, Result

    if not is_terminal(sys.stdin):
        fail(
            "ask needs a terminal to answer at. For a file use: sciaticheck check answers.yaml "
            "(sciaticheck template makes one)."
        )
    if save and save.exists() and not (resume and save.samefile(resume)):
        fail(f"{save} exists already. Name another file, or go on with it: --resume {save} --save {save}")
    known = open_knowledge(knowledge, lang, region or "default")
    if region:
        check_region(region, known)
    earlier = None if since is None else saved_answers(since, known)
    if earlier and earlier[2] is None:
        fail(f"{visible(str(since))} has no date; add for example date: 2026-12-31")
    interview = Interview(known, region, quick, partial(open_knowledge, knowledge, lang), earlier and earlier[0])
    screen = Screen(None if sys.stderr is None else console(sys.stderr, no_color), plain)
    begin = (
        interview.start(str(save) if save else "")
        if resume is None
        else interview.take_up(*saved_answers(resume, known)[:2])
    )
    if earlier:
        for message in earlier[1]:
            say(known.text("resumed_dropped", what=message))
        say(known.text("since_kept", date=earlier[2], count=len(interview.kept)))
    state = converse(interview, begin, screen, saver(save, known))
    interview = interview.at(state)
    known = interview.knowledge
    if state.stage != "finished":
        if save:
            given = {"resume": save, "save": save, "since": since, "region": interview.region, "lang": lang}
            words = [word for name, value in given.items() if value for word in (f"--{name}", str(value))]
            command = shlex.join(["sciaticheck", "ask", *words, *(["--quick"] if quick else [])])
            say(known.text("kept", command=visible(command)))
        raise typer.Exit(INTERRUPTED)
    screen.show(interview.closing(state))
    then = earlier and Result(Respondent("me", earlier[0], str(since), date=earlier[2]), assess(earlier[0], known))
    respondent = Respondent("me", state.answers, "-", date=date.today().isoformat() if then else None)
    report = Report.of([Result(respondent, interview.assess(state), then)], [], known)
    show(report, format, RESULTS, output, audience=audience, plain=plain, no_color=no_color)
    raise typer.Exit(exit_status(report, fail_on, allow_incomplete=False) if fail_on else 0)
