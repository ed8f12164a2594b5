"""`export sql`: the query as a text with comments, and the table that it reads."""

from __future__ import annotations

from collections.abc import Iterable

from sciaticheck.answers.spelling import SPELLINGS, STATES
from sciaticheck.batch.sql import Query
from sciaticheck.errors import AnswersError, Problem, did_you_mean, shown, visible
from sciaticheck.knowledge.model import RANK, Knowledge
from sciaticheck.rules.sql import DIALECTS, Dialect

_HEAD = """\
-- sciaticheck {tool}, knowledge {version} ({review}). Not a diagnosis.
-- Reads the table {table}: the id, and a column for each question; leave out others with --columns.
-- Accepted answers: {allowed}; empty or NULL is unanswered.
-- States: 0 no, 1 unanswered, 2 unsure, 3 yes. "any of" is the greatest of its parts, "all of" the least. A red flag
-- of 3 is present, of 2 if unsure counts, of 1 only in the worst case. Levels: {levels}.
-- "problems" is NULL for a record that can be read; the other results of any other record mean nothing.
"""


def export(
    knowledge: Knowledge,
    tool: str,
    dialect: str,
    table: str = "answers",
    columns: Iterable[str] | None = None,
    id: str = "id",
) -> str:
    """The query over `table` in a dialect, its rows in the order of the id. Raises AnswersError for unknown names.

    `columns`: the questions that the table has a column for; all of them if not given.
    """
    known = _dialect(dialect)
    asked = _asked(knowledge, columns)
    allowed = {
        answer: "/".join(text for text, means in SPELLINGS.items() if text and means == answer) for answer in STATES
    }
    head = _HEAD.format(
        tool=tool, version=visible(knowledge.version), review=visible(knowledge.review.status), table=visible(table),
        allowed=", ".join(texts for answer, texts in allowed.items() if answer),
        levels=", ".join(f"{rank} {level}" for level, rank in RANK.items()),
    )  # fmt: skip
    return head + Query(knowledge, known, table, asked, [(id, "id")]).text("id") + ";\n"


def create_table(
    knowledge: Knowledge, dialect: str, table: str = "answers", columns: Iterable[str] | None = None, id: str = "id"
) -> str:
    """The table to load answers into, as the query reads it."""
    known = _dialect(dialect)
    names = [f"  {known.name_of(name)} {known.text}" for name in _asked(knowledge, columns)]
    primary = "" if known.name == "spark" else " PRIMARY KEY"
    return (
        f"CREATE TABLE {known.path(table)} (\n"
        + ",\n".join([f"  {known.name_of(id)} {known.key}{primary}", *names])
        + "\n);\n"
    )


def _dialect(name: str) -> Dialect:
    if name not in DIALECTS:
        hint = f"{did_you_mean(name, DIALECTS)} Known: {', '.join(DIALECTS)}"
        raise AnswersError([Problem("unknown_dialect", f"--dialect: {shown(name)} is not known.{hint}")])
    return DIALECTS[name]


def _asked(knowledge: Knowledge, columns: Iterable[str] | None) -> list[str]:
    asked = list(dict.fromkeys(knowledge.questions if columns is None else columns))
    problems = [
        Problem("unknown_question", f"{shown(name)} is not a question.{did_you_mean(name, knowledge.questions)}")
        for name in asked
        if name not in knowledge.questions
    ]
    if problems or not asked:
        raise AnswersError(problems or [Problem("unknown_question", "--columns: name at least one question")])
    return asked
