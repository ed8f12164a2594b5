"""The layout of the data file, stated once: it checks a document and it makes the JSON Schema.

Layout only: which keys, which kinds of value. What refers to what is checked in `load`.
"""

from __future__ import annotations

from typing import Any

from sciaticheck.knowledge.model import REGIONS, URGENCIES
from sciaticheck.knowledge.shape import ID, QUESTION_ID, Items, Logic, Number, Record, Shape, Switch, Table, Text

_TEXT = Text()
_ID = Text(pattern=ID)
_MONTH = Text(pattern=r"[0-9]{4}-[0-9]{2}(-[0-9]{2})?")
_CITES = Items(Record({"source": _ID, "at": _TEXT, "says": _TEXT}))
_TEXTS = Items(_TEXT)

_SIGN = Record(
    {"name": _TEXT, "weight": Text(words=("hallmark", "typical", "supporting")), "when": Logic(), "cites": _CITES},
    {"added": Switch(), "differs": _TEXT},
)
_ADVICE: dict[str, Shape] = {"headline": _TEXT, "action": _TEXTS, "who": _TEXT, "say": _TEXT, "check_again": _TEXT}
_LEVEL = Record({"default": Record(_ADVICE)}, {region: Record(may=_ADVICE) for region in REGIONS[1:]})

TEXTS: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("notice", "unreviewed", "new_means", "stop_now", "privacy", "not_all_clear"), ()),
    **dict.fromkeys(("say_and", "say_or", "say_unsure", "say_serious_cause"), ()),
    **{f"level_{urgency}": () for urgency in URGENCIES},
    **{f"part_{part}": () for part in ("why", "do", "say", "open", "signs", "watch")},
    **{f"answer_{answer}": () for answer in ("yes", "no", "unsure", "open")},
    "clinician_counts": ("present", "possible", "yes", "unsure", "no", "open"),
    **{f"part_{part}": () for part in ("flags", "criteria", "conditions", "no", "unsure", "not_asked", "sources")},
    "translation": (),
    **{f"column_{name}": () for name in ("urgency", "finding", "answers", "rule", "condition", "signs", "found")},
    "can_mean": ("causes",),
    "less_serious": (),
    "kept": ("command",),
    "no_flag": ("answered", "total"),
    "incomplete": ("level", "count"),
    "open_more": ("count",),
    "open_none": ("count",),
    "signs_found": ("present", "total"),
    "rules_reviewed": ("version", "by", "date"),
    "rules_unreviewed": ("version",),
    "sources": ("sources",),
    "trace": ("flag",),
    "ask_about": ("count", "minutes"),
    "ask_position": ("at", "total", "group"),
    **{f"ask_{name}": () for name in ("title", "start", "keys", "again", "first", "any", "any_keys", "any_help")},
    **{f"typed_{answer}": () for answer in ("yes", "no", "unsure")},
    **{f"help_{part}": ("text",) for part in ("means", "check", "why", "source")},
    "try_this": ("text",),
    **{f"banner_{part}": () for part in ("choice", "keys", "again")},
    **{f"review_{part}": () for part in ("title", "together", "keys", "again")},
    "quick_left": ("what", "level"),
    "stopped": ("at", "total"),
    "resumed": ("count",),
    "resumed_dropped": ("what",),
    **dict.fromkeys(("card_title", "card_less_urgent", "card_why"), ()),
}
"""Every sentence of `texts`, with the names that it must hold in braces."""

SPECIAL = ("not_enough", "nothing_reported")
"""Advice at the level routine for two who are not on the usual course: whose open answers could still make it a matter
of today or of an emergency, and who reported no symptom."""

