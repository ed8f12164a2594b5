"""Lint finds each planted fault and nothing else, and nothing at all in the packaged content."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import Run

from sciaticheck import Knowledge
from sciaticheck.knowledge.lint import lint

DATA = Path(__file__).parents[2] / "data" / "conditions.yaml"


def with_question(knowledge: Knowledge, name: str, **fields: object) -> Knowledge:
    """The knowledge with these fields of one question changed."""
    question = knowledge.questions[name]._replace(**fields)  # type: ignore[arg-type]
    return knowledge._replace(questions={**knowledge.questions, name: question})


def unused_question(knowledge: Knowledge) -> Knowledge:
    question = knowledge.questions["fever"]._replace(id="shoe_size")
    return knowledge._replace(questions={**knowledge.questions, "shoe_size": question})


def uncited_source(knowledge: Knowledge) -> Knowledge:
    source = next(iter(knowledge.sources.values()))._replace(id="uncited")
    return knowledge._replace(sources={**knowledge.sources, "uncited": source})


def unused_group(knowledge: Knowledge) -> Knowledge:
    return knowledge._replace(groups={**knowledge.groups, "feet": "Your feet"})


def long_sentence(knowledge: Knowledge) -> Knowledge:
    return with_question(knowledge, "fever", ask="Do you " + "really " * 30 + "have a fever?")


def hard_word(knowledge: Knowledge) -> Knowledge:
    return with_question(knowledge, "fever", ask="Is it hard to urinate?")


def no_question(knowledge: Knowledge) -> Knowledge:
    return with_question(knowledge, "fever", ask="You have a fever.")


def long_statement(knowledge: Knowledge) -> Knowledge:
    return with_question(knowledge, "fever", statement="I have a fever" + "r" * 80)


def headline(knowledge: Knowledge) -> Knowledge:
    advice = knowledge.advice["soon"]["uk"]._replace(
        headline="SOON: see a doctor within the next two weeks at the latest"
    )
    return knowledge._replace(advice={**knowledge.advice, "soon": {**knowledge.advice["soon"], "uk": advice}})


def cannot_decide(knowledge: Knowledge) -> Knowledge:
    """A flag of a lower level on the criterion of an emergency: it is never the one that decides."""
    flag = knowledge.red_flags["saddle_change"]._replace(id="saddle_soon", urgency="soon")
    return knowledge._replace(red_flags={**knowledge.red_flags, "saddle_soon": flag})


def order(knowledge: Knowledge) -> Knowledge:
    """The question that alone is an emergency moved to the end."""
    questions = dict(knowledge.questions)
    questions["saddle_numbness"] = questions.pop("saddle_numbness")
    return knowledge._replace(questions=questions)


FAULTS: dict[Callable[[Knowledge], Knowledge], str] = {
    unused_question: "questions.shoe_size",
    uncited_source: "sources.uncited",
    unused_group: "groups.feet",
    long_sentence: "questions.fever.ask",
    hard_word: "questions.fever.ask",
    no_question: "questions.fever.ask",
    long_statement: "questions.fever.statement",
    headline: "advice.soon.uk.headline",
    cannot_decide: "red_flags.saddle_soon",
    order: "questions.saddle_numbness",
}


def test_the_packaged_content_has_no_finding(knowledge: Knowledge) -> None:
    assert lint(knowledge) == []


@pytest.mark.parametrize("planted", FAULTS, ids=lambda planted: planted.__name__)
def test_a_planted_fault_is_the_one_finding(planted: Callable[[Knowledge], Knowledge], knowledge: Knowledge) -> None:
    findings = lint(planted(knowledge))
    assert [(code, path) for code, path, _ in findings] == [(planted.__name__, FAULTS[planted])]
    assert findings[0][2]


def test_a_hard_word_is_named_with_the_plain_one(knowledge: Knowledge) -> None:
    ((_, _, message),) = lint(hard_word(knowledge))
    assert "urinate" in message
    assert "pee" in message


def test_a_second_flag_on_the_same_criterion_and_level_is_found_with_its_twin(knowledge: Knowledge) -> None:
    flag = knowledge.red_flags["saddle_change"]._replace(id="saddle_again")
    findings = lint(knowledge._replace(red_flags={**knowledge.red_flags, "saddle_again": flag}))
    assert {path for _, path, _ in findings} == {"red_flags.saddle_change", "red_flags.saddle_again"}


def test_lint_of_sound_content_is_0(run: Run) -> None:
    for args in ((), (str(DATA),)):
        ran = run("knowledge", "lint", *args)
        assert (ran.status, ran.out) == (0, "")
        assert ran.err.endswith(", 0 findings.\n")


@pytest.mark.parametrize(
    ("old", "new", "status", "out", "err"),
    [
        ("ask: Are you unable to pee?", "ask: Are you unable to urinate?", 1, "[hard_word]", ", 1 finding.\n"),
        ("ask: Are you unable to pee?", "sak: Are you unable to pee?", 2, "", "Did you mean 'ask'?"),
    ],
)
def test_lint_with_findings_is_1_and_of_what_does_not_load_2(
    old: str, new: str, status: int, out: str, err: str, run: Run, tmp_path: Path
) -> None:
    text = DATA.read_text("utf-8")
    assert old in text
    (tmp_path / "k.yaml").write_text(text.replace(old, new, 1), "utf-8")
    ran = run("knowledge", "lint", "k.yaml")
    assert ran.status == status
    assert out in ran.out
    assert err in ran.err


def test_lint_of_a_file_that_is_not_there_is_2(run: Run) -> None:
    ran = run("knowledge", "lint", "none.yaml")
    assert ran.status == 2
    assert ran.err.startswith("none.yaml: cannot be read: No such file or directory\n")
