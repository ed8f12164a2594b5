"""One respondent's answers as a FHIR R4 QuestionnaireResponse."""

from __future__ import annotations

from collections.abc import Mapping

from sciaticheck.answers.record import Respondent
from sciaticheck.answers.spelling import Answer
from sciaticheck.errors import visible
from sciaticheck.formats.fhir.codes import CODINGS, QUESTIONNAIRE_URL
from sciaticheck.formats.fhir.parts import Resource
from sciaticheck.formats.form import runs
from sciaticheck.knowledge.model import Knowledge, Question


def questionnaire_response(respondent: Respondent, knowledge: Knowledge) -> Resource:
    """The answers as given; unanswered questions are left out.

    The status is `completed` if every question that would be asked has an answer, else `in-progress`. It has no date
    because none is known.
    """
    answers = respondent.answers
    answered_runs = [(run, [each for each in run.questions if each.id in answers]) for run in runs(knowledge)]
    items = [
        {
            "linkId": run.name,
            "text": knowledge.groups[run.group],
            "item": [_item(question, answers[question.id], knowledge) for question in answered],
        }
        for run, answered in answered_runs
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
    """The respondent as a reference, by the id in the input."""
    return {"type": "Patient", **(_identified(respondent) or {"display": "not identified"})}


def _identified(respondent: Respondent) -> Resource:
    """The id, without a system because only the input knows it. Blanks and controls as FHIR allows in a string."""
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
