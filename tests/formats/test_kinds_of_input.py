"""Inputs as people have them: each kind of fault, with several of the kind, through `check` and through `batch`."""

# ruff: noqa: E501 - a kind a line

from __future__ import annotations

import csv
import gzip
import io
import json
import zipfile
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa
import pyarrow.feather as feather
import pyarrow.parquet as pq
import pytest
from conftest import Ran

from in_process import ran

EMERGENCY, ROUTINE, SAME_DAY = "emergency", "routine", "same_day"


class Kind(NamedTuple):
    """An input by the name of its file, how it is read, who comes of it, and words that must be said."""

    file: str
    content: str | bytes
    people: dict[str, str] | None
    said: tuple[str, ...] = ()
    map: str | None = None
    options: tuple[str, ...] = ()
    id: str = ""


TWO = {"p1": EMERGENCY, "p2": ROUTINE}
KINDS = [
    # Line ends
    Kind("cr1.csv", "id,saddle_numbness,fever\rp1,yes,no\np2,no,no\n", None, ("carriage return",)),
    Kind("cr2.csv", "id,saddle_numbness,fever\rp1,yes,no\rp2,no,no\r", None, ("carriage return",)),
    Kind("cr3.csv", "id,saddle_numbness,fever\np2,no,no\rp1,yes,no\n", {}, ("bare carriage return (CR)",)),
    Kind("cr4.csv", "id,saddle_numbness,fever\np2,no,no\np1,yes,no\r", TWO),
    Kind("cr5.tsv", "id\tsaddle_numbness\rp1\tyes\rp2\tno\n", None, ("carriage return",)),
    Kind("crlf.csv", "id,saddle_numbness\r\np1,yes\r\np2,no\r\n", TWO),
    # Columns without a name
    Kind("u1.csv", "id,saddle_numbness,fever,,\np1,yes,no,,\np2,no,no,,\n,,,,\n", TWO, ("column 4", "blank")),
    Kind("u2.csv", "id,,saddle_numbness\np1,x,yes\np2,,no\n", TWO, ("column 2, which has no name",)),
    Kind("u3.csv", ",id,saddle_numbness\n0,p1,yes\n1,p2,no\n", TWO, ("column 1, which has no name",)),
    Kind("u4.csv", "id,saddle_numbness,\np1,yes,note\np2,no,\n", TWO, ("column 3",), "values: {x: yes}"),
    Kind("u5.csv", "id,saddle_numbness,\np1,yes,note\np2,no,\n", TWO, (), "ignore: [column 3]"),
    # Rows that say nothing
    Kind("b1.csv", "id,saddle_numbness\np1,yes\np2,no\n,,\n,\n", TWO, ("blank",)),
    Kind("b2.csv", "id,saddle_numbness\np1,yes\n\n , \np2,no\n\xa0,\n", TWO, ("blank",)),
    Kind("b3.csv", "id;saddle_numbness\np1;yes\np2;no\n;\n", TWO, ("blank",)),
    Kind("b4.jsonl", '{"id":"p1","saddle_numbness":"yes"}\n{}\n{"id":"p2","saddle_numbness":"no"}\n{"saddle_numbness":""}\n',
         TWO, ("blank",)),
    Kind("b5.json", '[{"id":"p1","saddle_numbness":"yes"},{"id":"p2","saddle_numbness":"no"},{},{"saddle_numbness":null}]',
         TWO, ("blank",)),
    Kind("b6.csv", "record_id,redcap_event_name,saddle_numbness\np1,,1\np2,,0\np2,visit_2,\n", TWO, ("blank",),
         None, ("--from", "redcap-raw")),
    # The separator
    Kind("s1.csv", "sep=;\nid;saddle_numbness\np1;yes\np2;no\n", TWO),
    Kind("s2.csv", "SEP=,\r\nid,saddle_numbness\r\np1,yes\r\np2,no\r\n", TWO),
    Kind("s3.csv", "\ufeffsep=\t\nid\tsaddle_numbness\np1\tyes\np2\tno\n", TWO),
    Kind("s4.csv", "sep=;\nWho;saddle_numbness\np1;yes\np2;no\n", TWO, (), "id: Who"),
    # Names in other cases, and nearly a name
    Kind("n1.csv", "ID,Saddle_Numbness,fever\np1,yes,no\n", None, ("Did you mean 'id'?", "'saddle_numbness'?")),
    Kind("n2.csv", "id,SADDLE-NUMBNESS,fever\np1,yes,no\n", None, ("Did you mean 'saddle_numbness'?",)),
    Kind("n3.csv", "Id,saddle numbness,fever\np1,yes,no\n", None, ("Did you mean 'id'?", "'saddle_numbness'?")),
    Kind("n4.csv", "record_id,saddle_numbness,x_complete\np1,1,2\n", {"n4:1": EMERGENCY}, ("--from redcap-raw", "'id: NAME'")),
    Kind("n5.csv", "_id,_uuid,saddle_numbness\n1,p1,yes\n", None, ("--from kobo",)),
    Kind("n6.csv", "StartDate,ResponseId,Q1\nd,R,Yes\n", None, ("--from qualtrics",)),
    Kind("n7.csv", "Respondent,saddle_numbness\np1,yes\n", {"n7:1": EMERGENCY}, ("'id: NAME'",)),
    Kind("n8.csv", "name,saddle_numbness\np1,yes\n", None, ("there is no column 'who'",), "id: Who"),
    # Columns of no concern
    Kind("i1.csv", "record_id,saddle_numbness,language___1,language___2,x_complete\np1,1,1,0,2\np2,0,0,0,2\n", TWO, (),
         "ignore: [language___1, language___2]", ("--from", "redcap-raw")),
    Kind("i2.csv", "record_id,saddle_numbness,language___1,language___2,x_complete\np1,1,1,0,2\np2,0,0,0,2\n", TWO, (),
         "ignore: [language___*]", ("--from", "redcap-raw")),
    Kind("i3.csv", "record_id,saddle_numbness,language___1,language___2,x_complete\np1,1,1,0,2\np2,0,0,0,2\n", TWO,
         ("not read, no questions: 'language___1', 'language___2'",), None, ("--from", "redcap-raw")),
    Kind("i4.csv", "_uuid,g/saddle_numbness,g/meds,g/meds/a,g/meds/b\np1,yes,a,1,0\np2,no,,,\n", TWO, (), "ignore: [g/meds*]",
         ("--from", "kobo")),
    Kind("i5.csv", "id,saddle_numbness,Q1 [Other],fevr\np1,yes,1,1\np2,no,2,0\n", TWO, (), "ignore: ['q1 [other]', FEVR]"),
    Kind("i6.csv", "id,saddle_numbness,note,note,x,x\np1,yes,a,b,c,d\np2,no,,,,\n", TWO, ("'note', 'note', 'x', 'x'",)),
    Kind("i7.csv", "id,saddle_numbness,note,note\np1,yes,a,b\np2,no,,\n", TWO, ("'note', 'note'",), "values: {x: yes}"),
    Kind("i8.csv", "id,saddle_numbness,saddle_numbness\np1,yes,no\n", None, ("duplicate column",), "values: {x: yes}"),
    Kind("i9.csv", "id,saddle_numbness,fever\np1,yes,no\n", {"p1": EMERGENCY}, ("not read", "'fever'"), "ignore: [fever]"),
    # Several header rows
    Kind("h1.csv", "Who,Numb there?,Hot?\n,Response,Response\np1,Yes,No\np2,No,No\n", TWO, (),
         "columns: {'Numb there?': saddle_numbness, 'Hot?': fever}\nid: Who\nskip_rows: 1"),
    Kind("h2.csv", "A report\n\nWho,saddle_numbness\np1,Yes\np2,No\n", TWO, (), "id: Who\nskip_rows: 1"),
    Kind("h3.csv", "id,a,b\n,saddle_numbness,fever\n,text,text\np1,yes,no\np2,no,no\n", TWO, (), "skip_rows: 2"),
    Kind("h5.csv", "id,saddle_numbness\np1,yes\np2,no\n", {"p2": ROUTINE}, ("looks like a record: 'p1,yes'",), "skip_rows: 1"),
    Kind("h4.csv", 'Who,"Numb\nthere?"\n"",Response\np1,Yes\np2,No\n', TWO, (),
         'columns: {"Numb\\nthere?": saddle_numbness}\nid: Who\nskip_rows: 1'),
    # Ids that a spreadsheet may run
    Kind("s1.csv", "id,saddle_numbness\n =1+1,yes\n-,no\n", {"' =1+1": EMERGENCY, "'-": ROUTINE}),
    # Numbers as pandas and others write them
    Kind("f1.csv", "id,saddle_numbness,fever\np1,1.0,0.0\np2,0.0,\n", TWO),
    Kind("f2.jsonl", '{"id":"p1","saddle_numbness":1.0}\n{"id":"p2","saddle_numbness":0.0}\n', TWO),
    Kind("f3.csv", "id,saddle_numbness\np1,True\np2,False\n", TWO),
    Kind("f4.csv", "id,saddle_numbness\np1,1.0\np2,2.0\n", TWO, (), "values: {1.0: yes, 2.0: no}"),
    # Many in one JSON document
    Kind("j1.json", '[{"id":"p1","saddle_numbness":"yes"},{"id":"p2","saddle_numbness":"no"}]', TWO),
    Kind("j2.json", '\ufeff\n[ {"id":"p1","answers":{"saddle_numbness":true}}, {"id":"p2","saddle_numbness":0} ]', TWO),
    Kind("j3.json", '[{"saddle_numbness":"yes"},{"saddle_numbness":"maybe"},{"saddle_numbness":"no"}]',
         {"j3:1": EMERGENCY, "j3:3": ROUTINE}, ("record 2", "'maybe'")),
    Kind("j4.json", "[]", None, ("no records",)),
    # A map for every kind
    Kind("m1.jsonl", '{"id":"p1","saddle_numbness":"0"}\n{"id":"p2","saddle_numbness":1}\n', TWO, (), "values: {0: yes, 1: no}"),
    Kind("m2.json", '[{"Who":"p1","numb":"0"},{"Who":"p2","numb":1,"age":7}]', TWO, ("not read, no questions: 'age'",),
         "values: {0: yes, 1: no}\nid: who\ncolumns: {numb: saddle_numbness}"),
    Kind("m3.ndjson", '{"id":"p1","answers":{"saddle_numbness":"0"}}\n{"id":"p2","answers":{"saddle_numbness":"9"}}\n',
         {"p1": EMERGENCY}, ("'9' is not an answer",), "values: {0: yes, 1: no}"),
    Kind("m4.tsv", "id\tsaddle_numbness\np1\t0\np2\t1\n", TWO, (), "values: {0: yes, 1: no}"),
    Kind("m5.yaml", "id: p1\nsaddle_numbness: 0\n", {"p1": EMERGENCY}, (), "values: {0: yes, 1: no}"),
    Kind("m6.csv.gz", gzip.compress(b"id,saddle_numbness\np1,0\np2,1\n"), TWO, (), "values: {0: yes, 1: no}"),
    # What the APIs of form tools answer
    Kind("a1.json", '[{"record_id":"p1","redcap_event_name":"","saddle_numbness":"1","x_complete":"2"},'
         '{"record_id":"p2","redcap_event_name":"","saddle_numbness":"0","x_complete":"0"},'
         '{"record_id":"p2","redcap_event_name":"visit","saddle_numbness":"","x_complete":"0"}]',
         TWO, ("blank",), None, ("--from", "redcap-raw")),
    Kind("a2.json", '{"count":3,"next":"https://x.org?start=2","previous":null,"results":['
         '{"_id":1,"_uuid":"p1","group_x/saddle_numbness":"yes","_attachments":[],"_geolocation":[null,null]},'
         '{"_id":2,"_uuid":"p2","group_x/saddle_numbness":"no"},{"_id":3,"_uuid":"p3"}]}',
         TWO, ("one page of several", "blank"), None, ("--from", "kobo")),
    Kind("a3.json", '{"@odata.context":"x","value":[{"__id":"p1","group_x":{"saddle_numbness":"yes"},'
         '"meta":{"instanceID":"p1"},"__system":{"edits":0}},{"__id":"p2","group_x":{"saddle_numbness":"no"},'
         '"meta":{"instanceID":"p2"}}]}', TWO, (), None, ("--from", "odk")),
    Kind("a4.xml", '<?xml version="1.0"?>\n<data xmlns:orx="http://openrosa.org/xforms" id="sciaticheck"><start>1</start>'
         "<group_x><saddle_numbness>yes</saddle_numbness><fever/></group_x><orx:meta><orx:instanceID>p1</orx:instanceID>"
         "</orx:meta></data>", {"p1": EMERGENCY}, (), None, ("--from", "odk")),
    Kind("a5.xml", "<data><saddle_numbness>maybe</saddle_numbness></data>", None, ("'maybe'",), None, ("--from", "odk")),
    Kind("a6.xml", "<data><saddle_numbness>yes</data>", None, ("not a submission",), None, ("--from", "odk")),
    Kind("a7.xml", '<!DOCTYPE d [<!ENTITY a "b">]><data>&a;</data>', None, ("DOCTYPE",), None, ("--from", "odk")),
    # What is nested, or there twice, in a record that a map reads
    Kind("n1.json", '{"results":[{"_uuid":"p1","g":{"saddle_numbness":"yes"},"g/saddle_numbness":"no"}]}', None,
         ("record 1: duplicate column 'g/saddle_numbness'",), None, ("--from", "kobo")),
    Kind("n2.jsonl", '{"id":"p1","answers":{"saddle_numbness":"yes"},"saddle_numbness":"no"}\n{"id":"p2","fever":"no"}\n',
         {"p2": ROUTINE}, ("n2.jsonl:1: duplicate column",), "values: {x: yes}"),
    Kind("n3.json", '{"value":[{"__id":"p1","visits":[{"saddle_numbness":"yes"}],"fever":"no"}]}', {"p1": EMERGENCY}, (),
         None, ("--from", "odk")),
    Kind("n4.json", '{"results":[{"_uuid":"p1","v":[{"v/saddle_numbness":"no"},{"v/saddle_numbness":"yes"}]}]}', None,
         ("duplicate column",), None, ("--from", "kobo")),
    Kind("n5.json", '{"results":[{"_uuid":"p1","saddle_numbness":"yes","_attachments":[{"filename":"a"},{"filename":"b"}]}]}',
         {"p1": EMERGENCY}, (), None, ("--from", "kobo")),
    Kind("n6.xml", "<data><v><saddle_numbness>yes</saddle_numbness></v><v><fever>no</fever></v><meta><instanceID>p1"
         "</instanceID></meta></data>", {"p1": EMERGENCY}, (), None, ("--from", "odk")),
    Kind("n7.xml", "<all>" + "<data><saddle_numbness>yes</saddle_numbness></data>" * 3 + "</all>", None,
         ("duplicate column",), None, ("--from", "odk")),
    # A record of which nothing is known is none that is blank
    Kind("e1.json", '[{"record":"1","event_id":"","field_name":"saddle_numbness","value":"1"}]', None,
         ("record 1: no column is a question under --from redcap-raw",), None, ("--from", "redcap-raw")),
    Kind("e2.json", '{"detail":"Not found."}', None, ("no column is a question",), None, ("--from", "kobo")),
    Kind("e3.jsonl", '{"who":"p1","NUMB":"yes"}\n{"who":"p2"}\n', None, ("there is no column 'numb'. Did you mean 'NUMB'?",),
         "id: who\ncolumns: {numb: saddle_numbness}"),
    Kind("e4.csv", "record_id,fever___yes,fever___no\np1,1,0\n", None, ("'fever___yes' is not a question. Did you mean 'fever'?",),
         None, ("--from", "redcap-raw")),
    # What is refused says if it is urgent, and what was meant
    Kind("d1.json", '{"id":"p1","saddle_numbness":"yes","saddle_numbness":"no"}', None,
         ("duplicate key", "'saddle_numbness: yes' alone would be: emergency")),
    Kind("d2.json", '{"id":true,"saddle_numbness":"yes"}', None, ("id: must be text. Not checked",)),
    Kind("d3.csv", 'id,saddle_numbness\np1,"=""yes"""\n', None, ("Did you mean yes?",)),
    Kind("d4.yaml", "Id: p1\nfever: no\n", None, ("'Id' is not a question. Did you mean 'id'?",)),
    # What is none of ours
    Kind("x1.xlsx", b"PK\x03\x04......[Content_Types].xml....xl/workbook.xml", None, ("workbook of Excel", "save", "CSV")),
    Kind("x2.csv", b"PK\x03\x04......[Content_Types].xml....xl/workbook.xml", None, ("workbook of Excel", "CSV")),
    Kind("x3.zip", b"PK\x03\x04......answers.csv", None, ("ZIP file", "unpack")),
    Kind("x4.xml", "<?xml version='1.0'?><a/>", None, ("is XML", "--from odk")),
    Kind("x5.csv", "<!DOCTYPE html><table></table>", None, ("HTML", "CSV")),
    Kind("x6.csv", b"PAR1\x15\x04PAR1", None, ("is Parquet", ".parquet")),
    Kind("x7.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", None, ("Excel", "CSV")),
    Kind("x8.sav", b"$FL2@(#) SPSS DATA FILE", None, ("SPSS", "CSV")),
    Kind("x9.ods", b"PK\x03\x04..mimetypeapplication/vnd.oasis.opendocument.spreadsheet", None, ("spreadsheet", "CSV")),
    Kind("x10.pdf", b"%PDF-1.7", None, ("PDF",)),
    Kind("x12.csv", "\n<TABLE><tr><td>id", None, ("HTML", "CSV")),
    Kind("x13.csv", "id,fever\n".encode("utf-16-le"), None, ("is UTF-16", "UTF-8")),
    Kind("x14.json", '{"id":"p1"}'.encode("utf-16-be"), None, ("is UTF-16", "UTF-8")),
    Kind("x15.csv", '[\n {"id":"p1","saddle_numbness":"yes"}]', None, ("is JSON", ".jsonl")),
    Kind("x16.csv", "id|saddle_numbness\np1|yes\n", None, ("It is the only column: commas, semicolons or tabs",)),
    Kind("x17.csv", '"id,saddle_numbness"\n"p1,yes"\n', None, ("the only column",)),
    Kind("x18.csv", ",Cauda equina\nid,saddle_numbness\np1,yes\n", None, ("x18.csv:1: no column", "'skip_rows: 1' in --map")),
    Kind("x18.csv", ",Cauda equina\nid,saddle_numbness\np1,yes\n", {"p1": EMERGENCY}, (), "skip_rows: 1"),
    Kind("x11.jsonl", b"\x1f\x8b\x08\x00", None, ("gzip", ".gz")),
]  # fmt: skip


