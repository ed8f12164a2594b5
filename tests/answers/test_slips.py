"""Slips of people who write an answers file by hand: the line, what is wrong, and what to write instead."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from sciaticheck import Knowledge, Problem
from sciaticheck.inputs.files import respondents

YAML = (
    ("answers:\n\tback_pain: yes\n", 2, "begins with a tab. Begin it with ordinary spaces, as in '  back_pain: yes'."),
    ("back_pain: yes\n# note\n\tfever: no\n", 3, "begins with a tab."),
    ("answers:\n  back_pain yes\n  fever: no\n", 2, "no colon (:) after 'back_pain'. Write 'back_pain: yes'."),
    ("answers:\n  fever: no\n  back_pain yes\n", 3, "no colon (:) after 'back_pain'. Write 'back_pain: yes'."),
    ("answers\n  fever: no\n", 1, "no colon (:) after 'answers'. Write 'answers:'."),
    ("fever no\nback_pain yes\n", 1, "no colon (:) after 'fever'. Write 'fever: no'."),
    ("fever: no\nfelt hot\nback_pain: no\n", 2, "'felt hot' has no colon. Begin the line with # if it is only a note."),
    ("answers:\n  back_pain:yes\n  fever: no\n", 2, "no space after the colon. Write 'back_pain: yes'."),
    ("back_pain = yes\n", 1, "'=' is not a colon (:). Write 'back_pain: yes'."),
    ("answers\uff1a\n  fever: no\n", 1, "'\uff1a' is not a colon (:). Write 'answers:'."),
    ("fever: no\nback_pain\uff1a yes\n", 2, "'\uff1a' is not a colon (:). Write 'back_pain: yes'."),
    ('fever: "no\nback_pain: no\n', 1, "the quotation mark is not closed. Write 'fever: no'."),
    ("answers:\n  fever: no\n   back_pain: no\n", 3, "too few or too many spaces."),
    ("answers:\n    fever: no\n  back_pain: no\n", 3, "too few or too many spaces."),
    ("answers:\n  - fever: no\n  - back_pain: no\n", 2, "begins with a dash. Write it without: 'fever: no'."),
    ("- fever: no\n- back_pain: no\n", 1, "begins with a dash. Write it without: 'fever: no'."),
    ("fever: no, back_pain: no\n", 1, "more after 'fever' than an answer. Write each question on a line of its own."),
    ("fever: yes: since Monday\n", 1, "more after 'fever' than an answer."),
    ("back_pain: `yes`\n", 1, "back_pain: '`yes`' is not an answer. Did you mean yes?"),
    ("fever: no\nback_pain: ?\n", 2, "back_pain: '?' is not an answer. Did you mean unsure?"),
    ("{fever: no, back_pain: no\n", 2, "not valid YAML"),
    ("# nothing yet\n", None, "Write each answer on a line of its own, as in 'chest_pain: no'."),
    ("answers: no\n", 1, "answers: must be questions, each with its answer"),
    ("answer:\n  fever: no\n", 1, "'answer' is not a question. If the answers are in it, call it 'answers'."),
    ("Answers:\n  fever: no\n", 1, "'Answers' is not a question. If the answers are in it, call it 'answers'."),
    ("patient:\n  fever: no\n", 1, "'patient' is not a question. If the answers are in it, call it 'answers'."),
    ("id: x\nanswers:\nfever: no\nback_pain: no\n", 2, "Remove 'answers', or put them in it."),
    (
        "name: Ann\nanswers:\n  fever: no\n",
        1,
        "'name' is beside 'answers', where only 'id' and 'date' may be. Remove it.",
    ),
    (
        "answers:\n  fever: no\nback_pain: no\n",
        3,
        "'back_pain' is beside 'answers', where only 'id' and 'date' may be. Put it",
    ),
    ("written: 2026-11-28\nfever: no\n", 1, "'written' is not a question. Remove it; 'sciaticheck questions' lists"),
    ("name: Ann\nfever: no\n", 1, "'name' is not a question. Remove it;"),
    ("Back pain: no\n", 1, "'Back pain' is not a question. Did you mean 'back_pain'?"),
    ("id: a\nfever: no\nid: b\n", 3, "duplicate key 'id' (first used on line 1). Keep one of them; two people need a"),
)
"""Each text has one slip: its line, and words of the message."""

JSON = (
    ('{"answers": {\n"back_pain": "yes",\n"fever": "no",\n}}\n', 3, "a comma after the last answer. Remove it."),
    ('{"fever": "no",}', 1, "a comma after the last answer. Remove it."),
    ('[{"fever": "no"},\n]', 1, "a comma after the last answer. Remove it."),
    ("{\n'fever': 'no'\n}", 2, "' is not the quotation mark that JSON needs. Write \" around every question"),
    ("{\"fever\": 'no'}", 1, "' is not the quotation mark"),
    ("{\u201cfever\u201d: \u201cno\u201d}", 1, "\u201c is not the quotation mark"),
    ("{fever: no}", 1, "'fever' has no quotation marks. Write \"fever\"."),
    ('{"fever":\nno}', 2, "'no' has no quotation marks. Write \"no\"."),
    ('{"fever": True}', 1, "'True' has no quotation marks. Write \"True\"."),
    ('{"fever": "no"\n"back_pain": "no"}', 1, 'no comma between \'{"fever": "no"\' and \'"back_pain"\'. Add it.'),
    ('{"fever" "no"}', 1, "no colon before '\"no\"'. Add it."),
    ('{"fever":\n}', 1, "no answer after the colon. Write null for unanswered"),
    ('{"fever": "no}\n', 1, 'a quotation mark (") is not closed on this line.'),
    ('{"fever": "no",\n// hot\n"back_pain": "no"}', 2, "'//' begins a note, and JSON has no notes. Remove it."),
    ('{"fever": "no"\n', 1, "the end is missing: perhaps a closing }"),
    ('"fever": "no"\n', 1, "does not begin with { and end with }. Add them."),
    ('{"fever": "no"}\n{"fever": "no"}\n', 2, "a second person's answers begin here. Write a file for each person."),
    ('{"fever": "no"}}\n', 1, "'}' is after the end of the answers. Remove it."),
    ('{"Answer": {"fever": "no"}}', 1, "'Answer' is not a question. If the answers are in it, call it 'answers'."),
    ('{"name": "Ann", "answers": {}}', 1, "'name' is beside 'answers', where only 'id' and 'date' may be. Remove it."),
    ('{"fever": "no",\n"fever": "no"}', 2, "duplicate key 'fever'. Keep one of them; two people need a file each."),
)

VALUES = {
    "maybe": "Did you mean unsure?",
    "dont know": "Did you mean unsure?",
    "n/a": "If it does not apply, that is no; if it was not asked, leave it empty.",
    "yes.": "Did you mean yes?",
    "Yes!": "Did you mean yes?",
    "no;": "Did you mean no?",
    "\u201cyes\u201d": "Did you mean yes?",
    "63": "It asks 'Were you over 50 when this began?'",
    "1961-05-02": "It asks 'Were you over 50 when this began?'",
    "y/n": "is not an answer. Write yes, no or unsure",
    "hardly": "is not an answer. Write yes, no or unsure",
    "no idea": "Did you mean unsure?",
    "yeah": "is not an answer. Write yes, no or unsure",
    "yes (38.5)": "is not an answer. Write yes, no or unsure",
}
"""A value that is no answer, and words of the message about it. Nothing may be taken for a no that is none."""


def problems_in(path: Path, knowledge: Knowledge) -> list[Problem]:
    return [problem for _, problems in respondents([str(path)], knowledge) for problem in problems]


@pytest.mark.parametrize(("text", "line", "said"), YAML)
def test_a_slip_in_yaml_is_named_on_its_line_and_what_to_write_is_right(
    text: str, line: int | None, said: str, tmp_path: Path, knowledge: Knowledge
) -> None:
    path = tmp_path / "a.yaml"
    path.write_text(text)
    (problem,) = problems_in(path, knowledge)
    assert problem.line == line
    assert said in problem.message
    if line and (write := re.search(r"(?:Write|as in|without:) '(.*)'\.", problem.message)):
        lines = text.split("\n")
        lines[line - 1] = re.sub(r"\S.*|\t.*", "", lines[line - 1]) + write[1]
        path.write_text("\n".join(lines))
        assert (line, said) not in [(each.line, each.message) for each in problems_in(path, knowledge)]


@pytest.mark.parametrize(("text", "line", "said"), JSON)
def test_a_slip_in_json_is_named_on_its_line(
    text: str, line: int, said: str, tmp_path: Path, knowledge: Knowledge
) -> None:
    path = tmp_path / "a.json"
    path.write_text(text)
    (problem,) = problems_in(path, knowledge)
    assert problem.line == line
    assert said in problem.message


@pytest.mark.parametrize("value", VALUES)
def test_of_a_value_that_is_no_answer_what_to_write_is_said_in_every_kind_of_file(
    value: str, tmp_path: Path, knowledge: Knowledge
) -> None:
    files = {
        "a.yaml": f"fever: no\nage_over_50: {value}\n",
        "a.json": f'{{"fever": false,\n"age_over_50": "{value}"}}',
        "a.jsonl": f'{{"fever": false}}\n{{"age_over_50": "{value}"}}\n',
        "a.csv": f"id,age_over_50\nx,{value}\n",
    }
    for name, text in files.items():
        (tmp_path / name).write_text(text)
        (problem,) = problems_in(tmp_path / name, knowledge)
        assert (problem.line, problem.key) == (2, "age_over_50")
        assert VALUES[value] in problem.message
        assert problem.message.endswith("Write yes, no or unsure, or leave it empty.")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.yaml", "answers:\n\tsaddle_numbness: yes\n"),
        ("a.yaml", "fever no\nsaddle_numbness = YES\n"),
        ("a.yaml", "answer:\n  saddle_numbness: yes\n"),
        ("a.yaml", "name: Ann\nsaddle_numbness: yes\n"),
        ("a.json", "{'saddle_numbness': 'yes'}"),
        ("a.json", '{"saddle_numbness": true,}'),
        ("a.jsonl", '{"saddle_numbness": "y",}\n'),
    ],
)
def test_a_file_that_cannot_be_read_says_so_if_it_seems_to_hold_an_emergency(
    name: str, text: str, tmp_path: Path, knowledge: Knowledge
) -> None:
    (tmp_path / name).write_text(text)
    assert "'saddle_numbness: yes' alone would be: emergency." in problems_in(tmp_path / name, knowledge)[0].message


def test_what_a_note_says_is_no_answer(tmp_path: Path, knowledge: Knowledge) -> None:
    (tmp_path / "a.yaml").write_text("fever no\n# saddle_numbness: yes\nback_pain: no # saddle_numbness: yes\n")
    assert "alone are" not in problems_in(tmp_path / "a.yaml", knowledge)[0].message


def test_blanks_copied_from_a_page_are_read_as_blanks(tmp_path: Path, knowledge: Knowledge) -> None:
    (tmp_path / "a.yaml").write_text("answers:\n\xa0 fever: no\n \xa0back_pain: yes\n\u3000 chest_pain: no\n")
    ((found, _),) = respondents([str(tmp_path / "a.yaml")], knowledge)
    assert found is not None
    assert found.answers == {"fever": "no", "back_pain": "yes", "chest_pain": "no"}
