"""The progress of a long batch on a terminal, and nothing of it anywhere else."""

from __future__ import annotations

import io
import os
import pty
import re
import select
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import environment

from sciaticheck.cli.batch import _Progress
from sciaticheck.tables.sources import Source

COMMAND = (sys.executable, "-m", "sciaticheck", "batch")
ROWS = b"p,no\n" * 60_000


def said(folder: Path, *args: str) -> str:
    """What a batch of standard input says when its standard error is a terminal, and more comes after a second."""
    master, slave = pty.openpty()
    command = [*COMMAND, "-", "-o", "out.csv", *args]
    text = b""
    with subprocess.Popen(command, cwd=folder, env=environment(), stdin=subprocess.PIPE, stderr=slave) as process:
        os.close(slave)
        assert process.stdin
        for pause, data in ((2, b"id,fever\n" + ROWS), (0, ROWS)):
            process.stdin.write(data)
            process.stdin.flush()
            time.sleep(pause)
        process.stdin.close()
        try:
            while select.select([master], [], [], 30)[0] and (chunk := os.read(master, 65536)):
                text += chunk
        except OSError:  # it has ended
            pass
        process.kill()
    os.close(master)
    return text.decode()


def test_a_long_batch_tells_how_far_it_is(tmp_path: Path) -> None:
    text = said(tmp_path)
    found = re.findall(r"\r\x1b\[K([\d,]+) records, [\d,]+ a second", text)
    records = [int(number.replace(",", "")) for number in found]
    assert records == sorted(records)
    assert 60_000 < records[-1] <= 120_000
    assert "\r\x1b[Kread 120,000 = written 120,000" in text


def test_nothing_of_it_where_it_is_quiet(tmp_path: Path) -> None:
    assert said(tmp_path, "--quiet") == ""


class Clock:
    """A clock that is set by hand."""

    now = 0.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Callable[[_Progress, float, int, int], str]:
    """What is said at a time when so many records and bytes are read."""
    clock = Clock()
    monkeypatch.setattr(time, "monotonic", clock.monotonic)

    def told(progress: _Progress, now: float, records: int, position: int) -> str:
        clock.now = now
        sys.stderr = io.StringIO()
        progress(records, position)
        return sys.stderr.getvalue()

    monkeypatch.setattr(sys, "stderr", sys.stderr)  # put back at the end
    return told


def test_from_the_second_second_on_it_shows_records_speed_and_share(
    at: Callable[[_Progress, float, int, int], str], tmp_path: Path
) -> None:
    (tmp_path / "in.csv").write_bytes(b"x" * 1000)
    progress = _Progress([Source(str(tmp_path / "in.csv"), "in", "csv")], quiet=False)
    progress.shown = True
    assert at(progress, 0.9, 10_000, 100) == ""
    assert at(progress, 2.0, 20_000, 200) == "\r\x1b[K20,000 records, 10,000 a second  20%"
    assert at(progress, 2.1, 21_000, 210) == ""
    assert at(progress, 4.0, 100_000, 1000) == "\r\x1b[K100,000 records, 25,000 a second 100%"


def test_a_query_tells_how_far_it_is_and_never_less() -> None:
    parquet_output = pytest.importorskip("sciaticheck.tables.parquet_output")
    told: list[tuple[int, int]] = []

    class Database:
        shares = iter((-1.0, 12.5, -1.0, 50.0))

        def execute(self, query: str) -> None:
            assert "enable_progress_bar" in query

        def query_progress(self) -> float:
            return next(self.shares)  # which comes to an end: that is no fault of the batch

    with parquet_output.told(Database(), 1000, 400, lambda *some: told.append(some)):
        while len(told) < 4:
            time.sleep(0.05)
        time.sleep(0.5)
    assert told == [(0, 0), (125, 50), (125, 50), (500, 200)]
