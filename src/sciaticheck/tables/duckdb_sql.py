"""What DuckDB writes in its own way, and databases to run it in."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping, Sequence
from typing import Any

import duckdb
from sqlglot import exp

from sciaticheck.answers.codes import ANSWERS, UNANSWERED
from sciaticheck.answers.spelling import BLANKS, SPELLINGS
from sciaticheck.tables.dialect import Standard
from sciaticheck.tables.terms import column, number, text


class DuckDB(Standard):
    """How DuckDB writes the query: spellings and choices by their place in a list.

    A cast to an enumeration would find a spelling as well, but one that fails takes a thousand times as long.
    The lists of spellings are columns of the source, see `lists`: written out for each question they would be copied
    for each at every run.
    """

    def code(self, cell: exp.Expr) -> exp.Expr:
        """The code of a cell: at once if it is one of the usual spellings, else without blanks and in lower case."""
        bare = (_place("usual", _lower(cell.copy(), blanks)) for blanks in (" ", BLANKS))
        return self.coded(cell, _place("usual", cell.copy()), *bare)

    def coded(self, cell: exp.Expr, *places: exp.Expr) -> exp.Expr:
        """The code by the first of the places that there is."""
        return exp.Case().when(cell.copy().is_(exp.null()), number(UNANSWERED)).else_(_code(places))

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


class OfCsv(DuckDB):
    """The same for cells that are never null."""

    def coded(self, cell: exp.Expr, *places: exp.Expr) -> exp.Expr:
        """The code by the first of the places that there is."""
        return _code(places)


class OfParquet(DuckDB):
    """The same for columns that hold each text once: what functions alone work out of one DuckDB works out once too."""

    def code(self, cell: exp.Expr) -> exp.Expr:
        """The code of a cell; a null is found in the list too."""
        words = [exp.null() if word == "" and place == 1 else text(word) for place, word in enumerate(spellings())]
        found = exp.Anonymous(this="list_position", expressions=[exp.Array(expressions=words), _lower(cell, BLANKS)])
        return _code([found])


class OfJson(DuckDB):
    """The same for cells that hold JSON: texts in quotes, numbers and truths."""

    def code(self, cell: exp.Expr) -> exp.Expr:
        """The code of a cell: without its quotes where it is none of the usual texts."""
        plain = exp.Anonymous(this="json_extract_string", expressions=[cell.copy(), text("$")])
        near, bare = _lower(cell.copy(), ' "'), _lower(plain, BLANKS)
        return self.coded(cell, _place("usual_json", cell.copy()), _place("usual", near), _place("usual", bare))


def _lower(cell: exp.Expr, blanks: str) -> exp.Expr:
    return exp.Lower(this=exp.Trim(this=cell, expression=text(blanks), position="BOTH"))


def _code(places: Sequence[exp.Expr]) -> exp.Expr:
    found = exp.Coalesce(this=places[0], expressions=list(places[1:])) if places[1:] else places[0]
    start = exp.Sub(this=found, expression=number(1))
    return exp.BitwiseAnd(this=exp.paren(start), expression=number(len(ANSWERS) - 1))


def _place(words: str, cell: exp.Expr) -> exp.Expr:
    return exp.Anonymous(this="list_position", expressions=[column(words), cell])


def lists() -> str:
    """The columns that the query needs of its source beside the answers."""
    found = {"usual": spellings(), "usual_json": spellings(json=True)}
    made = (exp.Array(expressions=[*map(text, words)]).as_(name) for name, words in found.items())
    return ", ".join(one.sql("duckdb") for one in made)


def spellings(json: bool = False) -> list[str]:
    """The usual spellings, those met most before the others, in turn of each answer: the code is the place modulo 4."""
    turns = []
    for answer in ANSWERS:
        words = [word for word, means in SPELLINGS.items() if means == answer]
        words.sort(key=lambda word: word != answer)
        forms = [form for made in (str.lower, str.capitalize, str.upper) for form in map(made, words)]
        if json:
            first, *rest = (f'"{form}"' for form in forms)
            forms = [first, *(word for word in words if word in ("true", "false", "1", "0")), *rest]
        turns.append(forms)
    rounds = range(max(map(len, turns)))
    return [forms[place % len(forms)] for place in rounds for forms in turns]  # what stands again is not found there


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
