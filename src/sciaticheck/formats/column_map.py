"""Column maps: which columns of a tool's tables are which questions, and which values are which answers.

A `ColumnMap` describes the tables of a tool; a `layout.Layout` applies it to the header of one file.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Literal, NamedTuple

from sciaticheck.answers.spelling import CHOICES, SPELLINGS, Answer
from sciaticheck.formats.form import notes_after, notes_before
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

    `asked` and `labels`: the wording of questions, folded, and of answers, in every language. `numbers`: whether 1 and
    0 are read if `values` does not have them. `and_ids`: columns that are added to the id if records have several rows;
    `own_ids`: those that must be there. `ignore`: columns that are not read, whatever they are; `metadata`: those that
    a tool adds. `groups`: the characters that separate the name of a question from its groups. `ticks`: what separates
    the name of a checkbox from its question. `skip_rows`: rows before the first record besides the header.
    `import_ids`: whether the last of them is Qualtrics' row of import ids.
    """

    name: str
    columns: Mapping[str, str] = {}
    values: Mapping[str, Meaning] = {}
    asked: Mapping[str, str] = {}
    labels: Mapping[str, Answer] = {}
    numbers: bool = True
    ids: tuple[str, ...] = ()
    and_ids: tuple[str, ...] = ()
    own_ids: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    metadata: tuple[str, ...] = ()
    groups: str = ""
    ticks: str = ""
    skip_rows: int = 0
    import_ids: bool = False

    def spellings(self, knowledge: Knowledge, tick: bool = False) -> dict[str, str]:
        """The answer ("" for unanswered) of every text, in lower case, that is accepted in a column."""
        if tick:
            return TICKED
        plain = {text: answer or "" for text, answer in SPELLINGS.items() if self.numbers or not text[:1].isdigit()}
        labels = self.labels or labels_of([knowledge])
        own = {text: "" if meaning == "unanswered" else meaning for text, meaning in self.values.items()}
        return {**labels, **plain, **own}


def labels_of(languages: Iterable[Knowledge]) -> dict[str, Answer]:
    """The answer of each label in a form, in lower case."""
    return {each.texts[f"answer_{answer}"].lower(): answer for each in languages for answer in CHOICES}


def wordings(languages: Iterable[Knowledge]) -> dict[str, str]:
    """The question of each wording, folded; empty for that of a note, which has no answer."""
    spoken = list(languages)
    notes = [text for each in spoken for text in (*notes_before(each).values(), *notes_after(each).values())]
    asked = {folded(question.ask): question.id for each in spoken for question in each.questions.values()}
    return {**{folded(text): "" for text in notes}, **asked}


def folded(text: str) -> str:
    """A wording as its letters and digits only: tools change blanks, signs, markup and case.

    >>> folded("Do you have a <b>fever</b>?")
    'doyouhaveafever'
    """
    plain = html.unescape(re.sub(r"<[^>]*>", "", text))
    return "".join(char for char in unicodedata.normalize("NFC", plain).casefold() if char.isalnum())


FORM_TOOL = ColumnMap("", values=UNSURE_LABELS, numbers=False)
"""What the maps of all form tools have in common."""
