"""The exported query gives the rows of `batch`, run for real on each of its databases."""

from __future__ import annotations

import csv
import io
import sqlite3
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from test_readers_agree import KNOWN, batch

import servers
from in_process import ran
from random_records import csv_bytes
from sciaticheck import AnswersError
from sciaticheck.batch.export import create_table, export
from sciaticheck.batch.rows import columns
from sciaticheck.rules.criterion import describe
from sciaticheck.rules.sql import DIALECTS

NAMES = ["id", *KNOWN.questions]
COUNT = 2500


def records() -> list[list[str]]:
    """Hostile records with ids that every database sorts alike; a Kelvin sign is a k for Python alone."""
    text = csv_bytes(3, COUNT, KNOWN, NAMES, broken=False).decode().replace("\u212a", "k").replace("\x00", "")
    rows = list(csv.reader(io.StringIO(text, newline="")))[1:]
    # Text that no database can load from a file of tabs is for the tests of loading.
    clean = [
        [cell.replace("\\", "/").replace('"', "'") if len(cell) < 100 else "y" for cell in row[1:]] for row in rows
    ]
    return [[f"p{number:06}", *row] for number, row in enumerate(clean)]


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[list[str]], dict[str, dict[str, str]]]:
    """The records, and the rows of `batch` by their ids; records that it rejects have none."""
    folder = tmp_path_factory.mktemp("sql")
    rows = records()
    with (folder / "in.csv").open("w", newline="") as out:
        csv.writer(out).writerows([NAMES, *rows])
    made, _, stopped = batch(folder / "in.csv", "rows")
    assert stopped == ""
    return rows, {row["id"]: row for row in csv.DictReader(io.StringIO(made.decode(), newline=""))}


Table = tuple[list[list[str]], dict[str, dict[str, str]]]
TRUE = {True: "true", False: "false", "1": "true", "0": "false", "t": "true", "f": "false", "true": "true"}


def same(names: Sequence[str], found: Sequence[Sequence[Any]], table: Table) -> None:
    rows, expected = table
    assert list(names) == [*columns(KNOWN), "problems"]
    assert [row[0] for row in found] == [row[0] for row in rows]
    for values in found:
        made = dict(zip(names, values, strict=True))
        wanted = expected.get(made["id"])
        assert (made.pop("problems") is None) == (wanted is not None), made
        if wanted is None:
            assert {made[name] or "" for name in ("urgency", "possible_urgency", "complete", "advice")} == {""}
            continue
        made["complete"] = TRUE.get(made["complete"], "false")
        for name in [name for name in made if name.startswith("score_")]:
            assert float(made.pop(name)) == pytest.approx(float(wanted[name]), abs=1e-9), (made["id"], name)
        assert {name: value or "" for name, value in made.items()} == {name: wanted[name] for name in made}


def test_duckdb(table: Table) -> None:
    duckdb = pytest.importorskip("duckdb")
    with duckdb.connect() as db:
        db.execute(create_table(KNOWN, "duckdb"))
        db.executemany(f"INSERT INTO answers VALUES ({','.join('?' * len(NAMES))})", table[0])
        found = db.execute(export(KNOWN, "x", "duckdb"))
        same([column[0] for column in found.description], found.fetchall(), table)


def test_sqlite(table: Table) -> None:
    db = sqlite3.connect(":memory:")
    db.execute(create_table(KNOWN, "sqlite"))
    db.executemany(f"INSERT INTO answers VALUES ({','.join('?' * len(NAMES))})", table[0])
    found = db.execute(export(KNOWN, "x", "sqlite"))
    same([column[0] for column in found.description], found.fetchall(), table)
    db.close()


def test_boolean_and_whole_number_columns() -> None:
    duckdb = pytest.importorskip("duckdb")
    with duckdb.connect() as db:
        db.execute("CREATE TABLE answers (who INTEGER, fever BOOLEAN, saddle_numbness INTEGER, back_pain DOUBLE)")
        db.execute("INSERT INTO answers VALUES (2, true, 0, 1.0), (1, NULL, 1, NULL), (3, false, 7, 0)")
        query = export(KNOWN, "x", "duckdb", columns=["fever", "saddle_numbness", "back_pain"], id="who")
        found = db.execute(query).fetchall()
    assert [row[:2] for row in found[:2]] == [(1, "emergency"), (2, "same_day")]
    assert found[2][-1] == "saddle_numbness: unknown_value"


@pytest.fixture
def loaded(tmp_path: Path, table: Table) -> Path:
    """The records with tabs between the cells."""
    path = tmp_path / "in.tsv"
    path.write_text(
        "".join("\t".join(cell.replace("\t", " ").replace("\n", " ") for cell in row) + "\n" for row in table[0])
    )
    path.chmod(0o644)
    return path


def test_postgres(tmp_path: Path, loaded: Path, table: Table) -> None:
    server = tmp_path / "server"
    server.mkdir()
    with servers.postgres(server) as psql:
        copy = f"COPY answers FROM STDIN;\n{loaded.read_text()}\\.\n"
        query = export(KNOWN, "x", "postgres").rstrip(";\n")
        script = (
            f"{create_table(KNOWN, 'postgres')}{copy}COPY (\n{query}\n) TO STDOUT (FORMAT csv, HEADER, NULL '~');\n"
        )
        done = subprocess.run(psql, input=script, capture_output=True, text=True, check=False, cwd=server)
        assert done.returncode == 0, done.stderr
    read = list(csv.reader(io.StringIO(done.stdout)))
    same(read[0], [[None if cell == "~" else cell for cell in row] for row in read[1:]], table)


def test_mariadb(tmp_path: Path, loaded: Path, table: Table) -> None:
    server = tmp_path / "server"
    server.mkdir()
    with servers.mariadb(server) as client:
        load = f"LOAD DATA LOCAL INFILE '{loaded}' INTO TABLE answers CHARACTER SET utf8mb4;\n"
        script = f"{create_table(KNOWN, 'mariadb')}{load}{export(KNOWN, 'x', 'mariadb')}"
        done = subprocess.run(client, input=script, capture_output=True, text=True, check=True)
    read = [line.split("\t") for line in done.stdout.splitlines()]
    same(read[0], [[None if cell == "NULL" else cell for cell in row] for row in read[1:]], table)


def test_each_red_flag_is_one_expression_with_its_level_and_criterion() -> None:
    words = export(KNOWN, "x", "postgres")
    for flag in KNOWN.red_flags.values():
        before, _, after = words.partition(f" AS flag_{flag.id},\n")
        assert after, flag.id
        assert f"-- {flag.urgency}: {describe(flag.when, str)}" in before.splitlines()[-2]


def test_the_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for dialect in DIALECTS:
        done = ran("export", "sql", "--dialect", dialect, "--table", "a.b", "--id", "who")
        assert done.status == 0
        assert done.out.rstrip().endswith(";")
        made = ran("export", "sql", "--dialect", dialect, "--create-table", "--columns", "fever,back_pain")
        assert made.out.startswith("CREATE TABLE ")
        assert made.out.count("\n") == 5
    for wrong, words in (("snowflak", "is not known"), ("postgre", "Did you mean 'postgres'?")):
        done = ran("export", "sql", "--dialect", wrong)
        assert (done.status, words in done.err) == (2, True)
    with pytest.raises(AnswersError, match="Did you mean 'fever'"):
        export(KNOWN, "x", "duckdb", columns=["fevre"])
