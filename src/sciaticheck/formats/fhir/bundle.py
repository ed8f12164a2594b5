"""Results as a FHIR R4 Bundle: the tool as a Device, and each respondent's answers and RiskAssessment.

It has no probability and no qualitative risk, since a count of signs is neither, and no Flag, DetectedIssue or
Condition, which are for clinicians to record. The same answers give the same bytes: no dates, no random ids.
"""

from __future__ import annotations

import json
import uuid
from collections import Counter
from collections.abc import Iterable

from sciaticheck.answers.record import Respondent
from sciaticheck.engine.assessment import Assessment, ConditionResult, FlagResult
from sciaticheck.engine.reasons import labelled, reasons
from sciaticheck.errors import Problem, visible
from sciaticheck.formats.fhir.codes import (
    BASE,
    EXTENSION_POSSIBLE_URGENCY,
    EXTENSION_RED_FLAG,
    EXTENSION_URGENCY,
    SYSTEM_CONDITIONS,
    SYSTEM_RED_FLAGS,
    SYSTEM_URGENCY,
)
from sciaticheck.formats.fhir.parts import Resource, coding, limits
from sciaticheck.formats.fhir.response import carried, questionnaire_response, response_id
from sciaticheck.knowledge.model import Knowledge, Urgency


def bundle(
    results: Iterable[tuple[Respondent, Assessment]], problems: Iterable[Problem], knowledge: Knowledge, version: str
) -> Resource:
    """Every result in the order given, then the problems as an OperationOutcome. `version` is that of the tool."""
    entries = _Entries()
    device = entries.add(_device(knowledge, version))
    for respondent, assessment in results:
        answers = entries.add(questionnaire_response(respondent, knowledge))
        if id := response_id(respondent):
            answers = f"QuestionnaireResponse/{id}"
        entries.add(_risk_assessment(respondent, assessment, knowledge, answers, device))
    issues = [
        {"severity": "error", "code": "invalid", "diagnostics": visible(f"{problem} [{problem.code}]")}
        for problem in problems
    ]
    if issues:
        entries.add({"resourceType": "OperationOutcome", "issue": issues})
    return {"resourceType": "Bundle", "type": "collection", "entry": entries.entries}


def transaction(made: Resource) -> Resource:
    """A Bundle that a server takes as it is. It creates what is new, and the Device only once.

    Responses with an id are on the server. The conditions are notes, because R4's invariant ras-2, taken to the letter,
    wants a probability of each prediction; problems are left out, because servers do not store them.
    """
    entries = []
    for entry in made["entry"]:
        resource = dict(entry["resource"])
        kind = resource["resourceType"]
        if kind == "OperationOutcome" or (kind == "QuestionnaireResponse" and "id" in resource):
            continue
        if kind == "RiskAssessment":
            texts = [f"{each['outcome']['text']}: {each['rationale']}" for each in resource.pop("prediction")]
            resource["note"] = [*resource["note"], *({"text": text} for text in texts)]
        request = {"method": "POST", "url": kind}
        if kind == "Device":
            identifier = resource["identifier"][0]
            request["ifNoneExist"] = f"identifier={identifier['system']}|{identifier['value']}"
        entries.append({**entry, "resource": resource, "request": request})
    return {**made, "type": "transaction", "entry": entries}


class _Entries:
    """The entries of a Bundle, each with a UUID computed from its content. Equal contents get different UUIDs."""

    def __init__(self) -> None:
        self.entries: list[Resource] = []
        self.seen: Counter[str] = Counter()

    def add(self, resource: Resource) -> str:
        """Adds a resource and returns its URL for references."""
        content = json.dumps(resource, sort_keys=True)
        self.seen[content] += 1
        name = f"{BASE} {self.seen[content]} {content}"
        url = f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, name)}"
        self.entries.append({"fullUrl": url, "resource": resource})
        return url


