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
from contextlib import suppress
from pathlib import Path
from threading import Thread

import pytest
from conftest import environment

import servers
from sciaticheck.batch.sources import Source
from sciaticheck.cli.progress import Bar

COMMAND = (sys.executable, "-m", "sciaticheck", "batch")
ROWS = b"p,no\n" * 60_000


def said(folder: Path, *args: str, given: tuple[bytes, ...] = (), both: bool = False) -> str:
    """What a batch says where its standard error is a terminal; `both`, where its output is that terminal too.

    Standard input gets more two seconds after it was `given` something.
    """
    master, slave = pty.openpty()
    text = b""

    def give() -> None:
        with suppress(BrokenPipeError):
            for place, data in enumerate(given):
                time.sleep(2 if place else 0)
                process.stdin.write(data)
                process.stdin.flush()
        process.stdin.close()

    out = slave if both else subprocess.DEVNULL
    variables = environment(PYTHONWARNINGS="ignore", TERM="xterm", COLUMNS="80")
    with subprocess.Popen(
        [*COMMAND, *args], cwd=folder, env=variables, stdin=subprocess.PIPE, stdout=out, stderr=slave
    ) as process:
        os.close(slave)
        giver = Thread(target=give)
        giver.start()
        try:
            while select.select([master], [], [], 120)[0] and (chunk := os.read(master, 65536)):
                text += chunk
        except OSError:  # it has ended
            pass
        process.kill()
        giver.join()
    os.close(master)
    return text.decode()


def drawn(text: str) -> list[str]:
    """The lines as the bar was drawn, without what colours them."""
    return [line.strip() for line in re.split(r"[\r\n]+", re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", text)) if line.strip()]


LONG = (b"id,fever\n" + ROWS, ROWS)


def test_a_long_batch_tells_how_far_it_is(tmp_path: Path) -> None:
    text = said(tmp_path, "-", "-o", "out.csv", given=LONG)
    lines = drawn(text)
    found = [re.search(r"([\d,]+) records [\d,]+/s$", line) for line in lines]
    records = [int(one[1].replace(",", "")) for one in found if one]
    assert records == sorted(records)
    assert 60_000 < records[-1] <= 120_000
    assert "read 120,000 = written 120,000 + rejected 0" in lines
    assert text.rindex("\x1b[2K") < text.index("read 120,000")  # it is gone then
    assert text.endswith("\r\n")
    assert "\x1b[?25l" not in text  # the cursor was there all the time: killed, it could not come back


def test_nothing_of_it_where_it_is_quiet_or_stands_among_the_rows(tmp_path: Path) -> None:
    assert said(tmp_path, "-", "-o", "out.csv", "--quiet", given=LONG) == ""
    text = said(tmp_path, "-", "-o", "-", "--columns", "id,urgency", given=LONG, both=True)
    assert "records" not in text
    assert text.count("\r\np,routine") == 120_000


def test_spark_tells_what_it_is_at(tmp_path: Path) -> None:
    servers.java()
    rows = b"id,fever,cancer_history\n" + b"p,no,yes\n" * 800_000 + b"p,yes,maybe\n" * 3
    (tmp_path / "some.csv").write_bytes(rows)
    args = ("some.csv", "-o", "made", "--engine", "spark", "--columns", "id", "--rejects", "bad.csv")
    lines = drawn(said(tmp_path, *args))
    stages = dict.fromkeys(line.split()[0] for line in lines if re.match("[a-z]+ .*[━╸╺]|[a-z]+ +0%", line))
    assert list(stages)[:4] == ["starting", "reading", "planning", "writing"]
    for stage in ("reading", "writing"):
        found = [re.fullmatch(stage + r" [━╸╺]* +(\d+)% ([\d,]+) records [\d,]+/s", line) for line in lines]
        pairs = [(int(one[1]), int(one[2].replace(",", ""))) for one in found if one]
        assert pairs == sorted(pairs)
        assert len({records for _, records in pairs}) > 1
        assert all(abs(share - records / 8000.03) < 1 for share, records in pairs)
    assert "read 800,003 = written 800,000 + rejected 3" in lines


class Clock:
    """A clock that is set by hand."""

    now = 0.0

    def monotonic(self) -> float:
        return self.now


class Terminal(io.StringIO):
    """A standard error that is one."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Callable[[Bar, float, int, int], str]:
    """What stands there when at a time so many records and bytes are read."""
    clock = Clock()
    monkeypatch.setattr("sciaticheck.cli.progress.time", clock)
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("NO_COLOR", "1")
    screen = Terminal()

    def told(bar: Bar, now: float, records: int, position: int) -> str:
        monkeypatch.setattr(sys, "stderr", screen)
        clock.now = now
        bar(records, position)
        if bar.bar:
            bar.bar.refresh()
        return (drawn(screen.getvalue()) or [""])[-1]

    return told


def test_from_the_second_second_on_it_shows_records_speed_and_share(
    at: Callable[[Bar, float, int, int], str], tmp_path: Path
) -> None:
    (tmp_path / "in.csv").write_bytes(b"x" * 1000)
    with Bar([Source(str(tmp_path / "in.csv"), "in", "csv")]) as bar:
        assert at(bar, 0.9, 10_000, 100) == ""
        assert at(bar, 2.0, 20_000, 200) == "reading ━━━━                  20% 20,000 records 10,000/s"
        assert at(bar, 4.0, 100_000, 1000) == "reading ━━━━━━━━━━━━━━━━━━━━ 100% 100,000 records 25,000/s"
        bar.stage("writing", 50)
        assert at(bar, 6.0, 10, 10) == "writing ━━━━                  20% 10 records 5/s"
        bar.stage("packing")
        assert re.fullmatch(r"packing [━ ]{20} +10 records 10/s", at(bar, 7.0, 10, 10))


def test_a_query_tells_how_far_it_is_and_never_less() -> None:
    parquet_output = pytest.importorskip("sciaticheck.batch.parquet_output")
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
