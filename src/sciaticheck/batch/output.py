"""Where rows go: a file that appears whole or not at all, standard output, and the rejects beside."""

from __future__ import annotations

import contextlib
import csv
import gzip
import json
import os
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Self

from sciaticheck.batch.faces import cell
from sciaticheck.batch.job import SHOWN, Reject
from sciaticheck.batch.sources import kind_of
from sciaticheck.errors import AnswersError, Problem

REJECT_COLUMNS = ("source", "record", "line", "key", "value", "code", "reason")


class Output:
    """A file written beside and renamed when all is well; "-" is standard output, written at once.

    Raises OSError where it cannot be written. Left by an exception, the file beside is removed.
    """

    def __init__(self, path: str) -> None:
        self.path = path
        self.beside: str | None = None
        self.raw: BinaryIO | None = None
        self.packer: Any = None

    def __enter__(self) -> Self:
        if self.path == "-":
            if sys.stdout is None:
                raise OSError("standard output is closed")
            self.raw = self.packer = sys.stdout.buffer
            return self
        target = os.path.realpath(self.path)
        if os.path.exists(self.path) and not os.path.isfile(self.path):
            if os.path.isdir(target):
                raise IsADirectoryError(21, "is a folder", self.path)
            self.raw = open(self.path, "wb")  # by its own name: /dev/stdout may lead to a pipe that has none
        else:
            handle, self.beside = tempfile.mkstemp(dir=os.path.dirname(target), prefix=f".{Path(target).name[:100]}.")
            self.raw = open(handle, "wb")
        packed = kind_of(self.path)[1]
        self.packer = self.raw
        if packed == "gzip":
            self.packer = gzip.GzipFile(fileobj=self.raw, mode="wb", compresslevel=6, mtime=0)
        elif packed == "zstd":
            import zstandard

            self.packer = zstandard.ZstdCompressor().stream_writer(self.raw, closefd=False)
        return self

    def write(self, text: str) -> None:
        """Writes rows."""
        self.packer.write(text.encode("utf-8"))

    def flush(self) -> None:
        """Sends what is written on, for readers who wait."""
        self.packer.flush()

    def finish(self, file: str) -> None:
        """What is left to do with the file before it takes its place."""

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.path == "-":
            if kind is None:
                self.flush()
            return
        try:
            if self.packer is not self.raw:
                with contextlib.suppress(OSError) if kind else contextlib.nullcontext():
                    self.packer.close()
            if self.raw is not None:
                with contextlib.suppress(OSError) if kind else contextlib.nullcontext():
                    self.raw.close()
            if self.beside and kind is None:
                self.finish(self.beside)
                commit(self.beside, self.path)
                self.beside = None
        finally:
            if self.beside:
                Path(self.beside).unlink(missing_ok=True)


@contextlib.contextmanager
def beside(path: str) -> Iterator[str]:
    """The name of a new file beside `path`, which takes its place if all goes well."""
    target = os.path.realpath(path)
    if os.path.exists(target) and not os.path.isfile(target):
        raise OSError(21, "is no ordinary file", path)
    handle, made = tempfile.mkstemp(dir=os.path.dirname(target), prefix=f".{Path(target).name[:100]}.")
    os.close(handle)
    try:
        yield made
        commit(made, path)
    finally:
        Path(made).unlink(missing_ok=True)


def commit(beside: str, path: str) -> None:
    """Puts a finished file in its place, with the permissions of the one before or the usual ones."""
    target = os.path.realpath(path)
    mask = os.umask(0)
    os.umask(mask)
    mode = os.stat(target).st_mode & 0o777 if os.path.exists(target) else 0o666 & ~mask
    os.chmod(beside, mode)
    os.replace(beside, target)


class Rejects:
    """What could not be read: how many `records`, the `reasons` by their codes, the first faults, to be `shown`.

    Where there is a path, its file has a line for each fault, as CSV or, by its name, as JSON Lines.
    More than `most` records stop a batch.
    """

    def __init__(self, path: str | None, raw: bool, most: int | None = None) -> None:
        self.output, self.raw, self.most = None if path is None else Output(path), raw, most
        self.json = path is not None and kind_of(path)[0] == "jsonl"
        self.records = 0
        self.reasons: Counter[str] = Counter()
        self.shown: list[Problem] = []

    def __enter__(self) -> Self:
        if self.output:
            self.output.__enter__()
            if not self.json:
                self.output.write(",".join(REJECT_COLUMNS) + "\n")
        return self

    def __exit__(self, *error: Any) -> None:
        if self.output:
            self.output.__exit__(*error)

    def add(self, rejects: Sequence[Reject]) -> None:
        """Adds all faults of some records. Raises AnswersError where there are too many."""
        self.records += len({reject.record for reject in rejects})
        self.reasons.update(reject.problem.code for reject in rejects)
        self.shown += [_placed(reject) for reject in rejects[: SHOWN - len(self.shown)]]
        if self.output:
            self._write(self.output, rejects)
        if self.most is not None and self.records > self.most:
            message = f"more than {self.most} records rejected; stopped, and nothing was written"
            raise AnswersError([Problem("too_many_rejects", message), *self.shown])

    def account(self, read: int, written: int) -> None:
        """To be called before the rows take their place. Raises AssertionError where a record has vanished."""
        if read != written + self.records:
            raise AssertionError(f"{read} records read, {written} written and {self.records} rejected")

    def _write(self, output: Output, rejects: Sequence[Reject]) -> None:
        for record, problem in rejects:
            values = (
                problem.source, record, problem.line, problem.key, problem.value, problem.code, problem.message
            )  # fmt: skip
            if self.json:
                named = dict(zip(REJECT_COLUMNS, values, strict=True))
                line = json.dumps(named, ensure_ascii=False)
            else:
                line = ",".join(cell(value, self.raw) for value in values)
            output.write(_whole(line) + "\n")


def _placed(reject: Reject) -> Problem:
    """The problem, with the number of the record where its source has no lines."""
    record, problem = reject
    return problem if problem.line else problem._replace(source=f"{problem.source}, record {record}")


def _whole(text: str) -> str:
    """The text with what is no character (bytes that were not UTF-8) written out."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def header_cells(line: str) -> list[str]:
    """The cells of one row of CSV. Raises csv.Error."""
    return next(csv.reader([line], strict=True), [])
