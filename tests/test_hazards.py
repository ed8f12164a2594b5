"""The safety case: well formed, every named test is there, and nobody has accepted a risk."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any

import pytest

from documents import HAZARDS, safety_case
from sciaticheck.knowledge.schema import read_checked_by

ROOT = Path(__file__).parent.parent


def missing(hazards: list[dict[str, Any]], root: Path = ROOT) -> list[str]:
    """The named tests that are not there, each after the id of its hazard."""
    gone = []
    for hazard in hazards:
        for test in [test for control in hazard["controls"] for test in control["tests"]]:
            file, _, name = test.partition("::")
            tree = ast.parse((root / file).read_text("utf-8")) if (root / file).is_file() else ast.Module([], [])
            if name not in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}:
                gone.append(f"{hazard['id']}: {test}")
    return gone


def test_the_safety_case_is_well_formed() -> None:
    case = safety_case()
    assert case.problems == []
    ids = [hazard["id"] for hazard in case.value["hazards"]]
    assert ids == sorted(set(ids))
    assert {section.get("list") for section in case.value["sections"]} == {None, "hazards", "misuse"}


def test_every_test_that_a_hazard_names_is_there() -> None:
    assert missing(safety_case().value["hazards"]) == []


@pytest.mark.parametrize("edit", ["_gone", ".py"])
def test_a_test_that_is_gone_or_renamed_is_found(edit: str, tmp_path: Path) -> None:
    hazards = safety_case().value["hazards"]
    test = hazards[0]["controls"][0]["tests"][0]
    renamed = test + edit if edit == "_gone" else test.replace(".py::", "_gone.py::")
    hazards[0]["controls"][0]["tests"][0] = renamed
    assert missing(hazards) == [f"H01: {renamed}"]


def test_nobody_has_accepted_a_risk_and_a_hazard_without_a_proved_control_stays_open() -> None:
    """`accepted` is for a clinical safety officer, whom the project does not have."""
    for hazard in safety_case().value["hazards"]:
        assert hazard["state"] != "accepted"
        assert hazard["state"] == "open" or all(control["tests"] for control in hazard["controls"]), hazard["id"]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("severity: catastrophic", "severity: terrible", "'terrible' is not one of minor, significant"),
        ("    owner: the maintainers\n", "", "hazards.0: key 'owner' is missing"),
        ("tests/rules/test_rules.py::test_the", "tests/rules/test_rules.py test_the", "does not have the form"),
    ],
)
def test_a_fault_in_the_safety_case_is_named(old: str, new: str, said: str, tmp_path: Path) -> None:
    text = HAZARDS.read_text("utf-8")
    assert old in text
    (tmp_path / "hazards.yaml").write_text(text.replace(old, new, 1), "utf-8")
    document = read_checked_by(HAZARDS.with_name("hazards.schema.json"), str(tmp_path / "hazards.yaml"))
    assert any(said in str(problem) for problem in document.problems), document.problems
