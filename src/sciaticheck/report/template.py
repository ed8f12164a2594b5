"""The template of an answers file, with every question unanswered, and its JSON Schema."""

from __future__ import annotations

from json import dumps

from sciaticheck.answers.record import DATE
from sciaticheck.answers.spelling import ALLOWED, SPELLINGS
from sciaticheck.knowledge.model import Knowledge
from sciaticheck.report.formats import Style


def yaml(knowledge: Knowledge, style: Style) -> str:
    """Every question after a comment with its wording, in the order asked."""
    heads = (knowledge.texts[name] for name in ("template_how", "template_empty", "notice"))
    lines = [*(f"# {text}" for text in heads), "id:", "date:", "answers:"]
    group = ""
    for question in knowledge.questions.values():
        if question.group != group:
            group = question.group
            lines += ["", f"  # --- {knowledge.groups[group]}"]
        if question.only_if:
            lines.append(f"  # {knowledge.text('template_after', question=question.only_if)}")
        lines += [f"  # {question.ask}", f"  {question.id}:"]
    return "\n".join(lines) + "\n"


def json(knowledge: Knowledge, style: Style) -> str:
    """Every question as a key, null for unanswered."""
    return dumps({"id": None, "date": None, "answers": dict.fromkeys(knowledge.questions)}, indent=2) + "\n"


def csv(knowledge: Knowledge, style: Style) -> str:
    """A header of `id` and every question."""
    return ",".join(["id", *knowledge.questions]) + "\n"


def answers_schema(knowledge: Knowledge) -> dict[str, object]:
    """The JSON Schema (2020-12) of an answers file, flat or with an `answers` key."""
    answer = {
        "description": f"Case and outer blanks do not matter: {ALLOWED}.",
        "anyOf": [
            {"type": ["null", "boolean"]},
            {"enum": [0, 1]},
            {"type": "string", "pattern": rf"^\s*(?:{'|'.join(map(_any_case, SPELLINGS))})\s*$"},
        ],
    }
    answers = {
        question.id: {"title": question.ask, "$ref": "#/$defs/answer"} for question in knowledge.questions.values()
    }
    name = {"type": ["string", "null"]}
    date = {"type": ["string", "null"], "pattern": DATE}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "sciaticheck answers of one respondent",
        "anyOf": [
            {
                "type": "object",
                "properties": {
                    "id": name, "date": date,
                    "answers": {
                        "type": ["object", "null"], "properties": answers, "additionalProperties": False,
                    },
                },
                "required": ["answers"],
                "additionalProperties": False,
            },
            {"type": "object", "properties": {"id": name, "date": date, **answers}, "additionalProperties": False},
        ],
        "$defs": {"answer": answer},
    }  # fmt: skip


def _any_case(spelling: str) -> str:
    """A regular expression for a spelling in any case; JSON Schema has no flag for that."""
    return "".join(f"[{char}{char.upper()}]" if char.isalpha() else char for char in spelling)
