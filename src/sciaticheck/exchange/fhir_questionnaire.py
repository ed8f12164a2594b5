"""The questions as a FHIR R4 Questionnaire, in every language. The form asks; it holds no score, weight or rule.

Clients differ in how they compute and show scores in a form, so that there is none to differ about.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sciaticheck.answers.spelling import Answer
from sciaticheck.exchange.canonical import CODINGS, QUESTIONNAIRE_URL, SYSTEM_QUESTIONS, YES
from sciaticheck.exchange.fhir_parts import Resource, coding, limits, maturity, wording
from sciaticheck.exchange.forms import Run, notes_after, notes_before, runs
from sciaticheck.knowledge.model import Knowledge, Question

ITEM_CONTROL = "http://hl7.org/fhir/StructureDefinition/questionnaire-itemControl"
OBSERVATION_EXTRACT = "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-observationExtract"


def questionnaire(knowledge: Knowledge, translations: Sequence[Knowledge] = ()) -> Resource:
    """The Questionnaire in the language of `knowledge`; `translations` are the same knowledge in other languages."""
    return {
        "resourceType": "Questionnaire",
        "id": QUESTIONNAIRE_URL.rpartition("/")[2],
        "language": knowledge.language.code,
        "extension": [{"url": OBSERVATION_EXTRACT, "valueBoolean": True}],
        "url": QUESTIONNAIRE_URL,
        **maturity(knowledge),
        "name": "Sciaticheck",
        **wording("title", lambda known: known.texts["ask_title"], knowledge, translations),
        **wording("description", limits, knowledge, translations),
        "subjectType": ["Patient"],
        "item": [
            *_notes(notes_before, knowledge, translations),
            *(_group(run, knowledge, translations) for run in runs(knowledge)),
            *_notes(notes_after, knowledge, translations),
        ],
    }


Notes = Callable[[Knowledge], Mapping[str, str]]


def _notes(notes: Notes, knowledge: Knowledge, translations: Sequence[Knowledge]) -> list[Resource]:
    def note(name: str) -> Resource:
        text = wording("text", lambda known: notes(known)[name], knowledge, translations)
        return {"linkId": name, **text, "type": "display"}

    return [note(name) for name in notes(knowledge)]


def _group(run: Run, knowledge: Knowledge, translations: Sequence[Knowledge]) -> Resource:
    return {
        "linkId": run.name,
        **wording("text", lambda known: known.groups[run.group], knowledge, translations),
        "type": "group",
        "item": [_question(question, knowledge, translations) for question in run.questions],
    }


def _question(question: Question, knowledge: Knowledge, translations: Sequence[Knowledge]) -> Resource:
    """One question. It is not required: leaving it out is an answer state of its own."""
    name = question.id
    asked = wording("text", lambda known: known.questions[name].ask, knowledge, translations)
    means = wording("text", lambda known: known.questions[name].help.means, knowledge, translations)
    # enableBehavior is only required from two conditions on, but clients and validators differ about that.
    when = {"question": question.only_if, "operator": "=", "answerCoding": dict(YES)}
    return {
        "extension": [_control("radio-button")],
        "linkId": name,
        "code": [coding(SYSTEM_QUESTIONS, name, question.ask)],
        **asked,
        "type": "choice",
        **({"enableWhen": [when], "enableBehavior": "all"} if question.only_if else {}),
        "required": False,
        "repeats": False,
        "answerOption": [_option(answer, knowledge, translations) for answer in CODINGS],
        "item": [{"extension": [_control("help")], "linkId": f"{name}.help", **means, "type": "display"}],
    }


def _option(answer: Answer, knowledge: Knowledge, translations: Sequence[Knowledge]) -> Resource:
    display = wording("display", lambda known: known.texts[f"answer_{answer}"], knowledge, translations)
    return {"valueCoding": {**CODINGS[answer], **display}}


def _control(code: str) -> dict[str, Any]:
    system = "http://hl7.org/fhir/questionnaire-item-control"
    return {"url": ITEM_CONTROL, "valueCodeableConcept": {"coding": [{"system": system, "code": code}]}}
