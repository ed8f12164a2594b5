"""JSON Lines to states: plain records by msgspec, any other by the ordinary reader."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import msgspec

from sciaticheck.answers.document import Read, parse_json
from sciaticheck.answers.record import Location
from sciaticheck.answers.spelling import BLANKS
from sciaticheck.batch.collected import Collected, StateTable
from sciaticheck.batch.job import Job
from sciaticheck.errors import Problem
from sciaticheck.inputs.chunks import Chunk
from sciaticheck.inputs.mapping import RecordReader
from sciaticheck.inputs.records import json_text


class JsonReader:
    """Reads chunks of JSON Lines. `answered` adds what the ordinary reader makes of a record."""

    def __init__(self, job: Job, states: StateTable, answered: Callable[..., None]) -> None:
        self.job, self.states, self.answered = job, states, answered
        self.order = tuple(job.knowledge.questions)
        self.reader = RecordReader(job.wanted, [])
        self._shapes: tuple[Callable[[bytes], Any], Callable[[bytes], Any]] | None = None

    def read(self, chunk: Chunk, collected: Collected) -> int:
        """Collects the records of a chunk, and returns how many lines have one."""
        record = chunk.record
        self.reader.notes.clear()
        for line, raw in enumerate(chunk.data.split(b"\n"), start=chunk.line + 1):
            if not raw or raw.isspace():
                continue
            record += 1
            try:
                if not self.job.by_columns:
                    raise KeyError
                id, found, kept = self._plain_json(raw)
            except (msgspec.DecodeError, ValueError, RecursionError, KeyError):
                for read, values in self._ordinary_json(raw, chunk, record, line):
                    self.answered(collected, record, read, values)
                continue
            collected.add(
                record,
                id,
                found,
                kept,
                lambda r=raw, n=line: next(self._ordinary_json(r, chunk, 0, n))[0],  # type: ignore[misc]
            )
        collected.notes.update(self.reader.notes)
        return record - chunk.record

    def _plain_json(self, raw: bytes) -> tuple[str, bytes, Sequence[Any]]:
        """The id, the states and what is kept of a plain record. Raises an error for any other."""
        if self._shapes is None:
            self._shapes = shapes(self.job, self.order)
        if b"\\u" in raw:  # it may mean a colon, and colons are counted
            raise KeyError
        if self.job.keep and not raw.isascii():  # msgspec does not decode what is kept
            raw.decode()
        flat, nested = self._shapes
        size, unset = len(self.order), msgspec.UNSET
        try:
            row, keys = msgspec.structs.astuple(flat(raw)), 0
        except msgspec.ValidationError:
            outer = nested(raw)
            row, keys = (*msgspec.structs.astuple(outer.answers), *msgspec.structs.astuple(outer)[1:]), 1
        name = row[size]
        keys += len(row) - row.count(unset)
        # Every key has a colon: with no more colons than distinct keys, no key is there twice.
        if raw.count(b":") != keys + (name.count(":") if type(name) is str else 0) or name == 0:
            raise KeyError
        found = bytes(map(self.states.__getitem__, row[:size]))
        if type(name) is not str:
            name = "" if name is None or name is unset else str(name)
        return name if name.strip(BLANKS) else "", found, as_given(row[size + 1 :])

    def _ordinary_json(self, raw: bytes, chunk: Chunk, record: int, line: int) -> Iterator[tuple[Read, Sequence[Any]]]:
        """The respondents of a line by the ordinary reader: one, or those of a FHIR resource."""
        path = chunk.source.path
        text = json_text(raw, path, line)
        if isinstance(text, Problem):
            yield (None, [text]), ()
            return
        value, location, problems = parse_json(text, Location(path, line), self.job.knowledge)
        if problems:
            yield (None, problems), ()
            return
        kept: Sequence[Any] = ()
        if self.job.keep and isinstance(value, dict):
            try:
                exact = msgspec.json.decode(text, type=dict[str, msgspec.Raw])
            except (msgspec.DecodeError, RecursionError) as error:
                yield (None, [Problem("broken_json", f"not valid JSON: {error}", path, line)]), ()
                return
            kept = as_given([exact.get(name, msgspec.UNSET) for name in self.job.keep])
            value = {key: own for key, own in value.items() if key not in self.job.keep}
        name = f"{chunk.source.name}:{record}" if isinstance(value, dict) and "resourceType" in value else ""
        for read in self.reader.record(value, text, location, name):
            yield read, kept


def as_given(values: Sequence[Any]) -> list[bytes | None]:
    """Raw values of JSON as bytes; None for those that are not there."""
    return [None if value is msgspec.UNSET else bytes(value) for value in values]


def shapes(job: Job, order: Sequence[str]) -> tuple[Callable[[bytes], Any], Callable[[bytes], Any]]:
    """Decoders of a flat and a nested record: the answers in order, then the id, then what is kept."""
    answer = str | bool | int | None | msgspec.UnsetType
    unset = msgspec.UNSET
    answers = [(f"a{place}", answer, unset) for place in range(len(order))]
    rest: list[tuple[str, Any, Any]] = [("id", str | int | None | msgspec.UnsetType, unset)]
    rest += [(f"k{place}", msgspec.Raw, unset) for place in range(len(job.keep))]
    names: Mapping[str, str] = {f"a{place}": name for place, name in enumerate(order)}
    names = {**names, **{f"k{place}": name for place, name in enumerate(job.keep)}}
    flat = msgspec.defstruct("Flat", [*answers, *rest], rename=names.get, forbid_unknown_fields=True)
    inner = msgspec.defstruct("Answers", answers, rename=names.get, forbid_unknown_fields=True)
    nested = msgspec.defstruct("Nested", [("answers", inner), *rest], rename=names.get, forbid_unknown_fields=True)
    return msgspec.json.Decoder(flat).decode, msgspec.json.Decoder(nested).decode
