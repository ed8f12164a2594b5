"""Every engine writes the same rows and rejects for the same records, and they are those of the Python API."""

from __future__ import annotations

import csv
import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import pytest
from msgspec.structs import replace

from random_records import csv_bytes, jsonl_bytes
from sciaticheck import Knowledge, assess
from sciaticheck.batch import batch, engines, output, reading, ready
from sciaticheck.batch.job import Summary, job
from sciaticheck.batch.rows import columns, row
from sciaticheck.batch.sources import sources
from sciaticheck.inputs.files import respondents

duckdb = pytest.importorskip("duckdb")

RECORDS = int(os.environ.get("SCIATICHECK_RECORDS", "6000"))
"""Of each kind; a long run takes 100000."""

PIECES = {"csv": 150_000, "jsonl": 600_000}
"""Small, so that a few thousand records are many pieces."""


class Made(NamedTuple):
    """What a batch wrote."""

    rows: bytes
    rejects: bytes
    summary: Summary

    def values(self) -> Iterator[dict[str, Any]]:
        return map(json.loads, self.rows.splitlines())

    def faults(self) -> Iterator[dict[str, Any]]:
        return map(json.loads, self.rejects.splitlines())


Batch = Callable[..., Made]


@pytest.fixture
def make(tmp_path: Path, knowledge: Knowledge, monkeypatch: pytest.MonkeyPatch) -> Batch:
    """Runs a batch over a file with DuckDB's pieces made small."""
    from sciaticheck.batch import duckdb as engine
    from sciaticheck.batch import parquet

    monkeypatch.setattr(engine, "PIECES", PIECES)
    monkeypatch.setattr(parquet, "ROWS", dict.fromkeys(parquet.ROWS, 2500))
    monkeypatch.setattr(reading, "STEP", 50_000)

    def made(path: Path, engine: str, format: str = "csv", keep: tuple[str, ...] = (), raw: bool = False) -> Made:
        found = sources([str(path)])
        task = batch.check(found, job(knowledge, (), keep, format, raw))
        out, bad = tmp_path / f"out.{engine}", tmp_path / f"rejects.{engine}.jsonl"
        summary = batch.run(task, found, str(out), str(bad), engine)
        assert summary.stopped == []
        assert summary.read == summary.written + summary.rejected
        return Made(out.read_bytes(), bad.read_bytes(), summary)

    return made


