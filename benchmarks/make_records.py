"""Random records to try `sciaticheck batch` on: as CSV, JSON Lines or Parquet, by the ending of the file's name.

    python benchmarks/make_records.py N FILE [--clean] [--seed 1]

Every question has a column. Most answers are no; each stands in one of its accepted spellings, in lower case, in
capitals or with a capital first; one in a hundred in mixed case, one in a hundred with blanks around it. One record in
a thousand has a value that is no answer, and one a follow-up that contradicts its parent; none with --clean. The same
N and seed give the same records in every format.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random
from threading import Thread
from typing import BinaryIO

from sciaticheck import Knowledge, load_knowledge
from sciaticheck.answers.spelling import SPELLINGS

DISTINCT = 8000
"""Different records, drawn again and again under running ids; of these FAULTY with each kind of fault."""

FAULTY = DISTINCT // 1000
BLOCK = 10_000
"""Records written at once."""

SHARES = {"no": 80, None: 12, "yes": 5, "unsure": 3}
WORDS = {answer: [word for word, means in SPELLINGS.items() if means == answer] for answer in SHARES}
AROUND = (*[" "] * 28, "\t", "\xa0")
"""Blanks around a word: tabs and no-break spaces are few, in a few records of a hundred."""
WRONG = ("maybe", "2", "n/a", "yes?", "-", "99")
PLAIN = {"true": True, "false": False, "1": 1, "0": 0, "null": None}
"""Spellings that JSON also has as values of its own."""


def spelling(random: Random, answer: str | None) -> str:
    """One way to write an answer: half of the time the first, mostly in lower case and without blanks."""
    words = WORDS[answer]
    word = words[0] if random.random() < 0.5 else random.choice(words)
    case = random.random()
    if case > 0.99:
        word = "".join(random.choice((char, char.upper())) for char in word)
    elif case > 0.7:
        word = word.upper() if case > 0.85 else word.capitalize()
    if random.random() < 0.01:
        word = random.choice(("", random.choice(AROUND))) + word + random.choice(AROUND)
    return word


def answers(random: Random, knowledge: Knowledge) -> dict[str, str]:
    """Answers to all questions, without a fault."""
    drawn = random.choices([*SHARES], [*SHARES.values()], k=len(knowledge.questions))
    given = dict(zip(knowledge.questions, drawn, strict=True))
    for question in knowledge.follow_ups:
        if given[question.only_if or ""] == "no" and given[question.id]:
            given[question.id] = "no"
    return {name: spelling(random, answer) for name, answer in given.items()}


def pool(random: Random, knowledge: Knowledge, clean: bool) -> list[dict[str, str]]:
    """The distinct records: first those with a value that is none, then those with a conflict, then the others."""
    made = [answers(random, knowledge) for _ in range(DISTINCT)]
    if not clean:
        for record in made[:FAULTY]:
            record[random.choice([*record])] = random.choice(WRONG)
        for record in made[FAULTY : 2 * FAULTY]:
            child = random.choice(knowledge.follow_ups)
            record[child.only_if or ""], record[child.id] = "no", random.choice(("yes", "unsure"))
    return made


def csv_rest(record: dict[str, str]) -> bytes:
    """A record as CSV without its id. No spelling holds a quote, comma or line end."""
    return ("," + ",".join(record.values()) + "\n").encode()


def json_rest(random: Random, record: dict[str, str]) -> bytes:
    """A record as a line of JSON without its id: unanswered questions are mostly left out, some words are no text."""
    values: dict[str, object] = {}
    for name, text in record.items():
        if text or random.random() < 0.1:
            values[name] = PLAIN[text] if text in PLAIN and random.random() < 0.5 else text
    return (json.dumps(values, ensure_ascii=False, separators=(",", ":")).replace("{", '",', 1) + "\n").encode()


def write(
    out: BinaryIO,
    count: int,
    random: Random,
    rests: Sequence[bytes],
    start: str = "",
    progress: Callable[[int], None] | None = None,
) -> None:
    """Writes so many records: `start`, a running id, and one of the rests."""
    for first in range(1, count + 1, BLOCK):
        numbers = range(first, min(first + BLOCK, count + 1))
        drawn = random.choices(rests, k=len(numbers))
        out.write(b"".join([b"%sp%09d%s" % (start.encode(), *pair) for pair in zip(numbers, drawn, strict=True)]))
        if progress:
            progress(numbers[-1])


def parquet(path: Path, head: Sequence[str], write_csv: Callable[[BinaryIO], None]) -> None:
    """Has DuckDB make Parquet from the CSV as it comes through a pipe; an empty cell is null."""
    import duckdb

    reading, writing = os.pipe()

    def feed() -> None:
        with open(writing, "wb") as out:
            write_csv(out)

    thread = Thread(target=feed)
    thread.start()
    with open(reading, "rb"), duckdb.connect() as db:
        shape = ", ".join(f"'{name}': 'VARCHAR'" for name in head)
        source = f"read_csv('/dev/fd/{reading}', auto_detect=false, header=true, delim=',', columns={{{shape}}})"
        target = str(path).replace("'", "''")
        db.execute(f"COPY (FROM {source}) TO '{target}' (FORMAT parquet, COMPRESSION zstd)")
    thread.join()


def make(count: int, path: Path, clean: bool = False, seed: int = 1, knowledge: Knowledge | None = None) -> None:
    """Makes the file."""
    knowledge = knowledge or load_knowledge()
    random = Random(seed)
    records = pool(random, knowledge, clean)
    order, spare = random.getrandbits(64), Random(random.getrandbits(64))
    head = ["id", *knowledge.questions]
    shown = _bar(count)

    def write_csv(out: BinaryIO) -> None:
        out.write((",".join(head) + "\n").encode())
        write(out, count, Random(order), [*map(csv_rest, records)], progress=shown)

    if path.suffix == ".parquet":
        parquet(path, head, write_csv)
        return
    with path.open("wb") as out:
        if path.suffix == ".csv":
            write_csv(out)
        else:
            rests = [json_rest(spare, record) for record in records]
            write(out, count, Random(order), rests, '{"id":"', shown)


def _bar(count: int) -> Callable[[int], None] | None:
    if not sys.stderr.isatty():
        return None

    def shown(done: int) -> None:
        sys.stderr.write(f"\r{done:,} of {count:,}" + ("\n" if done == count else ""))

    return shown


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
