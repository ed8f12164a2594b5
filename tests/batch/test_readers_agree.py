"""Rows and rejects are the same from rows, columns and `check`, on hostile records and damaged files."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from random import Random

import pytest

from random_records import csv_bytes, jsonl_bytes
from sciaticheck import Knowledge, assess, load_knowledge
from sciaticheck.batch.job import job
from sciaticheck.batch.rows import columns, row
from sciaticheck.batch.run import prepare, run
from sciaticheck.errors import AnswersError
from sciaticheck.inputs.files import respondents
from sciaticheck.inputs.sources import source_of

pytest.importorskip("pyarrow")

KNOWN = load_knowledge()
ALL = ["id", *KNOWN.questions]
SOME = [name for place, name in enumerate(KNOWN.questions) if place % 3]
HEADERS = {
    "all": (ALL, "\n"),
    "all, crlf": (ALL, "\r\n"),
    "no id": (list(KNOWN.questions), "\n"),
    "some, id last": ([*SOME, "note", "id"], "\n"),
    "one": (["fever"], "\n"),
}


def batch(
    path: Path, engine: str, format: str = "csv", keep: tuple[str, ...] = (), knowledge: Knowledge = KNOWN
) -> tuple[bytes, bytes, str]:
    """The rows, the rejects, and why reading stopped."""
    made, rejects = path.with_name(f"{engine}.{format}"), path.with_name(f"{engine}.bad.csv")
    try:
        task, sources = prepare(
            [source_of(str(path))], job(knowledge, keep=keep, format=format, is_raw=format != "csv"), []
        )
        summary = run(task, sources, str(made), str(rejects), engine)
    except AnswersError as error:
        return b"", b"", str(error)
    assert summary.read == summary.written + summary.rejected + summary.blank
    return made.read_bytes(), rejects.read_bytes(), "\n".join(map(str, summary.stopped))


def by_check(path: Path) -> tuple[list[dict[str, object]], int]:
    """The rows that `check` gives, and how many records it refuses."""
    good, refused = [], 0
    for found, problems in respondents([str(path)], KNOWN):
        if found is None:
            refused += problems[0].code != "empty"
        else:
            good.append(row(found.id, assess(found.answers, KNOWN), columns(KNOWN)))
    return good, refused


def same_as_check(path: Path, rows: bytes, rejects: bytes) -> None:
    good, refused = by_check(path)
    read = list(csv.DictReader(io.StringIO(rows.decode(), newline="")))
    assert len(read) == len(good)
    for mine, theirs in zip(read, good, strict=True):
        flags = theirs["red_flags"]
        assert isinstance(flags, list)
        wanted = {**theirs, "red_flags": ";".join(flags), "complete": str(theirs["complete"]).lower()}
        assert {name: text if name != "id" else text.removeprefix("'") for name, text in mine.items()} == {
            name: str(value) if name != "id" else str(value).removeprefix("'") for name, value in wanted.items()
        }
    records = {line["record"] for line in csv.DictReader(io.StringIO(rejects.decode(), newline=""))}
    assert len(records) == refused


@pytest.mark.parametrize("name", HEADERS)
def test_csv_by_rows_by_columns_and_by_check(name: str, tmp_path: Path) -> None:
    header, line_end = HEADERS[name]
    path = tmp_path / "in.csv"
    path.write_bytes(csv_bytes(len(name), 3000, KNOWN, header, line_end))
    keep = ("note",) if "note" in header else ()
    by_rows = batch(path, "rows", keep=keep)
    assert by_rows == batch(path, "columns", keep=keep)
    assert by_rows[2] == ""
    assert batch(path, "rows", "jsonl", keep) == batch(path, "columns", "jsonl", keep)
    if not keep:
        same_as_check(path, *by_rows[:2])


@pytest.mark.parametrize("seed", range(3))
def test_json_lines_by_batch_and_by_check(seed: int, tmp_path: Path) -> None:
    path = tmp_path / "in.jsonl"
    path.write_bytes(jsonl_bytes(seed, 3000, KNOWN, spaced=bool(seed % 2)))
    rows, rejects, stopped = batch(path, "rows")
    assert stopped == ""
    same_as_check(path, rows, rejects)


def test_parquet_by_rows_and_by_columns(tmp_path: Path) -> None:
    """All columns as text, then as booleans and numbers, as pandas writes them."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    random = Random(5)
    text = csv_bytes(9, 3000, KNOWN, ALL, broken=False).decode()
    rows = list(csv.reader(io.StringIO(text, newline="")))
    table = {name: [cells[place] or None for cells in rows[1:]] for place, name in enumerate(rows[0])}
    choices = {
        1: pa.array(random.choices((True, False, None), k=len(rows) - 1)),
        2: pa.array(random.choices((1.0, 0.0, None, 2.5, float("nan")), k=len(rows) - 1)),
        3: pa.array(random.choices((1, 0, None, 7), k=len(rows) - 1)),
        4: pa.array(random.choices(("yes", "no", None), k=len(rows) - 1)).dictionary_encode(),
        5: pa.array(random.choices(([1], None), (1, 99), k=len(rows) - 1)),
    }
    for number in (0, 1):
        path = tmp_path / f"in{number}.parquet"
        typed = {name: choices[place] if number and place in choices else pa.array(values)
                 for place, (name, values) in enumerate(table.items())}  # fmt: skip
        pq.write_table(pa.table(typed), path, row_group_size=700)
        by_rows = batch(path, "rows")
        assert by_rows == batch(path, "columns")
        same_as_check(path, *by_rows[:2])


