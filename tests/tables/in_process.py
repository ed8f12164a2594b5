"""`sciaticheck` run in this process, for tests that need no process of its own: a tenth of the time."""

from __future__ import annotations

from conftest import Ran
from typer.testing import CliRunner

from sciaticheck.cli import app


def ran(*args: str, stdin: str | bytes | None = None, **env: str) -> Ran:
    """What the command did in the present folder; a fault of the program raises."""
    done = CliRunner().invoke(app, args, input=stdin, env={"NO_COLOR": "1", **env}, catch_exceptions=False)
    return Ran(done.exit_code, done.stdout_bytes.decode("utf-8", "replace"), done.stderr_bytes.decode())
