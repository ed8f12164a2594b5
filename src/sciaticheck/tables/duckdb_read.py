"""How DuckDB reads a piece of CSV or JSON Lines, and how it is known that it left nothing out."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import ClassVar

from sqlglot import exp

from sciaticheck.answers.limits import MAX_RECORD
from sciaticheck.tables.duckdb_sql import DuckDB
from sciaticheck.tables.job import Job
from sciaticheck.tables.lines import piece
from sciaticheck.tables.sources import Source
from sciaticheck.tables.terms import column, number, text, total

_LONGEST = MAX_RECORD + 1
"""Bytes of a record: more than any in a piece has. DuckDB takes memory by it."""


_ESCAPED = re.compile(rb"\\(?:u([0-9A-Fa-f]{4})|.)", re.DOTALL)


class Reader:
    """The query over a view `given` of a piece, and the function that reads it. All columns are texts."""

    query: str
    kinds: ClassVar[Mapping[str, str]] = {}
    """The types of columns that are read as another."""

    def __init__(self, columns: Sequence[str]) -> None:
        self.names = "[" + ", ".join(_quoted(name) for name in columns) + "]"
        kinds = ", ".join(f"{_quoted(name)}: '{self.kinds.get(name, 'VARCHAR')}'" for name in columns)
        self.shape = f"{{{kinds}}}"

    def function(self, path: str) -> str:
        """The function that reads the file at the path, which comes quoted."""
        raise NotImplementedError

    def accounted(self, data: bytes, size: int, wrong: bytes) -> bool:
        """Whether all of a piece was read: `size` is that of the records without a fault, `wrong` are the others."""
        return True


class CsvReader(Reader):
    """CSV, whose rows DuckDB refuses unless they have all the columns."""

    def __init__(self, job: Job, source: Source, columns: Sequence[str]) -> None:
        super().__init__(columns)
        given = column("id", quoted=True) if "id" in columns else exp.cast(exp.null(), "TEXT")
        self.query = piece(job, columns, source.name, DuckDB(), given).sql("duckdb")

    def function(self, path: str) -> str:
        """The function that reads the file at the path."""
        options = "auto_detect=false, header=false, delim=',', quote='\"', escape='\"', strict_mode=true"
        options += f", force_not_null={self.names}, max_line_size={_LONGEST}"
        return f"read_csv({path}, {options}, columns={self.shape})"


class JsonReader(Reader):
    """JSON Lines. DuckDB says nothing of keys that it does not know, nor of commas behind the last value.

    So every byte is accounted for but quotes and backslashes, which DuckDB takes away: a record without a fault is as
    long as its keys, values and signs together, or there is more in it. `spaced`: a blank stands behind each comma and
    colon.
    """

    kinds: ClassVar[Mapping[str, str]] = {"id": "JSON"}  # is a text or a whole number: which, only JSON tells

    def __init__(self, job: Job, source: Source, columns: Sequence[str], spaced: bool) -> None:
        super().__init__(columns)
        self.spaced = spaced
        self.null = b'": null' if spaced else b'":null'
        self.around = 4 if spaced else 2
        """What stands with a key and its value: a colon and a comma, and the blanks behind these."""
        self.sizes_of_null = {name.encode(): len(name) + len("null") + self.around for name in columns}
        own = column("id", quoted=True)
        kind = exp.Anonymous(this="json_type", expressions=[own])
        known = exp.In(this=kind, expressions=[text(one) for one in ("VARCHAR", "UBIGINT", "BIGINT")])
        wrong = exp.not_(exp.Coalesce(this=known, expressions=[exp.true()]))  # the stream engine looks
        given = exp.Anonymous(this="json_extract_string", expressions=[own.copy(), text("$")])
        size = total([*map(self._size, columns), number(1 if spaced else 2)])  # braces and line end, but one comma
        self.query = piece(job, columns, source.name, DuckDB(), given, wrong, size).sql("duckdb")

    def _size(self, name: str) -> exp.Expr:
        cell: exp.Expr = column(name, quoted=True)
        if name in self.kinds:
            cell = exp.Anonymous(this="json_extract_string", expressions=[cell, text("$")])
            cell = exp.Anonymous(this="translate", expressions=[cell, text('"\\'), text("")])
        length = exp.Anonymous(this="strlen", expressions=[cell])
        there = exp.Add(this=length, expression=number(len(name) + self.around))
        return exp.Case().when(column(name, quoted=True).is_(exp.null()), number(0)).else_(there)

    def function(self, path: str) -> str:
        """The function that reads the file at the path."""
        options = "format='newline_delimited', auto_detect=false"
        return f"read_json({path}, {options}, columns={self.shape}, maximum_object_size={_LONGEST})"

    def accounted(self, data: bytes, size: int, wrong: bytes) -> bool:
        """Whether every byte but quotes, backslashes and carriage returns belongs to a record.

        No record without a fault can be shorter than is worked out of it, so that none makes up for another: what is
        an answer is never written shorter than DuckDB gives it, and blanks that were left out are looked for.
        """
        if self.spaced and (b',"' in data or data.count(b'":') != data.count(b'": ')):
            return False
        more = _bytes(data) - _bytes(wrong) - size
        return more == 0 or more == self._unseen(data) - self._unseen(wrong)

    def _unseen(self, data: bytes) -> int:
        """The bytes of what is as it should be but shorter or nothing to DuckDB: signs by number, and nulls.

        A null it does not tell from a key that is not there. One of a key that is no column is not counted.
        """
        found, end = 0, data.find(self.null)
        while end >= 0:
            found += self.sizes_of_null.get(data[data.rfind(b'"', 0, end) + 1 : end], 0)
            end = data.find(self.null, end + 1)
        return found + (sum(map(_more, _ESCAPED.findall(data))) if b"\\" in data else 0)


def _more(number: bytes) -> int:
    """The bytes of a sign by its number beyond those of the sign; of the two halves of one, each half of the four.

    NUL, at which a text may end to DuckDB, is as if it were not to be there: the bytes do not come out even.
    """
    if number in (b"", b"0000"):
        return 0
    sign = chr(int(number, 16))
    return 1 + len(number) - (0 if sign in '"\\' else 2 if "\ud800" <= sign <= "\udfff" else len(sign.encode()))


def _bytes(data: bytes) -> int:
    return len(data) - sum(data.count(sign) for sign in (b'"', b"\\", b"\r") if sign in data)


def _quoted(name: str) -> str:
    return text(name).sql("duckdb")
