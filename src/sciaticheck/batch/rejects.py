"""The records that could not be read: counted, the first of them to be shown, and all written to a file if wanted."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from typing import Any, Self

from sciaticheck.batch.job import SHOWN, Reject
from sciaticheck.batch.output import Output
from sciaticheck.batch.row_writer import cell
from sciaticheck.errors import AnswersError, Problem
from sciaticheck.inputs.sources import kind_of

COLUMNS = ("source", "record", "line", "key", "value", "code", "reason")


class Rejects:
    """What could not be read: how many `records`, the `reasons` by their codes, the first problems, to be `shown`.

    If there is a path, its file has a line for each problem, as CSV or, by its name, as JSON Lines. More than `most`
    records stop a batch. One that `is_part` of a file has no header.
    """

    def __init__(self, path: str | None, is_raw: bool, most: int | None = None, is_part: bool = False) -> None:
        self.output, self.is_raw, self.most = None if path is None else Output(path), is_raw, most
        self.is_json = path is not None and kind_of(path)[0] == "jsonl"
        self.is_part = is_part
        self.records = 0
        self.reasons: Counter[str] = Counter()
        self.shown: list[Problem] = []

    def __enter__(self) -> Self:
        if self.output:
            self.output.__enter__()
            if not self.is_json and not self.is_part:
                self.output.write(",".join(COLUMNS) + "\n")
        return self

    def __exit__(self, *error: Any) -> None:
        if self.output:
            self.output.__exit__(*error)

    def add(self, rejects: Sequence[Reject], records: int) -> None:
        """Adds the problems of so many records. Raises AnswersError if there are too many."""
        self.count(rejects[:SHOWN], records, Counter(reject.problem.code for reject in rejects))
        if self.output:
            self.output.write(self.text(rejects))

    def count(self, rejects: Sequence[Reject], records: int, reasons: Counter[str]) -> None:
        """Counts records whose problems are written elsewhere; `rejects` are the first of them."""
        self.records += records
        self.reasons.update(reasons)
        self.shown += [_located(reject) for reject in rejects[: SHOWN - len(self.shown)]]
        if self.most is not None and self.records > self.most:
            message = f"more than {self.most} records rejected; stopped, and nothing was written"
            raise AnswersError([Problem("too_many_rejects", message), *self.shown])

    def text(self, rejects: Sequence[Reject]) -> str:
        """A line for each problem."""
        lines: list[str] = []
        for record, problem in rejects:
            values = (
                problem.source, record, problem.line, problem.key, problem.value, problem.code, problem.message
            )  # fmt: skip
            if self.is_json:
                line = json.dumps(dict(zip(COLUMNS, values, strict=True)), ensure_ascii=False)
            else:
                line = ",".join(cell(value, self.is_raw) for value in values)
            # Bytes that were not UTF-8 are written out.
            lines.append(line.encode("utf-8", "backslashreplace").decode("utf-8") + "\n")
        return "".join(lines)


def _located(reject: Reject) -> Problem:
    """The problem, with the number of the record if its source has no lines."""
    record, problem = reject
    return problem if problem.line else problem._replace(source=f"{problem.source}, record {record}")
