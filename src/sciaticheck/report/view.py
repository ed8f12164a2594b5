"""What a person is shown, as sections of plain text: one content for the table, the plain lines and Markdown.

Every text from data or from outside is made safe here, so the writers after it cannot forget to.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, NamedTuple

from sciaticheck.assessment import Assessment, ConditionResult
from sciaticheck.errors import visible
from sciaticheck.knowledge.model import RANK, Knowledge, Source, Urgency
from sciaticheck.report.run import Result

Kind = Literal["pairs", "numbered", "quote", "text", "conditions", "table"]

MOST_CONDITIONS = 2
"""How many conditions the page shows; JSON has them all."""

MOST_SOURCES = 3
"""How many sources the closing lines name; JSON and `explain` have them all."""

MOST_LISTED = 3
"""How many unanswered questions the page names; JSON has them all."""


class Section(NamedTuple):
    """A titled part. A row holds one text; for `pairs` a label, which may be empty, and a text; for `table` cells."""

    title: str
    kind: Kind
    rows: tuple[tuple[str, ...], ...] = ()
    conditions: tuple[ConditionRow, ...] = ()
    header: tuple[str, ...] = ()


class ConditionRow(NamedTuple):
    """A condition as shown: how many of its signs are present and open, of how many, and which are present."""

    name: str
    present: int
    possible: int
    total: int
    counted: str
    found: str

    @property
    def bar(self) -> str:
        """A sign a character: `#` present, `-` open, `.` absent."""
        return "#" * self.present + "-" * self.possible + "." * (self.total - self.present - self.possible)


class Page(NamedTuple):
    """A result as shown: the headline, the lines right under it, the sections, the closing lines, and the sources."""

    urgency: Urgency
    headline: str
    under: tuple[str, ...]
    sections: tuple[Section, ...]
    footer: tuple[str, ...]
    sources: tuple[Source, ...] = ()


Paged = Callable[[Result, Knowledge], Page]
"""What makes a page of a result: for the person, or for a clinician."""


def fill(text: str, **values: object) -> str:
    """A text with the names in braces filled in, and made safe to show."""
    for name, value in values.items():
        text = text.replace(f"{{{name}}}", str(value))
    return visible(text)


def level_name(urgency: Urgency, knowledge: Knowledge) -> str:
    """A level as a person reads it."""
    return visible(knowledge.texts[f"level_{urgency}"])


def page(result: Result, knowledge: Knowledge) -> Page:
    """The full result of one respondent."""
    assessment = result.assessment
    texts = knowledge.texts
    sections = (
        _why(assessment, knowledge),
        Section(texts["part_do"], "numbered", _rows(assessment.advice.steps)),
        Section(texts["part_say"], "quote", _rows((assessment.advice.say,))),
        _not_known(assessment, knowledge),
        _conditions(assessment, knowledge),
        _watch_for(assessment, knowledge),
    )
    return Page(
        urgency=assessment.urgency,
        headline=visible(assessment.advice.headline),
        under=_under(assessment, knowledge),
        sections=tuple(section for section in sections if section.rows or section.conditions),
        footer=_footer(result, knowledge),
        sources=cited(assessment, knowledge),
    )


def cited(assessment: Assessment, knowledge: Knowledge) -> tuple[Source, ...]:
    """The sources behind the advice: those of the flags that give the urgency, else of the safety net."""
    cites = [cite for flag in assessment.setting for cite in flag.flag.cites] or knowledge.safety_net.cites
    return tuple(knowledge.sources[name] for name in dict.fromkeys(cite.source for cite in cites))


def _rows(texts: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    return tuple((visible(text),) for text in texts)


def _under(assessment: Assessment, knowledge: Knowledge) -> tuple[str, ...]:
    if assessment.complete:
        return ()
    level = level_name(assessment.possible_urgency, knowledge)
    return (fill(knowledge.texts["incomplete"], level=level, count=len(assessment.could_raise)),)


def _why(assessment: Assessment, knowledge: Knowledge) -> Section:
    """The person's own answers that give the urgency, in their words, and what they can mean."""
    texts = knowledge.texts
    told = dict.fromkeys(name for flag in assessment.setting for name in flag.because)
    rows = [
        (
            texts["answer_yes" if _answer(assessment, name) == "yes" else "answer_unsure"],
            _sentence(knowledge.questions[name].statement),
        )
        for name in told
    ]
    targets = {target for flag in assessment.setting for target in flag.points_to}
    causes = [ranked.condition for ranked in assessment.conditions if ranked.id in targets][:2]
    if causes:
        mean = fill(texts["can_mean"], causes="; ".join(condition.plain for condition in causes))
        rows.append(("", mean if assessment.urgency == "emergency" else f"{mean} {texts['less_serious']}"))
    if not rows:
        total = len(knowledge.questions)
        rows.append(("", fill(texts["no_flag"], answered=total - len(assessment.unanswered), total=total)))
    return Section(texts["part_why"], "pairs", tuple((label, visible(text)) for label, text in rows))


