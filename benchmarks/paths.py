"""The paths that are measured: parts of tables.py and growth.py."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from running import SCIATICHECK, Run, run


class BatchPath(NamedTuple):
    """A path of `batch`: its engine, the endings of input and output, the floor, and what is compared beside it.

    A floor is a name in floors.py and the ending of what it writes.
    """

    engine: str
    source: str
    target: str
    floor: tuple[str, str]
    beside: dict[str, tuple[str, str]]


SHAPE = "all columns read, rows of our shape"
BATCH = {
    "csv": BatchPath("columns", "csv", "csv", ("copy", "csv"), {SHAPE: ("shape", "csv")}),
    "parquet": BatchPath("columns", "parquet", "parquet", ("copy", "parquet"), {SHAPE: ("shape", "parquet")}),
    "jsonl": BatchPath(
        "rows", "jsonl", "csv", ("copy", "jsonl"), {SHAPE: ("shape", "csv"), "a copy of it as CSV": ("copy", "csv")}
    ),
    "rows-jsonl": BatchPath("rows", "jsonl", "jsonl", ("msgspec", "jsonl"), {}),
    "rows-csv": BatchPath("rows", "csv", "csv", ("csv", "csv"), {}),
}  # fmt: skip

TITLES = {
    "csv": ("columns, CSV → CSV", "DuckDB's copy of the file", 1.3, 0.9),
    "parquet": ("columns, Parquet → Parquet", "DuckDB's copy of the file", 1.2, 0.8),
    "jsonl": ("rows, JSON Lines → CSV", "DuckDB's copy of the file as JSON Lines", 2.0, 1.3),
    "rows-jsonl": ("rows, JSON Lines → JSON Lines", "msgspec, each line decoded and encoded", 3.0, 2.0),
    "rows-csv": ("rows, CSV → CSV", "csv.reader to csv.writer", 4.0, 2.5),
    "spark": ("spark, same query on Parquet", "Spark's copy of the file", 2.2, 2.0),
    "assess": ("assess, one respondent", "zen-engine on the same criteria", 1.0, 0.5),
}
"""The row's title, the floor, at most, and the aim."""


def batch(engine: str, source: Path, target: Path, rejects: Path) -> Run:
    """Ours. An urgent result or a rejected record is no failure."""
    command = [SCIATICHECK, "batch", str(source), "-o", str(target), "--rejects", str(rejects)]
    return run([*command, "--engine", engine, "--quiet"], allowed=(0, 1, 2, 3))
