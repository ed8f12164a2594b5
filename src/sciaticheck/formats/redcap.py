"""REDCap: the questions as a data dictionary, from which a project is created, and how exports are read.

Answers are radio buttons because REDCap's `yesno` has no "not sure". 1 and 0 are the codes of `yesno`.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence

from sciaticheck.answers.spelling import Answer
from sciaticheck.errors import visible
from sciaticheck.formats import spreadsheet_safe
from sciaticheck.formats.column_map import FORM_TOOL, UNSURE_LABELS, ColumnMap, Meaning
from sciaticheck.formats.form import FORM_ID, free, notes_after, notes_before, runs
from sciaticheck.knowledge.model import Knowledge, Question

COLUMNS = {
    "field_name": "Variable / Field Name",
    "form_name": "Form Name",
    "section_header": "Section Header",
    "field_type": "Field Type",
    "field_label": "Field Label",
    "choices": "Choices, Calculations, OR Slider Labels",
    "field_note": "Field Note",
    "validation_type": "Text Validation Type OR Show Slider Number",
    "validation_min": "Text Validation Min",
    "validation_max": "Text Validation Max",
    "identifier": "Identifier?",
    "branching_logic": "Branching Logic (Show field only if...)",
    "required_field": "Required Field?",
    "custom_alignment": "Custom Alignment",
    "question_number": "Question Number (surveys only)",
    "matrix_group_name": "Matrix Group Name",
    "matrix_ranking": "Matrix Ranking?",
    "field_annotation": "Field Annotation",
}
"""The columns in REDCap's order: the name in its API, shortened, and the header exactly as REDCap writes it."""

CODES: dict[Answer, str] = {"yes": "1", "no": "0", "unsure": "2"}
"""The raw value of each answer, in the order offered."""


def data_dictionary(knowledge: Knowledge) -> list[list[str]]:
    """The dictionary as rows under a header: the record's id, notes, every question in the order asked, notes.

    No field is required: a field left empty is unanswered. A follow-up is shown only after a yes.
    """
    taken = {*knowledge.questions}

    def note(name: str, text: str, **cells: str) -> list[str]:
        return _row(field_name=free(name, taken), field_type="descriptive", field_label=_shown(text), **cells)

    # REDCap requires the record's id as the first field.
    rows = [_row(field_name=free("record_id", taken), field_type="text", field_label="Record ID")]
    annotation = f"{FORM_ID} knowledge {visible(knowledge.version)}"
    for name, text in notes_before(knowledge).items():
        rows.append(note(name, text, field_annotation=annotation if len(rows) == 1 else ""))
    for run in runs(knowledge):
        for index, question in enumerate(run.questions):
            rows.append(_question(question, knowledge, "" if index else knowledge.groups[run.group]))
    title = _shown(knowledge.texts["ask_title"])
    for index, (name, text) in enumerate(notes_after(knowledge).items()):
        rows.append(note(name, text, section_header="" if index else title))
    return [list(COLUMNS.values()), *rows]


def as_csv(rows: Iterable[list[str]]) -> str:
    """Rows as CSV that spreadsheets can open safely."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    for row in rows:
        writer.writerow(map(spreadsheet_safe, row))
    return out.getvalue()


def _question(question: Question, knowledge: Knowledge, header: str) -> list[str]:
    """The row of one question, with a section header if it is the first of a run."""
    labels = {answer: _shown(knowledge.texts[f"answer_{answer}"]).replace("|", "/") for answer in CODES}
    return _row(
        field_name=question.id,
        section_header=_shown(header),
        field_type="radio",
        field_label=_shown(question.ask),
        choices=" | ".join(f"{code}, {labels[answer]}" for answer, code in CODES.items()),
        field_note=_shown(f"{question.help.means} {question.help.check}"),
        branching_logic=f"[{question.only_if}] = '{CODES['yes']}'" if question.only_if else "",
    )


def _row(**cells: str) -> list[str]:
    """A row with these cells; the other columns are empty."""
    return [FORM_ID if column == "form_name" else cells.get(column, "") for column in COLUMNS]


def _shown(text: str) -> str:
    """The text with HTML and references escaped: `[name]` would be replaced by the answer to a question."""
    return re.sub(r"\[(?=[\w:-]+\])", "[ ", visible(text).replace("<", "&lt;"))


# REDCap's missing data codes, as they are and by the labels that it gives them.
_MISSING: dict[str, Meaning] = {
    **dict.fromkeys(("unk", "unknown", "asku", "asked but unknown"), "unsure"),
    **dict.fromkeys(
        (
            "nask", "not asked", "ni", "no information", "na", "not applicable", "nav", "temporarily unavailable",
            "navu", "not available", "msk", "masked", "np", "not present",
        ),
        "unanswered",
    ),
}  # fmt: skip
_EVENTS = (
    "redcap_event_name", "redcap_repeat_instrument", "redcap_repeat_instance",
    "event name", "repeat instrument", "repeat instance",
)  # fmt: skip
_METADATA = (
    "redcap_survey_identifier", "redcap_data_access_group", "*_timestamp", "*_complete",
    "survey identifier", "data access group", "survey timestamp*", "complete?",
)  # fmt: skip

_LABELS = FORM_TOOL._replace(
    name="--from redcap-labels",
    values={**UNSURE_LABELS, **_MISSING},
    ids=("record_id", "record id"),
    and_ids=_EVENTS,
    metadata=_METADATA,
    ticks="___",
)

COLUMN_MAPS: Mapping[str, ColumnMap] = {
    "redcap-labels": _LABELS,
    "redcap-raw": _LABELS._replace(
        name="--from redcap-raw", values={**UNSURE_LABELS, **_MISSING, "1": "yes", "0": "no", "2": "unsure"}
    ),
}
"""How exports of the tool are read. `ids` and `metadata` are in lower case and without the group of a column."""


def _write(languages: Sequence[Knowledge]) -> str:
    return as_csv(data_dictionary(languages[0]))


EXPORTS = {"redcap": _write}
