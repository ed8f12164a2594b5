"""The content in another language: texts by path, each with the hash of the English it was made from.

A text that is missing stays English. One whose English has changed since is stale: it is used, but where it matters in
an emergency the English stands beside it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from copy import deepcopy
from pathlib import Path as File
from typing import Any, NamedTuple

from sciaticheck.errors import KnowledgeError, Problem, did_you_mean
from sciaticheck.knowledge.model import Language

MAX_BYTES = 4 * 1024 * 1024


class Wording(NamedTuple):
    """A language's texts: `entries` maps a path to the text and the hash of the English behind it."""

    language: Language
    avoid: Mapping[str, str]
    characters_in_statement: str
    entries: Mapping[str, Mapping[str, str]]


def texts_of(document: Mapping[str, Any]) -> dict[str, str]:
    """Every text of a checked document that can be translated, by its path, such as `questions.fever.ask`."""
    return dict(_texts(document))


def _texts(document: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for block in ("scope", "texts", "groups"):
        yield from ((f"{block}.{name}", text) for name, text in document[block].items())
    for name, screen in document["screens"].items():
        yield f"screens.{name}.title", screen["title"]
    for name, question in document["questions"].items():
        yield from ((f"questions.{name}.{part}", question[part]) for part in ("label", "ask", "statement"))
        yield from ((f"questions.{name}.help.{part}", text) for part, text in question["help"].items())
    for name, condition in document["conditions"].items():
        yield from ((f"conditions.{name}.{part}", condition[part]) for part in ("name", "plain", "about"))
        for sign, raw in condition["signs"].items():
            yield f"conditions.{name}.signs.{sign}.name", raw["name"]
    for name, flag in document["red_flags"].items():
        yield from ((f"red_flags.{name}.{part}", flag[part]) for part in ("name", "note") if part in flag)
    for level, regions in document["advice"].items():
        for region, advice in regions.items():
            for part, value in advice.items():
                yield from _listed(f"advice.{level}.{region}.{part}", value)
    for part, value in document["safety_net"].items():
        if part != "cites":
            yield from _listed(f"safety_net.{part}", value)


def _listed(path: str, value: str | list[str]) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield path, value
    else:
        yield from ((f"{path}.{place}", text) for place, text in enumerate(value))


def hash_of(text: str) -> str:
    """What a text is known by: the first 8 hexadecimal digits of its SHA-256."""
    from hashlib import sha256

    return sha256(text.encode()).hexdigest()[:8]


def read_wording(file: File) -> Wording:
    """The wording in a file. Raises KnowledgeError with every problem found."""
    from sciaticheck.knowledge.layout import WORDING
    from sciaticheck.strict_yaml import read

    source = str(file)
    try:
        with file.open("rb") as stream:
            text = stream.read(MAX_BYTES).decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise KnowledgeError([Problem("unreadable", f"cannot be read: {error}", source)]) from error
    document = read(text, source)
    problems = list(document.problems)
    if not problems:
        WORDING.check(
            document.value,
            (),
            lambda code, path, message: problems.append(
                Problem(code, f"{'.'.join(map(str, path))}: {message}", source, document.line(path))
            ),
        )
    if problems or not isinstance(document.value, dict):
        raise KnowledgeError(problems)
    raw = document.value
    language = Language(**{name: raw[name] for name in Language._fields})
    return Wording(language, raw["avoid"], raw["characters_in_statement"], raw["entries"])


def stale(document: Mapping[str, Any], wording: Wording) -> list[str]:
    """The paths whose English has changed since they were translated."""
    entries = wording.entries
    return [
        path for path, text in texts_of(document).items() if path in entries and entries[path]["of"] != hash_of(text)
    ]


def gaps(document: Mapping[str, Any], wording: Wording) -> Iterator[tuple[str, str, str]]:
    """What a wording lacks, as findings of lint: missing, stale or unknown texts, names in braces that differ."""
    english, old = texts_of(document), set(stale(document, wording))
    for path, text in english.items():
        if path not in wording.entries:
            yield "missing_text", path, "is not translated; the English is shown"
        elif path in old:
            yield "stale_text", path, f"the English has changed; its hash is now {hash_of(text)}"
        elif _places(text) != _places(wording.entries[path]["text"]):
            yield "bad_place", path, "does not have the same names in braces as the English"
    for path in wording.entries:
        if path not in english:
            yield "unknown_text", path, f"is no text of the data file.{did_you_mean(path, english)}"


def translated(document: Mapping[str, Any], wording: Wording) -> dict[str, Any]:
    """A checked document in another language. Raises nothing: what cannot be used stays English."""
    made = deepcopy(dict(document))
    english, old = texts_of(document), set(stale(document, wording))
    for path, entry in wording.entries.items():
        if path not in english:
            continue
        text = entry["text"]
        if path in old and _in_emergency(path, document):
            text = f"{text} [English: {english[path]}]"
        if _places(text) >= _places(english[path]):
            _put(made, path.split("."), text)
    made["plain_language"] = {
        **made["plain_language"],
        "avoid": wording.avoid,
        "characters_in_statement": wording.characters_in_statement,
    }
    made["language"] = wording.language._asdict()
    return made


def _places(text: str) -> set[str]:
    import re

    return set(re.findall(r"\{[a-z]+\}", text))


def _put(document: Any, keys: list[str], text: str) -> None:
    *way, last = keys
    for key in way:
        document = document[int(key)] if isinstance(document, list) else document[key]
    document[int(last) if isinstance(document, list) else last] = text


def _in_emergency(path: str, document: Mapping[str, Any]) -> bool:
    """Whether a text is one that somebody in an emergency depends on."""
    block, name, *_ = path.split(".")
    if block == "red_flags":
        return str(document["red_flags"][name]["urgency"]) == "emergency"
    if block == "questions":
        # Read as text: any question that stands in an emergency flag, alone or with others.
        return any(
            flag["urgency"] == "emergency" and name in _named(flag["when"]) for flag in document["red_flags"].values()
        )
    return block == "safety_net" or path.startswith("advice.emergency.") or path == "texts.stop_now"


def _named(criterion: object) -> set[str]:
    from sciaticheck.criteria import parse, questions

    return set(questions(parse(criterion)))
