"""The query as a text to run where the data is, in many dialects of SQL."""

from __future__ import annotations

from collections.abc import Iterable

from sqlglot import exp
from sqlglot.dialects.dialect import Dialects

from sciaticheck.answers.spelling import ALLOWED
from sciaticheck.batch.dialect import Spark, Standard
from sciaticheck.batch.sql import query
from sciaticheck.errors import AnswersError, Problem, did_you_mean, shown
from sciaticheck.knowledge.model import Knowledge

DIALECTS = tuple(dialect.value for dialect in Dialects if dialect.value)

MATERIALIZED = ("postgres", "materialize", "risingwave")
"""Dialects that would else put each step's expressions into the next, over and over."""

ON_SPARK = ("spark", "spark2", "databricks")

_HEAD = """\
-- sciaticheck {tool}, knowledge {version} ({review}). Not a diagnosis.
-- Reads the table {table}: "id" and a text column for each question; a column that the table has not,
-- take out of the first list with --columns. Accepted: {allowed}.
-- "problems" is null for a record that can be read; of any other record no other result means anything.
-- Codes: 0 no, 1 unanswered, 2 unsure, 3 yes; two bits of a word each. Readings: certain counts yes,
-- cautious yes and unsure, worst everything but no.
"""


def export(knowledge: Knowledge, tool: str, dialect: str, table: str, columns: Iterable[str] | None = None) -> str:
    """The query over `table` in a dialect, with a comment a red flag. Raises AnswersError for unknown names.

    `columns`: the questions that the table has a column for; all of them if not given.
    """
    if dialect not in DIALECTS:
        hint = f"{did_you_mean(dialect, DIALECTS)} Known: {', '.join(DIALECTS)}"
        raise AnswersError([Problem("unknown_dialect", f"--dialect: {shown(dialect)} is not known.{hint}")])
    named = list(knowledge.questions if columns is None else columns)
    unknown = [name for name in named if name not in knowledge.questions]
    if unknown:
        hints = [f"{shown(name)} is not a question.{did_you_mean(name, knowledge.questions)}" for name in unknown]
        raise AnswersError([Problem("unknown_question", hint) for hint in hints])
    head = _HEAD.format(
        tool=tool, version=knowledge.version, review=knowledge.review.status, table=table, allowed=ALLOWED
    )
    engine = Spark() if dialect in ON_SPARK else Standard()
    made = query(knowledge, exp.to_table(table), named, engine=engine)
    if dialect in MATERIALIZED:
        for step in made.find_all(exp.CTE):
            step.set("materialized", True)
    return head + made.sql(dialect, pretty=True) + ";\n"
