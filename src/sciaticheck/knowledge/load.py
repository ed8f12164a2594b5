"""Finds, reads and checks the knowledge file, or its compiled form. All problems are reported at once."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from functools import cache
from pathlib import Path as File
from typing import Any

import msgspec

from sciaticheck.errors import KnowledgeError, Problem, did_you_mean, shown
from sciaticheck.knowledge.files import data_file, languages, schema_file
from sciaticheck.knowledge.model import Knowledge
from sciaticheck.knowledge.schema import layout_problems, parse_document, read_schema
from sciaticheck.knowledge.sign_off import recorded, review_files, standing
from sciaticheck.rules.criterion import parse
from sciaticheck.text_file import MAX_CONTENT, read_bytes


def load_knowledge(path: str | File | None = None, language: str = "en", region: str = "default") -> Knowledge:
    """The knowledge in the file at `path`, or the packaged one, with its texts in this language.

    English texts have the words of the region, if it has its own.

    Raises KnowledgeError, with every problem, for invalid YAML, unknown or missing keys, missing citations and
    references to unknown ids, or if there is no translation into the language.

    Examples:
        >>> load_knowledge(language="es").language.name
        'Español'
    """
    if path is None:
        return _packaged(language, region)
    return _decoded(_content(File(path), language), region)


def to_knowledge(document: dict[str, Any], sha256: str) -> Knowledge:
    """The knowledge in a checked document."""
    return msgspec.convert(completed(document, sha256), Knowledge, dec_hook=lambda _, raw: parse(raw))


class Compiled(msgspec.Struct):
    """The compiled form: the CRC-32 of the files that it was compiled from, and the knowledge."""

    crc32: int
    knowledge: msgspec.Raw


@cache
def _packaged(language: str, region: str) -> Knowledge:
    """The packaged knowledge: from its compiled form if that is up to date, else from the YAML."""
    file = data_file()
    compiled = (file if language == "en" else _translation(file, language)).with_suffix(".json")
    if compiled.is_file():
        stored = msgspec.json.decode(compiled.read_bytes(), type=Compiled)
        if stored.crc32 == _crc32(file, compiled.with_suffix(".yaml")):  # else the YAML has been edited since
            return _decoded(stored.knowledge, region)
    return _decoded(_content(file, language), region)


def _decoded(content: bytes | msgspec.Raw, region: str) -> Knowledge:
    """The knowledge in a completed document as JSON; English texts in the words of the region."""
    knowledge = msgspec.json.decode(content, type=Knowledge, dec_hook=lambda _, raw: parse(raw))
    if knowledge.language.code != "en" or region not in knowledge.regions or not knowledge.regions[region].words:
        return knowledge
    from sciaticheck.knowledge.translation import in_words_of

    document = in_words_of(knowledge.regions[region].words, msgspec.json.decode(content))
    return msgspec.convert(document, Knowledge, dec_hook=lambda _, raw: parse(raw))


def _content(file: File, language: str) -> bytes:
    """The completed document of a data file in a language, as JSON."""
    document, sha256 = read_checked(file)
    return msgspec.json.encode(completed(_in_language(document, file, language), sha256))


def _crc32(*files: File) -> int:
    """The CRC-32 of the files that a compiled form depends on: these, and the modules that make it and read it."""
    crc32 = 0
    for file in (*files, *review_files(files[0]), File(__file__), File(__file__).with_name("model.py")):
        crc32 = zlib.crc32(file.read_bytes(), crc32)
    return crc32


def _in_language(document: dict[str, Any], file: File, language: str) -> dict[str, Any]:
    """The document with its sign-offs, and with its texts in a language, from beside the file or else the packaged."""
    document = {**document, "sign_offs": msgspec.to_builtins(standing(document, recorded(file)))}
    if language == "en":
        return document
    from sciaticheck.knowledge.translation import read_translation, translated

    for path in (_translation(file, language), _translation(data_file(), language)):
        if path.is_file():
            return translated(document, read_translation(path))
    known = languages()
    message = f"there are no texts in {shown(language)}; there are {', '.join(known)}.{did_you_mean(language, known)}"
    raise KnowledgeError([Problem("unknown_language", message)])


def compile_knowledge(file: File, language: str = "en") -> bytes:
    """The compiled form of a data file in a language: the completed document as JSON, with a CRC-32."""
    texts = file if language == "en" else _translation(file, language)
    return msgspec.json.encode(Compiled(_crc32(file, texts), msgspec.Raw(_content(file, language))))


def _translation(file: File, language: str) -> File:
    """The path of the translation of a data file into a language."""
    return file.parent / "translations" / f"{language}.yaml"


def completed(document: Mapping[str, Any], sha256: str) -> dict[str, Any]:
    """A checked document with the hash of its file, and with what the file leaves out.

    Each record gets its id, and each region the advice that it takes from the default.
    """

    def with_ids(records: Mapping[str, Any]) -> dict[str, Any]:
        return {id: {"id": id, **record} for id, record in records.items()}

    tables = ("screens", "sources", "questions", "conditions", "red_flags", "guarantees", "regions")
    result = {**document, **{table: with_ids(document.get(table, {})) for table in tables}, "sha256": sha256}
    for condition in result["conditions"].values():
        condition["signs"] = list(with_ids(condition["signs"]).values())
    result["advice"] = {
        level: {region: {**regions["default"], **own} for region, own in regions.items()}
        for level, regions in document["advice"].items()
    }
    return result


def read_checked(file: File) -> tuple[dict[str, Any], str]:
    """The document in a data file and the file's SHA-256. Raises KnowledgeError with every problem."""
    from hashlib import sha256  # the compiled form does not need it

    from sciaticheck.knowledge.references import reference_problems

    schema, raw = read_schema(schema_file()), read_bytes(str(file), MAX_CONTENT)
    if isinstance(raw, Problem):
        raise KnowledgeError([raw])
    document = parse_document(raw, str(file), MAX_CONTENT)
    if not document.problems:
        layout = layout_problems(document.value, schema)
        references = reference_problems(document.value, schema, {path[:2] for _, path, _ in layout})
        document.problems = [document.problem(*problem) for problem in (*layout, *references)]
    if document.problems:
        raise KnowledgeError(sorted(document.problems, key=lambda problem: problem.line or 0))
    content: dict[str, Any] = document.value
    return content, sha256(raw).hexdigest()
