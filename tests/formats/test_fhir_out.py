"""FHIR that is written: valid R4, complete, the same every time, and without what a form or a record must not hold."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, cast

import pytest
from conftest import Run
from fhir.resources.R4B import get_fhir_model_class
from jsonschema import Draft6Validator
from msgspec.structs import replace

from in_process import ran
from sciaticheck import Knowledge, assess, load_knowledge
from sciaticheck.answers.record import Respondent
from sciaticheck.answers.spelling import Answer
from sciaticheck.errors import Problem
from sciaticheck.formats.fhir.bundle import bundle
from sciaticheck.formats.fhir.code_systems import code_systems
from sciaticheck.formats.fhir.codes import CODINGS, EXTENSION_RED_FLAG, EXTENSION_URGENCY, NO, UNSURE, YES
from sciaticheck.formats.fhir.parts import Resource, to_json
from sciaticheck.formats.fhir.questionnaire import questionnaire
from sciaticheck.inputs.files import respondents
from sciaticheck.knowledge.files import languages
from sciaticheck.knowledge.model import URGENCIES

SCHEMA = json.loads((Path(__file__).parent / "fhir-r4.schema.json").read_text("utf-8"))
TRANSLATION = "http://hl7.org/fhir/StructureDefinition/translation"

EMERGENCY: dict[str, Answer] = {"saddle_numbness": "yes", "both_legs": "unsure", "fever": "no"}

KNOWN = load_knowledge()
OTHERS = [load_knowledge(language=code) for code in languages() if code != "en"]
FORM = questionnaire([KNOWN, *OTHERS])
CODES = code_systems([KNOWN, *OTHERS])


def result(*people: Mapping[str, Answer], known: Knowledge = KNOWN, name: str = "case-017") -> Resource:
    """The Bundle for people with these answers."""
    made = [(Respondent(name, given, "answers.yaml"), assess(given, known)) for given in people]
    return bundle(made, [], known, "1.2.3")


def all_answered(answer: Answer) -> dict[str, Answer]:
    return dict.fromkeys(KNOWN.questions, answer)


def of_type(made: Resource, kind: str) -> list[Resource]:
    return [entry["resource"] for entry in made["entry"] if entry["resource"]["resourceType"] == kind]


def resources(made: Resource) -> list[Resource]:
    return [entry["resource"] for entry in made.get("entry", [])] if made["resourceType"] == "Bundle" else [made]


def inside(value: object) -> Iterator[dict[str, Any]]:
    """Every object in a JSON value."""
    if isinstance(value, dict):
        yield value
        for each in value.values():
            yield from inside(each)
    elif isinstance(value, list):
        for each in value:
            yield from inside(each)


def items(form: Resource) -> Iterator[Resource]:
    return (each for each in inside(form) if "linkId" in each)


def questions(form: Resource) -> list[Resource]:
    return [item for item in items(form) if item.get("type") == "choice"]


def extensions(made: Resource, url: str) -> list[str]:
    return [each["valueCoding"]["code"] for each in made["extension"] if each["url"] == url]


def wrong(made: Resource) -> list[str]:
    """What the R4 JSON Schema has against a resource, or each resource in a Bundle."""
    found = []
    for each in [{**made, "entry": []}, *resources(made)] if made["resourceType"] == "Bundle" else [made]:
        schema = {"$ref": f"#/definitions/{each['resourceType']}", "definitions": SCHEMA["definitions"]}
        found += [f"{list(error.path)}: {error.message[:200]}" for error in Draft6Validator(schema).iter_errors(each)]
    return found


MAKERS: dict[str, Callable[[], Resource]] = {
    "questionnaire": lambda: FORM,
    "questionnaire in one language": lambda: questionnaire([KNOWN]),
    "codes": lambda: CODES,
    "emergency": lambda: result(EMERGENCY),
    "nothing answered": lambda: result({}),
    "all no": lambda: result(all_answered("no")),
    "all unsure": lambda: result(all_answered("unsure"), known=OTHERS[0]),
    "two people": lambda: result(EMERGENCY, EMERGENCY),
    "an odd id": lambda: result(EMERGENCY, name=" \x1b\xa0\u3000\ud800é\n"),
    "a blank id": lambda: result(EMERGENCY, name="\xa0"),
    "only a problem": lambda: bundle([], [Problem("broken", "cannot\x00 be read", "a.yaml", 3)], KNOWN, "1.2.3"),
}


EVERY = {name: make() for name, make in MAKERS.items()}


@pytest.mark.parametrize("name", EVERY)
def test_it_is_valid_r4(name: str) -> None:
    made = EVERY[name]
    get_fhir_model_class(made["resourceType"]).model_validate(made)
    assert wrong(made) == []


@pytest.mark.parametrize(
    "fault",
    [{"status": "published"}, {"subjectType": "Patient"}, {"score": 3}, {"item": [{"linkId": "a", "type": "coding"}]}],
    ids=str,
)
def test_the_schema_can_find_a_fault(fault: Resource) -> None:
    small = {**FORM, "item": FORM["item"][:1]}
    assert not wrong(small)
    assert wrong({**small, **fault})


@pytest.mark.parametrize("name", EVERY)
def test_no_score_weight_or_probability_is_in_it(name: str) -> None:
    made = EVERY[name]
    keys = {key for each in inside(made) for key in each}
    assert not {key for key in keys if key.lower().startswith(("probability", "qualitative", "relative", "score"))}
    assert not keys & {"valueDecimal", "valueInteger", "initial", "answerValueSet", "property"}
    urls = {each["url"] for each in inside(made) if isinstance(each.get("url"), str)}
    for word in ("ordinal", "weight", "score", "calculated", "expression"):
        assert not [url for url in urls if word in url.lower()]
    kinds = {each.get("resourceType") for each in inside(made)}
    assert not kinds & {"Flag", "DetectedIssue", "Condition", "ClinicalImpression", "GuidanceResponse", "Observation"}


@pytest.mark.parametrize("name", EVERY)
def test_nothing_is_dated_and_nothing_is_empty(name: str) -> None:
    made = EVERY[name]
    for each in inside(made):
        assert not {"date", "authored", "timestamp", "occurrenceDateTime", "lastUpdated", "recorded"} & set(each)
        assert all(value not in ("", [], {}, None) for key, value in each.items() if key != "entry")
    assert made == MAKERS[name]()


# The form


def test_it_asks_every_question_once_in_the_order_of_the_data() -> None:
    assert [item["linkId"] for item in questions(FORM)] == list(KNOWN.questions)
    links = [item["linkId"] for item in items(FORM)]
    assert len(links) == len(set(links))
    assert {item["type"] for item in FORM["item"]} == {"display", "group"}
    assert {item["text"] for item in FORM["item"] if item["type"] == "group"} == set(KNOWN.groups.values())


def test_the_emergency_stands_before_the_first_question_and_after_the_last() -> None:
    assert FORM["item"][0]["text"] == FORM["item"][-1]["text"] == KNOWN.texts["stop_now"]


def test_a_form_elsewhere_does_not_promise_where_answers_stay() -> None:
    assert KNOWN.texts["privacy"] not in json.dumps(FORM)


def test_every_question_offers_yes_no_and_not_sure() -> None:
    for item in questions(FORM):
        options = [option["valueCoding"] for option in item["answerOption"]]
        assert [{key: each[key] for key in ("system", "code")} for each in options] == [YES, NO, UNSURE]
        assert [each["display"] for each in options] == ["Yes", "No", "Not sure"]
        assert not item["required"]


def test_only_follow_ups_are_switched_on_by_an_answer_and_groups_that_hold_nothing_else() -> None:
    for item in items(FORM):
        inside = [item, *item.get("item", ())]
        parents = {KNOWN.questions[each["linkId"]].only_if for each in inside if each["linkId"] in KNOWN.questions}
        parent = parents.pop() if len(parents) == 1 else None
        expected = [{"question": parent, "operator": "=", "answerCoding": YES}] if parent else None
        assert item.get("enableWhen") == expected
        assert item.get("enableBehavior") == ("any" if parent else None)


def test_each_question_has_its_own_code_a_radio_button_and_help() -> None:
    for item in questions(FORM):
        asked = KNOWN.questions[item["linkId"]]
        assert [code["code"] for code in item["code"]] == [asked.id]
        assert item["code"][0]["display"] == item["text"] == asked.ask
        controls = [each["extension"][0]["valueCodeableConcept"]["coding"][0]["code"] for each in (item, *item["item"])]
        assert controls == ["radio-button", "help"]
        assert item["item"][0]["text"] == asked.help.means


def test_observations_can_be_extracted() -> None:
    assert [(each["url"].rpartition("-")[2], each["valueBoolean"]) for each in FORM["extension"]] == [
        ("observationExtract", True)
    ]


def translations(element: Resource) -> dict[str, str]:
    return {
        each["extension"][0]["valueCode"]: each["extension"][1]["valueString"]
        for each in element.get("extension", [])
        if each["url"] == TRANSLATION
    }


@pytest.mark.parametrize("other", OTHERS, ids=lambda known: known.language.code)
def test_every_text_is_there_in_every_language(other: Knowledge) -> None:
    code = other.language.code
    for item in questions(FORM):
        asked = other.questions[item["linkId"]]
        assert translations(item["_text"])[code] == asked.ask
        assert translations(item["item"][0]["_text"])[code] == asked.help.means
        unsure = item["answerOption"][2]["valueCoding"]
        assert translations(unsure["_display"])[code] == other.texts["answer_unsure"]
    for item in FORM["item"]:
        assert code in translations(item["_text"])
    assert other.texts["translation"] in translations(FORM["_description"])[code]


def test_a_text_that_is_not_translated_is_not_called_a_translation() -> None:
    assert "es" not in translations(questions(FORM)[0]["answerOption"][1]["valueCoding"].get("_display", {}))  # No: No
    assert not [each for each in inside(questionnaire([KNOWN, KNOWN])) if each.get("url") == TRANSLATION]


def test_it_is_a_draft_until_a_clinician_has_reviewed_it() -> None:
    assert (FORM["version"], FORM["status"], FORM["experimental"]) == (KNOWN.version, "draft", True)
    assert "not a diagnosis" in FORM["description"]
    assert "0 of 28 emergency rules reviewed by a clinician" in FORM["description"]
    review = replace(KNOWN.review, status="reviewed", by="Dr A", date="2027-01")
    for made in (questionnaire([replace(KNOWN, review=review)]), code_systems([replace(KNOWN, review=review)])):
        get_fhir_model_class(made["resourceType"]).model_validate(made)
        for each in resources(made):
            assert (each["status"], each["experimental"]) == ("active", False)
    assert "reviewed by Dr A on 2027-01" in questionnaire([replace(KNOWN, review=review)])["description"]


# The codes


def test_every_own_code_that_is_used_is_in_its_code_system() -> None:
    systems = {each["url"]: {concept["code"] for concept in each["concept"]} for each in of_type(CODES, "CodeSystem")}
    used = [
        *inside(FORM),
        *inside(result(EMERGENCY, all_answered("yes") | {"age_under_20": "no", "age_under_16": "no"})),
    ]
    own = [each for each in used if "sciaticheck" in str(each.get("system")) and "code" in each]
    assert len(own) > 100
    assert all(each["code"] in systems[each["system"]] for each in own)
    defined = {each["url"] for each in of_type(CODES, "StructureDefinition")}
    extended = {each["url"] for each in used if "sciaticheck" in str(each.get("url"))} - {FORM["url"]}
    assert extended == defined


def test_the_code_systems_are_the_knowledge() -> None:
    found = {each["id"]: [concept["code"] for concept in each["concept"]] for each in of_type(CODES, "CodeSystem")}
    assert found == {
        "urgency": list(URGENCIES[::-1]),
        "conditions": list(KNOWN.conditions),
        "red-flags": list(KNOWN.red_flags),
        "questions": list(KNOWN.questions),
    }


# The result


def answers_in(response: Resource) -> dict[str, Answer]:
    meaning = {code["code"]: answer for answer, code in CODINGS.items()}
    return {
        item["linkId"]: meaning[item["answer"][0]["valueCoding"]["code"]]
        for item in items(response)
        if "answer" in item
    }


@pytest.mark.parametrize(
    ("given", "status"),
    [
        ({}, "in-progress"),
        (EMERGENCY, "in-progress"),
        (all_answered("no"), "completed"),
        (all_answered("unsure"), "completed"),
        ({name: "no" for name, asked in KNOWN.questions.items() if not asked.only_if}, "completed"),
        ({name: "yes" for name, asked in KNOWN.questions.items() if not asked.only_if}, "in-progress"),
        ({name: "no" for name in KNOWN.questions if name != "fever"}, "in-progress"),
        ({"both_legs_new": "yes"}, "in-progress"),
    ],
)
def test_a_response_holds_the_answers_as_given(given: dict[str, Answer], status: str) -> None:
    made = result(given)
    (response,) = of_type(made, "QuestionnaireResponse")
    assert answers_in(response) == given
    assert response["status"] == status
    assert response["questionnaire"] == f"{FORM['url']}|{KNOWN.version}"
    assert response["identifier"] == response["subject"]["identifier"] == {"value": "case-017"}
    form = {item["linkId"]: item for item in items(FORM)}
    assert all(item["text"] == form[item["linkId"]]["text"] for item in items(response))


def test_a_result_is_one_risk_assessment_with_its_basis() -> None:
    made = result(EMERGENCY)
    assert [entry["resource"]["resourceType"] for entry in made["entry"]] == [
        "Device",
        "QuestionnaireResponse",
        "RiskAssessment",
    ]
    device, response, risk = (entry["fullUrl"] for entry in made["entry"])
    assert len({device, response, risk}) == 3
    (found,) = of_type(made, "RiskAssessment")
    assert found["performer"] == {"reference": device, "type": "Device"}
    assert found["basis"] == [{"reference": response, "type": "QuestionnaireResponse"}]
    (tool,) = of_type(made, "Device")
    assert [each["value"] for each in tool["version"]] == ["1.2.3", KNOWN.version, KNOWN.sha256]


@pytest.mark.parametrize("given", [EMERGENCY, {}, {"both_legs": "yes"}, all_answered("no"), all_answered("unsure")])
def test_a_risk_assessment_says_what_the_assessment_says(given: dict[str, Answer]) -> None:
    (found,) = of_type(result(given), "RiskAssessment")
    expected = assess(given)
    assert extensions(found, EXTENSION_URGENCY) == [expected.urgency]
    assert extensions(found, EXTENSION_RED_FLAG) == [flag.id for flag in expected.present]
    assert found["status"] == ("final" if expected.complete else "preliminary")
    assert [each["outcome"]["coding"][0]["code"] for each in found["prediction"]] == [
        condition.id for condition in expected.conditions
    ]
    assert all(set(each) == {"outcome", "rationale"} for each in found["prediction"])
    assert expected.advice.action in found["mitigation"]
    notes = [note["text"] for note in found["note"]]
    assert "not a diagnosis" in notes[0]
    assert "0 of 28 emergency rules reviewed by a clinician" in notes[0]
    assert all(any(flag.name in note for note in notes) for flag in expected.deciding)


def test_a_rationale_is_in_words() -> None:
    (found,) = of_type(result(all_answered("no") | {"back_pain": "yes"}), "RiskAssessment")
    condition = next(each for each in assess({**all_answered("no"), "back_pain": "yes"}).conditions)
    (present,) = [sign.name for sign in condition.signs if sign.state == "present"]
    assert found["prediction"][0]["rationale"] == f"1 of {condition.signs_total} signs on its list. Found: {present}."


def test_the_same_person_twice_is_two_entries() -> None:
    urls = [entry["fullUrl"] for entry in result(EMERGENCY, EMERGENCY)["entry"]]
    assert len(urls) == len(set(urls)) == 5


def test_it_is_in_the_language_of_the_result() -> None:
    (known,) = OTHERS
    made = result(EMERGENCY, known=known)
    assert {each["language"] for each in resources(made) if each["resourceType"] != "Device"} == {known.language.code}
    assert known.texts["translation"] in of_type(made, "RiskAssessment")[0]["note"][0]["text"]


# The commands


def test_check_writes_the_bundle_and_what_it_could_not_read(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("saddle_numbness: yes\n")
    (tmp_path / "b.yaml").write_text("fevr: yes\n")
    ran = run("check", "a.yaml", "b.yaml", "-f", "fhir")
    made = json.loads(ran.out)
    assert ran.status == 2
    assert ran.out.isascii()
    assert answers_in(of_type(made, "QuestionnaireResponse")[0]) == {"saddle_numbness": "yes"}
    ((issue,),) = [each["issue"] for each in of_type(made, "OperationOutcome")]
    assert "b.yaml:1: 'fevr' is not a question" in issue["diagnostics"]


def test_what_was_written_can_be_read_again(tmp_path: Path) -> None:
    people = [EMERGENCY, all_answered("unsure"), {"both_legs_new": "yes"}, {}]
    file = tmp_path / "people.json"
    file.write_text(to_json(result(*people)), "utf-8")
    read = list(respondents([str(file)], KNOWN))
    assert [problem for _, problems in read for problem in problems] == []
    assert [person.answers for person, _ in read if person] == people
    assert {person.id for person, _ in read if person} == {"case-017"}


def test_export_writes_form_and_codes(run: Run, tmp_path: Path) -> None:
    assert json.loads(run("export", "fhir").out) == FORM
    assert run("export", "fhir-codes", "-o", "codes.json").status == 0
    assert json.loads((tmp_path / "codes.json").read_text("utf-8")) == CODES


# From a response to its result

PATIENT = {"reference": "Patient/7", "display": "Ann"}
RESPONSE = {
    "resourceType": "QuestionnaireResponse", "id": "r-1", "status": "completed", "authored": "2026-11-28T09:00:00Z",
    "subject": PATIENT, "encounter": {"reference": "Encounter/3"}, "source": PATIENT,
    "item": [{"linkId": "saddle_numbness", "answer": [{"valueBoolean": True}]}],
}  # fmt: skip


def results_of(tmp_path: Path, name: str, content: str, *options: str) -> Resource:
    (tmp_path / name).write_text(content)
    return cast(Resource, json.loads(ran("check", str(tmp_path / name), "-f", "fhir", *options).out))


@pytest.mark.parametrize("kind", ["collection", "transaction"])
def test_the_patient_stays_the_patient(tmp_path: Path, kind: str) -> None:
    made = results_of(tmp_path, "mary.json", json.dumps(RESPONSE), "--bundle", kind)
    (risk,) = of_type(made, "RiskAssessment")
    assert (risk["subject"], risk["encounter"]) == (PATIENT, RESPONSE["encounter"])
    assert risk["basis"] == [{"reference": "QuestionnaireResponse/r-1", "type": "QuestionnaireResponse"}]
    for copy in of_type(made, "QuestionnaireResponse"):
        assert {name: copy[name] for name in ("id", "subject", "encounter", "authored", "source")} == {
            name: RESPONSE[name] for name in ("id", "subject", "encounter", "authored", "source")
        }
    assert len(of_type(made, "QuestionnaireResponse")) == (1 if kind == "collection" else 0)
    get_fhir_model_class("Bundle").model_validate(made)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("mary.yaml", "saddle_numbness: yes\n"),
        ("mary.csv", "saddle_numbness\nyes\n"),
        ("mary.json", json.dumps({**RESPONSE, "subject": None, "id": None})),
        ("mary.json", json.dumps({**RESPONSE, "subject": "Patient/7", "id": "r_1"})),
    ],
)
def test_the_name_of_a_file_is_never_that_of_a_patient(tmp_path: Path, name: str, content: str) -> None:
    made = results_of(tmp_path, name, content)
    response, risk = (of_type(made, kind)[0] for kind in ("QuestionnaireResponse", "RiskAssessment"))
    assert response["subject"] == risk["subject"] == {"type": "Patient", "display": "not identified"}
    assert risk["basis"][0]["reference"] in [entry["fullUrl"] for entry in made["entry"]]


def test_an_id_that_was_given_is_the_patients(tmp_path: Path) -> None:
    made = results_of(tmp_path, "a.csv", "id,saddle_numbness\nmary,yes\n")
    assert of_type(made, "RiskAssessment")[0]["subject"] == {"type": "Patient", "identifier": {"value": "mary"}}


def test_a_transaction_can_be_posted_as_it_is(tmp_path: Path) -> None:
    made = results_of(tmp_path, "a.csv", "id,saddle_numbness\na,yes\nb,maybe\n", "--bundle", "transaction")
    get_fhir_model_class("Bundle").model_validate(made)
    assert made["type"] == "transaction"
    kinds = [entry["resource"]["resourceType"] for entry in made["entry"]]
    assert kinds == ["Device", "QuestionnaireResponse", "RiskAssessment"]
    assert [(entry["request"]["method"], entry["request"]["url"]) for entry in made["entry"]] == [
        ("POST", kind) for kind in kinds
    ]
    assert made["entry"][0]["request"]["ifNoneExist"].startswith("identifier=https://sciaticheck.org/fhir/Device|")
    risk = made["entry"][2]["resource"]
    assert "prediction" not in risk
    notes = " ".join(note["text"] for note in risk["note"])
    assert all(condition.name in notes for condition in KNOWN.conditions.values())
    urls = {entry["fullUrl"] for entry in made["entry"]}
    assert {risk["performer"]["reference"], risk["basis"][0]["reference"]} <= urls
    assert ran("check", str(tmp_path / "a.csv"), "--bundle", "transaction").status == 2


def test_help_is_instructions_for_clients_that_show_only_these() -> None:
    for item in questions(FORM):
        categories = [each for each in item["item"][0]["extension"] if each["url"].endswith("displayCategory")]
        assert categories[0]["valueCodeableConcept"]["coding"][0]["code"] == "instructions"


@pytest.mark.parametrize("other", OTHERS, ids=lambda known: known.language.code)
def test_one_language_for_clients_that_know_no_translations(other: Knowledge) -> None:
    made = json.loads(ran("export", "fhir", "--lang", other.language.code).out)
    assert made["language"] == other.language.code
    assert questions(made)[0]["text"] == other.questions[questions(made)[0]["linkId"]].ask
    assert TRANSLATION not in json.dumps(made)
