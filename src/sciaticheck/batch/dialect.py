"""The parts of the query that an engine may write in its own way, as any SQL has them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlglot import exp

from sciaticheck.answers.spelling import BLANKS, SPELLINGS
from sciaticheck.batch.codes import CODES, UNANSWERED
from sciaticheck.batch.terms import number, text


class Standard:
    """Any SQL; an engine may write each of these in its own way."""

    packed = False
    """Whether the source has all questions but `Plan.related` in the columns `given_0` and so on, two bits each."""

    def code(self, cell: exp.Expr) -> exp.Expr:
        """The code of a cell, every accepted spelling; null for what is none."""
        word = exp.Lower(this=exp.Trim(this=cell, expression=text(BLANKS), position="BOTH"))
        case = exp.Case().when(cell.is_(exp.null()), number(UNANSWERED))
        for answer, code in CODES.items():
            words = [text(spelling) for spelling, means in SPELLINGS.items() if means == answer]
            case = case.when(exp.In(this=word.copy(), expressions=words), number(code))
        return case

    def pick(self, place: exp.Expr, values: Sequence[exp.Expr]) -> exp.Expr:
        """The value at a place that is counted from 0."""
        case = exp.Case(this=place)
        for position, value in enumerate(values[:-1]):
            case = case.when(number(position), value)
        return case.else_(values[-1])

    def listed(self, items: Mapping[str, exp.Expr], separator: str) -> exp.Expr:
        """The items whose tests hold, with the separator between them; empty where none does."""
        parts = (exp.Case().when(test, text(separator + item)).else_(text("")) for item, test in items.items())
        joined: exp.Expr = text("")
        for part in parts:
            joined = exp.DPipe(this=joined, expression=part)
        return exp.Substring(this=exp.paren(joined), start=number(len(separator) + 1))

    def problems(self, wrong: Mapping[str, exp.Expr], bad: exp.Expr) -> exp.Expr:
        """What stands in `problems`: null for a record without any."""
        return exp.Case().when(bad, self.listed(wrong, "; "))


class OfCodes(Standard):
    """For a source of codes, packed where no rule looks at one alone."""

    packed = True

    def code(self, cell: exp.Expr) -> exp.Expr:
        """The code: whole numbers of 32 bits, as all that is made of them."""
        return exp.cast(cell, "INT")


class Spark(Standard):
    """How Spark writes it, so that it works out each cell once."""

    def problems(self, wrong: Mapping[str, exp.Expr], bad: exp.Expr) -> exp.Expr:
        """The same, with a test that never holds and that Spark cannot know beforehand.

        Else it would take all that a filter on `problems` rests on to the filter, and work it out twice.
        """
        partition = exp.Anonymous(this="spark_partition_id")
        return super().problems(wrong, exp.or_(bad, exp.LT(this=partition, expression=number(0))))


class SparkOfCodes(OfCodes, Spark):
    """The same for a source of codes."""
