"""`sciaticheck batch`: the output appears whole or not at all, and no input is ever overwritten."""

from __future__ import annotations

import os
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import Ran, Run, environment

COMMAND = (sys.executable, "-m", "sciaticheck", "batch")
GOOD = "id,fever\na,no\nb,no\n"
MANY = "id,fever\n" + "".join(f"p{number},no\n" for number in range(20_000))
FULL = Path("/dev/full")


@pytest.fixture
def there(tmp_path: Path) -> Path:
    """A folder with an input, and an older output that must not be lost."""
    (tmp_path / "in.csv").write_text(GOOD)
    (tmp_path / "many.csv").write_text(MANY)
    (tmp_path / "out.csv").write_text("old")
    return tmp_path


def files(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def started(folder: Path, *args: str, **more: object) -> subprocess.Popen[bytes]:
    streams = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE} | more
    return subprocess.Popen([*COMMAND, *args], cwd=folder, env=environment(), **streams)  # type: ignore[call-overload,no-any-return]


def waits_for_more(folder: Path) -> subprocess.Popen[bytes]:
    """A batch from standard input that has begun its output and waits for the rest."""
    process = started(folder, "-", "-o", "out.csv")
    process.stdin.write(GOOD.encode())  # type: ignore[union-attr]
    process.stdin.flush()  # type: ignore[union-attr]
    for _ in range(600):
        beside = [path for path in folder.glob(".out.csv.*") if path.stat().st_size]
        if beside:
            return process
        time.sleep(0.05)
    process.kill()
    raise AssertionError(process.communicate())


def test_killed_it_leaves_the_old_output_and_nothing_that_is_taken_for_input(there: Path, run: Run) -> None:
    process = waits_for_more(there)
    process.kill()
    process.communicate()
    assert (there / "out.csv").read_text() == "old"
    (there / "many.csv").unlink()
    (there / "out.csv").unlink()
    ran = run("batch", ".", "-o", "all.jsonl", "--fail-on", "never")
    assert "read 2 = written 2" in ran.err
    ran = run("batch", "*.csv", "-o", "all.jsonl", "--fail-on", "never")
    assert "read 2 = written 2" in ran.err


@pytest.mark.parametrize(
    ("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, -signal.SIGTERM), (signal.SIGHUP, -signal.SIGHUP)]
)
def test_interrupted_it_leaves_the_old_output(number: signal.Signals, status: int, there: Path) -> None:
    process = waits_for_more(there)
    process.send_signal(number)
    _, err = process.communicate(timeout=60)
    assert (there / "out.csv").read_text() == "old"
    assert b"Traceback" not in err
    assert process.returncode == status
    assert files(there) == {"in.csv", "many.csv", "out.csv"}


@pytest.mark.parametrize("output", ["out.parquet", "out.csv"])
def test_interrupted_in_a_query_of_parquet_it_leaves_the_old_output(output: str, there: Path) -> None:
    duckdb = pytest.importorskip("duckdb")
    rows = "SELECT 'p' || range AS id, 'no' AS fever FROM range(3000000)"
    duckdb.execute(f"COPY ({rows}) TO '{there / 'in.parquet'}' (FORMAT parquet)")
    (there / output).write_text("old")
    process = started(there, "in.parquet", "-o", output)
    for _ in range(600):
        if [*there.glob(f".{output}.*")]:
            break
        time.sleep(0.05)
    time.sleep(1)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert (process.returncode, b"interrupted; nothing was written" in err) == (130, True), err
    assert (there / output).read_text() == "old"
    assert files(there) == {"in.csv", "many.csv", "out.csv", "in.parquet", output}


def test_input_that_ends_early_is_no_reason_to_wait(there: Path) -> None:
    process = waits_for_more(there)
    process.communicate(b"c,yes\n", timeout=60)
    assert process.returncode == 1
    assert (there / "out.csv").read_text().count("\n") == 4
    assert files(there) == {"in.csv", "many.csv", "out.csv"}


def limited(folder: Path, *args: str, size: int = 20_000) -> Ran:
    """A batch that may not write a file larger than `size`: to it the disk is full."""

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))

    done = subprocess.run(
        [*COMMAND, *args],
        cwd=folder,
        env=environment(PYTHONDONTWRITEBYTECODE="1"),
        capture_output=True,
        preexec_fn=limit,
        check=False,
    )
    return Ran(done.returncode, done.stdout.decode(), done.stderr.decode())


TEXTS = ("out.csv", "out.csv.gz", "out.jsonl")
WRITTEN = [*((name, engine) for name in TEXTS for engine in ("rows", "columns")), ("out.parquet", "columns")]


@pytest.mark.parametrize(("name", "engine"), WRITTEN)
def test_a_full_disk_leaves_the_old_output(name: str, engine: str, there: Path) -> None:
    (there / name).write_text("old")
    before = files(there)
    ran = limited(there, "many.csv", "-o", name, "--engine", engine, size=20_000 if name != "out.csv.gz" else 4096)
    assert (there / name).read_text() == "old"
    assert files(there) == before
    assert ran.status == 2, ran.err
    assert "cannot write" in ran.err
    assert "Traceback" not in ran.err


@pytest.mark.parametrize("given", ["in.csv", "in.parquet"])
def test_a_disk_that_is_full_when_parquet_is_made_leaves_the_old_output(given: str, there: Path) -> None:
    duckdb = pytest.importorskip("duckdb")
    rows = f"read_csv('{there / 'in.csv'}', all_varchar=true)"
    duckdb.connect().execute(f"COPY (SELECT * FROM {rows}) TO '{there / 'in.parquet'}' (FORMAT parquet)")
    (there / "out.parquet").write_text("old")
    before = files(there)
    ran = limited(there, given, "-o", "out.parquet", "--columns", "id,urgency", size=150)
    assert (ran.status, "cannot write out.parquet: File too large" in ran.err) == (2, True), ran.err
    assert (there / "out.parquet").read_text() == "old"
    assert files(there) == before


