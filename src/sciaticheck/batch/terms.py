"""Small pieces of SQL, as expression trees: columns, numbers, sums, and criteria as tests of bits."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import reduce

from sqlglot import exp

from sciaticheck.rules.criterion import Criterion, Question

PER_WORD = 31
"""Questions in one signed 64-bit integer, two bits each."""

_PER_PART = 8


def column(name: str, quoted: bool = False) -> exp.Column:
    """A column by its name; names from outside are quoted."""
    return exp.column(name, quoted=quoted)


def number(value: int) -> exp.Expr:
    """A whole number."""
    return exp.Literal.number(value)


def text(value: str) -> exp.Literal:
    """A string."""
    return exp.Literal.string(value)


def equal(this: exp.Expr, value: int | exp.Expr) -> exp.EQ:
    """`this = value`."""
    return exp.EQ(this=this.copy(), expression=number(value) if isinstance(value, int) else value.copy())


def either(tests: Iterable[exp.Expr]) -> exp.Expr:
    """Any of the tests; false where there are none."""
    found = list(tests)
    return exp.or_(*found, copy=False) if found else exp.false()


def worth(tests: Iterable[exp.Expr], value: int) -> exp.Expr:
    """The value for each test that holds."""
    held = total(exp.cast(test, "INT", copy=False) for test in tests)
    return held if value == 1 else exp.Mul(this=exp.paren(held, copy=False), expression=number(value))


def total(parts: Iterable[exp.Expr]) -> exp.Expr:
    """The sum of the parts; 0 where there are none."""
    found = list(parts)
    return reduce(lambda left, right: exp.Add(this=left, expression=right), found) if found else number(0)


def packed(codes: Sequence[exp.Expr]) -> exp.Expr:
    """Codes of two bits in one integer, the first lowest; null where one is null."""
    # In parts of eight first, which are small integers and cheap; the highest part may be the short one.
    parts = [codes[start : start + _PER_PART] for start in range(0, len(codes), _PER_PART)]

    def joined(items: Sequence[exp.Expr], base: int, kind: str) -> exp.Expr:
        *rest, last = (exp.cast(item, kind, copy=False) for item in items)
        value: exp.Expr = last
        for item in reversed(rest):
            shifted = exp.Mul(this=exp.paren(value, copy=False), expression=number(base))
            value = exp.Add(this=shifted, expression=item)
        return value

    return joined([exp.paren(joined(part, 4, "INT"), copy=False) for part in parts], 4**_PER_PART, "BIGINT")


class Test:
    """Criteria as tests of the bits of a reading, in columns such as `certain_0`."""

    def __init__(self, order: Sequence[str]) -> None:
        self.place = {name: divmod(place, PER_WORD) for place, name in enumerate(order)}

    def __call__(self, criterion: Criterion, reading: str) -> exp.Expr:
        """Whether the criterion holds in the reading."""
        if isinstance(criterion, Question) or criterion.count == 1:
            return self.any([criterion], reading)
        if criterion.count == len(criterion.parts):
            asked = [part.id for part in criterion.parts if isinstance(part, Question)]
            nested = [part for part in criterion.parts if not isinstance(part, Question)]
            plain = (exp.EQ(this=bits, expression=number(mask)) for bits, mask in self._bits(asked, reading))
            return exp.and_(*plain, *(self(part, reading) for part in nested), copy=False)
        counted = exp.paren(worth((self(part, reading) for part in criterion.parts), 1), copy=False)
        return exp.GTE(this=counted, expression=number(criterion.count))

    def any(self, criteria: Iterable[Criterion], reading: str) -> exp.Expr:
        """Whether any of the criteria holds: the plain questions among them in one test a word."""
        plain: list[str] = []
        others: list[exp.Expr] = []
        open_ = list(criteria)
        while open_:
            criterion = open_.pop(0)
            if isinstance(criterion, Question):
                plain.append(criterion.id)
            elif criterion.count == 1:
                open_ += criterion.parts
            else:
                others.append(self(criterion, reading))
        tests = (exp.NEQ(this=bits, expression=number(0)) for bits, _ in self._bits(plain, reading))
        return either([*tests, *others])

    def _bits(self, questions: Iterable[str], reading: str) -> Iterator[tuple[exp.Expr, int]]:
        """For each word, its bits of these questions, and what they are where all of them count."""
        masks: dict[int, int] = {}
        for question in questions:
            word, place = self.place[question]
            masks[word] = masks.get(word, 0) | 1 << 2 * place
        for word, mask in sorted(masks.items()):
            bits = exp.BitwiseAnd(this=column(f"{reading}_{word}"), expression=number(mask))
            yield exp.paren(bits, copy=False), mask
