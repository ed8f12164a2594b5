"""`sciaticheck batch --engine spark` on a real Spark: rows, rejects and all that is said are those of other engines."""

from __future__ import annotations

import csv
import gzip
import io
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from conftest import Ran, Run, environment

import servers
from random_records import csv_bytes, jsonl_bytes
from sciaticheck import Knowledge
from sciaticheck.batch import spark_text
from sciaticheck.batch.job import job
from sciaticheck.batch.sources import Source
from sciaticheck.batch.spark_spans import Span

duckdb = pytest.importorskip("duckdb")

RECORDS = int(os.environ.get("SCIATICHECK_RECORDS", "2000"))
"""Of each kind; a long run takes 100000."""

RESPONSE = '{"resourceType":"QuestionnaireResponse","status":"completed","questionnaire":"urn:another"}\n'
QUIET = {"PYTHONWARNINGS": "ignore"}
"""PySpark itself gives some."""


SERVER = """
import contextlib, io, json, os, sys
from sciaticheck.cli import app
from sciaticheck.batch import reading, spark, spark_job, spark_spans
reading.STEP, spark_spans.LEAST, spark_spans.MOST = 1 << 15, 1 << 16, 32 * int(sys.argv[1])  # small files are cut too
session = spark.session("local[2]")
spark_job.session = lambda *_: contextlib.nullcontext(session)
for line in sys.stdin:
    folder, args = json.loads(line)
    os.chdir(folder)
    with contextlib.redirect_stdout(io.StringIO()) as out, contextlib.redirect_stderr(io.StringIO()) as err:
        try:
            app(["batch", "--engine", "spark", *args], prog_name="sciaticheck")
        except SystemExit as end:
            status = end.code
    print(json.dumps([status, out.getvalue(), err.getvalue()]), flush=True)
session.stop()
"""
"""Runs the command in one session again and again: to start one takes long."""


@pytest.fixture(scope="module")
def server() -> Iterator[subprocess.Popen[str]]:
    servers.java()
    command = [sys.executable, "-c", SERVER, str(RECORDS)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment(**QUIET), text=True
    ) as process:
        yield process
        assert process.stdin
        process.stdin.close()
        assert not process.wait(timeout=60)


@pytest.fixture
def spark(server: subprocess.Popen[str], tmp_path: Path) -> Callable[..., Ran]:
    def ran(*args: str) -> Ran:
        assert server.stdin
        assert server.stdout
        server.stdin.write(json.dumps([str(tmp_path), args]) + "\n")
        server.stdin.flush()
        status, out, err = json.loads(server.stdout.readline())
        return Ran(status, out, err)

    return ran


def parts(folder: Path) -> list[bytes]:
    """The part files of a folder, in order."""
    return [path.read_bytes() for path in sorted(folder.glob("part-*"))]


