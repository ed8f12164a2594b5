"""Answers of two dates: what is new counts as new, nothing is lowered, and what cannot be compared is said."""

from __future__ import annotations

import json
import shutil
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from in_process import ran
from sciaticheck import assess, load_knowledge
from sciaticheck.answers.follow_ups import conflicts
from sciaticheck.answers.record import Respondent
from sciaticheck.answers.spelling import Answer
from sciaticheck.engine.change import change_between
from sciaticheck.interview import Interview
from sciaticheck.knowledge.model import RANK
from sciaticheck.report.results import Result

KNOWN = load_knowledge()
EXAMPLES = Path(__file__).parent.parent / "examples" / "two-dates"
MONDAY, TODAY = str(EXAMPLES / "monday.yaml"), str(EXAMPLES / "today.yaml")
NEW_FORMS = [(question.id, sign) for question in KNOWN.questions.values() for sign in question.yes_if_new]

Answers = dict[str, Answer]


def sound(answers: Answers) -> Answers:
    """Without follow-ups that contradict their parents."""
    wrong = {follow_up for follow_up, _ in conflicts(answers, KNOWN)}
    return {name: answer for name, answer in answers.items() if name not in wrong}


ANSWERS = st.dictionaries(st.sampled_from(list(KNOWN.questions)), st.sampled_from(["yes", "no", "unsure"])).map(sound)


@given(ANSWERS, ANSWERS)
@settings(deadline=None, max_examples=300)
def test_a_comparison_never_gives_less_than_the_later_date_alone(then: Answers, now: Answers) -> None:
    alone, compared = assess(now, KNOWN), assess(now, KNOWN, since=then)
    assert RANK[compared.urgency] >= RANK[alone.urgency]
    assert RANK[compared.possible_urgency] >= RANK[alone.possible_urgency]
    assert {flag.id for flag in alone.present} <= {flag.id for flag in compared.present}
    assert assess(now, KNOWN, since={}).to_dict() == alone.to_dict()
    assert compared.answers == now


@pytest.mark.parametrize(("new_form", "sign"), NEW_FORMS)
def test_a_sign_that_has_appeared_is_new_whatever_is_remembered(new_form: str, sign: str) -> None:
    parent = KNOWN.questions[sign].only_if
    now: Answers = {**({parent: "yes"} if parent else {}), sign: "yes", new_form: "no"}  # type: ignore[dict-item]
    for then in ({}, {sign: "unsure"}, {sign: "yes"}):
        assert new_form not in change_between(then, now, KNOWN)["counts"]
    compared = assess(now, KNOWN, since={sign: "no"})
    assert compared.derived[new_form] == "yes"
    assert new_form in change_between({sign: "no"}, now, KNOWN)["counts"]
    statement = KNOWN.questions[new_form].statement
    assert statement not in compared.advice.say.lower(), "nobody said that"


def test_not_sure_of_a_sign_that_was_no_makes_its_new_form_unsure() -> None:
    result = assess({"both_legs": "unsure"}, KNOWN, since={"both_legs": "no"})
    assert "both_legs_new" in result.unsure
    assert result.urgency == "same_day"


def compared(*args: str) -> tuple[int, str, str]:
    done = ran("check", *args, "--compare")
    return done.status, done.out, done.err


def test_the_page_shows_both_dates_what_changed_and_the_rule() -> None:
    assert ran("check", TODAY, "--fail-on", "emergency", "--allow-incomplete").status == 0, "alone it is no emergency"
    status, out, _ = compared(MONDAY, TODAY)
    assert status == 1
    text = " ".join(out.split())
    for said in (
        "EMERGENCY: get emergency help now",
        "2026-11-23 SOON 2026-11-28 EMERGENCY",
        "New I have pain, tingling or numbness in both legs.",
        "Gone Bad pain wakes me at night.",
        "Counts, by the two dates: Did the second leg join in",
        "What went is no all-clear.",
    ):
        assert said in text
    assert "both legs became involved" not in text.lower(), "the person said no to that"
    for format in ("html", "markdown", "plain"):
        assert (
            "2026-11-23"
            in compared(MONDAY, TODAY, "-f", "table" if format == "plain" else format, "--audience", "clinician")[1]
        )


def test_json_has_the_comparison_and_when_to_look_again() -> None:
    (result,) = json.loads(compared(MONDAY, TODAY, "-f", "json")[1])["results"]
    assert result["since"] == {
        "date": "2026-11-23", "urgency": "soon", "new": ["both_legs"], "worse": ["both_legs_new"],
        "gone": ["night_pain"], "unknown": [], "counts": ["both_legs_new"],
    }  # fmt: skip
    assert (result["date"], result["look_again"], result["answers"]["both_legs_new"]) == (
        "2026-11-28",
        "2026-11-28",
        "no",
    )
    (alone,) = json.loads(ran("check", TODAY, "-f", "json").out)["results"]
    assert (alone["since"], alone["look_again"]) == (None, "2026-12-05")
    undated = ran("check", "-", "-f", "json", stdin="fever: yes\n")
    assert [json.loads(undated.out)["results"][0][key] for key in ("date", "look_again", "since")] == [None] * 3


