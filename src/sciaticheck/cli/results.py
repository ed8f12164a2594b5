"""What commands with a result do with it: print it in the format asked for, sum it up, choose the exit status."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sciaticheck.cli import options
from sciaticheck.cli.common import BAD_INPUT, deliver, draw

if TYPE_CHECKING:
    from sciaticheck.report.run import Run
    from sciaticheck.report.view import Paged


def exit_status(run: Run, fail_on: options.FailOn, allow_incomplete: bool) -> int:
    """The contract's exit status; where several apply: 2, 1, 3, 0."""
    if run.problems or not run.results:
        return BAD_INPUT
    if fail_on == "never":
        return 0
    if run.at_or_above(fail_on):
        return 1
    return 3 if run.could_reach(fail_on) and not allow_incomplete else 0


def show(
    run: Run, format: options.Format, output: options.Output, audience: options.Audience, *, plain: bool, no_color: bool
) -> None:
    """Prints a run in a format, or writes it to a file."""
    if format == "json":
        from sciaticheck import __version__
        from sciaticheck.report.payload import as_json

        deliver(as_json(run, __version__), output)
    elif format == "jsonl":
        from sciaticheck.report.payload import as_jsonl

        deliver(as_jsonl(run), output)
    elif format == "csv":
        from sciaticheck.report.rows import as_csv

        deliver(as_csv(run), output)
    elif format == "fhir":
        from sciaticheck import __version__
        from sciaticheck.exchange.fhir_parts import as_text
        from sciaticheck.exchange.fhir_result import bundle

        deliver(as_text(bundle(run.results, run.problems, run.knowledge, __version__)), output)
    elif run.results:
        _show_pages(run, format, output, _paged(audience), plain=plain, no_color=no_color)


def _paged(audience: options.Audience) -> Paged:
    if audience == "clinician":
        from sciaticheck.report.clinician import clinician_page

        return clinician_page
    from sciaticheck.report.view import page

    return page


def _show_pages(run: Run, format: str, output: options.Output, paged: Paged, *, plain: bool, no_color: bool) -> None:
    if format == "markdown":
        from sciaticheck.report.markdown import as_markdown

        deliver(as_markdown(run, paged), output)
    elif format == "html":
        from sciaticheck.report.html import as_html

        deliver(as_html(run, paged), output)
    elif plain:
        from sciaticheck.report.plain import as_plain

        deliver(as_plain(run, paged), output)
    else:
        from sciaticheck.report.table import print_run

        draw(lambda screen: print_run(run, screen, paged), output, no_color)


def summary(run: Run, fail_on: options.FailOn) -> str:
    """The last line on standard error: how many were read, and how many are at or above the level that matters."""
    total = len(run.results)
    counted = f"{total} respondent{'' if total == 1 else 's'} checked"
    if run.problems:
        counted += f", {len(run.problems)} problem{'' if len(run.problems) == 1 else 's'} in the input"
    if fail_on == "never":
        return f"{counted}."
    found = f"{counted}; {run.at_or_above(fail_on)} at or above {fail_on}"
    open_ = run.could_reach(fail_on)
    return f"{found}, {open_} more could be with open questions answered." if open_ else f"{found}."
