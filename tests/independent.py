"""The contract once more, by other means: nothing here comes from the package.

An answer is a height (no 0, unanswered 1, unsure 2, yes 3). A criterion takes the height of its parts: `any` the
greatest, `all` the least, `at_least` the n-th greatest. The height of a red flag then says in which readings it is
present: 3 in all, 2 from the cautious on, 1 in the worst case only, 0 in none.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any, NamedTuple

import yaml

DATA: dict[str, Any] = yaml.safe_load(
    (Path(__file__).parent.parent / "data" / "conditions.yaml").read_text(encoding="utf-8")
)
QUESTIONS: dict[str, Any] = DATA["questions"]
PARENT: dict[str, str] = {name: raw["only_if"] for name, raw in QUESTIONS.items() if "only_if" in raw}
WORSE_FORMS: set[str] = {name for name, raw in QUESTIONS.items() if raw.get("worse_form")}
LEVELS = ["routine", "soon", "same_day", "emergency"]
HEIGHT = {"no": 0, None: 1, "unsure": 2, "yes": 3}
READING = [None, "worst_case", "cautious", "certain"]
STATE = ["absent", "possible", "possible", "present"]


class Found(NamedTuple):
    """What the contract promises about one record."""

    urgency: str
    possible_urgency: str
    complete: bool
    flags: dict[str, tuple[str, str | None]]
    signs: dict[tuple[str, str], str]
    scores: dict[str, float]
    points: dict[str, Fraction]
    pointed_to: dict[str, bool]
    ranked: list[str]


def conflict(answers: Mapping[str, str]) -> bool:
    """Whether a follow-up is yes or unsure under a parent no."""
    return any(answers.get(up) == "no" and HEIGHT[answers.get(name)] >= 2 for name, up in PARENT.items())


def counted(answers: Mapping[str, str]) -> dict[str, int]:
    """The height of every question once the follow-up rules have nothing left to say."""
    heights = {name: HEIGHT[answers.get(name)] for name in QUESTIONS}
    while True:
        before = dict(heights)
        for name, up in PARENT.items():
            if heights[up] == 0:
                heights[name] = 0
            elif heights[name] > heights[up]:
                heights[up] = heights[name]
        if heights == before:
            break
    for name in WORSE_FORMS:
        if heights[PARENT[name]] == 3 and heights[name] == 1:
            heights[name] = 2
    return heights


def height(criterion: Any, heights: Mapping[str, int]) -> int:
    """The height of a criterion as the data writes it."""
    if isinstance(criterion, str):
        return heights[criterion]
    ((kind, inside),) = criterion.items()
    parts = inside["of"] if kind == "at_least" else inside
    tallest = sorted((height(part, heights) for part in parts), reverse=True)
    return tallest[{"any": 0, "all": -1}[kind] if kind != "at_least" else int(inside["count"]) - 1]


def find(answers: Mapping[str, str]) -> Found:
    """Everything promised about answers without a conflict."""
    heights = counted(answers)
    flags = {name: height(raw["when"], heights) for name, raw in DATA["red_flags"].items()}
    signs = {
        (name, sign): height(inside["when"], heights)
        for name, raw in DATA["conditions"].items()
        for sign, inside in raw["signs"].items()
    }
    level = {name: LEVELS.index(raw["urgency"]) for name, raw in DATA["red_flags"].items()}
    certain = max([level[name] for name, high in flags.items() if high == 3], default=0)
    cautious = max([level[name] for name, high in flags.items() if high >= 2], default=0)
    possible = max([level[name] for name, high in flags.items() if high >= 1], default=0)
    urgency = max(certain, min(cautious, LEVELS.index("same_day")))
    points = {name: _points(name, flags, signs) for name in DATA["conditions"]}
    pointed_to = {name: "emergency" in _levels(name, flags) for name in DATA["conditions"]}
    return Found(
        urgency=LEVELS[urgency],
        possible_urgency=LEVELS[possible],
        complete=urgency == possible,
        flags={name: (STATE[high], READING[high]) for name, high in flags.items()},
        signs={name: STATE[high] for name, high in signs.items()},
        scores={name: _score(name, signs) for name in DATA["conditions"]},
        points=points,
        pointed_to=pointed_to,
        ranked=_ranked(points, pointed_to),
    )


def _weight(condition: str, sign: str) -> Fraction:
    return Fraction(str(DATA["weights"][DATA["conditions"][condition]["signs"][sign]["weight"]]))


def _score(condition: str, signs: Mapping[tuple[str, str], int]) -> float:
    own = {sign: high for (name, sign), high in signs.items() if name == condition}
    share = sum(_weight(condition, sign) for sign, high in own.items() if high == 3)
    return float(share / sum(_weight(condition, sign) for sign in own))


def _levels(condition: str, flags: Mapping[str, int]) -> set[str]:
    """The levels of the present flags that point to a condition."""
    every = DATA["red_flags"].items()
    return {raw["urgency"] for name, raw in every if flags[name] == 3 and condition in raw["points_to"]}


def _points(condition: str, flags: Mapping[str, int], signs: Mapping[tuple[str, str], int]) -> Fraction:
    """The rank points of a condition, by the rule in docs/output.md."""
    own = {sign: high for (name, sign), high in signs.items() if name == condition}
    points = sum((_weight(condition, sign) for sign, high in own.items() if high == 3), Fraction(0))
    weights = {sign: raw["weight"] for sign, raw in DATA["conditions"][condition]["signs"].items()}
    hallmarks = [high for sign, high in own.items() if weights[sign] == "hallmark"]
    if hallmarks and max(hallmarks) == 0:
        points -= Fraction(str(DATA["weights"]["hallmark"])) / 2
    levels = _levels(condition, flags)
    if "emergency" not in levels:
        words = {"same_day": "typical", "soon": "supporting"}
        points += sum(Fraction(str(DATA["weights"][word])) for level, word in words.items() if level in levels)
    return points


def _ranked(points: Mapping[str, Fraction], pointed_to: Mapping[str, bool]) -> list[str]:
    """The conditions: pointed to by an emergency first, then by rank points, then in the order of the data."""
    return sorted(DATA["conditions"], key=lambda condition: (not pointed_to[condition], -points[condition]))
