"""Lint: what a sound knowledge file may still get wrong. Reads the knowledge only."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from sciaticheck.criteria import holds, questions
from sciaticheck.knowledge.build import build
from sciaticheck.knowledge.levels import emergencies_alone
from sciaticheck.knowledge.load import read_checked, wordings
from sciaticheck.knowledge.model import RANK, Knowledge
from sciaticheck.knowledge.wording import gaps, read_wording, translated

Finding = tuple[str, str, str]
"""A code, the path of what it is about, and the message."""


def lint(knowledge: Knowledge) -> list[Finding]:
    """Every finding, in the order of the file; none for content that is well kept."""
    return [
        *_unused(knowledge),
        *_order(knowledge),
        *_cannot_decide(knowledge),
        *_wording(knowledge),
    ]


def lint_wording(file: Path) -> list[Finding]:
    """Every finding in the wording files beside a sound data file: gaps, and texts that break the limits.

    Raises KnowledgeError when a wording file cannot be used at all.
    """
    document, sha256 = read_checked(file)
    found: list[Finding] = []
    for place in wordings(file):
        wording = read_wording(place)
        known = build(translated(document, wording), sha256)
        for code, path, message in [*gaps(document, wording), *_wording(known)]:
            found.append((code, f"{place.stem}: {path}", message))
    return found


def _unused(knowledge: Knowledge) -> Iterator[Finding]:
    criteria = [flag.when for flag in knowledge.red_flags.values()]
    criteria += [sign.when for condition in knowledge.conditions.values() for sign in condition.signs]
    used = {name for criterion in criteria for name in questions(criterion)}
    used |= {question.only_if for question in knowledge.questions.values() if question.only_if}
    for name in knowledge.questions:
        if name not in used:
            yield "unused_question", f"questions.{name}", "no sign and no red flag uses it"
    cited = {cite.source for flag in knowledge.red_flags.values() for cite in flag.cites}
    cited |= {cite.source for condition in knowledge.conditions.values() for cite in condition.cites}
    cited |= {
        cite.source for condition in knowledge.conditions.values() for sign in condition.signs for cite in sign.cites
    }
    cited |= {cite.source for guarantee in knowledge.guarantees.values() for cite in guarantee.cites}
    cited |= {cite.source for cite in knowledge.safety_net.cites}
    for name in knowledge.sources:
        if name not in cited:
            yield "uncited_source", f"sources.{name}", "nothing cites it"
    used_groups = {question.group for question in knowledge.questions.values()}
    for name in knowledge.groups:
        if name not in used_groups:
            yield "unused_group", f"groups.{name}", "no question is in it"


def _order(knowledge: Knowledge) -> Iterator[Finding]:
    """What alone is an emergency is asked before what is not (its parent and its siblings aside), and by itself."""
    alone = emergencies_alone(knowledge)
    parents = {knowledge.questions[name].only_if for name in alone}
    waiting = ""
    for name, question in knowledge.questions.items():
        if name in alone:
            if waiting:
                yield (
                    "order",
                    f"questions.{name}",
                    f"is an emergency alone but is asked after '{waiting}', which is not",
                )
        elif name not in parents and (question.only_if is None or question.only_if not in parents):
            waiting = waiting or name
    for screen in knowledge.screens.values():
        for name in screen.asks:
            if name in alone or name in parents:
                yield "emergency_on_screen", f"screens.{screen.id}", f"'{name}' must be asked by itself"


def _cannot_decide(knowledge: Knowledge) -> Iterator[Finding]:
    """Whether each flag, alone, sets its level where no other flag of that level or above is present."""
    for name, flag in knowledge.red_flags.items():
        if not any(
            all(
                RANK[other.urgency] < RANK[flag.urgency] or other.id == name or not holds(other.when, answers)
                for other in knowledge.red_flags.values()
            )
            for answers in _minimal(knowledge, flag.id)
        ):
            yield "cannot_decide", f"red_flags.{name}", "another flag of its level or above is present whenever it is"


def _minimal(knowledge: Knowledge, name: str) -> Iterator[frozenset[str]]:
    """Small sets of answers that set a flag: every answer of the criterion, less each that is not needed."""
    from itertools import combinations

    when = knowledge.red_flags[name].when
    named = list(dict.fromkeys(questions(when)))
    for size in range(1, 5):
        for chosen in combinations(named, size):
            answers = frozenset(chosen) | {
                parent for each in chosen if (parent := knowledge.questions[each].only_if) is not None
            }
            if holds(when, answers):
                yield answers


def _wording(knowledge: Knowledge) -> Iterator[Finding]:
    limits = knowledge.plain_language
    for path, text in _patient_texts(knowledge):
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
            if len(advice.headline) > limits.characters_in_headline or not advice.headline.isascii():
                most = f"at most {limits.characters_in_headline} characters"
                message = f"must be ASCII and {most}, to fit one line of a narrow screen"
                yield "headline", f"advice.{level}.{region}.headline", message


def _patient_texts(knowledge: Knowledge) -> Iterator[tuple[str, str]]:
    """Every text a patient reads, with its path."""
    for name, text in knowledge.texts.items():
        yield f"texts.{name}", text
    yield "scope.not_for", knowledge.scope_not_for
    for name, question in knowledge.questions.items():
        path = f"questions.{name}"
        yield f"{path}.ask", question.ask
        yield f"{path}.statement", question.statement
        yield f"{path}.help.means", question.help.means
        yield f"{path}.help.check", question.help.check
        yield f"{path}.help.why", question.help.why
    for name, screen in knowledge.screens.items():
        yield f"screens.{name}.title", screen.title
    for name, condition in knowledge.conditions.items():
        yield f"conditions.{name}.plain", condition.plain
    for level, regions in knowledge.advice.items():
        for region, advice in regions.items():
            for place, step in enumerate(advice.action):
                yield f"advice.{level}.{region}.action.{place}", step
            yield f"advice.{level}.{region}.check_again", advice.check_again
    for place, line in enumerate(knowledge.safety_net.watch_for):
        yield f"safety_net.watch_for.{place}", line
