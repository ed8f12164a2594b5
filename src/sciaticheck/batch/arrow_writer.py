"""Rows by Arrow's columns: the same text as `row_writer` makes, and tables for Parquet and for programs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from sciaticheck.batch.assessor import Results
from sciaticheck.batch.row_writer import Formatter

_SPECIAL_JSON = r"[^ !#-\[\]-~]"
"""Characters that are written otherwise in JSON, or are not ASCII."""

# Those of row_writer's QUOTED and of a formula, which also match at the beginning of a text.
_SPECIAL_CSV = r'[",\r\n]|\A[\x00-\x20\x{a0}]*[=+\-@]|\A[\t\r\n]'


class ArrowWriter:
    """Makes rows as text or as a record batch."""

    def __init__(self, formatter: Formatter) -> None:
        self.formatter = formatter
        self.few = {part.name: pa.array(part.texts) for part in formatter.parts if part.texts}
        self.flags = pa.array(formatter.flags)

    def text(self, results: Results, ids: pa.Array, kept: Sequence[pa.Array]) -> Any:
        """The rows as UTF-8."""
        form = self.formatter
        if not results.records:
            return b""
        pieces: list[Any] = []
        values = [*([None] * len(form.job.columns)), *kept]
        for part, given in zip(form.parts, values, strict=True):
            if part.texts:
                pieces.append(self.few[part.name].take(pa.array(form.places(part.name, results))))
                continue
            if given is None and part.name == "red_flags":
                given = pc.binary_join(self._listed(results, self.flags), form.joined)
            else:
                given = self._escaped(ids if given is None else given)
            pieces += [part.before, given, part.after]
        lines = pc.binary_join_element_wise(*[piece for piece in pieces if not isinstance(piece, str) or piece], "")
        offsets = np.frombuffer(lines.buffers()[1], np.int32)[lines.offset : lines.offset + len(lines) + 1]
        return memoryview(lines.buffers()[2])[offsets[0] : offsets[-1]]

    def batch(self, results: Results, ids: Any, kept: Sequence[Any]) -> pa.RecordBatch:
        """The rows as a record batch, for Parquet."""
        form, made = self.formatter, {}
        for name in form.job.columns:
            if name == "id":
                made[name] = pa.array(ids, pa.string())
            elif name == "red_flags":
                flags = pa.array([flag.id for flag in form.knowledge.flags_by_urgency])
                made[name] = self._listed(results, flags)
            else:
                made[name] = pa.array(list(form.few[name])).take(pa.array(form.places(name, results)))
        texts = [
            [None if value is None else form.escape(value) if isinstance(value, bytes) else value for value in values]
            if not isinstance(values, pa.Array)
            else values
            for values in kept
        ]
        made |= {name: pa.array(values, pa.string()) for name, values in zip(form.job.keep, texts, strict=True)}
        return pa.RecordBatch.from_pydict(made)

    def _listed(self, results: Results, texts: pa.Array) -> pa.ListArray:
        """The texts of the flags that are present, a list a record."""
        found, flags = np.nonzero(results.flags)
        ends = np.searchsorted(found, np.arange(results.records + 1)).astype(np.int32)
        return pa.ListArray.from_arrays(pa.array(ends), texts.take(pa.array(flags)))

    def _escaped(self, values: pa.Array) -> pa.Array:
        """Texts as they are written; those with special characters one by one."""
        form = self.formatter
        if form.is_json:
            special = pc.match_substring_regex(values, _SPECIAL_JSON)
            if not values.null_count and not pc.any(special).as_py():
                return pc.binary_join_element_wise('"', values, '"', "")
        else:
            special = pc.match_substring_regex(values, _SPECIAL_CSV)
            if not pc.any(special).as_py():
                return pc.fill_null(values, "")
        return pa.array([*map(form.escape, values.to_pylist())], pa.string())
