"""Shapes: what a part of a document may be. Each checks a value and makes its JSON Schema; none knows our file."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sciaticheck.errors import did_you_mean, shown, visible
from sciaticheck.strict_yaml import Path, Value

Report = Callable[[str, Path, str], None]
"""Takes a code, the path of what is wrong, and the message."""

ID = r"[a-z][a-z0-9_]{0,39}"
QUESTION_ID = r"[a-z][a-z0-9_]{0,25}"


@dataclass(frozen=True)
class Text:
    """Text that is not blank; `words` or `pattern` say what it may be. `null` where `optional`."""

    words: tuple[str, ...] = ()
    pattern: str | None = None
    optional: bool = False

    def check(self, value: Value, path: Path, report: Report) -> None:
        if value is None and self.optional:
            return
        if not isinstance(value, str) or not value.strip():
            report("not_text", path, f"must be text, not {kind(value)}")
        elif visible(value.replace("\n", "")) != value.replace("\n", ""):
            report("control_character", path, f"{shown(value)} holds a control character")
        elif self.words and value not in self.words:
            allowed = ", ".join(self.words)
            report("unknown_word", path, f"{shown(value)} is not one of {allowed}.{did_you_mean(value, self.words)}")
        elif self.pattern and not re.fullmatch(self.pattern, value):
            report("bad_form", path, f"{shown(value)} does not have the form {self.pattern}")

    def schema(self) -> dict[str, Any]:
        made: dict[str, Any] = {"type": ["string", "null"] if self.optional else "string"}
        if self.words:
            made["enum"] = list(self.words)
        elif self.pattern:
            made["pattern"] = f"^{self.pattern}$"
        return made


@dataclass(frozen=True)
class Number:
    """A positive number; with `whole`, an integer."""

    whole: bool = False

    def check(self, value: Value, path: Path, report: Report) -> None:
        if not isinstance(value, str) or not re.fullmatch(r"[0-9]{1,4}(\.[0-9]{1,4})?", value) or float(value) <= 0:
            report("not_number", path, f"must be a number above 0, not {kind(value)}")
        elif self.whole and not value.isdigit():
            report("not_number", path, f"must be a whole number, not {kind(value)}")

    def schema(self) -> dict[str, Any]:
        return {"type": "integer" if self.whole else "number", "exclusiveMinimum": 0}


@dataclass(frozen=True)
class Switch:
    """`true` or `false`, and no other spelling."""

    def check(self, value: Value, path: Path, report: Report) -> None:
        if value not in ("true", "false"):
            report("not_boolean", path, f"must be true or false, not {kind(value)}")

    def schema(self) -> dict[str, Any]:
        return {"type": "boolean"}


@dataclass(frozen=True)
class Items:
    """A list of one kind of thing, at least `least` long."""

    of: Shape
    least: int = 1

    def check(self, value: Value, path: Path, report: Report) -> None:
        if not isinstance(value, list):
            report("not_list", path, f"must be a list, not {kind(value)}")
            return
        if len(value) < self.least:
            report("too_short", path, f"needs at least {self.least} entry")
        for place, item in enumerate(value):
            self.of.check(item, (*path, place), report)

    def schema(self) -> dict[str, Any]:
        return {"type": "array", "items": self.of.schema(), "minItems": self.least}


@dataclass(frozen=True)
class Table:
    """A mapping from ids of a given form to one kind of thing, at least one."""

    of: Shape
    ids: str = ID

    def check(self, value: Value, path: Path, report: Report) -> None:
        if not isinstance(value, dict):
            report("not_mapping", path, f"must be a mapping, not {kind(value)}")
            return
        if not value:
            report("too_short", path, "needs at least one entry")
        for name, item in value.items():
            if not re.fullmatch(self.ids, name):
                report("bad_id", (*path, name), f"{shown(name)} does not have the form of an id: {self.ids}")
            self.of.check(item, (*path, name), report)

    def schema(self) -> dict[str, Any]:
        return {
            "type": "object",
            "patternProperties": {f"^{self.ids}$": self.of.schema()},
            "additionalProperties": False,
            "minProperties": 1,
        }


@dataclass(frozen=True)
class Record:
    """A mapping with known keys: those it must have and those it may have."""

    must: Mapping[str, Shape] = field(default_factory=dict)
    may: Mapping[str, Shape] = field(default_factory=dict)

    def check(self, value: Value, path: Path, report: Report) -> None:
        if not isinstance(value, dict):
            report("not_mapping", path, f"must be a mapping, not {kind(value)}")
            return
        known = {**self.must, **self.may}
        for name, item in value.items():
            if name in known:
                known[name].check(item, (*path, name), report)
            else:
                hint = did_you_mean(name, known) or f" Known: {', '.join(known)}."
                report("unknown_key", (*path, name), f"unknown key {shown(name)}.{hint}")
        for name in self.must:
            if name not in value:
                report("missing_key", path, f"key '{name}' is missing")

    def schema(self) -> dict[str, Any]:
        return {
            "type": "object",
            "properties": {name: shape.schema() for name, shape in {**self.must, **self.may}.items()},
            "required": list(self.must),
            "additionalProperties": False,
        }


@dataclass(frozen=True)
class Logic:
    """A criterion: a question's id, or any / all / at_least over criteria. Never "not"."""

    def check(self, value: Value, path: Path, report: Report) -> None:
        if isinstance(value, str):
            return
        if not isinstance(value, dict) or len(value) != 1:
            report("bad_criterion", path, "a criterion is a question id, or one of any, all, at_least")
            return
        ((name, inside),) = value.items()
        if name in ("any", "all"):
            Items(self, least=2).check(inside, (*path, name), report)
        elif name == "at_least":
            record = Record({"count": Number(), "of": Items(self, least=2)})
            record.check(inside, (*path, name), report)
            of, count = (inside.get("of"), str(inside.get("count"))) if isinstance(inside, dict) else (None, "")
            if isinstance(of, list) and not (re.fullmatch("[0-9]{1,4}", count) and 1 <= int(count) <= len(of)):
                report("bad_count", (*path, name), f"count must be a whole number from 1 to {len(of)}")
        else:
            report("bad_criterion", (*path, name), f"unknown key {shown(name)}: only any, all and at_least exist")

    def schema(self) -> dict[str, Any]:
        return {"$ref": "#/$defs/criterion"}


# Every shape has check(value, path, report), which reports what is wrong, and schema(), its JSON Schema.
Shape = Text | Number | Switch | Items | Table | Record | Logic


def kind(value: Value) -> str:
    """What a value is, in the words of the file: how a wrong one stands in a message."""
    if value is None:
        return "nothing"
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list):
        return "a list"
    return shown(value) if value.strip() else "blank text"
