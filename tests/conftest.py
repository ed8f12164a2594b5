"""What every test may rely on: the knowledge, and the command run as a user runs it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple, Protocol

import pytest

from sciaticheck import Knowledge, load_knowledge

ROOT = Path(__file__).parent.parent

if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
    # In the background the shell has Ctrl-C ignored, and programs started here would inherit that.
    signal.signal(signal.SIGINT, signal.default_int_handler)


class Ran(NamedTuple):
    """What a command did."""

    status: int
    out: str
    err: str


class Run(Protocol):
    def __call__(self, *args: str, stdin: str | bytes | None = None, timeout: int = 120, **env: str) -> Ran: ...


@pytest.fixture(scope="session")
def knowledge() -> Knowledge:
    """The packaged knowledge."""
    return load_knowledge()


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Runs `sciaticheck` in a fresh process, in an empty folder, without a terminal, 80 columns wide, no colour."""

    def ran(*args: str, stdin: str | bytes | None = None, timeout: int = 120, **env: str) -> Ran:
        given = stdin.encode() if isinstance(stdin, str) else stdin
        done = subprocess.run(
            [sys.executable, "-m", "sciaticheck", *args],
            input=given,
            stdin=subprocess.DEVNULL if given is None else None,
            capture_output=True,
            cwd=tmp_path,
            env=environment(**env),
            timeout=timeout,
            check=False,
        )
        return Ran(done.returncode, done.stdout.decode("utf-8", "replace"), done.stderr.decode("utf-8", "replace"))

    return ran


def environment(**more: str) -> dict[str, str]:
    """A fixed environment: nothing of the tester's terminal leaks in."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "PYTHONPATH", "SYSTEMROOT") if name in os.environ}
    return {**kept, "COLUMNS": "80", "LANG": "C.UTF-8", "PYTHONWARNINGS": "error", "NO_COLOR": "1", **more}
