"""From paths to respondents: files, folders and standard input, each read as what it is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import TYPE_CHECKING, BinaryIO

from sciaticheck.answers.document import Read, from_yaml
from sciaticheck.errors import AnswersError, Problem
from sciaticheck.inputs.opening import UNPACKING_ERRORS, broken, head_of, opened
from sciaticheck.inputs.sources import MANY, Source, find
from sciaticheck.knowledge.model import Knowledge
from sciaticheck.text_file import MAX_ANSWERS, decode, not_text, too_large

if TYPE_CHECKING:
    from sciaticheck.formats.column_map import ColumnMap


def respondents(
    paths: Iterable[str], knowledge: Knowledge, column_map: ColumnMap | None = None, notes: list[Problem] | None = None
) -> Iterator[Read]:
    """Every respondent at the paths, and every problem on the way, in order; `-` is standard input.

    `column_map` says how tables are to be read. What is left out, and other things to know, is added to `notes`.
    """
    notes = [] if notes is None else notes
    for source in find(paths, notes):
        if isinstance(source, Problem):
            yield None, [source]
            continue
        try:
            yield from _respondents(source, knowledge, column_map, notes)
        except AnswersError as error:
            yield None, list(error.problems)
        except UNPACKING_ERRORS as error:
            yield None, [broken(source, error)]


def _respondents(
    source: Source, knowledge: Knowledge, column_map: ColumnMap | None, notes: list[Problem]
) -> Iterator[Read]:
    if source.kind in ("yaml", "json") and not source.packed and (source.size or 0) > MAX_ANSWERS:
        yield None, [too_large(source.path)]
        return
    with opened(source) as (stream, _):
        head = head_of(stream, source)
        if (problem := not_text(head, source.path)) and (not head or not source.is_live):
            yield None, [problem]
            return
        source = source if source.kind else source._replace(kind=looks_like(head, knowledge, column_map))
        if source.kind not in MANY:
            yield from document(stream, source, knowledge)
            return
        found = _many(stream, source, knowledge, column_map, notes)
        first = next(found, None)
        if first is None and not any(note.code == "blank" and note.source == source.path for note in notes):
            yield None, [Problem("empty", "has no records", source.path)]
        if first is not None:
            yield from chain([first], found)


def _many(
    stream: BinaryIO, source: Source, knowledge: Knowledge, column_map: ColumnMap | None, notes: list[Problem]
) -> Iterator[Read]:
    from sciaticheck.inputs.records import from_csv, from_json_lines

    if source.kind == "csv":
        return from_csv(stream, source.path, source.name, knowledge, column_map, notes)
    if column_map:
        raise AnswersError([not_for(column_map, source)])
    if source.kind == "jsonl":
        return from_json_lines(stream, source.path, source.name, knowledge, notes)
    from sciaticheck.inputs.parquet import from_parquet

    return from_parquet(source, knowledge, notes)


def not_for(column_map: ColumnMap, source: Source) -> Problem:
    """The problem that a column map cannot be applied to a kind of file."""
    return Problem("unknown_kind", f"{column_map.name} is for CSV, this is {source.kind}", source.path)


def document(stream: BinaryIO, source: Source, knowledge: Knowledge) -> Iterator[Read]:
    """The respondents in a file of YAML or JSON: mostly one."""
    head = stream.read(MAX_ANSWERS + 1)
    problem = not_text(head, source.path)
    text: str | Problem = problem if problem else decode(head, source.path)
    if isinstance(text, Problem):
        yield None, [text]
    elif source.kind == "json":
        from sciaticheck.inputs.records import from_json_text

        yield from from_json_text(text, source.path, source.name, knowledge)
    else:
        yield from_yaml(text, source.path, source.name, knowledge)


def looks_like(head: bytes, knowledge: Knowledge, column_map: ColumnMap | None) -> str:
    """What input without a telling name is: by its first line, Parquet, JSON, JSON Lines, CSV or else YAML."""
    if head.startswith(b"PAR1"):
        return "parquet"
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    first, _, rest = text.partition(b"\n")
    first = first.strip()
    if text.startswith((b"{", b"[")) and text[1:].lstrip().startswith((b'"', b"}", b"{", b"]")):
        whole = first.startswith(b"{") and first.endswith(b"}")
        return "jsonl" if whole and rest.strip() else "json"
    if column_map:
        return "csv"
    if first.startswith(b"#"):  # a comment is for YAML only
        return "yaml"
    known = {"id", *knowledge.questions}
    for separator in ",;\t":
        cells = {cell.strip().strip('"') for cell in first.decode("utf-8", "replace").split(separator)}
        if cells <= known or (len(cells) > 1 and b":" not in first and (separator == "," or cells & known)):
            return "csv"
    return "csv" if first.lower().startswith(b"sep=") else "yaml"
