"""The questions as an XLSForm and as a REDCap dictionary: the tools that read these accept them as they are."""

from __future__ import annotations

import csv
import io
import os
import re
import shutil
from itertools import pairwise
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import jsonschema
import pytest
import yaml
from conftest import ROOT, Run
from msgspec.structs import replace
from openpyxl import load_workbook
from pyxform.xls2xform import convert

from sciaticheck import Knowledge, load_knowledge
from sciaticheck.answers.record import Location
from sciaticheck.formats import form as forms
from sciaticheck.formats import odk, redcap
from sciaticheck.formats import preset as preset_map
from sciaticheck.formats.header import Wanted
from sciaticheck.formats.layout import layout
from sciaticheck.knowledge.files import languages

ANSWERS = ("yes", "no", "unsure")


@pytest.fixture(scope="module")
def every_language() -> dict[str, Knowledge]:
    return {code: load_knowledge(language=code) for code in languages()}


@pytest.fixture(scope="module")
def sheets(every_language: dict[str, Knowledge]) -> dict[str, list[list[str]]]:
    return odk.xlsform(list(every_language.values()))


def records(rows: list[list[str]]) -> list[dict[str, str]]:
    return [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]


def workbook(sheets: dict[str, list[list[str]]]) -> bytes:
    stream = io.BytesIO()
    odk.write_xlsx(sheets, stream)
    return stream.getvalue()


def reworded(knowledge: Knowledge, question: str, **texts: str) -> Knowledge:
    changed = replace(knowledge.questions[question], **texts)
    return replace(knowledge, questions={**knowledge.questions, question: changed})


# What every form shows.


def test_runs_keep_the_order_asked_and_have_names_of_their_own(knowledge: Knowledge) -> None:
    runs = forms.runs(knowledge)
    assert [question.id for run in runs for question in run.questions] == list(knowledge.questions)
    names = [run.name for run in runs]
    assert len({*names, *knowledge.questions}) == len(names) + len(knowledge.questions)
    assert all(before.group != after.group for before, after in pairwise(runs))


def test_the_emergency_stands_first_and_the_end_is_no_all_clear(knowledge: Knowledge) -> None:
    before, after = forms.notes_before(knowledge), forms.notes_after(knowledge)
    assert next(iter(before.values())) == knowledge.texts["stop_now"]
    assert knowledge.texts["notice"] in before.values()
    assert knowledge.version in before["note_about"]
    assert knowledge.scope.not_for in before["note_about"]
    assert knowledge.texts["not_all_clear"] in after["note_end"]
    assert knowledge.texts["stop_now"] in after.values()


def test_a_form_promises_nothing_about_where_answers_go(every_language: dict[str, Knowledge]) -> None:
    for known in every_language.values():
        said = [*forms.notes_before(known).values(), *forms.notes_after(known).values()]
        assert not any(known.texts["privacy"] in text for text in said)


def test_an_unchecked_translation_says_so_and_a_review_is_named(every_language: dict[str, Knowledge]) -> None:
    for known in every_language.values():
        draft = known.language.status == "draft"
        assert (known.texts["translation"] in forms.notes_before(known)["note_about"]) == draft
    reviewed = replace(
        every_language["en"],
        review=replace(every_language["en"].review, status="reviewed", by="Dr Example", date="2027-01-01"),
    )
    assert "reviewed by Dr Example on 2027-01-01" in forms.notes_before(reviewed)["note_about"]


# XLSForm.


def test_pyxform_converts_and_odk_validate_accepts(sheets: dict[str, list[list[str]]]) -> None:
    java = shutil.which("java") is not None
    made = convert(workbook(sheets), file_type=".xlsx", validate=java)
    assert made.warnings == []
    if not java:
        pytest.skip("converted; ODK Validate needs Java")


def test_odk_validate_can_refuse(sheets: dict[str, list[list[str]]]) -> None:
    from pyxform.validators.odk_validate import ODKValidateError

    if not shutil.which("java"):
        pytest.skip("ODK Validate needs Java")
    header, *rows = sheets["survey"]
    place = header.index("relevant")
    broken = [[*row[:place], row[place] and f"{row[place]} and", *row[place + 1 :]] for row in rows]
    with pytest.raises(ODKValidateError):
        convert(workbook({**sheets, "survey": [header, *broken]}), file_type=".xlsx", validate=True)