def commands(kind: Kind, folder: Path) -> dict[str, Ran]:
    """What `check` and `batch` make of it."""
    path = folder / kind.file
    path.write_bytes(kind.content if isinstance(kind.content, bytes) else kind.content.encode())
    options = kind.options
    if kind.map is not None:
        (folder / "the.map").write_text(kind.map)
        options = (*options, "--map", str(folder / "the.map"))
    return {
        "check": ran("check", str(path), "-f", "csv", *options),
        "batch": ran("batch", str(path), *options),
    }


def people(out: str) -> dict[str, str]:
    return {row["id"]: row["urgency"] for row in csv.DictReader(io.StringIO(out))}


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.file)
def test_each_kind_is_read_or_refused_alike(kind: Kind, tmp_path: Path) -> None:
    for command, done in commands(kind, tmp_path).items():
        assert people(done.out) == (kind.people or {}), (command, done.err)
        assert all(words in done.err for words in kind.said), (command, done.err)
        assert (done.status == 2) == (not kind.people or "not an answer" in done.err or "not valid" in done.err
                                      or "carriage" in done.err or "this row has" in done.err
                                      or "duplicate" in done.err), (command, done.err)  # fmt: skip


def make_parquet(path: Path) -> None:
    pq.write_table(pa.table({"who": ["p1", "p2"], "saddle_numbness": [1.0, 2.0], "age": [1, 2]}), path)


