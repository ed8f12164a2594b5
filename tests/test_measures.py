"""The measures on made-up outcomes whose figures are known, and other checkers' answers from CSV."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from in_process import ran
from sciaticheck.evaluation import Case, Outcome
from sciaticheck.knowledge.model import URGENCIES, Urgency
from sciaticheck.measures import MEASURES, capability, kappa, matrix, mcnemar

ROOT = Path(__file__).parent.parent
CASES, MADE_UP = (str(ROOT / "data" / "cases" / name) for name in ("published.yaml", "made-up-checker.csv"))


def outcome(accepted: str, given: Urgency | None, rated: Urgency | None = None) -> Outcome:
    levels: tuple[Urgency, ...] = tuple(accepted.split())  # type: ignore[assignment]
    return Outcome(Case("x", {}, rated or levels[0], levels, ("a",)), given, ("b", "a"))


SIX = [
    outcome("emergency", "emergency"),
    outcome("emergency", "soon"),
    outcome("emergency", None),
    outcome("emergency same_day", "same_day"),
    outcome("routine", "same_day"),
    outcome("soon", "soon"),
]


def test_each_measure_counts_what_its_name_says() -> None:
    assert {name: tuple(measure.of(SIX)) for name, measure in MEASURES.items()} == {
        "sensitivity": (1, 3),  # no answer to an emergency is a miss
        "specificity": (2, 2),
        "accuracy": (3, 5),
        "exact": (2, 5),
        "under_triage": (1, 5),
        "over_triage": (1, 5),
        "safety_of_advice": (4, 5),
        "inclination_to_overtriage": (1, 2),
        "comprehensiveness": (5, 6),
        "routine_called_emergency": (0, 1),
        "condition_first": (0, 5),
        "condition_in_three": (5, 5),
    }
    cells = matrix(SIX)
    assert (cells["ambiguous"]["same_day"], cells["emergency"]["none"], cells["routine"]["same_day"]) == (1, 1, 1)


def test_kappa_is_that_of_a_worked_example() -> None:
    """Cohen's own kind of table: 20 yes-yes, 5 yes-no, 10 no-yes, 15 no-no gives 0.4."""
    table = (
        [("soon", "soon")] * 20 + [("soon", "routine")] * 5 + [("routine", "soon")] * 10 + [("routine", "routine")] * 15
    )
    pairs = [outcome(rated, given) for rated, given in table]  # type: ignore[arg-type]
    assert kappa(pairs) == pytest.approx(0.4)
    assert kappa(pairs, weighted=True) == pytest.approx(0.4), "with two levels the weights change nothing"
    near, far = outcome("emergency", "same_day"), outcome("emergency", "routine")
    rest = [outcome(level, level) for level in URGENCIES]
    near_by, far_off = (kappa([*rest, each], weighted=True) or 0 for each in (near, far))
    assert near_by > far_off
    assert kappa([*rest, near]) == pytest.approx(kappa([*rest, far]), abs=0.02)


def test_what_is_not_defined_is_none_and_not_an_error() -> None:
    """No level but one in the set: nothing to disagree on."""
    assert kappa([]) is None
    assert kappa([outcome("soon", "soon")] * 3) is None
    assert [measure.of([]).interval for measure in MEASURES.values()] == [None] * len(MEASURES)
    assert capability({"a": [outcome("soon", None)]}) == {"a": None}


def test_mcnemar_is_the_exact_binomial() -> None:
    right, wrong, silent = outcome("soon", "soon"), outcome("soon", "routine"), outcome("soon", None)
    first, second = [right] * 6 + [wrong, right, right], [wrong] * 6 + [right, right, silent]
    assert mcnemar(first, second) == (6, 1, pytest.approx(0.125))  # 2 * (1 + 7) / 2 ** 7
    assert mcnemar([right], [right]) == (0, 0, 1.0)


def test_capability_allows_for_how_hard_the_answered_cases_were() -> None:
    right, wrong, silent = outcome("soon", "soon"), outcome("soon", "routine"), outcome("soon", None)
    scores = capability({"all": [right, right], "easy only": [right, silent], "wrong": [wrong, wrong]})
    # difficulty 2/3 and 1/2: all gains 1/3 and 1/2, the easy one 1/3, the wrong one loses 2/3 and 1/2
    expected = {"all": 50 * (1 + 5 / 12), "easy only": 50 * (1 + 1 / 3), "wrong": 50 * (1 - 7 / 12)}
    assert scores == {name: pytest.approx(score) for name, score in expected.items()}


