"""What a person is shown, as sections of plain text: one content for the table, the plain lines and Markdown.

Every text from data or from outside is made safe here, so the writers after it cannot forget to.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

from sciaticheck.engine import Assessment, ConditionResult
from sciaticheck.errors import visible
from sciaticheck.knowledge.model import RANK, Knowledge, Urgency
from sciaticheck.report.run import Result

Kind = Literal["lines", "numbered", "bullets", "quote", "pairs", "conditions"]

LEVEL_NAMES: dict[str, str] = {
    "emergency": "EMERGENCY",
    "same_day": "TODAY",
    "soon": "SOON",
    "routine": "USUAL COURSE",
}
"""A level as a person reads it, the first word of its headline."""


class Section(NamedTuple):
    """A titled part. `rows` hold one text each, or for `pairs` a label and a text, or for `conditions` four."""

    title: str
    kind: Kind
    rows: tuple[tuple[str, ...], ...]


class Page(NamedTuple):
    """A result as shown: the headline, the lines right under it, the sections, and the closing lines."""

    urgency: Urgency
    headline: str
    under: tuple[str, ...]
    sections: tuple[Section, ...]
    footer: tuple[str, ...]


def page(result: Result, knowledge: Knowledge) -> Page:
    """The full result of one respondent."""
    assessment = result.assessment
    sections = (
        _why(assessment, knowledge),
        Section("What to do", "numbered", _one_each(assessment.advice.steps)),
        Section("Say this", "quote", _one_each((assessment.advice.say,))),
        _not_known(assessment, knowledge),
        _conditions(assessment),
        _watch_for(assessment, knowledge),
    )
    return Page(
        urgency=assessment.urgency,
        headline=assessment.advice.headline,
        under=_under(assessment),
        sections=tuple(section for section in sections if section.rows),
        footer=_footer(result, knowledge),
    )


def _one_each(texts: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    return tuple((visible(text),) for text in texts)


def _under(assessment: Assessment) -> tuple[str, ...]:
    if assessment.complete:
        return ()
    count = len(assessment.could_raise)
    name = LEVEL_NAMES[assessment.possible_urgency]
    return (f"Not complete: {_questions(count)} not answered or not sure could make it {name}.",)


def _questions(count: int) -> str:
    return "1 question" if count == 1 else f"{count} questions"


def _why(assessment: Assessment, knowledge: Knowledge) -> Section:
    """The person's own answers behind each level, in their words, then what they can be signs of."""
    rows: list[tuple[str, str]] = []
    told: set[str] = set()
    deciding = assessment.deciding
    for flag in deciding:
        for name in flag.because:
            if name not in told:
                told.add(name)
                answer = assessment.derived.get(name) or assessment.answers.get(name)
                label = "Yes" if answer == "yes" else "Not sure"
                rows.append((label, _sentence(knowledge.questions[name].statement)))
    targets = {target for flag in assessment.setting for target in flag.flag.points_to}
    if targets:
        causes = [ranked.condition for ranked in assessment.conditions if ranked.condition.id in targets][:3]
        named = "; ".join(f"{condition.plain} ({_lower(condition.name)})" for condition in causes)
        rows.append(("Can mean", f"{named}. It is often something less serious."))
    if not deciding:
        asked = len(knowledge.questions) - len(assessment.unanswered)
        answered = f"{asked} of {len(knowledge.questions)} questions answered."
        rows.append(("", f"{answered} No red flag is among the answers."))
    return Section("Why", "pairs", tuple((label, visible(text)) for label, text in rows))


def _sentence(text: str) -> str:
    return text[0].upper() + text[1:]


def _lower(text: str) -> str:
    return text[0].lower() + text[1:]


def _not_known(assessment: Assessment, knowledge: Knowledge) -> Section:
    """The open questions that could still raise the urgency; where none could, how many are open."""
    unsure = [name for name in assessment.unsure if name in assessment.could_raise]
    open_ = [name for name in assessment.unanswered if name in assessment.could_raise]
    rows = [("Not sure", knowledge.questions[name].ask) for name in unsure]
    shown = open_ if len(open_) <= MOST_LISTED else open_[: MOST_LISTED - 1]
    rows += [("Not asked", knowledge.questions[name].ask) for name in shown]
    if len(shown) < len(open_):
        rows.append(("", f"and {_questions(len(open_) - len(shown))} more that could raise it"))
    if not rows and assessment.unanswered:
        rows.append(("", f"{_questions(len(assessment.unanswered))} not answered; none could raise this."))
    return Section("Not known", "pairs", tuple((label, visible(text)) for label, text in rows))


MOST_CONDITIONS = 5
"""How many conditions the page shows; JSON has them all."""

MOST_LISTED = 5
"""How many unanswered questions the page names; JSON has them all."""


def _conditions(assessment: Assessment) -> Section:
    """The conditions with a sign present, ranked: name, present of total, possible, the signs present."""
    rows = [_condition(ranked) for ranked in assessment.conditions if ranked.signs_present or ranked.pointed_to]
    return Section("Signs found, by condition", "conditions", tuple(rows[:MOST_CONDITIONS]))


def _condition(ranked: ConditionResult) -> tuple[str, str, str, str]:
    names = [sign.sign.name for sign in ranked.signs if sign.state == "present"]
    return (
        visible(ranked.condition.name),
        f"{ranked.signs_present} of {len(ranked.signs)}",
        str(ranked.signs_possible),
        visible(", ".join([names[0], *(_lower(name) for name in names[1:])]) if names else ""),
    )


def _watch_for(assessment: Assessment, knowledge: Knowledge) -> Section:
    net = knowledge.safety_net
    lines = [net.lead, *(f"- {line}" for line in net.watch_for)]
    if RANK[assessment.urgency] < RANK["same_day"]:
        lines += [*net.also, net.course] if assessment.symptom_reported else net.also
    lines.append(assessment.advice.check_again)
    return Section("Watch for", "lines", _one_each(tuple(lines)))


def _footer(result: Result, knowledge: Knowledge) -> tuple[str, ...]:
    sources = dict.fromkeys(
        cite.source for flag in result.assessment.setting for cite in flag.flag.cites
    ) or dict.fromkeys(cite.source for cite in knowledge.safety_net.cites)
    flags = [flag.flag.id for flag in result.assessment.setting]
    lines = [
        knowledge.texts["notice"],
        knowledge.scope_not_for,
        f"Respondent {visible(result.respondent.id)}. Rules {knowledge.version}, {_review(knowledge)}",
        f"Sources: {', '.join(sources)}.",
    ]
    if flags:
        lines.append(f"Red flags: {', '.join(flags)}. Trace one with: sciaticheck explain {flags[0]}")
    return tuple(lines)


def _review(knowledge: Knowledge) -> str:
    review = knowledge.review
    if review.status == "reviewed":
        return visible(f"reviewed by {review.by} on {review.on}.")
    return "unreviewed: " + visible(knowledge.texts["unreviewed"])
