"""Which files there are at some paths, what each is, and what is left out: for check and batch alike."""

from __future__ import annotations

import glob
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from sciaticheck.errors import Problem, visible
from sciaticheck.text_file import unreadable

KINDS = {
    ".yaml": "yaml", ".yml": "yaml", ".json": "json", ".jsonl": "jsonl", ".ndjson": "jsonl",
    ".csv": "csv", ".tsv": "csv", ".parquet": "parquet", ".xml": "xml",
}  # fmt: skip
"""What a file's ending says. In a folder no other file is read; a file named as such is read as what it looks like."""

PACKED = {".gz": "gzip", ".zst": "zstd"}
"""Endings of packed files, after the ending of what they hold."""

DOCUMENTS = ("yaml", "json", "xml")
"""Kinds of files that are read as a whole."""

MANY = ("csv", "jsonl", "parquet")
"""Kinds of files with many records."""

SHOWN = 5
"""Names of files left out that a note shows."""


class Source(NamedTuple):
    """One file, or standard input (`path` is "-"). `name` is used in ids that are not given.

    `kind` is one of KINDS, or empty if it is not known yet.
    """

    path: str
    name: str
    kind: str
    packed: str | None = None

    @property
    def is_live(self) -> bool:
        """Whether it is a pipe or device, whose records come one after another."""
        return self.path == "-" or not os.path.isfile(self.path)

    @property
    def size(self) -> int | None:
        """The stored size in bytes; None if it is not known."""
        try:
            return None if self.is_live else os.path.getsize(self.path)
        except OSError:
            return None


def kind_of(path: str) -> tuple[str | None, str | None]:
    """The kind and the packing by a file's name.

    >>> kind_of("clinic.2023.CSV.gz")
    ('csv', 'gzip')
    """
    name = Path(path)
    packed = PACKED.get(name.suffix.lower())
    if packed:
        name = name.with_suffix("")
    return KINDS.get(name.suffix.lower()), packed


def source_of(path: str, kind: str | None = None) -> Source:
    """The source at a path. `kind` is what it is if its name does not say."""
    if path == "-":
        return Source(path, "stdin", kind or "")
    named, packed = kind_of(path)
    name = Path(path)
    for known in (PACKED, KINDS):
        if name.suffix.lower() in known and name.stem:
            name = name.with_suffix("")
    stem = name.name if named or packed else Path(path).stem
    return Source(path, stem, named or kind or "", packed)


def find(
    paths: Iterable[str], notes: list[Problem], kind: str | None = None, with_xml: bool = False
) -> Iterator[Source | Problem]:
    """Every file at the paths, or what is wrong with it. What folders hold besides is added to `notes`.

    XML in folders is read only `with_xml`: alone it says too little.

    Folders are searched through in sorted order, links followed. A path that does not exist may be a pattern such as
    `part-*.csv`. A file named twice is read once.
    """
    seen: set[str] = set()
    for path in paths:
        for found in _at(path, notes, with_xml):
            if isinstance(found, Problem):
                yield found
                continue
            real = found if found == "-" else os.path.realpath(found)
            if real in seen:
                continue
            seen.add(real)
            if not found.isprintable() and any("\ud800" <= char <= "\udfff" for char in found):
                yield Problem("unreadable", "its name is not UTF-8 text; rename it", found)
            else:
                yield source_of(found, kind)


def _at(path: str, notes: list[Problem], with_xml: bool) -> Iterator[str | Problem]:
    if path == "-" or (os.path.exists(path) and not os.path.isdir(path)):
        yield path
    elif os.path.isdir(path):
        yield from _inside(path, notes, with_xml)
    elif matches := sorted(glob.glob(path, recursive=True)) if glob.has_magic(path) else []:
        for match in matches:
            yield from _inside(match, notes, with_xml) if os.path.isdir(match) else (match,)
    else:
        try:
            os.stat(path)
        except OSError as error:
            yield unreadable(path, error)


def _inside(root: str, notes: list[Problem], with_xml: bool) -> Iterator[str | Problem]:
    """The files in a folder, then the folders that cannot be read. What is left out is noted once."""
    found = False
    visited: set[str] = set()
    problems: list[Problem] = []
    left_out: list[str] = []

    def closed(error: OSError) -> None:
        problems.append(Problem("unreadable", f"cannot be read: {error.strerror}", str(error.filename)))

    for folder, folders, files in os.walk(root, onerror=closed, followlinks=True):
        real = os.path.realpath(folder)
        if real in visited:  # a link back up
            folders.clear()
            continue
        visited.add(real)
        hidden = {name for name in folders if name.startswith(".")}
        folders[:] = sorted(name for name in folders if name not in hidden)
        left_out += [os.path.relpath(os.path.join(folder, name), root) + os.sep for name in sorted(hidden)]
        for name in sorted(files):
            path = os.path.join(folder, name)
            # A pipe or device in a folder would be waited for. A link to nothing is a problem.
            is_ordinary = os.path.isfile(path) or not os.path.exists(path)
            kind = kind_of(name)[0]
            if kind and (kind != "xml" or with_xml) and not name.startswith(".") and is_ordinary:
                found = True
                yield path
            else:
                left_out.append(os.path.relpath(path, root))
    yield from problems
    if left_out:
        few = ", ".join(map(visible, left_out[:SHOWN]))
        more = f" and {len(left_out) - SHOWN:,} more" if len(left_out) > SHOWN else ""
        notes.append(Problem("left_out", f"not read, hidden or no answers by their names: {few}{more}", root))
    if not found and not problems:
        yield Problem("no_input", f"no answer files in this folder (looked for {' '.join(KINDS)})", root)
