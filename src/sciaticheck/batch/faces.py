"""How a row is written, as CSV or as JSON Lines."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from operator import itemgetter
from typing import Any

from sciaticheck.batch.compiled import Found

FORMULA = ("=", "+", "-", "@")
"""What makes a spreadsheet run a cell; such a text gets an apostrophe in front, unless it is wanted raw."""


def cell(value: object, raw: bool) -> str:
    """A text as a cell of CSV; what is no text as its JSON, which may come as bytes."""
    if isinstance(value, str) and value.isalnum():
        return value
    if isinstance(value, bytes):
        given = value.decode()
        value = json.loads(given) if given.startswith('"') else None if given == "null" else given
        value = value and value.encode("utf-8", "backslashreplace").decode()
    if value is None:
        return ""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    if not raw and text.startswith(FORMULA):
        text = "'" + text
    if '"' in text:
        return '"' + text.replace('"', '""') + '"'
    # Quotes around # as DuckDB writes them: some readers take it for a comment.
    return f'"{text}"' if "," in text or "\n" in text or "\r" in text or "#" in text else text


_ESCAPE = re.compile(r"\\(?:u00[01][0-9a-f]|.)")


class Face:
    """One way of writing rows: the wanted columns, then those carried along from the input.

    A subclass has `template`, the line with a place for each, and writes an id and what is kept.
    """

    template: str

    def __init__(self, all_columns: Sequence[str], wanted: Sequence[str], kept: Sequence[str], raw: bool) -> None:
        self.columns, self.kept, self.raw = [*wanted, *kept], kept, raw
        places = [list(all_columns).index(name) for name in wanted]
        self.pick = itemgetter(*places) if len(places) > 1 else lambda row: (row[places[0]],)
        self.whole = list(wanted) == list(all_columns) and not kept

    def line(self, name: str, found: Found, kept: Mapping[str, Any]) -> str:
        """One row."""
        urgency, possible, flags, top, scores = found
        row = (self.id(name), urgency, possible, "true" if urgency == possible else "false", flags, top, *scores)
        if self.whole:
            return self.template % row
        return self.template % (*self.pick(row), *(self.carried(kept.get(column)) for column in self.kept))

    def id(self, name: str) -> str:
        """An id as it is written."""
        return self.carried(name)

    def carried(self, value: Any) -> str:
        """A value of the input as it is written."""
        raise NotImplementedError


class CsvFace(Face):
    """Rows as CSV: flags with `;` between them."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.template = ",".join(["%s"] * len(self.columns)) + "\n"

    def head(self) -> str:
        """The first line of the output."""
        return ",".join(cell(name, raw=True) for name in self.columns) + "\n"

    def flags(self, names: list[str]) -> str:
        """Flags as they are written."""
        return ";".join(names)

    def score(self, value: float) -> str:
        """A score as it is written."""
        return str(value)

    def carried(self, value: Any) -> str:
        """A cell."""
        return cell(value, self.raw)


class JsonFace(Face):
    """Rows as JSON Lines: flags as a list."""

    texts = ("id", "urgency", "possible_urgency", "top_condition")

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        wanted = self.columns[: len(self.columns) - len(self.kept)]
        # The id comes as JSON already; the other texts are words of the knowledge.
        forms = ['"%s"' if name in self.texts[1:] else "%s" for name in wanted] + ["%s"] * len(self.kept)
        keys = (json.dumps(name, ensure_ascii=False).replace("%", "%%") for name in self.columns)
        self.template = "{" + ",".join(f"{key}:{form}" for key, form in zip(keys, forms, strict=True)) + "}\n"

    def head(self) -> str:
        """Nothing."""
        return ""

    def flags(self, names: list[str]) -> str:
        """Flags as they are written."""
        return json.dumps(names, separators=(",", ":"))

    def score(self, value: float) -> str:
        """A score as it is written."""
        return str(value)

    def id(self, name: str) -> str:
        """An id as JSON, at once where nothing in it has to be written otherwise."""
        return f'"{name}"' if name.isalnum() and name.isascii() else _json(name)

    def carried(self, value: Any) -> str:
        """A value as JSON."""
        return _json(value)


def _json(value: Any) -> str:
    """A value as JSON, with the escapes of control characters as DuckDB writes them: in upper case.

    Bytes are JSON already.
    """
    if isinstance(value, bytes):
        return value.decode()
    made = json.dumps(value, ensure_ascii=False)
    return _ESCAPE.sub(lambda found: "\\u" + found[0][2:].upper() if found[0][1] == "u" else found[0], made)


FACES: dict[str, type[CsvFace] | type[JsonFace]] = {"csv": CsvFace, "jsonl": JsonFace, "parquet": CsvFace}
"""By the format of the output; Parquet is made from CSV."""
