"""The rules in SQL: the state of a criterion as GREATEST and LEAST of whole numbers.

Text of SQL is put together here; every name is quoted by its `Dialect`, and every text is a constant.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import combinations
from typing import NamedTuple

from sciaticheck.rules.criterion import AnyOf, AtLeast, Criterion, Question

MOST_ARGUMENTS = 90
"""Arguments of one call: PostgreSQL takes at most 100."""


def _concat_ws(separator: str, parts: Sequence[str]) -> str:
    if len(parts) > MOST_ARGUMENTS:
        groups = [parts[start : start + MOST_ARGUMENTS] for start in range(0, len(parts), MOST_ARGUMENTS)]
        parts = [f"NULLIF({_concat_ws(separator, group)}, '')" for group in groups]
    return f"CONCAT_WS('{separator}', {', '.join(parts)})"


def _concat_sqlite(separator: str, parts: Sequence[str]) -> str:
    """SQLite before 3.44 has no CONCAT_WS."""
    joined = " || ".join(f"COALESCE('{separator}' || {part}, '')" for part in parts)
    return f"SUBSTR({joined}, {len(separator) + 1})"


class Dialect(NamedTuple):
    """What differs between databases. `word` is a cell as text, in lower case and without blanks around it.

    `is_once` says that a step is worked out once (else some databases put its expressions into the next, over and
    over); `end` does the same at the end of a step. `lookup` is the number of a text in a constant table.
    """

    name: str
    word: str
    greatest: str = "GREATEST"
    least: str = "LEAST"
    quote: str = '"'
    text: str = "TEXT"
    key: str = "TEXT"
    is_once: str = ""
    end: str = ""
    lookup: str = "CASE WHEN {name} IS NULL THEN {default} {cases} END"
    concat: Callable[[str, Sequence[str]], str] = _concat_ws

    def name_of(self, name: str) -> str:
        """A name, quoted."""
        return self.quote + name.replace(self.quote, self.quote * 2) + self.quote

    def path(self, name: str) -> str:
        """A table's name, which may have a schema in front."""
        return ".".join(map(self.name_of, name.split(".")))

    def largest(self, parts: Iterable[str]) -> str:
        """The largest of some numbers."""
        return self._of(self.greatest, parts)

    def smallest(self, parts: Iterable[str]) -> str:
        """The smallest of some numbers."""
        return self._of(self.least, parts)

    @staticmethod
    def _of(function: str, parts: Iterable[str]) -> str:
        given = list(dict.fromkeys(parts))
        return given[0] if len(given) == 1 else f"{function}({', '.join(given)})"


_BLANKS = "' ' || CHR(9) || CHR(10) || CHR(11) || CHR(12) || CHR(13) || CHR(160)"
_MYSQL_BLANKS = r"[ \\t\\n\\x0b\\f\\r\\x{{A0}}]+"
# Its usual collations take a letter with an accent, and letters that are not seen, for the plain word.
_MYSQL_WORD = (
    f"CONVERT(LOWER(REGEXP_REPLACE(CAST({{}} AS CHAR), '^{_MYSQL_BLANKS}|{_MYSQL_BLANKS}$', '')) USING utf8mb4) "
    "COLLATE utf8mb4_bin"
)
_MYSQL = Dialect(
    "mysql", _MYSQL_WORD, quote="`", text="VARCHAR(100)", key="VARCHAR(255)", end="\nLIMIT 18446744073709551615"
)

DIALECTS = {
    each.name: each
    for each in (
        Dialect("duckdb", f"LOWER(TRIM(CAST({{}} AS VARCHAR), {_BLANKS}))", is_once="MATERIALIZED "),
        Dialect("postgres", f"LOWER(BTRIM(CAST({{}} AS TEXT), {_BLANKS}))", is_once="MATERIALIZED "),
        Dialect(
            "sqlite", "LOWER(TRIM(CAST({} AS TEXT), CHAR(32, 9, 10, 11, 12, 13, 160)))",
            greatest="MAX", least="MIN", is_once="MATERIALIZED ", concat=_concat_sqlite,
        ),
        _MYSQL,
        _MYSQL._replace(name="mariadb"),
        Dialect(
            "spark", r"LOWER(TRIM(BOTH ' \t\n\u000b\u000c\r\u00a0' FROM CAST({} AS STRING)))",
            quote="`", text="STRING", key="STRING",
            lookup="TRY_ELEMENT_AT(MAP({pairs}), COALESCE({name}, ''))",  # four times as fast as CASE
        ),
    )
}  # fmt: skip
"""The databases that are known."""


def value(criterion: Criterion, name: Callable[[str], str], dialect: Dialect) -> str:
    """The state of a criterion, `name(id)` being that of a question.

    >>> from sciaticheck.rules.criterion import parse
    >>> value(parse({"at_least": {"count": 2, "of": ["a", "b", "c"]}}), str, DIALECTS["duckdb"])
    'GREATEST(LEAST(a, b), LEAST(a, c), LEAST(b, c))'
    """
    if isinstance(criterion, Question):
        return name(criterion.id)
    parts = [value(part, name, dialect) for part in criterion.parts]
    if isinstance(criterion, AtLeast):
        return dialect.largest(dialect.smallest(some) for some in combinations(parts, criterion.count))
    return dialect.largest(parts) if isinstance(criterion, AnyOf) else dialect.smallest(parts)
