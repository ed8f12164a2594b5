"""How a row becomes text, as CSV or JSON Lines. `arrow_writer` does the same with columns, from the same parts."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from itertools import chain
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from sciaticheck.batch.rows import columns
from sciaticheck.engine.advice import ADVICE
from sciaticheck.formats import spreadsheet_safe
from sciaticheck.knowledge.model import URGENCIES

if TYPE_CHECKING:
    from sciaticheck.batch.assessor import Assessor, Results
    from sciaticheck.batch.job import Job

QUOTED = re.compile(r'[",\r\n]')
"""What makes quotes necessary around a cell."""


def cell(value: Any, is_raw: bool) -> str:
    """A text as a cell of CSV. Bytes are JSON, of which a text is written as such and null as nothing.

    >>> cell("a,b", False), cell("=1+1", False), cell(b'{"x":1}', True)
    ('"a,b"', "'=1+1", '"{""x"":1}"')
    """
    if isinstance(value, bytes):
        given = value.decode()
        value = json.loads(given) if given.startswith('"') else None if given == "null" else given
        value = value and value.encode("utf-8", "backslashreplace").decode()
    text = "" if value is None else str(value)
    text = text if is_raw else spreadsheet_safe(text)
    return '"' + text.replace('"', '""') + '"' if QUOTED.search(text) else text


def json_value(value: Any) -> str:
    """A value as JSON, which bytes are already."""
    return value.decode() if isinstance(value, bytes) else json.dumps(value, ensure_ascii=False)


class Part(NamedTuple):
    """A column of the output: the text before and after each value, and `texts` if it has only a few."""

    name: str
    before: str
    after: str
    texts: tuple[str, ...] = ()


class Formatter:
    """The parts of a row. `joined` is the sign between flags, `flags` each flag's own text."""

    def __init__(self, job: Job, assessor: Assessor) -> None:
        self.job, self.knowledge = job, job.knowledge
        self.is_json = job.format == "jsonl"
        self.names = [*job.columns, *job.keep]
        self.escape: Callable[[Any], str] = json_value if self.is_json else lambda value: cell(value, job.is_raw)
        self.joined = "," if self.is_json else ";"
        self.flags = [f'"{flag.id}"' if self.is_json else flag.id for flag in self.knowledge.flags_by_urgency]
        own = dict(zip(columns(self.knowledge)[7:], assessor.shares, strict=True))
        self.few: dict[str, Sequence[Any]] = {
            "urgency": URGENCIES,
            "possible_urgency": URGENCIES,
            "complete": (False, True),
            "advice": ADVICE,
            "top_condition": (*self.knowledge.conditions, ""),
            **own,
        }
        self.parts = [self._part(place, name) for place, name in enumerate(self.names)]

    def _part(self, place: int, name: str) -> Part:
        before, after = "," if place else "", "\n" if place == len(self.names) - 1 else ""
        if self.is_json:
            before = f"{before or '{'}{json_value(name)}:"
            after = "}\n" if after else ""
        if name == "red_flags" and self.is_json:
            before, after = f"{before}[", f"]{after}"
        if place >= len(self.job.columns) or name not in self.few:
            return Part(name, before, after)
        texts = (json_value(value) if self.is_json or name == "complete" else str(value) for value in self.few[name])
        return Part(name, before, after, tuple(f"{before}{text}{after}" for text in texts))

    def head(self) -> str:
        """The first line of CSV."""
        return "" if self.is_json else ",".join(cell(name, self.job.is_raw) for name in self.names) + "\n"

    def places(self, name: str, results: Results) -> Any:
        """For a column of few texts, the place of each record's."""
        if name.startswith("score_"):
            return results.scores[[*self.knowledge.conditions].index(name.removeprefix("score_"))]
        return {
            "urgency": results.urgency,
            "possible_urgency": results.possible,
            "complete": (results.urgency == results.possible).astype(np.uint8),
            "advice": results.advice,
            "top_condition": results.top,
        }[name]

    def text(self, results: Results, ids: Sequence[str], kept: Sequence[Sequence[Any]]) -> str:
        """The rows. `kept` has the values of each column in `Job.keep`."""
        made: list[Sequence[str]] = []
        escape = self.escape
        for part in self.parts[: len(self.job.columns)]:
            if part.texts:
                made.append([*map(part.texts.__getitem__, self.places(part.name, results).tolist())])
            else:
                values = map(escape, ids) if part.name == "id" else self.listed(results)
                made.append([f"{part.before}{value}{part.after}" for value in values])
        for part, given in zip(self.parts[len(self.job.columns) :], kept, strict=True):
            made.append([f"{part.before}{escape(value)}{part.after}" for value in given])
        return "".join(chain.from_iterable(zip(*made, strict=True)))

    def listed(self, results: Results) -> list[str]:
        """The flags present of each record."""
        found, flags = np.nonzero(results.flags)
        texts = [*map(self.flags.__getitem__, flags.tolist())]
        ends = np.searchsorted(found, np.arange(1, results.records + 1)).tolist()
        return [self.joined.join(texts[start:end]) for start, end in zip([0, *ends], ends, strict=False)]
