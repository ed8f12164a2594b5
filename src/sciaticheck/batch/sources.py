"""Inputs of many records: which files there are, what they are, and their bytes, unpacked."""

from __future__ import annotations

import glob
import gzip
import io
import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, NamedTuple

from sciaticheck.errors import AnswersError, Problem

KINDS = {".csv": "csv", ".jsonl": "jsonl", ".ndjson": "jsonl", ".parquet": "parquet"}
PACKED = {".gz": "gzip", ".zst": "zstd"}
"""What the endings of a file's name say."""


class Source(NamedTuple):
    """One file of records, or standard input (`path` is "-"). `name` stands in ids that are not given.

    `separator` parts the columns of CSV; it is known when the header has been read.
    """

    path: str
    name: str
    kind: str
    packed: str | None = None
    separator: str = ","

    @property
    def live(self) -> bool:
        """Whether it is no file that is there as a whole: its records are taken as they come."""
        return self.path == "-" or not os.path.isfile(self.path)

    @property
    def size(self) -> int | None:
        """The size in bytes as it is stored, None where it is not known."""
        try:
            return None if self.path == "-" else os.path.getsize(self.path)
        except OSError:
            return None


def kind_of(path: str) -> tuple[str | None, str | None]:
    """The kind and the packing that a file's name tells, e.g. ("csv", "gzip")."""
    name = Path(path)
    packed = PACKED.get(name.suffix.lower())
    if packed:
        name = name.with_suffix("")
    return KINDS.get(name.suffix.lower()), packed


def sources(paths: Iterable[str], kind: str | None = None) -> list[Source]:
    """The files at the paths, folders searched through in sorted order, patterns such as `part-*.csv` filled in.

    `kind` is that of standard input and of files whose name does not tell. Raises AnswersError with all problems.
    """
    found: dict[str, Source] = {}
    problems: list[Problem] = []
    for path in paths:
        for file in _files(path):
            if isinstance(file, Problem):
                problems.append(file)
                continue
            if any("\ud800" <= char <= "\udfff" for char in file):  # it could not stand in ids and rejects
                problems.append(Problem("unreadable", "its name is not UTF-8 text; rename it", file))
                continue
            told, packed = (None, None) if file == "-" else kind_of(file)
            what = told or kind
            if what is None and file != "-":
                endings = " ".join(KINDS)
                message = f"what this is cannot be told from its name ({endings}, also with .gz or .zst); use --from"
                problems.append(Problem("unknown_kind", message, file))
            elif what == "parquet" and packed:
                problems.append(Problem("unknown_kind", "Parquet packs itself; unpack the file first", file))
            else:
                stem = "stdin" if file == "-" else Path(file).name.partition(".")[0] or Path(file).name
                real = file if file == "-" else os.path.realpath(file)
                found.setdefault(real, Source(file, stem, what or "", packed))
    if problems:
        raise AnswersError(problems)
    return list(found.values())


def _files(path: str) -> Iterator[str | Problem]:
    if path == "-" or os.path.isfile(path):
        yield path
    elif os.path.isdir(path):
        inside = [
            os.path.join(folder, name)
            for folder, folders, names in os.walk(path)
            for name in names
            if kind_of(name)[0] and not name.startswith((".", "_")) and not _hidden(folder, path)
        ]
        yield from sorted(inside)
        if not inside:
            yield Problem("no_input", f"no files of records in this folder (looked for {' '.join(KINDS)})", path)
    elif os.path.exists(path):
        yield path  # a pipe or a device
    else:
        matches = sorted(glob.glob(path, recursive=True))
        yield from matches
        if not matches:
            yield Problem("not_found", "no such file or folder", path)


def _hidden(folder: str, root: str) -> bool:
    return any(part.startswith(".") for part in Path(folder).relative_to(root).parts)


@contextmanager
def opened(source: Source) -> Iterator[BinaryIO]:
    """The bytes of a source, unpacked as they are read. Raises AnswersError when it cannot be opened."""
    if source.path == "-":
        if sys.stdin is None or sys.stdin.closed:
            raise AnswersError([Problem("unreadable", "standard input is closed", "-")])
        yield sys.stdin.buffer
        return
    try:
        raw = open(source.path, "rb")  # noqa: SIM115 - closed below, and by whom it is given to
    except OSError as error:
        raise AnswersError([Problem("unreadable", f"cannot be read: {error.strerror}", source.path)]) from error
    with raw:
        if source.packed == "gzip":
            yield io.BufferedReader(gzip.GzipFile(fileobj=raw))
        elif source.packed == "zstd":
            import zstandard

            yield io.BufferedReader(zstandard.ZstdDecompressor().stream_reader(raw, read_across_frames=True))
        else:
            yield raw


def changed(path: str, line: int | None = None) -> Problem:
    """What to say of a file that is no longer what it was when its records were counted."""
    return Problem("unreadable", "has changed while it was read", path, line)


def unpacking_errors() -> tuple[type[BaseException], ...]:
    """What reading a broken file raises."""
    import zlib

    known: tuple[type[BaseException], ...] = (OSError, EOFError, zlib.error)
    zstandard = sys.modules.get("zstandard")  # no file is unpacked with it before it is loaded
    return (*known, zstandard.ZstdError) if zstandard else known