@pytest.fixture
def by_duckdb(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The records of each piece that DuckDB itself read, so that no test is passed by the stream engine alone."""
    from sciaticheck.batch.duckdb_piece import Worker

    monkeypatch.setattr(engines, "LARGE", 1 << 40)  # they are counted in this process only
    counts: list[int] = []
    by_duckdb = Worker.by_duckdb

    def counted(self: Any, *arguments: Any) -> Any:
        done = by_duckdb(self, *arguments)
        counts.append(done.records if done else 0)
        return done

    monkeypatch.setattr(Worker, "by_duckdb", counted)
    return counts


@pytest.fixture(scope="module")
def csv_file(tmp_path_factory: pytest.TempPathFactory, knowledge: Knowledge) -> Path:
    path = tmp_path_factory.mktemp("records") / "records.csv"
    path.write_bytes(csv_bytes(1, RECORDS, knowledge, ["id", *knowledge.questions]))
    return path


@pytest.fixture(scope="module")
def jsonl_file(tmp_path_factory: pytest.TempPathFactory, knowledge: Knowledge) -> Path:
    path = tmp_path_factory.mktemp("records") / "records.jsonl"
    path.write_bytes(jsonl_bytes(1, RECORDS, knowledge))
    return path


@pytest.mark.parametrize(("kind", "format"), [("csv_file", "csv"), ("jsonl_file", "jsonl")])
def test_stream_and_duckdb_write_the_same_bytes(
    kind: str, format: str, make: Batch, by_duckdb: list[int], request: pytest.FixtureRequest
) -> None:
    path = request.getfixturevalue(kind)
    stream = make(path, "stream", format)
    duck = make(path, "duckdb", format)
    assert duck.rejects == stream.rejects
    assert duck.rows == stream.rows
    assert duck.summary == stream.summary
    assert sum(by_duckdb) > RECORDS / 4
    assert stream.summary.written > RECORDS / 3
    assert stream.summary.rejected > RECORDS / 20


@pytest.mark.parametrize("kind", ["csv_file", "jsonl_file"])
def test_rows_and_rejects_are_those_of_the_python_api(
    kind: str, make: Batch, knowledge: Knowledge, request: pytest.FixtureRequest
) -> None:
    path = request.getfixturevalue(kind)
    made = make(path, "stream", "jsonl")
    rows, faults = made.values(), made.faults()
    wanted = columns(knowledge)
    numbers = 0
    for number, (respondent, problems) in enumerate(respondents([str(path)], knowledge), start=1):
        numbers = number
        if respondent:
            expected = row(respondent.id, assess(respondent.answers, knowledge), wanted)
            if respondent.id.startswith("records:"):  # see test_a_row_that_is_no_csv_counts
                expected["id"] = f"records:{number}"
            assert next(rows) == expected
        for problem in problems:
            expected = {
                "source": problem.source, "record": number, "line": problem.line, "key": problem.key,
                "value": problem.value, "code": problem.code, "reason": problem.message,
            }  # fmt: skip
            assert next(faults) == json.loads(_writable(json.dumps(expected, ensure_ascii=False)))
    assert (next(rows, None), next(faults, None)) == (None, None)
    assert numbers == made.summary.read


@pytest.mark.parametrize(
    ("kind", "engine", "format"),
    [
        ("csv", "stream", "csv"),
        ("csv", "duckdb", "jsonl"),
        ("parquet", "duckdb", "csv"),
        ("parquet", "duckdb", "parquet"),
    ],
)
def test_a_record_that_vanishes_is_noticed_and_the_old_output_stays(
    kind: str, engine: str, format: str, knowledge: Knowledge, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given, out = tmp_path / f"some.{kind}", tmp_path / "out"
    duckdb.execute(f"COPY (SELECT unnest(['no', 'maybe']) AS fever) TO '{given}' (FORMAT {kind})")
    out.write_text("old")
    monkeypatch.setattr(output.Rejects, "add", lambda self, rejects: None)
    found = sources([str(given)])
    task = batch.check(found, job(knowledge, format=format))
    with pytest.raises(AssertionError, match="2 records read, 1 written and 0 rejected"):
        batch.run(task, found, str(out), None, engine)
    assert out.read_text() == "old"


def test_a_row_that_is_no_csv_counts(make: Batch, knowledge: Knowledge, tmp_path: Path) -> None:
    """An id that is not given holds the record's number: the same in `check` and in `batch`."""
    path = tmp_path / "records.csv"
    path.write_bytes(b'fever,back_pain\nno,no\n"a"b,no\nno,no\n')
    ids = [respondent.id for respondent, _ in respondents([str(path)], knowledge) if respondent]
    assert [row["id"] for row in make(path, "stream", "jsonl").values()] == ["records:1", "records:3"]
    assert ids == ["records:1", "records:3"]


def _writable(text: str) -> str:
    return text.encode("utf-8", "backslashreplace").decode()


FEW = min(RECORDS, 1500)


@pytest.mark.parametrize(("line_end", "format"), [("\r\n", "csv"), ("\n", "jsonl")])
def test_line_ends_columns_left_out_and_kept(
    line_end: str, format: str, make: Batch, by_duckdb: list[int], knowledge: Knowledge, tmp_path: Path
) -> None:
    path = tmp_path / "some.csv"
    header = ["note", *list(knowledge.questions)[::-3], "other, note"]
    path.write_bytes(csv_bytes(2, FEW, knowledge, header, line_end, broken=False))
    for keep in (("other, note", "note"), ("*",)):
        stream = make(path, "stream", format, keep)
        duck = make(path, "duckdb", format, keep)
        assert duck == stream
    assert sum(by_duckdb) > FEW / 4


@pytest.mark.parametrize("spaced", [False, True])
def test_json_lines_with_carriage_returns_as_csv(
    spaced: bool, make: Batch, knowledge: Knowledge, tmp_path: Path
) -> None:
    path = tmp_path / "some.ndjson"
    path.write_bytes(jsonl_bytes(3, FEW, knowledge, "\r\n", spaced))
    for raw in (True, False):
        assert make(path, "duckdb", raw=raw) == make(path, "stream", raw=raw)


MANY = b'{"id":"a","fever":"no"}\n' * 40
HIDDEN = {
    "an unknown key behind a number that DuckDB writes longer": b'{"fever":1e9}\n{"id":"b","foo":"yes"}\n',
    "an unknown key": b'{"id":"b","fever":"no","foo":"yes"}\n',
    "an unknown key without an answer": b'{"id":"b","fever":"no","foo":null}\n',
    "a key in capitals": b'{"id":"b","FEVER":"yes"}\n',
    "a key twice": b'{"id":"b","fever":"no","fever":"yes"}\n',
    "a comma behind the last value": b'{"id":"b","fever":"no",}\n',
    "blanks": b'{ "id" : "b" , "fever" : "no" }\n',
    "a null": b'{"id":"b","fever":null}\n',
    "nothing but a null": b"null\n{}\n",
    "escapes": b'{"id":"\\u00e9\\n\\"","fever":"n\\u006f"}\n',
    "two records in a line": b'{"id":"b"}{"id":"c"}\n',
    "a null in an id": b'{"id":"a:null","fever":"no"}\n',
    "a null and the same key": b'{"id":"b","fever":null,"fever":"no"}\n{"id":"c","fever":"no","fever":null}\n',
    "nulls in what is no answer": b'{"id":"b","fever":{"nausea":null}}\n{"id":"c","foo":{"fever":null}}\n',
    "a null of its own in an id": b'{"id":"\\"fever\\":null","fever":"no"}\n{"id":"c","":1}\n',
    "numbers for signs": b'{"id":"\\ud83d\\ude00\\u0022\\u005c\\u000b\\/\\\\u00e9","fever":"\\u000bn\\u006F\\t"}\n',
    "numbers for signs in a key": b'{"f\\u0065ver":"yes"}\n',
    "what looks like numbers for signs": b'{"id":"a\\\\u00e9\\\\\\u00e9"}\n{"id":"c","":1}\n',
    "NUL": b'{"id":"a\\u0000b","fever":"no"}\n{"id":"\\u0000"}\n',
    "half a sign": b'{"id":"\\ud83d","fever":"no"}\n',
    "quotes and backslashes in no answer": b'{"id":"b","fever":"\\"\\\\"}\n',
    "numbers in quotes and without": b'{"id":"1","fever":"0","nausea":0,"nf1":false,"back_pain":"false"}\n{"id":1}\n',
    "signs of old machines": b"\v\n\f\n\x1c\n{\v}\n",
    "blank lines": b"\n \n\t\r\n\r\n",
    "a list": b'{"id":"b","fever":["no"]}\n',
    "colons in ids": b'{"id":"a:b","fever":"no"}\n{"id":"a:\\tb","fever":"no","fever":"yes"}\n',
    "a key twice and a colon by its number": b'{"id":"a\\u003ab","fever":"no","fever":"yes"}\n',
    "escapes around an answer": b'{"id":"a\\tb","fever":"\\tno\\n"}\n{"id":"c","fever":"\\bno"}\n',
    "answers in an id": b'{"id":"\\"answers\\"","fever":"no"}\n{"id":"answers","answers":"fever"}\n',
    "answers in an object": b'{"answers":{"fever":"no"},"id":"a"}\n{"id":"b","answers":{"fever":"no","fever":"yes"}}\n',
    "answers in an object and beside it": b'{"id":"a","answers":{"fever":"no"},"nausea":"yes"}\n{"answers":null}\n',
    "ids that are no text": b'{"id":7}\n{"id":-0}\n{"id":1.50}\n{"id":true}\n{"id":null}\n',
}
"""What DuckDB reads in its own way, or passes over in silence, behind records as it has them mostly."""


@pytest.mark.parametrize("hidden", HIDDEN.values(), ids=HIDDEN.keys())
@pytest.mark.parametrize("spaced", [False, True])
def test_nothing_hides_in_json_lines(hidden: bytes, spaced: bool, make: Batch, tmp_path: Path) -> None:
    many = MANY.replace(b",", b", ").replace(b":", b": ") if spaced else MANY
    path = tmp_path / "some.jsonl"
    path.write_bytes(many + hidden + many)
    assert make(path, "duckdb") == make(path, "stream")


NOTES = b"".join(
    b'{"id":"n","fever":"no","note":' + note + b"}\n"
    for note in (b'"x\\ty:\\/"', b'{"a":"\\t","a":[1,{}]}', b'"\xc3\xa9"', b'"\xff"', b'"\\x"')
)
"""What is kept of a record, plain and not, with bytes that are no text and an escape that is none at the end."""


@pytest.mark.parametrize("hidden", HIDDEN.values(), ids=HIDDEN.keys())
def test_the_short_way_of_the_stream_engine_reads_json_lines_as_the_ordinary_readers_do(
    hidden: bytes, make: Batch, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "some.jsonl"
    path.write_bytes(MANY + hidden + NOTES)
    quick = make(path, "stream", "jsonl", ("note",))

    def refuse(raw: bytes) -> None:
        raise msgspec.DecodeError

    monkeypatch.setattr(ready, "_shapes", lambda job: (refuse, refuse))
    assert make(path, "stream", "jsonl", ("note",)) == quick
    assert [fault["code"] for fault in quick.faults()][-2:] == ["not_utf8", "broken_json"]


@pytest.mark.parametrize(("kind", "row"), [("csv", b"a,no\n"), ("jsonl", b'{"fever":"no"}\n')])
def test_blank_lines_shift_no_number_of_a_later_piece(
    kind: str, row: bytes, make: Batch, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setitem(PIECES, kind, 500)
    head = b"note,fever\n" if kind == "csv" else b""
    wrong = row.replace(b"no", b"?")
    path = tmp_path / f"some.{kind}"
    path.write_bytes(head + (row * 700 + b"\n" * 7 + wrong) * 3 + row * 700)
    keep = ("note",) if kind == "csv" else ()
    duck = make(path, "duckdb", "jsonl", keep)
    assert duck == make(path, "stream", "jsonl", keep)
    assert [fault["record"] for fault in duck.faults()] == [701, 1402, 2103]


def test_blanks_left_out_in_one_record_do_not_make_up_for_more_in_another(make: Batch, tmp_path: Path) -> None:
    spaced = MANY.replace(b",", b", ").replace(b":", b": ")
    for more in range(12):
        key = b"x" * more
        path = tmp_path / "some.jsonl"
        path.write_bytes(spaced + b'{"id":"b","fever":"no"}\n{"id": "c", "' + key + b'":1}\n' + spaced)
        assert make(path, "duckdb") == make(path, "stream")


def test_json_lines_with_blanks_and_nulls_are_read_by_duckdb(make: Batch, by_duckdb: list[int], tmp_path: Path) -> None:
    some = MANY + b'{"id":"b","fever":null,"back_pain":true,"cancer_history":0,"nausea":" Yes "}\n'
    path = tmp_path / "some.jsonl"
    for data in (some, some.replace(b",", b", ").replace(b":", b": ")):
        path.write_bytes(data)
        assert make(path, "duckdb") == make(path, "stream")
    assert by_duckdb == [41, 41]


@pytest.mark.parametrize("name", ["given_0", "shown_0", "Word_0", "row", "wrong", "pair", "line"])
def test_a_column_may_be_called_as_what_the_query_works_out(name: str, make: Batch, tmp_path: Path) -> None:
    path = tmp_path / "some.csv"
    path.write_text(f"id,fever,{name}\na,yes,1\nb,no,2\nc,?,3\n")
    assert make(path, "duckdb", "csv", (name,)) == make(path, "stream", "csv", (name,))


@pytest.mark.parametrize("kind", ["csv", "jsonl"])
def test_knowledge_without_follow_ups_is_as_good(kind: str, knowledge: Knowledge, tmp_path: Path) -> None:
    path = tmp_path / f"some.{kind}"
    alone = {id: replace(each, only_if=None, worse_form=False) for id, each in knowledge.questions.items()}
    bare = replace(knowledge, questions=alone)
    made = csv_bytes(6, 300, bare, ["id", *bare.questions]) if kind == "csv" else jsonl_bytes(6, 300, bare)
    path.write_bytes(made)
    found, task, rows = sources([str(path)]), job(bare, format=kind), {}
    for engine in ("stream", "duckdb"):
        summary = batch.run(task, found, str(tmp_path / "rows"), str(tmp_path / "rejects.csv"), engine)
        rows[engine] = (tmp_path / "rows").read_bytes(), (tmp_path / "rejects.csv").read_bytes(), summary
    assert rows["duckdb"] == rows["stream"]


@pytest.mark.parametrize("packed", ["gz", "zst"])
def test_packed_files_hold_the_same(packed: str, make: Batch, knowledge: Knowledge, tmp_path: Path) -> None:
    import gzip

    zstandard = pytest.importorskip("zstandard")
    pack = gzip.compress if packed == "gz" else zstandard.ZstdCompressor().compress
    whole = tmp_path / "records.csv"
    whole.write_bytes(csv_bytes(5, 700, knowledge, ["id", *knowledge.questions]))
    path = tmp_path / f"records.csv.{packed}"
    path.write_bytes(pack(whole.read_bytes()))
    plain = make(whole, "stream")
    for engine in ("stream", "duckdb"):
        made = make(path, engine)
        assert made.rows == plain.rows
        assert [{**fault, "source": str(whole)} for fault in made.faults()] == list(plain.faults())


@pytest.mark.parametrize("format", ["csv", "jsonl"])
def test_parquet_gives_the_same_rows_and_codes(
    format: str, make: Batch, knowledge: Knowledge, csv_file: Path, tmp_path: Path
) -> None:
    """From the records that are rows at all: Parquet has no ragged ones. A null there is a blank cell here."""
    header = ["id", *knowledge.questions]
    whole = tmp_path / "records.csv"
    parquet = tmp_path / "records.parquet"
    rows = duckdb.connect()
    shape = ", ".join(f"'{name}': 'VARCHAR'" for name in header)
    text = csv_bytes(4, RECORDS, knowledge, header, broken=False)
    whole.write_bytes(text)
    rows.execute(
        f"COPY (SELECT * FROM read_csv('{whole}', columns={{{shape}}}, auto_detect=false, header=true, quote='\"', "
        f"escape='\"', delim=',', strict_mode=true)) TO '{parquet}' (FORMAT parquet, ROW_GROUP_SIZE 2048)"
    )
    stream = make(whole, "stream", format)
    made = make(parquet, "duckdb", format)
    assert made.rows == stream.rows
    assert codes(made) == codes(stream)
    assert [number for number, _, _ in codes(made)] == sorted(number for number, _, _ in codes(made))
    assert made.summary.rejected > 0
    assert made.summary.tally == stream.summary.tally


def codes(made: Made) -> list[tuple[int, str, str]]:
    return [(fault["record"], fault["key"], fault["code"]) for fault in made.faults()]


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_rows_written_as_parquet_are_the_same(kind: str, make: Batch, knowledge: Knowledge, tmp_path: Path) -> None:
    texts = [
        "007",
        "",
        " ",
        "a,b",
        'say "hi"',
        "two\nlines",
        "cr\r\nlf",
        "\r",
        "\0",
        "a\0b",
        "=1",
        "\U0001f600",
        "null",
        "#1",
    ]
    records = duckdb.connect()
    records.execute("CREATE TABLE texts AS SELECT unnest(?) AS note", [texts])
    given = tmp_path / f"records.{kind}"
    if kind == "csv":
        with given.open("w", newline="") as file:
            csv.writer(file).writerows([["note", "id", "fever"], *([text, text, "yes"] for text in texts)])
    else:
        records.execute(f"COPY (SELECT note, note AS id, true AS fever FROM texts) TO '{given}' (FORMAT parquet)")
    made = make(given, "duckdb", "parquet", ("note",))
    assert made.summary.written == len(texts)
    out = tmp_path / "out.parquet"
    out.write_bytes(made.rows)
    found = records.execute(f"SELECT * FROM read_parquet('{out}')")
    names = [column[0] for column in found.description]
    rows = [dict(zip(names, values, strict=True)) for values in found.fetchall()]
    assert [row["note"] or "" for row in rows] == texts
    assert rows == [
        expected | {"note": row["note"]}
        for expected, row in zip(make(given, "duckdb", "jsonl", ("note",)).values(), rows, strict=True)
    ]


def test_nul_in_parquet_is_no_answer(make: Batch, tmp_path: Path) -> None:
    path = tmp_path / "some.parquet"
    duckdb.execute(f"COPY (SELECT 'a' AS id, chr(0) AS fever UNION ALL SELECT 'b', NULL) TO '{path}' (FORMAT parquet)")
    made = make(path, "duckdb", "jsonl")
    assert [fault["code"] for fault in made.faults()] == ["unknown_value"]
    assert [row["id"] for row in made.values()] == ["b"]


def test_a_fault_of_a_record_in_parquet_is_shown_with_its_number(make: Batch, tmp_path: Path) -> None:
    path = tmp_path / "some.parquet"
    duckdb.execute(f"COPY (SELECT if(range = 3000, 'x', 'no') AS fever FROM range(6000)) TO '{path}' (FORMAT parquet)")
    for format in ("csv", "parquet"):
        made = make(path, "duckdb", format)
        assert [str(fault)[: len(f"{path}, record 3001: fever")] for fault in made.summary.shown] == [
            f"{path}, record 3001: fever"
        ]
        assert [(fault["record"], fault["line"]) for fault in made.faults()] == [(3001, None)]


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_kept_cells_larger_than_the_memory_for_parquet_are_written_and_nothing_else(
    kind: str, make: Batch, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sciaticheck.batch import parquet, parquet_output
    from sciaticheck.batch.duckdb_sql import connection

    path, out, rows = tmp_path / f"some.{kind}", tmp_path / "out.parquet", 6000
    notes = f"SELECT repeat(md5(range::VARCHAR), 200) AS note, 'no' AS fever FROM range({rows})"
    duckdb.execute(f"COPY ({notes}) TO '{path}' (FORMAT {kind})")
    ran: list[str] = []
    write = parquet_output.write
    monkeypatch.setattr(parquet_output, "MEMORY", "16MB")
    for module in (parquet, parquet_output):
        monkeypatch.setattr(module, "write", lambda db, *more: ran.append(str(write(db, *more) or limit(db))))
    monkeypatch.chdir(tmp_path)
    out.write_bytes(make(path, "duckdb", "parquet", ("note",)).rows)
    assert ran == [limit(connection())]  # the usual limit, after the low one was not enough
    whole = f"SELECT count(*), count(DISTINCT note), sum(length(note)) FROM read_parquet('{out}')"
    assert duckdb.execute(whole).fetchone() == (rows, rows, rows * 6400)
    assert {file.name for file in tmp_path.iterdir()} == {
        path.name, out.name, "out.duckdb", "rejects.duckdb.jsonl",
    }  # fmt: skip


def test_a_database_puts_nothing_on_the_disk() -> None:
    from sciaticheck.batch.duckdb_sql import connection

    with connection() as db:
        assert db.execute("SELECT current_setting('temp_directory')").fetchone() == ("",)


def test_kept_line_ends_stay_as_they_were(make: Batch, tmp_path: Path) -> None:
    notes = ["a\r\nb", "a\rb", "a\nb"]
    path = tmp_path / "some.parquet"
    duckdb.connect().execute(f"COPY (SELECT unnest(?) AS note, 'no' AS fever) TO '{path}' (FORMAT parquet)", [notes])
    for format in ("csv", "jsonl"):
        made = make(path, "duckdb", format, ("note",)).rows
        assert all((note if format == "csv" else json.dumps(note)).encode() in made for note in notes)


def limit(db: duckdb.DuckDBPyConnection) -> str:
    """What the database may hold."""
    (found,) = db.execute("SELECT current_setting('memory_limit')").fetchone() or ("",)
    return str(found)
