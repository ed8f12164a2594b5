"""The strict reader: what it reads is text as it was written, and no text whatever makes it raise."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sciaticheck.strict_yaml import MAX_DEPTH, read

PIECES = st.sampled_from(
    ["a", "b", "yes", "no", ":", ": ", "- ", "? ", "\n", "\n  ", "\n    ", "\t", " ", ",", "[", "]", "{", "}", '"', "'",
     "|\n", ">-\n", "&a ", "*a", "!!str ", "!x ", "<<", "---\n", "...\n", "%YAML 1.1\n", "%TAG ! x\n", "#", "~", "null",
     "\\", "\\e", "\x00", "\x1b", "\x85", "\u2028", "\ufeff", "\ud800", "é", "王", "😀"]
)  # fmt: skip
ANY_TEXT = st.text(st.characters(), max_size=100) | st.lists(PIECES, max_size=40).map("".join)


def depth(value: Any) -> int:
    if isinstance(value, dict):
        return 1 + max(map(depth, value.values()), default=0)
    return 1 + max(map(depth, value), default=0) if isinstance(value, list) else 0


@given(ANY_TEXT)
@settings(max_examples=500, deadline=None, database=None)
def test_any_text_gives_a_document(text: str) -> None:
    document = read(text, "source")
    assert depth(document.value) <= MAX_DEPTH
    lines = text.count("\n") + text.count("\r") + text.count("\x85") + text.count("\u2028") + text.count("\u2029") + 1
    for problem in document.problems:
        assert problem.source == "source"
        assert problem.line is None or 1 <= problem.line <= lines + 1


@given(st.dictionaries(st.text("ab_", min_size=1, max_size=9), st.text("ab0 _.:#-", max_size=9)))
@settings(max_examples=100, deadline=None, database=None)
def test_a_mapping_of_quoted_words_comes_back_as_it_was_written(words: dict[str, str]) -> None:
    text = "".join(f'"{key}": "{value}"\n' for key, value in words.items())
    document = read(text)
    assert document.problems == []
    assert (document.value or {}) == words
    assert [document.line((key,)) for key in words] == list(range(1, len(words) + 1))


@pytest.mark.parametrize(
    "word", ["no", "yes", "on", "off", "true", "12:30", "007", "0x1F", "1_000", "1.0", ".inf", "2026-11-01", "=", "1e3"]
)
def test_a_plain_value_is_the_text_that_was_written(word: str) -> None:
    assert read(f"a: {word}").value == {"a": word}
    assert read(f"{word}: a").value == {word: "a"}


@pytest.mark.parametrize("word", ["", "~", "null", "Null", "NULL"])
def test_only_a_plain_nothing_is_none(word: str) -> None:
    assert read(f"a: {word}").value == {"a": None}
    assert read(f"a: '{word}'").value == {"a": word}


@pytest.mark.parametrize(
    ("word", "value"),
    [("true", True), ("false", False), ("0", 0), ("3", 3), ("-1", -1), ("1.5", 1.5), ("0.25", 0.25), ("2.0", 2.0)],
)
def test_only_where_asked_are_plain_true_false_and_decimal_numbers_read_as_in_json(word: str, value: object) -> None:
    found: Any = read(f"a: {word}", typed=True).value
    assert (found, type(found["a"])) == ({"a": value}, type(value))
    assert read(f"a: {word}").value == {"a": word}
    assert read(f"a: '{word}'", typed=True).value == {"a": word}
    assert read(f"{word}: a", typed=True).value == {word: "a"}


@pytest.mark.parametrize(
    "word",
    ["no", "yes", "True", "TRUE", "on", "12:30", "007", "0x1F", "1_000", "+1", ".5", "1.", "1e3", ".inf", "2026-11-01",
     "1.2.3", "²", "٣", "9" * 16, "--1"],
    ids=ascii,
)  # fmt: skip
def test_any_other_plain_value_stays_text_also_where_types_are_asked_for(word: str) -> None:
    assert read(f"a: {word}", typed=True).value == {"a": word}


def test_every_part_has_its_line() -> None:
    document = read("a: x\nb:\n  - y\n  - {c: z,\n     d: [p,\n q]}\n")
    lines = [document.line(path) for path in (("a",), ("b", 0), ("b", 1, "c"), ("b", 1, "d"), ("b", 1, "d", 1))]
    assert lines == [1, 3, 4, 5, 6]
    assert document.line(("b", 1, "nowhere", 3)) == 4


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("a: 1\na: 2\n", "duplicate_key", 2),
        ("a:\n  b: 1\n  'b': 2\n", "duplicate_key", 3),
        ("a: &x 1\n", "anchor", 1),
        ("\na: *x\n", "anchor", 2),
        ("a: !!str 1\n", "tag", 1),
        ("a: !own 1\n", "tag", 1),
        ("a: !!python/object:os.system {}\n", "tag", 1),
        ("a: 1\n<<: {b: 2}\n", "merge_key", 2),
        ("a: 1\n---\nb: 2\n", "several_documents", 2),
        ("? [a]\n: 1\n", "bad_key", 1),
        ("? {a: b}\n: 1\n", "bad_key", 1),
        ("a: 1\n b: 2\n", "broken_yaml", 2),
        ("a: [1\n", "broken_yaml", 2),
        ("a: \x00\n", "broken_yaml", 1),
        ("[" * 10_000, "too_deep", 1),
        ("{a: " * 10_000, "too_deep", 1),
        ("- " * 10_000, "too_deep", 1),
        ("\n".join(" " * place + "a:" for place in range(1_000)), "too_deep", MAX_DEPTH + 1),
    ],
)
def test_what_is_not_allowed_is_one_problem_with_its_line(text: str, code: str, line: int) -> None:
    assert [(problem.code, problem.line) for problem in read(text).problems] == [(code, line)]


def test_a_merge_key_in_quotes_is_a_key_like_any_other() -> None:
    assert read('"<<": a').value == {"<<": "a"}


def test_every_duplicate_is_named_and_the_first_value_stays() -> None:
    document = read("a: 1\nb: 2\na: {c: 3}\nb: 4\na: 5\n")
    assert [(problem.key, problem.line) for problem in document.problems] == [("a", 3), ("b", 4), ("a", 5)]
    assert document.value == {"a": "1", "b": "2"}


def test_nesting_up_to_the_limit_is_read() -> None:
    assert depth(read("[" * MAX_DEPTH + "]" * MAX_DEPTH).value) == MAX_DEPTH
