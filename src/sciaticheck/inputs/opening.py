"""The bytes of a source, unpacked as they are read; a packed file that is cut short is an error."""

from __future__ import annotations

import gzip
import io
import re
import sys
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, BinaryIO, cast

from sciaticheck.errors import AnswersError, Problem
from sciaticheck.inputs.sources import Source
from sciaticheck.text_file import not_text, unreadable

UNPACKING_ERRORS = (OSError, EOFError, zlib.error)
"""What reading a broken file raises."""

LOOKED_AT = 1 << 16
"""Bytes that tell what a file is."""

_AS_CSV = "save or export its table as CSV"

_MAGIC = {
    b"PK\x03\x04": "is a ZIP file; unpack it",
    b"\xd0\xcf\x11\xe0": f"is a file of Excel or Word; {_AS_CSV}",
    b"\x1f\x8b": "is packed with gzip; add .gz to its name",
    b"\x28\xb5\x2f\xfd": "is packed with zstd; add .zst to its name",
    **dict.fromkeys((b"BZh", b"\xfd7zXZ", b"7z\xbc\xaf"), "is packed; unpack it, or pack it with gzip or zstd"),
    b"%PDF": "is a PDF; answers have to be typed into a file",
    **dict.fromkeys((b"\x89PNG", b"\xff\xd8\xff", b"GIF8"), "is a picture; answers have to be typed into a file"),
    b"{\\rtf": "is a text document (RTF); answers have to be typed into a file",
    b"SQLite format 3": "is an SQLite database; export its table as CSV, or use 'sciaticheck export sql'",
    **dict.fromkeys((b"$FL2", b"$FL3"), f"is a file of SPSS; {_AS_CSV}"),
    b"<stata_dta>": f"is a file of Stata; {_AS_CSV}",
    **dict.fromkeys((b"ARROW1", b"ORC", b"Obj\x01"), f"is a table in a format that is not read; {_AS_CSV} or Parquet"),
    b"PAR1": "is Parquet; name it .parquet",
}
_ZIPPED = {
    b"xl/": f"is a workbook of Excel (xlsx); {_AS_CSV}",
    b"[Content_Types].xml": f"is a document of Office (xlsx or docx); {_AS_CSV}",
    b"opendocument.spreadsheet": f"is a spreadsheet (ods); {_AS_CSV}",
}


def missing_extra(what: str, extra: str = "tables") -> Problem:
    """The problem that an optional library is not installed."""
    return Problem(
        "missing_extra", f"this needs {what}: pip install 'sciaticheck[{extra}]' (in a checkout '.[{extra}]')"
    )


def broken(source: Source, error: BaseException, line: int | None = None) -> Problem:
    """The problem with a source that cannot be read on."""
    what = getattr(error, "strerror", None) or str(error)
    after = f" after line {line}" if line else ""
    return Problem("unreadable", f"cannot be read{after}: {what}", source.path)


@contextmanager
def opened(source: Source) -> Iterator[tuple[BinaryIO, BinaryIO]]:
    """The unpacked bytes of a source, and the file itself, whose position is the progress. Raises AnswersError."""
    if source.path == "-":
        if sys.stdin is None or sys.stdin.closed:
            raise AnswersError([Problem("unreadable", "standard input is closed", "-")])
        stdin: Any = sys.stdin.buffer
        stdin = stdin if hasattr(stdin, "peek") else io.BufferedReader(stdin)
        yield stdin, stdin
        return
    try:
        raw = open(source.path, "rb")  # noqa: SIM115 - closed below
    except OSError as error:
        raise AnswersError([unreadable(source.path, error)]) from error
    with raw:
        if source.packed == "gzip":
            yield cast(BinaryIO, io.BufferedReader(cast(Any, gzip.GzipFile(fileobj=raw)))), raw
        elif source.packed == "zstd":
            yield cast(BinaryIO, io.BufferedReader(_zstd(raw))), raw
        else:
            yield raw, raw


def _zstd(raw: BinaryIO) -> Any:
    try:
        import pyarrow as pa
    except ImportError as error:
        raise AnswersError([missing_extra("PyArrow to unpack zstd")]) from error
    # It raises OSError for a file that is cut short, and reads frames one after another.
    return pa.CompressedInputStream(raw, "zstd")


def head_of(stream: BinaryIO, source: Source) -> bytes:
    """The first bytes of a stream, which stay in it. Raises AnswersError if they are those of no text."""
    try:
        head: bytes = stream.peek(LOOKED_AT)  # type: ignore[attr-defined]
    except UNPACKING_ERRORS as error:
        raise AnswersError([broken(source, error)]) from error
    for magic, message in _MAGIC.items():
        if head.startswith(magic) and not (magic == b"PAR1" and source.kind in ("parquet", "")):
            inside = (said for mark, said in _ZIPPED.items() if mark in head) if magic.startswith(b"PK") else iter(())
            raise AnswersError([Problem("unknown_kind", next(inside, message), source.path)])
    if (wrong := not_text(head, source.path)) and wrong.code == "not_utf8":
        raise AnswersError([wrong])
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if source.kind not in ("", "xml") and text[:6].lower().startswith((b"<?xml", b"<!", b"<html", b"<table")):
        what = "is XML or HTML, whatever its name says; save its table as CSV"
        raise AnswersError([Problem("unknown_kind", what, source.path)])
    if source.kind == "csv" and re.match(rb'[\[{]\s*[\[{"]', text):
        what = "is JSON, whatever its name says; name it .json, or .jsonl if each line is a record"
        raise AnswersError([Problem("unknown_kind", what, source.path)])
    return head
