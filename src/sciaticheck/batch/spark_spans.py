"""What the tasks of Spark's read of files of text: spans that end where a record does."""

from __future__ import annotations

import io
import os
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import chain
from typing import TYPE_CHECKING, BinaryIO, NamedTuple

from sciaticheck.batch.header import header
from sciaticheck.batch.job import Job
from sciaticheck.batch.reading import cuts_of
from sciaticheck.batch.ready import Ready
from sciaticheck.batch.sources import Source, changed, opened
from sciaticheck.batch.stream import Row, Stream
from sciaticheck.errors import AnswersError, Problem
from sciaticheck.inputs.limits import MAX_RECORD

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

LEAST, MOST = 4 << 20, 32 << 20
"""Bytes that one task reads: beside the time to begin it that they take, and that it can hold."""


class Span(NamedTuple):
    """What one task reads: whole records of a source. `of` sources and `number` spans are ahead.

    The records stand behind the byte `start`, before which `line` lines end, and before the byte `end`; if that is not
    known they are all that is left.
    """

    source: Source
    of: int
    number: int
    start: int = 0
    line: int = 0
    end: int | None = None


def task_size(sources: Sequence[Source], spark: SparkSession) -> int:
    """Bytes that one task is to read: few enough that all have something to do, many beside the time to begin one."""
    whole = sum(source.size or 0 for source in sources)
    return min(MOST, max(LEAST, whole // spark.sparkContext.defaultParallelism))


def spans_of(sources: Sequence[Source], job: Job, size: int) -> tuple[list[Span], int | None]:
    """The spans, of about this size, and their lines, if these are known. Raises AnswersError as `header`."""
    spans: list[Span] = []
    lines: int | None = 0
    for number, source in enumerate(sources):
        source = source._replace(path=os.path.realpath(source.path))  # a task may be in another folder
        more = _cut(source, job, number, size, spans)
        lines = None if lines is None or more is None else lines + more
    return spans, lines


def _cut(source: Source, job: Job, of: int, size: int, spans: list[Span]) -> int | None:
    """Adds the spans of a source. Returns its lines; a packed one is one span, and its lines are not known."""
    spans.append(Span(source, of, len(spans)))
    if source.packed:
        return None
    lines = least = 0
    with opened(source) as stream:
        source, _, taken = _header(source, job, stream)
        end = stream.tell()
        try:
            for cut in cuts_of(stream, source, taken, at=end):
                if cut.too_long:  # who reads it has to see so much of what follows to know that
                    least = end + MAX_RECORD
                elif cut.at is not None:
                    if cut.at - spans[-1].start >= size and cut.at > least:
                        spans[-1] = spans[-1]._replace(end=cut.at)
                        spans.append(Span(source, of, len(spans), cut.at, cut.line))
                    end = cut.at + len(cut.data)
                lines = cut.line + cut.ends
            spans[-1] = spans[-1]._replace(end=stream.tell())
        except AnswersError:
            pass  # the task that comes to it tells
    return lines


def together(spans: Sequence[Span], size: int) -> Iterator[list[Span]]:
    """What each task reads: as many spans as are of about this size."""
    task: list[Span] = []
    taken = 0
    for span in spans:
        more = (span.end or span.source.size or 0) - span.start
        if task and taken + more > size:
            yield task
            task, taken = [], 0
        task.append(span)
        taken += more
    yield task


def records_of(span: Span, ready: Ready, notes: Counter[Problem]) -> Iterator[Row | list[Problem]]:
    """Each record of a span, as `Stream.records` has it; what is to be said of those at no fault is put into `notes`.

    Raises AnswersError where the source cannot be read on.
    """
    with opened(span.source) as stream:
        source, found, taken = _header(span.source, ready.job, stream)
        if span.start:
            stream.seek(span.start)
            taken = span.line
        reader = Stream(ready, source, found)
        reader.notes = notes
        yield from chain.from_iterable(map(reader.records, cuts_of(_up_to(span, stream), source, taken)))


def _header(source: Source, job: Job, stream: BinaryIO) -> tuple[Source, list[str] | None, int]:
    """The source with its separator, its header if it is CSV, and the lines taken."""
    if source.kind != "csv":
        return source, None, 0
    found, taken = header(source, job, stream)
    return source._replace(separator=found.separator), found.header, taken


def _up_to(span: Span, stream: BinaryIO) -> BinaryIO:
    """The stream up to the end of the span. Raises AnswersError where it is not that long any more."""
    if span.end is None:
        return stream
    size = span.end - stream.tell()
    data = stream.read(size)
    if len(data) != size:
        raise AnswersError([changed(span.source.path, span.line + 1)])
    return io.BytesIO(data)
