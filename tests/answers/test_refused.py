"""What is refused and cannot be kept as a file beside the tests: sizes, depths, encodings, links, folders, stdin."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

import pytest

from sciaticheck import Knowledge, Problem
from sciaticheck.inputs.files import respondents
from sciaticheck.text_file import MAX_ANSWERS

MEBIBYTE = 1024 * 1024
ALLOWED = "Write yes, no or unsure, or leave it empty."


class Found(NamedTuple):
    """The ids read, and the problems as (code, line)."""

    ids: list[str]
    problems: list[Problem]

    @property
    def codes(self) -> list[tuple[str, int | None]]:
        return [(problem.code, problem.line) for problem in self.problems]


def read(paths: Iterable[Path | str], knowledge: Knowledge) -> Found:
    found = Found([], [])
    for respondent, problems in respondents(map(str, paths), knowledge):
        found.ids.extend([respondent.id] if respondent else [])
        found.problems.extend(problems)
    return found


def written(path: Path, content: str | bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


@pytest.mark.parametrize(
    ("yaml", "shown"),
    [
        ("on", "'on'"),
        ("off", "'off'"),
        ("maybe", "'maybe'"),
        ("12:30", "'12:30'"),
        ("2", "'2'"),
        ("-1", "'-1'"),
        ("1.5", "'1.5'"),
        ("0x1", "'0x1'"),
        ("'~'", "'~'"),
        ("'?'", "'?'"),
        ("yes no", "'yes no'"),
        ("[yes]", "a list"),
        ("{left: yes}", "a mapping"),
        ("[[]]", "a list"),
    ],
)
def test_any_other_value_is_refused_and_what_is_allowed_is_said(
    yaml: str, shown: str, tmp_path: Path, knowledge: Knowledge
) -> None:
    path = written(tmp_path / "a.yaml", f"fever: no\nback_pain: {yaml}\n")
    (problem,) = read([path], knowledge).problems
    assert (problem.code, problem.source, problem.line, problem.key) == ("unknown_value", str(path), 2, "back_pain")
    assert f"back_pain: {shown} is not an answer" in problem.message
    assert ALLOWED in problem.message


@pytest.mark.parametrize("value", ["2", "-1", "1.5", "1e0", "1" + "0" * 5000, "NaN", "Infinity", "[true]", "{}", '"~"'])
def test_any_other_json_value_is_refused(value: str, tmp_path: Path, knowledge: Knowledge) -> None:
    path = written(tmp_path / "a.json", f'{{"back_pain":\n{value}}}')
    (problem,) = read([path], knowledge).problems
    assert (problem.code, problem.line, problem.key) == ("unknown_value", 1, "back_pain")
    assert len(problem.message) < 300


def test_every_problem_of_a_file_is_reported_at_once(tmp_path: Path, knowledge: Knowledge) -> None:
    text = "extra: yes\nanswers:\n  both_leg: yes\n  fever: on\n  both_legs: no\n  both_legs_new: yes\n"
    found = read([written(tmp_path / "a.yaml", text)], knowledge)
    assert found.codes == [
        ("unknown_key", 1),
        ("unknown_question", 3),
        ("unknown_value", 4),
        ("follow_up_conflict", 6),
    ]
    assert found.ids == []


@pytest.mark.parametrize("depth", [100, 10_000])
@pytest.mark.parametrize(
    ("name", "opening", "closing"),
    [
        ("list.yaml", "[", "]"),
        ("map.yaml", "{a: ", "}"),
        ("block.yaml", "- ", ""),
        ("list.json", "[", "]"),
        ("map.json", '{"back_pain":', "}"),
        ("line.jsonl", "[", "]"),
    ],
)
def test_deep_nesting_is_refused(
    name: str, opening: str, closing: str, depth: int, tmp_path: Path, knowledge: Knowledge
) -> None:
    text = opening * depth + "1" + closing * depth + "\n"
    (problem,) = read([written(tmp_path / name, text)], knowledge).problems
    assert problem.code in ("too_deep", "not_a_mapping", "unknown_value")
    assert problem.code == "too_deep" or name.endswith(("json", "jsonl"))


@pytest.mark.parametrize("name", ["big.yaml", "big.yml", "big.json", "BIG.YAML"])
def test_a_file_of_one_respondent_over_the_limit_is_refused_before_it_is_read(
    name: str, tmp_path: Path, knowledge: Knowledge, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = written(tmp_path / name, "")
    os.truncate(path, MAX_ANSWERS + 1)
    monkeypatch.setattr("builtins.open", lambda *args, **kwargs: pytest.fail("it was opened"))
    (problem,) = read([path], knowledge).problems
    assert problem.code == "too_large"
    assert str(MAX_ANSWERS) in problem.message


def test_a_file_of_one_respondent_at_the_limit_is_read(tmp_path: Path, knowledge: Knowledge) -> None:
    text = "back_pain: yes\n#"
    path = written(tmp_path / "full.yaml", text + "x" * (MAX_ANSWERS - len(text)))
    assert read([path], knowledge).ids == ["full"]


def test_a_line_over_the_limit_is_refused_alone(tmp_path: Path, knowledge: Knowledge) -> None:
    long = '{"id": "' + "x" * 3 * MEBIBYTE + '", "back_pain": true}\n'
    text = '{"id": "a", "back_pain": true}\n' + long + '{"id": "c", "back_pain": true}\n'
    found = read([written(tmp_path / "a.jsonl", text)], knowledge)
    assert found.codes == [("too_large", 2)]
    assert found.ids == ["a", "c"]


def test_a_csv_row_over_the_limit_is_refused_alone_and_never_cut(tmp_path: Path, knowledge: Knowledge) -> None:
    """Cut at the limit, the second row would read "yes": the rest of its cell says otherwise."""
    text = "id,back_pain\na,no\nb,yes" + " " * 2 * MEBIBYTE + "maybe\nc,no\n"
    found = read([written(tmp_path / "a.csv", text)], knowledge)
    assert [problem.line for problem in found.problems] == [3]
    assert found.ids == ["a", "c"]


@pytest.mark.parametrize(
    ("name", "content", "line"),
    [
        ("a.yaml", b"# caf\xc3\xa9\nid: caf\xe9\nback_pain: yes\n", 2),
        ("a.json", b'{"back_pain": true,\n\n"id": "caf\xe9"}', 3),
    ],
)
def test_a_file_that_is_not_utf8_is_refused(
    name: str, content: bytes, line: int, tmp_path: Path, knowledge: Knowledge
) -> None:
    found = read([written(tmp_path / name, content)], knowledge)
    assert found.codes == [("not_utf8", line)]
    assert found.ids == []


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.jsonl", b'{"id": "a", "fever": true}\n{"id": "caf\xe9", "fever": true}\n{"id": "c", "fever": true}\n'),
        ("a.csv", b"id,fever\ncaf\xe9,yes\na,no\nc,no\n"),
    ],
)
def test_of_many_only_the_record_that_is_not_utf8_is_refused(
    name: str, content: bytes, tmp_path: Path, knowledge: Knowledge
) -> None:
    found = read([written(tmp_path / name, content)], knowledge)
    assert found.codes == [("not_utf8", 2)]
    assert found.ids == ["a", "c"]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
@pytest.mark.parametrize("name", ["a.yaml", "a.json", "a.jsonl", "a.csv", "a.txt"])
def test_utf16_is_refused(name: str, encoding: str, tmp_path: Path, knowledge: Knowledge) -> None:
    text = {"a.json": '{"fever": true}', "a.jsonl": '{"fever": true}\n', "a.csv": "id,fever\na,yes\n"}
    found = read([written(tmp_path / name, text.get(name, "fever: yes\n").encode(encoding))], knowledge)
    assert found.ids == []
    assert found.problems
    if encoding == "utf-16":
        assert "UTF-16" in found.problems[0].message


def test_control_characters_in_yaml_are_refused_with_their_line(tmp_path: Path, knowledge: Knowledge) -> None:
    text = "# é é é é é é é é\n" * 20 + "back_pain: \x01\n" + "# é\n" * 20
    found = read([written(tmp_path / "a.yaml", text)], knowledge)
    assert found.codes == [("broken_yaml", 21)]


def not_there(tmp_path: Path) -> Path:
    return tmp_path / "none.yaml"


def dangling_link(tmp_path: Path) -> Path:
    (tmp_path / "link.yaml").symlink_to(tmp_path / "gone.yaml")
    return tmp_path / "link.yaml"


def link_to_itself(tmp_path: Path) -> Path:
    (tmp_path / "loop.yaml").symlink_to(tmp_path / "loop.yaml")
    return tmp_path / "loop.yaml"


def path_through_a_file(tmp_path: Path) -> Path:
    return written(tmp_path / "file.yaml", "fever: no\n") / "a.yaml"


def name_too_long(tmp_path: Path) -> Path:
    return tmp_path / ("x" * 300 + ".yaml")


@pytest.mark.parametrize(
    ("made", "code"),
    [
        (not_there, "not_found"),
        (dangling_link, "not_found"),
        (link_to_itself, "unreadable"),
        (path_through_a_file, "unreadable"),
        (name_too_long, "unreadable"),
    ],
)
def test_what_cannot_be_opened_is_a_problem_and_the_next_is_read(
    made: object, code: str, tmp_path: Path, knowledge: Knowledge
) -> None:
    path = made(tmp_path)  # type: ignore[operator]
    good = written(tmp_path / "good.yaml", "fever: no\n")
    found = read([path, good], knowledge)
    assert [(problem.code, problem.source) for problem in found.problems] == [(code, str(path))]
    assert found.ids == ["good"]


def test_a_file_without_permission_is_a_problem(
    tmp_path: Path, knowledge: Knowledge, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = written(tmp_path / "a.yaml", "fever: no\n")
    path.chmod(0)
    if os.access(path, os.R_OK):  # the superuser may read everything

        def denied(*args: object, **kwargs: object) -> None:
            raise PermissionError(13, "Permission denied", str(path))

        monkeypatch.setattr("builtins.open", denied)
    (problem,) = read([path], knowledge).problems
    assert problem.code == "unreadable"
    assert "Permission denied" in problem.message


@pytest.mark.parametrize("inside", [(), ("notes.txt",), (".hidden.yaml",), ("sub/readme.md",), (".git/a.yaml",)])
def test_a_folder_without_answer_files_is_a_problem(
    inside: tuple[str, ...], tmp_path: Path, knowledge: Knowledge
) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    for name in inside:
        written(folder / name, "fever: no\n")
    (problem,) = read([folder], knowledge).problems
    assert (problem.code, problem.source) == ("no_input", str(folder))
    assert ".yaml" in problem.message


def test_a_folder_is_searched_through_in_sorted_order(tmp_path: Path, knowledge: Knowledge) -> None:
    for name in ("b/2.yaml", "c.yaml", "a.json", "b/1.YML", "b/c/3.csv", "d.jsonl", "e.txt"):
        text = {"csv": "id,fever\n3,no\n", "json": '{"fever": false}', "jsonl": '{"id": "d", "fever": false}\n'}
        written(tmp_path / name, text.get(name.rpartition(".")[2], "fever: no\n"))
    assert read([tmp_path], knowledge).ids == ["a", "c", "d", "1", "2", "3"]


def test_a_folder_with_the_name_of_a_file_is_searched_too(tmp_path: Path, knowledge: Knowledge) -> None:
    written(tmp_path / "x.yaml" / "inner.yaml", "fever: no\n")
    assert read([tmp_path], knowledge).ids == ["inner"]
    assert read([tmp_path / "x.yaml"], knowledge).ids == ["inner"]


def test_links_that_loop_among_folders_end(tmp_path: Path, knowledge: Knowledge) -> None:
    written(tmp_path / "a" / "one.yaml", "fever: no\n")
    written(tmp_path / "b" / "two.yaml", "fever: no\n")
    (tmp_path / "a" / "up").symlink_to(tmp_path)
    (tmp_path / "a" / "across").symlink_to(tmp_path / "b")
    (tmp_path / "b" / "across").symlink_to(tmp_path / "a")
    found = read([tmp_path], knowledge)
    assert sorted(found.ids) == ["one", "two"]
    assert found.problems == []


def test_a_file_named_twice_is_read_once(tmp_path: Path, knowledge: Knowledge, monkeypatch: pytest.MonkeyPatch) -> None:
    path = written(tmp_path / "a.yaml", "fever: no\n")
    (tmp_path / "link.yaml").symlink_to(path)
    monkeypatch.chdir(tmp_path)
    assert read([path, "a.yaml", "./a.yaml", "link.yaml", tmp_path], knowledge).ids == ["a"]
