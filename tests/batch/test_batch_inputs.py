"""`sciaticheck batch`: what it reads, what it refuses and how it says so; never more memory than a piece."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from itertools import chain
from pathlib import Path
from random import Random

import pyarrow as pa
import pytest
from conftest import Ran, Run, environment

from in_process import ran
from sciaticheck import load_knowledge

QUESTIONS = tuple(load_knowledge().questions)
GOOD = b"id,fever\na,no\nb,no\n"
NEVER = ("--fail-on", "never")
MEBIBYTE = 1 << 20
ENGINES = pytest.mark.parametrize("engine", ["rows", "columns"])


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs `sciaticheck` in this process, in an empty folder."""
    monkeypatch.chdir(tmp_path)
    return ran


# A process counts the memory of the one it was forked from, so it is started by a small one.
MEASURED = """
import resource, subprocess, sys
status = subprocess.run(sys.argv[1:]).returncode
print(status, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024, file=sys.stderr)
"""


def fed(blocks: Iterable[bytes], *args: str) -> tuple[int, int, str]:
    """The status, the most memory in MiB and what is said of a batch from a pipe that is fed these blocks."""
    reading, writing = os.pipe()
    command = [sys.executable, "-c", MEASURED, sys.executable, "-m", "sciaticheck", "batch", "-", *args]
    with subprocess.Popen(command, stdin=reading, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                          env=environment()) as process:  # fmt: skip
        os.close(reading)
        feeding = threading.Thread(target=_feed, args=(writing, blocks))
        feeding.start()
        said = process.stderr.read().decode() if process.stderr else ""
        feeding.join()
    text, _, numbers = said.rstrip().rpartition("\n")
    status, memory = map(int, numbers.split())
    return status, memory, text


def _feed(pipe: int, blocks: Iterable[bytes]) -> None:
    try:
        for block in blocks:
            rest = memoryview(block)
            while rest:
                rest = rest[os.write(pipe, rest) :]
    except BrokenPipeError:
        pass
    finally:
        os.close(pipe)


