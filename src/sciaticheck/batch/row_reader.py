"""Chunks of CSV and JSON Lines, record by record, to states, and the column rules on these. Explains every fault."""

from __future__ import annotations

from collections.abc import Sequence
from operator import itemgetter
from typing import Any

import numpy as np

from sciaticheck.answers.document import Read, respondent
from sciaticheck.answers.record import Location
from sciaticheck.answers.spelling import BLANKS, STATES
from sciaticheck.batch.assessor import Assessor
from sciaticheck.batch.collected import Collected, StateTable
from sciaticheck.batch.done import Done, done
from sciaticheck.batch.job import Job, Reject
from sciaticheck.batch.json_reader import JsonReader
from sciaticheck.batch.row_writer import Formatter
from sciaticheck.errors import Problem
from sciaticheck.inputs.chunks import Batch, Chunk
from sciaticheck.inputs.parquet import rows_of
from sciaticheck.inputs.records import rows, too_long
from sciaticheck.inputs.sources import Source
from sciaticheck.inputs.table import Table, as_text
from sciaticheck.rules.states import UNANSWERED


class RowReader:
    """Works on chunks record by record."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.assessor = Assessor(job.knowledge)
        self.order = self.assessor.order
        self.states = StateTable()
        self.formatter = Formatter(job, self.assessor)
        self.json = JsonReader(job, self.states, self.answered)

    def work(self, chunk: Chunk, table: Table | None) -> Done:
        """The rows of a chunk. `table` is that of CSV, None for JSON Lines."""
        collected = Collected()
        if table is not None:
            seen = self._csv(chunk, table, collected)
        elif chunk.is_too_long:
            seen = 1
            collected.reject(chunk.record + 1, [too_long(chunk)])
        else:
            seen = self.json.read(chunk, collected)
        if seen != chunk.records:  # counted by another way when the chunk was made
            raise AssertionError(f"{chunk.records} records in a chunk of {chunk.source.path}, {seen} read")
        return self.finish(collected, chunk.source.name, chunk.position)

    def finish(self, collected: Collected, name: str, position: int = 0) -> Done:
        """Assesses what is collected. A record without an id gets `name` and its number as one."""
        states = np.frombuffer(bytes(collected.states), np.uint8).reshape(-1, len(self.order)).T
        conflicts = self.assessor.conflicts(states)
        for place in np.flatnonzero(conflicts).tolist():
            explain = collected.explain[place]
            problems = explain()[1] if explain else []
            if not problems:
                raise AssertionError("a conflict that the ordinary reader does not find")
            collected.rejects += [Reject(collected.records[place], problem) for problem in problems]
        collected.rejects.sort(key=lambda reject: reject.record)
        has_id = np.array([bool(id) for id in collected.ids], bool)
        blank = (states == UNANSWERED).all(axis=0)
        if self.job.column_map is None:
            blank &= ~has_id
        good = np.flatnonzero(~(conflicts | blank)).tolist()
        results = self.assessor.results(np.ascontiguousarray(states[:, good]))
        ids = [collected.ids[place] or f"{name}:{collected.records[place]}" for place in good]
        kept: list[Sequence[Any]] = [*zip(*(collected.kept[place] for place in good), strict=True)] if good else []
        made = self._made(results, ids, kept or [()] * len(self.job.keep))
        counts = collected.read, collected.rejected + int(conflicts.sum()), int((blank & ~conflicts).sum())
        return done(made, results, counts, collected.rejects, collected.notes, position)

    def _made(self, results: Any, ids: list[str], kept: Sequence[Sequence[Any]]) -> Any:
        if self.job.format != "parquet":
            return self.formatter.text(results, ids, kept)
        from sciaticheck.batch.arrow_writer import ArrowWriter

        return ArrowWriter(self.formatter).batch(results, ids, kept)

    def answered(self, collected: Collected, record: int, read: Read, kept: Sequence[Any] = ()) -> None:
        """Adds what the ordinary reader made of a record."""
        found, problems = read
        if found is None:
            collected.reject(record, problems)
            return
        collected.notes.update(note._replace(line=None) for note in found.notes)
        states = bytes(STATES[found.answers.get(name)] for name in self.order)
        collected.add(record, found.id, states, kept or [None] * len(self.job.keep))

    def _csv(self, chunk: Chunk, table: Table, collected: Collected) -> int:
        path, columns, knowledge = chunk.source.path, table.columns, self.job.knowledge
        # A question without a column is answered by the blank put behind each row.
        end = len(table.layout.header) if table.layout else table.width
        pick = itemgetter(*(columns.get(name, end) for name in self.order))
        id_place = columns.get("id", end)
        keep = [columns.get(name, end) for name in self.job.keep]
        used = {name: place for name, place in columns.items() if name == "id" or name in knowledge.questions}
        states = self.states.__getitem__
        record = chunk.record

        def ordinary(cells: list[str], line: int, wrong: Sequence[Problem] = ()) -> Read:
            raw = {name: cells[place] for name, place in used.items()}
            return respondent(raw, Location(path, line), "", knowledge, wrong, self.job.drop_hidden)

        for line, row in rows(chunk, table):
            record += 1
            if isinstance(row, Problem):
                collected.reject(record, [row])
                continue
            cells, wrong = table.read(row, Location(path, line))
            cells.append("")
            kept = [cells[place] for place in keep]
            try:
                if wrong or self.job.drop_hidden:
                    raise KeyError
                found = bytes(map(states, pick(cells)))
            except KeyError:
                self.answered(collected, record, ordinary(cells, line, wrong), kept)
                continue
            id = cells[id_place]
            collected.add(
                record,
                id if id.strip(BLANKS) else "",
                found,
                kept,
                lambda c=cells, n=line: ordinary(c, n),  # type: ignore[misc]
            )
        return record - chunk.record

    def records(self, given: list[dict[str, Any]], source: Source, before: int, position: int) -> Done:
        """The rows of records as mappings of a Parquet file or of a program, `before` others coming before."""
        collected, questions = Collected(), self.job.knowledge.questions
        for record, row in enumerate(given, start=before + 1):
            raw = {name: as_text(value) for name, value in row.items() if name == "id" or name in questions}
            read = respondent(raw, Location(source.path), "", self.job.knowledge, (), self.job.drop_hidden)
            self.answered(collected, record, read, [row.get(name) for name in self.job.keep])
        return self.finish(collected, source.name, position)

    def mapped(self, batch: Batch, table: Table) -> Done:
        """The rows of records of a Parquet file that a column map explains."""
        collected, job, location = Collected(), self.job, Location(batch.source.path)
        for record, row in enumerate(rows_of(batch.cells), start=batch.record + 1):
            cells, wrong = table.read(row, location)
            values = {name: cells[place] for name, place in table.columns.items()}
            raw = {name: value for name, value in values.items() if name == "id" or name in job.knowledge.questions}
            read = respondent(raw, location, "", job.knowledge, wrong, job.drop_hidden)
            self.answered(collected, record, read, [values.get(name) for name in job.keep])
        return self.finish(collected, batch.source.name, batch.position)
