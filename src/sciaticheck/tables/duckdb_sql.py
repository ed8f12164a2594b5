"""What DuckDB writes in its own way, and databases to run it in."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping, Sequence
from secrets import token_hex
from typing import Any

import duckdb
from sqlglot import exp

from sciaticheck.answers.spelling import BLANKS, SPELLINGS
from sciaticheck.tables.sql import CODES, Standard
from sciaticheck.tables.terms import number, text

_SLOTS = 64
"""Places of the enumeration that each answer has, so that the code is the place without its lower six bits."""


class DuckDB(Standard):
    """How DuckDB writes the query: spellings by a cast to an enumeration, choices by a list."""

    def code(self, cell: exp.Expr) -> exp.Expr:
        """The code of a cell: at once if it is one of the usual spellings, else by trimming and lower case first."""
        spare = exp.Lower(this=exp.Trim(this=cell.copy(), expression=text(BLANKS), position="BOTH"))
        code = exp.Coalesce(this=_enum_code(cell), expressions=[_enum_code(spare)])
        return exp.Case().when(cell.copy().is_(exp.null()), number(CODES[None])).else_(code)

    def pick(self, place: exp.Expr, values: Sequence[exp.Expr]) -> exp.Expr:
        """The value at a place."""
        at = exp.Add(this=exp.paren(place), expression=number(1))
        return exp.Bracket(this=exp.Array(expressions=list(values)), expressions=[at], offset=1, safe=False)

    def listed(self, items: Mapping[str, exp.Expr], separator: str) -> exp.Expr:
        """The items whose tests hold: nulls are left out by DuckDB's own function."""
        parts = [exp.Case().when(test, text(item)) for item, test in items.items()]
        return exp.Anonymous(this="concat_ws", expressions=[text(separator), *parts])

    def problems(self, wrong: Any, bad: exp.Expr) -> exp.Expr:
        """Only whether there are any; the stream engine says which."""
        return exp.Case().when(bad, exp.true())


def _enum_code(cell: exp.Expr) -> exp.Expr:
    spelling = exp.DataType.build("spelling", udt=True)
    place = exp.Anonymous(this="enum_code", expressions=[exp.TryCast(this=cell.copy(), to=spelling)])
    return exp.BitwiseRightShift(this=place, expression=number(_SLOTS.bit_length() - 1))


def spellings() -> list[str]:
    """The places of the enumeration: the usual spellings of each answer, filled up to `_SLOTS`."""
    places: list[str] = []
    no_answer = token_hex(16)  # what fills up is no text that a cell could hold
    for answer, code in sorted(CODES.items(), key=lambda item: item[1]):
        words = [word for word, means in SPELLINGS.items() if means == answer]
        forms = dict.fromkeys(form for word in words for form in (word, word.upper(), word.capitalize()))
        places += [*forms, *(f"{no_answer}.{code}.{slot}" for slot in range(_SLOTS - len(forms)))]
    return places


def connection(threads: int = 1) -> duckdb.DuckDBPyConnection:
    """A database in memory that reads no settings, loads nothing and reaches no network."""
    made = duckdb.connect(
        config={"threads": threads, "autoinstall_known_extensions": False, "autoload_known_extensions": False}
    )
    words = ", ".join(text(word).sql("duckdb") for word in spellings())
    made.execute(f"CREATE TYPE spelling AS ENUM ({words})")
    return made


def memory_file() -> str:
    """The path of an empty file that is gone with the process."""
    if hasattr(os, "memfd_create"):
        return f"/proc/self/fd/{os.memfd_create('sciaticheck')}"
    handle, path = tempfile.mkstemp(prefix="sciaticheck.")
    os.close(handle)
    return path
