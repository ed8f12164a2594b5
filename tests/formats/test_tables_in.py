"""Reading tables of form tools: each trap a test, in `check` and in `batch` alike."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from conftest import Run
from hypothesis import given, settings
from hypothesis import strategies as st

from sciaticheck import AnswersError, Knowledge, Problem, load_knowledge
from sciaticheck.answers.record import Location
from sciaticheck.formats import PRESETS
from sciaticheck.formats import preset as preset_map
from sciaticheck.formats.column_map import ColumnMap
from sciaticheck.formats.form import notes_after, notes_before, runs
from sciaticheck.formats.header import Wanted
from sciaticheck.formats.layout import layout
from sciaticheck.formats.map_file import column_map_of
from sciaticheck.formats.redcap import CODES
from sciaticheck.inputs.files import respondents
from sciaticheck.inputs.records import from_csv
from sciaticheck.inputs.sources import Source

KNOWN = load_knowledge()
People = dict[str, dict[str, str]]
Read = Callable[..., tuple[People, list[Problem]]]


@pytest.fixture
def read(tmp_path: Path, knowledge: Knowledge) -> Read:
    """Reads a table as `check` does: each person's answers, and the problems."""

    def made(text: str | bytes, preset: str | None = None, map_: str | None = None) -> tuple[People, list[Problem]]:
        path = tmp_path / "table.csv"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        mapped = None
        if map_ is not None:
            mapped = tmp_path / "map.yaml"
            mapped.write_text(map_, "utf-8")
        mapping = column_map_of(preset, str(mapped) if mapped else None, knowledge)
        found = list(respondents([str(path)], knowledge, mapping))
        people = {one.id: dict(one.answers) for one, _ in found if one}
        return people, [problem for _, problems in found for problem in problems]

    return made


def test_redcap_raw(read: Read) -> None:
    people, problems = read(
        "record_id,redcap_survey_identifier,both_legs,fever,nausea,night_pain,sciaticheck_timestamp,sciaticheck_complete\n"
        "1,,1,0,2,,2026-01-01 10:00,2\n2,,UNK,NASK,ASKU,NA,,0\n",
        "redcap-raw",
    )
    assert not problems
    assert people == {
        "1": {"both_legs": "yes", "fever": "no", "nausea": "unsure"},
        "2": {"both_legs": "unsure", "nausea": "unsure"},
    }


def test_redcap_raw_reads_the_codes_that_our_dictionary_gives(read: Read) -> None:
    for answer, code in CODES.items():
        assert read(f"record_id,fever\n1,{code}\n", "redcap-raw") == ({"1": {"fever": answer}}, [])


@pytest.mark.parametrize("code", ["9", "3", "-999", "7"])
def test_a_code_of_another_project_is_not_guessed(read: Read, code: str) -> None:
    people, problems = read(f"record_id,fever\n1,0\n2,{code}\n", "redcap-raw")
    assert list(people) == ["1"]
    assert [(problem.code, problem.line, problem.key) for problem in problems] == [("unknown_value", 3, "fever")]
    for words in (f"'{code}'", "redcap-raw", "no: ", "--map"):
        assert words in problems[0].message
    assert read(f"record_id,fever\n2,{code}\n", "redcap-raw", f"values: {{'{code}': unsure}}") == (
        {"2": {"fever": "unsure"}},
        [],
    )


@pytest.mark.parametrize(
    ("preset", "ticked", "not_ticked"), [("redcap-raw", "1", "0"), ("redcap-labels", "Checked", "Unchecked")]
)
@pytest.mark.parametrize("column", ["symptoms___fever", "fever___1"])
def test_a_box_not_ticked_is_unanswered_and_never_no(
    read: Read, preset: str, ticked: str, not_ticked: str, column: str
) -> None:
    people, problems = read(f"record_id,{column},nausea\n1,{ticked},no\n2,{not_ticked},no\n3,,no\n", preset)
    assert not problems
    assert people == {"1": {"fever": "yes", "nausea": "no"}, "2": {"nausea": "no"}, "3": {"nausea": "no"}}


def test_another_value_in_a_box_is_an_error(read: Read) -> None:
    _, problems = read("record_id,fever___1\n1,2\n", "redcap-raw")
    assert "ticked" in problems[0].message


def test_a_question_and_a_box_for_it_are_refused(read: Read) -> None:
    _, problems = read("record_id,fever,fever___1\n1,0,1\n", "redcap-raw")
    assert [problem.code for problem in problems] == ["duplicate_key"]


