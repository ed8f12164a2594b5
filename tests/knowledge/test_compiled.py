"""The compiled form of the content: the same knowledge, and used only for the YAML that it was made from."""

from __future__ import annotations

import shutil
from pathlib import Path

import msgspec
import pytest

from sciaticheck import Knowledge, load_knowledge
from sciaticheck.knowledge import load

LANGUAGES = load.languages()


@pytest.fixture
def packaged(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A folder of data with its compiled forms, which is the packaged one for this test."""
    for file in (load.data_file(), load.data_file().with_name("translations")):
        (shutil.copytree if file.is_dir() else shutil.copy)(file, tmp_path / file.name)
    for schema in load.data_file().parent.glob("*.schema.json"):
        shutil.copy(schema, tmp_path)
    data = tmp_path / "conditions.yaml"
    monkeypatch.setattr(load, "data_file", lambda: data)
    for language in LANGUAGES:
        compiled_file(data, language).write_bytes(load.compile_knowledge(data, language))
    return data


def compiled_file(data: Path, language: str) -> Path:
    return data.with_suffix(".json") if language == "en" else data.parent / "translations" / f"{language}.json"


def packaged_knowledge(language: str) -> Knowledge:
    """As read anew in each process."""
    return load._packaged.__wrapped__(language, "default")


def edit(file: Path, old: str, new: str) -> None:
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), "utf-8")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_compiled_form_is_the_same_knowledge(
    language: str, packaged: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = load_knowledge(packaged, language)
    monkeypatch.setattr(load, "read_checked", None)  # the YAML is not read
    assert packaged_knowledge(language) == expected


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_yaml_is_read_if_it_was_edited_since(language: str, packaged: Path) -> None:
    edit(packaged, 'knowledge_version: "2026', 'knowledge_version: "3026')
    assert packaged_knowledge(language).version.startswith("3026.")


def test_the_yaml_is_read_if_the_translation_was_edited_since(packaged: Path) -> None:
    edit(packaged.parent / "translations" / "es.yaml", "name: Español", "name: Castellano")
    assert packaged_knowledge("es").language.name == "Castellano"


def test_the_yaml_is_read_if_there_is_no_compiled_form(packaged: Path) -> None:
    compiled_file(packaged, "en").unlink()
    assert packaged_knowledge("en") == load_knowledge(packaged)


def test_the_hash_is_that_of_the_data_file(packaged: Path) -> None:
    from hashlib import sha256

    expected = sha256(packaged.read_bytes()).hexdigest()
    stored = msgspec.json.decode(compiled_file(packaged, "en").read_bytes())
    assert stored["knowledge"]["sha256"] == expected
    assert {load_knowledge(packaged).sha256, packaged_knowledge("en").sha256} == {expected}
