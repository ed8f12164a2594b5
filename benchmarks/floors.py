"""What is compared with, each as a process: copies without any rules.

python benchmarks/floors.py copy|shape|msgspec|csv INPUT OUTPUT
"""

from __future__ import annotations

import csv
import sys
from pathlib import Path

from sciaticheck import load_knowledge
from sciaticheck.batch.rows import columns

WRITTEN = {".csv": "FORMAT csv", ".jsonl": "FORMAT json", ".parquet": "FORMAT parquet, COMPRESSION zstd"}


def source(path: str) -> str:
    """How DuckDB reads the file: all columns as text, nothing guessed."""
    names = ["id", *load_knowledge().questions]
    shape = ", ".join(f"'{name}': 'VARCHAR'" for name in names)
    if path.endswith(".csv"):
        return f"read_csv('{path}', auto_detect=false, header=true, delim=',', quote='\"', columns={{{shape}}})"
    if path.endswith(".jsonl"):
        return f"read_json('{path}', format='newline_delimited', auto_detect=false, columns={{{shape}}})"
    return f"read_parquet('{path}')"


def shape(path: str) -> str:
    """A query that reads every column and gives rows of our shape, without rules: texts, and lengths as scores."""
    known = load_knowledge()
    names = list(known.questions)
    texts = {
        "id": "id",
        "urgency": "'same_day'",
        "possible_urgency": "'emergency'",
        "complete": "'false'",
        "advice": "'same_day'",
        "red_flags": f"'{';'.join([*known.red_flags][-2:])}'",
        "top_condition": f"'{next(iter(known.conditions))}'",
    }
    scores = [name for name in columns(known) if name not in texts]
    for place, score in enumerate(scores):
        lengths = " + ".join(f"coalesce(length({name}), 0)" for name in names[place :: len(scores)])
        texts[score] = f"({lengths}) / 100.0"
    chosen = ", ".join(f"{value} AS {name}" for name, value in texts.items())
    return f"SELECT {chosen} FROM {source(path)}"


def by_duckdb(query: str, output: str) -> None:
    """DuckDB as it comes: all threads, order kept."""
    import duckdb

    duckdb.execute(f"COPY ({query}) TO '{output}' ({WRITTEN[Path(output).suffix]})")


def by_msgspec(source: str, output: str) -> None:
    """Each line decoded and encoded."""
    import msgspec

    decode, encode = msgspec.json.Decoder().decode, msgspec.json.Encoder().encode
    with open(source, "rb") as lines, open(output, "wb") as out:
        write = out.write
        for line in lines:
            write(encode(decode(line)) + b"\n")


def by_csv(source: str, output: str) -> None:
    """All rows from the reader to the writer."""
    with open(source, encoding="utf-8", newline="") as lines, open(output, "w", encoding="utf-8", newline="") as out:
        csv.writer(out, lineterminator="\n").writerows(csv.reader(lines))


def main() -> None:
    what, source_path, output = sys.argv[1:]
    if what == "copy":
        by_duckdb(f"FROM {source(source_path)}", output)
    elif what == "shape":
        by_duckdb(shape(source_path), output)
    else:
        {"msgspec": by_msgspec, "csv": by_csv}[what](source_path, output)


if __name__ == "__main__":
    main()