def test_the_rows_of_a_longitudinal_record_have_ids_of_their_own(read: Read) -> None:
    head = "record_id,redcap_event_name,redcap_repeat_instrument,redcap_repeat_instance,fever"
    text = f"{head}\n1,base,,,0\n1,later,red,2,1\n"
    assert list(read(text, "redcap-raw")[0]) == ["1:base", "1:later:red:2"]


def test_redcap_labels(read: Read) -> None:
    ask = KNOWN.questions["night_pain"].ask
    people, problems = read(
        f'"Record ID","Event Name",fever,nausea,"{ask}",Complete?\n1,,Yes,"Don\'t know",Not sure,Complete\n2,,No,,,\n',
        "redcap-labels",
    )
    assert not problems
    assert people == {"1": {"fever": "yes", "nausea": "unsure", "night_pain": "unsure"}, "2": {"fever": "no"}}


def test_numbers_in_an_export_of_labels_are_refused(read: Read) -> None:
    people, problems = read("record_id,fever\n1,1\n2,0\n", "redcap-labels")
    assert not people
    assert {problem.code for problem in problems} == {"unknown_value"}


def test_no_two_questions_are_asked_in_the_same_words() -> None:
    asked = [question.ask.lower() for question in KNOWN.questions.values()]
    assert len(asked) == len(set(asked))


def form_columns(separator: str) -> list[str]:
    """The columns that our own XLSForm makes."""
    notes = [f"group_before{separator}{name}" for name in notes_before(KNOWN)]
    notes += [f"group_after{separator}{name}" for name in notes_after(KNOWN)]
    return notes + [f"{run.name}{separator}{each.id}" for run in runs(KNOWN) for each in run.questions]


TOOLS = {
    "odk": (["SubmissionDate"], "-", ["meta-instanceID", "KEY", "SubmitterID", "ReviewState", "FormVersion"], "KEY"),
    "kobo": (["start", "end"], "/", ["__version__", "meta/instanceID", "_id", "_uuid", "_tags", "_index"], "_uuid"),
    "surveycto": (["SubmissionDate", "starttime"], "-", ["instanceID", "formdef_version", "KEY"], "KEY"),
}


@pytest.mark.parametrize("preset", TOOLS)
def test_the_export_of_our_own_form(read: Read, preset: str) -> None:
    before, separator, after, name = TOOLS[preset]
    columns = [*before, *form_columns(separator), *after]
    values = {**dict.fromkeys(columns, ""), name: "uuid:1"}
    for place, column in enumerate(form_columns(separator)):
        if column.rpartition(separator)[2] in KNOWN.questions:
            values[column] = ("yes", "unsure", "yes", "")[place % 4]
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";" if preset == "kobo" else ",")
    writer.writerows([columns, [values[column] for column in columns]])
    people, problems = read("\ufeff" + out.getvalue(), preset)
    assert not problems
    assert people == {
        "uuid:1": {
            column.rpartition(separator)[2]: value
            for column, value in values.items()
            if value and column.rpartition(separator)[2] in KNOWN.questions
        }
    }


@pytest.mark.parametrize("preset", ["odk", "kobo", "surveycto"])
def test_a_choice_of_many_in_columns_of_its_own_is_boxes(read: Read, preset: str) -> None:
    people, problems = read(
        "KEY,_uuid,g-many,g-many/fever,g-many/nausea\nk,k,fever,1,0\n", preset, "ignore: [key, _uuid]"
    )
    assert not problems
    assert people == {"k": {"fever": "yes"}}


def test_a_box_whose_own_question_was_left_out_of_a_kobo_export_is_not_read_as_no(read: Read) -> None:
    people, problems = read("_uuid,many/fever,many/nausea\nk,1,0\n", "kobo")
    assert not people
    assert {problem.code for problem in problems} == {"unknown_value"}


QUALTRICS = (
    "StartDate,ResponseId,fever,night_pain\n"
    '"Start Date","Response ID","Do you have\na fever?","Pain, at night?"\n'
    '"{""ImportId"":""startDate""}","{""ImportId"":""_recordId""}","{""ImportId"":""QID1""}","{""ImportId"":""QID2""}"\n'
)


def test_qualtrics_has_three_rows_of_header(read: Read) -> None:
    people, problems = read(f"{QUALTRICS}2026-01-01,R_1,Yes,Not sure\n2026-01-01,R_2,No,\n", "qualtrics")
    assert not problems
    assert people == {"R_1": {"fever": "yes", "night_pain": "unsure"}, "R_2": {"fever": "no"}}