def test_the_xform_asks_every_question_once_in_order_with_the_contract_words(
    sheets: dict[str, list[list[str]]], knowledge: Knowledge
) -> None:
    xform = convert(workbook(sheets), file_type=".xlsx").xform
    asked = [ref.rpartition("/")[2] for ref in re.findall(r'<select1 [^>]*ref="([^"]+)"', xform)]
    assert asked == list(knowledge.questions)
    items = re.search(rf'<instance id="{odk.CHOICES}"><root>(.*?)</root>', xform)
    assert items
    assert re.findall(r"<name>(.*?)</name>", items[1]) == list(ANSWERS)
    for question in knowledge.questions.values():
        bind = re.search(rf'<bind nodeset="[^"]*/{question.id}"[^>]*>', xform)
        assert bind
        assert "required" not in bind[0]
        relevant = re.search(r'relevant="([^"]*)"', bind[0])
        assert bool(relevant) == bool(question.only_if)
        if relevant:
            assert re.fullmatch(rf" ?/data/group_\w+/{question.only_if} += 'yes'", relevant[1])


def test_a_title_waits_for_the_yes_that_all_questions_under_it_wait_for(sheets: dict[str, list[list[str]]]) -> None:
    waits: dict[str, tuple[str, set[str]]] = {}
    for row in records(sheets["survey"]):
        if row["type"] == "begin_group":
            group = row["name"]
            waits[group] = (row["relevant"], set())
        elif row["type"] != "end_group":
            waits[group][1].add(row["relevant"])
    assert all(title == (below.pop() if len(below) == 1 else "") for title, below in waits.values())
    assert any(title for title, _ in waits.values())


def test_every_language_has_every_text(
    sheets: dict[str, list[list[str]]], every_language: dict[str, Knowledge]
) -> None:
    survey = {row["name"]: row for row in records(sheets["survey"]) if row["name"]}
    choices = records(sheets["choices"])
    for known in every_language.values():
        language = f"{known.language.name} ({known.language.code})"
        for question in known.questions.values():
            row = survey[question.id]
            assert row[f"label::{language}"] == question.ask
            assert row[f"hint::{language}"] == question.help.means
            assert row[f"guidance_hint::{language}"] == f"{question.help.check} {question.help.why}"
        said = [row[f"label::{language}"] for row in choices]
        assert said == [known.texts[f"answer_{answer}"] for answer in ANSWERS]
    assert records(sheets["settings"])[0]["default_language"] == "English (en)"


def test_one_language_alone_converts_too(every_language: dict[str, Knowledge]) -> None:
    made = convert(workbook(odk.xlsform([every_language["es"]])), file_type=".xlsx")
    assert made.warnings == []
    assert 'lang="Español (es)"' in made.xform


def test_the_workbook_is_the_same_bytes_every_time(sheets: dict[str, list[list[str]]]) -> None:
    made = workbook(sheets)
    assert workbook(sheets) == made
    with ZipFile(io.BytesIO(made)) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(2000, 1, 1, 0, 0, 0)}
        stamps = re.findall(r"\d{4}-\d\d-\d\dT[\d:]+", archive.read("docProps/core.xml").decode())
        assert set(stamps) == {"2000-01-01T00:00:00"}


def test_the_workbook_holds_the_rows_and_no_formula(knowledge: Knowledge) -> None:
    question = next(iter(knowledge.questions))
    sheets = odk.xlsform([reworded(knowledge, question, ask="=1+1 ${fever} \x07")])
    book = load_workbook(io.BytesIO(workbook(sheets)))
    read = {
        sheet.title: [[str(cell or "") for cell in row] for row in sheet.iter_rows(values_only=True)] for sheet in book
    }
    assert read == sheets
    assert {cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row} <= {"s", "n"}
    row = next(row for row in records(sheets["survey"]) if row["name"] == question)
    assert row["label::English (en)"] == "=1+1 $ {fever} \\x07"


@pytest.mark.parametrize(
    ("version", "written"),
    [("2026.11.0", "2026110000"), ("2027.2.13", "2027020013"), ("1.0.0", "1.0.0"), ("2026.11.12345", "2026.11.12345")],
)
def test_the_version_is_a_number_where_it_can_be(version: str, written: str) -> None:
    assert odk.form_version(version) == written


# REDCap.


@pytest.fixture(scope="module", params=languages())
def dictionary(request: pytest.FixtureRequest) -> list[dict[str, str]]:
    known = load_knowledge(language=request.param)
    return list(csv.DictReader(io.StringIO(redcap.as_csv(redcap.data_dictionary(known)))))


def redcap_schema() -> tuple[list[str], dict[str, Any]]:
    """The columns in order, and the JSON Schema of a field, made from the schema that linkml-redcap ships."""
    package = pytest.importorskip("linkml_redcap.data_dictionary")
    document = yaml.safe_load(package.schema_path().read_text("utf-8"))
    slots, properties = document["classes"]["Field"]["attributes"], {}
    for name, slot in slots.items():
        properties[name] = {"type": "string"}
        if slot.get("pattern"):
            properties[name]["pattern"] = slot["pattern"]
        if slot["range"] in document["enums"]:
            properties[name]["enum"] = list(document["enums"][slot["range"]]["permissible_values"])
    required = [name for name, slot in slots.items() if slot.get("required")]
    schema = {"type": "object", "properties": properties, "required": required, "additionalProperties": False}
    return list(slots), schema


