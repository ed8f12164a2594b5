"""The last step of a query: the columns to write, ids filled in and made harmless, flags as the format has them."""

from __future__ import annotations

from sqlglot import exp

from sciaticheck.answers.spelling import BLANKS
from sciaticheck.batch.faces import FORMULA
from sciaticheck.batch.job import Job
from sciaticheck.batch.terms import column, number, text


def written(job: Job, source: str, name: exp.Expr, as_text: bool = True) -> exp.Select:
    """The query over the rows in `source`, which carry `record` and `given_id`; `name` stands in ids not given.

    Parquet is made of CSV, unless `as_text` is false.
    """
    csv = as_text and job.format != "jsonl"
    filled = named(column("given_id"), column("record"), name)
    made: dict[str, exp.Expr] = {"id": harmless(filled, job) if csv else filled}
    flags = column("red_flags")
    if csv:
        for word in ("red_flags", "top_condition"):
            made[word] = exp.Nullif(this=column(word), expression=text(""))
    else:
        empty = exp.Array(expressions=[])
        made["red_flags"] = (
            exp.Case()
            .when(exp.EQ(this=flags, expression=text("")), exp.cast(empty, "TEXT[]"))
            .else_(exp.func("STRING_SPLIT", flags.copy(), text(";"), dialect="duckdb"))
        )
    wanted = [made.get(word, column(word)).as_(word) for word in job.wanted]
    kept = [
        (harmless(column(word, quoted=True), job) if csv else column(word, quoted=True)).as_(word, quoted=True)
        for word in job.keep
    ]
    return exp.select(*wanted, *kept).from_(source)


def named(given: exp.Expr, record: exp.Expr, name: exp.Expr) -> exp.Expr:
    """The id: as given, else of `name` and the number of the record."""
    trimmed = exp.Trim(this=given.copy(), expression=text(BLANKS), position="BOTH")
    blank = exp.or_(given.copy().is_(exp.null()), exp.EQ(this=trimmed, expression=text("")))
    made = exp.DPipe(this=exp.DPipe(this=name, expression=text(":")), expression=exp.cast(record, "TEXT"))
    return exp.Case().when(blank, made).else_(given.copy())


def harmless(cell: exp.Expr, job: Job) -> exp.Expr:
    """A text that no spreadsheet runs, unless it is wanted raw."""
    if job.raw or job.format == "parquet":
        return cell
    first = exp.Left(this=exp.cast(cell.copy(), "TEXT"), expression=number(1))
    test = exp.In(this=first, expressions=[text(sign) for sign in FORMULA])
    return exp.Case().when(test, exp.DPipe(this=text("'"), expression=exp.cast(cell.copy(), "TEXT"))).else_(cell.copy())