@pytest.mark.skipif(not FULL.exists(), reason="no device that is always full")
def test_a_full_device_is_one_clear_line(there: Path, run: Run) -> None:
    ran = run("batch", "many.csv", "-o", str(FULL), "-q")
    assert (ran.status, ran.err) == (2, f"sciaticheck: cannot write {FULL}: No space left on device\n")
    with FULL.open("wb") as full:
        process = started(there, "many.csv", "-o", "-", "-q", stdout=full, stdin=subprocess.DEVNULL)
        _, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (2, b"sciaticheck: cannot write -: No space left on device\n")


def test_full_rejects_leave_both_old_files(there: Path) -> None:
    (there / "bad.csv").write_text(MANY.replace("no", "maybe"))
    (there / "rejects.csv").write_text("old")
    ran = limited(there, "bad.csv", "-o", "out.csv", "--rejects", "rejects.csv")
    assert ran.status == 2
    assert "cannot write" in ran.err
    assert {(there / name).read_text() for name in ("out.csv", "rejects.csv")} == {"old"}


@pytest.mark.parametrize("engine", ["rows", "columns"])
def test_a_reader_that_went_away_is_not_mentioned(engine: str, there: Path) -> None:
    shell = f'"{sys.executable}" -m sciaticheck batch many.csv -o - --engine {engine} -q | head -1'
    done = subprocess.run(["sh", "-c", shell], cwd=there, env=environment(), capture_output=True, check=False)
    assert done.stdout.startswith(b"id,urgency,")
    assert done.stdout.count(b"\n") == 1
    assert done.stderr == b""


@pytest.mark.parametrize(
    ("target", "words"),
    [("none/out.csv", "No such file"), ("in.csv/out.csv", "Not a directory"), ("folder", "is a folder")],
)
def test_an_output_that_cannot_be_written_is_one_clear_line(target: str, words: str, there: Path, run: Run) -> None:
    (there / "folder").mkdir()
    before = files(there)
    for option in ("-o", "--rejects"):
        ran = run("batch", "in.csv", *(("-o", "new.csv") if option != "-o" else ()), option, target, "-q")
        assert ran.status == 2
        assert words in ran.err
        assert "Traceback" not in ran.err
        assert files(there) == before


@pytest.mark.skipif(os.geteuid() == 0 and not shutil.which("setpriv"), reason="root may write everywhere")
def test_an_unwritable_folder_is_one_clear_line(there: Path) -> None:
    folder = there / "closed"
    folder.mkdir()
    folder.chmod(0o555)
    there.chmod(0o755)
    drop: tuple[str, ...] = ()
    if os.geteuid() == 0:
        drop = ("setpriv", "--bounding-set=-all", "--inh-caps=-all", "--securebits=+noroot")
    done = subprocess.run(
        [*drop, *COMMAND, "in.csv", "-o", "closed/out.csv", "-q"],
        cwd=there,
        env=environment(),
        capture_output=True,
        check=False,
    )
    assert (done.returncode, b"Permission denied" in done.stderr) == (2, True), done.stderr
    assert files(folder) == set()


Rename = Callable[[Path, Path], object]


@pytest.mark.parametrize("option", ["-o", "--rejects"])
@pytest.mark.parametrize(
    "make",
    [
        lambda old, new: new.symlink_to(old),
        lambda old, new: os.link(old, new),
        lambda old, new: new.symlink_to(Path(".") / ".." / old.parent.name / old.name),
    ],
    ids=["link", "hard link", "link the long way"],
)
def test_the_input_is_not_overwritten_by_another_name(make: Rename, option: str, there: Path, run: Run) -> None:
    make(there / "in.csv", there / "other.csv")
    for given, named in (("in.csv", "other.csv"), ("other.csv", str(there / "in.csv")), ("i*.csv", "./other.csv")):
        ran = run("batch", given, *(("-o", "new.csv") if option != "-o" else ()), option, named)
        assert (ran.status, "is an input" in ran.err) == (2, True)
        assert (there / "in.csv").read_text() == GOOD
        assert (there / "other.csv").read_text() == GOOD


def test_standard_input_that_is_a_file_is_not_overwritten(there: Path) -> None:
    with (there / "in.csv").open("rb") as given:
        process = started(there, "-", "-o", "in.csv", stdin=given)
        _, err = process.communicate(timeout=60)
    assert (process.returncode, b"is an input" in err) == (2, True), err
    assert (there / "in.csv").read_text() == GOOD


def test_rows_and_rejects_do_not_share_a_file(there: Path, run: Run) -> None:
    (there / "same.csv").symlink_to("out.csv")
    ran = run("batch", "in.csv", "-o", "out.csv", "--rejects", "same.csv")
    assert (ran.status, (there / "out.csv").read_text()) == (2, "old")


def test_output_through_a_link_replaces_what_it_points_to_and_keeps_its_permissions(there: Path, run: Run) -> None:
    (there / "out.csv").chmod(0o640)
    (there / "link.csv").symlink_to("out.csv")
    assert run("batch", "in.csv", "-o", "link.csv").status == 3
    assert (there / "link.csv").is_symlink()
    assert (there / "out.csv").read_text().startswith("id,urgency")
    assert (there / "out.csv").stat().st_mode & 0o777 == 0o640
