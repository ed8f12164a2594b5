"""Checks the references in the data file: ids, counts, placeholders and the order of follow-ups."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any

from sciaticheck.errors import did_you_mean, shown
from sciaticheck.knowledge.schema import LayoutProblem
from sciaticheck.rules.criterion import parse, questions
from sciaticheck.strict_yaml import Path

Report = Callable[[str, Path, str], None]
"""Takes a code, the path of the problem, and the message."""

MOST_ON_SCREEN = 6


def reference_problems(document: Any, schema: Mapping[str, Any], faulty: set[Path]) -> list[LayoutProblem]:
    """The problems with references. Entries whose path is in `faulty` have a wrong layout and are not checked."""
    problems: list[LayoutProblem] = []
    if not isinstance(document, dict):
        return problems

    def report(code: str, path: Path, message: str) -> None:
        problems.append((code, path, message))

    def sound(block: str) -> list[tuple[Path, str, Any]]:
        """The entries of a block that can be checked: path, name and value."""
        inside = document.get(block)
        if (block,) in faulty or not isinstance(inside, dict):
            return []
        return [((block, name), name, inside[name]) for name in inside if (block, name) not in faulty]

    def refers(path: Path, name: str, block: str) -> None:
        known = document.get(block)
        if isinstance(known, dict) and name not in known:
            singular = block.replace("_", " ")[:-1]
            hint = did_you_mean(name, known)
            report(f"unknown_{singular.replace(' ', '_')}", path, f"{shown(name)} is not a {singular}.{hint}")

    def all_refer(path: Path, names: Iterable[str], block: str) -> None:
        for index, name in enumerate(names):
            refers((*path, index), name, block)

    def cited(path: Path, cites: list[dict[str, str]]) -> None:
        for index, cite in enumerate(cites):
            refers((*path, "cites", index, "source"), cite["source"], "sources")

    def asks(path: Path, criterion: object) -> None:
        for name in dict.fromkeys(questions(parse(criterion))):
            refers((*path, "when"), name, "questions")
        counts((*path, "when"), criterion)

    def counts(path: Path, criterion: Any) -> None:
        """Reports the counts of `at_least` that are larger than the number of its parts."""
        for key, inside in criterion.items() if isinstance(criterion, dict) else ():
            parts_path, parts = ((*path, key, "of"), inside["of"]) if key == "at_least" else ((*path, key), inside)
            if key == "at_least" and inside["count"] > len(parts):
                report("bad_count", (*path, key), f"count must be a whole number from 1 to {len(parts)}")
            for index, part in enumerate(parts):
                counts((*parts_path, index), part)

    def dated(path: Path, value: str) -> None:
        try:
            date.fromisoformat(value)
        except ValueError:
            report("bad_form", path, f"{shown(value)} is not a day of the calendar")

    parents = {name: question.get("only_if") for _, name, question in sound("questions")}
    order = list(document["questions"]) if isinstance(document.get("questions"), dict) else []
    for path, name, question in sound("questions"):
        refers((*path, "group"), question["group"], "groups")
        parent = parents[name]
        if parent is not None:
            refers((*path, "only_if"), parent, "questions")
            if parents.get(parent):
                report("follow_up_chain", (*path, "only_if"), f"'{parent}' is itself a follow-up; one step only")
            if parent in order and order.index(parent) > order.index(name):
                report("follow_up_order", path, f"must come after '{parent}', whose follow-up it is")
        all_refer((*path, "yes_if_new"), question.get("yes_if_new", ()), "questions")
        if parent is None and question.get("worse_form"):
            report("worse_form", path, "worse_form is for follow-ups: add only_if")
    for path, _, source in sound("sources"):
        dated((*path, "date"), source["date"])
        if "superseded_by" in source:
            refers((*path, "superseded_by"), source["superseded_by"], "sources")
    regions = document.get("regions")
    for path, _, region in sound("regions"):
        cited(path, region["cites"])
    on_screen: dict[str, str] = {}
    for path, name, screen in sound("screens"):
        if len(screen["asks"]) > MOST_ON_SCREEN:
            report("too_long", (*path, "asks"), f"a screen shows at most {MOST_ON_SCREEN} questions")
        all_refer((*path, "asks"), screen["asks"], "questions")
        for index, asked in enumerate(screen["asks"]):
            if asked in on_screen:
                report("on_two_screens", (*path, "asks", index), f"'{asked}' is on '{on_screen[asked]}' too")
            on_screen[asked] = name
    for path, _, condition in sound("conditions"):
        cited(path, condition["cites"])
        for sign_name, sign in condition["signs"].items():
            asks((*path, "signs", sign_name), sign["when"])
            cited((*path, "signs", sign_name), sign["cites"])
    for path, _, flag in sound("red_flags"):
        asks(path, flag["when"])
        cited(path, flag["cites"])
        all_refer((*path, "points_to"), flag["points_to"], "conditions")
    for path, _, guarantee in sound("guarantees"):
        cited(path, guarantee["cites"])
        if set(guarantee) & {"when", "least", "only", "most"} not in ({"when", "least"}, {"only", "most"}):
            report("bad_guarantee", path, "needs either `when` and `least`, or `only` and `most`")
        if "when" in guarantee:
            asks(path, guarantee["when"])
        all_refer((*path, "only"), guarantee.get("only", ()), "questions")
    if not any(path[:1] == ("never_both",) for path in faulty):
        for index, pair in enumerate(document.get("never_both", ())):
            all_refer(("never_both", index), pair, "questions")
    for path, name, value in sound("safety_net"):
        if name == "cites":
            cited(path[:1], value)
    for path, _, by_region in sound("advice"):
        for region, advice in by_region.items():
            if isinstance(regions, dict) and region != "default":
                refers((*path, region), region, "regions")
            if "say" in advice:
                _check_placeholders((*path, region, "say"), advice["say"], {"why", "causes"}, set(), report)
    texts = schema["properties"]["texts"]["properties"]
    for path, name, text in sound("texts"):
        if name in texts:
            placeholders = set(texts[name].get("placeholders", ()))
            _check_placeholders(path, text, placeholders, placeholders, report)
    for path, name, value in sound("review"):
        if name in ("date", "due") and value is not None:
            dated(path, value)
    review = {name: value for _, name, value in sound("review")}
    if review.get("status") == "reviewed" and not (review.get("by") and review.get("date")):
        report("review", ("review", "status"), "'reviewed' needs a name in `by` and a date in `date`")
    return problems


def _check_placeholders(path: Path, text: str, may: set[str], must: set[str], report: Report) -> None:
    """Reports placeholders in braces that a text may not have, and missing ones."""
    names = set(re.findall(r"\{([^{}]*)\}", text))
    for name in sorted(names - may):
        message = f"{{{name}}} is not a placeholder here; allowed: {', '.join(sorted(may)) or 'none'}"
        report("bad_placeholder", path, message)
    for name in sorted(must - names):
        report("bad_placeholder", path, f"the placeholder {{{name}}} is missing")
