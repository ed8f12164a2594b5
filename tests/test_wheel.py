"""The wheel carries everything: tests against what is installed, not against the checkout."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder into which the built wheel is installed; its dependencies are this environment's."""
    folder = tmp_path_factory.mktemp("wheel")
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check"]
    build = [*pip, "wheel", "-q", "--no-deps", "--no-build-isolation", "-w", str(folder), str(ROOT)]
    subprocess.run(build, check=True, capture_output=True)
    (wheel,) = folder.glob("*.whl")
    target = folder / "site"
    subprocess.run([*pip, "install", "-q", "--no-deps", "--target", str(target), str(wheel)], check=True)
    return target


def run(installed: Path, *args: str) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "PYTHONPATH": str(installed)}
    return subprocess.run(
        [sys.executable, "-m", "sciaticheck", *args],
        cwd=installed,
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )


def test_it_carries_the_data_and_its_compiled_form(installed: Path) -> None:
    yaml = installed / "sciaticheck" / "data" / "conditions.yaml"
    stored = json.loads((installed / "sciaticheck" / "data" / "conditions.json").read_bytes())
    assert yaml.read_bytes() == (ROOT / "data" / "conditions.yaml").read_bytes()
    assert stored["knowledge"]["sha256"] == hashlib.sha256(yaml.read_bytes()).hexdigest()
    code = (
        "from sciaticheck.knowledge.load import data_file, load_knowledge;"
        "print(data_file(), load_knowledge() == load_knowledge(data_file()))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": str(installed)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == [str(yaml), "True"]


def test_it_gives_the_same_result_as_the_checkout(installed: Path) -> None:
    args = ("check", str(ROOT / "examples"), "-f", "json")
    env = {**os.environ, "PYTHONPATH": ""}
    here = subprocess.run([sys.executable, "-m", "sciaticheck", *args], env=env, capture_output=True, check=False)
    there = run(installed, *args)
    assert json.loads(there.stdout) == json.loads(here.stdout)


def test_it_writes_the_page_that_works_offline(installed: Path) -> None:
    here = subprocess.run(
        [sys.executable, "-m", "sciaticheck", "export", "page"], capture_output=True, text=True, check=True
    )
    assert run(installed, "export", "page").stdout == here.stdout


def test_it_uses_the_compiled_form_only_for_the_yaml_it_was_made_from(installed: Path) -> None:
    yaml = installed / "sciaticheck" / "data" / "conditions.yaml"
    before = yaml.read_bytes()
    yaml.write_bytes(before.replace(b'knowledge_version: "2026', b'knowledge_version: "3026'))
    try:
        assert "knowledge 3026." in run(installed, "--version").stdout
    finally:
        yaml.write_bytes(before)


def test_it_is_run_from_where_it_was_installed(installed: Path) -> None:
    code = "import sciaticheck; print(sciaticheck.__file__)"
    env = {**os.environ, "PYTHONPATH": str(installed)}
    done = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, check=True)
    assert Path(done.stdout.strip()).is_relative_to(installed)
