"""`sciaticheck batch`: inputs, streams, options, exit statuses, and what it says."""

from __future__ import annotations

import csv
import gzip
import io
import json
import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pytest
from conftest import Run, environment

from in_process import ran
from sciaticheck import load_knowledge

QUESTIONS = tuple(load_knowledge().questions)
HEAD = "id,fever\n"
NEVER = ("--fail-on", "never")
BOTH = ("rows", "columns")


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs `sciaticheck` in this process, in an empty folder."""
    monkeypatch.chdir(tmp_path)
    return ran


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


def line(**answers: str) -> str:
    """A row of JSON Lines with every question answered no, but for these."""
    return json.dumps(dict.fromkeys(QUESTIONS, "no") | answers) + "\n"


STATUSES = {
    "emergency": (line(saddle_numbness="yes"), (1, 1, 1, 0)),
    "soon": (line(night_pain="yes"), (0, 0, 1, 0)),
    "routine": (line(back_pain="yes"), (0, 0, 0, 0)),
    "open": ('{"back_pain":"yes"}\n', (3, 3, 3, 0)),
    "broken": (line(night_pain="yes") + '{"back_pain":"maybe"}\n', (2, 2, 2, 2)),
    "broken emergency": (line(saddle_numbness="yes") + "{\n", (2, 2, 2, 2)),
    "nothing": ("", (2, 2, 2, 2)),
}


@pytest.mark.parametrize("name", STATUSES)
def test_the_status_is_that_of_check(name: str, run: Run) -> None:
    text, statuses = STATUSES[name]
    for level, status in zip(("emergency", "same_day", "soon", "never"), statuses, strict=True):
        done = run("batch", "-", "-o", "-", "--from", "jsonl", "--fail-on", level, stdin=text)
        assert done.status == status
        if level != "never":
            assert f" at or above {level}" in done.err.splitlines()[-1]
    allowed = run("batch", "-", "-o", "-", "--from", "jsonl", "--allow-incomplete", stdin=text)
    assert allowed.status == (0 if statuses[1] == 3 else statuses[1])


def test_the_summary_adds_up_and_quiet_says_nothing(tmp_path: Path, run: Run) -> None:
    text = HEAD + "a,no\nb,yes\nc,maybe\nd\ne,\n"
    done = run("batch", "-", "-o", "out.csv", "--rejects", "bad.csv", stdin=text)
    assert "read 5 = written 3 + rejected 2" in done.err
    assert "rejected: unknown_value 1" in done.err
    assert "rejected: bad_row 1" in done.err
    assert f"no column for {len(QUESTIONS) - 1} questions" in done.err
    assert done.out == ""
    assert len(rows((tmp_path / "out.csv").read_text())) == 3
    bad = rows((tmp_path / "bad.csv").read_text())
    assert [(fault["record"], fault["line"], fault["key"], fault["value"], fault["code"]) for fault in bad] == [
        ("3", "4", "fever", "maybe", "unknown_value"),
        ("4", "5", "", "", "bad_row"),
    ]
    quiet = run("batch", "-", "-o", "out.csv", "--rejects", "bad.csv", "-q", stdin=text)
    assert (quiet.out, quiet.err, quiet.status) == ("", "", 2)


ROW_FAULTS = {
    "a;yes;no;": "4 values, but the first row names only 3 columns; a value with a semicolon in it needs quotation",
    "a;yes": "2 values, but the first row names 3 columns; a value left out still needs its semicolon",
    'a;"y"es;no': "text follows a closing quotation mark",
    'a;yes;"no': "a quotation mark opened here is never closed",
    "a;yes\rb;no;no": "bare carriage return",
}


@pytest.mark.parametrize("row", ROW_FAULTS)
def test_a_row_that_does_not_fit_is_said_in_plain_words_by_check_and_batch_alike(
    row: str, tmp_path: Path, run: Run
) -> None:
    (tmp_path / "in.csv").write_text(f"id;fever;back_pain\np;no;no\n{row}\n", newline="")
    for command in (("check", "in.csv"), ("batch", "in.csv", "-o", "-")):
        assert ROW_FAULTS[row] in run(*command).err.partition("in.csv:3: ")[2]


@pytest.mark.parametrize("engine", BOTH)
def test_a_file_of_nothing_but_a_header_is_named_as_by_check(engine: str, tmp_path: Path, run: Run) -> None:
    (tmp_path / "a.csv").write_text("id,fever\n")
    (tmp_path / "b.csv").write_text("id,fever\np,yes\n")
    for command in (("check",), ("batch", "-o", "out.csv", "--engine", engine)):
        done = run(*command, "a.csv", "b.csv")
        assert (done.status, "a.csv: has no records" in done.err) == (2, True)
    assert len(rows((tmp_path / "out.csv").read_text())) == 1


@pytest.mark.parametrize("row", [",", ",,", ",,,,,", ", , ,"])
def test_a_row_of_commas_alone_is_blank(row: str, tmp_path: Path, run: Run) -> None:
    (tmp_path / "in.csv").write_text(f"id,fever,back_pain\np,no,no\n{row}\n")
    assert run("check", "in.csv", "--fail-on", "never").status == 0
    assert "read 2 = written 1 + rejected 0 + blank 1" in run("batch", "in.csv", "-o", "-").err


@pytest.mark.parametrize("engine", BOTH)
def test_more_rejects_than_allowed_stop_it_and_leave_the_old_files(engine: str, tmp_path: Path, run: Run) -> None:
    (tmp_path / "in.csv").write_text(HEAD + "a,no\nb,maybe\nc,2\n")
    for name in ("out.csv", "bad.csv"):
        (tmp_path / name).write_text("old")
    args = ("batch", "in.csv", "-o", "out.csv", "--rejects", "bad.csv", "--engine", engine, "--max-rejects")
    for most in ("0", "1"):
        done = run(*args, most)
        assert (done.status, f"more than {most} records rejected" in done.err) == (2, True)
        assert "maybe" in done.err
        assert {(tmp_path / name).read_text() for name in ("out.csv", "bad.csv")} == {"old"}
    assert run(*args, "2").status == 2
    assert len(rows((tmp_path / "out.csv").read_text())) == 1


def test_a_line_is_answered_before_the_next_is_there() -> None:
    command = [sys.executable, "-m", "sciaticheck", "batch", "-", "-o", "-", "-f", "jsonl"]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                               env=environment())  # fmt: skip
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        for number in range(3):
            process.stdin.write(b'{"id":"p%d","fever":"yes"}\n' % number)
            process.stdin.flush()
            assert json.loads(process.stdout.readline())["id"] == f"p{number}"
    finally:
        process.communicate(timeout=60)
    assert process.returncode == 1


@pytest.mark.parametrize(
    "text",
    [
        HEAD + "a,no\nb,no\n",
        "\ufeff" + HEAD + "a,no\nb,no",
        '{"id":"a"}\n{"id":"b"}\n',
        '\ufeff{"id":"a"}\r\n{"id":"b"}',
    ],
)
def test_standard_input_is_looked_at(text: str, run: Run) -> None:
    done = run("batch", "-", "-o", "-", stdin=text)
    assert [row["id"] for row in rows(done.out)] == ["a", "b"]


def test_folders_patterns_and_packed_files_in_and_out(tmp_path: Path, run: Run) -> None:
    folder = tmp_path / "parts"
    (folder / "deep").mkdir(parents=True)
    (folder / "part-1.csv").write_text(HEAD + "a,no\n")
    (folder / "part-2.csv.gz").write_bytes(gzip.compress((HEAD + "b,no\n").encode()))
    frames = [pa.compress(part, codec="zstd", asbytes=True) for part in (b'{"id":"c"}\n', b'{"id":"d"}\n')]
    (folder / "deep" / "part-0.jsonl.zst").write_bytes(b"".join(frames))
    (folder / "_SUCCESS").write_text("")
    (folder / ".part-9.csv").write_text("no header")
    for engine in BOTH:
        run("batch", "parts", "-o", f"{engine}.csv", "--engine", engine)
        assert [row["id"] for row in rows((tmp_path / f"{engine}.csv").read_text())] == ["a", "b", "c", "d"]
    run("batch", "parts/part-*", "parts/part-1.csv", "-o", "out.csv.gz")
    assert [row["id"] for row in rows(gzip.decompress((tmp_path / "out.csv.gz").read_bytes()).decode())] == ["a", "b"]
    run("batch", "parts/**/*.zst", "-o", "out.jsonl.zst")
    text = pa.CompressedInputStream(str(tmp_path / "out.jsonl.zst"), "zstd").read()
    assert [json.loads(line)["id"] for line in text.splitlines()] == ["c", "d"]
    done = run("batch", "none-*.csv", "-o", "out.csv")
    assert (done.status, "no such file" in done.err) == (2, True)


IDS = ("007", 'say "hi"', "a,b", "two\nlines", "\U0001f600", "a\0b", " x ", "=1+1", "+1", "-1", "@A1", "'=1", "#1")


@pytest.mark.parametrize("engine", BOTH)
@pytest.mark.parametrize("raw", [(), ("--raw",)])
def test_ids_and_kept_cells_stay_what_they_were(raw: tuple[str, ...], engine: str, tmp_path: Path, run: Run) -> None:
    with (tmp_path / "in.csv").open("w", newline="") as file:
        csv.writer(file).writerows([["note", "id", "fever"], *([name, name, "no"] for name in IDS)])
    run("batch", "in.csv", "-o", "out.csv", "--keep", "note", "--engine", engine, *raw)
    found = rows((tmp_path / "out.csv").read_bytes().decode())
    expected = [("" if raw or name[0] not in "=+-@" else "'") + name for name in IDS]
    assert [row["id"] for row in found] == expected
    assert [row["note"] for row in found] == expected
    run("batch", "in.csv", "-o", "out.jsonl", "--keep", "note", "--engine", engine)
    lines = (tmp_path / "out.jsonl").read_text().split("\n")[:-1]
    assert [(row["id"], row["note"]) for row in map(json.loads, lines)] == [(name, name) for name in IDS]


@pytest.mark.parametrize("engine", BOTH)
def test_columns_and_keep_choose_what_is_written(engine: str, tmp_path: Path, run: Run) -> None:
    (tmp_path / "in.csv").write_text("record,id,fever,ID\n1,a,no,x\n2,b,yes,\n")
    args = ("batch", "in.csv", "-o", "-", "--engine", engine, "-q")
    assert run(*args, "--columns", "urgency,id", "--keep", "ID,record").out == (
        "urgency,id,ID,record\nroutine,a,x,1\nsame_day,b,,2\n"
    )
    assert run(*args, "--columns", "id", "--keep", "*").out == "id,record,ID\na,1,x\nb,2,\n"
    piped = run("batch", "-", "-o", "-", "-q", "--columns", "id", "--keep", "x", stdin="x,id,fever\n1,a,no\n")
    assert piped.out == "id,x\na,1\n"
    piped = run("batch", "-", "-o", "-", "--keep", "*", stdin="x,id,fever\n1,a,no\n")
    assert (piped.status, "name those to keep" in piped.err) == (2, True)
    (tmp_path / "other.csv").write_text("fever,second\nno,2\n")
    both = run("batch", "in.csv", "other.csv", "-o", "-", "--engine", engine, "-q", "--columns", "id", "--keep", "*")
    assert both.out == "id,record,ID,second\na,1,x,\nb,2,,\nother:1,,,2\n"


@pytest.mark.parametrize(
    ("value", "cell"),
    [("null", ""), ('""', ""), ('"a"', "a"), ("1.10", "1.10"), ("123456789012345678901234", "123456789012345678901234"),
     ("[1, 2.50]", "[1, 2.50]"), (None, ""), ('"=1"', "'=1"), ("-1", "'-1"), ('"\\u0041"', "A"), ("1e400", "1e400")],
)  # fmt: skip
def test_what_is_kept_of_json_is_written_as_it_stood(value: str | None, cell: str, run: Run) -> None:
    text = '{"id":"p","fever":"no"' + (f',"note":{value}' if value else "") + "}\n"
    args = ("batch", "-", "-o", "-", "-q", "--keep", "note", "--columns", "id")
    assert rows(run(*args, stdin=text).out) == [{"id": "p", "note": cell}]
    assert run(*args, "-f", "jsonl", stdin=text).out == f'{{"id":"p","note":{value or "null"}}}\n'


@pytest.mark.parametrize("value", ["NaN", '"\\ud800"', "[" * 2000 + "]" * 2000])
def test_a_kept_value_that_is_no_json_is_rejected(value: str, run: Run) -> None:
    done = run("batch", "-", "-o", "-", "--keep", "note", stdin=f'{{"fever":"no","note":{value}}}\n')
    assert (done.status, "written 0 + rejected 1" in done.err) == (2, True)


@pytest.mark.parametrize(
    ("header", "args", "words"),
    [
        ("id,note", ("--keep", "note"), "no column is a question"),
        ("id,fever,notes", ("--keep", "note"), "there is no column 'note'. Did you mean 'notes'?"),
        ("id,fever", ("--keep", "fever"), "'fever'"),
        ("id,fever", ("--columns", "urgancy"), "'urgancy' is not a result. Did you mean 'urgency'?"),
        ("id,fever", ("--columns", "id,id"), "'id' is asked for twice"),
        ("id,fever,urgency", ("--keep", "*"), "'urgency'"),
    ],
)
def test_wrong_columns_are_said_before_the_work(
    header: str, args: tuple[str, ...], words: str, tmp_path: Path, run: Run
) -> None:
    (tmp_path / "first.csv").write_text(HEAD + "a,no\n")
    (tmp_path / "in.csv").write_text(header + "\n" + "," * header.count(",") + "\n")
    (tmp_path / "out.csv").write_text("old")
    done = run("batch", "first.csv", "in.csv", "-o", "out.csv", *args)
    assert done.status == 2
    assert words in done.err
    assert (tmp_path / "out.csv").read_text() == "old"
    assert not list(tmp_path.glob(".out*"))


@pytest.mark.parametrize("engine", BOTH)
def test_refused_records_are_counted_by_what_could_be_read_as_check_does(engine: str, tmp_path: Path, run: Run) -> None:
    lines = ["id,saddle_numbness,fever", "a,yes,maybe", "b,no,maybe", "c,yes,no", "d,maybe,yes"]
    (tmp_path / "in.csv").write_text("\n".join(lines) + "\n")
    last = run("batch", "in.csv", "--engine", engine).err.splitlines()[-1]
    assert last == "3 at or above same_day (2 refused, by the answers that could be read)."
    assert last in run("check", "in.csv").err


@pytest.mark.parametrize(
    ("header", "words"),
    [
        ("id,fevre", "'fevre' is not a question. Did you mean 'fever'?"),
        ("id,fever,Fever", "'Fever' is not a question. Did you mean 'fever'?"),
        ("id,fever,fever", "duplicate column 'fever'"),
        ("id,fever,id", "duplicate column 'id'"),
        ("PK\x03\x04", "is a ZIP file"),
        (None, "no such file"),
    ],
)
def test_a_file_that_cannot_be_read_leaves_the_others(header: str | None, words: str, tmp_path: Path, run: Run) -> None:
    (tmp_path / "first.csv").write_text(HEAD + "a,no\n")
    if header:
        (tmp_path / "in.csv").write_text(f"{header}\n")
    done = run("batch", "in.csv", "first.csv")
    assert done.status == run("check", "in.csv", "first.csv").status == 2
    assert done.out == run("check", "in.csv", "first.csv", "-f", "csv").out
    assert done.out.count("\n") == 2
    assert f"in.csv{':1' * (header or 'P')[0].islower()}: " in done.err
    assert words in done.err


def test_all_unknown_columns_are_listed_and_missing_ones_said_once(tmp_path: Path, run: Run) -> None:
    (tmp_path / "a.csv").write_text("id,one,two,fever\n")
    done = run("batch", "a.csv", "-o", "-")
    assert ("'one'" in done.err, "'two'" in done.err) == (True, True)
    for name in ("b.csv", "c.csv"):
        (tmp_path / name).write_text("id,fever\na,no\n")
    done = run("batch", "b.csv", "c.csv", "-o", "-")
    assert done.err.count("no column for") == 1