@pytest.mark.parametrize("engine", ["auto", "rows", "columns"])
def test_a_map_is_for_parquet_too(tmp_path: Path, engine: str) -> None:
    make_parquet(tmp_path / "a.parquet")
    (tmp_path / "the.map").write_text("id: who\nvalues: {1: yes, 2: no}\n")
    options = (str(tmp_path / "a.parquet"), "--map", str(tmp_path / "the.map"))
    for done in (ran("check", *options, "-f", "csv"), ran("batch", *options, "--engine", engine)):
        assert people(done.out) == TWO, done.err
        assert "not read, no questions: 'age'" in done.err
    kept = ran("batch", *options, "--engine", engine, "--keep", "age", "--columns", "id")
    assert kept.out == "id,age\np1,1\np2,2\n"


@pytest.mark.parametrize("engine", ["rows", "columns"])
@pytest.mark.parametrize(
    ("id", "kind"),
    [(["x"], None), ({"a": 1}, None), (b"p", None), (b"\xff", None), (date(2024, 1, 2), None), (1, pa.timestamp("ms")),
     (Decimal("1.50"), None), (1.5, None), (True, None), (2**63, pa.uint64()), ("p", pa.large_string())],
)  # fmt: skip
def test_ids_of_any_type_are_the_same(tmp_path: Path, engine: str, id: object, kind: pa.DataType | None) -> None:
    path = str(tmp_path / "in.parquet")
    pq.write_table(pa.table({"id": pa.array([id], kind), "saddle_numbness": [b"yes"]}), path)
    done = ran("batch", path, "--engine", engine, "--columns", "id,urgency")
    assert list(people(done.out).values()) == [EMERGENCY]
    assert people(done.out) == people(ran("check", path, "-f", "csv").out)