def _device(knowledge: Knowledge, version: str) -> Resource:
    versions = {"software": version, "knowledge": knowledge.version, "knowledge sha256": knowledge.sha256}
    return {
        "resourceType": "Device",
        "identifier": [{"system": f"{BASE}/Device", "value": f"{version}-{knowledge.sha256[:16]}"}],
        "deviceName": [{"name": "sciaticheck", "type": "user-friendly-name"}],
        "version": [{"type": {"text": what}, "value": value} for what, value in versions.items()],
        "note": [{"text": limits(knowledge)}],
    }


def _risk_assessment(
    respondent: Respondent, assessment: Assessment, knowledge: Knowledge, answers: str, device: str
) -> Resource:
    advice = assessment.advice
    return {
        "resourceType": "RiskAssessment",
        "language": knowledge.language.code,
        "extension": [
            {"url": EXTENSION_URGENCY, "valueCoding": _level(assessment.urgency, knowledge)},
            {"url": EXTENSION_POSSIBLE_URGENCY, "valueCoding": _level(assessment.possible_urgency, knowledge)},
            *(
                {"url": EXTENSION_RED_FLAG, "valueCoding": coding(SYSTEM_RED_FLAGS, flag.id, flag.name)}
                for flag in assessment.present
            ),
        ],
        "status": "final" if assessment.complete else "preliminary",
        "method": {"text": f"sciaticheck, {knowledge.version}"},
        **carried(respondent, "subject", "encounter"),
        "performer": {"reference": device, "type": "Device"},
        "basis": [{"reference": answers, "type": "QuestionnaireResponse"}],
        "prediction": [_prediction(each, assessment, knowledge) for each in assessment.conditions],
        "mitigation": f"{advice.headline}. {advice.action}",
        "note": [{"text": text} for text in (limits(knowledge), *_why(assessment, knowledge))],
    }


def _level(urgency: Urgency, knowledge: Knowledge) -> dict[str, str]:
    return coding(SYSTEM_URGENCY, urgency, knowledge.texts[f"level_{urgency}"])


def _prediction(result: ConditionResult, assessment: Assessment, knowledge: Knowledge) -> Resource:
    """A condition, with its signs and the red flags that point to it as text."""
    texts = knowledge.texts
    parts = [knowledge.text("signs_found", present=result.signs_present, total=result.signs_total)]
    for label, state in (("column_found", "present"), ("part_open", "possible")):
        names = [sign.name for sign in result.signs if sign.state == state]
        parts += [f"{texts[label]}: {'; '.join(names)}"] if names else []
    flags = [flag.name for flag in assessment.present if result.id in flag.points_to]
    parts += [f"{texts['part_flags']}: {'; '.join(flags)}"] if flags else []
    return {
        "outcome": {"coding": [coding(SYSTEM_CONDITIONS, result.id, result.name)], "text": result.name},
        "rationale": ". ".join(parts) + ".",
    }


def _why(assessment: Assessment, knowledge: Knowledge) -> Iterable[str]:
    """The red flags behind the urgency with their answers, and how far unanswered questions could raise it."""
    yield from (_flag(flag, assessment, knowledge) for flag in assessment.deciding)
    if not assessment.deciding:
        total = len(knowledge.questions)
        yield knowledge.text("no_flag", answered=total - len(assessment.unanswered), total=total)
    if not assessment.complete:
        level = knowledge.texts[f"level_{assessment.possible_urgency}"]
        yield knowledge.text("incomplete", level=level, count=len(assessment.could_raise))


def _flag(flag: FlagResult, assessment: Assessment, knowledge: Knowledge) -> str:
    """One red flag with its level, with a question mark if it is only possible, and its answers."""
    level = f"{knowledge.texts[f'level_{flag.urgency}']}{'' if flag.state == 'present' else '?'}"
    return f"{flag.name} ({level}). {labelled(reasons(assessment, [flag], knowledge), knowledge)}."
