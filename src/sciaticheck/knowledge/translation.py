"""The content in another language: texts by path, each with the hash of the English text that it translates.

A missing text stays English. A text whose English has changed since is stale: it is used, but if it matters in an
emergency the English follows it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from copy import deepcopy
from pathlib import Path as File
from typing import Any, NamedTuple

import msgspec

from sciaticheck.errors import KnowledgeError, did_you_mean
from sciaticheck.knowledge.files import schema_file
from sciaticheck.knowledge.head import Language
from sciaticheck.knowledge.schema import read_checked_by
from sciaticheck.rules.criterion import parse, questions

_TRANSLATED = re.compile(
    r"(scope|texts|groups|advice)\..+|screens\.[^.]+\.title|questions\.[^.]+\.(label|ask|statement|help\..+)"
    r"|conditions\.[^.]+\.(name|plain|about|signs\.[^.]+\.name)|red_flags\.[^.]+\.(name|note|instead)|regions\.[^.]+\.name|safety_net\.(?!cites).+"
)
"""The paths of the texts that are translated."""


class Translation(NamedTuple):
    """A language's texts: `entries` maps a path to a text and the hash of the English one."""

    language: Language
    avoid: Mapping[str, str]
    characters_in_statement: int
    entries: Mapping[str, Mapping[str, str]]


def texts_at(value: object, paths: re.Pattern[str], path: str = "") -> Iterator[tuple[str, str]]:
    """Each text in nested mappings and lists whose path matches, with that path.

    >>> list(texts_at({"advice": {"steps": ["Rest.", "Walk."]}}, re.compile(r"advice\\..+")))
    [('advice.steps.0', 'Rest.'), ('advice.steps.1', 'Walk.')]
    """
    if isinstance(value, str) and paths.fullmatch(path):
        yield path, value
    elif isinstance(value, Mapping | list | tuple):
        for key, part in value.items() if isinstance(value, Mapping) else enumerate(value):
            yield from texts_at(part, paths, f"{path}.{key}" if path else str(key))


def texts_of(document: Mapping[str, Any]) -> dict[str, str]:
    """Every text of a checked document that can be translated, by its path, such as `questions.fever.ask`."""
    return dict(texts_at(document, _TRANSLATED))


def hash_of(text: str) -> str:
    """The first 8 hexadecimal digits of a text's SHA-256."""
    from hashlib import sha256

    return sha256(text.encode()).hexdigest()[:8]


def read_translation(file: File) -> Translation:
    """The translation in a file. Raises KnowledgeError with every problem."""

    document = read_checked_by(schema_file("translation"), str(file))
    if document.problems:
        raise KnowledgeError(document.problems)
    raw: Any = document.value
    language = Language(**{name: raw[name] for name in Language.__struct_fields__})
    return Translation(language, raw["avoid"], raw["characters_in_statement"], raw["entries"])


def stale(document: Mapping[str, Any], translation: Translation) -> list[str]:
    """The paths whose English has changed since they were translated."""
    entries, english = translation.entries, texts_of(document)
    return [path for path, text in english.items() if path in entries and entries[path]["of"] != hash_of(text)]


def gaps(document: Mapping[str, Any], translation: Translation) -> Iterator[tuple[str, str, str]]:
    """Lint findings for a translation: missing, stale or unknown texts, and placeholders that differ."""
    english, old = texts_of(document), stale(document, translation)
    for path, text in english.items():
        if path not in translation.entries:
            yield "missing_text", path, "is not translated; the English is shown"
        elif path in old:
            yield "stale_text", path, f"the English has changed; its hash is now {hash_of(text)}"
        elif _placeholders(text) != _placeholders(translation.entries[path]["text"]):
            yield "bad_placeholder", path, "does not have the same placeholders as the English"
    for path in translation.entries:
        if path not in english:
            yield "unknown_text", path, f"is no text of the data file.{did_you_mean(path, english)}"


def translated(document: Mapping[str, Any], translation: Translation) -> dict[str, Any]:
    """A checked document in another language. Texts that cannot be used stay English."""
    result = deepcopy(dict(document))
    english, old = texts_of(document), stale(document, translation)
    for path, entry in translation.entries.items():
        if path not in english:
            continue
        text = entry["text"]
        if path in old and _in_emergency(path, document):
            text = f"{text} [English: {english[path]}]"
        if _placeholders(text) >= _placeholders(english[path]):
            _set_text(result, path.split("."), text)
    result["plain_language"] |= {
        "avoid": translation.avoid,
        "characters_in_statement": translation.characters_in_statement,
    }
    result["language"] = msgspec.structs.asdict(translation.language)
    return result


def in_words_of(words: Mapping[str, str], document: dict[str, Any]) -> dict[str, Any]:
    """The document with these words and phrases in place of others, whole words in any case. Changes it."""
    word = re.compile(rf"\b(?:{'|'.join(sorted(words, key=len, reverse=True))})\b", re.IGNORECASE)

    def regional(found: re.Match[str]) -> str:
        own: str = words[found[0].lower()]
        return own[0].upper() + own[1:] if found[0][0].isupper() else own

    for path, text in texts_of(document).items():
        _set_text(document, path.split("."), word.sub(regional, text))
    return document


def _placeholders(text: str) -> set[str]:
    return set(re.findall(r"\{[a-z]+\}", text))


def _set_text(part: Any, path: list[str], text: str) -> None:
    for key in path[:-1]:
        part = part[int(key) if isinstance(part, list) else key]
    part[int(path[-1]) if isinstance(part, list) else path[-1]] = text


def _in_emergency(path: str, document: Mapping[str, Any]) -> bool:
    """Whether somebody in an emergency depends on this text."""
    block, name, *_ = path.split(".")
    emergencies = {id: flag for id, flag in document["red_flags"].items() if flag["urgency"] == "emergency"}
    if block == "red_flags":
        return name in emergencies
    if block == "questions":  # in an emergency flag, alone or with others
        return any(name in questions(parse(flag["when"])) for flag in emergencies.values())
    return block == "safety_net" or path.startswith("advice.emergency.") or path == "texts.stop_now"