def damaged(random: Random) -> bytes:
    """A small file of CSV with a few bytes changed, cut, doubled or put in."""
    header = random.choice(
        [["id", "fever", "both_legs", "both_legs_new"], ["fever"], ["fever", "id"], ["id", "fever", ""]]
    )
    ends = random.choice(["\n", "\r\n", "\r"]) if random.random() < 0.2 else "\n"
    lines = [",".join(header)]
    cells = ("yes", "no", "", "unsure", "maybe", '"yes"', '"n""o"', "1.0", " no ", '"a,b"', '"two\nlines"', "=1")
    lines += [",".join(random.choices(cells, k=len(header))) for _ in range(random.randrange(30))]
    data = bytearray(ends.join(lines).encode() + random.choice([b"", b"\n", b"\r\n", b"\r", b"\n\n"]))
    odd = (
        b'"',
        b"\n",
        b"\r",
        b"\0",
        b",",
        b"\xff",
        b";",
        b"\xef\xbb\xbf",
        b'""',
        b"\r\n",
        b"\xe2\x80\xa8",
        b"\x1c",
        b"\\",
    )
    for _ in range(random.randrange(4)):
        place = random.randrange(len(data) + 1)
        data[place : place + random.randrange(3)] = random.choice(odd)
    return bytes(data)


@pytest.mark.parametrize("seed", range(4))
def test_damaged_files_by_rows_by_columns_and_by_check(seed: int, tmp_path: Path) -> None:
    """1,500 of them: `python benchmarks/fuzz.py 1500`."""
    random = Random(seed)
    for number in range(30):
        path = tmp_path / "in.csv"
        path.write_bytes(damaged(random))
        by_rows = batch(path, "rows")
        assert by_rows == batch(path, "columns"), (number, path.read_bytes())
        if not by_rows[2]:
            same_as_check(path, *by_rows[:2])


def test_chunks_of_any_size_give_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from sciaticheck.batch import work

    path = tmp_path / "in.csv"
    path.write_bytes(csv_bytes(77, 1500, KNOWN, ALL))
    whole = batch(path, "rows")
    for size in (7, 700, 50_000):
        monkeypatch.setattr(work, "CHUNK", size)
        monkeypatch.setattr(work, "COLUMN_CHUNK", size)
        assert batch(path, "columns" if size > 7 else "rows") == whole
