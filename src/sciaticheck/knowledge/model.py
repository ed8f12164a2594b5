"""The knowledge as frozen values, into which msgspec converts a checked document."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Literal

from msgspec import Struct, field

from sciaticheck.knowledge.head import Advice, Language, PlainLanguage, Review, Scope, SignOff, Source
from sciaticheck.rules.criterion import Criterion
from sciaticheck.rules.python import Evaluator

Urgency = Literal["routine", "soon", "same_day", "emergency"]
URGENCIES: tuple[Urgency, ...] = ("routine", "soon", "same_day", "emergency")
"""The four levels, lowest first."""

RANK: Mapping[str, int] = {urgency: rank for rank, urgency in enumerate(URGENCIES)}


class Citation(Struct, frozen=True):
    """A claim tied to a place in a source: `at` is the locator, `says` the claim in our words, `quote` a few of its."""

    source: str
    at: str
    says: str
    quote: str | None = None


class Help(Struct, frozen=True):
    """What a question means, how people can check it themselves, and why it is asked."""

    means: str
    check: str
    why: str


class Question(Struct, frozen=True):
    """A question. `statement` says yes in the first person, to be used inside a sentence.

    `at_desk` is whether a yes is always or never in the words to say at the desk; without it, it depends on the result.
    It counts as yes if one of `yes_if_new` has gone from no to yes between two dates. `lasting` answers cannot change.
    """

    id: str
    group: str
    label: str
    ask: str
    statement: str
    help: Help
    kind: Literal["symptom", "background"] = "symptom"
    only_if: str | None = None
    worse_form: bool = False
    at_desk: Literal["always", "never"] | None = None
    yes_if_new: tuple[str, ...] = ()
    lasting: tuple[str, ...] = ()


class Screen(Struct, frozen=True):
    """Questions that the interview may ask together. Only the opening screen, the first, may hold emergencies."""

    id: str
    title: str
    asks: tuple[str, ...]
    opening: bool = False


class Region(Struct, frozen=True):
    """A region that the advice has words for, its phone numbers, and the sources of its numbers and services.

    `words`: what it says for words and phrases of the English texts.
    """

    id: str
    name: str
    cites: tuple[Citation, ...]
    numbers: tuple[str, ...] = ()
    words: dict[str, str] = {}


class Sign(Struct, frozen=True):
    """A criterion in a condition's list. `weight` is a name; `Knowledge.weights` has its value."""

    id: str
    name: str
    when: Criterion
    weight: str
    cites: tuple[Citation, ...]
    added: bool = False
    differs: str | None = None


class Condition(Struct, frozen=True):
    """A condition that is screened for. `plain` is its name in everyday words, to be used inside a sentence."""

    id: str
    name: str
    plain: str
    about: str
    serious: bool
    signs: tuple[Sign, ...]
    cites: tuple[Citation, ...]
    differs: str | None = None


class RedFlag(Struct, frozen=True):
    """A criterion that sets an urgency, and the conditions it points to.

    `basis` is None if a source that was read supports it, `reported` if others report that one does, `inference` if
    only reasoning does. `instead` replaces the first step of the advice, which it would contradict.
    """

    id: str
    name: str
    urgency: Urgency
    when: Criterion
    points_to: tuple[str, ...]
    cites: tuple[Citation, ...]
    basis: Literal["reported", "inference"] | None = None
    differs: str | None = None
    note: str | None = None
    instead: str | None = None
    misuse: str | None = None


class Guarantee(Struct, frozen=True):
    """A promise that can be proved: at least `least` if `when` holds, or at most `most` with yes only to `only`."""

    id: str
    says: str
    cites: tuple[Citation, ...]
    when: Criterion | None = None
    least: Urgency | None = None
    only: tuple[str, ...] = ()
    most: Urgency | None = None


class SafetyNet(Struct, frozen=True):
    """What to watch for, whatever the result."""

    lead: str
    watch_for: tuple[str, ...]
    also: tuple[str, ...]
    why: str
    course: str
    cites: tuple[Citation, ...]