def _answer(assessment: Assessment, name: str) -> str | None:
    return assessment.derived.get(name) or assessment.answers.get(name)


def _sentence(text: str) -> str:
    return text[0].upper() + text[1:]


def _lower(text: str) -> str:
    return text[0].lower() + text[1:]


def _not_known(assessment: Assessment, knowledge: Knowledge) -> Section:
    """The open questions that could still raise the urgency; where none could, how many are open."""
    texts = knowledge.texts
    named = [name for name in assessment.could_raise if name in assessment.unsure]
    unanswered = [name for name in assessment.could_raise if name not in assessment.unsure]
    shown = unanswered[:MOST_LISTED]
    rows = [(texts["answer_unsure"], knowledge.questions[name].ask) for name in named]
    rows += [(texts["answer_open"], knowledge.questions[name].ask) for name in shown]
    if len(shown) < len(unanswered):
        rows.append(("", fill(texts["open_more"], count=len(unanswered) - len(shown))))
    if not rows and assessment.unanswered:
        rows.append(("", fill(texts["open_none"], count=len(assessment.unanswered))))
    return Section(texts["part_open"], "pairs", tuple((label, visible(text)) for label, text in rows))


def _conditions(assessment: Assessment, knowledge: Knowledge) -> Section:
    """The first conditions with a sign present, ranked."""
    counted = knowledge.texts["signs_found"]
    rows = [
        condition_row(ranked, counted) for ranked in assessment.conditions if ranked.signs_present or ranked.pointed_to
    ]
    return Section(knowledge.texts["part_signs"], "conditions", conditions=tuple(rows[:MOST_CONDITIONS]))


def condition_row(ranked: ConditionResult, counted: str) -> ConditionRow:
    """A condition as shown; `counted` is the text for "3 of 8 signs"."""
    names = [sign.name for sign in ranked.signs if sign.state == "present"]
    return ConditionRow(
        name=visible(ranked.name),
        present=ranked.signs_present,
        possible=ranked.signs_possible,
        total=len(ranked.signs),
        counted=fill(counted, present=ranked.signs_present, total=len(ranked.signs)),
        found=visible(", ".join([names[0], *map(_lower, names[1:])]) if names else ""),
    )


def _watch_for(assessment: Assessment, knowledge: Knowledge) -> Section:
    net = knowledge.safety_net
    lines = [net.lead, *net.watch_for]
    if RANK[assessment.urgency] < RANK["same_day"]:
        lines += [*net.also, net.course] if assessment.symptom_reported else net.also
    lines.append(assessment.advice.check_again)
    return Section(knowledge.texts["part_watch"], "text", _rows(tuple(lines)))


def _footer(result: Result, knowledge: Knowledge) -> tuple[str, ...]:
    texts, setting = knowledge.texts, result.assessment.setting
    sources = [source.id for source in cited(result.assessment, knowledge)]
    lines = [
        f"{visible(result.respondent.id)}: {visible(texts['notice'])}",
        visible(knowledge.scope_not_for),
        rules(knowledge),
        fill(texts["sources"], sources=", ".join(sources[:MOST_SOURCES])),
    ]
    if setting:
        lines.append(fill(texts["trace"], flag=setting[0].flag.id))
    return tuple(lines)


def rules(knowledge: Knowledge) -> str:
    """The version of the content, and whether anybody reviewed it."""
    review, texts = knowledge.review, knowledge.texts
    if review.status == "reviewed":
        said = fill(texts["rules_reviewed"], version=knowledge.version, by=review.by, date=review.date)
    else:
        said = fill(texts["rules_unreviewed"], version=knowledge.version)
    return f"{said} {visible(texts['translation'])}" if knowledge.language.status == "draft" else said
