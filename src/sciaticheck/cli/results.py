"""The exit status of commands with results, and the last line that they print on standard error."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sciaticheck.cli import options
from sciaticheck.cli.common import BAD_INPUT

if TYPE_CHECKING:
    from sciaticheck.report.results import Report


def exit_status(report: Report, fail_on: options.FailOn, allow_incomplete: bool) -> int:
    """The exit status: 2 for bad input, else 1, 3 or 0."""
    if report.problems or not report.results:
        return BAD_INPUT
    if fail_on == "never":
        return 0
    if report.at_or_above(fail_on):
        return 1
    return 3 if report.could_reach(fail_on) and not allow_incomplete else 0


def summary(report: Report, fail_on: options.FailOn) -> str:
    """How many respondents were checked, and how many are at or above the level, those refused included."""
    total = len(report.results)
    counted = f"{total} respondent{'' if total == 1 else 's'} checked"
    if report.problems:
        counted += f", {len(report.problems)} problem{'' if len(report.problems) == 1 else 's'} in the input"
    if fail_on == "never":
        return f"{counted}."
    refused = report.refused_at_or_above(fail_on)
    counted += f"; {report.at_or_above(fail_on) + refused} at or above {fail_on}"
    counted += f" ({refused} refused, by the answers that could be read)" if refused else ""
    more = report.could_reach(fail_on)
    return f"{counted}, {more} more could reach it once open questions are answered." if more else f"{counted}."
