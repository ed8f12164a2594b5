"""From paths to respondents: files, folders and standard input, each read as what it is."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from io import BufferedReader, RawIOBase
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from sciaticheck.answers.limits import MAX_FILE, MAX_RECORD
from sciaticheck.answers.one import Read, from_yaml, reads_of_json
from sciaticheck.errors import AnswersError, Problem
from sciaticheck.knowledge.model import Knowledge

if TYPE_CHECKING:
    from sciaticheck.answers.mapping import Mapping

KINDS = {
    ".yaml": "yaml", ".yml": "yaml", ".json": "json", ".jsonl": "jsonl", ".ndjson": "jsonl",
    ".csv": "csv", ".tsv": "csv",
}  # fmt: skip
"""What a file's ending says. In a folder no other file is read; a file named as such is read as what it looks like."""


def respondents(paths: Iterable[str], knowledge: Knowledge, mapping: Mapping | None = None) -> Iterator[Read]:
    """Every respondent at the paths, and every problem on the way, in order; `-` is standard input.

    `mapping` says how CSV is to be read; other kinds of files are read as ever.
    Folders are searched through in sorted order, hidden ones left out. A file named twice is read once.
    """
    seen: set[str] = set()
    for path in paths:
        for found in _files(path):
            if isinstance(found, Problem):
                yield None, [found]
                continue
            real = found if found == "-" else os.path.realpath(found)
            if real not in seen:
                seen.add(real)
                yield from _read(found, knowledge, mapping)


def _files(path: str) -> Iterator[str | Problem]:
    if path == "-" or not os.path.isdir(path):
        yield path
        return
    found = False
    visited: set[str] = set()
    problems: list[Problem] = []

    def unreadable(error: OSError) -> None:
        problems.append(Problem("unreadable", f"cannot be read: {error.strerror}", str(error.filename)))

    for folder, folders, files in os.walk(path, onerror=unreadable, followlinks=True):
        real = os.path.realpath(folder)
        if real in visited:  # a link back up
            folders.clear()
            continue
        visited.add(real)
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(files):
            path_in = os.path.join(folder, name)
            # A pipe or a device in a folder would be waited for; a link to nothing is a problem to be told.
            ordinary = os.path.isfile(path_in) or not os.path.exists(path_in)
            if Path(name).suffix.lower() in KINDS and not name.startswith(".") and ordinary:
                found = True
                yield path_in
    yield from problems
    if not found and not problems:
        endings = " ".join(KINDS)
        yield Problem("no_input", f"no answer files in this folder (looked for {endings})", path)


def _read(path: str, knowledge: Knowledge, mapping: Mapping | None) -> Iterator[Read]:
    """The respondents in one file or in standard input."""
    if path == "-":
        if sys.stdin is None or sys.stdin.closed:
            yield None, [Problem("unreadable", "standard input is closed", "-")]
            return
        yield from _parse(sys.stdin.buffer, None, "-", "stdin", knowledge, mapping)
        return
    kind = KINDS.get(Path(path).suffix.lower())
    try:
        if kind in ("yaml", "json") and os.path.isfile(path) and os.path.getsize(path) > MAX_FILE:
            yield None, [_too_large(path)]
            return
        with open(path, "rb") as stream:
            yield from _parse(stream, kind, path, Path(path).stem, knowledge, mapping)
    except OSError as error:
        yield None, [_unreadable(path, error)]


def _parse(
    stream: BinaryIO, kind: str | None, source: str, name: str, knowledge: Knowledge, mapping: Mapping | None
) -> Iterator[Read]:
    head = stream.read(MAX_FILE + 1)
    problem = _not_text(head, source)
    if problem:
        yield None, [problem]
        return
    kind = kind or _looks_like(head, knowledge, mapping)
    if kind in ("jsonl", "csv"):
        from sciaticheck.answers.many import from_csv, reads_of_jsonl  # one respondent does without

        lines = _lines(BufferedReader(_Joined(head, stream)))
        csv = kind == "csv"
        found = (
            from_csv(lines, source, name, knowledge, mapping) if csv else reads_of_jsonl(lines, source, name, knowledge)
        )
        empty = True
        for read in found:
            empty = False
            yield read
        if empty:
            yield None, [Problem("empty", "has no records", source)]
        return
    text = _text(head, source)
    if isinstance(text, Problem):
        yield None, [text]
        return
    if kind == "json":
        yield from reads_of_json(text, source, name, knowledge)
    else:
        yield from_yaml(text, source, name, knowledge)


def read_text(path: str) -> str:
    """The text of a file of one respondent. Raises AnswersError when it is none, or too large."""
    try:
        with open(path, "rb") as stream:
            head = stream.read(MAX_FILE + 1)
    except OSError as error:
        raise AnswersError([_unreadable(path, error)]) from error
    text = _not_text(head, path) or _text(head, path)
    if isinstance(text, Problem):
        raise AnswersError([text])
    return text


def _text(head: bytes, source: str) -> str | Problem:
    if len(head) > MAX_FILE:
        return _too_large(source)
    try:
        return head.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = head.count(b"\n", 0, error.start) + 1
        return Problem("not_utf8", "is not UTF-8 text; save it as UTF-8", source, line)


def _not_text(head: bytes, source: str) -> Problem | None:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return Problem("not_utf8", "is UTF-16, not UTF-8; save it as UTF-8", source)
    if not head.strip(b"\xef\xbb\xbf \t\r\n"):
        return Problem("empty", "is empty: nothing was checked", source)
    return None


def _looks_like(head: bytes, knowledge: Knowledge, mapping: Mapping | None) -> str:
    """What input without a telling name is: by its first line, JSON, JSON Lines, CSV or else YAML."""
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    first, _, rest = text.partition(b"\n")
    first = first.strip()
    if text.startswith((b"{", b"[")) and text[1:].lstrip().startswith((b'"', b"}", b"{", b"]")):
        whole = first.startswith(b"{") and first.endswith(b"}")
        return "jsonl" if whole and rest.strip() else "json"
    if mapping:
        return "csv"
    if first.startswith(b"#"):  # a comment is for YAML only
        return "yaml"
    known = {"id", *knowledge.questions}
    for separator in ",;\t":
        cells = {cell.strip().strip('"') for cell in first.decode("utf-8", "replace").split(separator)}
        if cells <= known or (len(cells) > 1 and b":" not in first and (separator == "," or cells & known)):
            return "csv"
    return "yaml"


class _Joined(RawIOBase):
    """What was read already, then what is still to come."""

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
    """The lines; of one that is too long, as much as shows that it is."""
    while line := stream.readline(MAX_RECORD + 1):
        yield line
        while len(line) > MAX_RECORD and not line.endswith(b"\n"):
            line = stream.readline(MAX_RECORD + 1)


def _too_large(source: str) -> Problem:
    message = f"is larger than {MAX_FILE} bytes, the most for one respondent; for many use JSON Lines or CSV"
    return Problem("too_large", message, source)


def _unreadable(path: str, error: OSError) -> Problem:
    if isinstance(error, FileNotFoundError):
        if os.path.islink(path):
            return Problem("not_found", "is a link to a file that does not exist", path)
        return Problem("not_found", "no such file or folder", path)
    return Problem("unreadable", f"cannot be read: {error.strerror or error}", path)
