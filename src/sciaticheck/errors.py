"""What can go wrong, each with where and what to do; and how text from outside is made safe to show.

Knows nothing about questions, files or the command line.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple


class Problem(NamedTuple):
    """One thing wrong in one place. `code` is stable; `message` is for people and may change. `value` is as given."""

    code: str
    message: str
    source: str | None = None
    line: int | None = None
    key: str | None = None
    value: str | None = None

    def __str__(self) -> str:
        place = visible(self.source) if self.source is not None else ""
        if self.line is not None:
            place += f":{self.line}" if place else f"line {self.line}"
        return f"{place}: {self.message}" if place else self.message


class SciaticheckError(Exception):
    """The base of every error a caller may meet; carries all problems found, at least one."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class KnowledgeError(SciaticheckError):
    """The knowledge file cannot be used."""


class AnswersError(SciaticheckError):
    """One respondent's answers, or a file of them, cannot be used."""


# Characters that move the cursor, change direction or hide: C0 but for none, DEL, C1, and Unicode's
# bidirectional and zero-width controls. A file name or an id can hold any of them.
_UNSAFE = {
    *range(0x20), *range(0x7F, 0xA0),
    0xAD, 0x61C, 0x180E, 0x200B, 0x200E, 0x200F, *range(0x2028, 0x202F), *range(0x2060, 0x2070), 0xFEFF,
    *range(0xD800, 0xE000), *range(0xFFF9, 0xFFFC),
}  # fmt: skip


def visible(text: str) -> str:
    """`text` with every control character written out as an escape such as `\\x1b`, so it cannot act.

    Printable text, any script, is left as it is.
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(_escape(char) if ord(char) in _UNSAFE else char for char in text)


def _escape(char: str) -> str:
    return char.encode("unicode_escape").decode("ascii")


def shown(text: str, limit: int = 60) -> str:
    """`text` in quotes, safe and cut to `limit` characters: how a wrong value stands in a message."""
    cut = text if len(text) <= limit else text[:limit] + "..."
    return f"'{visible(cut)}'"


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word that `word` is most likely a misspelling of, or None."""
    from difflib import get_close_matches  # only a mistake pays for it

    candidates = list(known)
    # A long input would make the comparison slow and can be no misspelling of a short name.
    matches = get_close_matches(word.strip().lower()[:80], candidates, n=1, cutoff=0.6)
    return matches[0] if matches else None


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """ " Did you mean 'x'?" with its leading blank, or nothing."""
    found = nearest(word, known)
    return f" Did you mean '{found}'?" if found else ""