def test_other_formats_of_tables_are_named(tmp_path: Path) -> None:
    feather.write_feather(pa.table({"fever": ["yes"]}), str(tmp_path / "a.feather"))
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as packed:
        packed.writestr("a.csv", "id,fever\n")
    for name, said in (("a.feather", "save or export its table as CSV"), ("a.zip", "is a ZIP file; unpack it")):
        for command in ("check", "batch"):
            done = ran(command, str(tmp_path / name))
            assert (done.status, said in done.err) == (2, True), done.err


def test_a_folder_is_read_alike_and_what_is_left_out_is_named(tmp_path: Path) -> None:
    for name, content in {
        "a.csv": b"id,fever\nq,no\n", "b.tsv": b"id\tsaddle_numbness\nt\tyes\n",
        "c.csv.gz": gzip.compress(b"id,saddle_numbness\nz,yes\n"), "d.yaml": b"fever: no\n", "e.json": b'[{"fever":"no"}]',
        "f.xlsx": b"PK\x03\x04", "g.xml": b"<a/>", ".h.csv": b"id,fever\n", "notes.txt": b"hello",
    }.items():  # fmt: skip
        (tmp_path / name).write_bytes(content)
    for command in (("check", "-f", "csv"), ("batch",)):
        done = ran(command[0], str(tmp_path), *command[1:])
        assert people(done.out).keys() == {"q", "t", "z", "d", "e:1"}
        assert all(name in done.err for name in ("f.xlsx", "g.xml", ".h.csv", "notes.txt"))


