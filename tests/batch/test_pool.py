"""Workers: results in order, a worker that dies, and a parent that dies."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from conftest import environment

from sciaticheck.batch.pool import Pool


def double(number: int) -> int:
    return 2 * number


def dies(parent: int, number: int) -> int:
    if number == 7 and os.getpid() != parent:
        os.kill(os.getpid(), signal.SIGKILL)
    return double(number)


def make() -> Callable[[int], int]:
    return double


def make_dying(parent: int) -> Callable[[int], int]:
    return partial(dies, parent)


@pytest.mark.parametrize("kind", ["processes", "threads", "alone"])
def test_results_come_in_order_and_few_tasks_wait(kind: str) -> None:
    taken = []

    def tasks() -> list[int]:
        for number in range(50):
            taken.append(number)
            yield number  # type: ignore[misc]

    with Pool[int, int](make, kind, 2) as pool:
        for place, result in enumerate(pool.map(tasks())):
            assert result == 2 * place
            assert len(taken) <= place + 1 + pool.count


def test_what_a_dead_worker_had_is_done_here() -> None:
    with Pool[int, int](partial(make_dying, os.getpid()), "processes", 2) as pool:
        assert [*pool.map(range(40))] == [*range(0, 80, 2)]


def test_a_worker_that_is_killed_loses_no_record(tmp_path: Path) -> None:
    line = '{"id":"p","fever":"no","back_pain":"yes","note":"' + "x" * 300 + '"}\n'
    (tmp_path / "in.jsonl").write_text(line * 40_000)
    command = [sys.executable, "-m", "sciaticheck", "batch", "in.jsonl", "-o", "out.csv", "--keep", "note"]
    process = subprocess.Popen(command, cwd=tmp_path, env=environment(), stderr=subprocess.PIPE)
    killed = False
    while process.poll() is None and not killed:
        for child in children(process.pid):
            if "spawn_main" in Path(f"/proc/{child}/cmdline").read_text() and cpu(child) > 30:
                os.kill(child, signal.SIGKILL)
                killed = True
                break
        time.sleep(0.02)
    _, err = process.communicate(timeout=120)
    assert b"read 40,000 = written 40,000 + rejected 0" in err, err
    assert (tmp_path / "out.csv").read_text().count("\n") == 40_001


def test_workers_end_with_their_parent(tmp_path: Path) -> None:
    (tmp_path / "in.jsonl").write_text('{"id":"p","fever":"no","back_pain":"yes"}\n' * 1_000_000)
    command = [sys.executable, "-m", "sciaticheck", "batch", "in.jsonl", "-o", "out.csv"]
    process = subprocess.Popen(command, cwd=tmp_path, env=environment(), stderr=subprocess.DEVNULL)
    workers: list[int] = []
    for _ in range(500):
        workers = [child for child in children(process.pid) if cpu(child) > 20]
        if workers or process.poll() is not None:
            break
        time.sleep(0.02)
    assert workers
    process.kill()
    process.wait()
    for _ in range(500):
        if not any(Path(f"/proc/{worker}").exists() for worker in workers):
            return
        time.sleep(0.02)
    raise AssertionError("workers go on without their parent")


def children(process: int) -> list[int]:
    try:
        return [
            int(child)
            for path in Path(f"/proc/{process}/task").glob("*/children")
            for child in path.read_text().split()
        ]
    except OSError:
        return []


def cpu(process: int) -> int:
    """Processor time in hundredths of a second."""
    try:
        fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0
    return int(fields[11]) + int(fields[12])
