"""Chunks of CSV that are plainly well formed, and Parquet, by Arrow's columns.

Each distinct text of a column is looked up once. A chunk on which Arrow and the csv module could differ is left to the
row reader, and so is every single record at fault.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv

from sciaticheck.answers.document import Read, respondent
from sciaticheck.answers.record import Location
from sciaticheck.batch.arrow_writer import ArrowWriter
from sciaticheck.batch.assessor import Assessor
from sciaticheck.batch.collected import WRONG, StateTable
from sciaticheck.batch.done import Done, done
from sciaticheck.batch.job import Job, Reject
from sciaticheck.batch.row_reader import RowReader
from sciaticheck.inputs.chunks import Chunk
from sciaticheck.inputs.table import Table, as_text
from sciaticheck.rules.states import UNANSWERED

_BLANK_ID = r"\A[ \t\n\v\f\r\x{a0}]*\z"


class Cells:
    """Some records as arrays: their questions, ids and columns kept. `record` of them come before."""

    def __init__(self, columns: dict[str, pa.Array], count: int, source: Any, record: int, line: int | None) -> None:
        self.columns, self.count, self.source, self.record, self.line = columns, count, source, record, line

    def texts(self, name: str) -> pa.Array:
        """A column as texts."""
        column = self.columns.get(name)
        if column is None:
            return pa.nulls(self.count, pa.string())
        if pa.types.is_dictionary(column.type):
            column = column.cast(column.type.value_type)
        if column.type not in (pa.string(), pa.large_string()) and not pa.types.is_integer(column.type):
            return pa.array([None if value is None else as_text(value) for value in column.to_pylist()], pa.string())
        return column.cast(pa.string())


class ArrowReader:
    """Works on chunks by columns."""

    def __init__(self, job: Job, rows: RowReader) -> None:
        self.job, self.rows = job, rows
        self.assessor: Assessor = rows.assessor
        self.writer = ArrowWriter(rows.formatter)
        self._states = StateTable(as_text, WRONG)

    def work(self, chunk: Chunk, table: Table) -> Done:
        """The rows of a chunk of CSV."""
        found = self._read(chunk, table)
        if found is None or found.num_rows != chunk.records:
            return self.rows.work(chunk, table)
        columns = {name: found.column(name).combine_chunks() for name in found.column_names}
        columns = {name: each.chunk(0) if isinstance(each, pa.ChunkedArray) else each for name, each in columns.items()}
        return self.assess(Cells(columns, chunk.records, chunk.source, chunk.record, chunk.line), chunk.position)

    def _read(self, chunk: Chunk, table: Table) -> pa.Table | None:
        """The chunk as a table; None if it is not plainly well formed."""
        data = chunk.data
        if not chunk.is_plain or not chunk.records or b"\0" in data:
            return None
        if data.startswith(b"\xef\xbb\xbf"):  # Arrow takes it for the mark of a file
            return None
        if b"\r" in data and data.count(b"\r") != data.count(b"\r\n"):
            return None
        names = [f"column {place}" for place in range(table.width)]  # those of the file may be there twice
        used = {names[place]: name for name, place in table.columns.items()}
        kinds = {
            own: pa.dictionary(pa.int32(), pa.string()) for own, name in used.items() if name in self.assessor.order
        }
        kinds |= {own: pa.string() for own in used if own not in kinds}
        try:
            found = pacsv.read_csv(
                pa.py_buffer(data),
                pacsv.ReadOptions(use_threads=False, block_size=len(data) + 1, column_names=names),
                pacsv.ParseOptions(
                    delimiter=table.separator, quote_char='"' if b'"' in data else False, ignore_empty_lines=False
                ),
                pacsv.ConvertOptions(
                    column_types=kinds,
                    include_columns=list(used),
                    strings_can_be_null=False,
                    check_utf8=not data.isascii(),
                ),
            )
        except pa.ArrowInvalid:
            return None
        return found.rename_columns([used[name] for name in found.column_names])

    def assess(self, cells: Cells, position: int = 0) -> Done:
        """The rows of some records."""
        order, job = self.assessor.order, self.job
        states = np.empty((len(order), cells.count), np.uint8)
        for place, name in enumerate(order):
            states[place] = states_of(cells.columns[name], self._states) if name in cells.columns else UNANSWERED
        bad = (states == WRONG).any(axis=0)
        bad |= self.assessor.conflicts(states)
        ids = cells.texts("id")
        blank = np.zeros(cells.count, bool)
        no_id = pc.fill_null(pc.match_substring_regex(ids, _BLANK_ID), True).to_numpy(zero_copy_only=False)
        if no_id.any():
            blank = (states == UNANSWERED).all(axis=0) & no_id
            made = [f"{cells.source.name}:{cells.record + place + 1}" for place in np.flatnonzero(no_id).tolist()]
            ids = pc.replace_with_mask(ids, pa.array(no_id), pa.array(made, pa.string()))
        rejects = self._explained(cells, np.flatnonzero(bad)) if bad.any() else []
        kept = [cells.texts(name) for name in job.keep]
        left_out = bad | blank
        if left_out.any():
            good = pa.array(~left_out)
            states, ids = states[:, ~left_out], ids.filter(good)
            kept = [column.filter(good) for column in kept]
        results = self.assessor.results(states)
        make = self.writer.batch if job.format == "parquet" else self.writer.text
        rows = make(results, ids, kept)
        counts = cells.count, int(bad.sum()), int(blank.sum())
        return done(rows, results, counts, rejects, Counter(), position)

    def _explained(self, cells: Cells, places: Any) -> list[Reject]:
        """What is wrong with the records in these places, by the ordinary reader."""
        path, rejects = cells.source.path, list[Reject]()
        columns = {
            name: column.take(pa.array(places)).to_pylist()
            for name, column in cells.columns.items()
            if name == "id" or name in self.job.knowledge.questions
        }
        for index, place in enumerate(places.tolist()):
            line = None if cells.line is None else cells.line + place + 1
            raw = {name: as_text(values[index]) for name, values in columns.items()}
            read: Read = respondent(raw, Location(path, line), "", self.job.knowledge)
            if not read[1]:
                raise AssertionError(f"no fault is found in record {cells.record + place + 1} of {path}")
            rejects += [Reject(cells.record + place + 1, problem) for problem in read[1]]
        return rejects


def states_of(column: pa.Array, seen: StateTable) -> Any:
    """The states of a column of any kind, each distinct value looked up once."""
    if not pa.types.is_dictionary(column.type):
        try:
            column = column.dictionary_encode()
        except pa.ArrowNotImplementedError:  # a list or struct
            is_null = column.is_null().to_numpy(zero_copy_only=False)
            return np.where(is_null, np.uint8(UNANSWERED), np.uint8(WRONG))
    table = np.array([*map(seen.__getitem__, column.dictionary.to_pylist()), UNANSWERED], np.uint8)
    indices = column.indices
    if indices.null_count:
        indices = indices.fill_null(len(table) - 1)
    return table[indices.to_numpy(zero_copy_only=False)]
