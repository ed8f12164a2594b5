"""What DuckDB writes in its own way, and databases to run it in."""

from __future__ import annotations

import ctypes
import os
import platform
import tempfile
from collections.abc import Mapping, Sequence
from itertools import zip_longest
from typing import Any

import duckdb
from sqlglot import exp

from sciaticheck.answers.codes import ANSWERS
from sciaticheck.answers.spelling import BLANKS, SPELLINGS
from sciaticheck.tables.dialect import Standard
from sciaticheck.tables.terms import column, number, text


class DuckDB(Standard):
    """How DuckDB writes the query: spellings and choices by their place in a list.

    A cast to an enumeration would find a spelling as well, but one that fails takes a thousand times as long.
    """

    def code(self, cell: exp.Expr) -> exp.Expr:
        """The code of a cell: at once if it is one of the usual spellings, else without blanks and in lower case.

        The list is a column of the source: written out for each question it would be copied for each at every run.
        """
        places = (_place(column(USUAL), text) for text in (cell.copy(), _bare(cell.copy())))
        return _code(exp.Coalesce(this=next(places), expressions=[*places]))

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


class OfParquet(DuckDB):
    """The same for columns that hold each text once: what functions alone work out of one DuckDB works out once too."""

    def code(self, cell: exp.Expr) -> exp.Expr:
        """The code of a cell."""
        return _code(_place(_usual(), _bare(cell)))


USUAL = "usual"
"""The column that the source has beside the answers: the list of the usual spellings."""


def _spellings() -> list[str | None]:
    """The usual spellings and null, in turn of each answer, so that the place tells the code; those met most first.

    All in lower case, and two forms more. Where an answer has no more, null stands in its turn, which is found before.
    """
    turns: list[list[str | None]] = []
    for answer in ANSWERS:
        words = [word for word, means in SPELLINGS.items() if means == answer]
        forms = dict.fromkeys(made(word) for made in (str.lower, str.capitalize, str.upper) for word in words)
        turns.append(["", None, "null"] if answer is None else [*forms])
    return [word for round_ in zip_longest(*turns) for word in round_]


def _usual() -> exp.Expr:
    return exp.Array(expressions=[exp.null() if word is None else text(word) for word in _spellings()])


def usual() -> str:
    """The column of the usual spellings, as SQL."""
    return _usual().as_(USUAL).sql("duckdb")


def _bare(cell: exp.Expr) -> exp.Expr:
    return exp.Lower(this=exp.Trim(this=cell, expression=text(BLANKS), position="BOTH"))


def _place(words: exp.Expr, cell: exp.Expr) -> exp.Expr:
    return exp.Anonymous(this="list_position", expressions=[words, cell])


def _code(place: exp.Expr) -> exp.Expr:
    # Whole numbers of 32 bits all the way: with 60 columns side by side more would not stay near the processor.
    start = exp.Sub(this=place, expression=number(1))
    return exp.BitwiseAnd(this=exp.paren(start), expression=number(len(ANSWERS) - 1))


def connection(threads: int = 1) -> duckdb.DuckDBPyConnection:
    """A database in memory that reads no settings, loads nothing and reaches no network."""
    return duckdb.connect(
        config={"threads": threads, "autoinstall_known_extensions": False, "autoload_known_extensions": False}
    )


def memory_file() -> str:
    """The path of an empty file that is gone with the process."""
    if hasattr(os, "memfd_create"):
        return f"/proc/self/fd/{os.memfd_create('sciaticheck')}"
    handle, path = tempfile.mkstemp(prefix="sciaticheck.")
    os.close(handle)
    return path


def keep_memory() -> None:
    """Has glibc use the memory of a piece again for the next: large blocks it would hand back and fetch anew each."""
    if platform.libc_ver()[0] == "glibc":
        c_library = ctypes.CDLL(None)
        for setting in (_MMAP_THRESHOLD, _TRIM_THRESHOLD):
            c_library.mallopt(setting, 1 << 30)


_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3
"""As `mallopt` counts them."""