def test_no_respondent_is_skipped_as_if_it_were_a_header(read: Read) -> None:
    people, problems = read("ResponseId,fever\nR_1,Yes\nR_2,No\nR_3,No\n", "qualtrics")
    assert not people
    assert [problem.code for problem in problems] == ["bad_header"]
    assert "ImportId" in problems[0].message
    assert read("ResponseId,fever\nR_1,Yes\n", "qualtrics")[1]


@pytest.mark.parametrize("number", ["1", "2", "0"])
def test_numbers_of_qualtrics_are_never_guessed(read: Read, number: str) -> None:
    people, problems = read(f"{QUALTRICS}d,R_1,{number},\n", "qualtrics")
    assert not people
    assert [problem.code for problem in problems] == ["unknown_value"]


def test_a_map_for_headers_that_are_questions_and_numbers_of_its_own(read: Read) -> None:
    people, problems = read(
        "Timestamp,Do you feel hot?,night_pain,Your age\nmon,1,Ja,50\ntue,2,nee,60\nwed,9,nee,\n",
        map_="columns: {Do you feel hot?: fever}\nid: Timestamp\nignore: [Your *]\n"
        "values: {1: yes, 2: no, 9: unanswered, ja: yes, Nee: no}\n",
    )
    assert not problems
    assert people == {
        "mon": {"fever": "yes", "night_pain": "yes"},
        "tue": {"fever": "no", "night_pain": "no"},
        "wed": {"night_pain": "no"},
    }


def test_where_2_means_no_a_0_is_not_no(read: Read) -> None:
    people, problems = read("id,fever\na,0\nb,2\n", map_="values: {1: yes, 2: no}")
    assert people == {"b": {"fever": "no"}}
    assert [problem.code for problem in problems] == ["unknown_value"]


def test_without_numbers_in_the_map_1_and_0_are_ours(read: Read) -> None:
    assert read("id,x\na,0\nb,1\n", map_="columns: {x: fever}")[0] == {"a": {"fever": "no"}, "b": {"fever": "yes"}}


def test_2_without_a_preset_or_a_map_is_refused(read: Read) -> None:
    assert read("id,fever\na,2\n")[1][0].code == "unknown_value"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("columns: {x: fevr}", ("map.yaml:1", "'fevr'", "Did you mean 'fever'?")),
        ("values: {1: ja}", ("'ja'", "yes, no, unsure, unanswered")),
        ("values: {1: }", ("values.1: nothing is not one of", "yes, no, unsure, unanswered")),
        ("values: {Ja: yes, ja: no}", ("twice",)),
        ("colums: {x: fever}", ("Did you mean 'columns'?",)),
        ("columns: [x]", ("columns: must be a mapping",)),
        ("id: [a]\nignore: x", ("ignore: must be a list",)),
        ("id: {a: b}", ("id: must be",)),
        ("ignore: [[a]]", ("ignore.0: must be text",)),
        ("[]", ("must be a mapping",)),
        ("{}", ("needs at least 1 entry", "columns, values, id, ignore")),
        ("columns: {x: fever}\ncolumns: {y: nausea}", ("duplicate key 'columns' (first used on line 1)",)),
        ("columns: &a {x: fever}", ("anchor",)),
        ("", ("empty",)),
    ],
)
def test_a_map_that_cannot_be_used_is_explained(read: Read, text: str, said: tuple[str, ...]) -> None:
    with pytest.raises(AnswersError) as raised:
        read("id,x\na,1\n", map_=text)
    assert all(words in str(raised.value) for words in said), str(raised.value)


def test_a_column_that_the_map_names_must_be_there(read: Read) -> None:
    _, problems = read("id,feverish\na,1\n", map_="columns: {feverisch: fever}\nignore: [feverish]")
    assert [problem.code for problem in problems] == ["unknown_column"]
    assert "Did you mean 'feverish'?" in problems[0].message


def test_a_column_that_is_nearly_a_question_is_an_error_and_can_be_ignored(read: Read) -> None:
    text = "record_id,age,sex,fevr,fever\n1,50,2,1,0\n"
    _, problems = read(text, "redcap-raw")
    assert [(problem.code, problem.key) for problem in problems] == [("unknown_question", "fevr")]
    assert "Did you mean 'fever'?" in problems[0].message
    assert "'ignore'" in problems[0].message
    assert read(text, "redcap-raw", "ignore: [fevr]") == ({"1": {"fever": "no"}}, [])


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_separators_and_what_excel_does(read: Read, separator: str, end: str) -> None:
    rows = [["id", "fever", "night_pain"], ["a", "TRUE", "FALSE"], ['"b,c;d\n"', "WAAR", ""]]
    text = "\ufeff" + end.join(separator.join(row) for row in rows[:2]) + end
    assert read(text) == ({"a": {"fever": "yes", "night_pain": "no"}}, [])
    text += separator.join(rows[2]) + end
    people, problems = read(text, map_="values: {waar: yes}")
    assert not problems
    assert [*people] == ["a", "b,c;d\n"]


