"""Every broken file in tests/bad_data: what is said about it, and that the files around it are still read."""

from __future__ import annotations

import json
from pathlib import Path
from typing import NamedTuple

import pytest
from conftest import Run

from sciaticheck import Knowledge, Problem
from sciaticheck.inputs.files import respondents

BAD_DATA = Path(__file__).parent.parent / "bad_data"
ALLOWED = "Write yes, no or unsure, or leave it empty."


class Broken(NamedTuple):
    """A file and the one thing wrong with it; `read` are the ids of the respondents that can be read all the same."""

    file: str
    code: str
    line: int | None
    key: str | None
    said: tuple[str, ...]
    read: tuple[str, ...] = ()


FILES = (
    Broken("unknown_question.yaml", "unknown_question", 4, "both_leg", ("'both_leg'", "Did you mean 'both_legs'?")),
    Broken("unknown_question.json", "unknown_question", 3, "nite_pain", ("'nite_pain'", "Did you mean 'night_pain'?")),
    Broken("unknown_value.yaml", "unknown_value", 2, "night_pain", ("night_pain", "'on'", ALLOWED)),
    Broken("unknown_value.csv", "unknown_value", 3, "back_pain", ("back_pain", "'maybe'", ALLOWED), ("a", "c")),
    Broken("value_list.yaml", "unknown_value", 3, "night_pain", ("a list", ALLOWED)),
    Broken("value_map.json", "unknown_value", 2, "night_pain", ("a mapping", ALLOWED)),
    Broken("value_nan.json", "unknown_value", 2, "night_pain", ("'NaN'", ALLOWED)),
    Broken("duplicate_key.yaml", "duplicate_key", 4, "back_pain", ("'back_pain'", "duplicate", "line 2")),
    Broken("duplicate_key.json", "duplicate_key", 4, "back_pain", ("'back_pain'", "duplicate")),
    Broken("duplicate_key.jsonl", "duplicate_key", 2, "back_pain", ("'back_pain'", "duplicate"), ("a", "c")),
    Broken("conflict.yaml", "follow_up_conflict", 2, "both_legs_new", ("both_legs_new: unsure", "both_legs: no")),
    Broken(
        "conflict.csv",
        "follow_up_conflict",
        3,
        "weakness_worsening",
        ("weakness_worsening: yes", "leg_weakness: no"),
        ("a", "c"),
    ),
    Broken("anchor_bomb.yaml", "anchor", 1, None, ("&a", "not allowed")),
    Broken("alias.yaml", "anchor", 2, None, ("*back_pain", "not allowed")),
    Broken("merge_key.yaml", "merge_key", 2, None, ("<<", "not allowed")),
    Broken("tag.yaml", "tag", 2, None, ("python/object", "not allowed")),
    Broken("empty.yaml", "empty", None, None, ("empty",)),
    Broken("blank.json", "empty", None, None, ("empty",)),
    Broken("empty.csv", "empty", None, None, ("empty",)),
    Broken("empty.jsonl", "empty", None, None, ("empty",)),
    Broken("comments_only.yaml", "not_a_mapping", None, None, ("not nothing", "as in")),
    Broken("header_only.csv", "empty", None, None, ("no records",)),
    Broken("broken.yaml", "broken_yaml", 2, None, ("quotation mark is not closed", "Write 'night_pain: no'")),
    Broken("tab.yaml", "broken_yaml", 2, None, ("begins with a tab",)),
    Broken("broken.json", "broken_json", 3, None, ("not valid JSON", "'tru' has no quotation marks")),
    Broken("broken_line.jsonl", "broken_json", 2, None, ("not valid JSON", "the end is missing"), ("a", "c")),
    Broken("several_documents.yaml", "several_documents", 2, None, ("second document",)),
    Broken("list.yaml", "not_a_mapping", 1, None, ("begins with a dash",)),
    Broken("text.yaml", "not_a_mapping", 1, None, ("'my back hurts' has no colon",)),
    Broken("answers_list.yaml", "not_a_mapping", 3, "answers", ("begins with a dash",)),
    Broken("beside_answers.yaml", "unknown_key", 2, "night_pain", ("'night_pain'", "beside 'answers'", "only 'id'")),
    Broken("id_list.yaml", "bad_id", 1, "id", ("id", "text")),
    Broken("key_list.yaml", "bad_key", 1, None, ("plain text",)),
    Broken("unknown_column.csv", "unknown_question", 1, "back_pian", ("'back_pian'", "Did you mean 'back_pain'?")),
    Broken("duplicate_column.csv", "duplicate_key", 1, "back_pain", ("'back_pain'", "duplicate")),
    Broken("open_quote.csv", "broken_csv", 3, None, ("quotation mark", "never closed"), ("a",)),
)


def read(path: Path, knowledge: Knowledge) -> tuple[list[str], list[Problem]]:
    """The ids that could be read, and the problems."""
    ids, problems = [], []
    for respondent, wrong in respondents([str(path)], knowledge):
        ids += [respondent.id] if respondent else []
        problems += wrong
    return ids, problems


@pytest.mark.parametrize("broken", FILES, ids=lambda broken: broken.file)
def test_a_broken_file_is_one_problem_that_says_where_and_what(broken: Broken, knowledge: Knowledge) -> None:
    path = BAD_DATA / broken.file
    ids, problems = read(path, knowledge)
    assert [(problem.code, problem.line, problem.key) for problem in problems] == [
        (broken.code, broken.line, broken.key)
    ]
    assert problems[0].source == str(path)
    assert [words for words in broken.said if words not in problems[0].message] == []
    assert tuple(ids) == broken.read


def test_every_wrong_row_is_reported_and_the_others_are_read(knowledge: Knowledge) -> None:
    ids, problems = read(BAD_DATA / "ragged_row.csv", knowledge)
    assert [(problem.code, problem.line) for problem in problems] == [("bad_row", 3), ("bad_row", 5)]
    assert "2 values, but the first row names 3 columns" in problems[0].message
    assert ids == ["a", "c"]


def test_every_broken_file_is_looked_at() -> None:
    assert {path.name for path in BAD_DATA.iterdir()} == {broken.file for broken in FILES} | {"ragged_row.csv"}


def test_all_of_them_in_one_run_are_reported_beside_the_good_ones(run: Run, tmp_path: Path) -> None:
    good = tmp_path / "good.yaml"
    good.write_text("saddle_numbness: yes\n")
    status, out, err = run("check", str(BAD_DATA), str(good), "-f", "json")
    payload = json.loads(out)
    assert status == 2
    assert "Traceback" not in out + err
    assert {Path(error["source"]).name for error in payload["errors"]} == {path.name for path in BAD_DATA.iterdir()}
    assert all(set(error) == {"source", "line", "key", "code", "message"} for error in payload["errors"])
    assert payload["results"][0]["id"] == "good"
    assert payload["summary"]["complete"] is False
    *lines, last = err.splitlines()
    assert len(lines) == len(payload["errors"])
    assert "at or above same_day" in last


def test_a_message_names_file_and_line_the_way_editors_jump_to(run: Run) -> None:
    path = BAD_DATA / "unknown_question.yaml"
    assert run("check", str(path))[2].startswith(f"{path}:4: 'both_leg' is not a question. Did you mean 'both_legs'?\n")
