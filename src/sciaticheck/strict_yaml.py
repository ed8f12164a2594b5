"""A strict subset of YAML, read from PyYAML's events: mappings, lists and text, each with its line.

Nothing is resolved or constructed: `no` stays "no" and 12:30 stays "12:30"; only an empty plain value, `~` and
`null` are None. Anchors, aliases, tags, merge keys, duplicate keys, several documents and deep nesting are refused.
"""

from __future__ import annotations

from typing import Any

from sciaticheck.errors import Problem, shown

MAX_DEPTH = 24

Value = str | None | list[Any] | dict[str, Any]
Path = tuple[str | int, ...]


class Document:
    """What was read: `value` (text, None, lists and mappings of them), where each part began, what was wrong.

    When there are problems, `value` holds what could be read and is not to be used as if it were whole.
    """

    def __init__(self) -> None:
        self.value: Value = None
        self.lines: dict[Path, int] = {}
        self.problems: list[Problem] = []

    def line(self, path: Path) -> int | None:
        """The line (from 1) of the part at `path`, or of the nearest part around it; None when unknown."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path)


class _StopError(Exception):
    """Reading cannot go on."""


def read(text: str, source: str | None = None) -> Document:
    """Reads one document. Never raises for bad text: look at `problems`."""
    import yaml  # 3 ms that only YAML input pays for

    reader = _Reader(source)
    control = yaml.reader.Reader.NON_PRINTABLE.search(text)
    if control:
        line = text.count("\n", 0, control.start()) + 1
        reader.add("broken_yaml", "a control character is not allowed in YAML text", line)
        return reader.document
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        reader.run(yaml.parse(text, Loader=loader), yaml)
    except _StopError:
        pass
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        reason = error.problem or error.context or "not valid"
        if "nest" in reason or "depth" in reason:
            reader.add("too_deep", f"nested more than {MAX_DEPTH} levels deep", mark.line + 1 if mark else None)
        else:
            reader.add("broken_yaml", f"not valid YAML: {reason}", mark.line + 1 if mark else None)
    except yaml.YAMLError as error:
        line = text.count("\n", 0, getattr(error, "position", 0)) + 1
        reader.add("broken_yaml", "a control character is not allowed in YAML text", line)
    return reader.document


class _Open:
    """A list or mapping being filled; `key` is the mapping key that waits for its value, `doubled` if it did before."""

    def __init__(self, value: list[Any] | dict[str, Any], path: Path) -> None:
        self.value, self.path = value, path
        self.key: str | None = None
        self.doubled = False


class _Reader:
    def __init__(self, source: str | None) -> None:
        self.document = Document()
        self.source = source
        self.stack: list[_Open] = []

    def add(self, code: str, message: str, line: int | None, key: str | None = None) -> None:
        self.document.problems.append(Problem(code, message, self.source, line, key))

    def run(self, events: Any, yaml: Any) -> None:
        documents = 0
        for event in events:
            line = event.start_mark.line + 1
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    self.add("several_documents", "a second document ('---') in one file; use one file each", line)
                    raise _StopError
            elif isinstance(event, yaml.AliasEvent):
                self.add("anchor", f"an alias (*{event.anchor}) is not allowed; write the value out", line)
                raise _StopError
            elif isinstance(event, yaml.NodeEvent):
                self.check(event, line)
                if isinstance(event, yaml.ScalarEvent):
                    self.scalar(event, line)
                else:
                    self.begin({} if isinstance(event, yaml.MappingStartEvent) else [], line)
            elif isinstance(event, yaml.CollectionEndEvent):
                self.stack.pop()

    def check(self, event: Any, line: int) -> None:
        if event.anchor is not None:
            self.add("anchor", f"an anchor (&{event.anchor}) is not allowed; write the value out", line)
            raise _StopError
        if event.tag is not None:
            self.add("tag", f"a tag ({shown(event.tag)}) is not allowed", line)
            raise _StopError

    def scalar(self, event: Any, line: int) -> None:
        text: str = event.value
        if self.wants_key():
            parent = self.stack[-1]
            if text == "<<" and event.implicit[0]:
                self.add("merge_key", "a merge key (<<) is not allowed; write the keys out", line)
                raise _StopError
            parent.key = text
            first = (*parent.path, text)
            parent.doubled = text in parent.value
            if parent.doubled:
                was = self.document.lines[first]
                self.add("duplicate_key", f"{shown(text)} stands twice; the first is in line {was}", line, text)
            else:
                self.document.lines[first] = line
            return
        plain = event.implicit[0]
        self.put(None if plain and text in _NULLS else text, line)

    def begin(self, value: list[Any] | dict[str, Any], line: int) -> None:
        if self.wants_key():
            self.add("bad_key", "a key must be plain text, not a list or mapping", line)
            raise _StopError
        if len(self.stack) >= MAX_DEPTH:
            self.add("too_deep", f"nested more than {MAX_DEPTH} levels deep", line)
            raise _StopError
        path = self.put(value, line)
        self.stack.append(_Open(value, path))

    def wants_key(self) -> bool:
        return bool(self.stack) and isinstance(self.stack[-1].value, dict) and self.stack[-1].key is None

    def put(self, value: Value, line: int) -> Path:
        """Files a value where it belongs and gives its path. Of a doubled key the first value stays."""
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
        if parent.doubled:
            return (*path, "again")
        parent.value[key] = value
        return path


_NULLS = {"", "~", "null", "Null", "NULL"}
