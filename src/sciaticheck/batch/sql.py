"""The criteria as one SQL query, built as an expression tree: run by DuckDB and Spark, exported for the others.

Each question's cell becomes a code (0 no, 1 unanswered, 2 unsure, 3 yes; null where it cannot be read), two bits
of a packed integer. A criterion is then a test of a few bits, in each of the three readings.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import reduce

from sqlglot import exp

from sciaticheck.batch.codes import NO, UNANSWERED, UNSURE, YES
from sciaticheck.batch.dialect import Standard
from sciaticheck.batch.plan import Plan, plan_of
from sciaticheck.batch.terms import PER_WORD, Test, column, either, equal, number, packed, text, total, worth
from sciaticheck.knowledge.model import URGENCIES, Knowledge, Question
from sciaticheck.rules.criterion import describe


def query(
    knowledge: Knowledge,
    source: exp.Expr,
    columns: Iterable[str],
    carried: Sequence[str] = ("id",),
    engine: Standard | None = None,
) -> exp.Select:
    """The query over `source`: the carried columns, a row's columns without the id, and `problems`.

    `columns` are those that the source has; a question that is not among them counts as unanswered everywhere.
    `problems` is null for a record that can be read, else "question: code" of each fault, joined with "; ";
    the other results of such a record mean nothing.
    """
    engine = engine or Standard()
    plan = plan_of(knowledge)
    rows = ranked(plan, source, columns, carried, engine)
    named = (column(name, quoted=True) for name in carried)
    return rows.select(*named, *_row(plan, engine), "problems", copy=False)


def ranked(
    plan: Plan, source: exp.Expr, columns: Iterable[str], carried: Sequence[str], engine: Standard
) -> exp.Select:
    """The query with all worked out and nothing chosen yet.

    To choose from: the carried columns, `problems`, a truth `flag_ID` for each red flag, `level`, `possible_level`, and
    what `picked` names.
    """
    single = plan.related if engine.packed else plan.order
    has = [name for name in single if name in set(columns)]
    given = [*words(plan, "given")] if engine.packed else []
    stages = {
        "coded": [*(engine.code(column(name, quoted=True)).as_(_code(name), copy=False) for name in has), *given],
        "followed": [*_followed(plan, single, has, engine), *given],
        "packed": _packed(plan, single, given),
        "readings": _readings(plan),
        "found": _found(plan),
        "ranked": [*_kept(plan), _best(plan).as_("best", copy=False)],
    }
    select = exp.Select()
    before = source
    for stage, made in stages.items():
        passed = [column(name, quoted=True) for name in carried]
        if stage not in ("coded", "followed"):
            passed.append(column("problems"))
        select = select.with_(stage, as_=exp.select(*passed, *made, copy=False).from_(before, copy=False), copy=False)
        before = exp.to_table(stage)
    return select.from_("ranked", copy=False)


def _code(question: str) -> str:
    return f"code_{question}"


def words(plan: Plan, name: str) -> Iterator[exp.Column]:
    """The columns of a record's packed codes, by what stands before their number."""
    return (column(f"{name}_{word}") for word in range(-(-len(plan.order) // PER_WORD)))


def _followed(plan: Plan, single: Sequence[str], has: Sequence[str], engine: Standard) -> list[exp.Expr]:
    """The codes after the follow-up rules, and what is wrong with the record."""

    def own(question: str) -> exp.Expr:
        return column(_code(question)) if question in has else number(UNANSWERED)

    out: dict[str, exp.Expr] = {name: own(name) for name in single}
    wrong: dict[str, exp.Expr] = {f"{name}: unknown_value": own(name).is_(exp.null()) for name in has}
    for parent, children in plan.families:
        above = own(parent.id)
        below = [own(child.id) for child in children]
        raised = (
            exp.Case()
            .when(either(equal(code, YES) for code in below), number(YES))
            .when(exp.and_(equal(above, UNANSWERED), either(equal(code, UNSURE) for code in below)), number(UNSURE))
            .else_(above.copy())
        )
        out[parent.id] = raised
        for child in children:
            out[child.id] = _follow_up(child, own(child.id), above, raised)
            contradicts = exp.GTE(this=own(child.id), expression=number(UNSURE))
            wrong[f"{child.id}: follow_up_conflict"] = exp.and_(equal(above, NO), contradicts)
    codes: list[exp.Expr] = [column(_code(name)) for name in has]
    unread: exp.Expr = exp.false()
    if codes:
        joined = reduce(lambda one, other: exp.BitwiseOr(this=one, expression=other), codes)
        unread = exp.paren(joined).is_(exp.null())
    conflict = either(test.copy() for problem, test in wrong.items() if problem.endswith("conflict"))
    problems = engine.problems(wrong, exp.or_(unread, conflict))
    return [*(made.as_(_code(name), copy=False) for name, made in out.items()), problems.as_("problems", copy=False)]


def _follow_up(child: Question, own: exp.Expr, above: exp.Expr, raised: exp.Expr) -> exp.Expr:
    case = exp.Case().when(exp.and_(equal(own, UNANSWERED), equal(above, NO)), number(NO))
    if child.worse_form:
        case = case.when(exp.and_(equal(own, UNANSWERED), equal(raised, YES)), number(UNSURE))
    return case.else_(own)


def _packed(plan: Plan, single: Sequence[str], given: Sequence[exp.Expr]) -> list[exp.Expr]:
    """The words: of the codes that are columns of their own, and of what is given."""
    codes = [column(_code(name)) for name in single]
    out = []
    for place, word in enumerate(words(plan, "word")):
        own = codes[place * PER_WORD : (place + 1) * PER_WORD]
        parts = [*([packed(own)] if own else []), *given[place : place + 1]]
        out.append(total(parts).as_(word.name, copy=False))
    return out


def _readings(plan: Plan) -> list[exp.Expr]:
    """The questions that count: certain has both bits, cautious the upper one, worst case any."""
    lower = sum(1 << 2 * place for place in range(PER_WORD))
    out = []
    for word, low in enumerate(words(plan, "word")):
        high = exp.BitwiseRightShift(this=low.copy(), expression=number(1))
        for reading, bits in {
            "certain": exp.BitwiseAnd(this=low, expression=exp.paren(high)),
            "cautious": high,
            "worst": exp.BitwiseOr(this=low, expression=exp.paren(high)),
        }.items():
            out.append(
                exp.BitwiseAnd(this=exp.paren(bits), expression=number(lower)).as_(f"{reading}_{word}", copy=False)
            )
    return out


def _found(plan: Plan) -> list[exp.Expr]:
    """Each flag in the certain reading, the two levels, each condition's share and penalty."""
    test = Test(plan.order)
    out: list[exp.Expr] = []
    for flag in plan.flags:
        found = test(flag.when, "certain").as_(f"flag_{flag.id}", copy=False)
        found.add_comments([f" {flag.urgency}: {describe(flag.when, str)} "])
        out.append(found)
    emergency, same_day, soon = (
        [flag.when for flag in plan.flags if flag.urgency == level] for level in ("emergency", "same_day", "soon")
    )
    level = (
        exp.Case()
        .when(either(test(when, "certain") for when in emergency), number(3))
        .when(test.any([*emergency, *same_day], "cautious"), number(2))
        .when(test.any(soon, "cautious"), number(1))
    )
    possible = (
        exp.Case()
        .when(test.any(emergency, "worst"), number(3))
        .when(test.any(same_day, "worst"), number(2))
        .when(test.any(soon, "worst"), number(1))
    )
    out += [
        level.else_(number(0)).as_("level", copy=False),
        possible.else_(number(0)).as_("possible_level", copy=False),
    ]
    for place, ranked in enumerate(plan.conditions):
        by_weight: dict[int, list[exp.Expr]] = {}
        for sign, weight in zip(ranked.condition.signs, ranked.weights, strict=True):
            by_weight.setdefault(weight, []).append(test(sign.when, "certain"))
        share = total(worth(tests, weight) for weight, tests in by_weight.items())
        penalty = worth([exp.not_(test.any(ranked.hallmarks, "worst"))], ranked.penalty)
        out += [share.as_(f"share_{place}", copy=False), penalty.as_(f"penalty_{place}", copy=False)]
    return out


def _kept(plan: Plan) -> list[exp.Expr]:
    flags = [f"flag_{flag.id}" for flag in plan.flags]
    shares = [f"share_{place}" for place in range(len(plan.conditions))]
    return [column(name) for name in (*flags, "level", "possible_level", *shares)]


def _best(plan: Plan) -> exp.Expr:
    """The highest of the conditions' keys: evidence, being pointed to by an emergency more than all else; then place.

    Its lowest bit says whether any sign of the condition is present.
    """
    places = len(plan.conditions)
    keys = []
    for place, ranked in enumerate(plan.conditions):

        def pointing(level: str, condition: str = ranked.condition.id) -> exp.Expr:
            flags = (flag for flag in plan.flags if flag.urgency == level and condition in flag.points_to)
            return either(column(f"flag_{flag.id}") for flag in flags)

        lower = total(worth([pointing(level)], weight) for level, weight in plan.from_flags.items())
        pointed = exp.Case().when(pointing("emergency"), number(plan.largest)).else_(lower)
        own = exp.Sub(this=column(f"share_{place}"), expression=column(f"penalty_{place}"))
        evidence = total([number(plan.largest), own, pointed])  # never below zero
        scaled = exp.Mul(this=exp.paren(evidence), expression=number(2 * places))
        present = exp.cast(exp.GT(this=column(f"share_{place}"), expression=number(0)), "INT")
        keys.append(total([scaled, number(2 * (places - 1 - place)), present]))
    return exp.Greatest(this=keys[0], expressions=keys[1:], ignore_nulls=True)  # else they are tested for one by one


def picked(plan: Plan) -> dict[str, tuple[exp.Expr, Sequence[str | float]]]:
    """The columns of a row that hold one of a few values: the value's place, counted from 0, and all the values."""
    best = exp.Mod(this=column("best"), expression=number(2 * len(plan.conditions)))
    tops = [name for ranked in reversed(plan.conditions) for name in ("", ranked.condition.id)]
    scores = {
        f"score_{ranked.condition.id}": (column(f"share_{place}"), ranked.scores)
        for place, ranked in enumerate(plan.conditions)
    }
    return {
        "urgency": (column("level"), URGENCIES),
        "possible_urgency": (column("possible_level"), URGENCIES),
        "top_condition": (best, tops),
        **scores,
    }


def complete() -> exp.Expr:
    """Whether no open answer could raise the urgency."""
    return equal(column("level"), column("possible_level"))


def _row(plan: Plan, engine: Standard) -> list[exp.Expr]:
    urgency, possible, *rest = (
        engine.pick(place, [_value(one) for one in values]).as_(name, copy=False)
        for name, (place, values) in picked(plan).items()
    )
    flags = engine.listed({flag.id: column(f"flag_{flag.id}") for flag in plan.flags}, ";")
    return [urgency, possible, complete().as_("complete", copy=False), flags.as_("red_flags", copy=False), *rest]


def _value(value: str | float) -> exp.Expr:
    return text(value) if isinstance(value, str) else exp.cast(exp.Literal.number(value), "DOUBLE")
