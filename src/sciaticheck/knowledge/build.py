"""From a checked document to the knowledge: nothing is checked here."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sciaticheck.criteria import parse
from sciaticheck.knowledge.model import (
    ENGLISH,
    Advice,
    Citation,
    Condition,
    Guarantee,
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

    def guarantee(name: str, raw: dict[str, Any]) -> Guarantee:
        return Guarantee(
            id=name,
            says=raw["says"],
            cites=citations(raw["cites"]),
            when=parse(raw["when"]) if "when" in raw else None,
            least=raw.get("least"),
            only=tuple(raw.get("only", ())),
            most=raw.get("most"),
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
        guarantees={name: guarantee(name, raw) for name, raw in document["guarantees"].items()},
        never_both=tuple(frozenset(pair) for pair in document["never_both"]),
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
