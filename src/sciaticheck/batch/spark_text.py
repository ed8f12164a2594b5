"""CSV and JSON Lines for Spark: in its tasks the reader of the stream engine makes rows of answers of them.

So what is refused, and why, is the same as with the other engines; the criteria are left to the query. The workers
need this package.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING, Any

from sciaticheck.batch.codes import Kept, answers_of
from sciaticheck.batch.job import Job, Reject
from sciaticheck.batch.ready import Ready
from sciaticheck.batch.sources import Source
from sciaticheck.batch.spark_spans import Span, records_of, spans_of, task_size, together
from sciaticheck.batch.sql import words
from sciaticheck.batch.terms import PER_WORD
from sciaticheck.errors import AnswersError, Problem
from sciaticheck.knowledge.model import Knowledge

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

BITS = 33
"""Those of a number of a record in its span."""

_DIGITS = bytes.maketrans(bytes(range(4)), b"0123")
"""From codes to the digits of a number: each has two bits."""

Row = tuple[Any, ...]
"""What stands in a row of `frame_of`."""


def frame_of(spark: SparkSession, sources: Sequence[Source], job: Job) -> tuple[DataFrame, int | None]:
    """Sources of text as codes for the query, with `given_id`, `given_source`, which counts the sources from 0 on,
    `record` as `numbered` wants it, `fault` and what is kept; and how many lines they have, if that is known.

    Record 0 says why a source could not be read on, record -1 what is to be said of records that are at no fault.
    """
    from pyspark.sql.types import IntegerType, LongType, StringType, StructField, StructType

    size = task_size(sources, spark)
    spans, lines = spans_of(sources, job, size)
    tasks = [*together(spans, size)]
    rows = spark.sparkContext.parallelize(tasks, len(tasks)).flatMap(
        lambda some: chain.from_iterable(_of_span(span, job) for span in some)
    )
    kinds = {
        LongType(): ["record", *(word.name for word in words(job.plan, "given"))],
        IntegerType(): ["given_source", *job.plan.related],
        StringType(): ["given_id", "fault", *job.keep],
    }
    shape = [StructField(name, kind) for kind, names in kinds.items() for name in names]
    return spark.createDataFrame(rows, StructType(shape), verifySchema=False), lines


def numbered(frame: DataFrame) -> tuple[DataFrame, int]:
    """The frame with `record` the number of each record in its source, from 1 on, and how many there are in all.

    Before, it is the number in its span, with that of the span above BITS; so this needs one pass that counts.
    """
    from pyspark.sql import functions as f

    record = f.col("record")
    span = f.shiftright(record, BITS)
    counts = frame.where(record > 0).groupBy("given_source", span).count().sort("given_source", span).collect()
    before: dict[int, int] = {}
    ahead: Counter[int] = Counter()
    for source, number, count in counts:
        before[number] = ahead[source]
        ahead[source] += count
    offsets = f.array(*(f.lit(before.get(number, 0)) for number in range(max(before, default=0) + 1)))
    made = f.element_at(offsets, span.cast("int") + 1) + record.bitwiseAND((1 << BITS) - 1)
    return frame.withColumn("record", f.when(record > 0, made).otherwise(record)), ahead.total()


def faults(frame: DataFrame, sources: Sequence[Source]) -> Iterator[Reject]:
    """What is wrong with the records of such a frame, in order."""
    found = frame.where("record >= 0 AND fault IS NOT NULL").select("record", "given_source", "fault")
    for row in found.toLocalIterator():
        for code, message, line, key, value in json.loads(row.fault):
            path = sources[row.given_source].path
            yield Reject(row.record, Problem(code, message, path, line, key, value))


def notes(frame: DataFrame, sources: Sequence[Source]) -> Iterator[tuple[Problem, int]]:
    """What is to be said of other records of such a frame, and how often."""
    for row in frame.where("record < 0").select("given_source", "fault").toLocalIterator():
        for (code, message, line, key, value), times in json.loads(row.fault):
            yield Problem(code, message, sources[row.given_source].path, line, key, value), times


def _of_span(span: Span, job: Job) -> Iterator[Row]:
    said: Counter[Problem] = Counter()
    try:
        for record, one in enumerate(records_of(span, _Answers(job), said), start=1 + (span.number << BITS)):
            if isinstance(one, list):
                yield _no_row(record, span, [*map(_told, one)], job)
            else:
                name, (given, related), kept = one
                yield record, *given, span.of, *related, name, None, *[kept[column] for column in job.keep]
    except AnswersError as error:
        yield _no_row(0, span, [*map(_told, error.problems)], job)
    if said:
        yield _no_row(-1, span, [(_told(note), times) for note, times in said.items()], job)


def _no_row(record: int, span: Span, told: Sequence[object], job: Job) -> Row:
    given, related = [None for _ in words(job.plan, "given")], [None for _ in job.plan.related]
    return record, *given, span.of, *related, None, json.dumps(told), *[None] * len(job.keep)


def _told(problem: Problem) -> tuple[object, ...]:
    return problem.code, problem.message, problem.line, problem.key, problem.value


class _Answers(Ready):
    """What the reader needs where criteria are left to a query: answers amount to the columns that it takes them in."""

    @cached_property
    def found(self) -> Callable[[bytes], tuple[list[int], bytes]]:
        """The words, and the codes of related questions. Raises ConflictError where a follow-up contradicts."""
        plan, related = self.job.plan, len(self.job.plan.related)
        rules = _Rules(plan.related, self.job.knowledge)
        apart, starts = bytes(related), range(0, len(plan.order), PER_WORD)

        def found(codes: bytes) -> tuple[list[int], bytes]:
            own = codes[:related]
            rules[own]
            digits = (apart + codes[related:]).translate(_DIGITS)
            return [int(digits[word : word + PER_WORD][::-1], 4) for word in starts], own

        return found


class _Rules(Kept):
    """For each state of the questions that the follow-up rules look at, nothing, or ConflictError."""

    def __init__(self, names: Sequence[str], knowledge: Knowledge) -> None:
        self.names, self.knowledge = names, knowledge

    def made(self, codes: bytes) -> None:
        answers_of(self.names, codes, self.knowledge)