@pytest.mark.parametrize(
    ("first", "second", "said"),
    [
        ("date: 2026-11-28\nanswers: {fever: yes}", "date: 2026-11-23\nanswers: {fever: no}", "is before 2026-11-28"),
        (
            "date: 2026-11-28T14:30\nanswers: {fever: yes}",
            "date: 2026-11-28T09:00\nanswers: {}",
            "is before 2026-11-28T14",
        ),
        (
            "answers: {fever: yes}",
            "date: 2026-11-23\nanswers: {fever: no}",
            "a.yaml: has no date; add for example date:",
        ),
        ("fever: yes", "fever: no", "b.yaml: has no date"),
        (
            "date: 2026-02-30\nfever: yes",
            "date: 2026-11-23\nfever: no",
            "'2026-02-30' is not a date, such as 2026-12-31",
        ),
        ("date: Monday\nfever: yes", "date: 2026-11-23\nfever: no", "'Monday' is not a date"),
        ("date: 2026-11-20\nfevre: yes", "date: 2026-11-23\nfever: no", "'fevre' is not a question"),
    ],
)
def test_dates_that_are_wrong_are_an_error_and_the_answers_are_still_checked(
    first: str, second: str, said: str, tmp_path: Path
) -> None:
    (tmp_path / "a.yaml").write_text(first)
    (tmp_path / "b.yaml").write_text(second)
    status, out, err = compared(str(tmp_path / "a.yaml"), str(tmp_path / "b.yaml"))
    assert (status, said in err) == (2, True), err
    assert out, "the later answers are reported by themselves"


def test_one_file_or_three_are_no_comparison() -> None:
    for paths in ((TODAY,), (MONDAY, TODAY, str(EXAMPLES.parent / "cauda-equina.yaml"))):
        status, _, err = compared(*paths)
        assert (status, f"needs the answers of two dates, not {len(paths)}" in err) == (2, True)


def test_the_same_day_with_and_without_a_time_can_be_compared(tmp_path: Path) -> None:
    for name, when in (("a", "2026-11-28T14:30"), ("b", "2026-11-28")):
        (tmp_path / f"{name}.yaml").write_text(f"date: {when}\nanswers: {{fever: no}}\n")
    assert "is before" not in compared(str(tmp_path / "a.yaml"), str(tmp_path / "b.yaml"))[2]


def test_answers_under_two_versions_of_the_rules(tmp_path: Path) -> None:
    """A question of the earlier version that is gone: named, and today's answers stand by themselves."""
    (tmp_path / "old.yaml").write_text("date: 2026-11-20\nanswers: {old_question: no, both_legs: no}\n")
    status, out, err = compared(str(tmp_path / "old.yaml"), TODAY)
    assert (status, "'old_question' is not a question" in err) == (2, True)
    assert "SOON: see a doctor" in out


@pytest.mark.parametrize(
    ("given", "answers", "due"),
    [
        ("2026-11-21", {"night_pain": "yes"}, True),
        ("2026-11-22", {"night_pain": "yes"}, False),
        ("2026-11-27T23:00", {"fever": "yes", "back_pain": "yes"}, True),
        ("2026-11-28", {"saddle_numbness": "yes"}, True),
        (None, {"night_pain": "yes"}, True),
        ("2027-11-22", {"night_pain": "yes"}, True),
    ],
    ids=["a week ago", "six days ago", "yesterday, today's", "emergency", "no date", "in the future"],
)
def test_who_is_due(given: str | None, answers: Answers, due: bool) -> None:
    everything: Answers = {**dict.fromkeys(KNOWN.questions, "no"), **answers}  # type: ignore[dict-item]
    result = Result(Respondent("x", everything, "-", date=given), assess(everything, KNOWN))
    assert result.is_due(date(2026, 11, 28)) is due


def test_due_lists_those_in_a_folder_and_counts_the_others(tmp_path: Path) -> None:
    today = date.today().isoformat()
    for name, when in (("old", "2020-01-01"), ("new", today)):
        (tmp_path / f"{name}.yaml").write_text(f"date: {when}\nanswers: {{night_pain: yes, fever: no}}\n")
    shutil.copy(TODAY, tmp_path / "undated.yaml")
    (tmp_path / "undated.yaml").write_text("night_pain: yes\n")
    done = ran("check", str(tmp_path), "--due")
    assert "2 of 3 are due, 1 of them because their answers have no date." in done.err
    assert "old" in done.out
    assert "undated" in done.out
    assert " new " not in done.out
    (tmp_path / "old.yaml").unlink()
    (tmp_path / "undated.yaml").unlink()
    done = ran("check", str(tmp_path), "--due")
    assert (done.status, done.out) == (0, "")
    assert "0 of 1 are due" in done.err


def test_an_interview_keeps_only_answers_that_cannot_change() -> None:
    then: Answers = {
        "age_over_50": "no",
        "cancer_history": "no",
        "nf1": "yes",
        "fever": "yes",
        "has_prostate": "unsure",
    }
    assert {given.id for given in Interview(KNOWN, since=then).kept} == {"age_over_50", "nf1"}
