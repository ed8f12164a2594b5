"""What DuckDB writes in its own way, and databases to run it in."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping, Sequence
from itertools import zip_longest
from typing import Any

import duckdb
from sqlglot import exp

from sciaticheck.answers.spelling import BLANKS, SPELLINGS
from sciaticheck.batch.codes import ANSWERS, UNANSWERED
from sciaticheck.batch.dialect import OfCodes, Standard
from sciaticheck.batch.terms import number, text, total, worth

TOGETHER = 5
"""Items of a list of which all that can be is written out: more take longer to plan than they save."""


class DuckDB(Standard):
    """How DuckDB writes the query: spellings and choices by their place in a list.

    A cast to an enumeration would find a spelling as well, but one that fails takes a thousand times as long.
    """

    def code(self, cell: exp.Expr) -> exp.Expr:
        """The code of a text. In columns that hold each text once DuckDB works it out once for each."""
        place = exp.Anonymous(this="list_position", expressions=[_spellings(), _bare(cell)])
        start = exp.paren(exp.Sub(this=place, expression=number(1)))
        return exp.BitwiseAnd(this=start, expression=number(len(ANSWERS) - 1))

    def pick(self, place: exp.Expr, values: Sequence[exp.Expr]) -> exp.Expr:
        """The value at a place."""
        at = exp.Add(this=exp.paren(place), expression=number(1))
        return exp.Bracket(this=exp.Array(expressions=list(values)), expressions=[at], offset=1, safe=False)

    def listed(self, items: Mapping[str, exp.Expr], separator: str) -> exp.Expr:
        """The items whose tests hold: all that a few of them can be, by the place in a list."""
        parts = []
        names, tests = [*items], [*items.values()]
        for start in range(0, len(names), TOGETHER):
            some = names[start : start + TOGETHER]
            place = total(worth([test], 1 << bit) for bit, test in enumerate(tests[start : start + TOGETHER]))
            held = ([name for bit, name in enumerate(some) if bits >> bit & 1] for bits in range(1 << len(some)))
            parts.append(self.pick(place, [text("".join(separator + name for name in one)) for one in held]))
        joined = exp.Anonymous(this="concat", expressions=parts)
        return exp.Substring(this=joined, start=number(len(separator) + 1))

    def problems(self, wrong: Any, bad: exp.Expr) -> exp.Expr:
        """Only whether there are any; the ordinary readers say which."""
        return exp.Case().when(bad, exp.true())


class DuckDBOfCodes(OfCodes, DuckDB):
    """The same for a source of codes."""


def _spellings() -> exp.Expr:
    """The spellings in turn of each answer, so that the place tells the code; null among those of no answer.

    Where an answer has no more, null stands in its turn, which is found before.
    """
    turns: list[list[str | None]] = [[word for word, means in SPELLINGS.items() if means == one] for one in ANSWERS]
    turns[UNANSWERED].append(None)
    words = (word for round_ in zip_longest(*turns) for word in round_)
    return exp.Array(expressions=[exp.null() if word is None else text(word) for word in words])


def _bare(cell: exp.Expr) -> exp.Expr:
    return exp.Lower(this=exp.Trim(this=cell, expression=text(BLANKS), position="BOTH"))


def connection(threads: int = 1) -> duckdb.DuckDBPyConnection:
    """A database in memory that reads no settings, loads nothing, reaches no network and leaves nothing on the disk."""
    return duckdb.connect(
        config={
            "threads": threads,
            "temp_directory": "",
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
        }
    )


def memory_file() -> str:
    """The path of an empty file that is gone with the process."""
    if hasattr(os, "memfd_create"):
        return f"/proc/self/fd/{os.memfd_create('sciaticheck')}"
    handle, path = tempfile.mkstemp(prefix="sciaticheck.")
    os.close(handle)
    return path
