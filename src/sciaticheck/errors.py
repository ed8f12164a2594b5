"""Problems, each with its location and what to do, and the escaping of text before it is printed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple


class Problem(NamedTuple):
    """One problem at one location. `code` is stable; `message` is for people and may change. `value` is as given.
    `level` is how urgent the answers are that could be read of a record that is refused, if they are urgent.

    Examples:
        >>> print(Problem("empty", "has no records", "clinic.csv", 1))
        clinic.csv:1: has no records
    """

    code: str
    message: str
    source: str | None = None
    line: int | None = None
    key: str | None = None
    value: str | None = None
    level: str | None = None

    def __str__(self) -> str:
        location = visible(self.source) if self.source is not None else ""
        if self.line is not None:
            location += f":{self.line}" if location else f"line {self.line}"
        return f"{location}: {self.message}" if location else self.message


class SciaticheckError(Exception):
    """Base class of the errors that this package raises. `problems` has every problem, at least one."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class KnowledgeError(SciaticheckError):
    """The knowledge file cannot be used."""


class AnswersError(SciaticheckError):
    """Answers, or the file they are in, cannot be used."""


# Characters that move the cursor, change the direction of text or are invisible: C0, DEL, C1, and Unicode's
# bidirectional and zero-width controls. A file name or an id can hold any of them.
_UNSAFE = {
    *range(0x20), *range(0x7F, 0xA0),
    0xAD, 0x61C, 0x180E, 0x200B, 0x200E, 0x200F, *range(0x2028, 0x202F), *range(0x2060, 0x2070), 0xFEFF,
    *range(0xD800, 0xE000), *range(0xFFF9, 0xFFFC),
}  # fmt: skip


def visible(text: str) -> str:
    """`text` with control and invisible characters replaced by escapes such as `\\x1b`.

    >>> print(visible("café \\x1b[2J"))
    café \\x1b[2J
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(char.encode("unicode_escape").decode("ascii") if ord(char) in _UNSAFE else char for char in text)


def shown(text: str, limit: int = 60) -> str:
    """`text` in quotes, escaped and cut to `limit` characters, for a message."""
    cut = text if len(text) <= limit else text[:limit] + "..."
    return f"'{visible(cut)}'"


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """The question " Did you mean 'x'?" about the known word nearest to `word`, or "" if none is near.

    >>> did_you_mean("fevr", ["fever", "night_pain"])
    " Did you mean 'fever'?"
    """
    from difflib import get_close_matches  # imported only for a mistake

    # Comparing a long text would be slow, and it is no misspelling of a short name.
    names = {name.lower(): name for name in known}
    matches = get_close_matches(word.strip().lower()[:80], names, n=1, cutoff=0.65)
    return f" Did you mean '{names[matches[0]]}'?" if matches else ""
