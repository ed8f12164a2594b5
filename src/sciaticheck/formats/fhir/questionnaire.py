"""The questions as a FHIR R4 Questionnaire, in every language.

The form only asks. It has no score, because clients compute and show scores in different ways.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sciaticheck.answers.spelling import Answer
from sciaticheck.formats.fhir.codes import CODINGS, QUESTIONNAIRE_URL, SYSTEM_QUESTIONS, YES
from sciaticheck.formats.fhir.parts import Languages, Resource, coding, limits, maturity, to_json, wording
from sciaticheck.formats.form import Run, notes_after, notes_before, runs
from sciaticheck.knowledge.model import Knowledge, Question

ITEM_CONTROL = "http://hl7.org/fhir/StructureDefinition/questionnaire-itemControl"
OBSERVATION_EXTRACT = "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-observationExtract"


def questionnaire(languages: Languages) -> Resource:
    """The Questionnaire, in the first language with translations into the others."""
    knowledge = languages[0]
    return {
        "resourceType": "Questionnaire",
        "id": QUESTIONNAIRE_URL.rpartition("/")[2],
        "language": knowledge.language.code,
        "extension": [{"url": OBSERVATION_EXTRACT, "valueBoolean": True}],
        "url": QUESTIONNAIRE_URL,
        **maturity(knowledge),
        **({"lastReviewDate": knowledge.review.date} if knowledge.review.status == "reviewed" else {}),
        "name": "Sciaticheck",
        **wording("title", lambda known: known.texts["ask_title"], languages),
        **wording("description", limits, languages),
        "subjectType": ["Patient"],
        "item": [
            *_notes(notes_before, languages),
            *(_group(run, languages) for run in runs(knowledge)),
            *_notes(notes_after, languages),
        ],
    }


def _notes(notes: Callable[[Knowledge], Mapping[str, str]], languages: Languages) -> list[Resource]:
    def note(name: str) -> Resource:
        text = wording("text", lambda known: notes(known)[name], languages)
        return {"linkId": name, **text, "type": "display"}

    return [note(name) for name in notes(languages[0])]


def _group(run: Run, languages: Languages) -> Resource:
    return {
        "linkId": run.name,
        **wording("text", lambda known: known.groups[run.group], languages),
        "type": "group",
        **_after_yes(run.only_if),
        "item": [_question(question, languages) for question in run.questions],
    }


def _question(question: Question, languages: Languages) -> Resource:
    """One question. It is not required, because it may stay unanswered."""
    name = question.id
    asked = wording("text", lambda known: known.questions[name].ask, languages)
    means = wording("text", lambda known: known.questions[name].help.means, languages)
    return {
        "extension": [_control("radio-button")],
        "linkId": name,
        "code": [coding(SYSTEM_QUESTIONS, name, question.ask)],
        **asked,
        "type": "choice",
        **_after_yes(question.only_if),
        "required": False,
        "repeats": False,
        "answerOption": [_option(answer, languages) for answer in CODINGS],
        "item": [
            {"extension": [_control("help"), _INSTRUCTIONS], "linkId": f"{name}.help", **means, "type": "display"}
        ],
    }


def _after_yes(parent: str | None) -> Resource:
    # enableBehavior is required only for two conditions or more, but some clients want it always. With one condition
    # it says nothing, but Medplum shows a follow-up from the start if it is "all".
    if parent is None:
        return {}
    return {
        "enableWhen": [{"question": parent, "operator": "=", "answerCoding": dict(YES)}],
        "enableBehavior": "any",
    }


def _option(answer: Answer, languages: Languages) -> Resource:
    display = wording("display", lambda known: known.texts[f"answer_{answer}"], languages)
    return {"valueCoding": {**CODINGS[answer], **display}}


def _control(code: str) -> dict[str, Any]:
    system = "http://hl7.org/fhir/questionnaire-item-control"
    return {"url": ITEM_CONTROL, "valueCodeableConcept": {"coding": [{"system": system, "code": code}]}}


_INSTRUCTIONS = {  # without it, Smart Forms does not show a help text
    "url": "http://hl7.org/fhir/StructureDefinition/questionnaire-displayCategory",
    "valueCodeableConcept": {
        "coding": [{"system": "http://hl7.org/fhir/questionnaire-display-category", "code": "instructions"}]
    },
}


def _write(languages: Languages) -> str:
    return to_json(questionnaire(languages))


EXPORTS = {"fhir": _write}