def test_linkml_redcap_accepts_every_row(dictionary: list[dict[str, str]]) -> None:
    columns, schema = redcap_schema()
    checker = jsonschema.Draft202012Validator(schema)
    for row in dictionary:
        assert len(row) == len(columns)
        field = {name: value for name, value in zip(columns, row.values(), strict=True) if value}
        assert list(checker.iter_errors(field)) == []
        # The schema cannot say it: names beyond 26 characters are cut by some of the programs that read exports.
        assert len(field["variable_field_name"]) <= 26
    for wrong in ({"variable_field_name": "a.b"}, {"field_type": "yes_no"}, {"form_name": "A form"}):
        good = {"variable_field_name": "a", "form_name": "b", "field_type": "radio", "field_label": "c"}
        assert checker.is_valid(good)
        assert not checker.is_valid({**good, **wrong})


def test_the_dictionary_is_one_form_that_begins_with_the_record(dictionary: list[dict[str, str]]) -> None:
    names = [row["Variable / Field Name"] for row in dictionary]
    assert len(names) == len(set(names))
    assert (names[0], dictionary[0]["Field Type"]) == ("record_id", "text")
    assert {row["Form Name"] for row in dictionary} == {"sciaticheck"}
    assert {row["Required Field?"] for row in dictionary} == {""}


def test_every_question_is_a_radio_in_order_and_follow_ups_wait_for_a_yes(
    dictionary: list[dict[str, str]], knowledge: Knowledge
) -> None:
    rows = {row["Variable / Field Name"]: row for row in dictionary if row["Field Type"] == "radio"}
    assert list(rows) == list(knowledge.questions)
    for question in knowledge.questions.values():
        row = rows[question.id]
        choices = dict(part.split(", ", 1) for part in row["Choices, Calculations, OR Slider Labels"].split(" | "))
        assert list(choices) == ["1", "0", "2"]
        wanted = f"[{question.only_if}] = '1'" if question.only_if else ""
        assert row["Branching Logic (Show field only if...)"] == wanted
        assert row["Field Note"]
    headed = [name for name, row in rows.items() if row["Section Header"]]
    assert headed == [run.questions[0].id for run in forms.runs(knowledge)]


def test_texts_are_neither_html_nor_references_nor_formulas(knowledge: Knowledge) -> None:
    question = next(iter(knowledge.questions))
    texts = {**knowledge.texts, "answer_unsure": "Not | sure"}
    changed = replace(reworded(knowledge, question, ask="=1+1 <b> [fever] [English: a < b]\n"), texts=texts)
    rows = csv.DictReader(io.StringIO(redcap.as_csv(redcap.data_dictionary(changed))))
    row = next(row for row in rows if row["Variable / Field Name"] == question)
    assert row["Field Label"] == "'=1+1 &lt;b> [ fever] [English: a &lt; b]\\n"
    assert row["Choices, Calculations, OR Slider Labels"] == "1, Yes | 0, No | 2, Not / sure"


# The commands.


def test_export_xlsform(run: Run, tmp_path: Path, sheets: dict[str, list[list[str]]]) -> None:
    assert run("export", "xlsform", "-o", "form.xlsx") == (0, "", "")
    assert (tmp_path / "form.xlsx").read_bytes() == workbook(sheets)
    missing = run("export", "xlsform", "-o", "nowhere/form.xlsx")
    assert missing.status == 2
    assert "nowhere" in missing.err
    assert [file.name for file in tmp_path.iterdir()] == ["form.xlsx"]


def test_export_xlsform_without_openpyxl_says_what_to_install(run: Run, tmp_path: Path) -> None:
    (tmp_path / "openpyxl.py").write_text("raise ModuleNotFoundError(\"No module named 'openpyxl'\", name='openpyxl')")
    known = os.pathsep.join([str(tmp_path), *filter(None, [os.environ.get("PYTHONPATH")])])
    done = run("export", "xlsform", "-o", "form.xlsx", PYTHONPATH=known)
    assert (done.status, done.out) == (2, "")
    assert "pip install 'sciaticheck[forms]'" in done.err
    assert not (tmp_path / "form.xlsx").exists()


