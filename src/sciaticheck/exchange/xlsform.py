"""The questions as an XLSForm, which ODK, Kobo and SurveyCTO read: first as rows, then as a workbook.

The form asks and nothing more: no score, no criterion, no result.
"""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, cast
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from sciaticheck.answers.spelling import Answer
from sciaticheck.errors import visible
from sciaticheck.exchange.forms import FORM_ID, free, notes_after, notes_before, runs
from sciaticheck.knowledge.model import Knowledge, Question

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

CHOICES = "yes_no_unsure"
"""The name of the list of answers."""

_ANSWERS: tuple[Answer, ...] = ("yes", "no", "unsure")
_TEXTS = ("label", "hint", "guidance_hint")
_ALWAYS = datetime(2000, 1, 1, tzinfo=UTC)


def xlsform(languages: Mapping[str, Knowledge]) -> dict[str, list[list[str]]]:
    """The sheets `survey`, `choices` and `settings` as rows under a header; the first language is the default one.

    `languages` is the same knowledge in each language, at least one. No question is required: what is left out is
    unanswered. A follow-up is asked only after a yes.
    """
    known = list(languages.values())
    first = known[0]
    settings = {
        "form_title": _shown(first.texts["ask_title"]),
        "form_id": FORM_ID,
        "version": form_version(first.version),
        "default_language": _language(first),
        "style": "pages",
    }
    return {
        "survey": [["type", "name", *_columns(known, _TEXTS), "relevant", "appearance"], *_survey(known)],
        "choices": [
            ["list_name", "name", *_columns(known, ("label",))],
            *([CHOICES, answer, *(_shown(each.texts[f"answer_{answer}"]) for each in known)] for answer in _ANSWERS),
        ],
        "settings": [list(settings), list(settings.values())],
    }


def form_version(version: str) -> str:
    """A knowledge version such as 2026.11.0 as ten digits, 2026110000; any other as it is.

    SurveyCTO takes only a whole number that always has as many digits; ODK and Kobo take any text.
    """
    if found := re.fullmatch(r"([0-9]{4})\.([0-9]{1,2})\.([0-9]{1,4})", version, re.ASCII):
        year, month, number = map(int, found.groups())
        return f"{year:04}{month:02}{number:04}"
    return visible(version)


def _survey(known: list[Knowledge]) -> list[list[str]]:
    """The rows of the survey: notes, the questions in pages of one group, notes."""
    first = known[0]
    pages = runs(first)
    taken = {*first.questions, *(page.name for page in pages)}
    empty = [""] * len(known) * len(_TEXTS)
    end = ["end_group", "", *empty, "", ""]

    def begin(name: str, labels: list[str]) -> list[str]:
        return ["begin_group", name, *labels, *empty[len(labels) :], "", "field-list"]

    def notes(name: str, texts: list[dict[str, str]]) -> list[list[str]]:
        rows = [
            ["note", free(note, taken), *(_shown(each[note]) for each in texts), *empty[len(known) :], "", ""]
            for note in texts[0]
        ]
        return [begin(free(name, taken), [_shown(each.texts["ask_title"]) for each in known]), *rows, end]

    rows = notes("group_before", [notes_before(each) for each in known])
    for page in pages:
        rows.append(begin(page.name, [_shown(each.groups[page.group]) for each in known]))
        rows += (_question([each.questions[question.id] for each in known]) for question in page.questions)
        rows.append(end)
    return rows + notes("group_after", [notes_after(each) for each in known])


def _question(wordings: list[Question]) -> list[str]:
    """The row of one question, given in each language."""
    first = wordings[0]
    return [
        f"select_one {CHOICES}",
        first.id,
        *(_shown(each.ask) for each in wordings),
        *(_shown(each.help.means) for each in wordings),
        *(_shown(f"{each.help.check} {each.help.why}") for each in wordings),
        f"${{{first.only_if}}} = 'yes'" if first.only_if else "",
        "columns-pack",
    ]


def _columns(known: list[Knowledge], texts: tuple[str, ...]) -> list[str]:
    return [f"{text}::{_language(each)}" for text in texts for each in known]


def _language(knowledge: Knowledge) -> str:
    return _shown(f"{knowledge.language.name} ({knowledge.language.code})")


def _shown(text: str) -> str:
    """A text that is no reference: `${name}` would be replaced by the answer to a question."""
    return visible(text).replace("${", "$ {")


def write_xlsx(sheets: Mapping[str, list[list[str]]], target: str | Path | BinaryIO) -> None:
    """Writes sheets of text to a file or a stream; the same sheets make the same bytes.

    Nothing becomes a formula or a number. Raises ImportError where openpyxl is not installed.
    """
    from openpyxl import Workbook
    from openpyxl.xml.functions import tostring

    workbook = Workbook()
    workbook.remove(workbook.worksheets[0])
    for name, rows in sheets.items():
        _fill(cast("Worksheet", workbook.create_sheet(name)), rows)
    properties = workbook.properties
    properties.creator = FORM_ID
    made = io.BytesIO()
    workbook.save(made)
    # Saving stamps the time into the properties and into every entry of the archive.
    properties.created = properties.modified = _ALWAYS.replace(tzinfo=None)
    with ZipFile(made) as stamped, ZipFile(target, "w", ZIP_DEFLATED) as fixed:
        for name in stamped.namelist():
            content = tostring(properties.to_tree()) if name == "docProps/core.xml" else stamped.read(name)
            entry = ZipInfo(name, _ALWAYS.timetuple()[:6])
            entry.compress_type, entry.external_attr, entry.create_system = ZIP_DEFLATED, 0o600 << 16, 3
            fixed.writestr(entry, content)


def _fill(sheet: Worksheet, rows: list[list[str]]) -> None:
    for number, row in enumerate(rows, start=1):
        for column, text in enumerate(row, start=1):
            if text:
                cell = sheet.cell(number, column, text)
                cell.data_type = "s"  # a text that begins with = would be a formula
    sheet.freeze_panes = "A2"
