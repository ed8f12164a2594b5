"""CSV and JSON Lines for Spark: in its tasks the reader of the stream engine makes rows of answers of them.

So what is refused, and why, is the same as with the other engines; the criteria are left to the query. The workers
need this package.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from sciaticheck.answers.codes import Kept, answers_of
from sciaticheck.answers.limits import MAX_RECORD
from sciaticheck.errors import AnswersError, Problem
from sciaticheck.knowledge.model import Knowledge
from sciaticheck.tables.header import header
from sciaticheck.tables.job import Job, Reject
from sciaticheck.tables.pieces import Cut
from sciaticheck.tables.reading import cuts_of
from sciaticheck.tables.ready import Ready
from sciaticheck.tables.sources import Source, opened
from sciaticheck.tables.spark import numbered, path_of
from sciaticheck.tables.sql import words
from sciaticheck.tables.stream import Stream
from sciaticheck.tables.terms import PER_WORD

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

_DIGITS = bytes.maketrans(bytes(range(4)), b"0123")
"""From codes to the digits of a number: each has two bits."""

Row = tuple[Any, ...]
"""What stands in a row of `frame_of`."""


def frame_of(spark: SparkSession, source: Source, job: Job) -> DataFrame:
    """A source of text as codes for the query, with `given_id`, `record`, `fault` and what is kept.

    Record 0 says why it could not be read on, record -1 what is to be said of records that are at no fault.
    A plain file of JSON Lines is cut by Spark, any other is one task.
    """
    from pyspark.sql.types import IntegerType, LongType, StringType, StructField, StructType

    source = source._replace(path=os.path.realpath(source.path))  # a worker may be in another folder
    if source.kind == "jsonl" and not source.packed:
        rows = _lines(spark, source).rdd.mapPartitions(lambda lines: _of_lines(lines, source, job))
    else:
        rows = spark.sparkContext.parallelize([source], 1).flatMap(lambda one: _of_file(one, job))
    kinds = {
        LongType(): ["record", *(word.name for word in words(job.plan, "given"))],
        IntegerType(): job.plan.related,
        StringType(): ["given_id", "fault", *job.keep],
    }
    shape = [StructField(name, kind) for kind, names in kinds.items() for name in names]
    return spark.createDataFrame(rows, StructType(shape), verifySchema=False)


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


def _lines(spark: SparkSession, source: Source) -> DataFrame:
    """The lines that are not blank as bytes, with `line` and `record`."""
    from pyspark.sql import functions as f

    lines, _ = numbered(spark.read.text(path_of(source.path), lineSep="\n"), "line")
    mark, whole = f.lit("\ufeff"), f.col("value").cast("binary")
    marked = (f.col("line") == 1) & f.startswith("value", mark)
    texts = lines.select("line", f.when(marked, f.substring(whole, 4, 1 << 30)).otherwise(whole).alias("data"))
    return numbered(texts.where(f.col("data").cast("string").rlike(r"[^ \t\r\x0B\f]")), "record")[0]


def _of_lines(lines: Iterable[Any], source: Source, job: Job) -> Iterator[Row]:
    reader = Stream(_Answers(job), source, None)
    for one in lines:
        data = bytes(one.data)
        cut = Cut(data, one.line - 1, 0, too_long=len(data) > MAX_RECORD)
        yield from _rows(reader, cut, one.record - 1)
    yield from _noted(reader)


def _of_file(source: Source, job: Job) -> Iterator[Row]:
    try:
        with opened(source) as stream:
            found, taken = header(source, job, stream) if source.kind == "csv" else (None, 0)
            if found:
                source = source._replace(separator=found.separator)
            reader, record = Stream(_Answers(job), source, found and found.header), 0
            for cut in cuts_of(stream, source, taken):
                for row in _rows(reader, cut, record):
                    record = row[0]
                    yield row
            yield from _noted(reader)
    except AnswersError as error:
        yield _no_row(0, [*map(_told, error.problems)], job)


def _rows(reader: Stream, cut: Cut, record: int) -> Iterator[Row]:
    job = reader.job
    for number, made in enumerate(reader.records(cut, record), start=record + 1):
        if isinstance(made, list):
            yield _no_row(number, [*map(_told, made)], job)
        else:
            name, codes, kept = made
            yield number, *codes, name, None, *[kept[column] for column in job.keep]


def _noted(reader: Stream) -> Iterator[Row]:
    if reader.notes:
        yield _no_row(-1, [(_told(note), times) for note, times in reader.notes.items()], reader.job)


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
