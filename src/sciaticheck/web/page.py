"""Puts the page together: the knowledge in every language as JSON, the scripts, and the style, in one HTML file."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Callable, Iterable, Mapping, Sequence
from hashlib import sha256
from json import dumps
from pathlib import Path
from typing import Any

from msgspec import to_builtins

from sciaticheck.answers.spelling import CHOICES, STATES
from sciaticheck.engine.ranking import WEIGHT_OF_FLAG
from sciaticheck.engine.say_this import MOST_WORDS
from sciaticheck.engine.urgency import MOST_BY_UNSURE
from sciaticheck.errors import visible
from sciaticheck.formats.form import runs
from sciaticheck.interview.onset import MOST_REASONS
from sciaticheck.interview.order import MOST_QUICK_ONES, QUICK_FLOOR, Order
from sciaticheck.interview.pages import about
from sciaticheck.interview.state import State
from sciaticheck.knowledge.levels import emergencies_alone
from sciaticheck.knowledge.model import URGENCIES, Citation, Knowledge
from sciaticheck.knowledge.translation import texts_at
from sciaticheck.report.page import version_note
from sciaticheck.report.patient import MOST, MOST_OTHERS
from sciaticheck.rules.criterion import Criterion, Question, questions
from sciaticheck.version import __version__

HERE = Path(__file__).parent
RULES = (
    HERE.parent / "rules" / "javascript.js",
    *(HERE / f"{name}.js" for name in ("engine", "advice", "interview", "result")),
)
"""The scripts without the page: pure functions, which the tests run beside their Python counterparts."""

CONSTANTS: Mapping[str, object] = {
    "URGENCIES": URGENCIES,
    "STATES": {answer: state for answer, state in STATES.items() if answer},
    "CHOICES": CHOICES,
    "MOST_BY_UNSURE": MOST_BY_UNSURE,
    "WEIGHT_OF_FLAG": WEIGHT_OF_FLAG,
    "MOST_WORDS": MOST_WORDS,
    "MOST": MOST,
    "MOST_OTHERS": MOST_OTHERS,
    "QUICK_FLOOR": QUICK_FLOOR,
    "MOST_QUICK_ONES": MOST_QUICK_ONES,
    "MOST_REASONS": MOST_REASONS,
}
"""What the scripts take from Python, so that it is decided once."""


def page(languages: Sequence[Knowledge], region: str, load: Callable[[str, str], Knowledge]) -> str:
    """The page for the knowledge in some languages, with a region chosen beforehand.

    `load` gives the knowledge in a language in the words of a region.
    """
    code = script((*RULES, HERE / "checker.js"))
    content = {
        "region": region,
        "language": languages[0].language.code,
        "sources": _cited(languages[0]),
        "languages": {known.language.code: with_words(known, load) for known in languages},
    }
    return _render("page.html", "style.css", code, knowledge=languages[0], content=content)


def blank(known: Knowledge, region: str) -> str:
    """The questionnaire for paper, with the advice of a region for an emergency."""
    regions = known.advice[URGENCIES[-1]]
    return _render(
        "blank.html",
        "blank.css",
        knowledge=known,
        runs=runs(known),
        numbers={id: number for number, id in enumerate(known.questions, start=1)},
        advice=regions.get(region) or regions["default"],
        urgent=emergencies_alone(known),
        choices=CHOICES,
        sign="▲",
        version_note=version_note(known),
        made=made(known),
    )


def _render(template: str, stylesheet: str, code: str = "", **values: object) -> str:
    """A template with these values. The engine escapes every text; style and script are the package's own files.

    The policy in the file allows this style and this script, and no connection.
    """
    import jinja2
    from markupsafe import Markup

    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(HERE), autoescape=True, undefined=jinja2.StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    environment.policies["json.dumps_kwargs"] = {"ensure_ascii": False, "separators": (",", ":")}
    style = (HERE / stylesheet).read_text("utf-8")
    policy = f"default-src 'none'; img-src data:; style-src {_hash(style)}; base-uri 'none'; form-action 'none'"
    return environment.get_template(template).render(
        policy=f"{policy}; script-src {_hash(code)}" if code else policy,
        style=Markup(style),  # noqa: S704 - our own file
        script=Markup(code),  # noqa: S704 - our own files
        **values,
    )


def script(files: Iterable[Path]) -> str:
    """The constants and some scripts as one script."""
    constants = "".join(f"const {name} = {dumps(value)};\n" for name, value in CONSTANTS.items())
    return constants + "\n".join(file.read_text("utf-8") for file in files)


def _hash(text: str) -> str:
    """A source expression that allows exactly this text, by the Content Security Policy."""
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"


def with_words(known: Knowledge, load: Callable[[str, str], Knowledge]) -> Any:
    """The knowledge for the page, where each region has its own text for each that it says in other words."""
    result = knowledge_for_page(known)
    every = re.compile(".*")
    texts = dict(texts_at(result, every))
    for id, region in known.regions.items():
        if region.words:
            own = texts_at(knowledge_for_page(load(known.language.code, id)), every)
            result["regions"][id]["texts"] = {texts[path]: text for path, text in own if texts[path] != text}
    return result


def knowledge_for_page(known: Knowledge) -> Any:
    """What the page needs of the knowledge, under the names that it has in `Knowledge`, with every text made visible.

    A question has its help as it is shown; a flag has the ids of its `sources`, and the questions in it that are an
    emergency `alone`.
    """
    urgent = emergencies_alone(known)
    flags = [
        {
            **{name: getattr(flag, name) for name in ("id", "name", "urgency", "points_to", "note", "instead")},
            "when": _criterion(flag.when),
            "sources": _sources(flag.cites),
            "alone": [id for id in questions(flag.when) if id in urgent],
        }
        for flag in known.flags_by_urgency
    ]
    conditions = {
        id: {
            **{name: getattr(condition, name) for name in ("id", "name", "plain", "serious")},
            "signs": [
                {"id": sign.id, "name": sign.name, "weight": sign.weight, "when": _criterion(sign.when)}
                for sign in condition.signs
            ],
        }
        for id, condition in known.conditions.items()
    }
    net = known.safety_net
    return _visible(
        {
            "language": {name: getattr(known.language, name) for name in ("code", "name", "direction")},
            "texts": known.texts,
            "version_note": known.version_note,
            "review_due": known.review.due,
            "scope": {"made_for": known.scope.made_for, "not_for": known.scope.not_for},
            "weights": known.weights,
            "screens": to_builtins(known.screens),
            "questions": _questions(known),
            "always": list(known.always_said),
            "made": made(known),
            "about": [about(known, Order(known, quick).expected(State())) for quick in (False, True)],
            "flags_by_urgency": flags,
            "conditions": conditions,
            "regions": {
                id: {"id": id, "name": each.name, "numbers": each.numbers, "texts": {}}
                for id, each in known.regions.items()
            },
            "advice": to_builtins(known.advice),
            "safety_net": {
                **{name: getattr(net, name) for name in ("lead", "watch_for", "also", "course")},
                "sources": _sources(net.cites),
            },
        }
    )


def made(known: Knowledge) -> str:
    """The line about the version of the tool and the hash of the content."""
    return known.text("page_made", version=__version__, sha256=known.sha256[:12])


def _questions(known: Knowledge) -> dict[str, Any]:
    """Each question with its texts as the page shows them, and the screen that it may be on."""
    urgent = emergencies_alone(known)
    screens = {id: screen.id for screen in known.screens.values() for id in screen.asks}
    result = {}
    for id, question in known.questions.items():
        parts = {"means": question.help.means, "check": question.help.check, "why": question.help.why}
        parts["source"] = _source(id, known)
        result[id] = {
            **{name: getattr(question, name) for name in ("id", "label", "ask", "statement", "kind", "only_if")},
            "worse_form": question.worse_form,
            "at_desk": question.at_desk,
            "group": known.groups[question.group],
            "screen": screens.get(id),
            "help": [known.text(f"help_{part}", text=text) for part, text in parts.items() if text],
            "try_this": known.text("try_this", text=question.help.check) if id in urgent else "",
        }
    return result


def _criterion(criterion: Criterion) -> Any:
    """A criterion as a question's id, or as its parts and how many of them it takes."""
    if isinstance(criterion, Question):
        return criterion.id
    return {"count": criterion.count, "parts": [_criterion(part) for part in criterion.parts]}


def _sources(cites: Iterable[Citation]) -> list[str]:
    return list(dict.fromkeys(cite.source for cite in cites))


def _cited(known: Knowledge) -> Any:
    """The citation and the address of each source that the advice can rest on."""
    cites = [cite for flag in known.flags_by_urgency for cite in flag.cites] + [*known.safety_net.cites]
    return _visible({id: [known.sources[id].citation, known.sources[id].url] for id in _sources(cites)})


def _source(id: str, known: Knowledge) -> str:
    """The first source of the most urgent red flag that a question is part of, else of its first sign."""
    for each in known.flags_and_signs:
        if id in questions(each.when):
            return f"{known.sources[each.cites[0].source].citation} ({each.cites[0].at})"
    return ""


def _visible(value: Any) -> Any:
    """Nested values with every text made safe to show."""
    if isinstance(value, str):
        return visible(value)
    if isinstance(value, Mapping):
        return {key: _visible(part) for key, part in value.items()}
    return [_visible(part) for part in value] if isinstance(value, list | tuple) else value
