"""The rules of the house, held by reading the code: layers, banned words, tools, and documents that are true."""

from __future__ import annotations

import ast
import importlib
import re
import subprocess
import sys
from pathlib import Path

import pytest

from documents import documents

ROOT = Path(__file__).parent.parent
SOURCE = ROOT / "src" / "sciaticheck"

LAYERS = [
    ["errors"],
    ["criteria", "strict_yaml"],
    ["knowledge"],
    ["answers"],
    ["assessment"],
    ["engine"],
    ["comparison", "evaluation", "exchange", "interview", "tables", "__init__"],
    ["report"],
    ["cli"],
    ["__main__"],
]
"""Imports point upwards only, and siblings in one layer never import each other."""


def imported(path: Path) -> set[str]:
    """The parts of the package that a module imports, by their first name; "" for the package itself."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        names = []
        if isinstance(node, ast.ImportFrom) and node.module:
            names = [node.module]
            if node.module == "sciaticheck":
                names = [f"sciaticheck.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        found |= {name.split(".")[1] for name in names if name.startswith("sciaticheck.")}
    return found


def part_of(path: Path) -> str:
    return path.relative_to(SOURCE).parts[0].removesuffix(".py")


def wrong_imports(part: str, names: set[str]) -> set[str]:
    """Of the imported names those that a part of the package may not import."""
    level = next(place for place, layer in enumerate(LAYERS) if part in layer)
    below = {name for layer in LAYERS[:level] for name in layer} | {part}
    public = {"__version__", "assess", "load_knowledge"} if part == "cli" else set()
    return names - below - public


@pytest.mark.parametrize("path", sorted(SOURCE.rglob("*.py")), ids=lambda path: str(path.relative_to(SOURCE)))
def test_imports_point_one_way(path: Path) -> None:
    assert not wrong_imports(part_of(path), imported(path))


def test_the_import_check_can_fail() -> None:
    assert wrong_imports("criteria", {"engine"}) == {"engine"}


@pytest.mark.parametrize("path", sorted(SOURCE.rglob("*.py")), ids=lambda path: str(path.relative_to(SOURCE)))
def test_modules_are_small(path: Path) -> None:
    assert len(path.read_text("utf-8").splitlines()) <= 250


def test_the_core_prints_nothing() -> None:
    for path in SOURCE.rglob("*.py"):
        if part_of(path) != "cli":
            names = {node.id for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.Name)}
            assert not names & {"print", "input"}, path


def test_no_question_or_condition_is_named_in_the_code() -> None:
    """Clinical facts live in the data: no id of a question, condition or flag stands in Python."""
    from sciaticheck import load_knowledge

    known = load_knowledge()
    ids = {*known.questions, *known.conditions, *known.red_flags, *known.sources}
    for path in SOURCE.rglob("*.py"):
        texts = {
            node.value
            for node in ast.walk(ast.parse(path.read_text("utf-8")))
            if isinstance(node, ast.Constant) and isinstance(node.value, str)
        }
        assert not texts & ids, path


@pytest.mark.parametrize(
    "command",
    [
        ("ruff", "check", "."),
        ("ruff", "format", "--check", "."),
        ("mypy",),
        ("yamllint", "--strict", "."),
        ("sciaticheck", "knowledge", "lint"),
        ("sciaticheck", "knowledge", "verify"),
    ],
    ids=" ".join,
)
def test_the_tools_find_nothing(command: tuple[str, ...]) -> None:
    done = subprocess.run([sys.executable, "-m", *command], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("name", list(documents()))
def test_made_documents_are_up_to_date(name: str) -> None:
    """If this fails: `python tests/documents.py`, then read the difference."""
    assert (ROOT / name).read_text("utf-8") == documents()[name]


def test_every_key_of_the_data_file_is_documented() -> None:
    from sciaticheck.knowledge.layout import KNOWLEDGE, TEXTS
    from sciaticheck.knowledge.shape import Items, Record, Table

    def keys(shape: object) -> set[str]:
        if isinstance(shape, Record) and not set(shape.must) >= set(TEXTS):
            fields = {**shape.must, **shape.may}
            return set(fields) | {key for inside in fields.values() for key in keys(inside)}
        return keys(shape.of) if isinstance(shape, Items | Table) else set()

    page = (ROOT / "docs" / "data-file.md").read_text("utf-8")
    assert {key for key in keys(KNOWLEDGE) if f"`{key}`" not in page} == set()


def test_every_key_of_the_result_is_documented() -> None:
    from sciaticheck.report.result_schema import result_schema

    schema = result_schema()
    page = (ROOT / "docs" / "output.md").read_text("utf-8")
    names = {*schema["properties"], *schema["$defs"]["result"]["properties"]}
    assert {name for name in names if f"`{name}`" not in page} == set()


def test_ci_runs_the_second_command_of_the_readme() -> None:
    commands = re.findall(r"```sh\n(python3 -m venv .*)\n```", (ROOT / "README.md").read_text("utf-8"))
    assert len(commands) == 2
    assert (ROOT / ".ci" / "run").read_text("utf-8").splitlines()[-1] == commands[1]


def test_links_between_documents_lead_somewhere() -> None:
    for page in [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")]:
        for target in re.findall(r"\]\((?!https?:)([^)#]+)\)", page.read_text("utf-8")):
            assert (page.parent / target).exists(), f"{page.name}: {target}"


@pytest.mark.parametrize("path", sorted((ROOT / "benchmarks").glob("*.py")), ids=lambda path: path.name)
def test_what_a_benchmark_takes_from_the_package_is_there(path: Path) -> None:
    """Some need tools that the tests do not have, so they are not run here."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("sciaticheck"):
            module = importlib.import_module(node.module or "")
            for name in node.names:
                if not hasattr(module, name.name):
                    importlib.import_module(f"{node.module}.{name.name}")
