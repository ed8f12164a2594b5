"""The cells of random input, as DuckDB is given them, against the stream engine's reading: part of fuzz.py."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import atheris

HEADER = ("id", "fever", "both_legs", "both_legs_new", "note")
"""The columns of CSV whose cells are compared."""


def cells(target: str, folder: Path) -> Callable[[bytes], object]:
    """What compares the cells of one input, as codes, with the stream engine's reading.

    The rows of the codes are worked out without DuckDB, to which these are all it is given: it would take a hundred
    times as long.
    """
    arrays = [f"sciaticheck.batch.{name}" for name in ("words", "cells", "csv_cells", "json_cells")]
    # These have hardly a branch to be steered by, and atheris holds fast every array that it sees compared.
    with atheris.instrument_imports(include=["sciaticheck"], exclude=arrays):
        from sciaticheck import load_knowledge
        from sciaticheck.answers.spelling import BLANKS
        from sciaticheck.batch import cells, csv_cells, json_cells, words  # noqa: F401
        from sciaticheck.batch.codes import UNANSWERED, ConflictError
        from sciaticheck.batch.duckdb import Pieces
        from sciaticheck.batch.duckdb_piece import Worker
        from sciaticheck.batch.job import PAIRS, job
        from sciaticheck.batch.pieces import Cut, Piece
        from sciaticheck.batch.ready import Ready
        from sciaticheck.batch.sources import Source
        from sciaticheck.batch.stream import Stream
        from sciaticheck.batch.workers import Workers
    import numpy as np

    header = HEADER if target == "csv" else None
    task = job(load_knowledge(), keep=("note",) if header else (), format="jsonl")
    source = Source(str(folder / "input"), "input", target)
    cells.BLOCK = 256  # so that a short input is several blocks

    class ByHand(Worker):
        def _rows(self, piece: Piece, found: cells.Cells) -> tuple[Any, Any, Any]:
            lines, pairs, bad = [], [], found.wrong.copy()
            answers = dict(zip(self.questions, found.codes.tolist(), strict=True))
            face = self.ready.face
            for place in range(piece.records):
                codes = bytes(answers[name][place] if name in answers else UNANSWERED for name in self.job.plan.order)
                name, kept = found.texts["id"][place], {key: found.texts[key][place] for key in self.job.keep}
                try:
                    row = self.ready.found(codes)
                except ConflictError:
                    bad[place], row = True, self.ready.found(bytes(len(codes)))
                named = name if name and name.strip(BLANKS) else f"input:{piece.record + place + 1}"
                lines.append(face.line(named, row, kept))
                pairs.append(PAIRS.index(row[:2]))
            return np.array(lines, object), np.array(pairs, np.int64), bad

    with Workers(task, processes=False) as nobody:
        pieces = Pieces(Ready(task), source, header, nobody)
    worker = ByHand(task)
    stream = Stream(worker.ready, source, header)

    def read(data: bytes) -> None:
        cut = Cut(data, 1, data.count(b"\n"))
        if count := pieces.clean(cut):
            piece = Piece(source, header, cut, 5, count, len(data))
            assert worker.piece(piece) == stream.read(cut, 5), "not as the stream engine reads it"

    return read
