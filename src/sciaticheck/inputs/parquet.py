"""Parquet: its columns, and its records as cells of text."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from sciaticheck.answers.document import Read, respondent
from sciaticheck.answers.record import Location
from sciaticheck.errors import AnswersError, Problem, visible
from sciaticheck.inputs.opening import broken, missing_extra
from sciaticheck.inputs.sources import Source
from sciaticheck.inputs.table import Table, Wanted, table_of
from sciaticheck.knowledge.model import Knowledge

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.parquet as pq

BATCH = 1 << 16
"""Records that are read at a time."""


def open_parquet(source: Source, dictionaries: Sequence[str] = ()) -> pq.ParquetFile:
    """The file, exactly that of this name; text columns in `dictionaries` are read as such. Raises AnswersError."""
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ImportError as error:
        raise AnswersError([missing_extra("PyArrow to read Parquet")]) from error
    if source.packed:
        raise AnswersError([Problem("unknown_kind", "Parquet packs itself; unpack the file first", source.path)])
    if source.is_live:
        raise AnswersError([Problem("unknown_kind", "Parquet cannot be read from a pipe; name a file", source.path)])
    try:
        return pq.ParquetFile(source.path, read_dictionary=list(dictionaries), memory_map=False)
    except pa.ArrowException as error:
        message = f"is no whole file of Parquet: {visible(str(error).splitlines()[0])[:200]}"
        raise AnswersError([Problem("unreadable", message, source.path)]) from error
    except OSError as error:
        raise AnswersError([broken(source, error)]) from error


def parquet_table(file: pq.ParquetFile, source: Source, wanted: Wanted) -> Table:
    """What its columns are. Raises AnswersError with every problem."""
    names = list(file.schema_arrow.names)
    problems = [
        Problem("bad_header", f"column '{visible(name)}' has blanks around its name; rename it", source.path)
        for name in names
        if name != name.strip()
    ]
    if problems:
        raise AnswersError(problems)
    return table_of(names, source.path, wanted)


def texts_of(file: pq.ParquetFile) -> set[str]:
    """The names of the columns of text."""
    import pyarrow as pa

    return {field.name for field in file.schema_arrow if pa.types.is_string(field.type)}


def batches(file: pq.ParquetFile, source: Source, names: list[str]) -> Iterator[pa.RecordBatch]:
    """The columns of these names. Raises AnswersError if they cannot be read on."""
    import pyarrow as pa

    found = file.iter_batches(BATCH, columns=names)
    while True:
        try:
            batch = next(found)
        except StopIteration:
            return
        except (pa.ArrowException, OSError) as error:
            raise AnswersError([broken(source, error)]) from error
        yield batch


def as_text(value: Any) -> str:
    """A value as the cell of a table: whole numbers without a point, empty for none.

    >>> as_text(1.0), as_text(True), as_text(None)
    ('1', 'true', '')
    """
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return value if isinstance(value, str) else str(value)


def from_parquet(source: Source, knowledge: Knowledge, notes: list[Problem]) -> Iterator[Read]:
    """The respondents in a file, as `from_csv` gives them."""
    from sciaticheck.inputs.records import Blanks

    with open_parquet(source) as file:
        table = parquet_table(file, source, Wanted(knowledge))
        record, blanks = 0, Blanks(source.path)
        for batch in batches(file, source, list(table.columns)):
            for row in batch.to_pylist():
                record += 1
                raw = {name: as_text(value) for name, value in row.items()}
                location = Location(f"{source.path}, record {record}")
                yield from blanks.named(respondent(raw, location, "", knowledge), f"{source.name}:{record}")
    notes += [*table.notes, *blanks.notes()]
