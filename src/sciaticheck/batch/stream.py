"""The stream engine: pieces of CSV and JSON Lines to rows, in Python alone and in constant memory.

A record that is plain (every cell one of the spellings met before, every key once) takes the short way. Any other goes
through the ordinary readers of `answers`, so what is refused and why is the same as in `check`.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from operator import itemgetter
from typing import Any

import msgspec

from sciaticheck.answers.document import parse_json, respondent
from sciaticheck.answers.record import Location, Respondent
from sciaticheck.answers.spelling import BLANKS
from sciaticheck.batch.codes import CODES, ConflictError
from sciaticheck.batch.job import Done, Reject
from sciaticheck.batch.pieces import Cut
from sciaticheck.batch.ready import Ready
from sciaticheck.batch.sources import Source
from sciaticheck.errors import Problem
from sciaticheck.formats.fhir.read import from_resource, is_resource, responses_in
from sciaticheck.formats.layout import Layout
from sciaticheck.inputs.limits import MAX_RECORD

Row = tuple[str, Any, Mapping[str, Any]]
"""The id, empty where none is given, what the answers amount to (`Ready.found`), and what is kept."""


class Stream:
    """Reads pieces of one source. `header` is that of CSV, None for JSON Lines; `layout` is for CSV of another tool."""

    def __init__(
        self, ready: Ready, source: Source, header: Sequence[str] | None, layout: Layout | None = None
    ) -> None:
        self.ready, self.source, self.header, self.layout = ready, source, header, layout
        self.job = job = ready.job
        self.notes: Counter[Problem] = Counter()
        if header is not None:
            csv.field_size_limit(MAX_RECORD)
            # A question without a column is answered by the blank put behind each row.
            places = [header.index(name) if name in header else len(header) for name in job.plan.order]
            self.cells = itemgetter(*places)
            self.id_place = header.index("id") if "id" in header else None
            self.keep = {name: header.index(name) if name in header else len(header) for name in job.keep}

    def read(self, cut: Cut, record: int) -> Done:
        """The rows of a piece before which `record` records stood."""
        lines: list[str] = []
        rejects: list[Reject] = []
        pairs: list[tuple[str, str]] = []
        line, first = self.ready.face.line, record
        for made in self.records(cut):
            record += 1
            if isinstance(made, list):
                rejects += [Reject(record, problem) for problem in made]
                continue
            name, found, kept = made
            lines.append(line(name or f"{self.source.name}:{record}", found, kept))
            pairs.append(found[:2])
        notes, self.notes = self.notes, Counter()
        return Done("".join(lines), record - first, rejects, Counter(pairs), notes)

    def records(self, cut: Cut) -> Iterator[Row | list[Problem]]:
        """Each record of a piece: what is written of it, or what is wrong."""
        if cut.too_long:
            return iter([[self._too_long(cut)]])
        return self._csv(cut) if self.header is not None else self._jsonl(cut)

    def _too_long(self, cut: Cut) -> Problem:
        if b"\n" in cut.data:
            message = "not valid CSV: a quote is not closed, or followed by other text than a comma"
            return Problem("broken_csv", message, self.source.path, cut.line + 1)
        message = f"the line is longer than {MAX_RECORD} bytes"
        return Problem("too_large", message, self.source.path, cut.line + 1)

    def _slow(
        self, raw: object, place: Location, line: int, kept: Mapping[str, Any], wrong: Sequence[Problem] = ()
    ) -> Row | list[Problem]:
        """A record by the ordinary reader. `wrong` is what was found wrong with it before."""
        if kept and isinstance(raw, dict):
            raw = {key: value for key, value in raw.items() if key not in kept}
        read, problems = respondent(raw, place, "", self.job.knowledge, wrong)
        return problems if read is None else self._answered(read, kept)

    def _answered(self, read: Respondent, kept: Mapping[str, Any]) -> Row:
        codes = bytes(CODES[read.answers.get(name)] for name in self.job.plan.order)
        return read.id, self.ready.found(codes), kept

    def _csv(self, cut: Cut) -> Iterator[Row | list[Problem]]:
        path, header, layout = self.source.path, self.header or (), self.layout
        width = layout.width if layout else len(header)
        try:
            text, foreign = cut.data.decode("utf-8"), False
        except UnicodeDecodeError:
            text, foreign = cut.data.decode("utf-8", "surrogateescape"), True
        reader = csv.reader(io.StringIO(text, newline="\n"), strict=True, delimiter=self.source.separator)
        codes, found = self.ready.codes, self.ready.found
        cells, id_place, keep = self.cells, self.id_place, self.keep
        blank: Mapping[str, Any] = {}
        while True:
            line = cut.line + reader.line_num + 1
            try:
                row = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                yield [Problem("broken_csv", f"not valid CSV: {error}", path, line)]
                continue
            if not row:
                continue
            if len(row) != width:
                yield [Problem("bad_row", f"the row has {len(row)} cells, the header {width}", path, line)]
                continue
            if foreign and any("\udc80" <= char <= "\udcff" for cell in row for char in cell):
                yield [Problem("not_utf8", "the row is not UTF-8 text", path, line)]
                continue
            wrong: Sequence[Problem] = ()
            if layout:
                row, refused = layout.row(row)
                wrong = [layout.problem(one, Location(path, line)) for one in refused]
            row.append("")
            kept = {name: row[place] for name, place in keep.items()} if keep else blank
            try:
                if wrong:
                    raise KeyError
                made = found(bytes(map(codes, cells(row))))
            except (KeyError, ConflictError):
                place = Location(path, line)
                yield self._slow(dict(zip(header, row, strict=False)), place, line, kept, wrong)
                continue
            name = row[id_place] if id_place is not None else ""
            yield name if name and name.strip(BLANKS) else "", made, kept

    def _jsonl(self, cut: Cut) -> Iterator[Row | list[Problem]]:
        flat, nested = self.ready.shapes
        codes, found = self.ready.codes, self.ready.found
        size, keep = len(self.job.plan.order), self.job.keep
        values, unset = msgspec.structs.astuple, msgspec.UNSET
        blank: Mapping[str, Any] = {}
        for line, raw in enumerate(cut.data.split(b"\n"), start=cut.line + 1):
            if not raw or raw.isspace():
                continue
            try:
                if b"\\" in raw and b"\\u" in raw:  # it may stand for a colon, and colons are counted
                    raise KeyError
                if keep and not raw.isascii():  # what is kept is not looked at otherwise
                    raw.decode()
                try:
                    row, keys = values(flat(raw)), 0
                except msgspec.ValidationError:
                    outer = nested(raw)
                    row, keys = (*values(outer.answers), *values(outer)[1:]), 1
                name, answers = row[size], row[:size]
                keys += len(row) - row.count(unset)
                # Every key has a colon: with no more colons than distinct keys, no key stands twice.
                if raw.count(b":") != keys + (name.count(":") if type(name) is str else 0) or name == 0:
                    raise KeyError
                made = found(bytes(map(codes, answers)))
            except (msgspec.DecodeError, ValueError, RecursionError, KeyError, ConflictError):
                yield self._slow_json(raw, line)
                continue
            kept = _as_given(zip(keep, row[size + 1 :], strict=True)) if keep else blank
            if type(name) is not str:
                name = "" if name is None or name is unset else str(name)
            yield name if name and name.strip(BLANKS) else "", made, kept

    def _slow_json(self, raw: bytes, line: int) -> Row | list[Problem]:
        path = self.source.path
        if len(raw) > MAX_RECORD:
            return [Problem("too_large", f"the line is longer than {MAX_RECORD} bytes", path, line)]
        try:
            text = raw.decode("utf-8-sig" if line == 1 else "utf-8")
        except UnicodeDecodeError:
            return [Problem("not_utf8", "the line is not UTF-8 text", path, line)]
        value, place, problems = parse_json(text, Location(path, line))
        if problems:
            return problems
        kept: dict[str, Any] = {}
        if self.job.keep and isinstance(value, dict):
            try:
                exact = msgspec.json.decode(text, type=dict[str, msgspec.Raw])
            except (msgspec.DecodeError, RecursionError) as error:
                return [Problem("broken_json", f"not valid JSON: {error}", path, line)]
            kept = _as_given((name, exact.get(name, msgspec.UNSET)) for name in self.job.keep)
        if is_resource(value):
            return self._resource(value, text, line, kept)
        return self._slow(value, place, line, kept)

    def _resource(self, value: Mapping[str, Any], text: str, line: int, kept: Mapping[str, Any]) -> Row | list[Problem]:
        """A FHIR resource: a record is one response, so that of a Bundle with several none is read."""
        path = self.source.path
        if (count := responses_in(value)) > 1:
            message = f"a Bundle of {count} responses in one line; write one response a line"
            return [Problem("several_responses", message, path, line)]
        found, problems = next(from_resource(value, text, Location(path, line), "", self.job.knowledge))
        if found is None:
            return problems
        self.notes.update(note._replace(line=None) for note in found.notes)
        return self._answered(found, kept)


def _as_given(values: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    """What is kept of a record of JSON, as the bytes that stood there; None for what did not."""
    return {name: None if value is msgspec.UNSET else bytes(value) for name, value in values}
