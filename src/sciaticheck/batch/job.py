"""What a batch is to do, and what came of a piece of it: shared by every engine."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from collections.abc import Mapping as Table
from itertools import product
from typing import NamedTuple

from sciaticheck.answers.document import respondent
from sciaticheck.answers.record import Location
from sciaticheck.batch.faces import FACES, CsvFace, JsonFace
from sciaticheck.batch.plan import Plan, plan_of
from sciaticheck.batch.rows import columns
from sciaticheck.batch.sources import Source, changed
from sciaticheck.errors import AnswersError, Problem, did_you_mean, shown
from sciaticheck.formats.column_map import ColumnMap
from sciaticheck.knowledge.model import RANK, URGENCIES, Knowledge

MOST_COLUMNS = 1000
"""A header with more columns is refused."""


class Job(NamedTuple):
    """What is to be written of each record: `wanted` columns of a row, then the input's columns in `keep`.

    `unasked`: the questions for which a table has no column.
    `kept_all`: every column of the input that is neither a question nor the id is kept (CSV and Parquet).
    `mapping`: how CSV of another tool is read, by the stream engine alone.
    """

    knowledge: Knowledge
    plan: Plan
    wanted: tuple[str, ...]
    keep: tuple[str, ...] = ()
    kept_all: bool = False
    format: str = "csv"
    raw: bool = False
    unasked: tuple[str, ...] = ()
    column_map: ColumnMap | None = None

    def columns(self, header: Sequence[str] | None) -> list[str]:
        """The columns of an input with this header; of JSON Lines, which has none, the id and all questions."""
        return list(header) if header is not None else ["id", *self.plan.order]

    def face(self) -> CsvFace | JsonFace:
        """How rows are written."""
        return FACES[self.format](columns(self.knowledge), self.wanted, self.keep, self.raw or self.format == "parquet")


class Reject(NamedTuple):
    """One fault of a record that was not written."""

    record: int
    problem: Problem


PAIRS = tuple(product(URGENCIES, URGENCIES))
"""Each pair of urgency and possible urgency."""

Tally = Counter[tuple[str, str]]
"""How many records there are of each pair of urgency and possible urgency."""


def rejected(raw: Table[str, object], record: int, source: Source, knowledge: Knowledge) -> list[Reject]:
    """What is wrong with a record of a table that a query found at fault, by the ordinary reader.

    Raises AnswersError where that finds nothing.
    """
    _, problems = respondent(raw, Location(source.path), f"{source.name}:{record}", knowledge)
    if not problems:
        raise AnswersError([changed(source.path)])
    return [Reject(record, problem) for problem in problems]


class Done(NamedTuple):
    """What came of a piece: the text to write, how many records it held, those refused, and the tally of the rest.

    `notes`: what is to be said of records that are no faults, and how often.
    """

    text: str
    records: int
    rejects: list[Reject]
    tally: Tally
    notes: Table[Problem, int] = {}


def together(parts: Sequence[Done]) -> Done:
    """What came of the parts of a piece, as of one."""
    tally: Tally = Counter()
    notes: Counter[Problem] = Counter()
    for part in parts:
        tally.update(part.tally)
        notes.update(part.notes)
    rejects = [reject for part in parts for reject in part.rejects]
    return Done("".join(part.text for part in parts), sum(part.records for part in parts), rejects, tally, notes)


SHOWN = 10
"""Problems kept to be shown."""


def remember(notes: Counter[Problem], more: Iterable[tuple[Problem, int]]) -> None:
    """Counts what is to be said of records: of as many as are shown, how often."""
    for note, times in more:
        if note in notes or len(notes) < SHOWN:
            notes[note] += times


class Summary(NamedTuple):
    """What a batch did. `read` is always `written` and `rejected`."""

    read: int
    written: int
    rejected: int
    tally: Tally
    reasons: Counter[str]
    shown: list[Problem]
    stopped: list[Problem]
    unasked: tuple[str, ...]
    notes: Table[Problem, int] = {}


def job(
    knowledge: Knowledge, wanted: Sequence[str] = (), keep: Sequence[str] = (), format: str = "csv", raw: bool = False
) -> Job:
    """A job with its names checked. Raises AnswersError."""
    known = columns(knowledge)
    problems = [
        Problem("unknown_column", f"--columns: {shown(name)} is not a result.{did_you_mean(name, known)}", key=name)
        for name in wanted
        if name not in known
    ]
    problems += [
        Problem("unknown_column", f"--keep: {shown(name)} is no further column but a result or question", key=name)
        for name in keep
        if name in known or name in knowledge.questions
    ]
    problems += [
        Problem("duplicate_key", f"{shown(name)} is asked for twice", key=name)
        for names in (wanted, keep)
        for name in dict.fromkeys(names)
        if list(names).count(name) > 1
    ]
    if problems:
        raise AnswersError(problems)
    kept_all = "*" in keep
    named = tuple(name for name in keep if name != "*")
    return Job(knowledge, plan_of(knowledge), tuple(wanted or known), named, kept_all, format, raw)


def header_of(cells: Sequence[str], source: str, job: Job) -> list[str]:
    """The columns of a table, checked before the work starts. Raises AnswersError with every problem."""
    if len(cells) > MOST_COLUMNS:
        message = f"the header has {len(cells)} columns; at most {MOST_COLUMNS} are read"
        raise AnswersError([Problem("too_large", message, source, 1)])
    header = [cell.strip() for cell in cells]
    problems = []
    for separator, name in ((";", "semicolons"), ("\t", "tabs")):
        if len(header) == 1 and separator in header[0]:
            message = f"the columns are separated by {name}; use commas"
            raise AnswersError([Problem("bad_header", message, source, 1)])
    unknown = []
    for place, column in enumerate(header, start=1):
        if not column:
            problems.append(Problem("bad_header", f"column {place} has no name", source, 1))
        elif column in header[: place - 1]:
            problems.append(Problem("duplicate_key", f"duplicate column {shown(column)}", source, 1, column))
        elif column != "id" and column not in job.knowledge.questions and column not in job.keep and not job.kept_all:
            unknown.append(column)
    for column in unknown[:20]:
        hint = did_you_mean(column, job.knowledge.questions) or " Use --keep to pass it through."
        message = f"column {shown(column)} is not a question.{hint}"
        problems.append(Problem("unknown_question", message, source, 1, column))
    if len(unknown) > 20:
        problems.append(Problem("unknown_question", f"and {len(unknown) - 20} more columns", source, 1))
    problems += [
        Problem(
            "unknown_column", f"there is no column {shown(name)} to keep.{did_you_mean(name, header)}", source, 1, name
        )
        for name in job.keep
        if name not in header and not job.kept_all
    ]
    if not problems and not set(header) & set(job.knowledge.questions):
        problems.append(Problem("bad_header", "no column is a question", source, 1))
    if problems:
        raise AnswersError(problems)
    return header


_OWN_NAME = re.compile(
    "_metadata|row|bad|wrong|fault|pair|line|record|problems|best|(possible_)?level"
    "|(code|flag|share|shown|penalty|given|word|certain|cautious|worst)_.*"
)
"""Names that the query gives to what it works out."""


def clashing(columns: Iterable[str], job: Job) -> list[str]:
    """The columns of an input whose names cannot be told from those of the query, which looks at no case."""
    counts = Counter(name.lower() for name in {*columns, *job.wanted})
    return [name for name in columns if counts[name.lower()] > 1 or _OWN_NAME.fullmatch(name.lower())]


def check_names(columns: Iterable[str], source: str, job: Job) -> None:
    """Raises AnswersError where a name of an input is clashing."""
    wrong = "is a name that the query uses itself; give the column another name"
    if found := clashing(columns, job):
        raise AnswersError([Problem("unknown_column", f"{shown(name)} {wrong}", source, key=name) for name in found])


def at_or_above(tally: Tally, level: str) -> int:
    """How many are at this level or above."""
    return sum(number for (urgency, _), number in tally.items() if RANK[urgency] >= RANK[level])


def could_reach(tally: Tally, level: str) -> int:
    """How many more could be with their open questions answered."""
    return sum(number for (urgency, possible), number in tally.items() if RANK[urgency] < RANK[level] <= RANK[possible])
