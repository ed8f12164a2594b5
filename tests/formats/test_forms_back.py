"""Our own forms come back without a map: each tool's export in every language, read in English and by both commands."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from in_process import ran
from sciaticheck import Knowledge, load_knowledge
from sciaticheck.formats.form import notes_after, notes_before, runs
from sciaticheck.knowledge.files import languages

KNOWN = load_knowledge()
GIVEN = {"p1": {"saddle_numbness": "yes", "fever": "no", "both_legs": "unsure"}, "p2": {"fever": "no"}}
EXPECTED = {"p1": "emergency", "p2": "routine"}

Cell = Callable[[str], str]
Rows = list[list[str]]


def columns(known: Knowledge, name: Callable[[str, str, str], str]) -> dict[str, str]:
    """The columns of the form in the order asked, by field: name(group, field, label)."""
    found = {id: name("before", id, text) for id, text in notes_before(known).items()}
    for run in runs(known):
        group = known.groups[run.group]
        found |= {each.id: name(f"{run.name}|{group}", each.id, each.ask) for each in run.questions}
    return found | {id: name("after", id, text) for id, text in notes_after(known).items()}


def rows(fields: dict[str, str], before: dict[str, Cell], after: dict[str, Cell], kept: Cell) -> Rows:
    made = [[*before, *fields.values(), *after]]
    for who, answers in GIVEN.items():
        cells = [kept(answers[field]) if field in answers else "" for field in fields]
        made.append([*(cell(who) for cell in before.values()), *cells, *(cell(who) for cell in after.values())])
    return made


def label_of(known: Knowledge) -> Cell:
    return lambda answer: known.texts[f"answer_{answer}"]


def same(answer: str) -> str:
    return answer


def of(text: str) -> Cell:
    return lambda who: text


ID: Cell = str


def kobo_labels(known: Knowledge) -> Rows:
    fields = columns(
        known, lambda group, field, label: f"{group.rpartition('|')[2]}/{label}" if "|" in group else label
    )
    return rows(
        fields,
        {"start": of("2026"), "end": of("2026")},
        {"_id": of("1"), "_uuid": ID, "_index": of("1")},
        label_of(known),
    )


def kobo_names(known: Knowledge) -> Rows:
    fields = columns(known, lambda group, field, label: f"{group.partition('|')[0]}/{field}")
    return rows(fields, {"start": of("")}, {"__version__": of("v"), "meta/instanceID": of("x"), "_uuid": ID}, same)


def odk_groups(known: Knowledge) -> Rows:
    fields = columns(known, lambda group, field, label: f"{group.partition('|')[0]}-{field}")
    return rows(fields, {"SubmissionDate": of("")}, {"meta-instanceID": ID, "KEY": ID, "Edits": of("0")}, same)


def odk_without_groups(known: Knowledge) -> Rows:
    return rows(columns(known, lambda group, field, label: field), {"SubmissionDate": of("")}, {"KEY": ID}, same)


def surveycto_wide(known: Knowledge) -> Rows:
    after = {"instanceID": ID, "formdef_version": of("2"), "review_status": of(""), "KEY": ID}
    return rows(
        columns(known, lambda group, field, label: field), {"SubmissionDate": of(""), "caseid": of("7")}, after, same
    )


def surveycto_long(known: Knowledge) -> Rows:
    after = {"SET-OF-visits": of("x"), "PARENT_KEY": of(""), "KEY": ID}
    fields = columns(known, lambda group, field, label: f"{group.partition('|')[0]}-{field}")
    return rows(fields, {"starttime": of("")}, after, label_of(known))


EVENTS: dict[str, Cell] = {
    "redcap_event_name": of("visit_1_arm_1"), "redcap_repeat_instrument": of(""), "redcap_repeat_instance": of(""),
    "redcap_data_access_group": of("site_a"), "redcap_survey_identifier": of(""), "sciaticheck_timestamp": of("2026"),
}  # fmt: skip
LABELLED = (
    "Event Name",
    "Repeat Instrument",
    "Repeat Instance",
    "Data Access Group",
    "Survey Identifier",
    "Survey Timestamp",
)


def redcap_raw(known: Knowledge) -> Rows:
    fields = {id: id for id in known.questions}
    made = rows(
        fields,
        {"record_id": ID, **EVENTS},
        {"sciaticheck_complete": of("2")},
        {"yes": "1", "no": "0", "unsure": "ASKU"}.__getitem__,
    )
    other = ["p1", "visit_2_arm_1", "other_form", "1", "site_a", "", "", *("" for _ in fields), "0"]
    place = made[0].index("nausea")
    made[2][place] = "NASK"
    return [*made, other]


def redcap_labels(known: Knowledge) -> Rows:
    fields = {id: question.ask for id, question in known.questions.items()}
    before = {"Record ID": ID, **dict.fromkeys(LABELLED, of("x"))}
    made = rows(fields, before, {"Complete?": of("Complete")}, label_of(known))
    made[2][made[0].index(fields["nausea"])] = "Not asked"
    return made


def qualtrics(known: Knowledge) -> Rows:
    fields = {id: f"Q{number}" for number, id in enumerate(known.questions, start=1)}
    made = rows(fields, {"StartDate": of("2026"), "ResponseId": ID}, {"Q_Language": of("EN")}, label_of(known))
    texts = ["Start Date", "Response ID", *(f"<b>{known.questions[id].ask}</b>" for id in fields), "Q_Language"]
    imports = [json.dumps({"ImportId": name}) for name in made[0]]
    return [made[0], texts, imports, *made[1:]]


EXPORTS: dict[str, tuple[str, Callable[[Knowledge], Rows]]] = {
    "kobo labels": ("kobo", kobo_labels),
    "kobo names": ("kobo", kobo_names),
    "odk groups": ("odk", odk_groups),
    "odk without groups": ("odk", odk_without_groups),
    "surveycto wide": ("surveycto", surveycto_wide),
    "surveycto long": ("surveycto", surveycto_long),
    "redcap raw": ("redcap-raw", redcap_raw),
    "redcap labels": ("redcap-labels", redcap_labels),
    "qualtrics": ("qualtrics", qualtrics),
}


@pytest.mark.parametrize("locale", ["C.UTF-8", "es_ES.UTF-8"])
@pytest.mark.parametrize("code", languages())
@pytest.mark.parametrize("name", EXPORTS)
def test_an_export_of_our_form_is_read_without_a_map(name: str, code: str, locale: str, tmp_path: Path) -> None:
    preset, make = EXPORTS[name]
    made = make(load_knowledge(language=code))
    with (tmp_path / "a.csv").open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file, delimiter=";" if preset == "kobo" else ",").writerows(made)
    done = ran("check", str(tmp_path / "a.csv"), "--from", preset, "-f", "json", LANG=locale)
    found = json.loads(done.out)
    assert not found["errors"]
    assert "Stop here" not in done.err
    ids = {each["id"]: who for each in found["results"] for who in GIVEN if each["id"].startswith(who)}
    assert {ids[each["id"]]: each["answers"] for each in found["results"]} == GIVEN
    done = ran("batch", str(tmp_path / "a.csv"), "--from", preset, LANG=locale)
    assert {ids[row["id"]]: row["urgency"] for row in csv.DictReader(io.StringIO(done.out))} == EXPECTED, done.err


def test_no_wording_and_no_label_means_two_things() -> None:
    from sciaticheck.formats.column_map import folded, labels_of, wordings

    spoken = [load_knowledge(language=code) for code in languages()]
    asked = {(folded(question.ask), id) for each in spoken for id, question in each.questions.items()}
    assert len(asked) == len(list(filter(None, wordings(spoken).values())))
    labels = {(each.texts[f"answer_{answer}"].lower(), answer) for each in spoken for answer in ("yes", "no", "unsure")}
    assert len(labels) == len(labels_of(spoken))


@pytest.mark.parametrize("wording", ["Do you have a fever", "DO YOU HAVE  A FEVER?", "<p>Do you have a fever?</p>"])
def test_wording_is_known_whatever_a_tool_makes_of_it(wording: str) -> None:
    from sciaticheck.formats.column_map import folded

    assert folded(wording) == folded("Do you have a fever?")


def test_wording_that_is_nearly_a_question_is_not_passed_over(tmp_path: Path) -> None:
    asked = KNOWN.questions["saddle_numbness"].ask
    with (tmp_path / "a.csv").open("w", newline="") as file:
        csv.writer(file).writerows([["_uuid", "fever", f"{asked[:-3]}s?"], ["p1", "no", "yes"]])
    done = ran("check", str(tmp_path / "a.csv"), "--from", "kobo")
    assert done.status == 2
    assert "Did you mean 'saddle_numbness'?" in done.err
