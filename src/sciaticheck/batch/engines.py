"""Which engine does a batch, and why."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.util import find_spec
from typing import TYPE_CHECKING

from sciaticheck.batch.job import Job
from sciaticheck.batch.sources import Source
from sciaticheck.errors import AnswersError, Problem
from sciaticheck.formats.column_map import ColumnMap

if TYPE_CHECKING:
    from sciaticheck.batch.workers import Workers

LARGE = 32 << 20
"""Bytes of input above which `auto` takes DuckDB, where it is installed."""


def has_tables() -> bool:
    """Whether the extra `tables` is installed."""
    return all(find_spec(name) for name in ("duckdb", "numpy", "sqlglot"))


def engine_for(sources: Sequence[Source], wanted: str, job: Job | None = None) -> tuple[str, str]:
    """The engine and why. Raises AnswersError when it cannot do it."""
    if job and job.column_map:
        return "stream", _with_mapping(job.column_map, sources, wanted)
    parquet = any(source.kind == "parquet" for source in sources)
    has = has_tables()
    if wanted == "auto":
        if parquet:
            wanted, why = "duckdb", "Parquet"
        elif not has:
            return "stream", "the extra 'tables' is not installed"
        elif any(source.live for source in sources):
            return "stream", "input of unknown size"
        elif sum(source.size or 0 for source in sources) < LARGE:
            return "stream", "small input"
        else:
            return "duckdb", "large input"
    else:
        why = "asked for"
    if wanted == "stream" and parquet:
        raise AnswersError([Problem("unknown_kind", "the stream engine does not read Parquet; use --engine duckdb")])
    if (wanted == "duckdb" or parquet) and not has:
        raise AnswersError([missing_extra("DuckDB" if wanted == "duckdb" else "DuckDB to look at Parquet", "tables")])
    return wanted, why


def _with_mapping(mapping: ColumnMap, sources: Sequence[Source], wanted: str) -> str:
    problems = [
        Problem("unknown_kind", f"{mapping.name} is for CSV, this is {source.kind}", source.path)
        for source in sources
        if source.kind != "csv"
    ]
    if wanted not in ("auto", "stream"):
        problems.append(Problem("unknown_kind", f"only the stream engine reads {mapping.name}; leave --engine out"))
    if problems:
        raise AnswersError(problems)
    return mapping.name


def missing_extra(what: str, extra: str) -> Problem:
    """What to say where an extra is not installed."""
    return Problem("missing_extra", f"this needs {what}: pip install 'sciaticheck[{extra}]'")


def workers_for(job: Job, sources: Sequence[Source]) -> Workers:
    """Who works on the pieces of text that DuckDB is given: processes, if there is enough to do."""
    from sciaticheck.batch.workers import Workers

    sizes = [source.size for source in sources if source.kind != "parquet"]
    return Workers(job, processes=None in sizes or sum(filter(None, sizes)) >= LARGE)
