"""One piece by DuckDB: its cells as codes, the query over them, and what is at fault by the stream engine."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import duckdb
import numpy as np
from numpy.typing import NDArray

from sciaticheck.batch.cells import LINE_END, Cells, line_ends
from sciaticheck.batch.codes import UNANSWERED
from sciaticheck.batch.csv_cells import CsvCells
from sciaticheck.batch.duckdb_sql import DuckDBOfCodes, connection
from sciaticheck.batch.job import PAIRS, Done, Job, Reject, Tally, together
from sciaticheck.batch.json_cells import JsonCells
from sciaticheck.batch.lines import query
from sciaticheck.batch.pieces import Cut, Piece
from sciaticheck.batch.plan import Plan
from sciaticheck.batch.ready import Ready
from sciaticheck.batch.sources import Source
from sciaticheck.batch.sql import words
from sciaticheck.batch.stream import Stream
from sciaticheck.batch.terms import PER_WORD, text
from sciaticheck.batch.words import Numbers, Places


class Worker:
    """Works on pieces, one after another, in a database of its own."""

    def __init__(self, job: Job) -> None:
        self.job, self.ready = job, Ready(job)
        self.shape: tuple[str, Sequence[str] | None] | None = None
        self.source: Source | None = None
        self.db: duckdb.DuckDBPyConnection | None = None

    def piece(self, piece: Piece) -> Done:
        """The rows and rejects of a piece. Where DuckDB cannot be sure the stream engine reads it all.

        Raises AnswersError where the piece cannot be read from its file.
        """
        if self.shape != (piece.source.kind, piece.header):
            self.shape = piece.source.kind, piece.header
            self._shape(piece)
        if self.source != piece.source:
            self.source = piece.source
            self.stream = Stream(self.ready, piece.source, piece.header)
        done = self.by_duckdb(piece)
        return self.by_stream(piece) if done is None else done

    def _shape(self, piece: Piece) -> None:
        """Makes ready for pieces of this kind with this header."""
        self.columns = self.job.columns(piece.header)
        self.questions = [name for name in self.columns if name in self.job.knowledge.questions]
        self.cells: CsvCells | JsonCells = JsonCells(self.questions)
        if piece.header is not None:
            self.cells = CsvCells(self.columns, self.questions, ["id", *self.job.keep])
        self.db = None

    def by_stream(self, piece: Piece) -> Done:
        """A piece by the stream engine."""
        done: list[Done] = []
        line, record = piece.cut.line, piece.record
        for data in piece.parts():
            done.append(self.stream.read(Cut(data, line, 0), record))
            line, record = line + line_ends(data), record + done[-1].records
        return together(done)

    def by_duckdb(self, piece: Piece) -> Done | None:
        """A piece by the query, what is at fault in it by the stream engine; None where that must read it all."""
        if not set(self.job.keep) <= set(self.columns):  # as with all that is kept of JSON, which are its bytes
            return None
        cells = self.cells.read(piece.parts())
        if cells is None or len(cells.wrong) != piece.records:
            return None
        try:
            lines, pairs, bad = self._rows(piece, cells)
        except duckdb.Error:
            return None
        rejects = self._rejects(piece, cells, np.flatnonzero(bad))
        if rejects is None:
            return None
        good = ~bad
        counts = np.bincount(pairs[good], minlength=len(PAIRS)).tolist()
        tally: Tally = Counter({pair: count for pair, count in zip(PAIRS, counts, strict=True) if count})
        return Done("".join(lines[good].tolist()), piece.records, rejects, tally)

    def _rows(self, piece: Piece, cells: Cells) -> tuple[NDArray[Any], NDArray[Any], NDArray[np.bool_]]:
        """The columns that the query gives."""
        answers = given(self.job.plan, dict(zip(self.questions, cells.codes, strict=True)), piece.records)
        texts = {name: np.array(values, object) for name, values in cells.texts.items()}
        numbers = np.arange(1, piece.records + 1)
        source = {**answers, **texts, "wrong": cells.wrong, "row": numbers}
        if self.db is None:
            self.db = connection()
            self.db.register("given", source)  # what is prepared has to be there
            self.db.execute(f"PREPARE piece AS {query(self.job, self.columns, DuckDBOfCodes()).sql('duckdb')}")
        self.db.register("given", source)
        name = text(piece.source.name).sql("duckdb")
        found = self.db.execute(f"EXECUTE piece({piece.record}, {name})").fetchnumpy()
        return found["line"], found["pair"], found["bad"]

    def _rejects(self, piece: Piece, cells: Cells, bad: Places) -> list[Reject] | None:
        """What the stream engine says of these records; None where it finds no fault, as with a number as an id."""
        if not len(bad):
            return []
        edges = np.append(cells.starts, piece.size)
        lines = bad
        if piece.records != piece.cut.ends:  # some records are several lines
            data = np.frombuffer(b"".join(piece.parts()), np.uint8)
            lines = np.searchsorted(np.flatnonzero(data == LINE_END), edges[bad])
        alone = piece.between(zip(edges[bad].tolist(), edges[bad + 1].tolist(), strict=True))
        found = self.stream.read(Cut(b"".join(alone), 1, len(alone)), 0).rejects
        if [*dict.fromkeys(place for place, _ in found)] != [*range(1, len(alone) + 1)]:
            return None
        numbers, first = (bad + 1 + piece.record).tolist(), (lines + 1 + piece.cut.line).tolist()
        return [Reject(numbers[place - 1], problem._replace(line=first[place - 1])) for place, problem in found]


def given(plan: Plan, codes: Mapping[str, Numbers], count: int) -> dict[str, NDArray[np.integer[Any]]]:
    """The columns of a source of codes: those of related questions, and those of the others packed."""
    open_ = np.full(count, UNANSWERED, np.int8)
    columns: dict[str, NDArray[np.integer[Any]]] = {name: codes.get(name, open_) for name in plan.related}
    packed = {word.name: np.zeros(count, np.int64) for word in words(plan, "given")}
    of_word = [*packed.values()]
    for place in range(len(plan.related), len(plan.order)):
        word, bits = divmod(place, PER_WORD)
        of_word[word] |= codes.get(plan.order[place], open_).astype(np.int64) << 2 * bits
    return columns | packed