def test_a_header_that_mixes_separators_is_refused(read: Read) -> None:
    _, problems = read("fever;nausea,night_pain\n1;1,1\n")
    assert [problem.code for problem in problems] == ["bad_header"]
    assert "semicolons" in problems[0].message


def test_a_header_with_commas_inside_questions(read: Read) -> None:
    people, problems = read("Hot, or cold?;fever\nx;yes\n", map_="columns: {'Hot, or cold?': nausea}\nvalues: {x: no}")
    assert not problems
    assert people == {"table:1": {"nausea": "no", "fever": "yes"}}


def test_tabs_from_standard_input_and_in_files_of_their_own(run: Run, tmp_path: Path) -> None:
    text = "id\tfever\na\tyes\n"
    (tmp_path / "a.tsv").write_text(text)
    for done in (run("check", "-", "-f", "json", stdin=text), run("check", "a.tsv", "-f", "json")):
        assert json.loads(done.out)["results"][0]["answers"] == {"fever": "yes"}


def test_a_conflict_in_a_table_of_others_is_named_as_ever(read: Read) -> None:
    _, problems = read("record_id,both_legs,both_legs_new\n1,0,1\n", "redcap-raw")
    assert [problem.code for problem in problems] == ["follow_up_conflict"]


def test_a_map_is_for_every_record_but_not_for_fhir(run: Run, tmp_path: Path) -> None:
    (tmp_path / "map.yaml").write_text("values: {0: yes, 1: no}\n")
    (tmp_path / "a.yaml").write_text("fever: 0\n")
    (tmp_path / "b.json").write_text('{"fever": 0}')
    (tmp_path / "c.json").write_text('[{"answers": {"fever": 0}}]')
    (tmp_path / "d.json").write_text('{"resourceType": "QuestionnaireResponse", "status": "completed"}')
    for name in ("a.yaml", "b.json", "c.json"):
        for command in ("check", "batch"):
            done = run(command, name, "--map", "map.yaml")
            assert done.status == 1, (command, name, done.err)
    for command in ("check", "batch"):
        done = run(command, "d.json", "--map", "map.yaml")
        assert done.status == 2
        assert "FHIR has codes of its own" in done.err


@given(preset=st.sampled_from([*PRESETS, None]), data=st.binary(max_size=120), head=st.booleans())
@settings(max_examples=300, deadline=None)
def test_any_bytes_give_a_result_or_a_problem(preset: str | None, data: bytes, head: bool) -> None:
    text = (b"record_id,KEY,fever,g/nausea\n" if head else b"") + data
    mapping = preset_map(preset) if preset else ColumnMap("x", columns={"fever": "nausea"})
    for found, problems in from_csv(io.BytesIO(text), Source("x", "x", "csv"), Wanted(KNOWN, mapping), []):
        assert (found is None) == bool(problems)


def test_every_preset_reads_plain_words_and_no_number_but_its_own() -> None:
    for name in PRESETS:
        preset = preset_map(name)
        read = preset.spellings(KNOWN)
        numbers = {text: means for text, means in read.items() if text.lstrip("-").isdigit()}
        assert numbers == ({"1": "yes", "0": "no", "2": "unsure"} if name == "redcap-raw" else {}), name
        assert {"yes": "yes", "no": "no", "not sure": "unsure", "": ""}.items() <= read.items()


def test_no_column_that_a_preset_ignores_is_a_question() -> None:
    for preset in map(preset_map, PRESETS):
        for name in KNOWN.questions:
            found = layout([name], Location("x", 1), Wanted(KNOWN, preset))
            assert found.header == [name]


def rows_of(text: str) -> list[dict[str, Any]]:
    return list(csv.DictReader(io.StringIO(text)))


BOTH = {
    "redcap-raw": "record_id,redcap_event_name,saddle_numbness,fever___1,night_pain\n1,a,1,0,2\n2,b,9,0,\n3,,0,1,1\n",
    "kobo": "_uuid;g/saddle_numbness;g/fever\nu;yes;no\n\"v;w\";maybe;no\n",
    "qualtrics": f"{QUALTRICS}d,R_1,Yes,No\nd,R_2,1,No\n",
}  # fmt: skip


