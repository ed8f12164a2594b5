"""Random records to try `sciaticheck batch` on: as CSV, JSON Lines or Parquet, by the ending of the file's name.

    python benchmarks/make_records.py N FILE [--clean] [--seed 1]

Every question has a column, and all records are different: five to ten yes each, mostly no, each in one of its accepted
spellings, in lower case, in capitals or with a capital first; one in a hundred in mixed case, one in a hundred with
blanks around it. One record in a thousand has a value that is no answer, and one a follow-up that contradicts its
parent; none with --clean. The same N and seed give the same records in every format.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from pathlib import Path
from random import Random

import numpy as np

from sciaticheck import Knowledge, load_knowledge
from sciaticheck.answers.spelling import SPELLINGS

BLOCK = 10_000
"""Records made at a time."""

VARIANTS = 512
"""Ways in which an answer is written, some of them the same."""

SHARES = {"no": 0.72, None: 0.12, "yes": 0.12, "unsure": 0.04}
AROUND = (*[" "] * 28, "\t", "\xa0")
"""Blanks around a word: tabs and no-break spaces are few."""
WRONG = ("maybe", "2", "n/a", "yes?", "-", "99")
PLAIN = {"true": True, "false": False, "1": 1, "0": 0, "null": None}
"""Spellings that JSON also has as values of its own."""


def spelling(random: Random, answer: str | None) -> str:
    """One way to write an answer: half of the time the first, mostly in lower case and without blanks."""
    words = [word for word, means in SPELLINGS.items() if means == answer]
    word = words[0] if random.random() < 0.5 else random.choice(words)
    case = random.random()
    if case > 0.99:
        word = "".join(random.choice((char, char.upper())) for char in word)
    elif case > 0.7:
        word = word.upper() if case > 0.85 else word.capitalize()
    if random.random() < 0.01:
        word = random.choice(("", random.choice(AROUND))) + word + random.choice(AROUND)
    return word


def records(count: int, knowledge: Knowledge, clean: bool, seed: int) -> Iterator[list[tuple[str, ...]]]:
    """The records in blocks, each the id and a text a question."""
    random, draw = Random(seed), np.random.default_rng(seed)
    names = list(knowledge.questions)
    texts = np.array([[spelling(random, answer) for _ in range(VARIANTS)] for answer in SHARES], dtype=object)
    no, _, yes, unsure = range(4)
    pairs = [(names.index(each.id), names.index(each.only_if or "")) for each in knowledge.follow_ups]
    for first in range(1, count + 1, BLOCK):
        size = min(BLOCK, count + 1 - first)
        chosen = draw.choice(4, size=(size, len(names)), p=[*SHARES.values()])
        for child, parent in pairs:
            chosen[(chosen[:, parent] == no) & (chosen[:, child] > 0), child] = no
        if not clean:
            for row in np.flatnonzero(draw.random(size) < 0.001):
                child, parent = pairs[draw.integers(len(pairs))]
                chosen[row, parent], chosen[row, child] = no, draw.choice([yes, unsure])
        cells = texts[chosen, draw.integers(VARIANTS, size=chosen.shape)]
        if not clean:
            for row in np.flatnonzero(draw.random(size) < 0.001):
                cells[row, draw.integers(len(names))] = random.choice(WRONG)
        yield [(f"p{first + place:09d}", *row) for place, row in enumerate(cells.tolist())]


def json_line(random: Random, names: list[str], record: tuple[str, ...]) -> str:
    """A record as a line of JSON: unanswered questions are mostly left out, some words are no text."""
    values: dict[str, object] = {"id": record[0]}
    for name, text in zip(names, record[1:], strict=True):
        if text or random.random() < 0.1:
            values[name] = PLAIN[text] if text in PLAIN and random.random() < 0.5 else text
    return json.dumps(values, ensure_ascii=False, separators=(",", ":")) + "\n"


def make(count: int, path: Path, clean: bool = False, seed: int = 1, knowledge: Knowledge | None = None) -> None:
    """Makes the file."""
    knowledge = knowledge or load_knowledge()
    names = list(knowledge.questions)
    blocks = records(count, knowledge, clean, seed)
    if path.suffix == ".parquet":
        import pyarrow as pa
        import pyarrow.parquet as pq

        schema = pa.schema([(name, pa.string()) for name in ("id", *names)])
        with pq.ParquetWriter(path, schema, compression="zstd") as writer:
            waiting: list[tuple[str, ...]] = []
            for block in blocks:
                waiting += block
                if len(waiting) >= 100_000:
                    writer.write_table(_table(waiting, schema))
                    waiting = []
            writer.write_table(_table(waiting, schema))
        return
    spare = Random(seed)
    with path.open("w", encoding="utf-8", newline="") as out:
        if path.suffix == ".csv":
            out.write(",".join(["id", *names]) + "\n")
        for block in blocks:
            if path.suffix == ".csv":  # no spelling holds a quote, comma or line end
                out.write("".join([",".join(record) + "\n" for record in block]))
            else:
                out.write("".join([json_line(spare, names, record) for record in block]))


def _table(rows: list[tuple[str, ...]], schema: object) -> object:
    """Rows as a table of Arrow; an empty cell is null."""
    import pyarrow as pa

    columns = zip(*rows, strict=True) if rows else [()] * len(schema.names)  # type: ignore[attr-defined]
    return pa.table([pa.array([cell or None for cell in column], pa.string()) for column in columns], schema=schema)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("count", metavar="N", type=int)
    parser.add_argument("file", metavar="FILE", type=Path)
    parser.add_argument("--clean", action="store_true", help="without faults")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    if given.file.suffix not in (".csv", ".jsonl", ".ndjson", ".parquet"):
        parser.error(f"{given.file}: the name must end in .csv, .jsonl, .ndjson or .parquet")
    if given.count < 0:
        parser.error("N is a number of records, 0 or more")
    make(given.count, given.file, given.clean, given.seed)


if __name__ == "__main__":
    main()
