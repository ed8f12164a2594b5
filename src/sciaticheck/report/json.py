"""Results as JSON. The shape is public: see docs/output.md; SCHEMA_VERSION is its version."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from sciaticheck.engine.change import change_between
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
        "results": [_result(result, report.knowledge) for result in report.results],
        "errors": [{name: getattr(problem, name) for name in _ERROR_KEYS} for problem in report.problems],
    }
    return json.dumps(payload, indent=style.indent) + "\n"


def result_lines(report: Report, style: Style) -> str:
    """A line for each result, with the schema version and the version of the knowledge."""
    head = {"schema_version": SCHEMA_VERSION, "knowledge": _knowledge(report.knowledge)}
    return "".join(json.dumps({**head, **_result(result, report.knowledge)}) + "\n" for result in report.results)


def _result(result: Result, knowledge: Knowledge) -> dict[str, Any]:
    respondent, then = result.respondent, result.since
    since = then and {
        "date": then.respondent.date,
        "urgency": then.assessment.urgency,
        **change_between(then.respondent.answers, respondent.answers, knowledge),
    }
    return {
        **{name: getattr(respondent, name) for name in ("id", "source", "line", "date")},
        "look_again": result.look_again,
        **result.assessment.to_dict(),
        "since": since,
    }


def _knowledge(knowledge: Knowledge) -> dict[str, Any]:
    reviewed, total = knowledge.emergencies_reviewed
    return {
        "version": knowledge.version,
        "sha256": knowledge.sha256,
        "review": knowledge.review.status,
        "review_overdue_since": knowledge.review.overdue_since(date.today()),
        "emergency_rules": total,
        "emergency_rules_reviewed": reviewed,
    }
