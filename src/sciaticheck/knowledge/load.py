"""Finding and reading the knowledge. Refuses what is unsound, all problems at once."""

from __future__ import annotations

import json
import zlib
from functools import cache
from pathlib import Path as File
from typing import TYPE_CHECKING, Any

from sciaticheck.errors import KnowledgeError, Problem, did_you_mean, shown, visible
from sciaticheck.knowledge.build import build
from sciaticheck.knowledge.model import Knowledge

MAX_BYTES = 4 * 1024 * 1024

if TYPE_CHECKING:
    from sciaticheck.strict_yaml import Path

_PACKAGED = File(__file__).parent.parent / "data" / "conditions.yaml"
_CHECKOUT = File(__file__).parents[3] / "data" / "conditions.yaml"


def load_knowledge(path: str | File | None = None, language: str = "en") -> Knowledge:
    """The knowledge in the file at `path`, or the packaged one, in a language for which there is wording.

    Raises KnowledgeError with every problem found: what is not strict YAML, has unknown or missing keys,
    is not cited, or refers to something that is not there; or when there is no wording in that language.
    """
    if path is None:
        return _packaged(language)
    file = File(path)
    document, sha256 = read_checked(file)
    return build(_in_language(document, file, language), sha256)


def data_file() -> File:
    """The packaged data file, in an installed wheel or in a checkout."""
    return _PACKAGED if _PACKAGED.is_file() else _CHECKOUT


def languages() -> list[str]:
    """The codes of the languages that there is wording for, English first."""
    return ["en", *(file.stem for file in wordings(data_file()))]


@cache
def _packaged(language: str) -> Knowledge:
    """The packaged knowledge: from its compiled form where the wheel carries one, else from the YAML."""
    file = data_file()
    compiled = file.with_suffix(".json") if language == "en" else file.parent / "wording" / f"{language}.json"
    if compiled.is_file():
        stored = json.loads(compiled.read_bytes())
        # A YAML that was edited after installation is not the one this was made from.
        if stored["crc32"] == zlib.crc32(file.read_bytes()):
            return build(stored["document"], stored["sha256"])
    document, sha256 = read_checked(file)
    return build(_in_language(document, file, language), sha256)


def has_wording(language: str) -> bool:
    """Whether the packaged content can be had in a language other than English."""
    return (data_file().parent / "wording" / f"{language}.yaml").is_file()


def wordings(file: File) -> list[File]:
    """The wording files beside a data file, by name."""
    return sorted((file.parent / "wording").glob("*.yaml"))


def _in_language(document: dict[str, Any], file: File, language: str) -> dict[str, Any]:
    """The document with its texts in a language: from `wording` beside the file, else beside the packaged one."""
    if language == "en":
        return document
    from sciaticheck.knowledge.wording import read_wording, translated

    places = [folder / "wording" / f"{language}.yaml" for folder in (file.parent, data_file().parent)]
    for place in places:
        if place.is_file():
            return translated(document, read_wording(place))
    known = languages()
    message = f"there is no wording in {shown(language)}; there is {', '.join(known)}.{did_you_mean(language, known)}"
    raise KnowledgeError([Problem("unknown_language", message)])


def compile_knowledge(file: File, language: str = "en") -> bytes:
    """The compiled form of a data file: its checked document as JSON, with the YAML's SHA-256 and CRC-32."""
    document, sha256 = read_checked(file)
    document = _in_language(document, file, language)
    stored = {"sha256": sha256, "crc32": zlib.crc32(file.read_bytes()), "document": document}
    return json.dumps(stored, separators=(",", ":")).encode()


def read_checked(file: File) -> tuple[dict[str, Any], str]:
    """The document in a data file and the file's SHA-256. Raises KnowledgeError with every problem found."""
    from hashlib import sha256  # the compiled form does without

    from sciaticheck.strict_yaml import read

    source = str(file)
    try:
        with file.open("rb") as stream:
            raw = stream.read(MAX_BYTES + 1)
        if len(raw) > MAX_BYTES:
            raise KnowledgeError([Problem("too_large", f"is larger than {MAX_BYTES} bytes", source)])
        text = raw.decode("utf-8-sig")
    except OSError as error:
        reason = error.strerror or str(error)
        raise KnowledgeError([Problem("unreadable", f"cannot be read: {reason}", source)]) from error
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise KnowledgeError([Problem("not_utf8", "is not UTF-8 text", source, line)]) from error

    read_document = read(text, source)
    problems = list(read_document.problems)

    def report(code: str, path: Path, message: str) -> None:
        key = ".".join(map(str, path))
        where = f"{visible(key)}: {message}" if key else message
        problems.append(Problem(code, where, source, read_document.line(path), key or None))

    value = read_document.value
    if not problems:
        from sciaticheck.knowledge.layout import KNOWLEDGE
        from sciaticheck.knowledge.references import check_references

        faulty: set[Path] = set()

        def misshapen(code: str, path: Path, message: str) -> None:
            faulty.add(path[:2])
            report(code, path, message)

        KNOWLEDGE.check(value, (), misshapen)
        if isinstance(value, dict):
            check_references(value, faulty, report)
    if problems or not isinstance(value, dict):
        raise KnowledgeError(problems)
    return value, sha256(raw).hexdigest()
