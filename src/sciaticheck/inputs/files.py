"""From paths to respondents: files, folders and standard input, each read as what it is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import TYPE_CHECKING, BinaryIO

from sciaticheck.answers.document import Read
from sciaticheck.answers.record import Respondent
from sciaticheck.errors import AnswersError, Problem
from sciaticheck.formats.header import Wanted
from sciaticheck.inputs.opening import UNPACKING_ERRORS, broken, head_of, opened
from sciaticheck.inputs.sources import DOCUMENTS, Source, find
from sciaticheck.knowledge.model import Knowledge
from sciaticheck.text_file import MAX_ANSWERS, decode, no_records, not_text, too_large

if TYPE_CHECKING:
    from sciaticheck.formats.column_map import ColumnMap


def respondents(
    paths: Iterable[str],
    knowledge: Knowledge,
    column_map: ColumnMap | None = None,
    notes: list[Problem] | None = None,
    drop_hidden: bool = False,
) -> Iterator[Read]:
    """Every respondent at the paths, and every problem on the way, in order; `-` is standard input.

    `column_map` says how tables and records are to be read; `drop_hidden` leaves out answers to questions that a form
    hides. What is left out, and other things to know, is added to `notes`.
    """
    notes = [] if notes is None else notes
    wanted = Wanted(knowledge, column_map, drop_hidden=drop_hidden)
    for source in find(paths, notes, with_xml=column_map is not None):
        if isinstance(source, Problem):
            yield None, [source]
            continue
        try:
            yield from _respondents(source, wanted, notes)
        except AnswersError as error:
            yield None, list(error.problems)
        except UNPACKING_ERRORS as error:
            yield None, [broken(source, error)]


def _respondents(source: Source, wanted: Wanted, notes: list[Problem]) -> Iterator[Read]:
    if source.kind in DOCUMENTS and not source.packed and (source.size or 0) > MAX_ANSWERS:
        yield None, [too_large(source.path)]
        return
    with opened(source) as (stream, _):
        head = head_of(stream, source)
        if (problem := not_text(head, source.path)) and (not head or not source.is_live):
            yield None, [problem]
            return
        source = source if source.kind else source._replace(kind=looks_like(head, wanted))
        found = _many(stream, source, wanted, notes)
        first = next(found, None)
        if first is None and not any(note.code == "blank" and note.source == source.path for note in notes):
            yield None, [no_records(source.path)]
        if first is not None:
            yield from chain([first], found)


def pair_problems(pair: Sequence[Respondent]) -> list[Problem]:
    """Why respondents are not the answers of two dates, the earlier first; empty if they are."""
    if len(pair) != 2:
        return [Problem("no_pair", f"--compare needs the answers of two dates, not {len(pair)}")]
    undated = [each for each in pair if each.date is None]
    if undated:
        message = "has no date; add for example date: 2026-12-31"
        return [Problem("no_date", message, each.source, each.line, "date") for each in undated]
    earlier, later = (each.date or "" for each in pair)
    if earlier[: len(later)] <= later[: len(earlier)]:
        return []
    message = f"its date, {later}, is before {earlier}, that of the first; name the earlier file first"
    return [Problem("date_order", message, pair[1].source, pair[1].line, "date")]


def _many(stream: BinaryIO, source: Source, wanted: Wanted, notes: list[Problem]) -> Iterator[Read]:
    from sciaticheck.inputs.records import Blanks, from_csv, from_json_lines

    if source.kind == "csv":
        yield from from_csv(stream, source, wanted, notes)
    elif source.kind == "jsonl":
        yield from from_json_lines(stream, source, wanted, notes)
    elif source.kind == "parquet":
        from sciaticheck.inputs.parquet import from_parquet

        yield from from_parquet(source, wanted, notes)
    else:
        blanks = Blanks(source.path, wanted.column_map)
        for number, read in enumerate(document(stream, source, wanted, notes), start=1):
            yield from blanks.named(read, f"{source.name}:{number}")
        notes += blanks.notes()


def document(stream: BinaryIO, source: Source, wanted: Wanted, notes: list[Problem]) -> Iterator[Read]:
    """The respondents in a file of YAML, JSON or XML: mostly one. Those of several have no id if none was given."""
    from sciaticheck.inputs.mapping import RecordReader

    head = stream.read(MAX_ANSWERS + 1)
    problem = not_text(head, source.path)
    text: str | Problem = problem if problem else decode(head, source.path)
    if isinstance(text, Problem):
        yield None, [text]
    else:
        yield from RecordReader(wanted, notes).document(text, source.kind, source.path, source.name)


def looks_like(head: bytes, wanted: Wanted) -> str:
    """What input without a telling name is: by its first line, Parquet, XML, JSON, JSON Lines, CSV or else YAML."""
    if head.startswith(b"PAR1"):
        return "parquet"
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if text.startswith(b"<"):
        return "xml"
    first, _, rest = text.partition(b"\n")
    first = first.strip()
    if text.startswith((b"{", b"[")) and text[1:].lstrip().startswith((b'"', b"}", b"{", b"]")):
        whole = first.startswith(b"{") and first.endswith(b"}")
        return "jsonl" if whole and rest.strip() else "json"
    if wanted.column_map:
        return "csv"
    if first.startswith(b"#"):  # a comment is for YAML only
        return "yaml"
    known = {"id", *wanted.knowledge.questions}
    for separator in ",;\t":
        cells = {cell.strip().strip('"') for cell in first.decode("utf-8", "replace").split(separator)}
        if cells <= known or (len(cells) > 1 and b":" not in first and (separator == "," or cells & known)):
            return "csv"
    return "csv" if first.lower().startswith(b"sep=") else "yaml"
