"""Whether everything that the data file names is there, and stands where it may."""

from __future__ import annotations

import re
from typing import Any

from sciaticheck.criteria import parse, questions
from sciaticheck.errors import did_you_mean, shown
from sciaticheck.knowledge.layout import TEXTS
from sciaticheck.knowledge.shape import Report
from sciaticheck.strict_yaml import Path

MOST_ON_SCREEN = 6


def check_references(document: dict[str, Any], faulty: set[Path], report: Report) -> None:
    """Whether everything named is there. Looks only at entries whose layout is sound: `faulty` names the others."""

    def sound(block: str) -> list[tuple[Path, str, Any]]:
        """The entries of a block that can be looked at: path, name and value."""
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

    def cited(path: Path, cites: list[dict[str, str]]) -> None:
        for place, cite in enumerate(cites):
            refers((*path, "cites", place, "source"), cite["source"], "sources")

    def asks(path: Path, criterion: object) -> None:
        for name in dict.fromkeys(questions(parse(criterion))):
            refers((*path, "when"), name, "questions")

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
                report("follow_up_order", path, f"must stand after '{parent}', whose follow-up it is")
        elif question.get("worse_form") == "true":
            report("worse_form", path, "worse_form is for follow-ups: add only_if")
    on_screen: dict[str, str] = {}
    for path, name, screen in sound("screens"):
        if len(screen["asks"]) > MOST_ON_SCREEN:
            report("too_long", (*path, "asks"), f"a screen shows at most {MOST_ON_SCREEN} questions")
        for place, asked in enumerate(screen["asks"]):
            refers((*path, "asks", place), asked, "questions")
            if asked in on_screen:
                report("on_two_screens", (*path, "asks", place), f"'{asked}' is on '{on_screen[asked]}' too")
            on_screen[asked] = name
    for path, _, condition in sound("conditions"):
        cited(path, condition["cites"])
        for sign_name, sign in condition["signs"].items():
            asks((*path, "signs", sign_name), sign["when"])
            cited((*path, "signs", sign_name), sign["cites"])
    for path, _, flag in sound("red_flags"):
        asks(path, flag["when"])
        cited(path, flag["cites"])
        for place, target in enumerate(flag["points_to"]):
            refers((*path, "points_to", place), target, "conditions")
    for path, _, guarantee in sound("guarantees"):
        cited(path, guarantee["cites"])
        if set(guarantee) & {"when", "least", "only", "most"} not in ({"when", "least"}, {"only", "most"}):
            report("bad_guarantee", path, "needs either `when` and `least`, or `only` and `most`")
        if "when" in guarantee:
            asks(path, guarantee["when"])
        for place, asked in enumerate(guarantee.get("only", ())):
            refers((*path, "only", place), asked, "questions")
    if not any(path[:1] == ("never_both",) for path in faulty):
        for number, pair in enumerate(document.get("never_both", ())):
            for place, asked in enumerate(pair):
                refers(("never_both", number, place), asked, "questions")
    for path, name, value in sound("safety_net"):
        if name == "cites":
            cited(path[:1], value)
    for path, _, regions in sound("advice"):
        for region, advice in regions.items():
            if "say" in advice:
                _check_places((*path, region, "say"), advice["say"], {"why", "causes"}, set(), report)
    for path, name, text in sound("texts"):
        if name in TEXTS:
            _check_places(path, text, set(TEXTS[name]), set(TEXTS[name]), report)
    review = {name: value for _, name, value in sound("review")}
    if review.get("status") == "reviewed" and not (review.get("by") and review.get("date")):
        report("review", ("review", "status"), "'reviewed' needs a name in `by` and a date in `date`")


def _check_places(path: Path, text: str, may: set[str], must: set[str], report: Report) -> None:
    """Whether a text has in braces only names it may have, and all that it must."""
    found = set(re.findall(r"\{([^{}]*)\}", text))
    for name in sorted(found - may):
        report("bad_place", path, f"{{{name}}} may not stand here; allowed: {', '.join(sorted(may)) or 'none'}")
    for name in sorted(must - found):
        report("bad_place", path, f"{{{name}}} is missing")
