"""The exported SQL on a real PostgreSQL, and the query on a real Spark, against the Python API."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
from pathlib import Path
from random import Random

import pytest

import servers
from random_records import IDS, answers
from sciaticheck import Knowledge, __version__, assess
from sciaticheck.batch.export import DIALECTS, export
from sciaticheck.batch.rows import columns, row
from sciaticheck.errors import AnswersError

COUNT = int(os.environ.get("SCIATICHECK_RECORDS", "3000"))

Rows = dict[str, dict[str, str] | list[str]]
"""By id: the row as text, or what is wrong with the record."""


@pytest.fixture(scope="module")
def records(knowledge: Knowledge) -> dict[str, dict[str, str]]:
    random = Random(5)
    return {
        f"{number}{random.choice(IDS)}": answers(random, knowledge, wrong=number % 3 == 0) for number in range(COUNT)
    }


@pytest.fixture(scope="module")
def expected(records: dict[str, dict[str, str]], knowledge: Knowledge) -> Rows:
    wanted, found = columns(knowledge), {}
    for name, given in records.items():
        try:
            made = row(name, assess(given, knowledge), wanted)
        except AnswersError as error:
            found[name] = sorted(f"{problem.key}: {problem.code}" for problem in error.problems)
            continue
        made["red_flags"] = ";".join(made["red_flags"])
        found[name] = {key: str(value).lower() if key == "complete" else str(value) for key, value in made.items()}
    return found


def seen(rows: list[dict[str, str]], number: type = float) -> Rows:
    found: Rows = {}
    for made in rows:
        problems = made.pop("problems")
        for key in made:
            if key.startswith("score_"):
                made[key] = str(number(made[key]))
        found[made["id"]] = sorted(problems.split("; ")) if problems else made
    return found


def test_the_exported_sql_on_postgresql(
    records: dict[str, dict[str, str]], expected: Rows, knowledge: Knowledge, tmp_path: Path
) -> None:
    table = io.StringIO()
    names = ["id", *knowledge.questions]
    writer = csv.writer(table, quoting=csv.QUOTE_ALL, lineterminator="\n")
    writer.writerows([name, *(given[question] for question in knowledge.questions)] for name, given in records.items())
    shape = ", ".join(f'"{name}" text' for name in names)
    sql = export(knowledge, __version__, "postgres", "answers").rstrip().removesuffix(";")
    script = (
        f"CREATE TABLE answers ({shape});\nCOPY answers FROM STDIN (FORMAT csv);\n{table.getvalue()}\\.\n"
        f"CREATE VIEW result AS {sql};\nCOPY (SELECT * FROM result) TO STDOUT (FORMAT csv, HEADER);\n"
    )
    with servers.postgres(tmp_path) as psql:
        done = subprocess.run(psql, input=script.encode(), capture_output=True, check=False, timeout=300)
    assert not done.returncode, done.stderr.decode()[:2000]
    rows = list(csv.DictReader(io.StringIO(done.stdout.decode(), newline="")))
    for made in rows:
        made["complete"] = {"t": "true", "f": "false"}.get(made["complete"], "")
    found = seen(rows)
    # Only PostgreSQL does not see a k in the sign for Kelvin; it refuses, which is the safe side.
    kelvin = {name for name, given in records.items() if any("\u212a" in text for text in given.values())}
    different = [name for name in expected if name not in kelvin and found[name] != expected[name]]
    assert not different, (found[different[0]], expected[different[0]])
    assert len(found) == len(records)


SPARK = """
import json, sys
from sciaticheck.batch import spark
session = spark.session("local[2]")
frame = session.read.json(sys.argv[1], schema=sys.argv[2])
rows = spark.assess(frame)
for row in rows.toLocalIterator():
    print(json.dumps(row.asDict()))
session.conf.set("spark.sql.debug.maxToStringFields", 100000)
plans = (frame._jdf.queryExecution().optimizedPlan() for frame in (rows, rows.where("problems IS NULL")))
print(json.dumps([plan.toString().count("lower(trim(" + sys.argv[3]) for plan in plans]))
session.stop()
"""


def test_the_query_on_spark(
    records: dict[str, dict[str, str]], expected: Rows, knowledge: Knowledge, tmp_path: Path
) -> None:
    servers.java()
    lines = (json.dumps({"id": name, **given}) + "\n" for name, given in records.items())
    (tmp_path / "in.jsonl").write_text("".join(lines), "utf-8")
    shape = ", ".join(f"`{name}` STRING" for name in ["id", *knowledge.questions])
    done = subprocess.run(
        [sys.executable, "-c", SPARK, str(tmp_path / "in.jsonl"), shape, "fever"],
        capture_output=True, check=False, timeout=900, env={**os.environ, "PYTHONIOENCODING": "utf-8"},
    )  # fmt: skip
    assert not done.returncode, done.stderr.decode()[-2000:]
    *rows, (all_rows, without_faults) = [json.loads(line) for line in done.stdout.decode().splitlines()]
    assert all_rows == without_faults, "a filter has Spark work out each cell more than once"
    found = seen(
        [{key: str(value).lower() if key == "complete" else value for key, value in made.items()} for made in rows]
    )
    different = [name for name in expected if found[name] != expected[name]]
    assert not different, (found[different[0]], expected[different[0]])
    assert len(found) == len(records)


@pytest.mark.parametrize("dialect", DIALECTS)
def test_every_dialect_is_written_with_a_comment_for_each_flag(dialect: str, knowledge: Knowledge) -> None:
    text = export(knowledge, __version__, dialect, "answers")
    for flag in knowledge.red_flags.values():
        assert f"{flag.urgency}: " in text
    assert text.count("/* ") >= len(knowledge.red_flags)
