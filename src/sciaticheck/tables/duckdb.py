"""The DuckDB engine: the query over pieces of CSV and JSON Lines side by side, and over whole Parquet files.

DuckDB only ever sees pieces on which it cannot differ from the stream engine: valid UTF-8 without NUL, well-formed
quotes, no blank lines. Any other piece, and one that it refuses, is read by the stream engine; so is each record that
the query finds at fault, to say why. In a piece one thread works in order, so order costs no memory.
"""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from threading import local
from typing import NamedTuple

import duckdb

from sciaticheck.errors import Problem
from sciaticheck.tables.duckdb_read import CsvReader, JsonReader, Reader
from sciaticheck.tables.duckdb_sql import connection, keep_memory, memory_file, usual
from sciaticheck.tables.job import Done, Job, Reject, Tally
from sciaticheck.tables.lines import PAIRS
from sciaticheck.tables.pieces import Cut
from sciaticheck.tables.sources import Source
from sciaticheck.tables.stream import Stream
from sciaticheck.tables.terms import text

PIECE = {"csv": 32 << 20, "jsonl": 32 << 20}
"""Bytes of a piece: large beside the time that planning the query takes, small beside the memory of a machine."""

WORKERS = min(os.cpu_count() or 1, 4)

_BLANK = re.compile(rb"\n\n")
_STRICT = re.compile(rb'(?:[^"\n]*+\n|(?:(?:"(?:[^"]++|"")*+"|[^",\n]*+),)*+(?:"(?:[^"]++|"")*+"|[^",\n]*+)\r?\n)*+')

_OWN_NAME = re.compile(
    "row|usual|bad|wrong|size|pair|line|record|given_id|problems|best|(possible_)?level"
    "|(code|flag|share|shown|penalty|word|certain|cautious|worst)_.*"
)
"""Names that the query gives to what it works out: a column of the input called so is left to the stream engine."""

_UNKNOWN = Problem("unknown", "not known yet")


def clashing(columns: Iterable[str], job: Job) -> list[str]:
    """The columns of an input whose names DuckDB cannot tell from those of the query: it looks at no case."""
    counts = Counter(name.lower() for name in {*columns, *job.wanted})
    return [name for name in columns if counts[name.lower()] > 1 or _OWN_NAME.fullmatch(name.lower())]


class _Open(NamedTuple):
    """A piece being read: how many records are before it and how many it has, so far as is known."""

    cut: Cut
    record: int
    records: int
    result: Future[Done] | Done