def test_output_to_a_pipe_by_its_name(tmp_path: Path, run: Callable[..., Ran]) -> None:
    (tmp_path / "a.csv").write_text("id,saddle_numbness\np1,yes\n")
    for command in (("check", "a.csv", "-f", "csv"), ("batch", "a.csv")):
        done = run(*command, "-o", "/dev/stdout")
        assert (done.status, people(done.out)) == (1, {"p1": EMERGENCY}), done.err


@pytest.mark.parametrize("columns", ["0", "-5", "", "many"])
def test_a_width_of_nothing_is_80(columns: str, tmp_path: Path, run: Callable[..., Ran]) -> None:
    (tmp_path / "a.yaml").write_text("saddle_numbness: yes\n")
    for command in (("check", "a.yaml"), ("card",)):
        assert run(*command, COLUMNS=columns).out == run(*command).out


def test_every_kind_on_standard_input(tmp_path: Path, run: Callable[..., Ran]) -> None:
    odd = {"id": "p1", "numb": "0"}
    (tmp_path / "the.map").write_text("columns: {numb: saddle_numbness}\nvalues: {0: yes}\n")
    for text in (
        json.dumps(odd),
        json.dumps([odd]),
        f"{json.dumps(odd)}\n{json.dumps({**odd, 'id': 'p2'})}\n",
        "id,numb\np1,0\n",
    ):
        for command in (("check", "-f", "csv"), ("batch",)):
            done = run(command[0], "-", *command[1:], "--map", str(tmp_path / "the.map"), stdin=text)
            assert people(done.out)["p1"] == EMERGENCY, done.err
