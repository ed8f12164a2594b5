"""Records as mappings, from JSON, YAML and XML: with a column map their keys are read as a header of their own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from sciaticheck.answers.document import Read, explained, parse_json, parse_yaml, respondent
from sciaticheck.answers.record import Location
from sciaticheck.errors import AnswersError, Problem, visible
from sciaticheck.formats.header import Wanted
from sciaticheck.inputs.table import Table, as_text, record_table
from sciaticheck.strict_yaml import MAX_DEPTH
from sciaticheck.text_file import no_records

_MOST = 1000
"""Sets of keys that are remembered."""

_LISTS = ("results", "value")
"""Where the answers of an API have their records: Kobo, and OData of ODK."""


class RecordReader:
    """Reads records. What is to be known about them besides is added to `notes`."""

    def __init__(self, wanted: Wanted, notes: list[Problem]) -> None:
        self.wanted, self.notes = wanted, notes
        self.tables: dict[tuple[str, ...], Table] = {}
        self.said: set[str] = set()

    def document(self, text: str, kind: str, source: str, name: str) -> Iterator[Read]:
        """The respondents in a document: mostly one, whose id is `name` if it has none. Of several it is empty then."""
        if kind == "xml":
            yield self._xml(text, source, name)
            return
        known = self.wanted.knowledge
        if kind == "yaml":
            raw, location, problems = parse_yaml(text, source, known)
        else:
            raw, location, problems = parse_json(text, Location(source), known)
        records = self._records(raw, source) if kind == "json" else None
        if problems or records is None:
            reads: Iterable[Read] = [(None, problems)] if problems else self.record(raw, text, location, name)
            yield from (explained(read, text, known) for read in reads) if kind == "yaml" else reads
        elif not records:
            yield None, [no_records(source)]
        else:
            for number, record in enumerate(records, start=1):
                own = f"{name}:{number}" if isinstance(record, dict) and "resourceType" in record else ""
                yield from self.record(record, text, Location(f"{source}, record {number}"), own)

    def json_line(self, text: str, source: str, name: str, line: int) -> Iterator[Read]:
        """The respondents in a line of JSON: one, or those of a FHIR resource, for which `name` is."""
        raw, location, problems = parse_json(text, Location(source, line), self.wanted.knowledge)
        is_resource = isinstance(raw, dict) and "resourceType" in raw
        yield from [(None, problems)] if problems else self.record(raw, text, location, name if is_resource else "")

    def record(self, raw: object, text: str, location: Location, name: str) -> Iterator[Read]:
        """The respondents in a raw value of a document: one, or those of a FHIR resource."""
        wanted = self.wanted
        if not isinstance(raw, dict) or "resourceType" not in raw:
            yield self.mapping(raw, location, name)
        elif wanted.column_map:
            message = f"{wanted.column_map.name} is for tables and records; FHIR has codes of its own"
            yield None, [Problem("unknown_kind", message, location.source, location.line)]
        else:
            from sciaticheck.formats.fhir.read import from_resource  # only such input pays for it

            yield from from_resource(raw, text, location, name, wanted.knowledge, wanted.drop_hidden)

    def mapping(self, raw: object, location: Location, name: str) -> Read:
        """The respondent in a record, whose id is `name` if it has none."""
        wrong: list[Problem] = []
        if self.wanted.column_map and isinstance(raw, dict):
            try:
                raw, wrong = self._mapped(raw, location)
            except AnswersError as error:
                return None, list(error.problems)
        return respondent(raw, location, name, self.wanted.knowledge, wrong, self.wanted.drop_hidden)

    def _mapped(self, raw: Mapping[str, Any], location: Location) -> tuple[dict[str, str], list[Problem]]:
        """A record under the names of questions, and the values that the map does not explain. Raises AnswersError."""
        groups = self.wanted.column_map.groups if self.wanted.column_map else ""
        cells = [*_cells(raw, groups[-1:] or "/")]
        names = tuple(name for name, _ in cells)
        table = self.tables.get(names)
        if table is None:
            if len(self.tables) >= _MOST:
                self.tables.clear()
            table = self.tables[names] = record_table(names, location, self.wanted)
            self.notes += [note for note in table.notes if note.message not in self.said]
            self.said |= {note.message for note in table.notes}
        made, wrong = table.read([cell for _, cell in cells], location)
        return {name: made[place] for name, place in table.columns.items()}, wrong

    def _records(self, raw: object, source: str) -> list[Any] | None:
        """The records of a list, or of what an API answers; None if it is one record."""
        if isinstance(raw, list) or not self.wanted.column_map or not isinstance(raw, dict):
            return raw if isinstance(raw, list) else None
        key = next((key for key in _LISTS if isinstance(raw.get(key), list)), None)
        if raw.get("next") or raw.get("@odata.nextLink"):
            self.notes.append(Problem("more_pages", "is one page of several; the others are not read", source))
        return raw[key] if key else None

    def _xml(self, text: str, source: str, name: str) -> Read:
        from sciaticheck.formats.odk import from_xml

        if self.wanted.column_map is None:
            message = "is XML. A submission of ODK is read with --from odk; save others as CSV or JSON"
            return None, [Problem("unknown_kind", message, source)]
        try:
            raw = from_xml(text)
        except ValueError as error:
            return None, [Problem("broken_xml", f"not a submission: {visible(str(error))}", source)]
        return self.mapping(raw, Location(source), name)


def _cells(raw: Mapping[str, Any], sign: str, before: str = "") -> Iterator[tuple[str, str]]:
    """The cells of a record with their names: what is nested has its group before it, but for that in `answers`.

    The rows of a repeat are read like groups, so that an answer given twice is a duplicate. A list whose name begins
    with _ is a tool's own, such as the attachments of Kobo.
    """
    for key, value in raw.items():
        rows = value if isinstance(value, list) and key[:1] != "_" else [value]
        if any(isinstance(row, dict) for row in rows) and before.count(sign) < MAX_DEPTH:
            for row in rows:
                inside = row if isinstance(row, dict) else {"": row}
                yield from _cells(inside, sign, before if key == "answers" else f"{before}{key}{sign}")
        else:
            yield f"{before}{key}", as_text(value)
