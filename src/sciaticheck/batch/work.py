"""What is to be done with a source: its tasks, and the worker that does them. The same here, in pools and on Spark."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from sciaticheck.batch.collected import Collected
from sciaticheck.batch.done import Done
from sciaticheck.batch.job import Job
from sciaticheck.batch.row_reader import RowReader
from sciaticheck.errors import AnswersError, Problem
from sciaticheck.inputs.chunks import Batch, Chunk, chunks
from sciaticheck.inputs.files import document, looks_like
from sciaticheck.inputs.opening import head_of, opened
from sciaticheck.inputs.records import CHUNK
from sciaticheck.inputs.sources import MANY, Source
from sciaticheck.inputs.table import Table, read_header

COLUMN_CHUNK = 4 << 20
"""Bytes of text that are worked on together by columns."""


class Task(NamedTuple):
    """A chunk of text and its table, or a batch of Parquet, or a whole source that is a document."""

    source: Source
    chunk: Chunk | None = None
    table: Table | None = None
    batch: Batch | None = None


class Worker:
    """Does tasks, by columns if `by_columns` and the task is a table, else record by record."""

    def __init__(self, job: Job, by_columns: bool) -> None:
        self.job, self.rows = job, RowReader(job)
        self.columns: Any = None
        if by_columns:
            from sciaticheck.batch.arrow_reader import ArrowReader

            self.columns = ArrowReader(job, self.rows)

    def __call__(self, task: Task) -> Done:
        """What comes of a task."""
        if task.batch is not None:
            return self._batch(task.batch, task.table)
        if task.chunk is None:
            return self._document(task.source)
        if self.columns is not None and task.table is not None and self.job.by_columns:
            done: Done = self.columns.work(task.chunk, task.table)
            return done
        return self.rows.work(task.chunk, task.table)

    def _batch(self, batch: Batch, table: Table | None) -> Done:
        if table is not None and table.layout is not None:
            return self.rows.mapped(batch, table)
        if self.columns is None or not self.job.by_columns:
            return self.rows.records(batch.cells.to_pylist(), batch.source, batch.record, batch.position)
        from sciaticheck.batch.arrow_reader import Cells

        columns = dict(zip(batch.cells.schema.names, batch.cells.columns, strict=True))
        cells = Cells(columns, batch.cells.num_rows, batch.source, batch.record, None)
        done: Done = self.columns.assess(cells, batch.position)
        return done

    def _document(self, source: Source) -> Done:
        """The respondents of a document. A problem does not say which record it has in `source`."""
        collected, record, notes = Collected(), 0, list[Problem]()
        with opened(source) as (stream, _):
            for read, problems in document(stream, source, self.job.wanted, notes):
                record += 1
                self.rows.answered(collected, record, (read, [each._replace(source=source.path) for each in problems]))
        collected.notes.update(notes)
        return self.rows.finish(collected, source.name, source.size or 0)


def make_worker(job: Job, by_columns: bool) -> Callable[[Task], Done]:
    """A worker, in whatever process it is made."""
    return Worker(job, by_columns)


class Opened(NamedTuple):
    """A source whose kind is known, with its table unless it is JSON Lines or a document."""

    source: Source
    table: Table | None


def look_at(source: Source, job: Job) -> Opened:
    """Opens a source and reads its header. Raises AnswersError with every problem."""
    with opened(source) as (stream, _):
        return _look_at(stream, source, job)


def _look_at(stream: Any, source: Source, job: Job) -> Opened:
    head = head_of(stream, source)
    if not source.kind:
        kind = looks_like(head, job.wanted)
        if source.is_live and kind == "json" and head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
            kind = "jsonl"  # of a pipe the first line may come alone
        source = source._replace(kind=kind)
    if source.kind == "parquet":
        from sciaticheck.inputs.parquet import open_parquet, parquet_table

        with open_parquet(source) as file:
            return Opened(source, parquet_table(file, source, job.wanted))
    if source.kind == "csv":
        return Opened(source, read_header(stream, source, job.wanted))
    if (job.keep or job.keep_all) and source.kind not in MANY:
        raise AnswersError([Problem("unknown_column", f"--keep: {source.kind} has no columns to keep", source.path)])
    return Opened(source, None)


def tasks(
    source: Source, job: Job, by_columns: bool, seen: Callable[[Opened], None], stopped: list[Problem]
) -> Iterator[Task]:
    """The tasks of a source. `seen` is called with what it is; why it cannot be read on is added to `stopped`."""
    try:
        with opened(source) as (stream, raw):
            found = _look_at(stream, source, job)
            seen(found)
            source, table = found
            if source.kind == "parquet":
                yield from _batches(source, job, table)
            elif source.kind not in MANY:
                yield Task(source)
            else:
                size = COLUMN_CHUNK if by_columns and source.kind == "csv" else CHUNK
                lines, sign = (table.lines, table.separator) if table else (0, ",")
                for chunk in chunks(stream, source, lines, size, sign, raw):
                    yield Task(source, chunk, table)
    except AnswersError as error:
        stopped += error.problems


def _batches(source: Source, job: Job, table: Table | None) -> Iterator[Task]:
    from sciaticheck.inputs.parquet import batches, needed, open_parquet, texts_of

    with open_parquet(source) as file:
        texts = texts_of(file) & job.knowledge.questions.keys()
    with open_parquet(source, sorted(texts)) as file:
        record, total = 0, file.metadata.num_rows or 1
        for cells in batches(file, source, needed(table)):
            record += cells.num_rows
            position = (source.size or 0) * record // total
            yield Task(source, None, table, Batch(source, cells, record - cells.num_rows, position))
