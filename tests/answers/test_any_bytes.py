"""Whatever the bytes and whatever the file is called: a respondent or a problem, never an exception."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sciaticheck import Knowledge
from sciaticheck.errors import Problem
from sciaticheck.inputs.files import respondents

PIECES = st.sampled_from(
    [b"id", b"back_pain", b"both_legs", b"both_legs_new", b"answers", b"yes", b"no", b"unsure", b"\n", b"\r\n", b" ",
     b"  ", b"\t", b":", b": ", b",", b'"', b"'", b"{", b"}", b"[", b"]", b"- ", b"? ", b"---", b"&a ", b"*a", b"!!x ",
     b"<<", b"|\n", b"# ", b"\xef\xbb\xbf", b"\xff", b"\xe9", b"\x00", b"\x1b[31m", b"\\ud800", b"NaN", b"true",
     b"null", b"1", b"\xe2\x80\xae", b"%", b"@", b"`", b"~"]
)  # fmt: skip
CONTENT = st.binary(max_size=200) | st.lists(PIECES, max_size=40).map(b"".join)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("any")


@pytest.mark.parametrize("name", ["a.yaml", "a.json", "a.jsonl", "a.csv", "a"])
@given(content=CONTENT)
@settings(max_examples=150, deadline=None, database=None)
def test_any_bytes_give_respondents_or_problems(name: str, folder: Path, knowledge: Knowledge, content: bytes) -> None:
    path = folder / name
    path.write_bytes(content)
    notes: list[Problem] = []
    found = list(respondents([str(path)], knowledge, notes=notes))
    assert found or notes[0].code == "blank"
    for respondent, problems in found:
        assert (respondent is None) == bool(problems)
        if respondent is not None:
            assert respondent.id
            assert set(respondent.answers) <= set(knowledge.questions)
            assert set(respondent.answers.values()) <= {"yes", "no", "unsure"}
        for problem in problems:
            assert problem.source == str(path)
            assert "Cc" not in set(map(unicodedata.category, str(problem)))
