"""The rules of the house, held by reading the code: layers, banned words, tools, and documents that are true."""

from __future__ import annotations

import ast
import importlib
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from documents import documents
from sciaticheck.report import RESULT_SCHEMA

ROOT = Path(__file__).parent.parent
SOURCE = ROOT / "src" / "sciaticheck"

LAYERS = [
    ["errors"],
    ["version", "text_file", "whole_file", "rules", "strict_yaml"],
    ["knowledge"],
    ["answers"],
    ["engine"],
    ["formats", "interview"],
    ["inputs"],
    ["comparison", "evaluation"],
    ["measures"],
    ["batch"],
    ["report"],
    ["web"],
    ["cli"],
    ["__init__", "__main__"],
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
    return names - below


@pytest.mark.parametrize("path", sorted(SOURCE.rglob("*.py")), ids=lambda path: str(path.relative_to(SOURCE)))
def test_imports_point_one_way(path: Path) -> None:
    assert not wrong_imports(part_of(path), imported(path))


def test_the_import_check_can_fail() -> None:
    assert wrong_imports("rules", {"engine"}) == {"engine"}


def ties() -> dict[str, set[str]]:
    """The modules that each module imports anywhere in it, also in functions and for types alone."""
    names = {path: ".".join(path.relative_to(SOURCE.parent).with_suffix("").parts) for path in SOURCE.rglob("*.py")}
    names = {path: name.removesuffix(".__init__") for path, name in names.items()}
    found: dict[str, set[str]] = {name: set() for name in names.values()}
    for path, name in names.items():
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module:
                theirs = {f"{node.module}.{alias.name}" for alias in node.names} & found.keys()
                found[name] |= theirs or {node.module} & found.keys()
            elif isinstance(node, ast.Import):
                found[name] |= {alias.name for alias in node.names} & found.keys()
    return found


def circles(tied: dict[str, set[str]]) -> set[str]:
    """What is left when whatever imports nothing that is left is taken away, again and again."""
    left = {name: set(others) for name, others in tied.items()}
    while done := {name for name, others in left.items() if not others & left.keys()}:
        left = {name: others for name, others in left.items() if name not in done}
    return set(left)


def test_no_modules_import_each_other_in_a_circle() -> None:
    tied = ties()
    assert len(tied["sciaticheck.cli.check"]) > 5
    assert circles({**tied, "sciaticheck.errors": {"sciaticheck.cli.check"}}) > {"sciaticheck.errors"}
    assert circles(tied) == set()


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


def keys(schema: object) -> set[str]:
    """Every key that a JSON Schema names."""
    if isinstance(schema, list):
        return {key for part in schema for key in keys(part)}
    if not isinstance(schema, dict):
        return set()
    own = set(schema.get("properties", {}))
    return own | {key for name, part in schema.items() if name != "placeholders" for key in keys(part)}


def test_every_key_of_the_data_file_is_documented() -> None:
    schema = json.loads((ROOT / "data" / "conditions.schema.json").read_text("utf-8"))
    shown = schema["properties"]["texts"]["properties"]
    schema["properties"]["texts"]["properties"] = {
        name: shown[name] for name in ("notice", "unreviewed", "not_all_clear")
    }
    page = (ROOT / "docs" / "data-file.md").read_text("utf-8")
    assert {key for key in keys(schema) if f"`{key}`" not in page} == set()


def test_every_key_of_the_result_is_documented() -> None:
    schema = json.loads(RESULT_SCHEMA.read_text("utf-8"))
    page = (ROOT / "docs" / "output.md").read_text("utf-8")
    assert {name for name in keys(schema) if f"`{name}`" not in page} == set()


def test_ci_runs_the_second_command_of_the_readme() -> None:
    commands = re.findall(r"```sh\n(python3 -m venv .*)\n```", (ROOT / "README.md").read_text("utf-8"))
    assert len(commands) == 2
    assert (ROOT / ".ci" / "run").read_text("utf-8").splitlines()[-1] == commands[1]


def test_links_between_documents_lead_somewhere() -> None:
    for page in [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")]:
        for target in re.findall(r"\]\((?!https?:)([^)#]+)\)", page.read_text("utf-8")):
            assert (page.parent / target).exists(), f"{page.name}: {target}"


PLACES = ("src", "tests", "docs", "data", "examples", "benchmarks")
OWN_MODULES = {path.name for path in SOURCE.iterdir() if path.is_dir()}


@pytest.mark.parametrize(
    "page", sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")]), ids=lambda page: page.name
)
def test_files_and_tests_that_a_document_names_exist(page: Path) -> None:
    """Paths in backticks, from the root or from the package; `file::name` names a test in it."""
    if page.name == "CHANGELOG.md":
        return  # it names what was there
    for name in re.findall(r"`((?:[a-z_]+/)[\w./-]+\.\w+(?:::\w+)?)`", page.read_text("utf-8")):
        file, _, test = name.partition("::")
        first = file.split("/")[0]
        path = (SOURCE if first in OWN_MODULES - {"data"} and not (ROOT / file).exists() else ROOT) / file
        if first in PLACES or first in OWN_MODULES:
            assert path.exists(), f"{page.name}: {name}"
            assert not test or f"def {test}(" in path.read_text("utf-8"), f"{page.name}: {name}"


@pytest.mark.parametrize("path", sorted((ROOT / "benchmarks").glob("*.py")), ids=lambda path: path.name)
def test_what_a_benchmark_imports_is_there(path: Path) -> None:
    """From the package and its neighbours. Some need tools that the tests do not have, so they are not run here."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        beside = path.with_name(f"{node.module}.py") if isinstance(node, ast.ImportFrom) else path
        if isinstance(node, ast.ImportFrom) and beside.exists():
            text = beside.read_text("utf-8")
            assert all(re.search(rf"^(def|class) {name.name}\b|^{name.name}\b.* = ", text, re.M) for name in node.names)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("sciaticheck"):
            module = importlib.import_module(node.module or "")
            for name in node.names:
                if not hasattr(module, name.name):
                    importlib.import_module(f"{node.module}.{name.name}")
