"""Spark: `batch` as tasks, with threads and with executors of their own, and `spark.assess` on a DataFrame."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from conftest import Run
from test_readers_agree import KNOWN, batch
from test_sql import NAMES, Table, same, table  # noqa: F401 - a fixture

import servers
from random_records import csv_bytes, jsonl_bytes

pytest.importorskip("pyspark")
servers.java()


def together(folder: Path) -> bytes:
    """The rows of all parts under one header."""
    parts = [path.read_bytes().split(b"\n", 1) for path in sorted(folder.iterdir())]
    return parts[0][0] + b"\n" + b"".join(rows for _, rows in parts)


@pytest.mark.parametrize("master", ["local[2]", "local-cluster[2,1,1024]"])
def test_rows_and_rejects_are_those_of_the_row_reader(master: str, tmp_path: Path, run: Run) -> None:
    inputs = tmp_path / "in"
    inputs.mkdir()
    (inputs / "a.csv").write_bytes(csv_bytes(4, 3000, KNOWN, NAMES))
    (inputs / "b.jsonl").write_bytes(jsonl_bytes(4, 1500, KNOWN))
    java = {name: os.environ[name] for name in ("JAVA_HOME",) if name in os.environ}
    args = ("-o", "rows", "--rejects", "bad.csv", "--engine", "spark", "--master", master, "-q")
    done = run("batch", "in", *args, PYTHONWARNINGS="ignore", **java)
    assert done.status == 2, done.err
    csv_rows, csv_bad, _ = batch(inputs / "a.csv", "rows")
    json_rows, json_bad, _ = batch(inputs / "b.jsonl", "rows")
    assert together(tmp_path / "rows") == csv_rows + json_rows.split(b"\n", 1)[1]
    found = (tmp_path / "bad.csv").read_bytes().replace(b"in/a.csv", b"%s" % bytes(inputs / "a.csv"))
    assert found.replace(b"in/b.jsonl", bytes(inputs / "b.jsonl")) == csv_bad + json_bad.split(b"\n", 1)[1]


def test_a_dataframe_is_assessed(table: Table, tmp_path: Path) -> None:  # noqa: F811
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from sciaticheck.batch import spark

        with spark.session("local[2]") as session:
            session.conf.set("spark.sql.codegen.wholeStage", "false")
            frame = session.createDataFrame([tuple(row) for row in table[0]], NAMES)
            rows = spark.assess(frame).orderBy("id").collect()
    same(list(rows[0].asDict()), [tuple(row) for row in rows], table)
