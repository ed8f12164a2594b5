"""Finding, reading and checking the knowledge, and building it. Refuses what is unsound, all problems at once."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path as File
from typing import Any

from sciaticheck.criteria import parse, questions
from sciaticheck.errors import KnowledgeError, Problem, did_you_mean, shown, visible
from sciaticheck.knowledge.model import (
    ENGLISH,
    Advice,
    Citation,
    Condition,
    Help,
    Knowledge,
    Language,
    PlainLanguage,
    Question,
    RedFlag,
    Review,
    SafetyNet,
    Screen,
    Sign,
    Source,
)

Path = tuple[str | int, ...]
Report = Callable[[str, Path, str], None]

MOST_ON_SCREEN = 6

MAX_BYTES = 4 * 1024 * 1024

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
        if stored["size"] == file.stat().st_size:
            return build(stored["document"], stored["sha256"])
    document, sha256 = read_checked(file)
    return build(_in_language(document, file, language), sha256)


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
    """The compiled form of a data file: its checked document as JSON, with the YAML's SHA-256 and size."""
    document, sha256 = read_checked(file)
    document = _in_language(document, file, language)
    stored = {"sha256": sha256, "size": file.stat().st_size, "document": document}
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

        faulty: set[Path] = set()

        def misshapen(code: str, path: Path, message: str) -> None:
            faulty.add(path[:2])
            report(code, path, message)

        KNOWLEDGE.check(value, (), misshapen)
        if isinstance(value, dict):
            _check_references(value, faulty, report)
    if problems or not isinstance(value, dict):
        raise KnowledgeError(problems)
    return value, sha256(raw).hexdigest()


def _check_references(document: dict[str, Any], faulty: set[Path], report: Report) -> None:
    """Whether everything named is there. Looks only at entries whose layout is sound: `faulty` names the others."""
    from sciaticheck.knowledge.layout import TEXTS

    def sound(block: str) -> list[tuple[Path, str, Any]]:
        """The entries of a block that can be looked at: path, name and value."""
        inside = document.get(block)
        if (block,) in faulty or not isinstance(inside, dict):
            return []
        return [((block, name), name, inside[name]) for name in inside if (block, name) not in faulty]

    def refers(path: Path, name: str, block: str) -> None:
        known = document.get(block)
        if isinstance(known, dict) and name not in known:
            singular = block.replace("_", " ")[:-1]
            hint = did_you_mean(name, known)
            report(f"unknown_{singular.replace(' ', '_')}", path, f"{shown(name)} is not a {singular}.{hint}")

    def cited(path: Path, cites: list[dict[str, str]]) -> None:
        for place, cite in enumerate(cites):
            refers((*path, "cites", place, "source"), cite["source"], "sources")

    def asks(path: Path, criterion: object) -> None:
        for name in dict.fromkeys(questions(parse(criterion))):
            refers((*path, "when"), name, "questions")

    parents = {name: question.get("only_if") for _, name, question in sound("questions")}
    order = list(document["questions"]) if isinstance(document.get("questions"), dict) else []
    for path, name, question in sound("questions"):
        refers((*path, "group"), question["group"], "groups")
        parent = parents[name]
        if parent is not None:
            refers((*path, "only_if"), parent, "questions")
            if parents.get(parent):
                report("follow_up_chain", (*path, "only_if"), f"'{parent}' is itself a follow-up; one step only")
            if parent in order and order.index(parent) > order.index(name):
                report("follow_up_order", path, f"must stand after '{parent}', whose follow-up it is")
        elif question.get("worse_form") == "true":
            report("worse_form", path, "worse_form is for follow-ups: add only_if")
    on_screen: dict[str, str] = {}
    for path, name, screen in sound("screens"):
        if len(screen["asks"]) > MOST_ON_SCREEN:
            report("too_long", (*path, "asks"), f"a screen shows at most {MOST_ON_SCREEN} questions")
        for place, asked in enumerate(screen["asks"]):
            refers((*path, "asks", place), asked, "questions")
            if asked in on_screen:
                report("on_two_screens", (*path, "asks", place), f"'{asked}' is on '{on_screen[asked]}' too")
            on_screen[asked] = name
    for path, _, condition in sound("conditions"):
        cited(path, condition["cites"])
        for sign_name, sign in condition["signs"].items():
            asks((*path, "signs", sign_name), sign["when"])
            cited((*path, "signs", sign_name), sign["cites"])
    for path, _, flag in sound("red_flags"):
        asks(path, flag["when"])
        cited(path, flag["cites"])
        for place, target in enumerate(flag["points_to"]):
            refers((*path, "points_to", place), target, "conditions")
    for path, name, value in sound("safety_net"):
        if name == "cites":
            cited(path[:1], value)
    for path, _, regions in sound("advice"):
        for region, advice in regions.items():
            if "say" in advice:
                _check_places((*path, region, "say"), advice["say"], {"why", "causes"}, set(), report)
    for path, name, text in sound("texts"):
        if name in TEXTS:
            _check_places(path, text, set(TEXTS[name]), set(TEXTS[name]), report)
    review = {name: value for _, name, value in sound("review")}
    if review.get("status") == "reviewed" and not (review.get("by") and review.get("date")):
        report("review", ("review", "status"), "'reviewed' needs a name in `by` and a date in `date`")


