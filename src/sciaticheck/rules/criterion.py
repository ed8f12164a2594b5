"""The tree of a criterion: a question, or any, all or at least k of some criteria. There is no negation."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING


class Criterion:
    """One of the four classes below. All but a question have `parts`, and the `count` of them that it takes."""

    __slots__ = ()
    parts: tuple[Criterion, ...]

    if TYPE_CHECKING:

        @property
        def count(self) -> int:
            """How many parts must be present for it to be present."""


@dataclass(frozen=True, slots=True)
class Question(Criterion):
    """Has the state of the answer to a question; has no parts."""

    id: str


@dataclass(frozen=True, slots=True)
class AnyOf(Criterion):
    """Has the largest state of its parts."""

    parts: tuple[Criterion, ...]

    @property
    def count(self) -> int:
        """One present part is enough."""
        return 1


@dataclass(frozen=True, slots=True)
class AllOf(Criterion):
    """Has the smallest state of its parts."""

    parts: tuple[Criterion, ...]

    @property
    def count(self) -> int:
        """Every part must be present."""
        return len(self.parts)


@dataclass(frozen=True, slots=True)
class AtLeast(Criterion):
    """Has the `count`-th largest state of its parts."""

    parts: tuple[Criterion, ...]

    count: int


def parse(raw: object) -> Criterion:
    """The criterion written in the data as a question's id, or as a mapping with `any`, `all` or `at_least`.

    Raises ValueError for anything else.

    >>> parse({"at_least": {"count": 2, "of": ["a", "b", "c"]}}).count
    2
    """
    match raw:
        case str():
            return Question(raw)
        case {"any": [*parts]}:
            return AnyOf(tuple(map(parse, parts)))
        case {"all": [*parts]}:
            return AllOf(tuple(map(parse, parts)))
        case {"at_least": {"count": str() | int() as count, "of": [*parts]}}:
            return AtLeast(tuple(map(parse, parts)), int(count))
    raise ValueError(f"not a criterion: {raw!r}")


def questions(criterion: Criterion) -> Iterator[str]:
    """The id of every question named, in order, repeats included."""
    if isinstance(criterion, Question):
        yield criterion.id
    else:
        for part in criterion.parts:
            yield from questions(part)


WORDS = {"any_of": "any of", "all_of": "all of", "at_least_of": "at least {count} of"}
"""What stands before the parts of a criterion."""


def describe(criterion: Criterion, name: Callable[[str], str], words: Mapping[str, str] = WORDS) -> str:
    """The criterion in words, with `name(id)` for each question.

    >>> describe(parse({"all": ["a", {"any": ["b", "c"]}]}), str.upper)
    'all of (A; any of (B; C))'
    """
    if isinstance(criterion, Question):
        return name(criterion.id)
    parts = "; ".join(describe(part, name, words) for part in criterion.parts)
    if isinstance(criterion, AtLeast):
        return f"{words['at_least_of'].replace('{count}', str(criterion.count))} ({parts})"
    return f"{words['any_of' if isinstance(criterion, AnyOf) else 'all_of']} ({parts})"
