"""Results as rows: one record a respondent, flat, the same columns for every engine."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from typing import Any

from sciaticheck.errors import visible
from sciaticheck.knowledge.model import Knowledge
from sciaticheck.report.run import Result, Run


def columns(knowledge: Knowledge) -> list[str]:
    """The names of the columns, in order."""
    scores = [f"score_{name}" for name in knowledge.conditions]
    return ["id", "urgency", "possible_urgency", "complete", "red_flags", "top_condition", *scores]


def row(result: Result) -> dict[str, Any]:
    """One respondent's row. `red_flags` are the ids of those present; `complete` is a boolean.

    `top_condition` is empty where no sign of any condition is present.
    """
    assessment = result.assessment
    top = assessment.conditions[0]
    scores = {ranked.id: ranked.score for ranked in assessment.conditions}
    return {
        "id": result.respondent.id,
        "urgency": assessment.urgency,
        "possible_urgency": assessment.possible_urgency,
        "complete": assessment.complete,
        "red_flags": [flag.id for flag in assessment.present],
        "top_condition": top.id if top.signs_present else "",
        **{f"score_{name}": score for name, score in scores.items()},
    }


def as_csv(run: Run) -> str:
    """The rows as CSV. An id that a spreadsheet would run as a formula gets a leading apostrophe."""
    return write_csv(columns(run.knowledge), map(row, run.results))


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
