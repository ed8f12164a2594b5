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
from pathlib import Path
from threading import local

import duckdb
from sqlglot import exp

from sciaticheck.errors import Problem
from sciaticheck.tables.duckdb_sql import DuckDB, connection, memory_file
from sciaticheck.tables.job import Done, Job, Reject, Tally
from sciaticheck.tables.pieces import Cut
from sciaticheck.tables.sources import Source
from sciaticheck.tables.sql import query
from sciaticheck.tables.stream import Stream
from sciaticheck.tables.terms import column, text, total
from sciaticheck.tables.written import written

PIECE = {"csv": 32 << 20, "jsonl": 64 << 20}
"""Bytes of a piece: large beside the time that planning the query takes, small beside the memory of a machine."""

WORKERS = min(os.cpu_count() or 1, 4)

_STRICT = re.compile(rb'(?:[^"\n]*+\n|(?:(?:"(?:[^"]++|"")*+"|[^",\n]*+),)*+(?:"(?:[^"]++|"")*+"|[^",\n]*+)\r?\n)*+')

_OWN_NAME = re.compile(
    "row|keys|record|given_id|problems|best|(possible_)?level|(code|flag|share|penalty|word|certain|cautious|worst)_.*"
)
"""Names that the query gives to what it works out: a column of the input called so is left to the stream engine."""

_TRAILING = re.compile(rb",[ \t\r]*+}")

_UNKNOWN = Problem("unknown", "not known yet")


def clashing(columns: Iterable[str], job: Job) -> list[str]:
    """The columns of an input whose names DuckDB cannot tell from those of the query: it looks at no case."""
    counts = Counter(name.lower() for name in {*columns, *job.wanted})
    return [name for name in columns if counts[name.lower()] > 1 or _OWN_NAME.fullmatch(name.lower())]


class Pieces:
    """Pieces of one source of text, several at a time, the results in order."""

    def __init__(self, job: Job, source: Source, header: Sequence[str] | None) -> None:
        self.job, self.source, self.header = job, source, header
        self.stream = Stream(job, source, header)
        self.columns = list(header) if header is not None else ["id", *job.plan.order]
        self.clash = bool(clashing(self.columns, job)) or not set(job.keep) <= set(self.columns)
        self.local = local()
        self.rows = Worker.query(job, source, self.columns)

    def read(self, cuts: Iterator[Cut]) -> Iterator[Done]:
        """The results of all pieces."""
        record = 0
        with ThreadPoolExecutor(WORKERS) as pool:
            open_: list[Future[Done] | Done] = []
            try:
                for cut in cuts:
                    count = self.clean(cut)
                    if count is None:
                        done = self.stream.read(cut, record)
                        open_.append(done)
                        count = done.records
                    else:
                        open_.append(pool.submit(self.piece, cut, record, count))
                    record += count
                    while len(open_) > WORKERS or (open_ and isinstance(open_[0], Done)):
                        yield _result(open_.pop(0))
                while open_:
                    yield _result(open_.pop(0))
            finally:
                for future in open_:
                    if isinstance(future, Future):
                        future.cancel()

    def clean(self, cut: Cut) -> int | None:
        """The number of records in a piece that DuckDB may read; None where only the stream engine can be sure."""
        data = cut.data
        if (
            cut.too_long
            or not data.endswith(b"\n")
            or data.startswith((b"\n", b"\r", b"\xef\xbb\xbf"))
            or b"\n\n" in data
        ):
            return None
        if self.clash:
            return None
        if b"\0" in data or (b"\r" in data and (data.count(b"\r") != data.count(b"\r\n") or b"\n\r" in data)):
            return None
        if not data.isascii():
            try:
                data.decode()
            except UnicodeDecodeError:
                return None
        if self.source.kind == "jsonl":
            if b"\v" in data or b"\f" in data:  # blanks to DuckDB, not to JSON
                return None
            nested = b'"answers"' in data[: data.find(b"\n")]
            return None if self.job.keep or nested or b"\\u0000" in data else data.count(b"\n")
        if b'"' not in data:
            return data.count(b"\n")
        whole = _STRICT.match(data)
        if not whole or whole.end() != len(data):
            return None
        return sum(part.count(b"\n") for part in data.split(b'"')[::2])

    def piece(self, cut: Cut, record: int, count: int) -> Done:
        """One piece, by a worker."""
        worker = self.worker()
        try:
            found = worker.run(cut.data, record)
        except duckdb.Error:
            return self.stream_alone(cut, record)
        if found is None or found.records != count:
            return self.stream_alone(cut, record)
        if not found.rejects:
            return found
        rejects = self.reasons(cut, record, found.rejects)
        if {reject.record for reject in rejects} != {reject.record for reject in found.rejects}:
            return self.stream_alone(cut, record)  # the stream engine reads what DuckDB could not, such as an id of 1.5
        return found._replace(rejects=rejects)

    def stream_alone(self, cut: Cut, record: int) -> Done:
        """A piece by a stream engine of its own: its tables are not shared between threads."""
        return Stream(self.job, self.source, self.header).read(cut, record)

    def worker(self) -> Worker:
        """This thread's own."""
        if not hasattr(self.local, "worker"):
            self.local.worker = Worker(self.job, self.source, self.columns, self.rows)
        made: Worker = self.local.worker
        return made

    def reasons(self, cut: Cut, record: int, rejects: list[Reject]) -> list[Reject]:
        """What is wrong with the records at fault, by the stream engine."""
        wrong = {reject.record for reject in rejects}
        alone = self.stream_alone(cut, record) if b'"' in cut.data and self.source.kind == "csv" else None
        if alone:
            return alone.rejects
        lines = cut.data.split(b"\n")
        reader = Stream(self.job, self.source, self.header)
        out: list[Reject] = []
        for number_ in sorted(wrong):
            place = number_ - record - 1
            out += reader.read(Cut(lines[place] + b"\n", cut.line + place), number_ - 1).rejects
        return out


