"""The progress of a long batch on a terminal, and nothing of it anywhere else."""

from __future__ import annotations

import os
import pty
import re
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest
from conftest import environment

COMMAND = (sys.executable, "-m", "sciaticheck", "batch")
LONG = {"in.csv": 150_000, "in.parquet": 900_000}
"""Records that take longer than a second."""


def said(folder: Path, *args: str) -> str:
    """What a batch says when its standard error is a terminal."""
    master, slave = pty.openpty()
    with subprocess.Popen(
        [*COMMAND, *args], cwd=folder, env=environment(), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
        stderr=slave,
    ):  # fmt: skip
        os.close(slave)
        text = b""
        try:
            while chunk := os.read(master, 65536):
                text += chunk
        except OSError:  # it has ended
            pass
    os.close(master)
    return text.decode()


def made(folder: Path, name: str) -> None:
    form = "parquet" if name.endswith("parquet") else "csv"
    rows = f"SELECT 'p' || range AS id, if(range % 9 = 0, 'yes', 'no') AS fever FROM range({LONG[name]})"
    duckdb.execute(f"COPY ({rows}) TO '{folder / name}' (FORMAT {form})")


@pytest.mark.parametrize(
    ("given", "output", "engine"),
    [("in.csv", "out.csv", "stream"), ("in.parquet", "out.parquet", "duckdb"), ("in.parquet", "out.csv", "duckdb")],
)
def test_a_long_batch_tells_how_far_it_is(given: str, output: str, engine: str, tmp_path: Path) -> None:
    made(tmp_path, given)
    text = said(tmp_path, given, "-o", output, "--engine", engine)
    found = re.findall(r"\r\x1b\[K([\d,]+) records, [\d,]+ a second +(\d+)%", text)
    records, shares = ([int(part.replace(",", "")) for part in parts] for parts in zip(*found, strict=True))
    assert records == sorted(records)
    assert 0 < records[-1] <= LONG[given]
    assert shares == sorted(shares)
    assert 0 < shares[-1] <= 100
    assert f"\r\x1b[Kread {LONG[given]:,} = written" in text


def test_nothing_of_it_where_it_is_quiet_or_no_terminal(tmp_path: Path) -> None:
    made(tmp_path, "in.csv")
    assert said(tmp_path, "in.csv", "-o", "out.csv", "--quiet") == ""
    ran = subprocess.run(
        [*COMMAND, "in.csv", "-o", "out.csv"], cwd=tmp_path, env=environment(), capture_output=True, text=True
    )
    assert "a second" not in ran.stderr
    assert ran.stderr.startswith("engine: stream (small input)\nread 150,000 = written 150,000")
