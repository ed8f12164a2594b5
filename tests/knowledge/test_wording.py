"""Other languages: complete, traced to the English, and never quietly out of date where it matters."""

from __future__ import annotations

from pathlib import Path

import pytest
from conftest import Run

from sciaticheck import KnowledgeError, load_knowledge
from sciaticheck.knowledge.load import data_file, languages, read_checked
from sciaticheck.knowledge.wording import gaps, hash_of, read_wording, stale, texts_of, translated

DOCUMENT, _ = read_checked(data_file())
FILE = data_file().parent / "wording" / "es.yaml"
WORDING = read_wording(FILE)


def changed(path: str, english: str) -> dict[str, object]:
    """The document with one English text changed, as in `questions.fever.ask`."""
    block, name, part = path.split(".")
    return {**DOCUMENT, block: {**DOCUMENT[block], name: {**DOCUMENT[block][name], part: english}}}


def test_spanish_is_complete_and_up_to_date() -> None:
    assert languages() == ["en", "es"]
    assert list(gaps(DOCUMENT, WORDING)) == []
    assert set(WORDING.entries) == set(texts_of(DOCUMENT))


def test_every_hash_is_of_the_english_it_was_made_from() -> None:
    assert all(WORDING.entries[path]["of"] == hash_of(text) for path, text in texts_of(DOCUMENT).items())


def test_only_texts_differ_between_languages() -> None:
    english, spanish = load_knowledge(), load_knowledge(language="es")
    assert spanish.language.status == "draft"
    assert [flag.when for flag in spanish.red_flags.values()] == [flag.when for flag in english.red_flags.values()]
    assert list(spanish.questions) == list(english.questions)
    assert spanish.questions["fever"].ask != english.questions["fever"].ask


def test_a_stale_text_of_an_emergency_shows_the_english_beside() -> None:
    document = changed("questions.saddle_numbness.ask", "Is it new?")
    assert stale(document, WORDING) == ["questions.saddle_numbness.ask"]
    ask = translated(document, WORDING)["questions"]["saddle_numbness"]["ask"]
    assert ask.startswith("¿")
    assert "Is it new?" in ask


def test_a_stale_text_elsewhere_is_used_and_reported() -> None:
    document = changed("questions.nausea.ask", "Is it new?")
    assert "Is it new?" not in translated(document, WORDING)["questions"]["nausea"]["ask"]
    assert [(code, path) for code, path, _ in gaps(document, WORDING)] == [("stale_text", "questions.nausea.ask")]


def test_a_missing_text_stays_english_and_is_reported() -> None:
    entries = {path: entry for path, entry in WORDING.entries.items() if path != "questions.fever.ask"}
    wording = WORDING._replace(entries=entries)
    assert translated(DOCUMENT, wording)["questions"]["fever"]["ask"] == DOCUMENT["questions"]["fever"]["ask"]
    assert [(code, path) for code, path, _ in gaps(DOCUMENT, wording)] == [("missing_text", "questions.fever.ask")]


def test_a_text_that_lost_its_names_in_braces_is_not_used() -> None:
    entry = {**WORDING.entries["texts.incomplete"], "text": "Incompleto."}
    wording = WORDING._replace(entries={**WORDING.entries, "texts.incomplete": entry})
    assert translated(DOCUMENT, wording)["texts"]["incomplete"] == DOCUMENT["texts"]["incomplete"]
    assert [code for code, *_ in gaps(DOCUMENT, wording)] == ["bad_place"]


def test_an_unknown_language_names_the_known_ones() -> None:
    with pytest.raises(KnowledgeError, match="there is en, es"):
        load_knowledge(language="xx")


def test_a_broken_wording_file_names_what_is_wrong(tmp_path: Path) -> None:
    file = tmp_path / "es.yaml"
    file.write_text(FILE.read_text("utf-8").replace("direction: ltr", "direktion: ltr"), "utf-8")
    with pytest.raises(KnowledgeError, match="Did you mean 'direction'"):
        read_wording(file)


@pytest.mark.parametrize(
    ("locale", "said"),
    [("es_MX.UTF-8", "DOLOR DE ESPALDA"), ("en_GB.UTF-8", "BACK OR LEG"), ("fr_FR.UTF-8", "BACK OR LEG")],
)
def test_the_locale_chooses_where_there_is_wording(run: Run, locale: str, said: str) -> None:
    assert said in run("card", LANG=locale).out


def test_lang_wins_over_the_locale(run: Run) -> None:
    assert "BACK OR LEG" in run("card", "--lang", "en", LANG="es_ES.UTF-8").out


def test_the_result_says_that_nobody_checked_the_translation(run: Run) -> None:
    assert load_knowledge(language="es").texts["translation"] in " ".join(run("card", "--lang", "es").out.split())
