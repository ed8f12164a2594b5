"""The question about the region, which is asked once if the region is not known."""

from __future__ import annotations

from sciaticheck.interview.state import Shown
from sciaticheck.knowledge.model import Knowledge


def asked(knowledge: Knowledge) -> list[Shown]:
    """The regions that there is advice for, each with its number."""
    names = (knowledge.regions[code].name for code in knowledge.region_names)
    items = (Shown(f"{number}. {name}", "item") for number, name in enumerate(names))
    return [Shown(knowledge.texts["region_ask"], "title"), *items, Shown(knowledge.texts["region_keys"], "keys")]


def answered(typed: str, knowledge: Knowledge) -> str | None:
    """The region that a typed line means by its number, name or code; the first for an empty line; None for others."""
    codes = knowledge.region_names
    by_name = {knowledge.regions[code].name.lower(): code for code in codes}
    by_number = {str(number): code for number, code in enumerate(codes)}
    return {"": codes[0], **dict(zip(codes, codes, strict=True)), **by_number, **by_name}.get(typed)
