"""Column maps: which columns of a tool's tables are which questions, and which values are which answers.

A `ColumnMap` describes the tables of a tool; a `layout.Layout` applies it to the header of one file.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, NamedTuple

from sciaticheck.answers.spelling import CHOICES, SPELLINGS
from sciaticheck.knowledge.model import Knowledge

Meaning = Literal["yes", "no", "unsure", "unanswered"]

UNSURE_LABELS: Mapping[str, Meaning] = dict.fromkeys(
    ("do not know", "dont_know", "not_sure"),
    "unsure",
)
"""Labels for "not sure" in form tools."""

TICKED: dict[str, str] = {
    **dict.fromkeys(("1", "true", "checked"), "yes"),
    **dict.fromkeys(("0", "false", "unchecked", ""), ""),
}
"""A checkbox: ticked is yes. Not ticked is unanswered, not no, because nobody was asked to deny it."""

SEPARATORS = {",": "commas", ";": "semicolons", "\t": "tabs"}


class ColumnMap(NamedTuple):
    """How the tables of a tool or a project are read. Names of columns (except in `columns`) and values are lower case.

    `numbers`: whether 1 and 0 are read if `values` does not have them. `and_ids`: columns that are added to the id if
    records have several rows. `groups`: the characters that separate the name of a question from its groups. `ticks`:
    what separates the name of a checkbox from its question. `import_ids`: whether the header has two more rows.
    """

    name: str
    columns: Mapping[str, str] = {}
    values: Mapping[str, Meaning] = {}
    numbers: bool = True
    ids: tuple[str, ...] = ()
    and_ids: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    groups: str = ""
    ticks: str = ""
    import_ids: bool = False

    def spellings(self, knowledge: Knowledge, tick: bool = False) -> dict[str, str]:
        """The answer ("" for unanswered) of every text, in lower case, that is accepted in a column."""
        if tick:
            return TICKED
        plain = {text: answer or "" for text, answer in SPELLINGS.items() if self.numbers or not text[:1].isdigit()}
        labels = {knowledge.texts[f"answer_{answer}"].lower(): answer for answer in CHOICES}
        own = {text: "" if meaning == "unanswered" else meaning for text, meaning in self.values.items()}
        return {**labels, **plain, **own}


FORM_TOOL = ColumnMap("", values=UNSURE_LABELS, numbers=False)
"""What the maps of all form tools have in common."""
