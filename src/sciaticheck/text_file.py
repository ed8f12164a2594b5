"""Reading a whole text file of limited size, with a message for each way in which that can fail."""

from __future__ import annotations

import os
import re

from sciaticheck.errors import Problem

MAX_ANSWERS = 1024 * 1024
"""The largest YAML or JSON file of one respondent, in bytes. See docs/output.md."""

MAX_CONTENT = 16 * 1024 * 1024
"""The largest knowledge file, translation or file of cases, in bytes."""


def read_text(path: str, most: int = MAX_ANSWERS) -> str | Problem:
    """The text of a UTF-8 file of at most `most` bytes, or the problem with it."""
    head = read_bytes(path, most)
    return head if isinstance(head, Problem) else decode(head, path, most)


def read_bytes(path: str, most: int = MAX_ANSWERS) -> bytes | Problem:
    """The first bytes of a file, one more than `most` if it is larger, or the problem with it."""
    try:
        with open(path, "rb") as stream:
            head = stream.read(most + 1)
    except OSError as error:
        return unreadable(path, error)
    return not_text(head, path) or head


def decode(head: bytes, source: str, most: int = MAX_ANSWERS) -> str | Problem:
    """The text of a file, or the problem with it. `head` has at most `most` + 1 bytes of the file."""
    if len(head) > most:
        return too_large(source, most)
    try:
        return head.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = head.count(b"\n", 0, error.start) + 1
        return Problem("not_utf8", "is not UTF-8 text; save it as UTF-8", source, line)


def not_text(head: bytes, source: str) -> Problem | None:
    """The problem with a file whose first bytes are blank or UTF-16; None for any other."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")) or re.match(rb"(\0[\s!-~]|[\s!-~]\0){2}", head):
        return Problem("not_utf8", "is UTF-16, not UTF-8; save it as UTF-8", source)
    if not head.strip(b"\xef\xbb\xbf \t\r\n"):
        return Problem("empty", "is empty", source)
    return None


def no_records(source: str) -> Problem:
    """The problem with a file that has no record, only a header or an empty list."""
    return Problem("empty", "has no records", source)


def too_large(source: str, most: int = MAX_ANSWERS) -> Problem:
    """The problem with a file that is too large."""
    hint = ", the most for one respondent; for many use JSON Lines or CSV" if most == MAX_ANSWERS else ""
    return Problem("too_large", f"is larger than {most} bytes{hint}", source)


def unreadable(path: str, error: OSError) -> Problem:
    """The problem with a file that cannot be opened or read."""
    if isinstance(error, FileNotFoundError):
        if os.path.islink(path):
            return Problem("not_found", "is a link to a file that does not exist", path)
        return Problem("not_found", "no such file or folder", path)
    return Problem("unreadable", f"cannot be read: {error.strerror or error}", path)
