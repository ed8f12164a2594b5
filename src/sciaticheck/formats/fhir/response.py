"""One respondent's answers as a FHIR R4 QuestionnaireResponse."""

from __future__ import annotations

import re
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
        **({"id": respondent.origin["id"]} if response_id(respondent) else {}),
        "language": knowledge.language.code,
        "identifier": respondent.origin.get("identifier") or _identifier(respondent),
        "questionnaire": f"{QUESTIONNAIRE_URL}|{knowledge.version}",
        "status": "completed" if _all_answered(answers, knowledge) else "in-progress",
        **carried(respondent, "subject", "encounter", "authored", "author", "source"),
        **({"item": items} if items else {}),
    }


def carried(respondent: Respondent, *names: str) -> Resource:
    """These elements of the response that was read. Without a subject in it, that of an id given in another file."""
    found = {name: respondent.origin[name] for name in names if name in respondent.origin}
    is_known = respondent.is_named and not respondent.origin and respondent.id.strip()
    other = {"identifier": _identifier(respondent)} if is_known else {"display": "not identified"}
    return {"subject": {"type": "Patient", **other}, **found}


def response_id(respondent: Respondent) -> str | None:
    """The id that the response has on a server, if it was read from there."""
    id = respondent.origin.get("id")
    return id if isinstance(id, str) and re.fullmatch(r"[A-Za-z0-9.-]{1,64}", id) else None


def _identifier(respondent: Respondent) -> Resource:
    """The id, without a system because only the input knows it. Blanks and controls as FHIR allows in a string."""
    value = "".join(" " if char.isspace() else char for char in visible(respondent.id)).strip()
    return {"value": value or "unnamed"}


def _all_answered(answers: Mapping[str, Answer], knowledge: Knowledge) -> bool:
    return all(
        question.id in answers or (question.only_if is not None and answers.get(question.only_if) in ("no", "unsure"))
        for question in knowledge.questions.values()
    )


def _item(question: Question, answer: Answer, knowledge: Knowledge) -> Resource:
    coding = {**CODINGS[answer], "display": knowledge.texts[f"answer_{answer}"]}
    return {"linkId": question.id, "text": question.ask, "answer": [{"valueCoding": coding}]}
