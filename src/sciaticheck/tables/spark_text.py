"""CSV and JSON Lines for Spark: in its tasks the reader of the stream engine makes rows of answers of them.

So what is refused, and why, is the same as with the other engines; the criteria are left to the query. The workers
need this package.
"""

from __future__ import annotations

import io
import json
import os
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING, Any, BinaryIO, NamedTuple

from sciaticheck.answers.codes import Kept, answers_of
from sciaticheck.errors import AnswersError, Problem
from sciaticheck.knowledge.model import Knowledge
from sciaticheck.tables.header import header
from sciaticheck.tables.job import Job, Reject
from sciaticheck.tables.reading import cuts_of
from sciaticheck.tables.ready import Ready
from sciaticheck.tables.sources import Source, opened
from sciaticheck.tables.spark import BITS
from sciaticheck.tables.sql import words
from sciaticheck.tables.stream import Stream
from sciaticheck.tables.terms import PER_WORD

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

SPAN = 16 << 20
"""Bytes that one task reads."""

_DIGITS = bytes.maketrans(bytes(range(4)), b"0123")
"""From codes to the digits of a number: each has two bits."""

Row = tuple[Any, ...]
"""What stands in a row of `frame_of`."""


def frame_of(spark: SparkSession, source: Source, job: Job) -> tuple[DataFrame, int | None]:
    """A source of text as codes for the query, with `given_id`, `record` as `numbered` wants it, `fault` and what is
    kept; and how many lines it has, if that is known.

    Record 0 says why it could not be read on, record -1 what is to be said of records that are at no fault.
    """
    from pyspark.sql.types import IntegerType, LongType, StringType, StructField, StructType

    spans, lines = _spans(source._replace(path=os.path.realpath(source.path)), job)  # a worker may be in another folder
    rows = spark.sparkContext.parallelize(spans, len(spans)).flatMap(lambda span: _of_span(span, job))
    kinds = {
        LongType(): ["record", *(word.name for word in words(job.plan, "given"))],
        IntegerType(): job.plan.related,
        StringType(): ["given_id", "fault", *job.keep],
    }
    shape = [StructField(name, kind) for kind, names in kinds.items() for name in names]
    return spark.createDataFrame(rows, StructType(shape), verifySchema=False), lines


def faults(frame: DataFrame, source: Source) -> Iterator[Reject]:
    """What is wrong with the records of such a frame, in order."""
    for row in frame.where("record >= 0 AND fault IS NOT NULL").select("record", "fault").toLocalIterator():
        for code, message, line, key, value in json.loads(row.fault):
            yield Reject(row.record, Problem(code, message, source.path, line, key, value))


def notes(frame: DataFrame, source: Source) -> Iterator[tuple[Problem, int]]:
    """What is to be said of other records of such a frame, and how often."""
    for row in frame.where("record < 0").select("fault").toLocalIterator():
        for (code, message, line, key, value), times in json.loads(row.fault):
            yield Problem(code, message, source.path, line, key, value), times


class Span(NamedTuple):
    """What one task reads: whole records of a source, the `number`th such part of it.

    They stand behind the byte `start`, before which `line` lines end, and before the byte `end`; if that is not known
    they are all that is left.
    """

    source: Source
    number: int = 0
    start: int = 0
    line: int = 0
    end: int | None = None


def _spans(source: Source, job: Job) -> tuple[list[Span], int | None]:
    """The parts of a source, and its lines. A packed one is one part. Raises AnswersError as `header`."""
    spans, lines = [Span(source)], 0
    if source.packed:
        return spans, None
    with opened(source) as stream:
        source, _, taken = _header(source, job, stream)
        try:
            for cut in cuts_of(stream, source, taken, at=stream.tell()):
                if cut.at is not None and cut.at - spans[-1].start >= SPAN:
                    spans[-1] = spans[-1]._replace(end=cut.at)
                    spans.append(Span(source, len(spans), cut.at, cut.line))
                lines = cut.line + cut.ends
            spans[-1] = spans[-1]._replace(end=stream.tell())
        except AnswersError:
            pass  # the task that comes to it tells
    return spans, lines


def _header(source: Source, job: Job, stream: BinaryIO) -> tuple[Source, list[str] | None, int]:
    """The source with its separator, its header if it is CSV, and the lines taken."""
    if source.kind != "csv":
        return source, None, 0
    found, taken = header(source, job, stream)
    return source._replace(separator=found.separator), found.header, taken


def _of_span(span: Span, job: Job) -> Iterator[Row]:
    mark = span.number << BITS
    try:
        with opened(span.source) as stream:
            source, found, taken = _header(span.source, job, stream)
            if span.start:
                stream.seek(span.start)
                taken = span.line
            reader = Stream(_Answers(job), source, found)
            made = chain.from_iterable(map(reader.records, cuts_of(_up_to(span, stream), source, taken)))
            for record, one in enumerate(made, start=mark + 1):
                if isinstance(one, list):
                    yield _no_row(record, [*map(_told, one)], job)
                else:
                    name, codes, kept = one
                    yield record, *codes, name, None, *[kept[column] for column in job.keep]
            if reader.notes:
                yield _no_row(-1, [(_told(note), times) for note, times in reader.notes.items()], job)
    except AnswersError as error:
        yield _no_row(0, [*map(_told, error.problems)], job)


def _up_to(span: Span, stream: BinaryIO) -> BinaryIO:
    """The stream up to the end of the span. Raises AnswersError where it is not that long any more."""
    if span.end is None:
        return stream
    size = span.end - stream.tell()
    data = stream.read(size)
    if len(data) != size:
        message = "has changed while it was read"
        raise AnswersError([Problem("unreadable", message, span.source.path, span.line + 1)])
    return io.BytesIO(data)


def _no_row(record: int, told: Sequence[object], job: Job) -> Row:
    codes = [None] * sum(1 for _ in [*words(job.plan, "given"), *job.plan.related])
    return record, *codes, None, json.dumps(told), *[None] * len(job.keep)


def _told(problem: Problem) -> tuple[object, ...]:
    return problem.code, problem.message, problem.line, problem.key, problem.value


class _Answers(Ready):
    """What the reader needs where criteria are left to a query: answers amount to the columns that it takes them in."""

    @cached_property
    def found(self) -> Callable[[bytes], tuple[int, ...]]:
        """The words and the codes of related questions. Raises ConflictError where a follow-up contradicts."""
        plan, related = self.job.plan, len(self.job.plan.related)
        rules = _Rules(plan.related, self.job.knowledge)
        apart, starts = bytes(related), range(0, len(plan.order), PER_WORD)

        def found(codes: bytes) -> tuple[int, ...]:
            own = codes[:related]
            rules[own]
            digits = (apart + codes[related:]).translate(_DIGITS)
            return *(int(digits[word : word + PER_WORD][::-1], 4) for word in starts), *own

        return found


class _Rules(Kept):
    """For each state of the questions that the follow-up rules look at, nothing, or ConflictError."""

    def __init__(self, names: Sequence[str], knowledge: Knowledge) -> None:
        self.names, self.knowledge = names, knowledge

    def made(self, codes: bytes) -> None:
        answers_of(self.names, codes, self.knowledge)