def random_lines(kind: str, count: int) -> Iterator[bytes]:
    """Records with answers of every kind to every third question, in blocks of five thousand."""
    random = Random(7)
    asked = QUESTIONS[::3]
    if kind == "csv":
        yield f"id,{','.join(asked)}\n".encode()
    blocks = []
    for _ in range(6):
        lines = []
        for number in range(5000):
            given = dict(zip(asked, random.choices(("yes", "no", "unsure", ""), k=len(asked)), strict=True))
            named = {"id": f"p{number}", **given}
            lines.append(",".join(named.values()) if kind == "csv" else json.dumps(named))
        blocks.append("".join(f"{line}\n" for line in lines).encode())
    for _ in range(count // 5000):
        yield random.choice(blocks)


@pytest.mark.parametrize(("kind", "count"), [("csv", 200_000), ("jsonl", 50_000)])
def test_the_stream_engine_stays_under_60_mib(kind: str, count: int) -> None:
    status, memory, said = fed(random_lines(kind, count), "-o", "-", "--engine", "rows")
    assert f"read {count:,} = written " in said
    assert status in (1, 2)  # some of the records may hold a conflict
    assert memory < 60


def test_spellings_that_are_never_the_same_are_not_kept() -> None:
    rows = (b"%d,%s no,%s no \n" % (n, b" " * (n % 1009 * 10), b"\t" * (n % 997 * 10)) for n in range(6000))
    status, memory, said = fed(chain([b"id,fever,back_pain\n"], rows), "-o", "-", "--engine", "rows", *NEVER)
    assert "read 6,000 = written 6,000" in said
    assert status == 0
    assert memory < 60


def test_a_line_without_an_end_is_refused_in_bounded_memory() -> None:
    blocks = (b"x" * MEBIBYTE for _ in range(200))
    status, memory, said = fed(blocks, "-o", "-", "--engine", "rows")
    assert (status, "is larger than" in said) == (2, True)
    assert memory < 60


@pytest.mark.parametrize("head", [b"id,fever\n", b'{"fever":"no"}\n', b'id,fever\n"'])
def test_a_record_without_an_end_is_refused_and_the_rows_before_it_are_written(head: bytes) -> None:
    status, memory, said = fed([head, *[b"x" * MEBIBYTE] * 200], "-o", "-", "--engine", "rows")
    assert (status, "the rest is not read" in said) == (2, True)
    assert "rejected 1" in said
    assert memory < 70


def test_quotes_that_are_never_right_are_read_in_bounded_memory() -> None:
    blocks = [b"id,fever\n", *[b'"a"b,no\n' * 20_000] * 20]
    status, memory, said = fed(blocks, "-o", "-", "--engine", "rows")
    assert (status, "rejected 400,000" in said) == (2, True), said
    assert memory < 60


@ENGINES
@pytest.mark.parametrize("head", [b"", b"id,fever\n", b'id,fever\n"'])
def test_a_gzip_bomb_is_refused(head: bytes, engine: str, tmp_path: Path, run: Run) -> None:
    """300 MiB of one character, as members of 10 MiB."""
    (tmp_path / "bomb.csv.gz").write_bytes(gzip.compress(head) + 30 * gzip.compress(b"a" * 10 * MEBIBYTE, 1))
    done = run("batch", "bomb.csv.gz", "-o", "out.csv", "--engine", engine)
    assert (done.status, "is longer than" in done.err) == (2, True)


@ENGINES
@pytest.mark.parametrize("length", [MEBIBYTE - 60, MEBIBYTE + 60, 2 * MEBIBYTE])
@pytest.mark.parametrize("kind", ["csv", "jsonl"])
def test_a_long_line_is_rejected_and_the_rest_goes_on(
    kind: str, length: int, engine: str, tmp_path: Path, run: Run
) -> None:
    lines = {
        "csv": [b"id,fever\n", b"a,no\n", b"x" * length + b",no\n", b"b,no\n"],
        "jsonl": [b'{"fever":"no"}\n', b'{"id":"' + b"x" * length + b'"}\n', b'{"fever":"no"}\n'],
    }[kind]
    (tmp_path / f"in.{kind}").write_bytes(b"".join(lines))
    done = run("batch", f"in.{kind}", "-o", "out.csv", "--engine", engine, "--rejects", "bad.csv", *NEVER)
    rejected = int(length > MEBIBYTE)
    assert f"read 3 = written {3 - rejected} + rejected {rejected}" in done.err
    assert (tmp_path / "bad.csv").read_text().count("too_large") == rejected


def test_many_columns_are_refused_before_the_work(tmp_path: Path, run: Run) -> None:
    (tmp_path / "in.csv").write_text(",".join(f"c{n}" for n in range(5000)) + "\n" + "," * 4999 + "\n")
    done = run("batch", "in.csv", "-o", "out.csv", "--keep", "*")
    assert (done.status, "5000 columns" in done.err) == (2, True)
    assert not (tmp_path / "out.csv").exists()


@pytest.mark.parametrize("name", ["answers", "resourceType"])
def test_keys_that_make_a_record_of_json_lines_are_not_kept(name: str, tmp_path: Path, run: Run) -> None:
    (tmp_path / "in.jsonl").write_text('{"id":"a","fever":"no"}\n')
    (tmp_path / "in.csv").write_text(f"id,fever,{name}\na,no,x\n")
    done = run("batch", "in.jsonl", "-o", "out.jsonl", "--keep", name)
    assert (done.status, f"in.jsonl: --keep: '{name}' says of JSON Lines" in done.err) == (2, True), done.err
    assert run("batch", "in.csv", "-o", "out.csv", "--keep", name, "--fail-on", "never").status == 0


@ENGINES
@pytest.mark.parametrize("cut", [20, 5000, -5])
@pytest.mark.parametrize("ending", ["gz", "zst"])
def test_a_packed_file_that_was_cut_is_said(ending: str, cut: int, engine: str, tmp_path: Path, run: Run) -> None:
    random = Random(1)
    text = b"id,fever\n" + b"".join(b"%d,no\n" % random.getrandbits(64) for _ in range(3000))
    pack: Callable[[bytes], bytes] = gzip.compress
    if ending == "zst":
        pack = partial(pa.compress, codec="zstd", asbytes=True)
    (tmp_path / f"in.csv.{ending}").write_bytes(pack(text)[:cut])
    done = run("batch", f"in.csv.{ending}", "-o", "out.csv", "--engine", engine)
    assert done.status == 2, done.err
    assert f"in.csv.{ending}" in done.err
    assert "Traceback" not in done.err


@pytest.mark.parametrize("ending", ["gz", "zst"])
def test_a_file_that_is_not_packed_as_its_name_says(ending: str, tmp_path: Path, run: Run) -> None:
    (tmp_path / f"in.csv.{ending}").write_bytes(GOOD)
    done = run("batch", f"in.csv.{ending}", "-o", "out.csv")
    assert (done.status, "cannot be read" in done.err) == (2, True), done.err
    assert not (tmp_path / "out.csv").exists()


@ENGINES
@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("empty.csv", b"", "is empty"),
        ("blank.csv", b"\n\n \n", "is empty"),
        ("empty.jsonl", b"", "no records"),
        ("header.csv", b"id,fever\n", "no records"),
        ("utf16.csv", "id,fever\na,no\n".encode("utf-16"), "UTF-16"),
        ("latin.csv", b"id,f\xe9ver\na,no\n", "not UTF-8"),
        ("file.parquet", b"PAR1", "Parquet"),
        (os.fsdecode(b"\xff.csv"), b"fever\nno\n", "\\udcff.csv: its name is not UTF-8 text; rename it"),
    ],
)  # fmt: skip
def test_what_is_no_file_of_records_is_said(
    name: str, data: bytes, words: str, engine: str, tmp_path: Path, run: Run
) -> None:
    (tmp_path / name).write_bytes(data)
    done = run("batch", name, "-o", "out.csv", "--engine", engine)
    assert done.status == 2
    assert words in done.err
    assert "Traceback" not in done.err


