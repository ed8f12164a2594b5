"""The README's commands and its Python run as pasted, against the checkout's own program."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text("utf-8")
COMMANDS = [
    line
    for block in re.findall(r"```sh\n(.*?)```", README, re.DOTALL)
    for line in block.splitlines()
    if line.startswith("sciaticheck ") and not line.startswith("sciaticheck ask")
]


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_of_the_readme_runs(command: str, tmp_path: Path) -> None:
    """Whatever it finds, it ends without an error of its own; jq is left out where the machine has none."""
    for name in ("examples", "data"):
        (tmp_path / name).symlink_to(ROOT / name)
    program = f"{sys.executable} -m sciaticheck "
    if "| jq" in command and not any((Path(folder) / "jq").exists() for folder in os.environ["PATH"].split(os.pathsep)):
        command = command.partition("|")[0]
    shell = "set -o pipefail; " + command.replace("sciaticheck ", program, 1)
    done = subprocess.run(["bash", "-c", shell], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode in (0, 1), done.stderr
    assert done.stdout or "-o " in command or "--due" in command


PYTHON = re.findall(r"```python\n(.*?)```", README, re.DOTALL)


@pytest.mark.parametrize("code", PYTHON)
def test_the_python_of_the_readme_prints_what_it_says(code: str) -> None:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == code.rpartition("#")[2].strip()


def test_the_first_command_shows_what_the_readme_shows() -> None:
    """Its last part; the environment around it is what the wheel's tests install."""
    first = next(line for line in README.splitlines() if line.startswith("python3 -m venv"))
    assert f"<!-- output of: {first.partition('.venv/bin/sciaticheck ')[1].split('/')[-1]}" in README
