"""A strict subset of YAML, read from PyYAML's events: mappings, lists and text, each with its line.

Nothing is guessed: `no` stays "no" and 12:30 stays "12:30"; only an empty plain value, `~` and `null` are None. With
`typed`, plain `true`, `false` and decimal numbers are read as in JSON. Anchors, aliases, tags, merge keys, duplicate
keys, several documents and deep nesting are refused.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, NoReturn

from sciaticheck.errors import Problem, shown, visible

MAX_DEPTH = 24

Value = str | int | float | bool | None | list[Any] | dict[str, Any]
Path = tuple[str | int, ...]


class Document:
    """A document: its `value` (text, None, lists and mappings of them), the line of each part, and the problems.

    If there are problems, `value` is incomplete and must not be used.
    """

    def __init__(self, source: str | None) -> None:
        self.source = source
        self.value: Any = None
        self.lines: dict[Path, int] = {}
        self.problems: list[Problem] = []

    def line(self, path: Path) -> int | None:
        """The line (from 1) of the part at `path`, or of the nearest part around it; None if unknown."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path)

    def problem(self, code: str, path: Path, message: str) -> Problem:
        """A problem with the part at `path`, which the message names."""
        key = ".".join(map(str, path))
        message = f"{visible(key)}: {message}" if key else message
        return Problem(code, message, self.source, self.line(path), key or None)


class _StopError(Exception):
    """Raised to stop reading."""


def read(text: str, source: str | None = None, typed: bool = False) -> Document:
    """Reads one document. Never raises for bad text: see `problems`.

    >>> document = read("answers: {fever: no}")
    >>> document.value, document.line(("answers", "fever"))
    ({'answers': {'fever': 'no'}}, 1)
    """
    import yaml  # takes 3 ms, which only YAML input needs

    reader = _Reader(source, typed)
    try:
        if control := yaml.reader.Reader.NON_PRINTABLE.search(text):
            raise yaml.reader.ReaderError(source, control.start(), control.group(), "unicode", "control character")
        reader.run(yaml.parse(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)), yaml)
    except _StopError:
        pass
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        reason = error.problem or error.context or "not valid"
        too_deep = "nest" in reason or "depth" in reason
        code, message = _TOO_DEEP if too_deep else ("broken_yaml", f"not valid YAML: {reason}")
        reader.add(code, message, mark.line + 1 if mark else None)
    except yaml.YAMLError as error:
        line = text.count("\n", 0, getattr(error, "position", 0)) + 1
        reader.add("broken_yaml", "a control character is not allowed in YAML text", line)
    return reader.document


@dataclass
class _Open:
    """A list or mapping being read. `key` waits for its value; `duplicate` is true if the mapping already has it."""

    value: list[Any] | dict[str, Any]
    path: Path
    key: str | None = None
    duplicate: bool = False


class _Reader:
    """Builds the document from events."""

    def __init__(self, source: str | None, typed: bool) -> None:
        self.document, self.typed = Document(source), typed
        self.stack: list[_Open] = []

    def add(self, code: str, message: str, line: int | None, key: str | None = None) -> None:
        self.document.problems.append(Problem(code, message, self.document.source, line, key))

    def stop(self, code: str, message: str, line: int) -> NoReturn:
        self.add(code, message, line)
        raise _StopError

    def run(self, events: Any, yaml: Any) -> None:
        documents = 0
        for event in events:
            line = event.start_mark.line + 1
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    self.stop("several_documents", "a second document ('---') in one file; use one file each", line)
            elif isinstance(event, yaml.AliasEvent):
                self.stop("anchor", f"an alias (*{event.anchor}) is not allowed; write the value out", line)
            elif isinstance(event, yaml.NodeEvent):
                if event.anchor is not None:
                    self.stop("anchor", f"an anchor (&{event.anchor}) is not allowed; write the value out", line)
                if event.tag is not None:
                    self.stop("tag", f"a tag ({shown(event.tag)}) is not allowed", line)
                if isinstance(event, yaml.ScalarEvent):
                    self.scalar(event.value, event.implicit[0], line)
                else:
                    self.begin({} if isinstance(event, yaml.MappingStartEvent) else [], line)
            elif isinstance(event, yaml.CollectionEndEvent):
                self.stack.pop()

    def scalar(self, text: str, plain: bool, line: int) -> None:
        if not self.wants_key():
            self.put(self.plain_value(text) if plain else text, line)
            return
        if text == "<<" and plain:
            self.stop("merge_key", "a merge key (<<) is not allowed; write the keys out", line)
        parent = self.stack[-1]
        path = (*parent.path, text)
        parent.key, parent.duplicate = text, text in parent.value
        if parent.duplicate:
            first = self.document.lines[path]
            self.add("duplicate_key", f"duplicate key {shown(text)} (first used on line {first})", line, text)
        else:
            self.document.lines[path] = line

    def plain_value(self, text: str) -> Value:
        if text in _NULLS:
            return None
        if self.typed and text in ("true", "false"):
            return text == "true"
        if self.typed and _NUMBER.fullmatch(text):
            return float(text) if "." in text else int(text)
        return text

    def begin(self, value: list[Any] | dict[str, Any], line: int) -> None:
        if self.wants_key():
            self.stop("bad_key", "a key must be plain text, not a list or mapping", line)
        if len(self.stack) >= MAX_DEPTH:
            self.stop(*_TOO_DEEP, line)
        self.stack.append(_Open(value, self.put(value, line)))

    def wants_key(self) -> bool:
        return bool(self.stack) and isinstance(self.stack[-1].value, dict) and self.stack[-1].key is None

    def put(self, value: Value, line: int) -> Path:
        """Stores a value in the list or mapping being read, and returns its path. A duplicate key is not stored."""
        if not self.stack:
            self.document.value = value
            self.document.lines[()] = line
            return ()
        parent = self.stack[-1]
        if isinstance(parent.value, list):
            path: Path = (*parent.path, len(parent.value))
            parent.value.append(value)
            self.document.lines[path] = line
            return path
        key, parent.key = parent.key or "", None
        path = (*parent.path, key)
        if parent.duplicate:
            return (*path, "duplicate")
        parent.value[key] = value
        return path


_TOO_DEEP = ("too_deep", f"nested more than {MAX_DEPTH} levels deep")
_NUMBER = re.compile(r"-?(0|[1-9][0-9]{0,14})(\.[0-9]{1,15})?")
_NULLS = {"", "~", "null", "Null", "NULL"}