def test_another_checker_is_scored_on_the_same_cases() -> None:
    done = ran("evaluate", CASES, "--compare", MADE_UP)
    assert done.status == 0
    assert "made-up-checker.csv\n  Sensitivity for emergency:               0 of 29" in done.out
    assert "54 right in sciaticheck only, 0 here only; p = 1.1e-16" in done.out
    other = json.loads(ran("evaluate", CASES, "--compare", MADE_UP, "-f", "json").out)["figures"]["made-up-checker.csv"]
    assert other["mcnemar"]["only_second"] == 0
    assert other["sensitivity"]["hits"] == 0
    assert (
        "| undetectable | made-up-checker.csv |" in ran("evaluate", CASES, "--compare", MADE_UP, "-f", "markdown").out
    )


def test_sciaticheck_compared_with_itself_differs_in_nothing(tmp_path: Path) -> None:
    """Its own CSV is such a file."""
    from sciaticheck import load_knowledge
    from sciaticheck.evaluation import read_cases

    for case in read_cases(Path(CASES), load_knowledge()):
        (tmp_path / f"{case.id}.json").write_text(json.dumps({"id": case.id, "answers": case.answers}))
    ran("check", str(tmp_path), "-f", "csv", "-o", str(tmp_path / "same.csv"))
    checkers = json.loads(ran("evaluate", CASES, "--compare", str(tmp_path / "same.csv"), "-f", "json").out)["figures"]
    assert checkers["same.csv"]["mcnemar"] == {"only_first": 0, "only_second": 0, "p": 1.0}
    assert checkers["same.csv"]["capability_comparison_score"] == 50
    for name in ("sensitivity", "accuracy", "exact"):  # its first condition is empty if it has no sign
        assert checkers["same.csv"][name] == checkers["detectable"][name]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("id,level\nces-aster-63m,soon\n", "other.csv:1: has no column urgency"),
        ("", "other.csv: is empty"),
        ("id,urgency\nces-aster-63,soon\n", "other.csv:2: 'ces-aster-63' is not a case. Did you mean 'ces-aster-63m'?"),
        ("id,urgency\nces-aster-63m,urgent\n", "'urgent' is not one of routine, soon, same_day, emergency."),
        (f"id,urgency,why\nces-aster-63m,soon,{'x' * 200_000}\n", "other.csv:1: not valid CSV: field larger"),
        ("id,urgency\nces-aster-63m,soon\nces-aster-63m,soon\n", "other.csv:3: 'ces-aster-63m' is there twice"),
    ],
)
def test_answers_that_cannot_be_scored_are_named(text: str, said: str, tmp_path: Path) -> None:
    (tmp_path / "other.csv").write_text(text)
    limit = csv.field_size_limit(131_072)  # the reader of answers raises it
    done = ran("evaluate", CASES, "--compare", str(tmp_path / "other.csv"))
    csv.field_size_limit(limit)
    assert (done.status, said in done.err) == (2, True), done.err


def test_a_case_set_with_a_level_missing_is_measured(tmp_path: Path) -> None:
    """One case, of one level: shares of nothing say so, and what is not defined says so."""
    case = "- {id: a, answers: {fever: no}, urgency: routine, accept_urgency: [routine], accept_conditions: [x]}\n"
    (tmp_path / "cases.yaml").write_text(case)
    done = ran("evaluate", str(tmp_path / "cases.yaml"))
    assert done.status == 0
    assert "Sensitivity for emergency:               0 of 0\n" in done.out
    assert "Cohen's kappa with the raters':          not defined\n" in done.out


def test_a_checker_without_an_answer_is_counted_as_such(tmp_path: Path) -> None:
    (tmp_path / "other.csv").write_text("id,urgency\nces-aster-63m,\nces-lift-42m,Emergency\n")
    payload = json.loads(ran("evaluate", CASES, "--compare", str(tmp_path / "other.csv"), "-f", "json").out)
    figures = payload["figures"]["other.csv"]
    assert (figures["comprehensiveness"]["hits"], figures["accuracy"]["total"]) == (1, 1)
    assert figures["sensitivity"] | {"low": 0, "high": 0} == {"hits": 1, "total": 29, "low": 0, "high": 0}


def test_the_card_says_what_the_set_is() -> None:
    from sciaticheck import load_knowledge
    from sciaticheck.evaluation import read_cases

    cases, card = read_cases(Path(CASES), load_knowledge()), (ROOT / "data" / "cases" / "README.md").read_text()
    ambiguous = sum(len(set(case.accept_urgency)) > 1 for case in cases if case.detectable)
    detectable = sum(case.detectable for case in cases)
    assert f"{len(cases)} presentations" in card
    assert f"{ambiguous} of the {detectable} detectable cases" in card
    (command,) = [line for line in card.splitlines() if line.startswith("sciaticheck evaluate")]
    assert ran(*[str(ROOT / word) if "/" in word else word for word in command.split()[1:]]).status == 0
