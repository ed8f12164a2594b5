"""The page of a result for a clinician's notes: findings, criteria, conditions, negatives and sources."""

from __future__ import annotations

from sciaticheck.answers.spelling import CHOICES
from sciaticheck.engine.assessment import FlagResult
from sciaticheck.errors import visible
from sciaticheck.knowledge.model import Knowledge
from sciaticheck.report.explain import in_words
from sciaticheck.report.page import Page, Section, cited, incomplete, level_name, text_of
from sciaticheck.report.results import Result

MOST = 5
"""How many conditions the notes list; JSON has them all."""


def clinician_page(result: Result, knowledge: Knowledge) -> Page:
    """The result of one respondent as clinical notes."""
    assessment, texts = result.assessment, knowledge.texts
    answers = {**assessment.answers, **assessment.derived}
    labels: dict[str | None, list[str]] = {answer: [] for answer in (*CHOICES, None)}
    for id, question in knowledge.questions.items():
        labels[answers.get(id)].append(visible(question.label))

    def line(part: str, answer: str | None) -> Section:
        text = f"{len(labels[answer])}: {'; '.join(labels[answer])}."
        return Section(texts[part], "text", ((text,),) if labels[answer] else ())

    flags = Section(
        texts["part_flags"],
        "table",
        tuple(_flag(flag, knowledge) for flag in assessment.deciding),
        header=tuple(texts[f"column_{name}"] for name in ("urgency", "finding", "answers", "rule")),
    )
    conditions = Section(
        texts["part_conditions"],
        "table",
        tuple(
            (
                visible(ranked.name),
                f"{ranked.signs_present}/{len(ranked.signs)}",
                visible("; ".join(sign.name for sign in ranked.present)),
            )
            for ranked in [each for each in assessment.conditions if each.signs_present or each.pointed_to][:MOST]
        ),
        header=tuple(texts[f"column_{name}"] for name in ("condition", "signs", "found")),
    )
    sources = cited(assessment, knowledge)
    legend = tuple((source.id, visible(source.citation)) for source in sources)
    criteria = tuple((flag.id, visible(in_words(flag.flag.when, knowledge))) for flag in assessment.setting)
    sections = (
        flags,
        Section(texts["part_criteria"], "pairs", criteria),
        conditions,
        line("part_unsure", "unsure"),
        line("part_no", "no"),
        line("part_not_asked", None),
        Section(texts["part_sources"], "pairs", legend),
    )
    counts = text_of(
        knowledge,
        "clinician_counts",
        present=len(assessment.present),
        possible=sum(flag.state == "possible" for flag in assessment.deciding),
        open=len(labels[None]),
        **{answer: len(labels[answer]) for answer in CHOICES},
    )
    return Page(
        urgency=assessment.urgency,
        headline=visible(assessment.advice.headline),
        under=(counts, *incomplete(assessment, knowledge)),
        sections=tuple(section for section in sections if section.rows),
        footer=(f"{visible(result.respondent.id)}: {visible(texts['notice'])}", visible(knowledge.version_note)),
        sources=sources,
    )


def _flag(result: FlagResult, knowledge: Knowledge) -> tuple[str, ...]:
    flag = result.flag
    unsure = "" if result.state == "present" else "?"
    keys = ", ".join(dict.fromkeys(cite.source for cite in flag.cites[:2]))
    return (
        f"{level_name(flag.urgency, knowledge)}{unsure}",
        visible(flag.name),
        visible("; ".join(knowledge.questions[name].label for name in result.because)),
        f"{flag.id} ({keys})",
    )
