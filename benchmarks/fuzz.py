"""Random hostile records and damaged files through every reader, until one differs.

    python benchmarks/fuzz.py [COUNT] [--seed 1]

COUNT files of damaged CSV (1,500 if not given) by rows, by columns and by `check`; then 100,000 hostile records of CSV
by rows and by columns, and of JSON Lines by rows and by `check`. Prints what differs, and ends with status 1 then.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path
from random import Random

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT / "tests" / "batch"), str(ROOT / "tests")]

from test_readers_agree import ALL, KNOWN, batch, damaged, same_as_check  # noqa: E402

from random_records import csv_bytes, jsonl_bytes  # noqa: E402

RECORDS = 100_000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("count", metavar="COUNT", type=int, nargs="?", default=1500)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    random = Random(given.seed)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "in.csv"
        for number in range(given.count):
            path.write_bytes(damaged(random))
            rows = batch(path, "rows")
            if rows != batch(path, "columns"):
                sys.exit(f"rows and columns differ on file {number}: {path.read_bytes()!r}")
            if not rows[2]:
                same_as_check(path, *rows[:2])
        print(f"{given.count:,} damaged files: the same")
        path.write_bytes(csv_bytes(given.seed, RECORDS, KNOWN, ALL))
        rows = batch(path, "rows")
        if rows != batch(path, "columns"):
            sys.exit("rows and columns differ on hostile records")
        same_as_check(path, *rows[:2])
        print(f"{RECORDS:,} records of CSV: the same")
        lines = path.with_suffix(".jsonl")
        lines.write_bytes(jsonl_bytes(given.seed, RECORDS, KNOWN))
        same_as_check(lines, *batch(lines, "rows")[:2])
        print(f"{RECORDS:,} records of JSON Lines: the same")


if __name__ == "__main__":
    main()
