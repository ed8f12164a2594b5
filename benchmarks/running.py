"""Commands run as processes of their own, with their wall time and peak memory."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from threading import Event, Thread
from typing import NamedTuple

HERE = Path(__file__).parent
SCIATICHECK = str(Path(sys.executable).with_name("sciaticheck"))


class Run(NamedTuple):
    """Seconds of wall time, the most memory held, in bytes, and seconds of processor time."""

    seconds: float
    peak: int
    cpu: float


def run(command: Sequence[str], allowed: Sequence[int] = (0,)) -> Run:
    """Runs a command to its end. Raises RuntimeError for another exit status, with what it said.

    The peak is the operating system's account of the finished process or, where that is more, of all processes it
    started and itself together, looked at ten times a second. It counts this process too, as it was when it started
    the other: so nothing large is imported or kept here.
    """
    os.sync()  # what an earlier command left to be written to the disk is not this one's
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    most, over = [0], Event()
    watch = Thread(target=_watch, args=(process.pid, most, over))
    watch.start()
    said = process.stderr.read() if process.stderr else ""
    _, status, usage = os.wait4(process.pid, 0)
    over.set()
    watch.join()
    seconds = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in allowed:
        raise RuntimeError(f"exit status {process.returncode} of {' '.join(command)}\n{said[-2000:]}")
    return Run(seconds, max(usage.ru_maxrss * 1024, most[0]), usage.ru_utime + usage.ru_stime)


def _watch(process: int, most: list[int], over: Event) -> None:
    while not over.wait(0.1):
        most[0] = max(most[0], sum(map(_memory, [process, *_children(process)])))


def _children(process: int) -> list[int]:
    try:
        texts = [path.read_text() for path in Path(f"/proc/{process}/task").glob("*/children")]
    except OSError:  # it has ended
        return []
    own = [int(child) for text in texts for child in text.split()]
    return own + [later for child in own for later in _children(child)]


def _memory(process: int) -> int:
    try:
        return int(Path(f"/proc/{process}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return 0


def helper(name: str, *arguments: object) -> list[str]:
    """The command that runs a program of this folder."""
    return [sys.executable, str(HERE / f"{name}.py"), *map(str, arguments)]


def output(command: Sequence[str]) -> str:
    """What a command prints; it must succeed."""
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout


def in_turn(rounds: int, commands: dict[str, Callable[[], Run]]) -> dict[str, Run]:
    """Each command so many times, all in turn: the shortest times of each, and its highest peak."""
    found: dict[str, list[Run]] = {name: [] for name in commands}
    for _ in range(rounds):
        for name, command in commands.items():
            made = command()
            found[name].append(made)
            print(f"  {name}: {made.seconds:.2f} s, cpu {made.cpu:.2f} s, {made.peak >> 20} MB", file=sys.stderr)
    return {
        name: Run(min(run.seconds for run in runs), max(run.peak for run in runs), min(run.cpu for run in runs))
        for name, runs in found.items()
    }
