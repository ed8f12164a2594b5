"""Parquet files: read and, where wanted, written by DuckDB in one pass, in order."""

from __future__ import annotations

import errno
import os
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import duckdb
from sqlglot import exp

from sciaticheck.answers.one import respondent
from sciaticheck.answers.record import Place
from sciaticheck.errors import AnswersError, Problem, shown
from sciaticheck.tables.duckdb import clashing
from sciaticheck.tables.duckdb_sql import DuckDB, connection, memory_file
from sciaticheck.tables.job import SHOWN, Done, Job, Reject, Summary, Tally, too_many
from sciaticheck.tables.output import Output, Rejects, beside
from sciaticheck.tables.sources import Source
from sciaticheck.tables.sql import query
from sciaticheck.tables.terms import text
from sciaticheck.tables.written import written

ROWS = 500_000
"""Rows of a piece."""


def _file(source: Source) -> str:
    return f"read_parquet({text(source.path).sql('duckdb')}, file_row_number = true)"


def columns_of(source: Source) -> list[str]:
    """The columns of a file. Raises AnswersError when it is no Parquet."""
    try:
        with connection() as db:
            path = text(source.path).sql("duckdb")
            found = db.execute(f"SELECT * FROM read_parquet({path}) LIMIT 0").description or []
    except duckdb.Error as error:
        raise AnswersError([_unreadable(source, error)]) from error
    return [column[0] for column in found]


def _unreadable(source: Source, error: Exception) -> Problem:
    return Problem("unreadable", f"cannot be read as Parquet: {str(error).splitlines()[0][:200]}", source.path)


class _Reader:
    """A file as a view `given` of texts with `row`, and the query over it."""

    def __init__(self, job: Job, source: Source, threads: int) -> None:
        self.job, self.source = job, source
        names = columns_of(source)
        self.has_id = "id" in names
        questions = [name for name in names if name in job.knowledge.questions]
        carried = [*(["id"] if self.has_id else []), *job.keep]
        used = [*questions, *carried]
        if found := clashing(used, job):
            wrong = "is a name that the query uses itself; give the column another name"
            problems = [Problem("unknown_column", f"{shown(name)} {wrong}", source.path, key=name) for name in found]
            raise AnswersError(problems)
        quoted = {name: exp.column(name, quoted=True).sql("duckdb") for name in used}
        given = {name: quoted[name] if name in names else "NULL" for name in used}
        texts = ", ".join(f"CAST({given[name]} AS VARCHAR) AS {quoted[name]}" for name in used)
        self.view = f"SELECT {texts}, file_row_number + 1 AS row FROM {_file(source)}"
        self.sql = query(job.knowledge, exp.to_table("given"), questions, ["row", *carried], DuckDB()).sql("duckdb")
        self.db = connection(threads)

    def count(self) -> int:
        """The number of records."""
        (found,) = self.db.execute(f"SELECT count(*) FROM {_file(self.source)}").fetchone() or (0,)
        return int(found)

    def good(self, found: str, as_text: bool = True) -> str:
        """The query for what is written of the rows in `found`."""
        given = '"id"' if self.has_id else "CAST(NULL AS VARCHAR)"
        rows = f"SELECT * EXCLUDE (row), {given} AS given_id, row AS record FROM {found} WHERE problems IS NULL"
        return f"WITH good AS ({rows}) {written(self.job, 'good', self.source.name, as_text).sql('duckdb')}"

    def reasons(self, bad: list[int]) -> Iterator[Reject]:
        """What is wrong with these rows, by the ordinary reader."""
        self.db.execute("CREATE OR REPLACE TEMP TABLE wrong AS SELECT unnest(?) AS row", [bad])
        cursor = self.db.execute("SELECT given.* FROM given JOIN wrong USING (row) ORDER BY row")
        columns = [column[0] for column in cursor.description or []]
        path, name, knowledge = self.source.path, self.source.name, self.job.knowledge
        while block := cursor.fetchmany(1000):
            for values in block:
                record = dict(zip(columns, values, strict=True))
                number = record.pop("row")
                raw = {key: value for key, value in record.items() if key not in self.job.keep}
                _, problems = respondent(raw, Place(path), path, f"{name}:{number}", knowledge)
                for problem in problems:
                    yield Reject(number, problem)


