"""Where rows go: a file that appears whole or not at all, a pipe, or standard output."""

from __future__ import annotations

import contextlib
import gzip
import sys
from collections.abc import Iterator
from types import TracebackType
from typing import Any, BinaryIO, Self

from sciaticheck.errors import AnswersError
from sciaticheck.inputs.opening import missing_extra
from sciaticheck.inputs.sources import kind_of
from sciaticheck.whole_file import WholeFile

_ROWS = 1 << 17
"""Rows of a row group of Parquet, at least."""


class Output:
    """A file that appears whole or not at all; "-" is standard output, written at once.

    Raises OSError that names the file if it cannot be written.
    """

    def __init__(self, path: str) -> None:
        self.path = path
        self.file = contextlib.ExitStack()
        self.raw: BinaryIO | None = None
        self.stream: Any = None

    def __enter__(self) -> Self:
        with self.naming():
            if self.path != "-":
                self.raw = self.file.enter_context(WholeFile(self.path))
            elif sys.stdout is None:
                raise OSError("standard output is closed")
            else:
                self.raw = sys.stdout.buffer
        packed = kind_of(self.path)[1] if self.path != "-" else None
        self.stream = self.raw
        if packed == "gzip":
            self.stream = gzip.GzipFile(fileobj=self.raw, mode="wb", compresslevel=6, mtime=0)
        elif packed == "zstd":
            try:
                import pyarrow as pa
            except ImportError as error:
                self.__exit__(None, error, None)
                raise AnswersError([missing_extra("PyArrow to pack with zstd")]) from error
            self.stream = pa.CompressedOutputStream(pa.PythonFile(self.raw), "zstd")
        return self

    @contextlib.contextmanager
    def naming(self) -> Iterator[None]:
        """Names the file in an OSError, so that nobody blames another."""
        try:
            yield
        except BrokenPipeError:
            raise
        except OSError as error:
            raise OSError(error.errno, error.strerror or str(error), self.path) from error

    def write(self, rows: Any) -> None:
        """Writes text, as str or as UTF-8."""
        with self.naming():
            self.stream.write(rows.encode("utf-8") if isinstance(rows, str) else rows)

    def flush(self) -> None:
        """Passes on what is written, for readers who wait."""
        with self.naming():
            self.stream.flush()

    def finish(self) -> None:
        """Completes what is written, before the file takes its place."""
        if self.stream is not self.raw:
            self.stream.close()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            with contextlib.suppress(Exception) if error else self.naming():
                self.finish()
                if self.path == "-" and self.raw is not None:
                    self.raw.flush()
        except BaseException as late:
            kind, error = type(late), late
            raise
        finally:
            with self.naming():
                self.file.__exit__(kind, error, trace)


class ParquetOutput(Output):
    """A file of Parquet, from record batches. A pipe or standard output gets Parquet too."""

    def __init__(self, path: str, schema: Any) -> None:
        super().__init__(path)
        self.schema = schema
        self.writer: Any = None
        self.waiting: list[Any] = []

    def write(self, rows: Any) -> None:
        """Writes a record batch, together with others."""
        self.waiting.append(rows)
        if sum(len(batch) for batch in self.waiting) >= _ROWS:
            self._write()

    def _write(self) -> None:
        import pyarrow as pa
        import pyarrow.parquet as pq

        with self.naming():
            if self.writer is None:
                self.writer = pq.ParquetWriter(pa.PythonFile(self.raw, "w"), self.schema, compression="zstd")
            if self.waiting:
                table = pa.Table.from_batches(self.waiting, self.schema)
                self.writer.write_table(table, row_group_size=len(table))
            self.waiting = []

    def flush(self) -> None:
        """Nothing: Parquet is read as a whole."""

    def finish(self) -> None:
        """Writes what waits, and the end of the file."""
        self._write()
        self.writer.close()
