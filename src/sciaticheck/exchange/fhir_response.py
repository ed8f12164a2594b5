"""One respondent's answers as a FHIR R4 QuestionnaireResponse."""

from __future__ import annotations

from collections.abc import Mapping

from sciaticheck.answers.record import Respondent
from sciaticheck.answers.spelling import Answer
from sciaticheck.errors import visible
from sciaticheck.exchange.canonical import CODINGS, QUESTIONNAIRE_URL
from sciaticheck.exchange.fhir_parts import Resource
from sciaticheck.exchange.forms import runs
from sciaticheck.knowledge.model import Knowledge, Question


def questionnaire_response(respondent: Respondent, knowledge: Knowledge) -> Resource:
    """The answers as given. A question without an answer is left out, which is neither no nor unsure.

    `completed` only if every question that would be asked has an answer, else `in-progress`. No date: none is known.
    """
    answers = respondent.answers
    found = [(run, [each for each in run.questions if each.id in answers]) for run in runs(knowledge)]
    items = [
        {
            "linkId": run.name,
            "text": knowledge.groups[run.group],
            "item": [_item(question, answers[question.id], knowledge) for question in answered],
        }
        for run, answered in found
        if answered
    ]
    return {
        "resourceType": "QuestionnaireResponse",
        "language": knowledge.language.code,
        **_identified(respondent),
        "questionnaire": f"{QUESTIONNAIRE_URL}|{knowledge.version}",
        "status": "completed" if _all_answered(answers, knowledge) else "in-progress",
        "subject": subject(respondent),
        **({"item": items} if items else {}),
    }


def subject(respondent: Respondent) -> Resource:
    """The respondent, by the id that the input gave."""
    return {"type": "Patient", **(_identified(respondent) or {"display": "not identified"})}


def _identified(respondent: Respondent) -> Resource:
    """The id without a system: only the input knows whose it is. Blanks and controls as FHIR has them in a string."""
    value = "".join(" " if char.isspace() else char for char in visible(respondent.id)).strip()
    return {"identifier": {"value": value}} if value else {}


def _all_answered(answers: Mapping[str, Answer], knowledge: Knowledge) -> bool:
    return all(
        question.id in answers or (question.only_if is not None and answers.get(question.only_if) in ("no", "unsure"))
        for question in knowledge.questions.values()
    )


def _item(question: Question, answer: Answer, knowledge: Knowledge) -> Resource:
    coding = {**CODINGS[answer], "display": knowledge.texts[f"answer_{answer}"]}
    return {"linkId": question.id, "text": question.ask, "answer": [{"valueCoding": coding}]}
