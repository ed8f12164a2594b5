"""`knowledge verify` and `knowledge diff` find what they are for: one planted fault each."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace

from in_process import ran
from sciaticheck import Knowledge, load_knowledge
from sciaticheck.comparison import compare
from sciaticheck.knowledge.verify import verify

ROOT = Path(__file__).parents[2]
DATA = (ROOT / "data" / "conditions.yaml").read_text("utf-8")

SHADOWED = """  planted:
    name: Planted
    urgency: soon
    when: {all: [weight_loss, back_pain]}
    points_to: []
    cites:
      - {source: ahcpr, at: table 1, says: "planted"}
"""
REDUNDANT = SHADOWED.replace("{all: [weight_loss, back_pain]}", "{any: [weight_loss, night_pain]}")
UNREACHABLE = SHADOWED.replace("weight_loss, back_pain", "age_under_20, age_over_50")


def planted(path: Path, old: str, new: str) -> Path:
    """The data file with one change."""
    assert old in DATA
    path.write_text(DATA.replace(old, new, 1), "utf-8")
    return path


FAULTS = {
    "shadowed": ("red_flags:\n", f"red_flags:\n{SHADOWED}", 1, "[shadowed]"),
    "redundant": ("red_flags:\n", f"red_flags:\n{REDUNDANT}", 1, "[redundant]"),
    "unreachable": ("red_flags:\n", f"red_flags:\n{UNREACHABLE}", 1, "[unreachable]"),
    "negation": ("    when: weight_loss\n", "    when: {not: weight_loss}\n", 2, "only any, all and at_least exist"),
    "missing citation": (
        "    least: emergency\n    cites:\n      - {source: ces_card, at: paragraph before the list, "
        'says: "yes to any one item is enough for the emergency department"}\n',
        "    least: emergency\n",
        2,
        "key 'cites' is missing",
    ),
}
FAULTS["broken guarantee"] = (
    "    urgency: emergency\n    when: saddle_numbness\n",
    "    urgency: soon\n    when: saddle_numbness\n",
    1,
    "[broken_guarantee]",
)
FAULTS["unused question"] = (
    "  tummy_pain:\n    group: tummy\n",
    "  planted:\n    group: tummy\n    label: Planted\n    ask: Planted?\n    statement: planted\n"
    "    help: {means: Planted., check: Planted., why: Planted.}\n  tummy_pain:\n    group: tummy\n",
    1,
    "[unused_question]",
)


def test_the_packaged_content_has_no_finding() -> None:
    done = ran("knowledge", "verify")
    assert (done.status, done.out) == (0, "")


@pytest.mark.parametrize("name", FAULTS)
def test_a_planted_fault_is_found(name: str, tmp_path: Path) -> None:
    old, new, status, said = FAULTS[name]
    done = ran("knowledge", "verify", str(planted(tmp_path / "k.yaml", old, new)))
    assert done.status == status
    assert said in done.out + done.err


def test_every_guarantee_can_break(knowledge: Knowledge) -> None:
    """Without any red flag each promise of a least level breaks; with every flag an emergency each of a most."""
    none = replace(knowledge, red_flags={})
    flags = {name: replace(flag, urgency="emergency") for name, flag in knowledge.red_flags.items()}
    broken = {path for _, path, _ in [*verify(none), *verify(replace(knowledge, red_flags=flags))]}
    strict = {f"guarantees.{name}" for name, each in knowledge.guarantees.items() if each.least}
    assert strict <= broken
    assert "guarantees.night_pain_alone" in broken


def test_a_lowered_urgency_is_exit_status_1(tmp_path: Path) -> None:
    old, new, *_ = FAULTS["broken guarantee"]
    path = planted(tmp_path / "lower.yaml", old, new)
    path.write_text(path.read_text("utf-8").replace('knowledge_version: "', 'knowledge_version: "9'), "utf-8")
    lower = str(path)
    same = str(ROOT / "data" / "conditions.yaml")
    down = ran("knowledge", "diff", same, lower, "--cases", str(ROOT / "data" / "cases" / "published.yaml"))
    up = ran("knowledge", "diff", lower, same, "--cases", str(ROOT / "examples"))
    assert (down.status, up.status) == (1, 0)
    assert "emergency -> soon: New saddle sensory change" in down.out
    assert "soon -> emergency: New saddle sensory change" in up.out


def test_the_same_content_has_no_difference() -> None:
    knowledge = load_knowledge()
    found = compare(knowledge, knowledge, [("x", {"bladder_start": "yes"})])
    assert (found.raised, found.lowered, found.cases, found.goes_down) == ([], [], [], False)


def test_a_case_whose_result_changes_is_named(knowledge: Knowledge) -> None:
    flags = {name: flag for name, flag in knowledge.red_flags.items() if name != "saddle_change"}
    found = compare(knowledge, replace(knowledge, red_flags=flags), [("me", {"saddle_numbness": "yes"})])
    assert found.goes_down
    assert [(case.id, case.old_urgency, case.new_urgency) for case in found.cases] == [("me", "emergency", "routine")]
