"""An evaluation as text, Markdown and JSON, with the misses first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from json import dumps
from typing import Any

from sciaticheck.errors import visible
from sciaticheck.evaluation import Evaluation, Outcome, Share, matrix, never_yes, scores
from sciaticheck.knowledge.model import Knowledge
from sciaticheck.report.formats import Style
from sciaticheck.report.markdown import escape
from sciaticheck.report.page import level_name

FIGURES = {
    "emergencies_found": "Emergency-only cases called so",
    "within_accepted": "Urgency within the accepted set",
    "exact": "Urgency exactly the raters'",
    "routine_called_emergency": "Routine called emergency",
    "condition_first": "Accepted condition first",
    "condition_in_three": "Accepted condition in the first three",
}


def groups(outcomes: Sequence[Outcome]) -> dict[str, list[Outcome]]:
    """The outcomes by group: detectable cases, the same by kind of source, and undetectable cases."""
    detectable = [outcome for outcome in outcomes if outcome.case.detectable]
    return {
        "detectable": detectable,
        "case reports": [outcome for outcome in detectable if outcome.case.source_type == "case_report"],
        "vignettes": [outcome for outcome in detectable if outcome.case.source_type != "case_report"],
        "undetectable": [outcome for outcome in outcomes if not outcome.case.detectable],
    }


def figures(outcomes: Sequence[Outcome]) -> dict[str, dict[str, Share]]:
    """Each of `FIGURES` for each group, by key and group."""
    by_group = {name: scores(group) for name, group in groups(outcomes).items()}
    return {key: {name: getattr(figures, key) for name, figures in by_group.items()} for key in FIGURES}


def misses(outcomes: Iterable[Outcome]) -> list[Outcome]:
    """The outcomes with a miss: first those below the accepted urgency, then by the rank of the condition."""
    return sorted(
        (outcome for outcome in outcomes if outcome.missed),
        key=lambda outcome: (not outcome.below, outcome.accepted, -(outcome.rank or 99)),
    )


def json(evaluation: Evaluation, style: Style) -> str:
    """Everything as one object."""
    outcomes, knowledge = evaluation
    shares = figures(outcomes)
    payload = {
        "schema_version": "1.0",
        "knowledge": {"version": knowledge.version, "sha256": knowledge.sha256, "review": knowledge.review.status},
        "figures": {name: {key: _share(shares[key][name]) for key in FIGURES} for name in groups(outcomes)},
        "matrix": matrix(groups(outcomes)["detectable"]),
        "cases": [_outcome(outcome) for outcome in outcomes],
        "never_yes": never_yes((outcome.case for outcome in outcomes), knowledge),
    }
    return dumps(payload, indent=2) + "\n"


def _share(share: Share) -> dict[str, Any]:
    low, high = share.interval or (None, None)
    return {"hits": share.hits, "total": share.total, "low": low, "high": high}


def _outcome(outcome: Outcome) -> dict[str, Any]:
    return {
        "id": outcome.case.id,
        "detectable": outcome.case.detectable,
        "urgency": outcome.assessment.urgency,
        "accept_urgency": list(outcome.case.accept_urgency),
        "accepted": outcome.accepted,
        "top_conditions": _first_conditions(outcome),
        "accept_conditions": list(outcome.case.accept_conditions),
        "rank": outcome.rank,
        "why_missed": outcome.case.why_missed,
    }


def _first_conditions(outcome: Outcome) -> list[str]:
    return [ranked.id for ranked in outcome.assessment.conditions[:3]]


def table(evaluation: Evaluation, style: Style) -> str:
    """The figures, the matrix as a picture, and the misses, as plain text."""
    return "\n".join(_text(*evaluation)) + "\n"


def _text(outcomes: Sequence[Outcome], knowledge: Knowledge) -> Iterator[str]:
    yield f"{len(outcomes)} cases, rules {knowledge.version}. Shares with Wilson 95 % intervals."
    yield f"\n{emergencies(outcomes)}"
    yield "\nmisses"
    for outcome in misses(outcomes):
        yield f"  {visible(outcome.case.id)}: {_miss(outcome)}"
    shares = figures(outcomes)
    for name, group in groups(outcomes).items():
        yield f"\n{name} ({len(group)})"
        for key, title in FIGURES.items():
            yield f"  {title + ':':40} {shares[key][name]}"
    yield "\ndetectable cases: rated (down) and given (across)"
    yield "  " + " " * 14 + "".join(f"{level_name(level, knowledge):>14}" for level in matrix([]))
    for rated, given in matrix(groups(outcomes)["detectable"]).items():
        yield f"  {level_name(rated, knowledge):14}" + "".join(f"{_bar(count):>14}" for count in given.values())


def emergencies(outcomes: Sequence[Outcome]) -> str:
    """The detectable cases whose only accepted urgency is emergency, missed and found."""
    only = [outcome for outcome in outcomes if outcome.emergency_only and outcome.case.detectable]
    found = [outcome.case.id for outcome in only if outcome.accepted]
    missed = [outcome.case.id for outcome in only if not outcome.accepted]
    text = f"emergency-only cases missed ({len(missed)}): {', '.join(missed) or 'none'}"
    return visible(f"{text}; found ({len(found)}): {', '.join(found) or 'none'}")


def _bar(count: int) -> str:
    return f"{'#' * min(count, 9)} {count}" if count else "."


def _miss(outcome: Outcome) -> str:
    case = outcome.case
    parts = []
    if not outcome.accepted:
        direction = "below" if outcome.below else "not among"
        parts.append(f"urgency {outcome.assessment.urgency}, {direction} {' / '.join(case.accept_urgency)}")
    if outcome.rank != 1:
        rank = f"at place {outcome.rank}" if outcome.rank else "not a condition here"
        parts.append(f"{' / '.join(case.accept_conditions)} {rank}; first are {', '.join(_first_conditions(outcome))}")
    apart = " (undetectable)" if not case.detectable else ""
    return visible("; ".join(parts) + apart)


def markdown(evaluation: Evaluation, style: Style) -> str:
    """The page docs/accuracy.md."""
    return "\n".join(_markdown(*evaluation)) + "\n"


def _markdown(outcomes: Sequence[Outcome], knowledge: Knowledge) -> Iterator[str]:
    yield "# Accuracy on published cases\n"
    yield "Generated by `sciaticheck evaluate tests/cases/published.yaml -f markdown -o docs/accuracy.md`;"
    yield "a test compares it.\n"
    yield f"{len(outcomes)} published presentations (tests/cases/published.yaml), rules {knowledge.version}.\n"
    yield "## What these figures are not\n"
    yield "Cases are published because they are unusual: no share here is a prevalence or a predictive value."
    yield "The content was written with these cases in view, so they flatter it; unseen cases will do worse."
    yield "The urgencies come from two raters working from the guidelines, not from clinicians.\n"
    yield "## Misses\n"
    yield f"{escape(emergencies(outcomes))}.\n"
    for outcome in misses(outcomes):
        why = f" Why: {escape(outcome.case.why_missed)}" if outcome.case.why_missed else ""
        yield f"- **{escape(outcome.case.id)}** ({escape(outcome.case.diagnosis)}): {escape(_miss(outcome))}.{why}"
    yield "\n## Figures\n"
    yield f"| | {' | '.join(f'{name} ({len(group)})' for name, group in groups(outcomes).items())} |"
    yield "|---|" + "---|" * len(groups(outcomes))
    for key, shares in figures(outcomes).items():
        yield f"| {FIGURES[key]} | {' | '.join(map(str, shares.values()))} |"
    yield "\n## Rated (down) and given (across), detectable cases\n"
    yield f"| | {' | '.join(matrix([]))} |"
    yield "|---|---|---|---|---|"
    for rated, given in matrix(groups(outcomes)["detectable"]).items():
        yield f"| {rated} | {' | '.join(map(str, given.values()))} |"
    yield "\n## Every case\n"
    yield "| case | urgency | accepted | first condition | accepted condition at |"
    yield "|---|---|---|---|---|"
    for outcome in outcomes:
        accepted = " / ".join(outcome.case.accept_urgency)
        apart = "" if outcome.case.detectable else " (undetectable)"
        yield (
            f"| {escape(outcome.case.id)}{apart} | {outcome.assessment.urgency}{'' if outcome.accepted else ' **x**'} "
            f"| {accepted} | {_first_conditions(outcome)[0]} | {outcome.rank or 'not a condition here'} |"
        )
    never = never_yes((outcome.case for outcome in outcomes), knowledge)
    yield f"\n## Questions that are never yes in any case ({len(never)})\n"
    yield "Nothing is shown here about the red flags and signs that rest on them.\n"
    yield ", ".join(f"`{name}`" for name in never)
