"""The safety-net card: what to watch for and where to go, with no question asked."""

from __future__ import annotations

from sciaticheck.errors import visible
from sciaticheck.knowledge.model import Knowledge, Region
from sciaticheck.report.view import Page, Section


def card(knowledge: Knowledge, region: Region) -> Page:
    """The card for a region."""
    net = knowledge.safety_net
    emergency = knowledge.advice["emergency"]
    words = emergency.get(region) or emergency["default"]
    sources = dict.fromkeys(cite.source for cite in net.cites)

    def rows(*texts: str) -> tuple[tuple[str, ...], ...]:
        return tuple((visible(text),) for text in texts)

    return Page(
        urgency="routine",
        headline="BACK OR LEG PAIN: when to get help",
        under=(),
        sections=(
            Section(words.headline, "lines", rows(net.lead, *(f"- {line}" for line in net.watch_for))),
            Section("What to do then", "numbered", rows(*words.action[:2])),
            Section("Less urgent", "lines", rows(*net.also, net.course)),
            Section("Why this card", "lines", rows(net.why)),
        ),
        footer=(
            f"{knowledge.texts['notice']} {knowledge.scope_not_for}",
            f"Rules {knowledge.version}, {knowledge.review.status}. Sources: {', '.join(sources)}.",
        ),
    )
