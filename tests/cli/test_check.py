"""`sciaticheck check`: exit statuses, what is printed where, and that nothing from outside can act on a terminal."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
import unicodedata
from pathlib import Path

import pytest
from conftest import Ran, Run, environment
from typer.testing import CliRunner

from sciaticheck import Knowledge, load_knowledge
from sciaticheck.cli import app

QUESTIONS = tuple(load_knowledge().questions)


def all_no_but(**answers: str) -> str:
    """Every question answered no, but for these."""
    return "".join(f"{name}: {answers.get(name, 'no')}\n" for name in QUESTIONS)


EMERGENCY = "saddle_numbness: yes\n"
SAME_DAY_OPEN = "both_legs: yes\n"  # since when is not said: same_day, and could be an emergency
SOON = all_no_but(night_pain="yes")
ROUTINE = all_no_but(back_pain="yes")
ROUTINE_OPEN = "back_pain: yes\n"
BROKEN = "back_pain: maybe\n"

FORMATS = ("table", "json", "jsonl", "csv", "markdown")
LINES = (*(("-f", name) for name in FORMATS), ("--plain",))


def check(*args: str, stdin: str | bytes | None = None) -> Ran:
    """`check` in this process; a fault of the program raises."""
    env = {"COLUMNS": "80", "NO_COLOR": "1"}
    done = CliRunner().invoke(app, ["check", *args], input=stdin, env=env, catch_exceptions=False)
    return Ran(done.exit_code, done.stdout_bytes.decode(), done.stderr_bytes.decode())


@pytest.fixture
def files(tmp_path: Path) -> dict[str, str]:
    """A file of each kind of answers, by name."""
    texts = {
        "emergency": EMERGENCY,
        "same_day_open": SAME_DAY_OPEN,
        "soon": SOON,
        "routine": ROUTINE,
        "routine_open": ROUTINE_OPEN,
        "broken": BROKEN,
    }
    paths = {}
    for name, text in texts.items():
        path = tmp_path / f"{name}.yaml"
        path.write_text(text)
        paths[name] = str(path)
    return paths


# For each file the statuses with --fail-on emergency, same_day, soon, never.
STATUSES = {
    "emergency": (1, 1, 1, 0),
    "same_day_open": (3, 1, 1, 0),
    "soon": (0, 0, 1, 0),
    "routine": (0, 0, 0, 0),
    "routine_open": (3, 3, 3, 0),
    "broken": (2, 2, 2, 2),
}
LEVELS = ("emergency", "same_day", "soon", "never")


@pytest.mark.parametrize(("level", "place"), [(level, place) for place, level in enumerate(LEVELS)])
@pytest.mark.parametrize("name", STATUSES)
def test_the_status_follows_fail_on(name: str, level: str, place: int, files: dict[str, str]) -> None:
    status = STATUSES[name][place]
    assert check(files[name], "--fail-on", level).status == status
    assert check(files[name], "--fail-on", level, "--allow-incomplete").status == (0 if status == 3 else status)


@pytest.mark.parametrize("name", STATUSES)
def test_without_fail_on_it_is_same_day(name: str, files: dict[str, str]) -> None:
    assert check(files[name]).status == STATUSES[name][1]


@pytest.mark.parametrize(
    ("names", "status"),
    [
        (("emergency", "routine_open", "broken"), 2),
        (("emergency", "broken"), 2),
        (("routine_open", "broken"), 2),
        (("routine", "broken"), 2),
        (("routine_open", "emergency"), 1),
        (("routine", "emergency", "soon"), 1),
        (("routine", "routine_open", "soon"), 3),
        (("routine", "soon"), 0),
    ],
)
def test_bad_input_comes_before_a_finding_and_a_finding_before_incomplete(
    names: tuple[str, ...], status: int, files: dict[str, str]
) -> None:
    assert check(*(files[name] for name in names)).status == status


@pytest.mark.parametrize("args", [(), ("a.yaml", "-f", "xml"), ("a.yaml", "--fail-on", "no"), ("a.yaml", "--nope")])
def test_wrong_usage_is_2(args: tuple[str, ...]) -> None:
    result = check(*args)
    assert result.status == 2
    assert result.out == ""
    assert "Error" in result.err


@pytest.mark.parametrize(
    ("args", "ends"),
    [
        (("emergency", "soon", "routine"), "3 respondents checked; 1 at or above same_day."),
        (("emergency", "soon", "--fail-on=soon"), "2 respondents checked; 2 at or above soon."),
        (("routine",), "1 respondent checked; 0 at or above same_day."),
        (
            ("routine_open",),
            "1 respondent checked; 0 at or above same_day, 1 more could reach it once open questions are answered.",
        ),
        (("emergency", "broken"), "1 respondent checked, 1 problem in the input; 1 at or above same_day."),
        (("broken",), "0 respondents checked, 1 problem in the input; 0 at or above same_day."),
        (("emergency", "--fail-on", "never"), "1 respondent checked."),
    ],
)
def test_stderr_ends_with_the_count_at_or_above_fail_on(
    args: tuple[str, ...], ends: str, files: dict[str, str]
) -> None:
    result = check(*(files.get(arg, arg) for arg in args))
    assert result.err.splitlines()[-1] == ends


def test_quiet_says_problems_only(files: dict[str, str]) -> None:
    assert check(files["emergency"], "--quiet").err == ""
    (line,) = check(files["emergency"], files["broken"], "-q").err.splitlines()
    assert line.startswith(f"{files['broken']}:1: back_pain: 'maybe' is not an answer")


@pytest.mark.parametrize("format", FORMATS)
def test_the_most_urgent_comes_first_in_every_format(format: str, files: dict[str, str]) -> None:
    out = check(*(files[name] for name in ("routine", "soon", "emergency", "same_day_open")), "-f", format).out
    marks = {
        "markdown": ("# EMERGENCY", "# TODAY", "# SOON", "# USUAL"),
        "json": ('"id": "emergency"', '"id": "same_day_open"', '"id": "soon"', '"id": "routine"'),
        "jsonl": ('"id": "emergency"', '"id": "same_day_open"', '"id": "soon"', '"id": "routine"'),
        "csv": ("emergency,", "same_day_open,", "\nsoon,", "\nroutine,"),
        "table": ("EMERGENCY", "TODAY", "SOON", "USUAL"),
    }[format]
    places = [out.index(mark) for mark in marks]
    assert places == sorted(places)


def test_among_equals_the_order_of_the_input_stands(tmp_path: Path) -> None:
    rows = "".join(f"p{number},{'yes' if number % 2 else 'no'}\n" for number in range(20))
    out = check("-", "-f", "jsonl", stdin="id,saddle_numbness\n" + rows).out
    ids = [json.loads(line)["id"] for line in out.splitlines()]
    assert ids == [f"p{number}" for number in (*range(1, 20, 2), *range(0, 20, 2))]


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("id: p\nsaddle_numbness: yes\n", ["p"]),
        ("saddle_numbness: yes\n", ["stdin"]),
        ("# a comment, with a comma\nsaddle_numbness: yes\n", ["stdin"]),
        ('{"id": "p", "saddle_numbness": true}', ["p"]),
        ('{\n "id": "p",\n "saddle_numbness": true\n}\n', ["p"]),
        ('{"id": "p", "saddle_numbness": true}\n{"id": "q", "fever": false}\n', ["p", "q"]),
        ("id,saddle_numbness\np,yes\nq,\n", ["p", "q"]),
        ("saddle_numbness\nyes\n", ["stdin:1"]),
        ("\ufeffid,saddle_numbness\r\np,yes\r\n", ["p"]),
    ],
)
def test_a_dash_reads_each_kind_from_stdin(text: str, ids: list[str]) -> None:
    result = check("-", "-f", "json", stdin=text.encode())
    payload = json.loads(result.out)
    assert [found["id"] for found in payload["results"]] == ids
    assert payload["results"][0]["source"] == "-"
    assert payload["results"][0]["answers"] == {"saddle_numbness": "yes"}
    assert payload["errors"] == []
    assert result.status == 1


@pytest.mark.parametrize(
    ("stdin", "code"),
    [
        (b"", "empty"),
        (b"\n \n", "empty"),
        (b"back_pain: yes\n#" + b"x" * 1024 * 1024, "too_large"),
        (b'{"back_pain": true, "id": "' + b"x" * 1024 * 1024 + b'"}', "too_large"),
        (b"back_pain: caf\xe9\n", "not_utf8"),
        ("back_pain: yes".encode("utf-16"), "not_utf8"),
        (b"\x00\x01\x02", "broken_yaml"),
        (b"[" * 10_000, "too_deep"),
    ],
)
def test_what_is_wrong_with_stdin_is_said_and_is_2(stdin: bytes, code: str) -> None:
    result = check("-", "-f", "json", stdin=stdin)
    (error,) = json.loads(result.out)["errors"]
    assert (error["source"], error["code"]) == ("-", code)
    assert result.status == 2


def test_a_broken_line_between_good_ones_is_one_error_in_json_too() -> None:
    text = '{"id": "a", "fever": false}\n{"id": "b", "fever"}\n{"id": "c", "saddle_numbness": true}\n'
    result = check("-", "-f", "json", stdin=text)
    payload = json.loads(result.out)
    (error,) = payload["errors"]
    assert set(error) == {"source", "line", "key", "code", "message"}
    assert (error["source"], error["line"], error["code"]) == ("-", 2, "broken_json")
    assert [found["id"] for found in payload["results"]] == ["c", "a"]
    assert payload["summary"] | {"by_urgency": None} == {
        "count": 2,
        "urgency": "emergency",
        "complete": False,
        "by_urgency": None,
    }


def test_an_error_in_json_has_all_that_stderr_says(files: dict[str, str]) -> None:
    (error,) = json.loads(check(files["broken"], "-f", "json").out)["errors"]
    message = error.pop("message")
    assert error == {"source": files["broken"], "line": 1, "key": "back_pain", "code": "unknown_value"}
    assert check(files["broken"]).err.startswith(f"{files['broken']}:1: {message}\n")


def test_json_without_a_result_is_still_one_whole_object(files: dict[str, str]) -> None:
    payload = json.loads(check(files["broken"], "-f", "json").out)
    assert payload["summary"] == {
        "count": 0,
        "urgency": None,
        "complete": False,
        "by_urgency": {"emergency": 0, "same_day": 0, "soon": 0, "routine": 0},
    }
    assert payload["results"] == []


def test_json_has_the_keys_of_the_contract(files: dict[str, str]) -> None:
    payload = json.loads(check(files["emergency"], "-f", "json").out)
    (result,) = payload["results"]
    assert list(payload) == ["schema_version", "tool", "knowledge", "summary", "results", "errors"]
    assert payload["schema_version"] == "1.0"
    assert payload["tool"]["name"] == "sciaticheck"
    assert set(payload["knowledge"]) >= {"version", "sha256", "review"}
    assert set(payload["summary"]) == {"count", "urgency", "complete", "by_urgency"}
    assert list(payload["summary"]["by_urgency"]) == ["emergency", "same_day", "soon", "routine"]
    assert {
        "id", "urgency", "possible_urgency", "complete", "red_flags", "conditions", "advice", "unsure", "unanswered",
        "answers",
    } <= set(result)  # fmt: skip
    assert set(result["red_flags"][0]) >= {
        "id", "name", "urgency", "state", "reading", "because", "points_to", "sources",
    }  # fmt: skip
    assert set(result["conditions"][0]) >= {
        "id", "name", "score", "signs_present", "signs_total", "signs", "sources",
    }  # fmt: skip
    assert set(result["advice"]) >= {"headline", "action", "say", "watch_for"}


def test_json_lines_are_the_results_with_schema_version_and_knowledge(files: dict[str, str]) -> None:
    names = [files[name] for name in ("emergency", "soon", "broken")]
    payload = json.loads(check(*names, "-f", "json").out)
    head = {"schema_version": payload["schema_version"], "knowledge": payload["knowledge"]}
    lines = [json.loads(line) for line in check(*names, "-f", "jsonl").out.splitlines()]
    assert lines == [head | result for result in payload["results"]]


# Text that moves the cursor, changes direction or colour, or that a renderer takes for its own.
NASTY = {
    "colour": "\x1b[31mred\x1b[0m",
    "title": "\x1b]0;title\x07",
    "c1": "\x9b31mred\x9d",
    "bell and backspace": "a\x07\x08b\x7f",
    "carriage return": "safe\rgone",
    "override": "\u202eabc",
    "every bidi control": "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069",
    "line separators": "a\u2028b\u2029c\x85d",
}


def acting(text: str) -> set[str]:
    """The characters in a text that a terminal would act on."""
    return {
        char
        for char in text
        if (unicodedata.category(char) == "Cc" and char != "\n")
        or unicodedata.bidirectional(char) in ("LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI")
        or char in "\u061c\u200e\u200f\u2028\u2029"
    }


def in_json(value: str, key: str) -> str:
    """Answers whose id is `value`, with that value under `key`."""
    return json.dumps({"id": value, key: "yes" if key == "back_pain" else value})


@pytest.mark.parametrize("args", LINES, ids=lambda args: args[-1])
@pytest.mark.parametrize("name", NASTY)
def test_an_id_cannot_act_on_a_terminal(name: str, args: tuple[str, ...], tmp_path: Path) -> None:
    first, second = tmp_path / "a.json", tmp_path / "b.yaml"
    first.write_text(in_json(NASTY[name], "back_pain"))
    second.write_text("back_pain: yes\n")
    for paths in ((first,), (first, second)):  # in full, and in a list
        result = check(*map(str, paths), *args)
        assert acting(result.out + result.err) == set()
        assert result.status == 3


@pytest.mark.parametrize("args", LINES, ids=lambda args: args[-1])
@pytest.mark.parametrize("name", NASTY)
def test_wrong_keys_values_and_file_names_cannot_act_on_a_terminal(
    name: str, args: tuple[str, ...], tmp_path: Path
) -> None:
    folder = tmp_path / f"{NASTY[name]}.d"
    folder.mkdir()
    (folder / "value.json").write_text(json.dumps({"back_pain": NASTY[name]}))
    (folder / "key.json").write_text(json.dumps({NASTY[name]: "yes"}))
    (folder / "column.csv").write_text(f'id,"{NASTY[name]}"\na,yes\n', encoding="utf-8", newline="")
    (folder / "beside.json").write_text(json.dumps({"answers": {}, NASTY[name]: "yes"}))
    (folder / "good.yaml").write_text("back_pain: yes\n")
    result = check(str(folder), *args)
    assert acting(result.out + result.err) == set()
    assert len(result.err.splitlines()) >= 5
    assert result.status == 2


@pytest.mark.parametrize("args", [("-f", "table"), ("--plain",), ("-f", "csv")], ids=lambda args: args[-1])
@pytest.mark.parametrize("id", ["[bold]b[/bold]", "[/]", ":warning:", "[link=http://x]", "{why}", "Ünal 王 \u0645"])
def test_an_id_is_shown_as_it_was_written(id: str, args: tuple[str, ...], tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(in_json(id, "back_pain"))
    assert id in check(str(tmp_path / "a.json"), *args).out


@pytest.mark.parametrize("value", ["[bold]b[/bold]", "[/]", ":warning:"])
def test_a_wrong_value_is_shown_as_it_was_written(value: str) -> None:
    assert f"'{value}' is not an answer" in check("-", stdin=json.dumps({"back_pain": value})).err


@pytest.mark.parametrize("id", ["=1+1", "+1", "-1", "@SUM(A1)", '=HYPERLINK("x","y")', "=1\n+1"])
def test_a_spreadsheet_cannot_run_an_id(id: str) -> None:
    out = check("-", "-f", "csv", stdin=in_json(id, "back_pain")).out
    _, row = csv.reader(io.StringIO(out))
    assert not row[0].startswith(("=", "+", "-", "@", "\t", "\r"))


@pytest.mark.parametrize("format", FORMATS)
def test_an_id_that_utf8_cannot_hold_is_written_all_the_same(format: str, run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text('{"id": "\\ud800", "back_pain": true}')
    for args in ((), ("-o", "out")):
        ran = run("check", "a.json", "-f", format, *args)
        assert ran.status == 3, ran.err


@pytest.mark.parametrize("format", FORMATS)
def test_output_goes_to_a_file_whole_and_the_same_as_to_stdout(
    format: str, tmp_path: Path, files: dict[str, str]
) -> None:
    target = tmp_path / "out"
    target.write_text("old")
    args = (files["emergency"], files["soon"], "-f", format)
    result = check(*args, "-o", str(target))
    assert result.out == ""
    assert result.status == 1
    assert target.read_text("utf-8") == check(*args).out


def test_output_through_a_link_replaces_what_it_points_to(tmp_path: Path, files: dict[str, str]) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "real")
    check(files["emergency"], "-f", "csv", "-o", str(tmp_path / "link"))
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real").read_text().startswith("id,urgency")


@pytest.mark.parametrize("failing", ["os.replace", "os.chmod", "tempfile.mkstemp"])
def test_an_output_that_fails_leaves_the_old_file_and_nothing_else(
    failing: str, tmp_path: Path, files: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*args: object, **kwargs: object) -> None:
        raise OSError(13, "Permission denied")

    (tmp_path / "out").mkdir()
    target = tmp_path / "out" / "result.json"
    target.write_text("old")
    monkeypatch.setattr(failing, fails)
    result = check(files["routine"], "-f", "json", "-o", str(target))
    assert result.status == 2
    assert f"cannot write {target}: Permission denied" in result.err
    assert target.read_text() == "old"
    assert list(target.parent.iterdir()) == [target]


@pytest.mark.parametrize("target", ["none/result.json", "file/result.json", "folder", "/dev/full"])
def test_an_output_that_cannot_be_written_is_one_clear_line(target: str, tmp_path: Path, files: dict[str, str]) -> None:
    (tmp_path / "file").write_text("")
    (tmp_path / "folder").mkdir()
    result = check(files["routine"], "-o", str(tmp_path / target))
    said, count = result.err.splitlines()
    assert said.startswith(f"sciaticheck: cannot write {tmp_path / target}: ")
    assert "at or above same_day" in count
    assert result.status == 2


COMMAND = (sys.executable, "-m", "sciaticheck")


@pytest.mark.parametrize("limit", ["ulimit -f 1; ", "ulimit -f 0; "])
def test_a_full_disk_leaves_the_old_file(limit: str, tmp_path: Path, files: dict[str, str]) -> None:
    target = tmp_path / "result.json"
    target.write_text("old")
    before = set(tmp_path.iterdir())
    shell = [
        "sh",
        "-c",
        limit + 'exec "$@"',
        "sh",
        *COMMAND,
        "check",
        files["routine"],
        "-f",
        "json",
        "-o",
        str(target),
    ]
    done = subprocess.run(shell, capture_output=True, env=environment(PYTHONDONTWRITEBYTECODE="1"), check=False)
    assert done.returncode == 2
    assert b"cannot write" in done.stderr
    assert b"Traceback" not in done.stderr
    assert target.read_text() == "old"
    assert set(tmp_path.iterdir()) == before


STREAMS = (
    ("routine", "-f", "table"),
    ("emergency", "-f", "table"),
    ("emergency", "soon", "-f", "table"),
    ("routine_open", "-f", "json"),
    ("routine", "--plain"),
)


def into(stream: object, args: tuple[str, ...], files: dict[str, str], *before: str) -> tuple[int, list[str]]:
    """The status and the lines on stderr of a `check` whose stdout is `stream`."""
    command = [*before, *COMMAND, "check", *(files.get(arg, arg) for arg in args)]
    done = subprocess.run(command, stdout=stream, stderr=subprocess.PIPE, env=environment(), check=False)  # type: ignore[call-overload]
    return done.returncode, done.stderr.decode().splitlines()


@pytest.mark.parametrize("args", STREAMS, ids=" ".join)
def test_a_reader_that_went_away_changes_nothing_and_is_not_mentioned(
    args: tuple[str, ...], files: dict[str, str]
) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    try:
        status, err = into(writing, args, files)
    finally:
        os.close(writing)
    whole = check(*(files.get(arg, arg) for arg in args))
    assert err == whole.err.splitlines()
    assert status == whole.status


@pytest.mark.parametrize("args", STREAMS, ids=" ".join)
def test_a_closed_stdout_changes_nothing_and_is_not_mentioned(args: tuple[str, ...], files: dict[str, str]) -> None:
    status, err = into(None, args, files, "sh", "-c", 'exec "$@" >&-', "sh")
    whole = check(*(files.get(arg, arg) for arg in args))
    assert err == whole.err.splitlines()
    assert status == whole.status


@pytest.mark.parametrize("args", STREAMS, ids=" ".join)
def test_a_full_device_is_one_clear_line(args: tuple[str, ...], files: dict[str, str]) -> None:
    with open("/dev/full", "wb") as full:
        status, err = into(full, args, files)
    assert err[0] == "sciaticheck: cannot write the result: No space left on device"
    assert len(err) == 2
    assert "at or above same_day" in err[1]
    assert status == 2


def test_a_closed_stdin_is_a_problem(files: dict[str, str]) -> None:
    status, err = into(subprocess.DEVNULL, ("-", "routine"), files, "sh", "-c", 'exec "$@" <&-', "sh")
    assert err[0] == "-: standard input is closed"
    assert status == 2


def test_a_closed_stderr_changes_no_status(files: dict[str, str]) -> None:
    status, _ = into(subprocess.DEVNULL, ("emergency",), files, "sh", "-c", 'exec "$@" 2>&-', "sh")
    assert status == 1


def test_answers_are_read_by_another_knowledge_when_it_is_given(tmp_path: Path, knowledge: Knowledge) -> None:
    data = Path(__file__).parents[2] / "data" / "conditions.yaml"
    other = tmp_path / "other.yaml"
    other.write_text(data.read_text("utf-8").replace(f'"{knowledge.version}"', '"1.2.3"', 1), "utf-8")
    payload = json.loads(check("-", "--knowledge", str(other), "-f", "json", stdin=EMERGENCY).out)
    assert payload["knowledge"]["version"] == "1.2.3"
    assert payload["knowledge"]["sha256"] != knowledge.sha256
