"""A row as one text, made by DuckDB in the very bytes that the faces write."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from sqlglot import exp

from sciaticheck.batch.dialect import Standard
from sciaticheck.batch.job import Job
from sciaticheck.batch.sql import complete, picked, ranked, words
from sciaticheck.batch.terms import column, either, number, text
from sciaticheck.batch.written import harmless, named
from sciaticheck.knowledge.model import URGENCIES

QUOTED = (",", '"', "\n", "\r", "#")
"""What a cell of CSV is put into quotes for, as `faces.cell` has it."""

PLAIN = "[A-Za-z0-9_][A-Za-z0-9_./:-]*"
"""A text that is written as it stands, in CSV and in JSON."""


def query(job: Job, columns: Sequence[str], engine: Standard) -> exp.Select:
    """The query over `given` for what comes of each record of a piece, in order.

    `given` has the codes of `Plan.related`, those of the others packed, the texts that are shown, `wrong` (a fault of
    the cells themselves) and `row` (from 1 on); `$1` is the number of records before the piece, and `$2` stands in ids
    that are not given. The query gives `line`, as it is written, `pair`, the place of the two levels in PAIRS, and
    `bad`: whether a record is at fault, so that neither means anything.
    """
    record = exp.paren(exp.Add(this=column("row"), expression=exp.Parameter(this=number(1))))
    kept = {name: column(name, quoted=True) for name in job.keep}
    given = column("id", quoted=True) if "id" in columns else exp.cast(exp.null(), "TEXT")
    name = exp.cast(exp.Parameter(this=number(2)), "TEXT")
    shown = {"id": _shown(given, named(given, record, name), job)}
    shown |= {name: _shown(value, value, job) for name, value in kept.items()}
    texts = {name: f"shown_{place}" for place, name in enumerate(shown)}
    source = exp.select(
        *(column(question, quoted=True) for question in job.plan.related),
        *words(job.plan, "given"),
        *(value.as_(texts[name], copy=False) for name, value in shown.items()),
        "wrong",
        "row",
    ).from_("given")
    carried = ["row", "wrong", *texts.values()]
    rows = ranked(job.plan, source.subquery("shown", copy=False), job.plan.related, carried, engine)
    bad = exp.or_(exp.not_(column("problems").is_(exp.null())), column("wrong"))
    pair = exp.Add(
        this=exp.Mul(this=column("level"), expression=number(len(URGENCIES))), expression=column("possible_level")
    )
    line = _line(job, engine, texts)
    chosen = {"line": line, "pair": pair, "bad": bad}
    return rows.select(*(value.as_(name, copy=False) for name, value in chosen.items()), copy=False)


def _call(function: str, *values: exp.Expr) -> exp.Expr:
    return exp.Anonymous(this=function, expressions=list(values))


def _line(job: Job, engine: Standard, texts: Mapping[str, str]) -> exp.Expr:
    """A row as its face has it. What stands before a value goes with it where the value is one of a few."""
    face, is_json = job.face(), job.format == "jsonl"
    before = (face.template % (("\0",) * len(face.columns))).split("\0")
    few = picked(job.plan)
    parts: list[exp.Expr] = []
    for ahead, wanted in zip(before, face.columns, strict=False):
        if wanted in few:
            place, values = few[wanted]
            words = [value if isinstance(value, str) else face.score(value) for value in values]
            parts.append(engine.pick(place, [text(ahead + word) for word in words]))
        elif wanted == "complete":
            parts.append(exp.Case().when(complete(), text(f"{ahead}true")).else_(text(f"{ahead}false")))
        elif wanted == "red_flags":
            flags = {flag.id: column(f"flag_{flag.id}") for flag in job.plan.flags}
            if is_json:
                quoted = engine.listed({json.dumps(name): test for name, test in flags.items()}, ",")
                parts += [text(f"{ahead}["), quoted, text("]")]
            else:
                parts += [text(ahead), engine.listed(flags, ";")]
        else:
            parts += [text(ahead), column(texts[wanted])]
    return _call("concat", *parts, text(before[-1]))


def _shown(given: exp.Expr, value: exp.Expr, job: Job) -> exp.Expr:
    """A value as it stands in a row; at once where it is as given and none of its signs means anything."""
    plain = _call("regexp_full_match", given.copy(), text(PLAIN))
    if job.format == "jsonl":
        quoted = _call("concat", text('"'), given.copy(), text('"'))
        return exp.Case().when(plain, quoted).else_(_json(value.copy()))
    return exp.Case().when(plain, given.copy()).else_(_cell(harmless(value.copy(), job)))


def _json(value: exp.Expr) -> exp.Expr:
    """A text as JSON. A cell that is empty to CSV is an empty text, as it is to every other reader, never a null."""
    return _call("to_json", exp.Coalesce(this=value, expressions=[text("")]))


def _cell(shown: exp.Expr) -> exp.Expr:
    """A text as a cell of CSV."""
    special = either(_call("contains", shown.copy(), text(sign)) for sign in QUOTED)
    quoted = _call("concat", text('"'), _call("replace", shown.copy(), text('"'), text('""')), text('"'))
    return exp.Case().when(special, quoted).else_(shown)
