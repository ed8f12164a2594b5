"""Parquet files, written by DuckDB in order and in little memory; its progress, and its errors as what they are."""

from __future__ import annotations

import errno
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from sciaticheck.batch.duckdb_sql import connection
from sciaticheck.batch.job import Job
from sciaticheck.batch.output import Output
from sciaticheck.batch.progress import Progress, repeated
from sciaticheck.batch.sources import Source
from sciaticheck.batch.terms import text
from sciaticheck.errors import AnswersError, Problem

MEMORY = "600MB"
"""What DuckDB may hold while it writes Parquet in order: without a limit it holds back more the more rows there are.

With less than this, threads wait for each other.
"""


def write(db: duckdb.DuckDBPyConnection, rows: str, path: str) -> None:
    """Writes the rows of a query, in order: in little memory or, where that is not enough, in as much as it takes.

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
def told(db: duckdb.DuckDBPyConnection, records: int, size: int, progress: Progress | None) -> Iterator[None]:
    """Tells of the progress of a query while it runs."""
    if progress is None:
        yield
        return
    db.execute("SET enable_progress_bar = true; SET enable_progress_bar_print = false")
    best = 0.0

    def tell() -> None:
        nonlocal best
        best = max(best, db.query_progress() / 100)  # -1 between queries
        progress(int(records * best), int(size * best))

    with repeated(tell):
        yield


@contextmanager
def errors(source: Source | None, output: str | None = None) -> Iterator[None]:
    """Raises what DuckDB meets as AnswersError for a source, and as OSError for an output or for want of memory."""
    try:
        yield
    except RuntimeError as error:
        if "interrupted" not in str(error):
            raise
        raise KeyboardInterrupt from error  # as which it came to DuckDB
    except duckdb.OutOfMemoryException as error:
        raise OSError(errno.ENOMEM, os.strerror(errno.ENOMEM), output) from error
    except duckdb.Error as error:
        if source is None or "Could not write" in str(error):
            found = re.search(r'"errno":"(\d+)"', str(error))
            number = int(found[1]) if found else errno.EIO
            raise OSError(number, os.strerror(number), output) from error
        message = f"cannot be read as Parquet: {str(error).splitlines()[0][:200]}"
        raise AnswersError([Problem("unreadable", message, source.path)]) from error


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
            with errors(None, self.path), connection(os.cpu_count() or 1) as db:
                write(db, f"SELECT {chosen} FROM {rows}", packed)
            os.replace(packed, file)
        finally:
            Path(packed).unlink(missing_ok=True)
