"""One number for the rows in a file of results, the same whatever the format.

    python benchmarks/rows_hash.py FILE [REJECTS.csv]

Prints the number of rows and their SHA-256, then the same of the rejects. A folder of Parquet is put in order by id.
"""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterable, Iterator
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from sciaticheck import load_knowledge
from sciaticheck.batch.rows import columns


@cache
def _score(value: object) -> str:
    return repr(float(value))  # type: ignore[arg-type]


_WORDS = {True: "true", False: "false", None: ""}


def _rows(path: Path) -> Iterator[Iterable[Any]]:
    names = columns(load_knowledge())
    if path.suffix == ".csv":
        with path.open(encoding="utf-8", newline="") as lines:
            reader = csv.reader(lines)
            assert next(reader) == names, "not the columns of a row"
            yield from reader
    elif path.suffix == ".jsonl":
        import msgspec

        decode = msgspec.json.Decoder().decode
        with path.open("rb") as lines:
            for line in lines:
                row = decode(line)
                assert [*row] == names, "not the columns of a row"
                yield row.values()
    else:
        import duckdb

        chosen = ", ".join(names)
        source, order = (f"{path}/*.parquet", " ORDER BY id") if path.is_dir() else (str(path), "")
        found = duckdb.execute(f"SELECT {chosen} FROM read_parquet('{source}'){order}")
        while block := found.fetchmany(10_000):
            yield from block


def rows_hash(path: Path) -> tuple[int, str]:
    """The number of rows and their hash."""
    made, count = sha256(), 0
    for name, urgency, possible, complete, advice, flags, top, *scores in _rows(path):
        if isinstance(flags, list | tuple):
            flags = ";".join(flags)
        complete = _WORDS.get(complete, complete)
        row = (name, urgency, possible, complete, advice, flags or "", top or "", *map(_score, scores))
        made.update(json.dumps(row).encode())
        count += 1
    return count, made.hexdigest()


def rejects_hash(path: Path) -> tuple[int, str]:
    """The number of rejected records, and a hash of what is wrong with each."""
    with path.open(encoding="utf-8", newline="") as lines:
        faults = [(row["record"], row["key"], row["value"], row["code"]) for row in csv.DictReader(lines)]
    return len({record for record, *_ in faults}), sha256(repr(faults).encode()).hexdigest()


def main() -> None:
    print(*rows_hash(Path(sys.argv[1])))
    for path in sys.argv[2:]:
        print(*rejects_hash(Path(path)))


if __name__ == "__main__":
    main()
