"""Lint: mistakes in a well-formed knowledge file."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path as File
from unicodedata import east_asian_width

from msgspec import to_builtins

from sciaticheck.knowledge.evidence import Finding, all_citations, overdue, unsupported
from sciaticheck.knowledge.files import translations
from sciaticheck.knowledge.levels import emergencies_alone, holds
from sciaticheck.knowledge.load import read_checked, to_knowledge
from sciaticheck.knowledge.model import RANK, Knowledge
from sciaticheck.knowledge.sign_off import is_void, recorded, standing
from sciaticheck.knowledge.translation import gaps, read_translation, texts_at, translated
from sciaticheck.knowledge.triggers import Answers, closed, flag_terms
from sciaticheck.rules.criterion import questions

_FOR_PATIENTS = re.compile(
    r"texts\.(?!typed_).+|scope\.not_for|questions\.[^.]+\.(ask|statement|help\..+)|screens\.[^.]+\.title|conditions\.[^.]+\.plain"
    r"|red_flags\.[^.]+\.(note|instead)"
    r"|advice\.[^.]+\.[^.]+\.(action\..+|check_again)|safety_net\.watch_for\..+"
)
"""The paths of the texts that patients read."""


def lint(knowledge: Knowledge, today: date | None = None) -> list[Finding]:
    """Every finding: unused records, the order of questions, flags that never decide, evidence, and hard texts.

    `today` is the date by which a review is overdue, if not the current one.
    """
    rules = (_unused, _order, _never_decides, unsupported, _wording)
    return [*(found for rule in rules for found in rule(knowledge)), *overdue(knowledge, today or date.today())]


def lint_reviews(file: File) -> Iterator[Finding]:
    """Recorded sign-offs of a valid data file that are void, and objections that stand."""
    document, _ = read_checked(file)
    sign_offs = recorded(file)
    for each in standing(document, sign_offs):
        if each.decision != "agree":
            yield "objection", f"red_flags.{each.flag}", f"{each.reviewer} decided '{each.decision}': {each.reason}"
    for each in filter(lambda each: is_void(each, document), sign_offs):
        message = f"has changed since {each.reviewer} reviewed it on {each.date}: the sign-off no longer holds"
        yield "void_sign_off", f"red_flags.{each.flag}", message


def lint_translations(file: File) -> list[Finding]:
    """Every finding in the translations beside a valid data file: gaps, and hard texts.

    Raises KnowledgeError if a translation cannot be read.
    """
    document, sha256 = read_checked(file)
    findings: list[Finding] = []
    for path in translations(file):
        translation = read_translation(path)
        knowledge = to_knowledge(translated(document, translation), sha256)
        found = [*gaps(document, translation), *_wording(knowledge)]
        findings += [(code, f"{path.stem}: {text}", message) for code, text, message in found]
    return findings


def _unused(knowledge: Knowledge) -> Iterator[Finding]:
    used = {name for each in knowledge.flags_and_signs for name in questions(each.when)}
    used |= {question.only_if for question in knowledge.follow_ups if question.only_if}
    groups = {question.group for question in knowledge.questions.values()}
    cited = {cite.source for _, cites in all_citations(knowledge) for cite in cites}
    for block, ids, known, code, message in (
        ("questions", used, knowledge.questions, "unused_question", "no sign and no red flag uses it"),
        ("sources", cited, knowledge.sources, "uncited_source", "nothing cites it"),
        ("groups", groups, knowledge.groups, "unused_group", "no question is in it"),
    ):
        yield from ((code, f"{block}.{id}", message) for id in known if id not in ids)


def _order(knowledge: Knowledge) -> Iterator[Finding]:
    """Questions that are an emergency by themselves come first, except for their parents, and are on no screen."""
    alone = emergencies_alone(knowledge)
    parents = {knowledge.questions[name].only_if for name in alone}
    earlier = ""
    for name, question in knowledge.questions.items():
        if name in alone:
            if earlier:
                message = f"is an emergency alone but is asked after '{earlier}', which is not"
                yield "order", f"questions.{name}", message
        elif name not in parents and (question.only_if is None or question.only_if not in parents):
            earlier = earlier or name
    opening = [screen for screen in knowledge.screens.values() if screen.opening]
    if len(opening) != 1:
        yield "opening", "screens", f"exactly one must have `opening: true`, not {len(opening)}"
    elif set(opening[0].asks) != set(list(knowledge.questions)[: len(opening[0].asks)]):
        yield "opening", f"screens.{opening[0].id}", "the opening screen must ask the first questions"
    for screen in knowledge.screens.values():
        for name in screen.asks:
            if (name in alone or name in parents) and not screen.opening:
                yield "emergency_on_screen", f"screens.{screen.id}", f"'{name}' must be asked by itself"


def _never_decides(knowledge: Knowledge) -> Iterator[Finding]:
    """Flags that no answers can set, and flags that others of their level or above always cover.

    A flag is shadowed if one other covers it, and redundant if several do so together.
    """
    for name, flag in knowledge.red_flags.items():
        terms = flag_terms(flag.when, knowledge)
        reachable = [
            term for term in terms if not any(pair <= closed(term, knowledge) for pair in knowledge.never_both)
        ]
        if not reachable:
            yield "unreachable", f"red_flags.{name}", "needs answers that never go together"
            continue
        covers = [_covering(name, term, knowledge) for term in sorted(reachable, key=sorted)]
        if all(covers):
            shared = set(covers[0]).intersection(*covers)
            code = "shadowed" if shared else "redundant"
            by = ", ".join(sorted(shared)) or ", ".join(dict.fromkeys(cover[0] for cover in covers))
            yield code, f"red_flags.{name}", f"never decides: {by} is present whenever it is, at its level or above"


def _covering(name: str, term: Answers, knowledge: Knowledge) -> list[str]:
    """The other flags of at least the same level that are present for a term."""
    answers, level = closed(term, knowledge), RANK[knowledge.red_flags[name].urgency]
    return [
        other.id
        for other in knowledge.red_flags.values()
        if other.id != name and RANK[other.urgency] >= level and holds(other.when, answers)
    ]


def _wording(knowledge: Knowledge) -> Iterator[Finding]:
    limits = knowledge.plain_language
    for path, text in texts_at(to_builtins(knowledge), _FOR_PATIENTS):
        for sentence in re.split(r"(?<=[.?!:])\s+", text):
            count = len(sentence.split())
            if count > limits.words_in_sentence:
                yield "long_sentence", path, f"{count} words, at most {limits.words_in_sentence}: {sentence}"
        for word, better in limits.avoid.items():
            if re.search(rf"\b{word}\b", text, re.IGNORECASE):
                yield "hard_word", path, f"write '{better}' for '{word}'"
    for name, question in knowledge.questions.items():
        if len(question.statement) > limits.characters_in_statement:
            yield "long_statement", f"questions.{name}.statement", f"over {limits.characters_in_statement} characters"
        if not question.ask.endswith("?"):
            yield "no_question", f"questions.{name}.ask", "does not end with a question mark"
    for level, regions in knowledge.advice.items():
        for region, advice in regions.items():
            if len(advice.headline) > limits.characters_in_headline or not _is_narrow(advice.headline, knowledge):
                letters = "ASCII" if knowledge.language.code == "en" else "letters one column wide"
                most = limits.characters_in_headline
                message = f"must be {letters} and at most {most} characters, to fit one line of a narrow screen"
                yield "headline", f"advice.{level}.{region}.headline", message


def _is_narrow(text: str, knowledge: Knowledge) -> bool:
    """Whether each letter takes one column: ASCII in English; in other languages, letters with accents too."""
    if knowledge.language.code == "en":
        return text.isascii()
    return all(east_asian_width(letter) not in "WF" for letter in text)
