"""Parquet files: read and, where wanted, written by DuckDB in one pass, in order."""

from __future__ import annotations

import errno
import os
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread

import duckdb
from sqlglot import exp

from sciaticheck.answers.one import respondent
from sciaticheck.answers.record import Place
from sciaticheck.errors import AnswersError, Problem, shown
from sciaticheck.tables.duckdb import clashing
from sciaticheck.tables.duckdb_sql import DuckDB, connection, memory_file
from sciaticheck.tables.job import Done, Job, Progress, Reject, Summary, Tally, too_many
from sciaticheck.tables.output import Output, Rejects, beside
from sciaticheck.tables.sources import Source
from sciaticheck.tables.sql import query
from sciaticheck.tables.terms import text
from sciaticheck.tables.written import written

GROUP = 122_880
"""Rows that DuckDB writes together, so that pieces of so many mostly begin where a group does."""

ROWS = {"csv": 4 * GROUP, "jsonl": 2 * GROUP, "parquet": 4 * GROUP}
"""Rows of a piece, by the format of its text."""

MEMORY = "400MB"
"""What DuckDB may hold while it writes Parquet in order: it would hold the more rows back the more there are."""


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
        self.sql = self._query(questions, carried)
        given_ = ", ".join(["row", *quoted.values()])
        self.faults = f"SELECT {given_} FROM ({self._query(questions, used)}) WHERE problems IS NOT NULL"
        self.db = connection(threads)

    def _query(self, questions: list[str], carried: list[str]) -> str:
        found = query(self.job.knowledge, exp.to_table("given"), questions, ["row", *carried], DuckDB())
        return found.sql("duckdb")

    def count(self) -> int:
        """The number of records."""
        (found,) = self.db.execute(f"SELECT count(*) FROM {_file(self.source)}").fetchone() or (0,)
        return int(found)

    def good(self, found: str, as_text: bool = True) -> str:
        """The query for what is written of the rows in `found`."""
        given = '"id"' if self.has_id else "CAST(NULL AS VARCHAR)"
        rows = f"SELECT * EXCLUDE (row), {given} AS given_id, row AS record FROM {found} WHERE problems IS NULL"
        return f"WITH good AS ({rows}) {written(self.job, 'good', self.source.name, as_text).sql('duckdb')}"

    def reasons(self) -> Iterator[list[Reject]]:
        """What is wrong with each row at fault, by the ordinary reader."""
        cursor = self.db.execute(self.faults)
        columns = [column[0] for column in cursor.description or []]
        path, name, knowledge = self.source.path, self.source.name, self.job.knowledge
        while block := cursor.fetchmany(1000):
            for values in block:
                record = dict(zip(columns, values, strict=True))
                number = record.pop("row")
                raw = {key: value for key, value in record.items() if key not in self.job.keep}
                _, problems = respondent(raw, Place(path), path, f"{name}:{number}", knowledge)
                yield [Reject(number, problem) for problem in problems]


def rows(job: Job, source: Source) -> Iterator[tuple[Done, int]]:
    """What came of each piece of a file, as text in the job's format."""
    try:
        reader = _Reader(job, source, threads=os.cpu_count() or 1)
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
            yield Done(Path(out).read_text("utf-8"), count, rejects, tally), position
    except duckdb.Error as error:
        raise AnswersError([_unreadable(source, error)]) from error


def file_to_file(
    job: Job, source: Source, output: str, rejects: Rejects, most: int | None, progress: Progress | None
) -> Summary:
    """One Parquet file to another in one query, without any text between."""
    try:
        reader = _Reader(job, source, threads=os.cpu_count() or 1)
        db, total = reader.db, reader.count()
        with beside(output) as file:
            db.execute(f"CREATE TEMP VIEW given AS {reader.view}")
            whole = reader.good(f"({reader.sql}) AS found", as_text=False)
            target = text(file).sql("duckdb")
            with _told(db, total, source.size or 0, progress):
                _write(db, whole, file)
            (written_,) = db.execute(f"SELECT count(*) FROM read_parquet({target})").fetchone() or (0,)
            if {"urgency", "possible_urgency"} <= set(job.wanted):
                tally = _tally(db, f"read_parquet({target})")
            else:
                tally = _tally(db, f"({reader.sql}) WHERE problems IS NULL")
            if most is not None and total - written_ > most:
                raise too_many(most, [])
            if written_ < total:
                for row in reader.reasons():
                    rejects.add(row)
        if total != written_ + rejects.records:
            raise AssertionError(f"{total} records read, {written_} written and {rejects.records} rejected")
        return Summary(total, written_, rejects.records, tally, rejects.reasons, rejects.shown, [], job.unasked)
    except duckdb.Error as error:
        if "Could not write" in str(error):
            raise _not_written(error, output) from error
        raise AnswersError([_unreadable(source, error)]) from error


def _write(db: duckdb.DuckDBPyConnection, rows: str, path: str) -> None:
    """Writes the rows of a query, in order: in little memory or, where a few rows are already more, in what it takes.

    Raises duckdb.Error.
    """
    copy = f"COPY ({rows}) TO {text(path).sql('duckdb')} (FORMAT parquet, COMPRESSION zstd, USE_TMP_FILE false)"
    try:
        db.execute(f"SET memory_limit = '{MEMORY}'")
        db.execute(copy)
    except duckdb.OutOfMemoryException:
        db.execute("RESET memory_limit")
        db.execute(copy)


@contextmanager
def _told(db: duckdb.DuckDBPyConnection, records: int, size: int, progress: Progress | None) -> Iterator[None]:
    """Tells of the progress of a query while it runs."""
    if progress is None:
        yield
        return
    db.execute("SET enable_progress_bar = true; SET enable_progress_bar_print = false")
    over = Event()

    def tell() -> None:
        while not over.wait(0.2):
            share = max(db.query_progress(), 0.0) / 100
            progress(int(records * share), int(size * share))

    teller = Thread(target=tell, daemon=True)
    teller.start()
    try:
        yield
    finally:
        over.set()
        teller.join()


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
        try:
            with connection(os.cpu_count() or 1) as db:
                _write(db, f"SELECT {chosen} FROM {rows}", packed)
            os.replace(packed, file)
        except duckdb.Error as error:
            raise _not_written(error, self.path) from error
        finally:
            Path(packed).unlink(missing_ok=True)