def _check_places(path: Path, text: str, may: set[str], must: set[str], report: Report) -> None:
    """Whether a text has in braces only names it may have, and all that it must."""
    found = set(re.findall(r"\{([^{}]*)\}", text))
    for name in sorted(found - may):
        report("bad_place", path, f"{{{name}}} may not stand here; allowed: {', '.join(sorted(may)) or 'none'}")
    for name in sorted(must - found):
        report("bad_place", path, f"{{{name}}} is missing")


def build(document: dict[str, Any], sha256: str) -> Knowledge:
    """The knowledge from a checked document."""

    def citations(raw: Iterable[dict[str, str]]) -> tuple[Citation, ...]:
        return tuple(Citation(**cite) for cite in raw)

    def question(name: str, raw: dict[str, Any]) -> Question:
        return Question(
            id=name,
            group=raw["group"],
            label=raw["label"],
            ask=raw["ask"],
            statement=raw["statement"],
            help=Help(**raw["help"]),
            symptom=raw.get("kind") != "background",
            only_if=raw.get("only_if"),
            worse_form=raw.get("worse_form") == "true",
        )

    def sign(name: str, raw: dict[str, Any]) -> Sign:
        return Sign(
            id=name,
            name=raw["name"],
            when=parse(raw["when"]),
            weight=raw["weight"],
            cites=citations(raw["cites"]),
            added=raw.get("added") == "true",
            differs=raw.get("differs"),
        )

    def condition(name: str, raw: dict[str, Any]) -> Condition:
        return Condition(
            id=name,
            name=raw["name"],
            plain=raw["plain"],
            about=raw["about"],
            serious=raw["serious"] == "true",
            signs=tuple(sign(sign_name, inside) for sign_name, inside in raw["signs"].items()),
            cites=citations(raw["cites"]),
            differs=raw.get("differs"),
        )

    def red_flag(name: str, raw: dict[str, Any]) -> RedFlag:
        return RedFlag(
            id=name,
            name=raw["name"],
            urgency=raw["urgency"],
            when=parse(raw["when"]),
            points_to=tuple(raw["points_to"]),
            cites=citations(raw["cites"]),
            differs=raw.get("differs"),
            note=raw.get("note"),
        )

    def advice(raw: dict[str, Any]) -> Advice:
        return Advice(**{**raw, "action": tuple(raw["action"])})

    net = document["safety_net"]
    plain = document["plain_language"]
    questions_by_id = {name: question(name, raw) for name, raw in document["questions"].items()}
    return Knowledge(
        version=document["knowledge_version"],
        sha256=sha256,
        language=Language(**document["language"]) if "language" in document else ENGLISH,
        review=Review(**document["review"]),
        scope_for=document["scope"]["for"],
        scope_not_for=document["scope"]["not_for"],
        texts=document["texts"],
        plain_language=PlainLanguage(
            words_in_sentence=int(plain["words_in_sentence"]),
            characters_in_statement=int(plain["characters_in_statement"]),
            characters_in_headline=int(plain["characters_in_headline"]),
            avoid=plain["avoid"],
        ),
        weights={word: float(value) for word, value in document["weights"].items()},
        groups=document["groups"],
        screens={name: Screen(name, raw["title"], tuple(raw["asks"])) for name, raw in document["screens"].items()},
        sources={name: Source(id=name, **raw) for name, raw in document["sources"].items()},
        questions=questions_by_id,
        conditions={name: condition(name, raw) for name, raw in document["conditions"].items()},
        red_flags={name: red_flag(name, raw) for name, raw in document["red_flags"].items()},
        advice={
            level: {region: advice({**regions["default"], **raw}) for region, raw in regions.items()}
            for level, regions in document["advice"].items()
        },
        safety_net=SafetyNet(
            lead=net["lead"],
            watch_for=tuple(net["watch_for"]),
            also=tuple(net["also"]),
            why=net["why"],
            course=net["course"],
            cites=citations(net["cites"]),
        ),
        follow_ups=tuple(question for question in questions_by_id.values() if question.only_if),
    )
