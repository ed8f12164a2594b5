"""The safety-net card: what to watch for and where to go, without any questions."""

from __future__ import annotations

from sciaticheck.errors import visible
from sciaticheck.knowledge.model import Knowledge
from sciaticheck.report.page import Document, Page, Section, version_note


def card(knowledge: Knowledge, region: str) -> Document:
    """The card for a region."""
    net, texts = knowledge.safety_net, knowledge.texts
    regions = knowledge.advice["emergency"]
    advice = regions.get(region) or regions["default"]

    def rows(*lines: str) -> tuple[tuple[str, ...], ...]:
        return tuple(("-", visible(line)) for line in lines)

    page = Page(
        id="",
        level="",
        urgency="routine",
        headline=visible(texts["card_title"]),
        under=(visible(net.lead),),
        sections=(
            Section(texts["part_watch"], "pairs", rows(*net.watch_for)),
            Section(texts["part_do"], "pairs", rows(advice.headline, *advice.action[:2])),
            Section(texts["card_less_urgent"], "pairs", rows(*net.also)),
            Section(texts["card_why"], "text", ((visible(net.why),), (visible(net.course),))),
        ),
        footer=(
            visible(texts["notice"]),
            visible(knowledge.scope.not_for),
            version_note(knowledge),
        ),
    )
    return Document((page,), knowledge)