@pytest.mark.parametrize("output", ["out.csv", "out.parquet"])
def test_a_column_of_parquet_that_is_nearly_a_question_is_refused(output: str, tmp_path: Path, run: Run) -> None:
    duckdb = pytest.importorskip("duckdb")
    duckdb.execute(f"COPY (SELECT 'no' AS id, 'no' AS \" fever\") TO '{tmp_path}/in.parquet' (FORMAT parquet)")
    done = run("batch", "in.parquet", "-o", output)
    assert (done.status, done.err.count("\n")) == (2, 1)
    assert "in.parquet: column ' fever' has blanks around its name; rename it" in done.err


def rejected(done: Ran) -> list[str]:
    return [line.split()[1] for line in done.err.splitlines() if line.strip().startswith("rejected: ")]


@ENGINES
@pytest.mark.parametrize(
    ("name", "data", "codes"),
    [
        ("a.csv", b"id,fever\na,no\nb,n\xffo\nc\xff,no\n", ["not_utf8"]),
        ("a.csv", b"id,fever\na,no\nb\0b,no\nc,n\0o\n", ["unknown_value"]),
        ("a.jsonl", b'{"fever":"no"}\n{"fever":"n\xff"}\n{"fever":"n\0"}\n', ["not_utf8", "broken_json"]),
    ],
)  # fmt: skip
def test_bytes_that_are_no_text_are_rejected_one_by_one(
    name: str, data: bytes, codes: list[str], engine: str, tmp_path: Path, run: Run
) -> None:
    (tmp_path / name).write_bytes(data)
    done = run("batch", name, "-o", "out.csv", "--rejects", "bad.jsonl", "--engine", engine)
    assert done.status == 2
    assert sorted(rejected(done)) == sorted(codes)
    assert ("b\0b" in (tmp_path / "out.csv").read_text()) == (b"b\0b" in data)
