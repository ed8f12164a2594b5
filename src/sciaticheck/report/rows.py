"""Results as rows: one record a respondent, flat, the same columns for every engine."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from typing import Any

from sciaticheck.errors import visible
from sciaticheck.report.run import Run
from sciaticheck.tables.rows import columns, row


def as_csv(run: Run) -> str:
    """The rows as CSV. An id that a spreadsheet would run as a formula gets a leading apostrophe."""
    header = columns(run.knowledge)
    return write_csv(header, (row(result.respondent.id, result.assessment, header) for result in run.results))


def write_csv(header: list[str], rows: Iterable[dict[str, Any]]) -> str:
    """Rows under a header as CSV: lists joined with `;`, booleans in lower case, texts made harmless."""
    out = io.StringIO()
    writer = csv.DictWriter(out, header, lineterminator="\n")
    writer.writeheader()
    for record in rows:
        writer.writerow({name: _cell(value) for name, value in record.items()})
    return out.getvalue()


def _cell(value: object) -> object:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list | tuple):
        return ";".join(map(str, value))
    if isinstance(value, str):
        text = visible(value)
        return "'" + text if text.startswith(("=", "+", "-", "@")) else text
    return value