def test_spark_writes_the_rows_and_rejects_of_duckdb(
    knowledge: Knowledge, tmp_path: Path, run: Run, spark: Callable[..., Ran]
) -> None:
    seed = 20  # with records of every temper among the first
    names = ["id", *knowledge.questions]
    (tmp_path / "records.csv").write_bytes(csv_bytes(seed, RECORDS, knowledge, names))
    lines = ("\ufeff \n" + 2 * RESPONSE).encode() + jsonl_bytes(seed, RECORDS, knowledge)
    (tmp_path / "lines.jsonl").write_bytes(lines)
    (tmp_path / "whole.csv").write_bytes(csv_bytes(seed, RECORDS, knowledge, names, broken=False))
    texts = "all_varchar = true, header = true, quote = '\"', escape = '\"', nullstr = '', parallel = false"
    rows = f"SELECT * FROM read_csv('{tmp_path}/whole.csv', {texts})"
    duckdb.execute(f"COPY ({rows}) TO '{tmp_path}/table.parquet' (FORMAT parquet)")

    (tmp_path / "parts").mkdir()
    for part in range(3):  # of which none has all columns, and the second is in order before the third
        few = f"SELECT * EXCLUDE ({names[part]}) FROM ({rows}) LIMIT 7 OFFSET {7 * part}"
        duckdb.execute(f"COPY ({few}) TO '{tmp_path}/parts/{part}.parquet' (FORMAT parquet)")
    inputs = ("records.csv", "parts", "lines.jsonl", "table.parquet")
    one = run("batch", *inputs, "-o", "one.jsonl", "--rejects", "one.rejects.jsonl", "--engine", "duckdb", timeout=900)
    other = spark(*inputs, "-o", "other", "-f", "jsonl", "--rejects", "other.rejects.jsonl")
    assert (other.status, other.out) == (one.status, one.out)
    assert other.err == one.err.replace("one.rejects", "other.rejects")
    assert "answers another questionnaire, 'urn:another'; it was read by its linkIds (2 times)" in one.err
    written = [json.loads(line) for line in (tmp_path / "one.jsonl").read_bytes().splitlines()]
    assert [json.loads(line) for part in parts(tmp_path / "other") for line in part.splitlines()] == written
    rejects = (tmp_path / "one.rejects.jsonl").read_bytes()
    assert (tmp_path / "other.rejects.jsonl").read_bytes() == rejects
    assert len(written) > RECORDS
    codes = {json.loads(line)["code"] for line in rejects.splitlines()}
    assert codes > {"not_utf8", "broken_csv", "bad_row", "broken_json", "unknown_value", "follow_up_conflict"}


def test_spark_reads_every_kind_of_csv_and_takes_the_place_of_a_folder(
    tmp_path: Path, run: Run, spark: Callable[..., Ran]
) -> None:
    odd = 'id,note,fever\r\n007,"two\nlines",no\r\n=1,=2,yes\r\n\r\n"",\U0001f600,\r\nx,"a"b,no\r\nx,y\r\n'
    (tmp_path / "odd[1]*.csv").write_bytes(b"\xef\xbb\xbf" + odd.encode())
    (tmp_path / "other.csv").write_bytes(b'note;fever\nn\xff;no\nn;maybe\nsay """hi""";Yes\n\r;no\n')
    whole = gzip.compress(b"id,note,fever\n" + b"".join(b"p%d,a note,no\n" % number for number in range(70_000)))
    (tmp_path / "whole.csv.gz").write_bytes(whole)
    (tmp_path / "short.csv.gz").write_bytes(whole[:-20])
    some = [b'"p\n%d",a note,no\n' % number for number in range(20_000)]
    (tmp_path / "long.csv").write_bytes(b"".join([b"id,note,fever\n", *some, b"x" * 1_100_000 + b"\n", *some, b"q,,"]))
    (tmp_path / "made").mkdir()
    (tmp_path / "made" / "part-old").write_text("old")

    inputs = ("./odd[1]*.csv", "other.csv", "long.csv", "short.csv.gz", "whole.csv.gz")
    args = ("--columns", "id,urgency", "--keep", "note", "-f", "csv", "--rejects", "bad.csv")
    one = run("batch", *inputs, "-o", "one.csv", *args, "--engine", "stream")
    rejects = (tmp_path / "bad.csv").read_bytes()
    other = spark(*inputs, "-o", "made", *args)
    assert (other.status, other.out, other.err) == (one.status, one.out, one.err)
    assert "cannot be read on" in one.err
    assert (tmp_path / "bad.csv").read_bytes() == rejects
    table = [
        row for part in parts(tmp_path / "made") for row in [*csv.reader(io.StringIO(part.decode(), newline=""))][1:]
    ]
    with (tmp_path / "one.csv").open(newline="") as file:
        assert table == [*csv.reader(file)][1:]
    assert len(table) > 110_000
    assert len(parts(tmp_path / "made")) > 2
    assert b"long.csv,20001,40002,,,too_large," in rejects
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".")]


