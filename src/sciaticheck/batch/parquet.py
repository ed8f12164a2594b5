"""Parquet files, read by DuckDB: to pieces of text or, in one pass, to another Parquet file, in order."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import duckdb
from sqlglot import exp

from sciaticheck.batch.duckdb_sql import DuckDB, connection, memory_file
from sciaticheck.batch.job import Done, Job, Reject, Summary, Tally, check_names, rejected
from sciaticheck.batch.output import Rejects, beside
from sciaticheck.batch.parquet_output import errors, told, write
from sciaticheck.batch.progress import Progress
from sciaticheck.batch.ready import Ready
from sciaticheck.batch.sources import Source
from sciaticheck.batch.sql import query
from sciaticheck.batch.terms import text
from sciaticheck.batch.written import written
from sciaticheck.errors import AnswersError, Problem, shown

GROUP = 122_880
"""Rows that DuckDB writes together: a piece of whole groups mostly begins with one."""

ROWS = {"csv": 4 * GROUP, "jsonl": 2 * GROUP, "parquet": 4 * GROUP}
"""Rows of a piece, by the format of its text."""


def _file(source: Source) -> str:
    return f"read_parquet({text(source.path).sql('duckdb')}, file_row_number = true)"


def columns_of(source: Source) -> list[str]:
    """The columns of a file. Raises AnswersError when it is no Parquet, or a name is not as it is to be written."""
    with errors(source), connection() as db:
        path = text(source.path).sql("duckdb")
        found = db.execute(f"SELECT * FROM read_parquet({path}) LIMIT 0").description or []
    names = [column[0] for column in found]
    blank = "has blanks around its name: rename the column"
    if wrong := [name for name in names if name != name.strip()]:
        raise AnswersError(
            [Problem("bad_header", f"column {shown(name)} {blank}", source.path, key=name) for name in wrong]
        )
    return names


class _Reader:
    """A file as a view `given` of texts with `row`, and the query over it: `made` has those of files before."""

    def __init__(self, job: Job, source: Source, threads: int, made: dict[tuple[tuple[str, ...], ...], str]) -> None:
        self.job, self.source, self.made = job, source, made
        names = columns_of(source)
        self.has_id = "id" in names
        questions = [name for name in names if name in job.knowledge.questions]
        carried = [*(["id"] if self.has_id else []), *job.keep]
        used = [*questions, *carried]
        check_names(used, source.path, job)
        quoted = {name: exp.column(name, quoted=True).sql("duckdb") for name in used}
        given = {name: quoted[name] if name in names else "NULL" for name in used}
        texts = ", ".join(f"CAST({given[name]} AS VARCHAR) AS {quoted[name]}" for name in used)
        self.view = f"SELECT {texts}, file_row_number + 1 AS row FROM {_file(source)}"
        self.sql = self._query(questions, carried)
        picked = ", ".join(["row", *quoted.values()])
        self.faults = f"SELECT {picked} FROM ({self._query(questions, used)}) WHERE problems IS NOT NULL"
        self.db = connection(threads)

    def _query(self, questions: list[str], carried: list[str]) -> str:
        names = (tuple(questions), tuple(carried))
        if names not in self.made:
            found = query(self.job.knowledge, exp.to_table("given"), questions, ["row", *carried], DuckDB())
            self.made[names] = found.sql("duckdb")
        return self.made[names]

    def count(self) -> int:
        """The number of records."""
        (found,) = self.db.execute(f"SELECT count(*) FROM {_file(self.source)}").fetchone() or (0,)
        return int(found)

    def good(self, found: str, as_text: bool = True) -> str:
        """The query for what is written of the rows in `found`."""
        given = '"id"' if self.has_id else "CAST(NULL AS VARCHAR)"
        rows = f"SELECT * EXCLUDE (row), {given} AS given_id, row AS record FROM {found} WHERE problems IS NULL"
        return f"WITH good AS ({rows}) {written(self.job, 'good', text(self.source.name), as_text).sql('duckdb')}"

    def reasons(self) -> Iterator[list[Reject]]:
        """What is wrong with each row at fault, by the ordinary reader. Raises AnswersError where it finds nothing."""
        cursor = self.db.execute(self.faults)
        columns = [column[0] for column in cursor.description or []]
        while block := cursor.fetchmany(1000):
            for values in block:
                record = dict(zip(columns, values, strict=True))
                number = record.pop("row")
                raw = {key: value for key, value in record.items() if key not in self.job.keep}
                yield rejected(raw, number, self.source, self.job.knowledge)


def rows(ready: Ready, source: Source) -> Iterator[tuple[Done, int]]:
    """What came of each piece of a file, as text in the job's format."""
    job = ready.job
    with errors(source):
        reader = _Reader(job, source, os.cpu_count() or 1, ready.queries)
        db, total, out = reader.db, reader.count(), memory_file()
        form, size = "json" if job.format == "jsonl" else "csv, HEADER false", ROWS[job.format]
        for start in range(0, total, size):
            db.execute(f"CREATE OR REPLACE TEMP VIEW given AS {reader.view} "
                       f"WHERE file_row_number >= {start} AND file_row_number < {start + size}")  # fmt: skip
            db.execute(f"CREATE OR REPLACE TEMP TABLE found AS {reader.sql}")
            db.execute(f"COPY ({reader.good('found')}) TO '{out}' (FORMAT {form}, USE_TMP_FILE false)")
            tally = _tally(db, "found WHERE problems IS NULL")
            count = min(size, total - start)
            rejects = [reject for row in reader.reasons() for reject in row] if tally.total() < count else []
            position = (source.size or 0) * (start + count) // total
            yield Done(Path(out).read_bytes().decode("utf-8"), count, rejects, tally), position


def file_to_file(job: Job, source: Source, output: str, rejects: Rejects, progress: Progress | None) -> Summary:
    """One Parquet file to another in one query, without any text between."""
    with errors(source, output), beside(output) as file:
        reader = _Reader(job, source, os.cpu_count() or 1, {})
        db, total = reader.db, reader.count()
        db.execute(f"CREATE TEMP VIEW given AS {reader.view}")
        with told(db, total, source.size or 0, progress):
            write(db, reader.good(f"({reader.sql}) AS found", as_text=False), file)
        made = f"read_parquet({text(file).sql('duckdb')})"
        (count,) = db.execute(f"SELECT count(*) FROM {made}").fetchone() or (0,)
        known = {"urgency", "possible_urgency"} <= set(job.wanted)
        tally = _tally(db, made if known else f"({reader.sql}) WHERE problems IS NULL")
        for row in reader.reasons() if count < total else ():
            rejects.add(row)
        rejects.account(total, count)
    return Summary(total, count, rejects.records, tally, rejects.reasons, rejects.shown, [], job.unasked)


def _tally(db: duckdb.DuckDBPyConnection, rows: str) -> Tally:
    counts = db.execute(f"SELECT urgency, possible_urgency, count(*) FROM {rows} GROUP BY ALL").fetchall()
    return Counter({(one, two): number for one, two, number in counts})