class Pieces:
    """Pieces of one source of text, several at a time, the results in order."""

    def __init__(self, job: Job, source: Source, header: Sequence[str] | None) -> None:
        self.job, self.source, self.header = job, source, header
        self.stream = Stream(job, source, header)
        self.columns = list(header) if header is not None else ["id", *job.plan.order]
        self.clash = bool(clashing(self.columns, job)) or not set(job.keep) <= set(self.columns)
        self.local = local()
        self.reader: Reader

    def read(self, cuts: Iterator[Cut]) -> Iterator[Done]:
        """The results of all pieces."""
        keep_memory()
        with ThreadPoolExecutor(WORKERS) as pool:
            open_: list[_Open] = []
            read = 0  # records of the pieces that are done
            try:
                for cut in cuts:
                    open_.append(self.begin(pool, cut, read + sum(one.records for one in open_)))
                    while len(open_) > WORKERS or (open_ and isinstance(open_[0].result, Done)):
                        yield (done := self.end(open_.pop(0), read))
                        read += done.records
                while open_:
                    yield (done := self.end(open_.pop(0), read))
                    read += done.records
            finally:
                for one in open_:
                    if isinstance(one.result, Future):
                        one.result.cancel()

    def begin(self, pool: ThreadPoolExecutor, cut: Cut, record: int) -> _Open:
        """Starts a piece, or reads it here where only the stream engine can."""
        count = self.clean(cut)
        if count is None:
            done = self.stream.read(cut, record)
            return _Open(cut, record, done.records, done)
        if not hasattr(self, "reader"):
            self.reader = self.reader_for(cut)
        return _Open(cut, record, count, pool.submit(self.piece, cut, record, count))

    def end(self, one: _Open, record: int) -> Done:
        """The result of a piece; anew where a piece before had fewer records than lines, so that its number is off."""
        done = one.result.result() if isinstance(one.result, Future) else one.result
        return done if one.record == record else self.stream.read(one.cut, record)

    def reader_for(self, cut: Cut) -> Reader:
        """How pieces of this source are read, judged by the first of them."""
        if self.source.kind == "csv":
            return CsvReader(self.job, self.source, self.columns)
        return JsonReader(self.job, self.source, self.columns, b'": ' in cut.data[: cut.data.find(b"\n")])

    def clean(self, cut: Cut) -> int | None:
        """The number of records in a piece that DuckDB may read; None where only the stream engine can be sure."""
        data = cut.data
        if (
            self.clash
            or cut.too_long
            or not data.endswith(b"\n")
            or data.startswith((b"\n", b"\r", b"\xef\xbb\xbf"))
            or (b"\r" in data and (data.count(b"\r") != data.count(b"\r\n") or b"\n\r" in data))
        ):
            return None
        return self._clean_json(cut) if self.source.kind == "jsonl" else self._clean_csv(cut)

    def _clean_json(self, cut: Cut) -> int | None:
        # What is not UTF-8 or no JSON DuckDB refuses; for a blank line it counts no record.
        if self.job.keep or b'"answers"' in cut.data[: cut.data.find(b"\n")]:
            return None
        return cut.ends

    def _clean_csv(self, cut: Cut) -> int | None:
        # Of several columns a blank line is no record to DuckDB, so that the count shows it.
        data = cut.data
        if b"\0" in data or (len(self.columns) == 1 and _BLANK.search(data)):
            return None
        if not data.isascii():
            try:
                data.decode()
            except UnicodeDecodeError:
                return None
        if b'"' not in data:
            return cut.ends
        whole = _STRICT.match(data)
        if not whole or whole.end() != len(data):
            return None
        return sum(part.count(b"\n") for part in data.split(b'"')[::2])

    def piece(self, cut: Cut, record: int, count: int) -> Done:
        """One piece, by the thread's own database or, where that is not sure, its own stream engine."""
        if not hasattr(self.local, "worker"):
            self.local.worker = Worker(self.reader)
            self.local.stream = Stream(self.job, self.source, self.header)
        stream: Stream = self.local.stream
        done = self.by_duckdb(self.local.worker, stream, cut, record, count)
        return stream.read(cut, record) if done is None else done

    def by_duckdb(self, worker: Worker, stream: Stream, cut: Cut, record: int, count: int) -> Done | None:
        """A piece by the query, what is at fault in it by the stream engine; None where that must read it all."""
        try:
            found, size = worker.run(cut.data, record)
        except duckdb.Error:
            return None
        if found.records != count:
            return None
        wrong = [reject.record - record for reject in found.rejects]
        lines = _lines(cut.data, wrong)
        if not self.reader.accounted(cut.data, size, lines):
            return None
        if not wrong:
            return found
        if self.source.kind == "csv" and b'"' in cut.data:  # a row may be several lines
            rejects = stream.read(cut, record).rejects
        else:
            alone = stream.read(Cut(lines, 1, len(wrong)), 0).rejects
            rejects = [
                Reject(record + wrong[place - 1], problem._replace(line=cut.line + wrong[place - 1]))
                for place, problem in alone
            ]
        if [*dict.fromkeys(reject.record for reject in rejects)] != [record + row for row in wrong]:
            return None  # the stream engine reads what DuckDB could not, such as an id of 1.5
        return found._replace(rejects=rejects)


def _lines(data: bytes, rows: Sequence[int]) -> bytes:
    """The lines with these numbers, counted from 1, with their ends."""
    found, row, start = [], 1, 0
    for wanted in rows:
        for _ in range(row, wanted):
            start = data.find(b"\n", start) + 1
        row = wanted
        found.append(data[start : data.find(b"\n", start) + 1])
    return b"".join(found)


class Worker:
    """A database of one thread: a piece in a file in memory, read by a query that is prepared once."""

    def __init__(self, reader: Reader) -> None:
        self.db = connection()
        self.input = memory_file()
        function = reader.function(text(self.input).sql("duckdb"))
        self.db.execute(f"CREATE VIEW given AS SELECT *, row_number() OVER () AS row, {usual()} FROM {function}")
        self.db.execute(f"PREPARE piece AS {reader.query}")

    def run(self, data: bytes, record: int) -> tuple[Done, int]:
        """The rows of a piece, records at fault as rejects without a reason, and the size of those without."""
        with open(self.input, "r+b") as file:
            file.write(data)
            file.truncate()  # not before: the pages of the piece before are used again
        found = self.db.execute(f"EXECUTE piece({record})").fetchone()
        assert found is not None, "a query of totals has a row"
        lines, records, wrong, counts, size = found
        tally: Tally = Counter({pair: count for pair, count in zip(PAIRS, counts, strict=True) if count})
        return Done(lines or "", records, [Reject(row + record, _UNKNOWN) for row in wrong or ()], tally), size or 0
