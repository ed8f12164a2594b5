"""The part of a result's page that compares it with an earlier date."""

from __future__ import annotations

from collections.abc import Iterator

from sciaticheck.engine.change import change_between
from sciaticheck.errors import visible
from sciaticheck.knowledge.model import Knowledge
from sciaticheck.report.page import Section, level_name, text_of
from sciaticheck.report.results import Result


def since_section(result: Result, knowledge: Knowledge) -> Section:
    """Both dates with their urgency, and what is new, worse, gone and not known. Empty without an earlier date."""
    return Section(knowledge.texts["part_since"], "pairs", tuple(_rows(result, knowledge)))


def _rows(result: Result, knowledge: Knowledge) -> Iterator[tuple[str, str]]:
    if result.since is None:
        return
    for each in (result.since, result):
        yield each.respondent.date or "", level_name(each.assessment.urgency, knowledge)
    change = change_between(result.since.respondent.answers, result.respondent.answers, knowledge)
    counts = change.pop("counts")
    for name, ids in change.items():
        statements = [knowledge.questions[id].statement for id in ids if id not in counts]
        if statements:
            text = "; ".join(statement[0].upper() + statement[1:] for statement in statements)
            yield knowledge.texts[f"since_{name}"], visible(f"{text}.")
    for id in counts:
        yield "", text_of(knowledge, "since_counts", sign=knowledge.questions[id].ask)
    if change["gone"]:
        yield "", text_of(knowledge, "since_gone_note")
