"""The commands and the Python of the README and of the pages run as pasted, against the checkout's own program."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from documents import PICTURES

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text("utf-8")
PAGES = {
    str(page.relative_to(ROOT)): page.read_text("utf-8")
    for page in [ROOT / "README.md", ROOT / "data" / "cases" / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
}


def commands(page: str) -> list[str]:
    """The commands of a page that need no terminal, in its order; jq is left out where the machine has none."""
    lines = [line for block in re.findall(r"```sh\n(.*?)```", page, re.DOTALL) for line in block.splitlines()]
    ours = [line for line in lines if re.match(r"(cat \S+ \| )?sciaticheck (?!ask)", line)]
    return ours if shutil.which("jq") else [line.partition(" | jq")[0] for line in ours]


@pytest.mark.parametrize("name", [name for name, page in PAGES.items() if commands(page)])
def test_the_commands_of_a_page_run(name: str, tmp_path: Path) -> None:
    """Whatever they find, they end without an error of their own; later ones may use what earlier ones wrote."""
    for folder in ("examples", "data"):
        (tmp_path / folder).symlink_to(ROOT / folder)
    start = f'set -o pipefail; sciaticheck() {{ "{sys.executable}" -m sciaticheck "$@"; }}\n'
    for command in commands(PAGES[name]):
        done = subprocess.run(
            ["bash", "-c", start + command], cwd=tmp_path, capture_output=True, text=True, check=False
        )
        assert done.returncode in (0, 1, 3), (command, done.stderr)
        assert done.stdout or "-o " in command or "--due" in command, command
        for file in re.findall(r" -o ([^\s-]\S*)", command):
            assert (tmp_path / file).exists(), command


PYTHON = [
    pytest.param(code, id=f"{name}-{number}")
    for name, page in PAGES.items()
    for number, code in enumerate(re.findall(r"```python\n(.*?)```", page, re.DOTALL), start=1)
    if "print(" in code
]


@pytest.mark.parametrize("code", PYTHON)
def test_the_python_of_a_page_prints_what_it_says(code: str) -> None:
    """What each `print` prints stands after it as a comment."""
    env = {**os.environ, "PYTHONWARNINGS": "error"}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=env)
    assert done.stdout.splitlines() == re.findall(r"print\(.*\)  # (.*)", code)


def test_the_first_command_prints_the_result_that_is_shown() -> None:
    """Its last part; the environment around it is what the wheel's tests install."""
    first = next(line for line in README.splitlines() if line.startswith("python3 -m venv"))
    assert first.endswith(f".venv/bin/{PICTURES['result']}")


def test_the_site_builds_and_loads_nothing_from_elsewhere(tmp_path: Path) -> None:
    """Every link leads somewhere, the Python reference included."""
    build = [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(tmp_path)]
    done = subprocess.run(build, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    for page in tmp_path.glob("*.html"):
        text = page.read_text("utf-8")
        assert not re.search(r'<(?:script|img|link|iframe)[^>]*(?:src|href)="(?:https?:)?//', text), page.name
    assert 'id="sciaticheck.assess"' in (tmp_path / "python.html").read_text("utf-8")
