"""Criteria: any, all and at_least over questions, and what they say about a set of answers that count.

There is no negation, so a criterion that holds for a set holds for every larger set. Nothing here knows
what a question means.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Set
from typing import NamedTuple


class Counts(NamedTuple):
    """Holds when the question counts."""

    id: str

    def holds(self, counting: Set[str]) -> bool:
        """Whether it holds when exactly the questions in `counting` count."""
        return self.id in counting

    def because(self, counting: Set[str]) -> tuple[str, ...]:
        """The question, if it counts."""
        return (self.id,) if self.id in counting else ()


class _AtLeast(NamedTuple):
    least: int
    of: tuple[Criterion, ...]


class AtLeast(_AtLeast):
    """Holds when at least `least` of its parts hold. `any` is a least of 1, `all` a least of all.

    `plain` are the questions among its parts, `nested` the other parts: questions are tested all at once.
    """

    plain: frozenset[str]
    nested: tuple[AtLeast, ...]

    def __new__(cls, least: int, of: tuple[Criterion, ...]) -> AtLeast:
        """A criterion of its parts, each of which stands once."""
        self = super().__new__(cls, least, of)
        self.plain = frozenset(part.id for part in of if isinstance(part, Counts))
        self.nested = tuple(part for part in of if isinstance(part, AtLeast))
        return self

    def holds(self, counting: Set[str]) -> bool:
        """Whether it holds when exactly the questions in `counting` count."""
        if self.least == 1:
            if not self.plain.isdisjoint(counting):
                return True
            for part in self.nested:  # noqa: SIM110 - twice as fast as any(), and most of the work of a check
                if part.holds(counting):
                    return True
            return False
        if self.least == len(self.of):
            if not self.plain <= counting:
                return False
            for part in self.nested:  # noqa: SIM110
                if not part.holds(counting):
                    return False
            return True
        return sum(part.holds(counting) for part in self.of) >= self.least

    def because(self, counting: Set[str]) -> tuple[str, ...]:
        """The questions that make it hold, in order, each once; empty when it does not hold."""
        if not self.holds(counting):
            return ()
        if len(self.plain) == len(self.of):
            return tuple([part.id for part in self.of if part.id in counting])  # type: ignore[union-attr]
        return tuple(dict.fromkeys(name for part in self.of for name in part.because(counting)))


Criterion = Counts | AtLeast


def parse(raw: object) -> Criterion:
    """A criterion from its form in the data: an id, or one of `any`, `all`, `at_least`.

    The form must be sound (knowledge.shape checks it, and the depth of nesting with it).
    """
    match raw:
        case str():
            return Counts(raw)
        case {"any": [*parts]}:
            return AtLeast(1, tuple(map(parse, parts)))
        case {"all": [*parts]}:
            return AtLeast(len(parts), tuple(map(parse, parts)))
        case {"at_least": {"count": str() | int() as count, "of": [*parts]}}:
            return AtLeast(int(count), tuple(map(parse, parts)))
    raise ValueError(f"not a criterion: {raw!r}")


def holds(criterion: Criterion, counting: Set[str]) -> bool:
    """Whether the criterion holds when exactly the questions in `counting` count."""
    return criterion.holds(counting)


def because(criterion: Criterion, counting: Set[str]) -> tuple[str, ...]:
    """The questions that make it hold, in the criterion's order, each once; empty when it does not hold.

    Every part that holds is named, also where fewer would do: a person sees all of their reasons.
    """
    return criterion.because(counting)


def questions(criterion: Criterion) -> Iterator[str]:
    """Every question named, in order, repeats included."""
    if isinstance(criterion, Counts):
        yield criterion.id
    else:
        for part in criterion.of:
            yield from questions(part)


def describe(criterion: Criterion, name: Callable[[str], str]) -> str:
    """The criterion in words, with `name(id)` for each question: "all of (a; any of (b; c))"."""
    if isinstance(criterion, Counts):
        return name(criterion.id)
    parts = "; ".join(describe(part, name) for part in criterion.of)
    if criterion.least == 1:
        return f"any of ({parts})"
    if criterion.least == len(criterion.of):
        return f"all of ({parts})"
    return f"at least {criterion.least} of ({parts})"
