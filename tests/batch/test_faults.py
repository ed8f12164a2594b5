"""The kinds of fault that lose or change a record in silence. Each of these tests fails on version 0.1.0."""

from __future__ import annotations

import csv
import gzip
import io
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from conftest import Run, environment

from in_process import ran
from sciaticheck import load_knowledge

ENGINES = pytest.mark.parametrize("engine", ["rows", "columns"])
NEVER = ("--fail-on", "never")


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs `sciaticheck` in this process, in an empty folder."""
    monkeypatch.chdir(tmp_path)
    return ran


def ids(path: Path) -> list[str]:
    return [row["id"] for row in csv.DictReader(io.StringIO(path.read_text(), newline=""))]


@ENGINES
@pytest.mark.parametrize(
    "text", [b"id,fever\rp1,yes\np2,no\n", b"id,fever\rp1,yes\rp2,no\r", b"id,fever\np1,yes\rp2,no\n"]
)
def test_1_a_bare_carriage_return_hides_no_record(text: bytes, engine: str, tmp_path: Path, run: Run) -> None:
    (tmp_path / "in.csv").write_bytes(text)
    done = run("batch", "in.csv", "-o", "out.csv", "--engine", engine)
    assert done.status == 2
    assert "carriage return" in done.err or "rejected 1" in done.err


@pytest.mark.parametrize("engine", ["rows", "columns"])
def test_2_no_name_is_read_as_a_pattern_or_as_an_answer(engine: str, tmp_path: Path, run: Run) -> None:
    pq = pytest.importorskip("pyarrow.parquet")
    import pyarrow as pa

    folder = tmp_path / "saddle_numbness=no" / "id=77"
    folder.mkdir(parents=True)
    for name, id in (("data[1].parquet", "right"), ("data1.parquet", "wrong")):
        pq.write_table(pa.table({"id": [id], "saddle_numbness": ["yes"]}), folder / name)
    path = "saddle_numbness=no/id=77/data[1].parquet"
    target = tmp_path / "urgency=routine" / "out.parquet"
    target.parent.mkdir()
    done = run("batch", path, "-o", str(target), "--engine", engine)
    assert done.status == 1, done.err
    with pq.ParquetFile(target) as made:
        assert made.read().select(["id", "urgency"]).to_pylist() == [{"id": "right", "urgency": "emergency"}]


@ENGINES
@pytest.mark.parametrize("ending", ["gz", "zst"])
def test_3_a_packed_file_that_is_cut_short_is_an_error(ending: str, engine: str, tmp_path: Path, run: Run) -> None:
    text = b"id,fever\n" + b"".join(b"%d,no\n" % (number * 7919 % 100_003) for number in range(5000))
    pa = pytest.importorskip("pyarrow")
    whole = gzip.compress(text) if ending == "gz" else pa.compress(text, codec="zstd", asbytes=True)
    for cut in (len(whole) // 3, len(whole) - 1):
        (tmp_path / f"in.csv.{ending}").write_bytes(whole[:cut])
        done = run("batch", f"in.csv.{ending}", "-o", "out.csv", "--engine", engine, *NEVER)
        assert (done.status, f"in.csv.{ending}: cannot be read" in done.err) == (2, True), done.err


def test_4_check_and_batch_read_the_same_files_and_name_the_others(tmp_path: Path, run: Run) -> None:
    folder = tmp_path / "in"
    (folder / "deep").mkdir(parents=True)
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "linked.csv").write_text("fever\nno\n")
    (folder / "link").symlink_to(tmp_path / "elsewhere")
    (folder / "_jan.csv").write_text("fever\nno\n")
    (folder / "clinic.2023.csv").write_text("fever\nno\n")
    (folder / "clinic.2024.csv").write_text("fever\nno\n")
    (folder / "tabs.tsv").write_text("fever\tback_pain\nno\tno\n")
    (folder / "one.yaml").write_text("fever: no\n")
    (folder / "list.json").write_text('[{"fever":"no"},{"id":"b","fever":"no"}]')
    (folder / "deep" / "packed.jsonl.gz").write_bytes(gzip.compress(b'{"fever":"no"}\n'))
    (folder / "notes.txt").write_text("x")
    (folder / ".hidden.csv").write_text("x")
    os.mkfifo(folder / "pipe.csv")
    batch = run("batch", "in", "-o", "out.csv", *NEVER)
    check = run("check", "in", "-f", "csv", "-o", "check.csv", *NEVER)
    assert (batch.status, check.status) == (0, 0), batch.err + check.err
    expected = {"_jan:1", "clinic.2023:1", "clinic.2024:1", "tabs:1", "one", "list:1", "b", "linked:1", "packed:1"}
    assert set(ids(tmp_path / "out.csv")) == set(ids(tmp_path / "check.csv")) == expected
    assert (tmp_path / "out.csv").read_text() == (tmp_path / "check.csv").read_text()
    for done in (batch, check):
        assert all(name in done.err for name in (".hidden.csv", "notes.txt", "pipe.csv")), done.err


def test_4_a_folder_that_cannot_be_read_is_an_error(tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "in.csv").write_text("fever\nno\n")
    (tmp_path / "closed").mkdir()
    real = os.scandir

    def scandir(path: str) -> object:
        if str(path).endswith("closed"):
            raise PermissionError(13, "Permission denied", str(path))
        return real(path)

    monkeypatch.setattr(os, "scandir", scandir)
    done = run("batch", ".", "-o", "out.csv", *NEVER)
    assert (done.status, "closed: cannot be read: Permission denied" in done.err) == (2, True)


def test_5_parquet_into_a_pipe_is_parquet(tmp_path: Path) -> None:
    pq = pytest.importorskip("pyarrow.parquet")
    (tmp_path / "in.csv").write_text("id,fever\na,no\n")
    command = [sys.executable, "-m", "sciaticheck", "batch", "in.csv", "-f", "parquet", "-o"]
    for output in ("-", "/dev/stdout"):
        done = subprocess.run([*command, output], cwd=tmp_path, env=environment(), capture_output=True, check=False)
        assert done.returncode == 3, done.stderr
        assert pq.read_table(io.BytesIO(done.stdout)).column("id").to_pylist() == ["a"]


@ENGINES
def test_5_names_and_ids_are_no_formulas(engine: str, tmp_path: Path, run: Run) -> None:
    given = 'id,fever,=1+1\n"\t=1",no,"\n@x"\n"\n=1",no, -1\n'
    (tmp_path / "in.csv").write_text(given)
    done = run("batch", "in.csv", "-o", "out.csv", "--keep", "=1+1", "--columns", "id", "--engine", engine, *NEVER)
    assert done.status == 0, done.err
    rows = list(csv.reader(io.StringIO((tmp_path / "out.csv").read_text(), newline="")))
    assert rows == [["id", "'=1+1"], ["'\t=1", "'\n@x"], ["'\n=1", "' -1"]]


def test_5_rejects_that_cannot_be_written_are_named(tmp_path: Path, run: Run) -> None:
    (tmp_path / "in.csv").write_text("id,fever\na,perhaps\n" * 5000)
    done = run("batch", "in.csv", "-o", "out.csv", "--rejects", "/dev/full", "-q")
    assert (done.status, done.err) == (2, "sciaticheck: cannot write /dev/full: No space left on device\n")


def test_7_many_unknown_keys_take_no_time(tmp_path: Path, run: Run) -> None:
    keys = ",".join(f'"key{number}":1' for number in range(40_000))
    (tmp_path / "in.jsonl").write_text(f'{{"fever":"no",{keys}}}\n')
    (tmp_path / "in.json").write_text(f'{{"fever":"no",\n{keys}}}\n')
    start = time.monotonic()
    assert run("batch", "in.jsonl", "-o", "out.csv", "-q").status == 2
    assert run("check", "in.json", "-q").status == 2
    assert time.monotonic() - start < 20


def test_7_odd_weights_take_no_time(tmp_path: Path, run: Run) -> None:
    from sciaticheck.knowledge.files import data_file

    data = data_file().read_text().replace("  hallmark: 3\n", "  hallmark: 99.9999\n", 1)
    (tmp_path / "odd.yaml").write_text(data)
    (tmp_path / "in.csv").write_text("id,saddle_numbness\na,yes\n")
    start = time.monotonic()
    done = run("batch", "in.csv", "-o", "out.csv", "--knowledge", "odd.yaml", "-q")
    assert done.status == 1, done.err
    assert run("export", "sql", "--knowledge", "odd.yaml", "-o", "q.sql").status == 0
    assert time.monotonic() - start < 20


@pytest.mark.parametrize(
    ("error", "words"),
    [(MemoryError(), "not enough memory"), (RuntimeError("can't start new thread"), "no more threads")],
)
def test_8_want_of_memory_or_threads_is_no_internal_error(
    error: Exception, words: str, tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sciaticheck.batch import run as module

    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr(module, "run", fail)
    (tmp_path / "in.csv").write_text("id,fever\na,no\n")
    done = run("batch", "in.csv", "-o", "out.csv")
    assert (done.status, words in done.err) == (2, True), done.err


SHARED = {
    "id,fever,,\np1,no,,\n": (["p1"], "column 3, which has no name"),
    "id,fever\np1,no\n,\n,\n": (["p1"], "blank 2"),
    "sep=;\r\nid;fever\r\np1;no\r\n": (["p1"], "written 1"),
    "id,fever\np1,0.0\np2,1.0\n": (["p1", "p2"], "written 2"),
    "id,fever,weight_kg\np1,no,80\n": (["p1"], "not read, no questions: 'weight_kg'"),
}


@ENGINES
@pytest.mark.parametrize("text", SHARED)
def test_tables_as_people_have_them(text: str, engine: str, tmp_path: Path, run: Run) -> None:
    found, words = SHARED[text]
    (tmp_path / "in.csv").write_bytes(text.encode())
    done = run("batch", "in.csv", "-o", "out.csv", "--engine", engine, *NEVER)
    assert (done.status, words in done.err) == (0, True), done.err
    assert ids(tmp_path / "out.csv") == found
    if "not read" in words or "no name" in words:
        assert run("batch", "in.csv", "-o", "out.csv", "--engine", engine, "--strict", *NEVER).status == 2


def test_slips_in_a_header_are_errors(tmp_path: Path, run: Run) -> None:
    (tmp_path / "in.csv").write_text("ID,Saddle_Numbness,fever\np1,yes,no\n")
    done = run("batch", "in.csv", "-o", "out.csv")
    assert done.status == 2
    assert "Did you mean 'id'?" in done.err
    assert "Did you mean 'saddle_numbness'?" in done.err


def test_what_is_said_is_what_the_contract_says(tmp_path: Path, run: Run) -> None:
    questions = load_knowledge().questions
    denied = ",".join("no" for _ in questions)
    (tmp_path / "in.csv").write_text(f"id,{','.join(questions)}\na,{denied}\nb,{',' * (len(questions) - 1)}\n")
    run("batch", "in.csv", "-o", "out.csv", "--columns", "id,advice", *NEVER)
    assert (tmp_path / "out.csv").read_text() == "id,advice\na,nothing_reported\nb,nothing_answered\n"
