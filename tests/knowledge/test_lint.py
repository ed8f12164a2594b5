"""Lint finds each planted fault and nothing else, and nothing at all in the packaged content."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from msgspec.structs import replace

from in_process import ran
from sciaticheck import Knowledge, KnowledgeError
from sciaticheck.knowledge.lint import lint, lint_translations
from sciaticheck.rules.criterion import AnyOf, Criterion, parse

DATA = Path(__file__).parents[2] / "data" / "conditions.yaml"


def with_question(knowledge: Knowledge, name: str, **fields: object) -> Knowledge:
    """The knowledge with these fields of one question changed."""
    question = replace(knowledge.questions[name], **fields)
    return replace(knowledge, questions={**knowledge.questions, name: question})


def unused_question(knowledge: Knowledge) -> Knowledge:
    question = replace(knowledge.questions["fever"], id="shoe_size")
    return replace(knowledge, questions={**knowledge.questions, "shoe_size": question})


def uncited_source(knowledge: Knowledge) -> Knowledge:
    source = replace(next(iter(knowledge.sources.values())), id="uncited")
    return replace(knowledge, sources={**knowledge.sources, "uncited": source})


def unused_group(knowledge: Knowledge) -> Knowledge:
    return replace(knowledge, groups={**knowledge.groups, "feet": "Your feet"})


def long_sentence(knowledge: Knowledge) -> Knowledge:
    return with_question(knowledge, "fever", ask="Do you " + "really " * 30 + "have a fever?")


def hard_word(knowledge: Knowledge) -> Knowledge:
    return with_question(knowledge, "fever", ask="Is it hard to urinate?")


def no_question(knowledge: Knowledge) -> Knowledge:
    return with_question(knowledge, "fever", ask="You have a fever.")


def long_statement(knowledge: Knowledge) -> Knowledge:
    return with_question(knowledge, "fever", statement="I have a fever" + "r" * 80)


def headline(knowledge: Knowledge) -> Knowledge:
    advice = replace(
        knowledge.advice["soon"]["uk"], headline="SOON: see a doctor within the next two weeks at the latest"
    )
    return replace(knowledge, advice={**knowledge.advice, "soon": {**knowledge.advice["soon"], "uk": advice}})


def with_flag(knowledge: Knowledge, like: str, name: str, when: Criterion | None = None, **fields: str) -> Knowledge:
    """The knowledge with one more red flag, made from another."""
    flag = knowledge.red_flags[like]
    flag = replace(flag, id=name, when=when or flag.when, **fields)
    return replace(knowledge, red_flags={**knowledge.red_flags, name: flag})


def shadowed(knowledge: Knowledge) -> Knowledge:
    """A flag of a lower level on the criterion of an emergency: it is never the one that decides."""
    return with_flag(knowledge, "saddle_change", "saddle_soon", urgency="soon")


def redundant(knowledge: Knowledge) -> Knowledge:
    """A flag that two others cover together."""
    both = AnyOf(tuple(knowledge.red_flags[name].when for name in ("saddle_change", "fever")))
    return with_flag(knowledge, "night_pain", "saddle_or_fever", when=both)


def unreachable(knowledge: Knowledge) -> Knowledge:
    """A flag on answers that cannot be true together."""
    return with_flag(knowledge, "night_pain", "both_ages", when=parse({"all": ["age_under_20", "age_over_50"]}))


def emergency_on_screen(knowledge: Knowledge) -> Knowledge:
    """A question that alone is an emergency, among others on one screen."""
    name, screen = next((name, screen) for name, screen in knowledge.screens.items() if not screen.opening)
    screens = {**knowledge.screens, name: replace(screen, asks=(*screen.asks, "saddle_numbness"))}
    return replace(knowledge, screens=screens)


def order(knowledge: Knowledge) -> Knowledge:
    """The question that alone is an emergency moved to the end."""
    questions = dict(knowledge.questions)
    questions["saddle_numbness"] = questions.pop("saddle_numbness")
    return replace(knowledge, questions=questions)


FAULTS: dict[Callable[[Knowledge], Knowledge], str] = {
    unused_question: "questions.shoe_size",
    uncited_source: "sources.uncited",
    unused_group: "groups.feet",
    long_sentence: "questions.fever.ask",
    hard_word: "questions.fever.ask",
    no_question: "questions.fever.ask",
    long_statement: "questions.fever.statement",
    headline: "advice.soon.uk.headline",
    shadowed: "red_flags.saddle_soon",
    redundant: "red_flags.saddle_or_fever",
    unreachable: "red_flags.both_ages",
    order: "questions.saddle_numbness",
    emergency_on_screen: "screens.",
}


def test_the_packaged_content_has_no_finding(knowledge: Knowledge) -> None:
    assert lint(knowledge) == []


@pytest.mark.parametrize("planted", FAULTS, ids=lambda planted: planted.__name__)
def test_a_planted_fault_is_the_one_finding(planted: Callable[[Knowledge], Knowledge], knowledge: Knowledge) -> None:
    ((code, path, message),) = lint(planted(knowledge))
    assert code == planted.__name__
    assert path.startswith(FAULTS[planted])
    assert message


def test_a_hard_word_is_named_with_the_plain_one(knowledge: Knowledge) -> None:
    ((_, _, message),) = lint(hard_word(knowledge))
    assert "urinate" in message
    assert "pee" in message


def test_a_flag_that_never_decides_is_named_with_those_that_are_always_present_too(knowledge: Knowledge) -> None:
    ((_, _, message),) = lint(shadowed(knowledge))
    assert "saddle_change" in message
    ((_, _, message),) = lint(redundant(knowledge))
    assert "saddle_change" in message
    assert "fever" in message


def test_a_second_flag_on_the_same_criterion_and_level_is_found_with_its_twin(knowledge: Knowledge) -> None:
    findings = lint(with_flag(knowledge, "saddle_change", "saddle_again"))
    assert {path for _, path, _ in findings} == {"red_flags.saddle_change", "red_flags.saddle_again"}


# Translations


def translated(folder: Path, old: str, new: str) -> Path:
    """The data file in a folder of its own, with one change in the Spanish beside it."""
    folder.joinpath("translations").mkdir()
    text = DATA.with_name("translations").joinpath("es.yaml").read_text("utf-8")
    assert old in text
    folder.joinpath("translations", "es.yaml").write_text(text.replace(old, new, 1), "utf-8")
    return Path(shutil.copy(DATA, folder))


def test_the_packaged_translations_have_no_finding() -> None:
    assert lint_translations(DATA) == []


@pytest.mark.parametrize(
    ("old", "new", "code", "path"),
    [
        ("  questions.fever.ask: ", "  questions.fevers.ask: ", "missing_text", "es: questions.fever.ask"),
        ("  questions.fever.ask: ", "  questions.fevers.ask: ", "unknown_text", "es: questions.fevers.ask"),
        ("{level} o más urgente", "más urgente", "bad_placeholder", "es: texts.quick_left"),
    ],
)
def test_a_fault_of_a_translation_is_found_with_its_language(
    old: str, new: str, code: str, path: str, tmp_path: Path
) -> None:
    found = lint_translations(translated(tmp_path, old, new))
    assert (code, path) in [(code, path) for code, path, _ in found]


def test_a_translation_that_cannot_be_used_is_refused(tmp_path: Path) -> None:
    file = translated(tmp_path, "direction: ltr", "direction: left")
    with pytest.raises(KnowledgeError, match="direction: 'left' is not one of ltr, rtl"):
        lint_translations(file)
    done = ran("knowledge", "lint", str(file))
    assert (done.status, done.out) == (2, "")
    assert "direction: 'left' is not one of ltr, rtl" in done.err


# The command


@pytest.mark.parametrize("args", [(), (str(DATA),)], ids=["packaged", "file"])
def test_lint_of_sound_content_is_0(args: tuple[str, ...]) -> None:
    done = ran("knowledge", "lint", *args)
    assert (done.status, done.out) == (0, "")
    assert done.err.endswith(", 0 findings.\n")


@pytest.mark.parametrize(
    ("old", "new", "status", "out", "err"),
    [
        ("ask: Are you unable to pee?", "ask: Are you unable to urinate?", 1, "[hard_word]", ", 1 finding.\n"),
        ("ask: Are you unable to pee?", "sak: Are you unable to pee?", 2, "", "Did you mean 'ask'?"),
    ],
)
def test_lint_with_findings_is_1_and_of_what_does_not_load_2(
    old: str, new: str, status: int, out: str, err: str, tmp_path: Path
) -> None:
    text = DATA.read_text("utf-8")
    assert old in text
    (tmp_path / "k.yaml").write_text(text.replace(old, new, 1), "utf-8")
    done = ran("knowledge", "lint", str(tmp_path / "k.yaml"))
    assert done.status == status
    assert out in done.out
    assert err in done.err


def test_lint_of_a_file_that_is_not_there_is_2(tmp_path: Path) -> None:
    done = ran("knowledge", "lint", str(tmp_path / "none.yaml"))
    assert done.status == 2
    assert done.err.startswith(f"{tmp_path / 'none.yaml'}: no such file or folder\n")
