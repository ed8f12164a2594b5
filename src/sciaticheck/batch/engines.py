"""Which engine does a batch, and why."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.util import find_spec

from sciaticheck.batch.job import Job
from sciaticheck.errors import AnswersError
from sciaticheck.inputs.opening import missing_extra
from sciaticheck.inputs.sources import Source

LARGE = 8 << 20
"""Bytes of input from which loading Arrow, or starting processes, takes less time than it saves."""

_PACKED = 5
"""How many times smaller a packed file is, about."""


def has_arrow() -> bool:
    """Whether the extra `tables` is installed."""
    return find_spec("pyarrow") is not None


def size_of(sources: Sequence[Source]) -> int:
    """Bytes of text to read, about."""
    return sum((source.size or 0) * (_PACKED if source.packed else 1) for source in sources)


def engine_for(sources: Sequence[Source], wanted: str, job: Job) -> tuple[str, str]:
    """The engine and why. Raises AnswersError if a library for it is not installed."""
    is_parquet = job.format == "parquet" or any(source.kind == "parquet" for source in sources)
    if is_parquet and not has_arrow():
        raise AnswersError([missing_extra("PyArrow for Parquet")])
    if wanted == "columns" and not has_arrow():
        raise AnswersError([missing_extra("PyArrow")])
    if wanted != "auto":
        return wanted, "asked for"
    if not job.by_columns:
        return "rows", job.column_map.name if job.column_map else "--drop-hidden"
    if any(source.kind == "parquet" for source in sources):
        return "columns", "Parquet"
    tables = [source for source in sources if source.kind == "csv"]
    if not tables:
        kinds = {"jsonl": "JSON Lines", "json": "JSON", "yaml": "YAML", "xml": "XML"}
        return "rows", ", ".join(dict.fromkeys(kinds.get(source.kind, "input of a pipe") for source in sources))
    if any(source.is_live for source in tables):
        return "rows", "input of a pipe"
    if size_of(tables) < LARGE:
        return "rows", "small input"
    return ("columns", "large CSV") if has_arrow() else ("rows", "the extra 'tables' is not installed")