KNOWLEDGE = Record(
    {
        "schema_version": Text(words=("1.0",)),
        "knowledge_version": Text(pattern=r"[0-9]+\.[0-9]+\.[0-9]+"),
        "review": Record(
            {
                "status": Text(words=("unreviewed", "reviewed")),
                "by": Text(optional=True),
                "date": Text(pattern=_MONTH.pattern, optional=True),
                "due": Text(pattern=_MONTH.pattern, optional=True),
            }
        ),
        "scope": Record({"for": _TEXT, "not_for": _TEXT}),
        "texts": Record(dict.fromkeys(TEXTS, _TEXT)),
        "plain_language": Record(
            {
                "words_in_sentence": Number(whole=True),
                "characters_in_statement": Number(whole=True),
                "characters_in_headline": Number(whole=True),
                "avoid": Table(_TEXT, ids=r"[a-z ]{2,40}"),
            }
        ),
        "weights": Record({"hallmark": Number(), "typical": Number(), "supporting": Number()}),
        "groups": Table(_TEXT),
        "screens": Table(Record({"title": _TEXT, "asks": Items(_ID, least=2)})),
        "sources": Table(
            Record(
                {
                    "citation": _TEXT,
                    "read": Text(words=("full_text", "page", "abstract", "excerpt", "reported")),
                    "date": _MONTH,
                },
                {"url": Text(pattern=r"https://[^\s]+"), "via": _TEXT},
            )
        ),
        "questions": Table(
            Record(
                {
                    "group": _ID,
                    "label": _TEXT,
                    "ask": _TEXT,
                    "statement": _TEXT,
                    "help": Record({"means": _TEXT, "check": _TEXT, "why": _TEXT}),
                },
                {
                    "kind": Text(words=("symptom", "background")),
                    "only_if": _ID,
                    "worse_form": Switch(),
                },
            ),
            ids=QUESTION_ID,
        ),
        "conditions": Table(
            Record(
                {
                    "name": _TEXT,
                    "plain": _TEXT,
                    "about": _TEXT,
                    "serious": Switch(),
                    "signs": Table(_SIGN),
                    "cites": _CITES,
                },
                {"differs": _TEXT},
            )
        ),
        "red_flags": Table(
            Record(
                {
                    "name": _TEXT,
                    "urgency": Text(words=URGENCIES[::-1]),
                    "when": Logic(),
                    "points_to": Items(_ID, least=0),
                    "cites": _CITES,
                },
                {"differs": _TEXT, "note": _TEXT},
            )
        ),
        "guarantees": Table(
            Record(
                {"says": _TEXT, "cites": _CITES},
                {
                    "when": Logic(),
                    "least": Text(words=URGENCIES[::-1]),
                    "only": Items(_ID),
                    "most": Text(words=URGENCIES[::-1]),
                },
            )
        ),
        "never_both": Items(Items(_ID, least=2)),
        "advice": Record(dict.fromkeys((*URGENCIES[::-1], *SPECIAL), _LEVEL)),
        "safety_net": Record(
            {
                "lead": _TEXT,
                "watch_for": _TEXTS,
                "also": _TEXTS,
                "why": _TEXT,
                "course": _TEXT,
                "cites": _CITES,
            }
        ),
    }
)


WORDING = Record(
    {
        "code": Text(pattern=r"[a-z]{2,3}"),
        "name": _TEXT,
        "direction": Text(words=("ltr", "rtl")),
        "translator": _TEXT,
        "reviewer": Text(optional=True),
        "status": Text(words=("draft", "reviewed")),
        "avoid": Table(_TEXT, ids=r"[^.{}]{2,40}"),
        "characters_in_statement": Number(whole=True),
        "entries": Table(Record({"of": Text(pattern=r"[0-9a-f]{8}"), "text": _TEXT}), ids=r"[a-z0-9_.]{3,120}"),
    }
)
"""The layout of a language's file beside the data file, `wording/<code>.yaml`."""


def json_schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of the data file, with its booleans and numbers as JSON has them."""
    criterion = {
        "anyOf": [
            {"type": "string", "pattern": f"^{QUESTION_ID}$"},
            *(
                {
                    "type": "object",
                    "properties": {name: {"type": "array", "items": {"$ref": "#/$defs/criterion"}, "minItems": 2}},
                    "required": [name],
                    "additionalProperties": False,
                }
                for name in ("any", "all")
            ),
            {
                "type": "object",
                "properties": {
                    "at_least": {
                        "type": "object",
                        "properties": {
                            "count": {"type": "integer", "minimum": 1},
                            "of": {"type": "array", "items": {"$ref": "#/$defs/criterion"}, "minItems": 2},
                        },
                        "required": ["count", "of"],
                        "additionalProperties": False,
                    }
                },
                "required": ["at_least"],
                "additionalProperties": False,
            },
        ]
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "sciaticheck knowledge",
        **KNOWLEDGE.schema(),
        "$defs": {"criterion": criterion},
    }
