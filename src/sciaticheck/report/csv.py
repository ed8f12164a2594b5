"""Results as CSV: one row a respondent, with the columns of `batch`."""

from __future__ import annotations

import csv
import io

from sciaticheck.batch.rows import columns, row
from sciaticheck.errors import visible
from sciaticheck.formats import spreadsheet_safe
from sciaticheck.report.formats import Style
from sciaticheck.report.results import Report


def results(report: Report, style: Style) -> str:
    """The rows as CSV: lists joined with `;`, booleans in lower case, texts escaped and not run by spreadsheets."""
    header = columns(report.knowledge)
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(header)
    for result in report.results:
        writer.writerow(map(_cell, row(result.respondent.id, result.assessment, header).values()))
    return out.getvalue()


def _cell(value: object) -> object:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list | tuple):
        return ";".join(map(str, value))
    if isinstance(value, str):
        return spreadsheet_safe(visible(value))
    return value