@pytest.mark.parametrize("preset", BOTH)
def test_batch_reads_as_check_does(run: Run, tmp_path: Path, preset: str) -> None:
    (tmp_path / "table.csv").write_text(BOTH[preset])
    checked = run("check", "table.csv", "--from", preset, "-f", "json")
    done = run("batch", "table.csv", "--from", preset, "-o", "-", "--rejects", "rejects.jsonl")
    one = {each["id"]: (each["urgency"], each["possible_urgency"]) for each in json.loads(checked.out)["results"]}
    two = {row["id"]: (row["urgency"], row["possible_urgency"]) for row in rows_of(done.out)}
    assert one == two
    said = [(each["line"], each["code"], each["message"]) for each in json.loads(checked.out)["errors"]]
    rejects = [json.loads(line) for line in (tmp_path / "rejects.jsonl").read_text().splitlines()]
    assert [(each["line"], each["code"], each["reason"]) for each in rejects] == said
    assert said
    assert done.status == 2


def test_batch_with_a_map_keeps_columns_and_reads_standard_input(run: Run, tmp_path: Path) -> None:
    (tmp_path / "map.yaml").write_text("columns: {Hot?: fever}\nid: Who\nignore: [Age]\n")
    text = "Who,Hot?,Age,Site\nx,1,50,north\n"
    done = run("batch", "-", "--map", "map.yaml", "--keep", "Site", "--columns", "id,urgency", "-o", "-", stdin=text)
    assert rows_of(done.out) == [{"id": "x", "urgency": "same_day", "Site": "north"}]
    (tmp_path / "t.csv").write_text(text)
    done = run("batch", "t.csv", "--map", "map.yaml", "--keep", "*", "--columns", "id", "-o", "-")
    assert rows_of(done.out) == [{"id": "x", "Who": "x", "Age": "50", "Site": "north"}]
    done = run("batch", "t.csv", "--map", "map.yaml", "--keep", "Hot?,Site", "--columns", "id", "-o", "-")
    assert rows_of(done.out) == [{"id": "x", "Hot?": "1", "Site": "north"}]
    done = run("batch", "t.csv", "--map", "map.yaml", "--keep", "Agr,Site", "-o", "-")
    assert "there is no column 'Agr'." in done.err


def test_batch_reads_semicolons_with_quotes_in_pieces(run: Run, tmp_path: Path) -> None:
    rows = "".join(f'"p;{n}\n""x""";{"yes" if n % 2 else "no"}\n' for n in range(20_000))
    (tmp_path / "t.csv").write_text(f"id;fever\n{rows}")
    for engine in ("rows", "auto"):
        done = run("batch", "t.csv", "--engine", engine, "--columns", "id", "-o", "-")
        assert "read 20,000 = written 20,000 + rejected 0" in done.err
        assert rows_of(done.out)[7] == {"id": 'p;7\n"x"'}


def test_a_map_that_is_not_there_is_named(run: Run, tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("KEY,fever\nk,yes\n")
    done = run("batch", "t.csv", "--map", "none.yaml")
    assert (done.status, done.out) == (2, "")
    assert "none.yaml" in done.err


def test_batch_reads_every_response_in_fhir_lines(run: Run, tmp_path: Path) -> None:
    answer = {"linkId": "saddle_numbness", "answer": [{"valueBoolean": True}]}
    one = {"resourceType": "QuestionnaireResponse", "id": "a", "questionnaire": "x", "item": [answer]}
    several = {"resourceType": "Bundle", "entry": [{"resource": one}, {"resource": one}]}
    alone = {"resourceType": "Bundle", "entry": [{"resource": {**one, "id": "b"}}, {"resource": {"resourceType": "X"}}]}
    lines = [one, several, alone, {"id": "c", "saddle_numbness": "no"}, {**one, "status": "entered-in-error"}]
    (tmp_path / "r.ndjson").write_text("".join(json.dumps(line) + "\n" for line in lines))
    done = run("batch", "r.ndjson", "--columns", "id,urgency", "-o", "-", "--rejects", "bad.jsonl")
    assert [(row["id"], row["urgency"]) for row in rows_of(done.out)] == [
        ("a", "emergency"),
        ("a", "emergency"),
        ("a", "emergency"),
        ("b", "emergency"),
        ("c", "routine"),
    ]
    rejects = [json.loads(line) for line in (tmp_path / "bad.jsonl").read_text().splitlines()]
    assert [(each["record"], each["code"]) for each in rejects] == [(5, "entered_in_error")]
    assert "another questionnaire" in done.err
    assert "(4 times)" in done.err
