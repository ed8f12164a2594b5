"""What many records cost: `sciaticheck batch` as a ratio to copying the same file without any rules.

    python benchmarks/tables.py [--rows 5000000] [--paths csv,spark] [--write docs/performance.md]
    python benchmarks/tables.py --growth [200000,1000000,5000000] [--write docs/performance.md]

Needs the extras `tables` and `spark`, and zen-engine. First the rows of every path are checked to be the same.
Everything is run as a process, the floor and ours in turn; the shortest time of each counts.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import sys
import tempfile
from collections.abc import Callable, Mapping
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

from growth import growth
from paths import BATCH, TITLES, batch
from running import Run, helper, in_turn, output, run
from sections import section, write_section


class Row(NamedTuple):
    """What came of one path. `beside` are further ratios."""

    rows: int
    floor: float
    ours: float
    peak: int | None
    beside: Mapping[str, float | str]


class Bench:
    """The files of one run, and whether all paths gave the same rows of them."""

    def __init__(self, folder: Path, rows: int, rounds: int) -> None:
        self.folder, self.rows, self.rounds = folder, rows, rounds
        self.seen: dict[str, tuple[str, ...]] = {}
        """The hashes of the rows and of the rejects, by path."""

    def records(self, ending: str) -> Path:
        """The records as a file of this kind."""
        path = self.folder / f"records.{ending}"
        if not path.exists():
            run(helper("make_records", self.rows, path))
        return path

    def same(self, name: str, target: Path, rejects: Path) -> None:
        """Holds the rows against those of the paths before. Raises RuntimeError where they differ or are too few."""
        written, refused = (line.split() for line in output(helper("rows_hash", target, rejects)).splitlines())
        if int(written[0]) + int(refused[0]) != self.rows:
            raise RuntimeError(f"{name}: {written[0]} rows and {refused[0]} rejects of {self.rows} records")
        self.agree(name, (*written, *refused))

    def agree(self, name: str, found: tuple[str, ...]) -> None:
        """Holds what there is of the hashes against those of the paths before."""
        for other, hashes in self.seen.items():
            if hashes[: len(found)] != found[: len(hashes)]:
                raise RuntimeError(f"{name} and {other} gave different rows: {found}, {hashes}")
        self.seen[name] = found
        print(f"  rows of {', '.join(self.seen)}: the same", file=sys.stderr)

    def check(self, name: str) -> None:
        """The rows of one path of `batch`, untimed."""
        path = BATCH[name]
        target, rejects = self.folder / f"check.{path.target}", self.folder / "check_rejects.csv"
        batch(path.engine, self.records(path.source), target, rejects)
        self.same(name, target, rejects)
        target.unlink()

    def batch(self, name: str) -> Row:
        """One path of `batch`."""
        path = BATCH[name]
        source, target, rejects = self.records(path.source), f"ours.{path.target}", self.folder / "rejects.csv"

        def floor(what: str, ending: str) -> Callable[[], Run]:
            return lambda: self.fresh(f"floor.{ending}", lambda made: run(helper("floors", what, source, made)))

        commands = {"floor": floor(*path.floor)}
        commands["ours"] = lambda: self.fresh(target, lambda made: batch(path.engine, source, made, rejects))
        commands |= {title: floor(*other) for title, other in path.beside.items()}
        found = in_turn(self.rounds, commands)
        beside = {"processor time": found["ours"].cpu / found["floor"].cpu}
        beside |= {title: found["ours"].seconds / found[title].seconds for title in path.beside}
        return Row(self.rows, found["floor"].seconds, found["ours"].seconds, found["ours"].peak, beside)

    def fresh(self, name: str, command: Callable[[Path], Run]) -> Run:
        """A command that writes a file of this name, which is removed again."""
        made = self.folder / name
        try:
            return command(made)
        finally:
            made.unlink(missing_ok=True)

    def spark(self) -> Row:
        """The query on Spark, in one session with the copy."""
        made = self.folder / "spark"
        found = json.loads(output(helper("spark_rows", self.records("parquet"), made, self.rounds)))
        (written,) = (line.split() for line in output(helper("rows_hash", made / "rules")).splitlines())
        self.agree("spark", (*written, str(found["rejected"])))
        shutil.rmtree(made)
        seconds = {name: min(runs) for name, runs in found["seconds"].items()}
        generated = seconds["rules"] / seconds["copy, code generated"]
        beside = {"the copy with wholeStage on": generated}
        return Row(self.rows, seconds["copy"], seconds["rules"], found["peak"], beside)

    def assess(self) -> Row:
        """One respondent at a time."""
        found = json.loads(output(helper("one_respondent", 5 * self.rounds)))
        low, middle, high = found["ratios"]["assess"]
        beside = {
            "its quartiles over batches": f"{low:.2f} to {high:.2f}",
            "everything read, advice and reasons too": found["ratios"]["assess, all read"][1],
            "zen with answers prepared as numbers": found["assess"] / found["zen, prepared"],
        }
        return Row(1, found["assess"] / middle, found["assess"], None, beside)


def line(name: str, row: Row) -> str:
    """A row as Markdown."""
    title, floor, most, aim = TITLES[name]
    texts = {what: ratio if isinstance(ratio, str) else f"{ratio:.2f}" for what, ratio in row.beside.items()}
    beside = "; ".join(f"{what}: {text}" for what, text in texts.items())
    peak = f"{row.peak / 1e6:,.0f} MB" if row.peak else ""
    ratio = f"{row.ours / row.floor:.2f}"
    if row.ours > most * row.floor:
        ratio = f"**{ratio}**"
    cells = [title, floor, ratio, f"{most:.1f}", f"{aim:.1f}", f"{row.rows:,}",
             f"{row.rows / row.ours:,.0f}", peak, beside]  # fmt: skip
    return f"| {' | '.join(cells)} |"


def report(lines: dict[str, str], rounds: int) -> str:
    """The section."""
    names = ("duckdb", "numpy", "pyarrow", "msgspec", "pyspark", "zen-engine")
    versions = ", ".join(f"{name} {version(name)}" for name in names)
    return "\n".join([
        "## Many records",
        "",
        "Time of `sciaticheck batch` as a ratio to a floor without any rules, both as whole processes and in turn,",
        f"the shortest of {rounds} rounds. All questions have a column; records from `benchmarks/make_records.py` with",
        "all spellings, blanks, bad values and follow-up conflicts, rejects written. The rows and rejects of all paths",
        "are first checked to be the same. Spark: within one session, starting it left out, its memory that of",
        "the session. assess: within one process, with both urgencies, every red flag and every condition read from",
        "the result; each respondent is new and timed once; the median ratio, results checked against zen-engine's.",
        "Memory: of all processes together. Further ratios: that of processor time, and those of wall time to other",
        "floors. Bold: above its limit.",
        "Made by `python benchmarks/tables.py --write docs/performance.md`.",
        f"{os.cpu_count()} cores, Python {platform.python_version()}, {versions}.",
        "",
        "| path | floor | ratio | at most | aim | records | records/s | peak memory | further ratios |",
        "|---|---|---|---|---|---|---|---|---|",
        *lines.values(),
    ])  # fmt: skip


def table(names: list[str], bench: Bench, document: Path | None) -> None:
    """Prints and writes the table; rows that are not measured now stay as they were."""
    old = {text.split(" | ")[0]: text for text in section(document, "tables").splitlines()} if document else {}
    lines = {name: old[f"| {title[0]}"] for name, title in TITLES.items() if f"| {title[0]}" in old}
    for name in names:
        if name in BATCH:
            print(f"{name}: checking", file=sys.stderr)
            bench.check(name)
    if set(names) - {"assess"} and not {"rows-csv", "rows-jsonl"} & set(names):
        bench.check("rows-csv")  # what the others are held against
    for name in names:
        print(f"{name}:", file=sys.stderr)
        row = bench.batch(name) if name in BATCH else getattr(bench, name)()
        lines[name] = line(name, row)
        print(lines[name], flush=True)
        if document:  # as far as it has come: a long run may be broken off
            write_section(document, "tables", report({key: lines[key] for key in TITLES if key in lines}, bench.rounds))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=5_000_000)
    parser.add_argument("--paths", default=",".join(TITLES), help=f"of {','.join(TITLES)}")
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument(
        "--growth", nargs="?", const="200000,1000000,5000000,50000000",
        help="only how time and memory grow, over these numbers of records (%(const)s: takes 70 GB of disk)",
    )  # fmt: skip
    parser.add_argument("--folder", type=Path, help="where the records go, about 1.5 GB a million; else removed again")
    parser.add_argument("--write", type=Path)
    given = parser.parse_args()
    names = given.paths.split(",")
    if unknown := [name for name in names if name not in TITLES]:
        parser.error(f"no such path: {', '.join(unknown)}")
    with tempfile.TemporaryDirectory(dir=given.folder) as folder:
        if given.growth:
            sizes = [int(number) for number in given.growth.split(",")]
            growth([name for name in names if name in BATCH], sizes, Path(folder), given.write)
        else:
            table(names, Bench(Path(folder), given.rows, max(given.rounds, 2)), given.write)


if __name__ == "__main__":
    main()
