"""The last step of a query: the columns to write, ids filled in and made harmless, flags as the format has them."""

from __future__ import annotations

from sqlglot import exp

from sciaticheck.answers.spelling import BLANKS
from sciaticheck.tables.faces import FORMULA
from sciaticheck.tables.job import Job
from sciaticheck.tables.terms import column, number, text


def written(job: Job, source: str, name: str, as_text: bool = True) -> exp.Select:
    """The query over the rows in `source`, which carry `record` and `given_id`; `name` stands in ids not given.

    Parquet is made of CSV, unless `as_text` is false.
    """
    csv = as_text and job.format != "jsonl"
    given = column("given_id")
    trimmed = exp.Trim(this=given.copy(), expression=text(BLANKS), position="BOTH")
    blank = exp.or_(given.is_(exp.null()), exp.EQ(this=trimmed, expression=text("")))
    number_ = exp.cast(column("record"), "TEXT")
    filled = exp.Case().when(blank, exp.DPipe(this=text(f"{name}:"), expression=number_)).else_(given.copy())
    made: dict[str, exp.Expr] = {"id": _harmless(filled, job) if csv else filled}
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
        (_harmless(column(word, quoted=True), job) if csv else column(word, quoted=True)).as_(word, quoted=True)
        for word in job.keep
    ]
    return exp.select(*wanted, *kept).from_(source)


def _harmless(cell: exp.Expr, job: Job) -> exp.Expr:
    if job.raw or job.format == "parquet":
        return cell
    first = exp.Left(this=exp.cast(cell.copy(), "TEXT"), expression=number(1))
    test = exp.In(this=first, expressions=[text(sign) for sign in FORMULA])
    return exp.Case().when(test, exp.DPipe(this=text("'"), expression=exp.cast(cell.copy(), "TEXT"))).else_(cell.copy())
