"""Reading FHIR: every trap that form clients set, and that what was answered comes back as it was."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from conftest import Run
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from response_check import check_response
from sciaticheck import Knowledge, Problem, load_knowledge
from sciaticheck.answers.follow_ups import hidden
from sciaticheck.answers.record import Location, Respondent
from sciaticheck.formats.fhir.codes import (
    CODES,
    EXTENSION_ABSENT,
    LOINC,
    QUESTIONNAIRE_URL,
    SNOMED,
    SYSTEM_ABSENT,
    SYSTEM_V2_0136,
    SYSTEM_V2_0532,
)
from sciaticheck.formats.fhir.elements import KEYS
from sciaticheck.formats.fhir.questionnaire import questionnaire
from sciaticheck.formats.fhir.read import from_resource
from sciaticheck.formats.fhir.response import questionnaire_response
from sciaticheck.inputs.files import respondents

KNOWN = load_knowledge()
Read = Callable[[object], tuple[list[Respondent], list[Problem]]]


def coding(system: str | None, code: str) -> dict[str, Any]:
    return {"valueCoding": {**({"system": system} if system else {}), "code": code}}


YES, NO = coding(SYSTEM_V2_0136, "Y"), coding(SYSTEM_V2_0136, "N")
UNSURE = coding(SYSTEM_ABSENT, "asked-unknown")


def item(link: str, *answers: object, **more: object) -> dict[str, Any]:
    return {"linkId": link, **({"answer": list(answers)} if answers else {}), **more}


def response(*items: object, **more: object) -> dict[str, Any]:
    return {"resourceType": "QuestionnaireResponse", "status": "completed", "item": list(items), **more}


def bundle(*resources: object, **more: object) -> dict[str, Any]:
    return {"resourceType": "Bundle", "entry": [{"resource": resource} for resource in resources], **more}


def all_of(reads: Any) -> tuple[list[Respondent], list[Problem]]:
    found = list(reads)
    return [one for one, _ in found if one], [problem for _, problems in found for problem in problems]


@pytest.fixture
def read(tmp_path: Path, knowledge: Knowledge) -> Read:
    """Reads a resource as `check` reads a file of it."""

    def made(resource: object) -> tuple[list[Respondent], list[Problem]]:
        path = tmp_path / "file.json"
        path.write_text(json.dumps(resource, indent=1), "utf-8")
        return all_of(respondents([str(path)], knowledge))

    return made


def answers_of(read: Read, *items: object) -> dict[str, str]:
    found, problems = read(response(*items))
    assert not problems
    return dict(found[0].answers)


@pytest.mark.parametrize(
    ("element", "means"),
    [
        (YES, "yes"),
        (NO, "no"),
        (UNSURE, "unsure"),
        (coding(SYSTEM_V2_0532, "Y"), "yes"),
        (coding(SYSTEM_V2_0532, "N"), "no"),
        (coding(SYSTEM_V2_0532, "UNK"), "unsure"),
        (coding(SYSTEM_V2_0532, "ASKU"), "unsure"),
        (coding(SYSTEM_V2_0532, "NASK"), None),
        (coding(SYSTEM_V2_0532, "NA"), None),
        (coding(SYSTEM_ABSENT, "asked-declined"), None),
        (coding(LOINC, "LA33-6"), "yes"),
        (coding(LOINC, "LA32-8"), "no"),
        (coding(LOINC, "LA12688-0"), "unsure"),
        (coding(SNOMED, "373066001"), "yes"),
        (coding(SNOMED, "373067005"), "no"),
        (coding(SNOMED, "261665006"), "unsure"),
        (coding(None, "Y"), "yes"),
        ({"valueBoolean": True}, "yes"),
        ({"valueBoolean": False}, "no"),
        ({"valueString": " Not Sure "}, "unsure"),
        ({"valueString": ""}, None),
        ({"extension": [{"url": EXTENSION_ABSENT, "valueCode": "asked-unknown"}]}, "unsure"),
        ({"_valueBoolean": {"extension": [{"url": EXTENSION_ABSENT, "valueCode": "not-asked"}]}}, None),
        ({}, None),
    ],
)
def test_what_each_value_means(read: Read, element: dict[str, Any], means: str | None) -> None:
    assert answers_of(read, item("night_pain", element)) == ({"night_pain": means} if means else {})


def test_no_code_means_two_things() -> None:
    meanings: dict[str, set[str | None]] = {}
    for codes in CODES.values():
        for code, means in codes.items():
            meanings.setdefault(code, set()).add(means)
    assert {code for code, means in meanings.items() if len(means) > 1} == set()


@pytest.mark.parametrize(
    ("element", "said"),
    [
        (coding("http://example.org/yn", "Y"), ("'Y'", "http://example.org/yn", "Allowed")),
        (coding(LOINC, "LA1-1"), ("'LA1-1'", "LA33-6 (yes)")),
        (coding(SYSTEM_V2_0136, "y"), ("'y'", "Y (yes)", "N (no)")),
        ({"valueCoding": {"system": SYSTEM_V2_0136, "display": "Yes"}}, ("no code",)),
        ({"valueCoding": {**NO["valueCoding"], "display": "Sí "}}, ("code 'N' is no, but its display 'Sí ' is yes",)),
        ({"valueCoding": {"system": LOINC, "code": "LA33-6", "display": "No"}}, ("but its display 'No' is no",)),
        ({"valueCoding": "Y"}, ("valueCoding",)),
        ({"valueBoolean": "true"}, ("valueBoolean", "true, false")),
        ({"valueString": "Ja"}, ("'Ja'", "yes/y/true/1")),
        ({"valueInteger": 1}, ("'valueInteger'", "valueCoding")),
        ({"valueBoolean": True, "valueString": "no"}, ("two values",)),
        ("Y", ("list of objects",)),
    ],
)
def test_a_value_that_is_none_is_named_with_what_is_allowed(read: Read, element: object, said: tuple[str, ...]) -> None:
    found, problems = read(response(item("night_pain", element)))
    assert not found
    assert [(problem.code, problem.key) for problem in problems] == [("unknown_value", "night_pain")]
    assert all(words in problems[0].message for words in ("night_pain", *said))
    assert problems[0].line == 6


def test_items_may_be_nested_in_groups_items_and_answers(read: Read) -> None:
    inside = {**NO, "item": [item("both_legs", {**YES, "item": [item("both_legs_new", UNSURE)]})]}
    found = answers_of(read, item("g", item=[item("h", item=[item("fever", inside), item("fever.help")])]))
    assert found == {"fever": "no", "both_legs": "yes", "both_legs_new": "unsure"}


def test_an_empty_list_of_answers_is_unanswered(read: Read) -> None:
    found = answers_of(
        read, {"linkId": "fever", "answer": []}, {"linkId": "some.text", "answer": []}, item("nausea", NO)
    )
    assert found == {"nausea": "no"}


def test_completed_does_not_mean_that_all_was_answered(read: Read) -> None:
    assert answers_of(read) == {}


def test_a_switched_off_answer_is_a_conflict_with_the_way_out(read: Read) -> None:
    found, problems = read(response(item("both_legs", NO), item("both_legs_new", YES)))
    assert not found
    assert [problem.code for problem in problems] == ["follow_up_conflict"]
    for words in ("both_legs_new: yes", "both_legs: no", "switched off", "remove the follow-up's item"):
        assert words in problems[0].message


def test_another_version_of_the_questions_is_said_and_read(read: Read) -> None:
    found, problems = read(response(item("fever", YES), questionnaire=f"{QUESTIONNAIRE_URL}|1999.1.0"))
    assert not problems
    assert found[0].answers == {"fever": "yes"}
    assert [note.code for note in found[0].notes] == ["other_version"]
    assert "1999.1.0" in found[0].notes[0].message
    assert KNOWN.version in found[0].notes[0].message


@pytest.mark.parametrize("canonical", [QUESTIONNAIRE_URL, f"{QUESTIONNAIRE_URL}|{KNOWN.version}", None])
def test_our_own_questionnaire_needs_no_word(read: Read, canonical: str | None) -> None:
    found, _ = read(response(item("fever", YES), **({"questionnaire": canonical} if canonical else {})))
    assert found[0].notes == ()


def test_another_questionnaire_with_our_questions_is_said_and_read(read: Read) -> None:
    found, problems = read(response(item("fever", YES), questionnaire="Questionnaire/7"))
    assert not problems
    assert [note.code for note in found[0].notes] == ["other_questionnaire"]


def test_another_questionnaire_with_other_questions_is_named(read: Read) -> None:
    found, problems = read(response(*(item(f"phq{n}", YES) for n in range(9)), questionnaire="http://x.org/phq|2"))
    assert not found
    assert [problem.code for problem in problems] == ["other_questionnaire"]
    for words in ("http://x.org/phq", "'phq0'", "and 4 more"):
        assert words in problems[0].message


def test_an_unknown_link_is_named_with_the_nearest_and_its_line(read: Read) -> None:
    found, problems = read(response(item("fever", NO), item("nite_pain", YES)))
    assert not found
    assert [(problem.code, problem.key, problem.line) for problem in problems] == [
        ("unknown_question", "nite_pain", 17)
    ]
    assert "Did you mean 'night_pain'?" in problems[0].message


def test_a_link_twice_is_an_error(read: Read) -> None:
    found, problems = read(response(item("fever", NO), item("g", item=[item("fever", NO)])))
    assert not found
    assert [(problem.code, problem.key) for problem in problems] == [("duplicate_key", "fever")]


def test_a_key_twice_in_one_object_is_an_error(tmp_path: Path, knowledge: Knowledge) -> None:
    path = tmp_path / "file.json"
    path.write_text('{"resourceType": "QuestionnaireResponse", "id": "a", "id": "b"}')
    _, problems = all_of(respondents([str(path)], knowledge))
    assert [(problem.code, problem.key) for problem in problems] == [("duplicate_key", "id")]


def test_two_answers_to_one_item_are_an_error(read: Read) -> None:
    found, problems = read(response(item("fever", YES, NO)))
    assert not found
    assert [(problem.code, problem.key) for problem in problems] == [("several_answers", "fever")]


def test_a_withdrawn_response_is_refused(read: Read) -> None:
    found, problems = read({**response(item("fever", NO)), "status": "entered-in-error"})
    assert not found
    assert [problem.code for problem in problems] == ["entered_in_error"]


def test_what_is_refused_but_urgent_says_so(read: Read) -> None:
    _, problems = read(response(item("saddle_numbness", YES), item("other", YES)))
    assert "Not checked, but 'saddle_numbness: yes' alone would be: emergency." in problems[0].message


@pytest.mark.parametrize(
    ("more", "name"),
    [
        ({"identifier": {"value": "case-1"}, "id": "server-9"}, "case-1"),
        ({"identifier": [{"system": "x"}, {"value": "case-2"}]}, "case-2"),
        ({"id": "server-9", "subject": {"identifier": {"value": "p"}}}, "server-9"),
        ({"subject": {"identifier": {"value": "p"}}}, "p"),
        ({"identifier": {"value": " "}}, "file"),
        ({}, "file"),
    ],
)
def test_the_id(read: Read, more: dict[str, Any], name: str) -> None:
    found, _ = read(response(**more))
    assert [one.id for one in found] == [name]


def test_a_bundle_of_responses_and_other_resources(read: Read) -> None:
    form = {"resourceType": "Questionnaire", "item": [{"linkId": "nite_pain"}]}
    resources = (form, response(item("fever", NO)), {"resourceType": "Patient"}, response(item("nite_pain", YES)), None)
    found, problems = read(bundle(*resources, response(item("fever", YES), id="third")))
    assert [(one.id, one.answers) for one in found] == [("file:1", {"fever": "no"}), ("third", {"fever": "yes"})]
    assert len(problems) == 1
    assert "response 2 of the Bundle" in problems[0].message
    text = json.dumps(bundle(*resources), indent=1).split("\n")
    assert problems[0].line is not None
    assert '"nite_pain"' in text[problems[0].line - 1]
    assert problems[0].line > next(number for number, line in enumerate(text, start=1) if '"fever"' in line)


def test_a_bundle_of_one_has_the_name_of_the_file(read: Read) -> None:
    found, _ = read(bundle({"resourceType": "Device"}, response(item("fever", NO))))
    assert [one.id for one in found] == ["file"]


def test_a_bundle_with_no_response_says_what_it_holds(read: Read) -> None:
    found, problems = read(bundle({"resourceType": "Patient"}, {"resourceType": "Patient"}))
    assert not found
    assert "2 Patient" in problems[0].message
    assert read(bundle())[1][0].code == "no_input"


def test_a_bundle_that_is_one_page_of_several_is_said(read: Read) -> None:
    found, _ = read(bundle(response(item("fever", NO)), link=[{"relation": "next", "url": "x"}]))
    assert [note.code for note in found[0].notes] == ["more_pages"]


@pytest.mark.parametrize(
    ("resource", "said"),
    [
        ({"resourceType": "Questionnaire", "item": []}, "empty form"),
        ({"resourceType": "Patient"}, "'Patient'"),
        ({"resourceType": 7}, "'7'"),
    ],
)
def test_another_resource_is_named(read: Read, resource: dict[str, Any], said: str) -> None:
    found, problems = read(resource)
    assert not found
    assert [problem.code for problem in problems] == ["unknown_kind"]
    assert said in problems[0].message


def test_lines_of_responses(tmp_path: Path, knowledge: Knowledge) -> None:
    path = tmp_path / "many.ndjson"
    lines = [
        response(item("fever", YES)),
        {"fever": "no"},
        bundle(response(id="a"), response(id="b")),
        response(item("x", NO)),
    ]
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), "utf-8")
    found, problems = all_of(respondents([str(path)], knowledge))
    assert [one.id for one in found] == ["many:1", "many:2", "a", "b"]
    assert [(problem.code, problem.line) for problem in problems] == [("unknown_question", 4)]


def test_check_reads_responses_from_standard_input_and_says_the_notes(run: Run) -> None:
    text = json.dumps(response(item("saddle_numbness", YES), questionnaire=f"{QUESTIONNAIRE_URL}|0", id="p"))
    done = run("check", "-", "-f", "json", stdin=text)
    assert done.status == 1
    assert json.loads(done.out)["results"][0]["id"] == "p"
    assert "note: -: answers version '0'" in done.err
    assert "note" not in run("check", "-", "-f", "json", "--quiet", stdin=text).err


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.sampled_from(["fever", "Y", "", "\ud800", SYSTEM_V2_0136]),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(
        st.sampled_from(
            ["linkId", "item", "answer", "valueCoding", "valueString", "valueBoolean", "system", "code", "extension",
             "url", "status", "identifier", "value", "questionnaire", "entry", "resource", "resourceType", "link", "id"]
        ),
        inner,
        max_size=5,
    ),
    max_leaves=25,
)  # fmt: skip


@given(kind=st.sampled_from(["QuestionnaireResponse", "Bundle"]), body=anything)
@settings(max_examples=400, deadline=None)
def test_whatever_a_resource_holds_there_is_a_result_or_a_problem(kind: str, body: object) -> None:
    resource = {**(body if isinstance(body, dict) else {"item": body, "entry": body}), "resourceType": kind}
    for found, problems in from_resource(resource, json.dumps(resource), Location("x"), "x", KNOWN):
        assert (found is None) == bool(problems)


states = st.fixed_dictionaries(
    {}, optional={name: st.sampled_from(["yes", "no", "unsure"]) for name in KNOWN.questions}
)


def without_conflicts(answers: dict[str, Any]) -> dict[str, Any]:
    off = {each.id for each in KNOWN.follow_ups if answers.get(each.only_if or "") == "no"}
    return {name: answer for name, answer in answers.items() if name not in off}


@given(states.map(without_conflicts))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_a_response_made_of_answers_reads_back_as_the_same_answers(answers: dict[str, Any]) -> None:
    made = questionnaire_response(Respondent("who", answers, "x"), KNOWN)
    found, problems = all_of(from_resource(made, json.dumps(made), Location("x"), "file", KNOWN))
    assert not problems
    assert found[0].answers == answers
    assert found[0].id == "who"
    kept = [id for id, parent in hidden(answers, KNOWN).items() if answers.get(parent) == "unsure"]
    assert [note.key for note in found[0].notes] == [id for id in kept if answers[id] != "no"]


@pytest.mark.parametrize("name", list(KNOWN.questions))
@pytest.mark.parametrize("element", [YES, NO, UNSURE, None], ids=["yes", "no", "unsure", "unanswered"])
def test_every_question_in_every_state_reads_back(name: str, element: dict[str, Any] | None) -> None:
    parent = KNOWN.questions[name].only_if
    items = [*([item(parent, YES)] if parent else []), item(name, *([element] if element else []))]
    found, problems = all_of(from_resource(response(*items), "", Location("x"), "x", KNOWN))
    assert not problems
    means = {id(YES): "yes", id(NO): "no", id(UNSURE): "unsure"}.get(id(element))
    assert found[0].answers.get(name) == means


FORM = questionnaire([KNOWN])


@pytest.mark.parametrize(
    ("items", "codes"),
    [
        ([item("fever", YES), item("both_legs", YES), item("both_legs_new", NO)], []),
        ([], []),
        ([item("nite_pain", YES)], ["unknown_link"]),
        ([{"answer": [YES]}], ["unknown_link"]),
        ([item("fever", coding(LOINC, "LA33-6"))], ["not_an_option"]),
        ([item("fever", {"valueBoolean": True})], ["wrong_type"]),
        ([item("fever.help", {"valueString": "yes"})], ["wrong_type"]),
        ([item("both_legs", NO), item("both_legs_new", YES)], ["switched_off"]),
        ([item("both_legs_new", YES)], ["switched_off"]),
        ([item("both_legs", NO), {"linkId": "both_legs_new", "answer": []}], []),
        ([item("fever", YES), item("fever", YES)], ["duplicate_link"]),
        ([item("fever", YES, NO)], ["several_answers"]),
    ],
)
def test_a_response_is_held_against_its_questionnaire(items: list[dict[str, Any]], codes: list[str]) -> None:
    assert [problem.code for problem in check_response(response(*items), FORM)] == codes


def test_items_switched_off_with_the_group_they_stand_in() -> None:
    when = {"question": "a", "operator": "=", "answerBoolean": True}
    form = {
        "item": [
            {"linkId": "a", "type": "boolean"},
            {"linkId": "g", "type": "group", "enableWhen": [when], "item": [{"linkId": "b", "type": "boolean"}]},
            {"linkId": "c", "type": "string", "enableWhen": [{**when, "operator": "exists"}]},
        ]
    }
    b = item("g", item=[item("b", {"valueBoolean": True})])
    c = item("c", {"valueString": "x"})
    assert check_response(response(item("a", {"valueBoolean": True}), b, c), form) == []
    assert [each.key for each in check_response(response(item("a", {"valueBoolean": False}), b, c), form)] == ["b"]
    assert [each.key for each in check_response(response(b, c), form)] == ["b", "c"]


@given(states.map(without_conflicts))
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_what_we_write_is_right_under_our_questionnaire(answers: dict[str, Any]) -> None:
    asked = {
        name: answer
        for name, answer in answers.items()
        if KNOWN.questions[name].only_if is None or answers.get(KNOWN.questions[name].only_if or "") == "yes"
    }
    assert check_response(questionnaire_response(Respondent("who", asked, "x"), KNOWN), FORM) == []


ASKED_UNKNOWN = [{"url": EXTENSION_ABSENT, "valueCode": "asked-unknown"}]
NULL_FLAVOR = "http://hl7.org/fhir/StructureDefinition/iso21090-nullFlavor"


@pytest.mark.parametrize(
    "told",
    [
        {"answer": [{"valueCoding": {"extension": ASKED_UNKNOWN}}]},
        {"answer": [{"valueCoding": {"_code": {"extension": ASKED_UNKNOWN}}}]},
        {"answer": [{"_valueBoolean": {"extension": ASKED_UNKNOWN}}]},
        {"answer": [{"_valueString": {"extension": ASKED_UNKNOWN}}]},
        {"answer": [{"extension": ASKED_UNKNOWN}]},
        {"extension": ASKED_UNKNOWN},
        {"extension": ASKED_UNKNOWN, "answer": []},
        {"answer": [{"extension": [{"url": NULL_FLAVOR, "valueCode": "ASKU"}]}]},
        {"answer": [{"valueCoding": {"extension": [{"url": NULL_FLAVOR, "valueCode": "ASKU"}]}}]},
        {"extension": [{"url": NULL_FLAVOR, "valueCode": "ASKU"}]},
        {"answer": [{"valueCoding": {"system": SYSTEM_ABSENT, "code": "asked-unknown", "extension": ASKED_UNKNOWN}}]},
    ],
)
def test_asked_but_unknown_is_unsure_wherever_it_stands(read: Read, told: dict[str, Any]) -> None:
    assert answers_of(read, {"linkId": "saddle_numbness", **told}) == {"saddle_numbness": "unsure"}


@pytest.mark.parametrize(
    "told",
    [
        {"answer": [{"extension": [{"url": EXTENSION_ABSENT, "valueCode": "asked-declined"}]}]},
        {"answer": [{"valueCoding": {"extension": [{"url": EXTENSION_ABSENT, "valueCode": "masked"}]}}]},
        {"answer": [{"_valueBoolean": {"extension": [{"url": EXTENSION_ABSENT, "valueCode": "error"}]}}]},
        {"extension": [{"url": NULL_FLAVOR, "valueCode": "NASK"}]},
        {"answer": [coding(SYSTEM_ABSENT, "not-asked")]},
    ],
)
def test_another_reason_is_unanswered_and_said(read: Read, told: dict[str, Any]) -> None:
    found, problems = read(response({"linkId": "saddle_numbness", **told}))
    assert not problems
    assert found[0].answers == {}
    assert [(note.code, note.key) for note in found[0].notes] == [("absent", "saddle_numbness")]


def test_a_value_with_a_reason_for_having_none_is_an_error(read: Read) -> None:
    assert read(response(item("fever", {"valueBoolean": False, "extension": ASKED_UNKNOWN})))[1][0].code == (
        "unknown_value"
    )


@pytest.mark.parametrize(
    ("made", "said"),
    [
        ({"group": {"linkId": "root", "question": [item("saddle_numbness", YES)]}}, "'group'"),
        ({"items": [item("saddle_numbness", YES)]}, "Did you mean 'item'?"),
        ({"Item": [item("saddle_numbness", YES)]}, "Did you mean 'item'?"),
        ({"item": [{"linkId": "saddle_numbness", "answers": [YES]}]}, "Did you mean 'answer'?"),
        ({"item": [{"linkId": "saddle_numbness", "valueBoolean": True}]}, "'valueBoolean'"),
        ({"item": [item("saddle_numbness", {"value": True})]}, "'value'"),
        ({"item": [item("saddle_numbness", {"valueCodeableConcept": {}})]}, "'valueCodeableConcept'"),
        ({"item": [item("saddle_numbness", {"valueCoding": {"Code": "Y"}})]}, "Did you mean 'code'?"),
        ({"item": [item("g", question=[item("saddle_numbness", YES)])]}, "'question'"),
        ({"item": [item("saddle_numbness", {**NO, "modifierExtension": [{"url": "x"}]})]}, "can change the meaning"),
        ({"implicitRules": "http://x.org/not"}, "can change the meaning"),
        ({"context": {"reference": "Encounter/1"}}, "'context'"),
        ({"status": "entered_in_error"}, "'entered_in_error'"),
        ({"item": [item("saddle_numbness", {"items": [item("fever", YES)]})]}, "Did you mean 'item'?"),
    ],
)
def test_a_response_of_another_shape_is_an_error(read: Read, made: dict[str, Any], said: str) -> None:
    found, problems = read({"resourceType": "QuestionnaireResponse", "status": "completed", "id": "a", **made})
    assert not found
    assert said in " ".join(problem.message for problem in problems)


def test_every_key_of_r4_is_accepted(read: Read) -> None:
    told = dict.fromkeys(KEYS["QuestionnaireResponse"]) | response(
        {**dict.fromkeys(KEYS["item"]), **item("fever", {**YES, "id": "x"}), "_text": {"id": "t"}}
    )
    found, problems = read(told)
    assert not problems
    assert found[0].answers == {"fever": "yes"}


IN = response(item("saddle_numbness", YES), id="in")
OUT = response(item("fever", NO), id="out")


@pytest.mark.parametrize(
    "made",
    [
        bundle(bundle(IN), OUT),
        bundle(bundle(bundle(IN)), OUT),
        bundle({"resourceType": "Bundle", "entry": [{"resource": IN, "response": {"status": "200"}}]}, OUT),
        bundle({"resourceType": "Parameters", "parameter": [{"name": "return", "resource": IN}]}, OUT),
        bundle({"resourceType": "List", "contained": [IN]}, OUT),
        bundle({**IN, "contained": [OUT, {"resourceType": "Patient"}]}),
        {"resourceType": "Parameters", "parameter": [{"part": [{"resource": IN}, {"resource": OUT}]}]},
        [IN, OUT],
        [bundle(IN), OUT],
    ],
)  # fmt: skip
def test_a_response_is_read_wherever_it_is(read: Read, made: Any) -> None:
    found, problems = read(made)
    assert not problems
    assert {one.id: one.answers for one in found} == {"in": {"saddle_numbness": "yes"}, "out": {"fever": "no"}}


@pytest.mark.parametrize(
    ("made", "said"),
    [
        (bundle(OUT, {"resourceType": "Patient"}, {"resourceType": "Patient"}), "2 Patient"),
        ({"resourceType": "Bundle", "entry": [{"resource": OUT}, {"response": {"status": "404 No"}}]}, "404 No"),
        (bundle(OUT, bundle({"resourceType": "Observation"})), "1 Observation"),
    ],
)  # fmt: skip
def test_what_a_bundle_holds_besides_is_named(read: Read, made: Any, said: str) -> None:
    found, problems = read(made)
    assert not problems
    assert said in " ".join(note.message for note in found[0].notes)


@pytest.mark.parametrize(
    "made",
    [
        bundle(OUT, {"resourceType": "questionnaireresponse", "item": IN["item"]}),
        bundle(OUT, {"status": "completed", "item": IN["item"]}),
        {**bundle(OUT), "items": [IN["item"]]},
        {"resourceType": "Bundle", "entry": [{"resource": OUT}, {"Resource": {"item": IN["item"]}}]},
        {"resourceType": "Bundle", "entry": [{"resource": OUT}, "text"]},
    ],
)
def test_what_may_be_meant_for_a_response_is_an_error_and_the_rest_is_read(read: Read, made: Any) -> None:
    found, problems = read(made)
    assert [one.id for one in found] == ["out"]
    assert [problem.code for problem in problems] == ["bad_resource"]


def test_hidden_answers_are_said_and_can_be_dropped(run: Run, tmp_path: Path) -> None:
    people = [
        response(item("both_legs", UNSURE), item("both_legs_new", YES), id="kept"),
        response(item("both_legs", NO), item("both_legs_new", YES), item("fever", NO), id="conflict"),
        response(item("both_legs", YES), item("both_legs_new", YES), id="shown"),
    ]
    (tmp_path / "b.json").write_text(json.dumps(bundle(*people)))
    (tmp_path / "b.ndjson").write_text("".join(json.dumps(each) + "\n" for each in people))
    for command in (["check", "b.json", "-f", "csv"], ["batch", "b.ndjson"]):
        done = run(*command)
        assert done.status == 2
        assert "'kept': 'both_legs_new: yes' counts, although 'both_legs' is 'not sure'" in done.err
        assert "'both_legs_new: yes' alone would be: emergency" in done.err
        assert "its other answers" not in done.err
        done = run(*command, "--drop-hidden")
        assert done.status == 1
        for name in ("kept", "conflict"):
            assert f"'{name}': dropped 'both_legs_new: yes'" in done.err
        assert "'shown'" not in done.err
        rows = {row["id"]: row["urgency"] for row in csv.DictReader(io.StringIO(done.out))}
        assert rows == {"kept": "soon", "conflict": "routine", "shown": "emergency"}
