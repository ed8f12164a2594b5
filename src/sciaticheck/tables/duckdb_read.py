"""How DuckDB reads a piece of CSV or JSON Lines, and how it is known that it left nothing out."""

from __future__ import annotations

from collections.abc import Sequence

from sqlglot import exp

from sciaticheck.answers.limits import MAX_RECORD
from sciaticheck.tables.duckdb_sql import OfCsv, OfJson
from sciaticheck.tables.job import Job
from sciaticheck.tables.lines import piece
from sciaticheck.tables.sources import Source
from sciaticheck.tables.terms import column, number, text, total

_LONGEST = MAX_RECORD + 1
"""Bytes of a record: more than any in a piece has. DuckDB takes memory by it."""


class Reader:
    """The query over a view `given` of a piece, and the function that reads it. All columns are texts."""

    query: str
    kind = "VARCHAR"

    def __init__(self, columns: Sequence[str]) -> None:
        self.names = "[" + ", ".join(text(name).sql("duckdb") for name in columns) + "]"
        self.shape = "{" + ", ".join(f"{text(name).sql('duckdb')}: '{self.kind}'" for name in columns) + "}"

    def function(self, path: str) -> str:
        """The function that reads the file at the path, which comes quoted."""
        raise NotImplementedError

    def changed(self, data: bytes) -> bytes:
        """The piece as DuckDB is given it."""
        return data

    def accounted(self, data: bytes, size: int, wrong: Sequence[bytes]) -> bool:
        """Whether all was read of a piece as DuckDB was given it.

        `size` is that of the records without a fault, `wrong` the lines of the others as they came, with their ends.
        """
        return True


class CsvReader(Reader):
    """CSV, whose rows DuckDB refuses unless they have all the columns."""

    def __init__(self, job: Job, source: Source, columns: Sequence[str]) -> None:
        super().__init__(columns)
        given = column("id", quoted=True) if "id" in columns else exp.cast(exp.null(), "TEXT")
        self.query = piece(job, columns, source.name, OfCsv(), given).sql("duckdb")

    def function(self, path: str) -> str:
        """The function that reads the file at the path."""
        options = "auto_detect=false, header=false, delim=',', quote='\"', escape='\"', strict_mode=true"
        options += f", force_not_null={self.names}, max_line_size={_LONGEST}"
        return f"read_csv({path}, {options}, columns={self.shape})"


class JsonReader(Reader):
    """JSON Lines. DuckDB says nothing of keys that it does not know, nor of commas behind the last value.

    So every byte is accounted for: a record without a fault is as long as its keys, values and signs together, or
    there is more in it. `spaced`: a blank stands behind each comma and colon. A null, which DuckDB does not tell from
    a key that is not there, is read as an empty text, which means the same.
    """

    kind = "JSON"

    def __init__(self, job: Job, source: Source, columns: Sequence[str], spaced: bool) -> None:
        super().__init__(columns)
        self.spaced = spaced
        self.null, self.empty = (b": null", b': ""') if spaced else (b":null", b':""')
        own = column("id", quoted=True)
        # An id is a text or a whole number; at another kind the stream engine looks.
        kind = exp.Anonymous(this="json_type", expressions=[own])
        known = exp.In(this=kind, expressions=[text(one) for one in ("VARCHAR", "UBIGINT", "BIGINT")])
        wrong = exp.not_(exp.Coalesce(this=known, expressions=[exp.true()]))
        given = exp.Anonymous(this="json_extract_string", expressions=[own.copy(), text("$")])
        around = 6 if spaced else 4  # two quotes, a colon, a comma, and the blanks behind these
        sizes = (self._size(name, around) for name in columns)
        size = total([*sizes, number(1 if spaced else 2)])  # braces and line end, without what is behind the last value
        self.query = piece(job, columns, source.name, OfJson(), given, wrong, size).sql("duckdb")

    def _size(self, name: str, around: int) -> exp.Expr:
        length = exp.Anonymous(this="strlen", expressions=[column(name, quoted=True)])
        return exp.Coalesce(this=exp.Add(this=length, expression=number(len(name) + around)), expressions=[number(0)])

    def function(self, path: str) -> str:
        """The function that reads the file at the path."""
        options = "format='newline_delimited', auto_detect=false"
        return f"read_json({path}, {options}, columns={self.shape}, maximum_object_size={_LONGEST})"

    def changed(self, data: bytes) -> bytes:
        """The piece without nulls."""
        return data.replace(self.null, self.empty)

    def accounted(self, data: bytes, size: int, wrong: Sequence[bytes]) -> bool:
        """Whether every byte but carriage returns belongs to a record.

        No record without a fault can be shorter than is worked out of it, so that none makes up for another: numbers
        written in another way than DuckDB's are no answers and no ids, and blanks that were left out are looked for.
        """
        if self.spaced and (b',"' in data or data.count(b'":') != data.count(b'": ')):
            return False
        rest = sum(len(self.changed(line)) - line.count(b"\r") for line in wrong)
        return len(data) - data.count(b"\r") == size + rest