def test_export_redcap(run: Run, tmp_path: Path, knowledge: Knowledge) -> None:
    wanted = redcap.as_csv(redcap.data_dictionary(knowledge))
    assert run("export", "redcap") == (0, wanted, "")
    assert run("export", "redcap", "-o", "dictionary.csv").status == 0
    assert (tmp_path / "dictionary.csv").read_text("utf-8") == wanted
    assert "Not sure" not in run("export", "redcap", "--lang", "es").out


def test_the_forms_extra_is_what_the_error_names() -> None:
    import tomllib

    extras = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["optional-dependencies"]
    assert any(need.startswith("openpyxl") for need in extras["forms"])


# Out and in again: a row of an export reads back as the answers that were given.


def exported(given: dict[str, str], header: dict[str, str], kept: dict[str, str]) -> list[str]:
    """A row under the columns of `header` (column to field): answers as they are kept, all else as it comes."""
    return [kept[given[field]] if field in given else "" for field in header.values()]


def states(knowledge: Knowledge) -> list[dict[str, str]]:
    """Every question in every state, alone but for the parent that a follow-up needs; and nothing answered."""
    made: list[dict[str, str]] = [{}]
    for question in knowledge.questions.values():
        parents, parent = {}, question.only_if
        while parent:
            parents[parent], parent = "yes", knowledge.questions[parent].only_if
        made += [parents, *({**parents, question.id: answer} for answer in ANSWERS)]
    return made


def assert_reads_back(header: dict[str, str], kept: dict[str, str], preset: str, knowledge: Knowledge) -> None:
    read = layout(list(header), Location("export.csv", 1), Wanted(knowledge, preset_map(preset)))
    assert {column.ours for column in read.columns} == set(knowledge.questions)
    for given in states(knowledge):
        cells, wrong = read.row(exported(given, header, kept))
        assert wrong == []
        answers = dict(zip(read.header, cells, strict=True))
        assert {question: answers[question] for question in knowledge.questions if answers[question]} == given


@pytest.mark.parametrize("code", languages())
@pytest.mark.parametrize("shape", ["raw", "labels", "labels under labels"])
def test_a_redcap_export_reads_back(code: str, shape: str, every_language: dict[str, Knowledge]) -> None:
    known = every_language[code]
    rows = records(redcap.data_dictionary(known))
    fields = [row for row in rows if row["Field Type"] != "descriptive"]  # these hold no data and are not exported
    choices = next(row for row in rows if row["Field Type"] == "radio")["Choices, Calculations, OR Slider Labels"]
    codes, labels = zip(*(part.split(", ", 1) for part in choices.split(" | ")), strict=True)
    kept = dict(zip(("yes", "no", "unsure"), codes if shape == "raw" else labels, strict=True))
    column = "Field Label" if shape == "labels under labels" else "Variable / Field Name"
    header = {row[column]: row["Variable / Field Name"] for row in fields}
    header["Complete?" if shape == "labels under labels" else "sciaticheck_complete"] = ""
    assert_reads_back(header, kept, "redcap-raw" if shape == "raw" else "redcap-labels", known)


@pytest.mark.parametrize(
    ("preset", "sign", "around"),
    [
        ("odk", "-", ("SubmissionDate", "meta-instanceID", "KEY", "SubmitterID", "ReviewState")),
        ("odk", "", ("SubmissionDate", "instanceID", "KEY")),
        ("kobo", "/", ("start", "end", "__version__", "_id", "_uuid", "_submission_time")),
        ("surveycto", "", ("SubmissionDate", "instanceID", "formdef_version", "KEY")),
    ],
)
def test_an_xform_export_reads_back(
    preset: str, sign: str, around: tuple[str, ...], sheets: dict[str, list[list[str]]], knowledge: Knowledge
) -> None:
    xform = convert(workbook(sheets), file_type=".xlsx").xform
    binds = [path.removeprefix("/data/").split("/") for path in re.findall(r'<bind nodeset="([^"]+)"', xform)]
    fields = [path for path in binds if path[0] != "meta" and not (len(path) == 1 and path[0].startswith("group_"))]
    header = {sign.join(path) if sign else path[-1]: path[-1] for path in fields}
    header |= dict.fromkeys(around, "")
    assert_reads_back(header, {answer: answer for answer in ANSWERS}, preset, knowledge)


@pytest.mark.parametrize("code", languages())
def test_a_kobo_export_of_labels_reads_back(code: str, every_language: dict[str, Knowledge]) -> None:
    known = every_language[code]
    sheets = odk.xlsform([known])
    labels = [row[2] for row in sheets["choices"][1:]]
    questions = [row for row in records(sheets["survey"]) if row["type"].startswith("select_one")]
    header = {next(text for column, text in row.items() if "label" in column): row["name"] for row in questions}
    assert_reads_back({**header, "_id": ""}, dict(zip(ANSWERS, labels, strict=True)), "kobo", known)
