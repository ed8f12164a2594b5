"""Results as a FHIR R4 Bundle: the tool as a Device, and each respondent's answers and RiskAssessment.

No probability and no qualitative risk: how many signs are present is neither. No Flag, DetectedIssue or Condition
either: to put one on a record is a clinician's act. Nothing is dated and nothing is random, so that the same answers
give the same bytes.
"""

from __future__ import annotations

import json
import uuid
from collections import Counter
from collections.abc import Iterable

from sciaticheck.answers.record import Respondent
from sciaticheck.assessment import Assessment, ConditionResult, FlagResult
from sciaticheck.errors import Problem, visible
from sciaticheck.exchange.canonical import (
    BASE,
    EXTENSION_POSSIBLE_URGENCY,
    EXTENSION_RED_FLAG,
    EXTENSION_URGENCY,
    SYSTEM_CONDITIONS,
    SYSTEM_RED_FLAGS,
    SYSTEM_URGENCY,
)
from sciaticheck.exchange.fhir_parts import Resource, coding, limits
from sciaticheck.exchange.fhir_response import questionnaire_response, subject
from sciaticheck.knowledge.model import Knowledge, Urgency


def bundle(
    results: Iterable[tuple[Respondent, Assessment]], problems: Iterable[Problem], knowledge: Knowledge, version: str
) -> Resource:
    """Every result in the order given. What could not be read stands at the end, as an OperationOutcome.

    `version` is the tool's.
    """
    entries = _Entries()
    device = entries.add(_device(knowledge, version))
    for respondent, assessment in results:
        answers = entries.add(questionnaire_response(respondent, knowledge))
        entries.add(_risk_assessment(respondent, assessment, knowledge, answers, device))
    issues = [
        {"severity": "error", "code": "invalid", "diagnostics": visible(f"{problem} [{problem.code}]")}
        for problem in problems
    ]
    if issues:
        entries.add({"resourceType": "OperationOutcome", "issue": issues})
    return {"resourceType": "Bundle", "type": "collection", "entry": entries.made}


class _Entries:
    """The entries of a Bundle, each under a UUID made from what it holds; the same content twice gets two."""

    def __init__(self) -> None:
        self.made: list[Resource] = []
        self.seen: Counter[str] = Counter()

    def add(self, resource: Resource) -> str:
        """Adds a resource and returns what others refer to it by."""
        content = json.dumps(resource, sort_keys=True)
        self.seen[content] += 1
        name = f"{BASE} {self.seen[content]} {content}"
        url = f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, name)}"
        self.made.append({"fullUrl": url, "resource": resource})
        return url


def _device(knowledge: Knowledge, version: str) -> Resource:
    versions = {"software": version, "knowledge": knowledge.version, "knowledge sha256": knowledge.sha256}
    return {
        "resourceType": "Device",
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
        "subject": subject(respondent),
        "performer": {"reference": device, "type": "Device"},
        "basis": [{"reference": answers, "type": "QuestionnaireResponse"}],
        "prediction": [_prediction(each, assessment, knowledge) for each in assessment.conditions],
        "mitigation": f"{advice.headline}. {advice.action}",
        "note": [{"text": text} for text in (limits(knowledge), *_why(assessment, knowledge))],
    }


def _level(urgency: Urgency, knowledge: Knowledge) -> dict[str, str]:
    return coding(SYSTEM_URGENCY, urgency, knowledge.texts[f"level_{urgency}"])


def _prediction(result: ConditionResult, assessment: Assessment, knowledge: Knowledge) -> Resource:
    """A condition with, in words, its signs and the red flags that point to it."""
    texts = knowledge.texts
    counted = texts["signs_found"].replace("{present}", str(result.signs_present))
    parts = [counted.replace("{total}", str(result.signs_total))]
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
    """The red flags behind the urgency with the answers that set them, and how far open answers could raise it."""
    texts = knowledge.texts
    yield from (_flag(flag, knowledge) for flag in assessment.deciding)
    if not assessment.deciding:
        total = len(knowledge.questions)
        answered = str(total - len(assessment.unanswered))
        yield texts["no_flag"].replace("{answered}", answered).replace("{total}", str(total))
    if not assessment.complete:
        level = texts[f"level_{assessment.possible_urgency}"]
        yield texts["incomplete"].replace("{level}", level).replace("{count}", str(len(assessment.could_raise)))


def _flag(flag: FlagResult, knowledge: Knowledge) -> str:
    """One red flag with its own level, marked where it is only possible, and the answers that set it."""
    texts = knowledge.texts
    sure = flag.state == "present"
    level = texts[f"level_{flag.urgency}"]
    said = texts["answer_yes" if sure else "answer_unsure"]
    labels = "; ".join(knowledge.questions[name].label for name in flag.because)
    return f"{flag.name} ({level}{'' if sure else '?'}). {said}: {labels}."
