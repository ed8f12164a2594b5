"""Results as JSON. The shape is public: see docs/output.md; SCHEMA_VERSION is its version."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from sciaticheck.knowledge.model import Knowledge
from sciaticheck.report.formats import Style
from sciaticheck.report.results import Report, Result
from sciaticheck.version import __version__

SCHEMA_VERSION = "1.0"
_ERROR_KEYS = ("source", "line", "key", "code", "message")


def results(report: Report, style: Style) -> str:
    """The report as one JSON object, in ASCII, which is the same in every locale and safe to print."""
    payload = {
        "schema_version": SCHEMA_VERSION,
        "tool": {"name": "sciaticheck", "version": __version__},
        "knowledge": _knowledge(report.knowledge),
        "summary": {
            "count": len(report.results),
            "urgency": report.urgency,
            "complete": report.complete,
            "by_urgency": report.by_urgency,
        },
        "results": [_result(result) for result in report.results],
        "errors": [{name: getattr(problem, name) for name in _ERROR_KEYS} for problem in report.problems],
    }
    return json.dumps(payload, indent=style.indent) + "\n"


def result_lines(report: Report, style: Style) -> str:
    """A line for each result, with the schema version and the version of the knowledge."""
    head = {"schema_version": SCHEMA_VERSION, "knowledge": _knowledge(report.knowledge)}
    return "".join(json.dumps({**head, **_result(result)}) + "\n" for result in report.results)


def _result(result: Result) -> dict[str, Any]:
    respondent, assessment = result.respondent, result.assessment
    return {"id": respondent.id, "source": respondent.source, "line": respondent.line, **assessment.to_dict()}


def _knowledge(knowledge: Knowledge) -> dict[str, str | None]:
    return {
        "version": knowledge.version,
        "sha256": knowledge.sha256,
        "review": knowledge.review.status,
        "review_overdue_since": knowledge.review.overdue_since(date.today()),
    }
