"""The page of a result for a clinician's notes: findings, criteria, conditions, negatives and sources."""

from __future__ import annotations

from collections.abc import Iterable

from sciaticheck.answers.spelling import CHOICES
from sciaticheck.engine.assessment import Assessment, FlagResult
from sciaticheck.engine.reasons import labelled, reasons
from sciaticheck.errors import visible
from sciaticheck.knowledge.model import Knowledge, Question
from sciaticheck.report.explain import in_words
from sciaticheck.report.page import Page, Section, condition_cells, incomplete, level_name, text_of, version_note
from sciaticheck.report.results import Result
from sciaticheck.report.since import since_section


def clinician_page(result: Result, knowledge: Knowledge) -> Page:
    """The result of one respondent as clinical notes."""
    assessment, texts = result.assessment, knowledge.texts
    answered: dict[str, list[Question]] = {answer: [] for answer in (*CHOICES, "open")}
    for id, question in knowledge.questions.items():
        if assessment.derived.get(id) != "no":  # a follow-up that no longer applies
            answered[assessment.answers.get(id, "open")].append(question)
    flags = tuple(_flag(flag, assessment, knowledge) for flag in assessment.deciding)
    criteria = tuple((flag.id, visible(in_words(flag.flag.when, knowledge))) for flag in assessment.setting)
    conditions = [each for each in assessment.conditions if each.signs_present or each.pointed_to]
    cites = [cite for flag in assessment.setting for cite in flag.flag.cites] or knowledge.safety_net.cites
    sources = [knowledge.sources[name] for name in dict.fromkeys(cite.source for cite in cites)]
    sections = (
        Section(texts["part_flags"], "table", flags, _header(knowledge, "urgency", "finding", "answers", "rule")),
        since_section(result, knowledge),
        Section(texts["part_criteria"], "pairs", criteria),
        Section(
            texts["part_conditions"],
            "table",
            tuple(condition_cells(ranked, knowledge) for ranked in conditions),
            _header(knowledge, "condition", "found", "signs"),
        ),
        Section(texts["part_unsure"], "pairs", tuple(_by_group(answered["unsure"], knowledge))),
        Section(texts["part_no"], "pairs", tuple(_by_group(answered["no"], knowledge))),
        Section(texts["part_not_asked"], "pairs", tuple(_by_group(answered["open"], knowledge))),
        Section(
            texts["part_sources"], "sources", tuple((each.id, visible(each.citation), each.url) for each in sources)
        ),
    )
    counts = text_of(
        knowledge,
        "clinician_counts",
        present=len(assessment.present),
        possible=sum(flag.state == "possible" for flag in assessment.deciding),
        **{answer: len(questions) for answer, questions in answered.items()},
    )
    onset = (text_of(knowledge, "onset", began=assessment.began),) if assessment.began else ()
    return Page(
        id=visible(result.respondent.id),
        level=assessment.advice.level,
        urgency=assessment.urgency,
        headline=visible(assessment.advice.headline),
        under=(counts, *onset, *incomplete(assessment, knowledge)),
        sections=tuple(section for section in sections if section.rows),
        footer=(f"{visible(result.respondent.id)}: {visible(texts['notice'])}", version_note(knowledge)),
    )


def _header(knowledge: Knowledge, *names: str) -> tuple[str, ...]:
    return tuple(knowledge.texts[f"column_{name}"] for name in names)


def _by_group(questions: Iterable[Question], knowledge: Knowledge) -> Iterable[tuple[str, str]]:
    """The labels of questions, a row for each group."""
    groups: dict[str, list[str]] = {}
    for question in questions:
        groups.setdefault(question.group, []).append(question.label)
    return ((visible(knowledge.groups[group]), visible("; ".join(labels))) for group, labels in groups.items())


def _flag(result: FlagResult, assessment: Assessment, knowledge: Knowledge) -> tuple[str, ...]:
    return (
        f"{level_name(result.urgency, knowledge)}{'' if result.state == 'present' else '?'}",
        visible(result.name),
        visible(labelled(reasons(assessment, [result], knowledge), knowledge)),
        result.id,
    )