def rows(job: Job, source: Source) -> Iterator[tuple[Done, int]]:
    """What came of each piece of a file, as text in the job's format."""
    try:
        reader = _Reader(job, source, threads=os.cpu_count() or 1)
        db, total, out = reader.db, reader.count(), memory_file()
        form = "json" if job.format == "jsonl" else "csv, HEADER false"
        for start in range(0, total, ROWS):
            db.execute(f"CREATE OR REPLACE TEMP VIEW given AS {reader.view} "
                       f"WHERE file_row_number >= {start} AND file_row_number < {start + ROWS}")  # fmt: skip
            db.execute(f"CREATE OR REPLACE TEMP TABLE found AS {reader.sql}")
            db.execute(f"COPY ({reader.good('found')}) TO '{out}' (FORMAT {form}, USE_TMP_FILE false)")
            tally = _tally(db, "found WHERE problems IS NULL")
            bad = [row for (row,) in db.execute("SELECT row FROM found WHERE problems IS NOT NULL").fetchall()]
            rejects = list(reader.reasons(bad)) if bad else []
            yield Done(Path(out).read_text("utf-8"), min(ROWS, total - start), rejects, tally), 0
    except duckdb.Error as error:
        raise AnswersError([_unreadable(source, error)]) from error


def file_to_file(job: Job, source: Source, output: str, rejects: Rejects | None, most: int | None) -> Summary:
    """One Parquet file to another in one query, without any text between."""
    try:
        reader = _Reader(job, source, threads=os.cpu_count() or 1)
        db, total = reader.db, reader.count()
        reasons: Counter[str] = Counter()
        first: list[Problem] = []
        with beside(output) as file:
            db.execute(f"CREATE TEMP VIEW given AS {reader.view}")
            whole = reader.good(f"({reader.sql}) AS found", as_text=False)
            target = text(file).sql("duckdb")
            db.execute(f"COPY ({whole}) TO {target} (FORMAT parquet, COMPRESSION zstd, USE_TMP_FILE false)")
            (written_,) = db.execute(f"SELECT count(*) FROM read_parquet({target})").fetchone() or (0,)
            if {"urgency", "possible_urgency"} <= set(job.wanted):
                tally = _tally(db, f"read_parquet({target})")
            else:
                tally = _tally(db, f"({reader.sql}) WHERE problems IS NULL")
            if most is not None and total - written_ > most:
                raise too_many(most, [])
            if written_ < total:
                found = db.execute(f"SELECT row FROM ({reader.sql}) WHERE problems IS NOT NULL").fetchall()
                for reject in reader.reasons([row for (row,) in found]):
                    reasons[reject.problem.code] += 1
                    first += [reject.problem] * (len(first) < SHOWN)
                    if rejects:
                        rejects.add([reject])
        return Summary(total, written_, total - written_, tally, reasons, first, [], job.unasked)
    except duckdb.Error as error:
        if "Could not write" in str(error):
            raise _not_written(error, output) from error
        raise AnswersError([_unreadable(source, error)]) from error


def _tally(db: duckdb.DuckDBPyConnection, rows: str) -> Tally:
    counts = db.execute(f"SELECT urgency, possible_urgency, count(*) FROM {rows} GROUP BY ALL").fetchall()
    return Counter({(one, two): number for one, two, number in counts})


def _not_written(error: duckdb.Error, path: str) -> OSError:
    """What DuckDB met while it wrote, as the system says it."""
    found = re.search(r'"errno":"(\d+)"', str(error))
    number = int(found[1]) if found else errno.EIO
    return OSError(number, os.strerror(number), path)


class ParquetOutput(Output):
    """A Parquet file, made at the end from the rows as CSV in a file beside it."""

    def __init__(self, path: str, job: Job) -> None:
        super().__init__(path)
        self.job = job

    def finish(self, file: str) -> None:
        """Makes the CSV in `file` Parquet."""
        kinds = {"complete": "BOOLEAN", **{f"score_{name}": "DOUBLE" for name in self.job.knowledge.conditions}}
        names = [*self.job.wanted, *self.job.keep]
        shape = ", ".join(f"{text(name).sql('duckdb')}: '{kinds.get(name, 'VARCHAR')}'" for name in names)
        path = text(file).sql("duckdb")
        rows = (
            f"read_csv({path}, auto_detect=false, header=true, delim=',', quote='\"', escape='\"', columns={{{shape}}})"
        )
        flags = "CASE WHEN red_flags IS NULL THEN CAST([] AS VARCHAR[]) ELSE string_split(red_flags, ';') END"
        made = {"red_flags": f"{flags} AS red_flags", "top_condition": "coalesce(top_condition, '') AS top_condition"}
        changed = ", ".join(change for name, change in made.items() if name in self.job.wanted)
        chosen = f"* REPLACE ({changed})" if changed else "*"
        packed = f"{file}.parquet"
        copy = f"COPY (SELECT {chosen} FROM {rows}) TO {text(packed).sql('duckdb')}"
        try:
            with connection(os.cpu_count() or 1) as db:
                db.execute(f"{copy} (FORMAT parquet, COMPRESSION zstd, USE_TMP_FILE false)")
            os.replace(packed, file)
        except duckdb.Error as error:
            raise _not_written(error, self.path) from error
        finally:
            Path(packed).unlink(missing_ok=True)
