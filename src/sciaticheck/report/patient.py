"""The page of a result for the respondent."""

from __future__ import annotations

from collections.abc import Sequence

from sciaticheck.engine.assessment import Assessment
from sciaticheck.engine.reasons import behind_urgency, reasons
from sciaticheck.errors import visible
from sciaticheck.interview.order import first_asked
from sciaticheck.knowledge.model import RANK, Knowledge
from sciaticheck.report.page import Page, Section, condition_cells, incomplete, text_of, version_note
from sciaticheck.report.results import Result
from sciaticheck.report.since import since_section

# The most that the page shows; JSON has everything.
MOST = 5
MOST_OTHERS = 2
"""Conditions with a sign that are not behind the urgency."""


def patient_page(result: Result, knowledge: Knowledge) -> Page:
    """The full result of one respondent."""
    assessment, texts = result.assessment, knowledge.texts
    sections = (
        Section(texts["part_do"], "numbered", _rows(assessment.advice.steps)),
        Section(texts["part_say"], "quote", _rows((assessment.advice.say,))),
        _why(assessment, knowledge),
        since_section(result, knowledge),
        _conditions(assessment, knowledge),
        _could_change(assessment, knowledge),
        Section(texts["part_watch"], "list", _rows(watch_for(result, knowledge))),
    )
    return Page(
        id=visible(result.respondent.id),
        level=assessment.advice.level,
        urgency=assessment.urgency,
        headline=visible(assessment.advice.headline),
        under=(),
        sections=tuple(section for section in sections if section.rows),
        footer=(f"{visible(result.respondent.id)}: {visible(texts['notice'])}", version_note(knowledge)),
    )


def watch_for(result: Result, knowledge: Knowledge) -> tuple[str, ...]:
    """What to watch for, and when to answer again; after an emergency, only to tell the staff of any change."""
    net, assessment = knowledge.safety_net, result.assessment
    advice = assessment.advice
    if advice.level == "emergency":
        return (advice.check_again,)
    less_urgent = net.also if RANK[assessment.urgency] < RANK["same_day"] else ()
    course = (net.course,) if advice.level == "routine" else ()
    again = (knowledge.text("look_again", date=result.look_again),) if result.look_again else ()
    return (net.lead, *advice.watch_for, *less_urgent, *course, advice.check_again, *again)


def _rows(texts: Sequence[str]) -> tuple[tuple[str, ...], ...]:
    return tuple((visible(text),) for text in texts)


def _most(rows: list[tuple[str, str]], knowledge: Knowledge) -> list[tuple[str, str]]:
    """The first rows, and how many more there are."""
    more = [("", text_of(knowledge, "more", count=len(rows) - MOST))] if len(rows) > MOST else []
    return [*rows[:MOST], *more]


def _pairs(title: str, rows: list[tuple[str, str]]) -> Section:
    return Section(title, "pairs", tuple((label, visible(text)) for label, text in rows))


def _why(assessment: Assessment, knowledge: Knowledge) -> Section:
    """The person's answers that give the urgency, what was left open beside them, and what they can mean."""
    texts, rows = knowledge.texts, []
    for question, answer, left_open in reasons(assessment, assessment.setting, knowledge):
        rows.append((texts[f"answer_{answer}"], question.statement[0].upper() + question.statement[1:]))
        rows += [(texts["answer_open"], follow_up.ask) for follow_up in left_open]
    rows = _most(rows, knowledge)
    if causes := [ranked.condition.plain for ranked in behind_urgency(assessment)][:2]:
        mean = text_of(knowledge, "can_mean", causes="; ".join(causes))
        rows.append(("", mean if assessment.urgency == "emergency" else f"{mean} {texts['less_serious']}"))
    if not rows and assessment.answers:
        answered, total = len(assessment.answers), len(knowledge.questions)
        rows.append(("", text_of(knowledge, "no_flag", answered=answered, total=total)))
    return _pairs(texts["part_why"], rows)


def _conditions(assessment: Assessment, knowledge: Knowledge) -> Section:
    """The conditions behind the urgency, then a few others with a sign, each with its signs and how many they are."""
    texts = knowledge.texts
    behind = [each for each in behind_urgency(assessment) if each.signs_present or each.pointed_to]
    others = [each for each in assessment.conditions if each.signs_present and each not in behind]
    cells = [condition_cells(ranked, knowledge, texts["behind"]) for ranked in behind[:MOST]]
    cells += [condition_cells(ranked, knowledge) for ranked in others[:MOST_OTHERS]]
    more = max(0, len(behind) - MOST) + max(0, len(others) - MOST_OTHERS)
    notes = [text_of(knowledge, "more", count=more)] if more else []
    header = tuple(texts[f"column_{name}"] for name in ("condition", "found", "signs"))
    return Section(texts["part_conditions"], "table", tuple(cells), header, (*notes, visible(texts["count_note"])))


def _could_change(assessment: Assessment, knowledge: Knowledge) -> Section:
    """The questions without a clear answer that could still raise the urgency, or else how many have no answer."""
    texts, in_why = knowledge.texts, {id for flag in assessment.setting for id in flag.because}
    answers, questions = assessment.answers, knowledge.questions
    ids = dict.fromkeys(first_asked(questions[id], answers) for id in assessment.could_raise)
    rows = [(texts[f"answer_{answers.get(id, 'open')}"], questions[id].ask) for id in ids if id not in in_why]
    last = [("", line) for line in incomplete(assessment, knowledge)]
    if assessment.complete and assessment.unanswered:
        last = [("", text_of(knowledge, "open_none", count=len(assessment.unanswered)))]
    return _pairs(texts["part_change"], [*rows[:MOST], *last])
