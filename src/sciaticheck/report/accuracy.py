"""An evaluation as text, Markdown and JSON, with the misses first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from json import dumps
from typing import Any

from sciaticheck.errors import visible
from sciaticheck.evaluation import Evaluation, Outcome, never_yes
from sciaticheck.measures import MEASURES, Paired, Share, capability, kappa, matrix, mcnemar
from sciaticheck.report.formats import Style
from sciaticheck.report.markdown import escape

TITLES = {
    **{key: measure.title for key, measure in MEASURES.items()},
    "kappa": "Cohen's kappa with the raters'",
    "weighted_kappa": "The same, weighted by distance",
    "capability_comparison_score": "Capability comparison score",
    "mcnemar": "McNemar's exact test",
}
"""The rows of `figures`."""


def groups(outcomes: Sequence[Outcome]) -> dict[str, list[Outcome]]:
    """The outcomes by group: detectable cases, the same by kind of source, and undetectable cases."""
    detectable = [outcome for outcome in outcomes if outcome.case.detectable]
    return {
        "detectable": detectable,
        "case reports": [outcome for outcome in detectable if outcome.case.source_type == "case_report"],
        "vignettes": [outcome for outcome in detectable if outcome.case.source_type != "case_report"],
        "undetectable": [outcome for outcome in outcomes if not outcome.case.detectable],
    }


def figures(evaluation: Evaluation) -> dict[str, dict[str, Share | Paired | float | None]]:
    """The figures of each group and of each other checker on the detectable cases, by name and then by key."""
    others = {name: groups(outcomes)["detectable"] for name, outcomes in evaluation.others.items()}
    own = groups(evaluation.outcomes)
    result: dict[str, dict[str, Share | Paired | float | None]] = {}
    for name, group in {**own, **others}.items():
        result[name] = {key: measure.of(group) for key, measure in MEASURES.items()}
        result[name] |= {"kappa": kappa(group), "weighted_kappa": kappa(group, weighted=True)}
        if name in others:
            result[name]["mcnemar"] = mcnemar(own["detectable"], group)
    for name, score in capability({"detectable": own["detectable"], **others}).items() if others else ():
        result[name]["capability_comparison_score"] = score
    return result


def flow(outcomes: Sequence[Outcome]) -> Iterator[str]:
    """What became of the cases, as a STARD diagram says it: excluded, and accepted against given."""
    detectable = groups(outcomes)["detectable"]
    yield f"{len(outcomes)} cases; {len(outcomes) - len(detectable)} excluded: their facts cannot show the cause"
    yield f"{len(detectable)} compared; {sum(each.urgency is None for each in detectable)} of them without an answer"
    found, spared = (MEASURES[key].of(detectable) for key in ("sensitivity", "specificity"))
    yield f"{found.total} only emergency accepted: {found.hits} called so, {found.total - found.hits} not"
    yield f"{spared.total} emergency not accepted: {spared.total - spared.hits} called so, {spared.hits} not"


def _number(value: object) -> str:
    return "not defined" if value is None else f"{value:.2f}" if isinstance(value, float) else str(value)


def misses(outcomes: Iterable[Outcome]) -> list[Outcome]:
    """The outcomes with a miss: first those below the accepted urgency, then by the rank of the condition."""
    return sorted(
        (outcome for outcome in outcomes if outcome.missed),
        key=lambda outcome: (not outcome.below, outcome.accepted, -(outcome.rank or 99)),
    )


def json(evaluation: Evaluation, style: Style) -> str:
    """Everything as one object."""
    outcomes, knowledge, _ = evaluation
    payload = {
        "schema_version": "1.0",
        "knowledge": {"version": knowledge.version, "sha256": knowledge.sha256, "review": knowledge.review.status},
        "figures": {
            name: {key: _raw(value) for key, value in each.items()} for name, each in figures(evaluation).items()
        },
        "flow": list(flow(outcomes)),
        "matrix": matrix(groups(outcomes)["detectable"]),
        "cases": [_outcome(outcome) for outcome in outcomes],
        "never_yes": never_yes((outcome.case for outcome in outcomes), knowledge),
    }
    return dumps(payload, indent=2) + "\n"


def _raw(value: Share | Paired | float | None) -> object:
    if isinstance(value, Share):
        low, high = value.interval or (None, None)
        return {**value._asdict(), "low": low, "high": high}
    return value._asdict() if isinstance(value, Paired) else value


def _outcome(outcome: Outcome) -> dict[str, Any]:
    return {
        "id": outcome.case.id,
        "detectable": outcome.case.detectable,
        "urgency": outcome.urgency,
        "accept_urgency": list(outcome.case.accept_urgency),
        "accepted": outcome.accepted,
        "top_conditions": _first_conditions(outcome),
        "accept_conditions": list(outcome.case.accept_conditions),
        "rank": outcome.rank,
        "why_missed": outcome.case.why_missed,
    }


def _first_conditions(outcome: Outcome) -> list[str]:
    return list(outcome.conditions[:3])


def table(evaluation: Evaluation, style: Style) -> str:
    """The figures, the flow, the matrix, the misses and the comparison, as plain text."""
    return "\n".join(_text(evaluation)) + "\n"


def _text(evaluation: Evaluation) -> Iterator[str]:
    outcomes, knowledge, _ = evaluation
    yield f"{len(outcomes)} cases, rules {knowledge.version}. Shares with Wilson 95 % intervals."
    yield f"\n{emergencies(outcomes)}"
    yield "\nmisses"
    for outcome in misses(outcomes):
        yield f"  {visible(outcome.case.id)}: {_miss(outcome)}"
    sizes = {name: f" ({len(group)})" for name, group in groups(outcomes).items()}
    for name, values in figures(evaluation).items():
        yield f"\n{visible(name)}{sizes.get(name, '')}"
        yield from (f"  {TITLES[key] + ':':40} {_number(value)}" for key, value in values.items())
    yield from ("\nflow", *(f"  {line}" for line in flow(outcomes)))
    yield "\ndetectable cases: accepted (down) and given (across)"
    cases = matrix(groups(outcomes)["detectable"])
    yield "  " + " " * 10 + "".join(f"{level:>12}" for level in cases["ambiguous"])
    for accepted, given in cases.items():
        yield f"  {accepted:10}" + "".join(f"{count or '.':>12}" for count in given.values())


def emergencies(outcomes: Sequence[Outcome]) -> str:
    """The detectable cases whose only accepted urgency is emergency, missed and found."""
    only = [outcome for outcome in outcomes if outcome.emergency_only and outcome.case.detectable]
    found = [outcome.case.id for outcome in only if outcome.accepted]
    missed = [outcome.case.id for outcome in only if not outcome.accepted]
    text = f"emergency-only cases missed ({len(missed)}): {', '.join(missed) or 'none'}"
    return visible(f"{text}; found ({len(found)}): {', '.join(found) or 'none'}")


def _miss(outcome: Outcome) -> str:
    case = outcome.case
    parts = []
    if not outcome.accepted:
        direction = "below" if outcome.below else "not among"
        parts.append(f"urgency {outcome.urgency}, {direction} {' / '.join(case.accept_urgency)}")
    if outcome.rank != 1:
        rank = f"at place {outcome.rank}" if outcome.rank else "not a condition here"
        parts.append(f"{' / '.join(case.accept_conditions)} {rank}; first are {', '.join(_first_conditions(outcome))}")
    apart = " (undetectable)" if not case.detectable else ""
    return visible("; ".join(parts) + apart)


def markdown(evaluation: Evaluation, style: Style) -> str:
    """The page docs/accuracy.md."""
    return "\n".join(_markdown(evaluation)) + "\n"


def _markdown(evaluation: Evaluation) -> Iterator[str]:
    outcomes, knowledge, _ = evaluation
    yield "# Accuracy on published cases\n"
    yield "Generated by `sciaticheck evaluate data/cases/published.yaml -f markdown -o docs/accuracy.md`;"
    yield "a test compares it.\n"
    yield f"{len(outcomes)} published presentations (data/cases/published.yaml), rules {knowledge.version}.\n"
    yield "## What these figures are not\n"
    yield "Cases are published because they are unusual: no share here is a prevalence or a predictive value."
    yield "The content was written with these cases in view, so they flatter it; unseen cases will do worse."
    yield "The urgencies come from two raters working from the guidelines, not from clinicians. The answers were taken"
    yield "from reports: nothing here shows that people understand the questions or do as advised. The intervals are of"
    yield "chance among such cases only. What the cases are: [their card](../data/cases/README.md).\n"
    yield "## Misses\n"
    yield f"{escape(emergencies(outcomes))}.\n"
    for outcome in misses(outcomes):
        why = f" Why: {escape(outcome.case.why_missed)}" if outcome.case.why_missed else ""
        yield f"- **{escape(outcome.case.id)}** ({escape(outcome.case.diagnosis)}): {escape(_miss(outcome))}.{why}"
    yield "\n## Figures\n"
    table = figures(evaluation)
    yield f"| | {' | '.join(map(escape, table))} |\n|---|{'---|' * len(table)}"
    for key in [key for key in TITLES if any(key in values for values in table.values())]:
        cells = (_number(values[key]) if key in values else "" for values in table.values())
        yield f"| {TITLES[key]} | {' | '.join(cells)} |"
    yield "\n## Flow of the cases\n"
    yield from (f"- {line}" for line in flow(outcomes))
    yield "\n## Accepted (down) and given (across), detectable cases\n"
    yield "Ambiguous: more than one level is accepted.\n"
    cases = matrix(groups(outcomes)["detectable"])
    yield f"| | {' | '.join(cases['ambiguous'])} |\n|---|{'---|' * len(cases['ambiguous'])}"
    for accepted, given in cases.items():
        yield f"| {accepted} | {' | '.join(map(str, given.values()))} |"
    yield "\n## Every case\n"
    yield "| case | urgency | accepted | first condition | accepted condition at |"
    yield "|---|---|---|---|---|"
    for outcome in outcomes:
        accepted = " / ".join(outcome.case.accept_urgency)
        apart = "" if outcome.case.detectable else " (undetectable)"
        yield (
            f"| {escape(outcome.case.id)}{apart} | {outcome.urgency}{'' if outcome.accepted else ' **x**'} "
            f"| {accepted} | {_first_conditions(outcome)[0]} | {outcome.rank or 'not a condition here'} |"
        )
    never = never_yes((outcome.case for outcome in outcomes), knowledge)
    yield f"\n## Questions that are never yes in any case ({len(never)})\n"
    yield "Nothing is shown here about the red flags and signs that rest on them.\n"
    yield ", ".join(f"`{name}`" for name in never)
