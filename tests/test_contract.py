"""What others rely on. If one of these fails, somebody's program breaks: change the program, not the expectation."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from conftest import Run

from sciaticheck import Knowledge

HERE = Path(__file__).parent / "contract"
EXAMPLES = Path(__file__).parent.parent / "examples"

CONDITIONS = {
    "spinal_tumour", "metastatic_cord_compression", "sciatic_schwannoma", "prostate_cancer", "cauda_equina_syndrome",
    "spinal_infection", "vertebral_fracture", "aortic_aneurysm", "disc_herniation", "spinal_stenosis",
    "deep_gluteal_syndrome", "nonspecific_back_pain",
}  # fmt: skip


def test_no_question_is_renamed_or_changes_what_it_follows(knowledge: Knowledge) -> None:
    expected: dict[str, Any] = json.loads((HERE / "questions.json").read_text("utf-8"))
    for name, rule in expected.items():
        question = knowledge.questions[name]
        assert (question.group, question.only_if, question.worse_form) == tuple(rule.values())


def test_every_promised_condition_is_there(knowledge: Knowledge) -> None:
    assert set(knowledge.conditions) >= CONDITIONS


def shape(value: Any) -> Any:
    """The keys of a value, each with the shape of what it holds; of a list the shape of its first element."""
    if isinstance(value, dict):
        return {key: shape(inside) for key, inside in value.items()}
    if isinstance(value, list):
        return [shape(value[0])] if value else []
    return type(value).__name__


def lacking(expected: Any, found: Any, path: str = "") -> list[str]:
    """The paths that are expected and not found, or found with another shape; what is found beside them is free."""
    if isinstance(expected, dict) and isinstance(found, dict):
        return [
            each
            for key, inside in expected.items()
            for each in (lacking(inside, found[key], f"{path}.{key}") if key in found else [f"{path}.{key}"])
        ]
    if isinstance(expected, list) and isinstance(found, list):
        return lacking(expected[0], found[0], f"{path}[]") if expected and found else []
    return [] if expected == found else [f"{path}: {found} instead of {expected}"]


def test_the_json_has_the_promised_keys_and_kinds(run: Run, tmp_path: Path) -> None:
    (tmp_path / "wrong.yaml").write_text("bladder_star: yes\n")
    ran = run("check", str(EXAMPLES / "cauda-equina.yaml"), "wrong.yaml", "-f", "json")
    expected = json.loads((HERE / "result.json").read_text("utf-8"))
    assert lacking(shape(expected), shape(json.loads(ran.out))) == []


def test_the_words_of_urgency_and_reading_are_the_promised_ones(run: Run) -> None:
    ran = run("check", str(EXAMPLES), "-f", "json")
    flags = [flag for result in json.loads(ran.out)["results"] for flag in result["red_flags"]]
    assert {flag["urgency"] for flag in flags} <= {"emergency", "same_day", "soon", "routine"}
    assert {flag["reading"] for flag in flags} <= {"certain", "cautious", "worst_case"}
    assert {flag["state"] for flag in flags} <= {"present", "possible"}