def _result(future: Future[Done] | Done) -> Done:
    return future if isinstance(future, Done) else future.result()


class Worker:
    """A database of one thread, its query made once, its piece in a file in memory."""

    @staticmethod
    def query(job: Job, source: Source, columns: Sequence[str]) -> str:
        """The query over the view `given`."""
        questions = [name for name in columns if name in job.knowledge.questions]
        carried = ["row", "keys", *(["id"] if "id" in columns else []), *job.keep]
        return query(job.knowledge, exp.to_table("given"), questions, carried, DuckDB()).sql("duckdb")

    def __init__(self, job: Job, source: Source, columns: Sequence[str], rows: str) -> None:
        self.rows = rows
        self.job, self.kind, self.name = job, source.kind, source.name
        self.db = connection()
        self.input, self.output = memory_file(), memory_file()
        kinds = {name: "JSON" if name == "id" and self.kind == "jsonl" else "VARCHAR" for name in columns}
        shape = "{" + ", ".join(f"{text(name).sql('duckdb')}: '{kind}'" for name, kind in kinds.items()) + "}"
        if self.kind == "csv":
            options = "auto_detect=false, header=false, delim=',', quote='\"', escape='\"', strict_mode=true"
            reader = f"read_csv('{self.input}', {options}, columns={shape}, max_line_size=4194304)"
        else:
            options = "format='newline_delimited', auto_detect=false, maximum_object_size=4194304"
            reader = f"read_json('{self.input}', {options}, columns={shape})"
        names = [column(name, quoted=True) for name in columns]
        keys = total(exp.cast(exp.not_(name.is_(exp.null())), "INT") for name in names).sql("duckdb")
        self.db.execute(f"CREATE VIEW given AS SELECT *, row_number() OVER () AS row, {keys} AS keys FROM {reader}")
        self.wrong, self.id = "problems IS NOT NULL", '"id"' if "id" in columns else "CAST(NULL AS VARCHAR)"
        if self.kind == "jsonl":
            # An id is a text or a whole number; at another kind the stream engine looks.
            self.wrong += " OR NOT coalesce(json_type(\"id\") IN ('VARCHAR', 'UBIGINT', 'BIGINT', 'NULL'), TRUE)"
            self.id = "\"id\" ->> '$'"
        self.filled = ""
        if self.kind == "csv" and job.format == "jsonl" and job.keep:
            # An empty cell is an empty text, as it is to every other reader of CSV, never a null.
            kept = [column(name, quoted=True).sql("duckdb") for name in job.keep]
            self.filled = " REPLACE (" + ", ".join(f"coalesce({name}, '') AS {name}" for name in kept) + ")"
        self.known = "[" + ", ".join(text(name).sql("duckdb") for name in columns) + "]"

    def run(self, data: bytes, record: int) -> Done | None:
        """The rows of a piece, records at fault as rejects without a reason; None for keys that are no questions."""
        _fill(self.input, data)
        self.db.execute(f"CREATE OR REPLACE TEMP TABLE found AS {self.rows}")
        totals = f"SELECT count(*), sum(keys), min(keys), count(*) FILTER (WHERE {self.wrong}) FROM found"
        records, keys, fewest, bad = self.db.execute(totals).fetchone() or (0, 0, 0, 0)
        if self.kind == "jsonl" and not (fewest and self.keys_known(data, records, keys)):
            return None  # a record without keys may be a null
        good = f"SELECT * EXCLUDE (row, keys){self.filled}, {self.id} AS given_id, row + {record} AS record FROM found"
        if bad:
            good += f" WHERE NOT ({self.wrong})"
        chosen = written(self.job, "good", self.name).sql("duckdb")
        format = (
            "(FORMAT csv, HEADER false, USE_TMP_FILE false)"
            if self.job.format != "jsonl"
            else "(FORMAT json, USE_TMP_FILE false)"
        )
        self.db.execute(f"COPY (WITH good AS ({good}) {chosen}) TO '{self.output}' {format}")
        counts = f"SELECT urgency, possible_urgency, count(*) FROM found WHERE NOT ({self.wrong}) GROUP BY ALL"
        tally: Tally = Counter({(one, two): number_ for one, two, number_ in self.db.execute(counts).fetchall()})
        wrong = self.db.execute(f"SELECT row + {record} FROM found WHERE {self.wrong}").fetchall() if bad else []
        return Done(Path(self.output).read_text("utf-8"), records, [Reject(row, _UNKNOWN) for (row,) in wrong], tally)

    def keys_known(self, data: bytes, records: int, found: int) -> bool:
        """Whether no record has a key that is not a question, nor a comma behind its last value.

        Each value found accounts for one key, and a key that stands twice is an error to DuckDB. Where they do not
        add up to the colons (a null has a key too, an id may hold some), the keys themselves are looked at. The commas
        are one less than the keys of each record; DuckDB takes one more.
        """
        if data.count(b",") != found - records and _TRAILING.search(data):
            return False
        if found == data.count(b":"):
            return True
        options = "auto_detect=false, header=false, delim='\\x01', quote='', escape='', max_line_size=4194304"
        lines = f"read_csv('{self.input}', {options}, columns={{'line': 'VARCHAR'}})"
        unknown = f"SELECT count(*) FROM {lines} WHERE NOT list_has_all({self.known}, json_keys(line))"
        return self.db.execute(unknown).fetchone() == (0,)


def _fill(path: str, data: bytes) -> None:
    with open(path, "wb") as file:
        file.write(data)
