"""Other languages: complete, traced to the English, and never quietly out of date where it matters."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from msgspec import to_builtins

from in_process import ran
from sciaticheck import KnowledgeError, load_knowledge
from sciaticheck.knowledge.files import data_file, languages
from sciaticheck.knowledge.lint import _FOR_PATIENTS
from sciaticheck.knowledge.load import read_checked
from sciaticheck.knowledge.translation import (
    gaps,
    hash_of,
    read_translation,
    stale,
    texts_at,
    texts_of,
    translated,
)

DOCUMENT, _ = read_checked(data_file())
FILE = data_file().parent / "translations" / "es.yaml"
TRANSLATION = read_translation(FILE)


def changed(path: str, english: str) -> dict[str, object]:
    """The document with one English text changed, as in `questions.fever.ask`."""
    block, name, part = path.split(".")
    return {**DOCUMENT, block: {**DOCUMENT[block], name: {**DOCUMENT[block][name], part: english}}}


def test_spanish_is_complete_and_up_to_date() -> None:
    assert languages() == ["en", "es"]
    assert list(gaps(DOCUMENT, TRANSLATION)) == []
    assert set(TRANSLATION.entries) == set(texts_of(DOCUMENT))


def test_every_hash_is_of_the_english_it_was_made_from() -> None:
    assert all(TRANSLATION.entries[path]["of"] == hash_of(text) for path, text in texts_of(DOCUMENT).items())


def test_only_texts_differ_between_languages() -> None:
    english, spanish = load_knowledge(), load_knowledge(language="es")
    assert spanish.language.status == "draft"
    assert [flag.when for flag in spanish.red_flags.values()] == [flag.when for flag in english.red_flags.values()]
    assert list(spanish.questions) == list(english.questions)
    assert spanish.questions["fever"].ask != english.questions["fever"].ask


def test_a_stale_text_of_an_emergency_shows_the_english_beside() -> None:
    document = changed("questions.saddle_numbness.ask", "Is it new?")
    assert stale(document, TRANSLATION) == ["questions.saddle_numbness.ask"]
    ask = translated(document, TRANSLATION)["questions"]["saddle_numbness"]["ask"]
    assert ask.startswith("¿")
    assert "Is it new?" in ask


def test_a_stale_text_elsewhere_is_used_and_reported() -> None:
    document = changed("questions.nausea.ask", "Is it new?")
    assert "Is it new?" not in translated(document, TRANSLATION)["questions"]["nausea"]["ask"]
    assert [(code, path) for code, path, _ in gaps(document, TRANSLATION)] == [("stale_text", "questions.nausea.ask")]


def test_a_missing_text_stays_english_and_is_reported() -> None:
    entries = {path: entry for path, entry in TRANSLATION.entries.items() if path != "questions.fever.ask"}
    translation = TRANSLATION._replace(entries=entries)
    assert translated(DOCUMENT, translation)["questions"]["fever"]["ask"] == DOCUMENT["questions"]["fever"]["ask"]
    assert [(code, path) for code, path, _ in gaps(DOCUMENT, translation)] == [("missing_text", "questions.fever.ask")]


def test_a_text_that_lost_its_names_in_braces_is_not_used() -> None:
    entry = {**TRANSLATION.entries["texts.incomplete"], "text": "Incompleto."}
    translation = TRANSLATION._replace(entries={**TRANSLATION.entries, "texts.incomplete": entry})
    assert translated(DOCUMENT, translation)["texts"]["incomplete"] == DOCUMENT["texts"]["incomplete"]
    assert [code for code, *_ in gaps(DOCUMENT, translation)] == ["bad_placeholder"]


def test_an_unknown_language_names_the_known_ones() -> None:
    with pytest.raises(KnowledgeError, match="there are no texts in 'xx'; there are en, es"):
        load_knowledge(language="xx")


def test_a_broken_translation_names_what_is_wrong(tmp_path: Path) -> None:
    file = tmp_path / "es.yaml"
    file.write_text(FILE.read_text("utf-8").replace("direction: ltr", "direktion: ltr"), "utf-8")
    with pytest.raises(KnowledgeError, match="Did you mean 'direction'"):
        read_translation(file)


@pytest.mark.parametrize(
    ("locale", "said"),
    [("es_MX.UTF-8", "DOLOR DE ESPALDA"), ("en_GB.UTF-8", "BACK OR LEG"), ("fr_FR.UTF-8", "BACK OR LEG")],
)
def test_the_locale_chooses_where_there_is_a_translation(locale: str, said: str) -> None:
    assert said in ran("card", LANG=locale).out


def test_lang_wins_over_the_locale() -> None:
    assert "BACK OR LEG" in ran("card", "--lang", "en", LANG="es_ES.UTF-8").out


def test_the_result_says_that_nobody_checked_the_translation() -> None:
    assert load_knowledge(language="es").texts["translation"] in " ".join(ran("card", "--lang", "es").out.split())


def test_a_region_has_its_own_words_in_questions_too() -> None:
    english, american = load_knowledge(), load_knowledge(region="us")
    words = american.regions["us"].words
    assert english.questions["nausea"].ask == "Do you feel sick?"
    assert american.questions["nausea"].ask == "Do you feel sick to your stomach?"
    assert "poop" in american.questions["bowel_feeling"].ask
    assert american.conditions["spinal_tumour"].name == "Spinal tumor"
    assert american.groups["tummy"] == "Your belly"
    assert [
        path for path, text in texts_at(to_builtins(american), _FOR_PATIENTS) if re.search(r"\b(tummy|poo|jab)\b", text)
    ] == []
    for word in words:
        assert any(re.search(rf"\b{word}\b", text, re.IGNORECASE) for text in texts_of(DOCUMENT).values()), word
    assert load_knowledge(language="es", region="us").questions == load_knowledge(language="es").questions
    assert load_knowledge(data_file(), region="us").questions == american.questions


def test_the_region_changes_nothing_but_words() -> None:
    english, canadian = load_knowledge(), load_knowledge(region="ca")
    assert [flag.when for flag in canadian.red_flags.values()] == [flag.when for flag in english.red_flags.values()]
    assert list(canadian.questions) == list(english.questions)
    assert "jab" in ran("check", "-", "--region", "uk", stdin="bleeding_risk: yes\nsudden_severe_pain: yes").out
    shown = ran("check", "-", "--region", "ca", stdin="bleeding_risk: yes\nsudden_severe_pain: yes").out
    assert "the shot." in shown