class Knowledge(Struct, frozen=True, dict=True):
    """All clinical content, checked and cross-referenced. Mappings keep the order of the data file.

    `sha256` is that of the data file. `advice` maps a level, and then a region, to advice. `sign_offs` are those of
    the red flags as they are now.
    """

    version: str = field(name="knowledge_version")
    sha256: str
    review: Review
    scope: Scope
    texts: dict[str, str]
    plain_language: PlainLanguage
    weights: dict[str, float]
    groups: dict[str, str]
    screens: dict[str, Screen]
    sources: dict[str, Source]
    questions: dict[str, Question]
    conditions: dict[str, Condition]
    red_flags: dict[str, RedFlag]
    guarantees: dict[str, Guarantee]
    never_both: tuple[frozenset[str], ...]
    advice: dict[str, dict[str, Advice]]
    safety_net: SafetyNet
    regions: dict[str, Region] = {}
    language: Language = Language()
    sign_offs: tuple[SignOff, ...] = ()

    @cached_property
    def follow_ups(self) -> tuple[Question, ...]:
        """The questions asked only after a yes to another."""
        return tuple(question for question in self.questions.values() if question.only_if)

    @cached_property
    def always_said(self) -> tuple[str, ...]:
        """The questions to which a yes is always said at the desk."""
        return tuple(id for id, question in self.questions.items() if question.at_desk == "always")

    @cached_property
    def flags_by_urgency(self) -> tuple[RedFlag, ...]:
        """The red flags, most urgent first, otherwise in the order of the data."""
        return tuple(sorted(self.red_flags.values(), key=lambda flag: -RANK[flag.urgency]))

    @cached_property
    def flags_and_signs(self) -> tuple[RedFlag | Sign, ...]:
        """The red flags in the order of `flags_by_urgency`, then all signs, condition by condition."""
        return (*self.flags_by_urgency, *self.signs())

    @cached_property
    def evaluator(self) -> Evaluator:
        """Evaluates the criteria of `flags_and_signs`."""
        return Evaluator(each.when for each in self.flags_and_signs)

    @cached_property
    def sign_weights(self) -> dict[str, list[float]]:
        """The weight of each sign, by condition."""
        return {id: [self.weights[sign.weight] for sign in each.signs] for id, each in self.conditions.items()}

    @cached_property
    def hallmarks(self) -> dict[str, list[int]]:
        """The places of the hallmarks among the signs, by condition."""
        found = {id: enumerate(each.signs) for id, each in self.conditions.items()}
        return {id: [place for place, sign in signs if sign.weight == "hallmark"] for id, signs in found.items()}

    @cached_property
    def region_names(self) -> tuple[str, ...]:
        """The regions that the data has advice for, `default` first."""
        return tuple(dict.fromkeys(region for regions in self.advice.values() for region in regions))

    @property
    def emergencies_reviewed(self) -> tuple[int, int]:
        """How many emergency rules a clinician has agreed with, and none objects to, and how many there are."""
        emergencies = {id for id, flag in self.red_flags.items() if flag.urgency == "emergency"}
        objected = {each.flag for each in self.sign_offs if each.decision != "agree"}
        return len({each.flag for each in self.sign_offs} & emergencies - objected), len(emergencies)

    @property
    def version_note(self) -> str:
        """The text about the version and the review of the content, and about a draft translation."""
        name = "rules_reviewed" if self.review.status == "reviewed" else "rules_unreviewed"
        counts = dict(zip(("reviewed", "total"), self.emergencies_reviewed, strict=True))
        note = self.text(name, version=self.version, by=self.review.by, date=self.review.date, **counts)
        return f"{note} {self.texts['translation']}" if self.language.status == "draft" else note

    def text(self, name: str, **values: object) -> str:
        """The text of this name, with each `{placeholder}` replaced by its value."""
        text = self.texts[name]
        for placeholder, value in values.items():
            text = text.replace(f"{{{placeholder}}}", str(value))
        return text

    def signs(self) -> Iterator[Sign]:
        """Every sign of every condition."""
        for condition in self.conditions.values():
            yield from condition.signs
