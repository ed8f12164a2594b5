"""The questions as a REDCap data dictionary: the 18 columns that a project is made from. Holds no result.

Answers are radio buttons, since REDCap's own `yesno` has no "not sure". 1 and 0 are the codes of its `yesno`.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable

from sciaticheck.answers.spelling import Answer
from sciaticheck.errors import visible
from sciaticheck.exchange.forms import FORM_ID, free, notes_after, notes_before, runs
from sciaticheck.knowledge.model import Knowledge, Question

COLUMNS = (
    "Variable / Field Name",
    "Form Name",
    "Section Header",
    "Field Type",
    "Field Label",
    "Choices, Calculations, OR Slider Labels",
    "Field Note",
    "Text Validation Type OR Show Slider Number",
    "Text Validation Min",
    "Text Validation Max",
    "Identifier?",
    "Branching Logic (Show field only if...)",
    "Required Field?",
    "Custom Alignment",
    "Question Number (surveys only)",
    "Matrix Group Name",
    "Matrix Ranking?",
    "Field Annotation",
)
"""The header, word for word as REDCap writes and wants it."""

CODES: dict[Answer, str] = {"yes": "1", "no": "0", "unsure": "2"}
"""The raw value of each answer, in the order offered."""


def data_dictionary(knowledge: Knowledge) -> list[list[str]]:
    """The dictionary as rows under `COLUMNS`: the record's id, notes, every question in the order asked, notes.

    No field is required: what is left out is unanswered. A follow-up is shown only after a yes.
    """
    taken = {*knowledge.questions}
    # REDCap wants the first field to be the record's id.
    rows = [_row(free("record_id", taken), "text", "Record ID")]
    before = notes_before(knowledge)
    for name, text in before.items():
        annotation = f"{FORM_ID} knowledge {visible(knowledge.version)}" if len(rows) == 1 else ""
        rows.append(_row(free(name, taken), "descriptive", text, annotation=annotation))
    for run in runs(knowledge):
        for place, question in enumerate(run.questions):
            rows.append(_question(question, knowledge, "" if place else knowledge.groups[run.group]))
    for place, (name, text) in enumerate(notes_after(knowledge).items()):
        header = "" if place else knowledge.texts["ask_title"]
        rows.append(_row(free(name, taken), "descriptive", text, section=header))
    return [list(COLUMNS), *rows]


def as_csv(rows: Iterable[list[str]]) -> str:
    """Rows as CSV. A cell that a spreadsheet would run as a formula gets a leading apostrophe."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    for row in rows:
        writer.writerow(f"'{cell}" if cell.startswith(("=", "+", "-", "@")) else cell for cell in row)
    return out.getvalue()


def _question(question: Question, knowledge: Knowledge, section: str) -> list[str]:
    """The row of one question, under a section header where its group begins."""
    choices = " | ".join(
        f"{code}, {_shown(knowledge.texts[f'answer_{answer}']).replace('|', '/')}" for answer, code in CODES.items()
    )
    return _row(
        question.id,
        "radio",
        question.ask,
        section=section,
        choices=choices,
        note=f"{question.help.means} {question.help.check}",
        only_if=f"[{question.only_if}] = '{CODES['yes']}'" if question.only_if else "",
    )


def _row(
    name: str, kind: str, label: str, *,
    section: str = "", choices: str = "", note: str = "", only_if: str = "", annotation: str = "",
) -> list[str]:  # fmt: skip
    """A row of the 18 columns; those not named here stay empty."""
    cells = {
        "Variable / Field Name": name,
        "Form Name": FORM_ID,
        "Section Header": _shown(section),
        "Field Type": kind,
        "Field Label": _shown(label),
        "Choices, Calculations, OR Slider Labels": choices,
        "Field Note": _shown(note),
        "Branching Logic (Show field only if...)": only_if,
        "Field Annotation": annotation,
    }
    return [cells.get(column, "") for column in COLUMNS]


def _shown(text: str) -> str:
    """A text that is neither HTML nor a reference: `[name]` would be replaced by the answer to a question."""
    return re.sub(r"\[(?=[\w:-]+\])", "[ ", visible(text).replace("<", "&lt;"))