def test_spark_keeps_columns_that_not_all_files_have(tmp_path: Path, run: Run, spark: Callable[..., Ran]) -> None:
    (tmp_path / "a.csv").write_text("id,no`te,fever\n1,x,no\n2,y,yes\n")
    duckdb.execute(f"COPY (SELECT 'no' AS fever FROM range(3)) TO '{tmp_path}/b.parquet' (FORMAT parquet)")
    duckdb.execute(f"COPY (SELECT 'z' AS \"no`te\", 'maybe' AS fever) TO '{tmp_path}/c.parquet' (FORMAT parquet)")
    args = ("a.csv", "b.parquet", "c.parquet", "a.csv", "--keep", "*", "--columns", "id", "-f", "jsonl", "-o")
    one, other = run("batch", *args, "one.jsonl", "--engine", "duckdb"), spark(*args, "other")
    assert (other.status, other.out, other.err) == (one.status, one.out, one.err)
    rows = [json.loads(line) for line in (tmp_path / "one.jsonl").read_text().splitlines()]
    assert [row["id"] for row in rows] == ["1", "2", "b:1", "b:2", "b:3"]
    assert [json.loads(line) for part in parts(tmp_path / "other") for line in part.splitlines()] == rows


def test_a_file_that_is_shorter_than_it_was_is_not_read_on(knowledge: Knowledge, tmp_path: Path) -> None:
    (tmp_path / "some.csv").write_text("id,fever\na,no\nb,n")
    span = Span(Source(str(tmp_path / "some.csv"), "some", "csv"), 0, 0, end=19)
    [(record, *cells)] = spark_text._of_span(span, job(knowledge))
    assert record == 0
    assert [json.loads(cell) for cell in cells if cell] == [
        [["unreadable", "has changed while it was read", 1, None, None]]
    ]


def test_where_spark_stops_the_old_folder_is_left(tmp_path: Path, spark: Callable[..., Ran]) -> None:
    (tmp_path / "some.csv").write_text("id,Record,fever\na,b,no\nc,d,maybe\n")
    duckdb.execute(f"COPY (SELECT 'no' AS fever FROM range(9000)) TO '{tmp_path}/torn.parquet' (FORMAT parquet)")
    whole = (tmp_path / "torn.parquet").read_bytes()
    (tmp_path / "torn.parquet").write_bytes(b"PAR1" + bytes(40) + whole[44:])
    (tmp_path / "made").mkdir()
    (tmp_path / "made" / "part-old").write_text("old")
    torn = spark("torn.parquet", "-o", "made")
    assert (torn.status, torn.out, torn.err.count("\n")) == (2, "", 1)
    assert torn.err.startswith("Spark cannot go on: ")
    assert "torn.parquet" in torn.err
    same = spark("some.csv", "-o", "made", "--keep", "Record")
    said = "some.csv: 'Record' is a name that the query uses itself; give the column another name\n"
    assert (same.status, same.out, same.err) == (2, "", said)
    assert parts(tmp_path / "made") == [b"old"]
    assert {path.name for path in tmp_path.iterdir()} == {"some.csv", "torn.parquet", "made"}


def test_a_session_of_its_own_says_no_more_than_the_other_engines(tmp_path: Path, run: Run) -> None:
    servers.java()
    (tmp_path / "some.csv").write_text("fever\nno\nmaybe\n")
    args = ("batch", "some.csv", "-o", "made", "--max-rejects", "0", "--engine")
    one, other = run(*args, "stream"), run(*args, "spark", **QUIET)
    assert other == one
    assert {path.name for path in tmp_path.iterdir()} == {"some.csv"}


@pytest.mark.parametrize("wrong", ["java", "master"])
def test_where_spark_does_not_start_it_says_what_is_needed(wrong: str, tmp_path: Path, run: Run) -> None:
    servers.java()
    (tmp_path / "some.csv").write_text("fever\nno\n")
    nowhere = {"PATH": str(tmp_path), "JAVA_HOME": str(tmp_path)} if wrong == "java" else {}
    master = ("--master", "nothing") if wrong == "master" else ()
    ran = run("batch", "some.csv", "-o", "made", "--engine", "spark", *master, **nowhere, **QUIET)
    assert (ran.status, ran.out, ran.err.count("\n")) == (2, "", 1)
    assert "It needs Java 17" in ran.err
    assert "a --master that it knows" in ran.err
