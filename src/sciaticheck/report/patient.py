"""The page of a result for the respondent."""

from __future__ import annotations

from sciaticheck.engine.advice import causes_to_name
from sciaticheck.engine.assessment import Assessment
from sciaticheck.errors import visible
from sciaticheck.knowledge.model import RANK, Knowledge
from sciaticheck.report.page import Page, Section, cited, condition_row, incomplete, text_of
from sciaticheck.report.results import Result

# The most that the page shows; JSON has everything.
MOST_CONDITIONS = 2
MOST_UNANSWERED = 3
MOST_SOURCES = 3


def patient_page(result: Result, knowledge: Knowledge) -> Page:
    """The full result of one respondent."""
    assessment, texts = result.assessment, knowledge.texts
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
        under=incomplete(assessment, knowledge),
        sections=tuple(section for section in sections if section.rows or section.conditions),
        footer=_footer(result, knowledge),
        sources=cited(assessment, knowledge),
    )


def _rows(texts: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    return tuple((visible(text),) for text in texts)


def _pairs(title: str, rows: list[tuple[str, str]]) -> Section:
    return Section(title, "pairs", tuple((label, visible(text)) for label, text in rows))


def _why(assessment: Assessment, knowledge: Knowledge) -> Section:
    """The answers that give the urgency, in the first person, and the conditions that they can mean."""
    texts = knowledge.texts
    answers = {**assessment.answers, **assessment.derived}
    rows = []
    for name in dict.fromkeys(name for flag in assessment.setting for name in flag.because):
        statement = knowledge.questions[name].statement
        answer = texts["answer_yes" if answers.get(name) == "yes" else "answer_unsure"]
        rows.append((answer, statement[0].upper() + statement[1:]))
    if causes := causes_to_name(assessment.setting, assessment.conditions):
        mean = text_of(knowledge, "can_mean", causes="; ".join(condition.plain for condition in causes))
        rows.append(("", mean if assessment.urgency == "emergency" else f"{mean} {texts['less_serious']}"))
    if not rows:
        total = len(knowledge.questions)
        rows.append(("", text_of(knowledge, "no_flag", answered=total - len(assessment.unanswered), total=total)))
    return _pairs(texts["part_why"], rows)


def _not_known(assessment: Assessment, knowledge: Knowledge) -> Section:
    """The questions that could still raise the urgency, or else how many are unanswered."""
    texts = knowledge.texts
    unsure = [name for name in assessment.could_raise if name in assessment.unsure]
    unanswered = [name for name in assessment.could_raise if name not in assessment.unsure]
    rows = [(texts["answer_unsure"], knowledge.questions[name].ask) for name in unsure]
    rows += [(texts["answer_open"], knowledge.questions[name].ask) for name in unanswered[:MOST_UNANSWERED]]
    if len(unanswered) > MOST_UNANSWERED:
        rows.append(("", text_of(knowledge, "open_more", count=len(unanswered) - MOST_UNANSWERED)))
    if not rows and assessment.unanswered:
        rows.append(("", text_of(knowledge, "open_none", count=len(assessment.unanswered))))
    return _pairs(texts["part_open"], rows)


def _conditions(assessment: Assessment, knowledge: Knowledge) -> Section:
    """The first conditions with a present sign or red flag."""
    listed = [each for each in assessment.conditions if each.signs_present or each.pointed_to][:MOST_CONDITIONS]
    rows = tuple(condition_row(ranked, knowledge) for ranked in listed)
    return Section(knowledge.texts["part_signs"], "conditions", conditions=rows)


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
    trace = text_of(knowledge, "trace", flag=setting[0].id) if setting else ""
    lines = (
        f"{visible(result.respondent.id)}: {visible(texts['notice'])}",
        visible(knowledge.scope.not_for),
        visible(knowledge.version_note),
        text_of(knowledge, "sources", sources=", ".join(sources[:MOST_SOURCES])),
        trace,
    )
    return tuple(filter(None, lines))
