"""The safety-net card: what to watch for and where to go, with no question asked."""

from __future__ import annotations

from sciaticheck.errors import visible
from sciaticheck.knowledge.model import Knowledge, Region
from sciaticheck.report.view import Page, Section, fill, rules


def card(knowledge: Knowledge, region: Region) -> Page:
    """The card for a region."""
    net, texts = knowledge.safety_net, knowledge.texts
    regions = knowledge.advice["emergency"]
    words = regions.get(region) or regions["default"]
    sources = dict.fromkeys(cite.source for cite in net.cites)

    def rows(*lines: str) -> tuple[tuple[str, ...], ...]:
        return tuple(("-", visible(line)) for line in lines)

    return Page(
        urgency="routine",
        headline=visible(texts["card_title"]),
        under=(visible(net.lead),),
        sections=(
            Section(texts["part_watch"], "pairs", rows(*net.watch_for)),
            Section(texts["part_do"], "pairs", rows(words.headline, *words.action[:2])),
            Section(texts["card_less_urgent"], "pairs", rows(*net.also)),
            Section(texts["card_why"], "text", ((visible(net.why),), (visible(net.course),))),
        ),
        footer=(
            visible(texts["notice"]),
            visible(knowledge.scope_not_for),
            rules(knowledge),
            fill(texts["sources"], sources=", ".join(sources)),
        ),
        sources=tuple(knowledge.sources[name] for name in sources),
    )
