"""Results as plain values for JSON: the shape is public (docs/output.md) and counted by SCHEMA_VERSION."""

from __future__ import annotations

import json
from typing import Any

from sciaticheck.assessment import Assessment, ConditionResult, FlagResult
from sciaticheck.errors import Problem
from sciaticheck.knowledge.model import Knowledge
from sciaticheck.report.run import Result, Run

SCHEMA_VERSION = "1.0"


def as_json(run: Run, version: str) -> str:
    """The whole run as one JSON object, in ASCII, so that it is the same in every locale and harmless to a terminal."""
    return json.dumps(run_payload(run, version)) + "\n"


def as_jsonl(run: Run) -> str:
    """One line a result, each with the schema version and the knowledge it was made with."""
    head = {"schema_version": SCHEMA_VERSION, "knowledge": _knowledge(run.knowledge)}
    return "".join(json.dumps({**head, **result_payload(result)}) + "\n" for result in run.results)


def run_payload(run: Run, version: str) -> dict[str, Any]:
    """The object that `-f json` prints."""
    return {
        "schema_version": SCHEMA_VERSION,
        "tool": {"name": "sciaticheck", "version": version},
        "knowledge": _knowledge(run.knowledge),
        "summary": {
            "count": len(run.results),
            "urgency": run.urgency,
            "complete": run.complete,
            "by_urgency": run.by_urgency,
        },
        "results": [result_payload(result) for result in run.results],
        "errors": [_problem(problem) for problem in run.problems],
    }


def result_payload(result: Result) -> dict[str, Any]:
    """One element of `results`."""
    respondent, assessment = result.respondent, result.assessment
    return {"id": respondent.id, "source": respondent.source, "line": respondent.line, **_assessment(assessment)}


def _assessment(assessment: Assessment) -> dict[str, Any]:
    advice = assessment.advice
    return {
        "urgency": assessment.urgency,
        "possible_urgency": assessment.possible_urgency,
        "complete": assessment.complete,
        "red_flags": [_flag(flag) for flag in assessment.red_flags],
        "conditions": [_condition(condition) for condition in assessment.conditions],
        "advice": {
            "headline": advice.headline,
            "action": advice.action,
            "who": advice.who,
            "say": advice.say,
            "check_again": advice.check_again,
            "watch_for": list(advice.watch_for),
        },
        "unsure": list(assessment.unsure),
        "unanswered": list(assessment.unanswered),
        "could_raise": list(assessment.could_raise),
        "answers": dict(assessment.answers),
        "derived": dict(assessment.derived),
    }


def _flag(result: FlagResult) -> dict[str, Any]:
    return {
        "id": result.id,
        "name": result.name,
        "urgency": result.urgency,
        "state": result.state,
        "reading": result.reading,
        "because": list(result.because),
        "points_to": list(result.points_to),
        "sources": list(result.sources),
    }


def _condition(result: ConditionResult) -> dict[str, Any]:
    return {
        "id": result.id,
        "name": result.name,
        "score": result.score,
        "signs_present": result.signs_present,
        "signs_total": result.signs_total,
        "signs": [{"id": sign.id, "name": sign.name, "state": sign.state} for sign in result.signs],
        "sources": list(result.sources),
    }


def _knowledge(knowledge: Knowledge) -> dict[str, str]:
    return {"version": knowledge.version, "sha256": knowledge.sha256, "review": knowledge.review.status}


def _problem(problem: Problem) -> dict[str, Any]:
    return {
        "source": problem.source,
        "line": problem.line,
        "key": problem.key,
        "code": problem.code,
        "message": problem.message,
    }
