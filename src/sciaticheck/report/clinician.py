"""The result for the notes of a clinician: labels, criteria, positives, then negatives as one line, sources by key."""

from __future__ import annotations

from sciaticheck.assessment import FlagResult
from sciaticheck.errors import visible
from sciaticheck.knowledge.model import Knowledge
from sciaticheck.report.explain import in_words
from sciaticheck.report.run import Result
from sciaticheck.report.view import Page, Section, cited, fill, level_name, rules

MOST = 5
"""How many conditions the notes list; JSON has them all."""


def clinician_page(result: Result, knowledge: Knowledge) -> Page:
    """The result of one respondent as clinical notes."""
    assessment, texts = result.assessment, knowledge.texts
    counts = {**assessment.answers, **assessment.derived}

    def labels(answer: str | None) -> list[str]:
        return [visible(each.label) for each in knowledge.questions.values() if counts.get(each.id) == answer]

    def line(part: str, answer: str | None) -> Section:
        found = labels(answer)
        rows = ((f"{len(found)}: {'; '.join(found)}.",),) if found else ()
        return Section(texts[part], "text", rows)

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
                visible("; ".join(sign.name for sign in ranked.signs if sign.state == "present")),
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
    possible = sum(flag.state == "possible" for flag in assessment.deciding)
    under = [
        fill(
            texts["clinician_counts"],
            present=len(assessment.present),
            possible=possible,
            yes=len(labels("yes")),
            unsure=len(labels("unsure")),
            no=len(labels("no")),
            open=len(labels(None)),
        )
    ]
    if not assessment.complete:
        level = level_name(assessment.possible_urgency, knowledge)
        under.append(fill(texts["incomplete"], level=level, count=len(assessment.could_raise)))
    return Page(
        urgency=assessment.urgency,
        headline=visible(assessment.advice.headline),
        under=tuple(under),
        sections=tuple(section for section in sections if section.rows),
        footer=(f"{visible(result.respondent.id)}: {visible(texts['notice'])}", rules(knowledge)),
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
