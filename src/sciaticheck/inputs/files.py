"""Reads respondents from files, folders and standard input, whatever the kind of file."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from io import BufferedReader, RawIOBase
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from sciaticheck.answers.document import Read, from_yaml
from sciaticheck.answers.record import Location
from sciaticheck.errors import Problem
from sciaticheck.inputs.limits import MAX_RECORD
from sciaticheck.knowledge.model import Knowledge
from sciaticheck.text_file import MAX_ANSWERS, decode, not_text, too_large, unreadable

if TYPE_CHECKING:
    from sciaticheck.formats.column_map import ColumnMap

KINDS = {
    ".yaml": "yaml", ".yml": "yaml", ".json": "json", ".jsonl": "jsonl", ".ndjson": "jsonl",
    ".csv": "csv", ".tsv": "csv",
}  # fmt: skip
"""The kind of a file by its ending. Other files in a folder are skipped; if one is named, its content decides."""


def respondents(paths: Iterable[str], knowledge: Knowledge, column_map: ColumnMap | None = None) -> Iterator[Read]:
    """Every respondent or the problems with it, in order; the path `-` is standard input.

    `column_map` is for CSV only. Folders are searched in sorted order, without hidden files. A file named twice is read
    once.
    """
    seen: set[str] = set()
    for path in paths:
        for file in _files(path):
            if isinstance(file, Problem):
                yield None, [file]
                continue
            real = file if file == "-" else os.path.realpath(file)
            if real not in seen:
                seen.add(real)
                yield from _read(file, knowledge, column_map)


def _files(path: str) -> Iterator[str | Problem]:
    if path == "-" or not os.path.isdir(path):
        yield path
        return
    empty = True
    visited: set[str] = set()
    errors: list[OSError] = []
    for folder, folders, files in os.walk(path, onerror=errors.append, followlinks=True):
        real = os.path.realpath(folder)
        if real in visited:  # a link back up
            folders.clear()
            continue
        visited.add(real)
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(files):
            path_in = os.path.join(folder, name)
            # A pipe or a device in a folder could block; a broken link is reported.
            ordinary = os.path.isfile(path_in) or not os.path.exists(path_in)
            if Path(name).suffix.lower() in KINDS and not name.startswith(".") and ordinary:
                empty = False
                yield path_in
    yield from (Problem("unreadable", f"cannot be read: {error.strerror}", str(error.filename)) for error in errors)
    if empty and not errors:
        endings = " ".join(KINDS)
        yield Problem("no_input", f"no answer files in this folder (looked for {endings})", path)


def _read(path: str, knowledge: Knowledge, column_map: ColumnMap | None) -> Iterator[Read]:
    """The respondents in one file or in standard input."""
    if path == "-":
        if sys.stdin is None or sys.stdin.closed:
            yield None, [Problem("unreadable", "standard input is closed", "-")]
            return
        yield from _parse(sys.stdin.buffer, None, "-", "stdin", knowledge, column_map)
        return
    kind = KINDS.get(Path(path).suffix.lower())
    try:
        if kind in ("yaml", "json") and os.path.isfile(path) and os.path.getsize(path) > MAX_ANSWERS:
            yield None, [too_large(path)]
            return
        with open(path, "rb") as stream:
            yield from _parse(stream, kind, path, Path(path).stem, knowledge, column_map)
    except OSError as error:
        yield None, [unreadable(path, error)]


def _parse(
    stream: BinaryIO, kind: str | None, source: str, name: str, knowledge: Knowledge, column_map: ColumnMap | None
) -> Iterator[Read]:
    head = stream.read(MAX_ANSWERS + 1)
    problem = not_text(head, source)
    if problem:
        yield None, [problem]
        return
    kind = kind or _looks_like(head, knowledge, column_map)
    if kind in ("jsonl", "csv"):
        from sciaticheck.inputs.records import from_csv, from_json_lines

        lines = _lines(BufferedReader(_Joined(head, stream)))
        if kind == "csv":
            reads = from_csv(lines, source, name, knowledge, column_map)
        else:
            reads = from_json_lines(lines, source, name, knowledge)
        first = next(reads, None)
        yield first or (None, [Problem("empty", "has no records", source)])
        yield from reads
        return
    text = decode(head, source)
    if isinstance(text, Problem):
        yield None, [text]
        return
    if kind == "json":
        from sciaticheck.inputs.records import from_json_text

        yield from from_json_text(text, Location(source), name, knowledge)
    else:
        yield from_yaml(text, source, name, knowledge)


def _looks_like(head: bytes, knowledge: Knowledge, column_map: ColumnMap | None) -> str:
    """The kind of an input by its first line: JSON, JSON Lines, CSV or else YAML."""
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    first, _, rest = text.partition(b"\n")
    first = first.strip()
    if text.startswith((b"{", b"[")) and text[1:].lstrip().startswith((b'"', b"}", b"{", b"]")):
        whole = first.startswith(b"{") and first.endswith(b"}")
        return "jsonl" if whole and rest.strip() else "json"
    if column_map:
        return "csv"
    if first.startswith(b"#"):  # only YAML has comments
        return "yaml"
    known = {"id", *knowledge.questions}
    for separator in ",;\t":
        cells = {cell.strip().strip('"') for cell in first.decode("utf-8", "replace").split(separator)}
        if cells <= known or (len(cells) > 1 and b":" not in first and (separator == "," or cells & known)):
            return "csv"
    return "yaml"


class _Joined(RawIOBase):
    """The bytes already read, and then the rest of the stream."""

    def __init__(self, head: bytes, rest: BinaryIO) -> None:
        self.head, self.rest = memoryview(head), rest

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        chunk = self.head[: len(buffer)] or self.rest.read(len(buffer))
        self.head = self.head[len(chunk) :]
        buffer[: len(chunk)] = chunk
        return len(chunk)


def _lines(stream: BufferedReader) -> Iterator[bytes]:
    """The lines. A line longer than MAX_RECORD is cut after one byte more."""
    while line := stream.readline(MAX_RECORD + 1):
        yield line
        while len(line) > MAX_RECORD and not line.endswith(b"\n"):
            line = stream.readline(MAX_RECORD + 1)
