"""The knowledge as frozen values: what there is to know, and nothing about how it was read or is used.

Named tuples, here and wherever start-up pays: defining a frozen dataclass costs ten times as much.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, NamedTuple

from sciaticheck.criteria import Criterion

Urgency = Literal["routine", "soon", "same_day", "emergency"]
URGENCIES: tuple[Urgency, ...] = ("routine", "soon", "same_day", "emergency")
"""The four levels, lowest first: a level's place is its rank."""

RANK: Mapping[str, int] = {urgency: rank for rank, urgency in enumerate(URGENCIES)}

Region = Literal["default", "uk", "us", "eu"]
REGIONS: tuple[Region, ...] = ("default", "uk", "us", "eu")


class Source(NamedTuple):
    """A publication, and how and when it was read."""

    id: str
    citation: str
    read: str
    date: str
    url: str | None = None
    via: str | None = None


class Citation(NamedTuple):
    """A claim tied to a place in a source: `at` is the locator, `says` the claim in our words."""

    source: str
    at: str
    says: str


class Help(NamedTuple):
    """What a question means, how to check it oneself, and why it is asked."""

    means: str
    check: str
    why: str


class Question(NamedTuple):
    """One item asked. `statement` is a yes in the person's own voice, to stand inside a sentence."""

    id: str
    group: str
    label: str
    ask: str
    statement: str
    help: Help
    symptom: bool = True
    only_if: str | None = None
    worse_form: bool = False


class Screen(NamedTuple):
    """Questions that one screen of the interview may show together."""

    id: str
    title: str
    asks: tuple[str, ...]


class Sign(NamedTuple):
    """A criterion in a condition's list; `weight` is a word whose value stands in `Knowledge.weights`."""

    id: str
    name: str
    when: Criterion
    weight: str
    cites: tuple[Citation, ...]
    added: bool = False
    differs: str | None = None


class Condition(NamedTuple):
    """A cause being screened for. `plain` is its name in everyday words, to stand inside a sentence."""

    id: str
    name: str
    plain: str
    about: str
    serious: bool
    signs: tuple[Sign, ...]
    cites: tuple[Citation, ...]
    differs: str | None = None


class RedFlag(NamedTuple):
    """A criterion that sets an urgency, and the conditions it points to."""

    id: str
    name: str
    urgency: Urgency
    when: Criterion
    points_to: tuple[str, ...]
    cites: tuple[Citation, ...]
    differs: str | None = None
    note: str | None = None


class Guarantee(NamedTuple):
    """What is promised of the content, in words, and as something that can be proved.

    Either: whenever `when` holds the urgency is at least `least`. Or: with yes to nothing but `only` at most `most`.
    """

    id: str
    says: str
    cites: tuple[Citation, ...]
    when: Criterion | None = None
    least: Urgency | None = None
    only: tuple[str, ...] = ()
    most: Urgency | None = None


class Advice(NamedTuple):
    """What to do at one level in one region. `say` holds the places {why} and {causes}."""

    headline: str
    action: tuple[str, ...]
    who: str
    say: str
    check_again: str


class SafetyNet(NamedTuple):
    """What to watch for, whatever the result."""

    lead: str
    watch_for: tuple[str, ...]
    also: tuple[str, ...]
    why: str
    course: str
    cites: tuple[Citation, ...]


class Review(NamedTuple):
    """Whether a clinician has reviewed the content, who and when."""

    status: str
    by: str | None
    date: str | None
    due: str | None


class Language(NamedTuple):
    """The language of the texts: its code (`en`), name, direction (`ltr`, `rtl`), and who translated and checked it."""

    code: str
    name: str
    direction: str
    translator: str | None = None
    reviewer: str | None = None
    status: str = "original"


ENGLISH = Language("en", "English", "ltr")


class PlainLanguage(NamedTuple):
    """What texts for patients are held to; `avoid` gives for each hard word the plain one."""

    words_in_sentence: int
    characters_in_statement: int
    characters_in_headline: int
    avoid: Mapping[str, str]


class Knowledge(NamedTuple):
    """All clinical content, checked and cross-referenced. Mappings keep the order of the data file.

    `follow_ups` are the questions asked only after a yes to another.
    """

    version: str
    sha256: str
    language: Language
    review: Review
    scope_for: str
    scope_not_for: str
    texts: Mapping[str, str]
    plain_language: PlainLanguage
    weights: Mapping[str, float]
    groups: Mapping[str, str]
    screens: Mapping[str, Screen]
    sources: Mapping[str, Source]
    questions: Mapping[str, Question]
    conditions: Mapping[str, Condition]
    red_flags: Mapping[str, RedFlag]
    guarantees: Mapping[str, Guarantee]
    never_both: tuple[frozenset[str], ...]
    advice: Mapping[str, Mapping[str, Advice]]
    safety_net: SafetyNet
    follow_ups: tuple[Question, ...]
