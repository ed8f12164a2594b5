"""The file of the records that could not be read, with what is wrong."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, Self

from sciaticheck.batch.job import Reject
from sciaticheck.batch.output import Output
from sciaticheck.batch.row_writer import cell
from sciaticheck.inputs.sources import kind_of

COLUMNS = ("source", "record", "line", "key", "value", "code", "reason")


class Rejects:
    """A file with a line for each problem, as CSV or, by its name, as JSON Lines; none if there is no path.

    One that `is_part` of a file has no header.
    """

    def __init__(self, path: str | None, is_raw: bool, is_part: bool = False) -> None:
        self.output, self.is_raw, self.is_part = None if path is None else Output(path), is_raw, is_part
        self.is_json = path is not None and kind_of(path)[0] == "jsonl"

    def __enter__(self) -> Self:
        if self.output:
            self.output.__enter__()
            if not self.is_json and not self.is_part:
                self.output.write(",".join(COLUMNS) + "\n")
        return self

    def __exit__(self, *error: Any) -> None:
        if self.output:
            self.output.__exit__(*error)

    def add(self, rejects: Sequence[Reject]) -> None:
        """Writes the problems of some records."""
        if self.output:
            self.output.write(self.text(rejects))

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
