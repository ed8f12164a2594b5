"""Parquet: its columns, and its records as cells of text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from sciaticheck.answers.document import Read, respondent
from sciaticheck.answers.record import Location
from sciaticheck.errors import AnswersError, Problem, visible
from sciaticheck.formats.header import Wanted
from sciaticheck.inputs.opening import broken, missing_extra
from sciaticheck.inputs.sources import Source
from sciaticheck.inputs.table import Table, as_text, table_of

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
        # With pre_buffer, Arrow keeps the bytes of every row group that it has read.
        return pq.ParquetFile(source.path, read_dictionary=list(dictionaries), memory_map=False, pre_buffer=False)
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


def batches(file: pq.ParquetFile, source: Source, names: list[str] | None) -> Iterator[pa.RecordBatch]:
    """The columns of these names, or all. Raises AnswersError if they cannot be read on."""
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


def rows_of(batch: pa.RecordBatch) -> Iterator[list[str]]:
    """The cells of each record as texts."""
    for values in zip(*(column.to_pylist() for column in batch.columns), strict=True):
        yield [as_text(value) for value in values]


def from_parquet(source: Source, wanted: Wanted, notes: list[Problem]) -> Iterator[Read]:
    """The respondents in a file, as `from_csv` gives them."""
    from sciaticheck.inputs.records import Blanks

    with open_parquet(source) as file:
        table = parquet_table(file, source, wanted)
        record, blanks = 0, Blanks(source.path, wanted.column_map)
        for batch in batches(file, source, needed(table)):
            names = batch.schema.names
            places = table.columns if table.layout else {name: place for place, name in enumerate(names)}
            for row in rows_of(batch):
                record += 1
                location = Location(f"{source.path}, record {record}")
                cells, wrong = table.read(row, location)
                raw = {name: cells[place] for name, place in places.items()}
                read = respondent(raw, location, "", wanted.knowledge, wrong, wanted.drop_hidden)
                yield from blanks.named(read, f"{source.name}:{record}")
    notes += [*table.notes, *blanks.notes()]


def needed(table: Table | None) -> list[str] | None:
    """The names of the columns to read: with a column map all, since it counts them."""
    return None if table is None or table.layout else list(table.columns)
