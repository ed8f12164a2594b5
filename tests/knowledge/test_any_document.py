"""Whatever stands in the place of a part of a data file: it is used or it is a problem, and never a crash."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from sciaticheck.knowledge.files import data_file, schema_file
from sciaticheck.knowledge.load import read_checked, to_knowledge
from sciaticheck.knowledge.references import reference_problems
from sciaticheck.knowledge.schema import layout_problems, read_schema
from sciaticheck.rules.criterion import parse, questions
from sciaticheck.strict_yaml import Path

SCHEMA = read_schema(schema_file())
WHOLE, SHA256 = read_checked(data_file())


def small() -> dict[str, Any]:
    """A sound document with a little of everything."""
    made: dict[str, Any] = deepcopy(WHOLE)
    for block, count in (("conditions", 2), ("red_flags", 4), ("guarantees", 1), ("screens", 1)):
        made[block] = dict(list(made[block].items())[:count])
    made["never_both"] = made["never_both"][:1]
    records = [*made["conditions"].values(), *made["red_flags"].values(), *made["guarantees"].values()]
    for condition in made["conditions"].values():
        condition["signs"] = dict(list(condition["signs"].items())[:2])
        records += condition["signs"].values()
    for flag in made["red_flags"].values():
        flag["points_to"] = list(made["conditions"])
    asked = {name for record in records if "when" in record for name in questions(parse(record["when"]))}
    asked |= {name for screen in made["screens"].values() for name in screen["asks"]} | set(made["never_both"][0])
    asked |= {name for record in records for name in record.get("only", ())}
    asked |= {parent for name in asked if (parent := made["questions"][name].get("only_if"))}
    made["questions"] = {name: question for name, question in made["questions"].items() if name in asked}
    for region in made["regions"].values():
        region["cites"] = region["cites"][:1]
    records += [*made["regions"].values(), made["safety_net"]]
    cited = {cite["source"] for record in records for cite in record["cites"]}
    cited |= {made["sources"][name].get("superseded_by", name) for name in cited}
    made["sources"] = {name: source for name, source in made["sources"].items() if name in cited}
    return made


SMALL = small()


def paths(value: Any, path: Path = ()) -> Iterator[Path]:
    """The path of every part of a document."""
    yield path
    if isinstance(value, dict | list):
        for key, inside in value.items() if isinstance(value, dict) else enumerate(value):
            yield from paths(inside, (*path, key))


# Blocks that hold little come up as often as those that hold much.
PATHS = st.sampled_from(list(SMALL)).flatmap(lambda block: st.sampled_from([*paths(SMALL[block], (block,))]))
VALUES = st.sampled_from(
    [None, True, 0, -1, 2, 2.0, 2.5, 10**14, "", " ", "x", "X", "fever", "2", "{x}", "{why}", "\x1b[31m", "x\n",
     "\u202e", [], [None], ["x"], ["fever", "fever"], [["fever"]], {}, {"x": "y"}, {"x\n": "y"}, {"\x1b[31m": "y"},
     {"any": ["x", "y"]}, {"all": ["fever", 2]}, {"at_least": {"count": 3, "of": ["x", "y"]}}, {"not": "fever"}]
)  # fmt: skip


def problems_in(document: Any) -> list[tuple[str, Path, str]]:
    layout = layout_problems(document, SCHEMA)
    return [*layout, *reference_problems(document, SCHEMA, {path[:2] for _, path, _ in layout})]


def test_the_document_that_is_changed_is_sound() -> None:
    assert problems_in(SMALL) == []
    assert to_knowledge(SMALL, SHA256).questions


@given(PATHS, VALUES, st.sampled_from(["replace", "remove", "add"]))
@settings(deadline=None, max_examples=200)
def test_any_value_in_any_place_is_used_or_is_a_problem(path: Path, value: Any, what: str) -> None:
    document: Any = deepcopy(SMALL)
    *way, last = path
    inside = document
    for key in way:
        inside = inside[key]
    if what == "remove":
        del inside[last]
    elif what == "add" and isinstance(inside[last], dict):
        inside[last]["added"] = value
    elif what == "add" and isinstance(inside[last], list):
        inside[last].append(value)
    else:
        inside[last] = value
    problems = problems_in(document)
    for code, where, message in problems:
        assert code
        assert where == () or where[0] in {*document, *SMALL}
        assert message.isprintable()
    assert len(set(problems)) == len(problems)
    if not problems:
        assert to_knowledge(document, SHA256).sha256 == SHA256


def test_no_document_at_all_is_a_problem() -> None:
    for value in (None, True, 1, "x", [], ["x"]):
        assert [code for code, _, _ in problems_in(value)] == ["not_mapping"]
    assert {code for code, _, _ in problems_in({})} == {"missing_key"}
