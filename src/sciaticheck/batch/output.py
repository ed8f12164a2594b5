"""Where rows go: a file that appears whole or not at all, a pipe, or standard output."""

from __future__ import annotations

import contextlib
import gzip
import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Self

from sciaticheck.errors import AnswersError
from sciaticheck.inputs.opening import missing_extra
from sciaticheck.inputs.sources import kind_of
from sciaticheck.text_file import permissions

_ROWS = 1 << 17
"""Rows of a row group of Parquet, at least."""


class Output:
    """A file that is written beside its place and renamed when all is well; "-" is standard output, written at once.

    Raises OSError that names the file if it cannot be written. If left by an exception, the file beside is removed.
    """

    def __init__(self, path: str) -> None:
        self.path = path
        self.beside: str | None = None
        self.raw: BinaryIO | None = None
        self.stream: Any = None

    def __enter__(self) -> Self:
        with self.naming():
            self._open()
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

    def _open(self) -> None:
        if self.path == "-":
            if sys.stdout is None:
                raise OSError("standard output is closed")
            self.raw = sys.stdout.buffer
            return
        target = os.path.realpath(self.path)
        if os.path.isdir(target):
            raise IsADirectoryError(21, "is a folder")
        if os.path.exists(self.path) and not os.path.isfile(self.path):
            self.raw = open(self.path, "wb")  # noqa: SIM115 - closed on leaving; by its own name: /dev/stdout may lead to a pipe that has none
        else:
            handle, self.beside = tempfile.mkstemp(dir=os.path.dirname(target), prefix=f".{Path(target).name[:100]}.")
            self.raw = open(handle, "wb")  # noqa: SIM115

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
                elif self.raw is not None:
                    self.raw.close()
            if self.beside and not error:
                with self.naming():
                    commit(self.beside, self.path)
                self.beside = None
        finally:
            if self.raw is not None and self.path != "-":
                with contextlib.suppress(OSError):
                    self.raw.close()
            if self.beside:
                Path(self.beside).unlink(missing_ok=True)


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


def commit(beside: str, path: str) -> None:
    """Puts a finished file in its place, with the permissions of the one before or the usual ones."""
    target = os.path.realpath(path)
    os.chmod(beside, permissions(target))
    os.replace(beside, target)
