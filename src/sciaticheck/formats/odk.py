"""ODK, Kobo and SurveyCTO: the questions as an XLSForm, and how exports of these tools are read.

The form only asks: it has no score, criterion or result.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, cast
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from sciaticheck.answers.spelling import CHOICES as ANSWERS
from sciaticheck.errors import visible
from sciaticheck.formats.column_map import FORM_TOOL, ColumnMap
from sciaticheck.formats.form import FORM_ID, free, notes_after, notes_before, runs
from sciaticheck.knowledge.model import Knowledge, Question

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

CHOICES = "yes_no_unsure"
"""The name of the list of answers."""

_TEXTS = ("label", "hint", "guidance_hint")
_ALWAYS = datetime(2000, 1, 1, tzinfo=UTC)


def xlsform(known: Sequence[Knowledge]) -> dict[str, list[list[str]]]:
    """The sheets `survey`, `choices` and `settings` as rows under a header.

    `known` is the knowledge in each language, the default language first. No question is required: one left out is
    unanswered. A follow-up is asked only after a yes.
    """
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
            *([CHOICES, answer, *(_shown(each.texts[f"answer_{answer}"]) for each in known)] for answer in ANSWERS),
        ],
        "settings": [list(settings), list(settings.values())],
    }


def form_version(version: str) -> str:
    """A knowledge version as ten digits, or unchanged if it does not have three numbers.

    SurveyCTO accepts only whole numbers with the same count of digits; ODK and Kobo accept any text.

    >>> form_version("2026.11.0")
    '2026110000'
    """
    if match := re.fullmatch(r"([0-9]{4})\.([0-9]{1,2})\.([0-9]{1,4})", version, re.ASCII):
        year, month, number = map(int, match.groups())
        return f"{year:04}{month:02}{number:04}"
    return visible(version)


def _survey(known: Sequence[Knowledge]) -> list[list[str]]:
    """The rows of the survey: notes, the questions with a page for each run, notes."""
    first, pages = known[0], runs(known[0])
    taken = {*first.questions, *(page.name for page in pages)}

    def row(kind: str, name: str, *texts: list[str], relevant: str = "", appearance: str = "") -> list[str]:
        """A row with some of `_TEXTS`, each in every language."""
        cells = [_shown(each) for text in texts for each in text]
        return [kind, name, *cells, *[""] * (len(known) * len(_TEXTS) - len(cells)), relevant, appearance]

    def group(name: str, titles: list[str], rows: Iterable[list[str]], relevant: str = "") -> list[list[str]]:
        begin = row("begin_group", name, titles, relevant=relevant, appearance="field-list")
        return [begin, *rows, row("end_group", "")]

    def notes(name: str, texts: list[dict[str, str]]) -> list[list[str]]:
        rows = [row("note", free(note, taken), [each[note] for each in texts]) for note in texts[0]]
        return group(free(name, taken), [each.texts["ask_title"] for each in known], rows)

    def question(of: Question) -> list[str]:
        translations = [each.questions[of.id] for each in known]
        return row(
            f"select_one {CHOICES}",
            of.id,
            [each.ask for each in translations],
            [each.help.means for each in translations],
            [f"{each.help.check} {each.help.why}" for each in translations],
            relevant=_after_yes(of.only_if),
            appearance="columns-pack",
        )

    rows = notes("group_before", [notes_before(each) for each in known])
    for page in pages:
        titles = [each.groups[page.group] for each in known]
        rows += group(page.name, titles, map(question, page.questions), _after_yes(page.only_if))
    return rows + notes("group_after", [notes_after(each) for each in known])


def _after_yes(parent: str | None) -> str:
    return f"${{{parent}}} = 'yes'" if parent else ""


def _columns(known: Sequence[Knowledge], texts: tuple[str, ...]) -> list[str]:
    return [f"{text}::{_language(each)}" for text in texts for each in known]


def _language(knowledge: Knowledge) -> str:
    return _shown(f"{knowledge.language.name} ({knowledge.language.code})")


def _shown(text: str) -> str:
    """The text with references escaped: `${name}` would be replaced by the answer to a question."""
    return visible(text).replace("${", "$ {")


def write_xlsx(sheets: Mapping[str, list[list[str]]], target: str | Path | BinaryIO) -> None:
    """Writes sheets of text to a file or a stream. The same sheets give the same bytes.

    No cell becomes a formula or a number. Raises ImportError if openpyxl is not installed.
    """
    from openpyxl import Workbook
    from openpyxl.xml.functions import tostring

    workbook = Workbook()
    workbook.remove(workbook.worksheets[0])
    for name, rows in sheets.items():
        _write_cells(cast("Worksheet", workbook.create_sheet(name)), rows)
    properties = workbook.properties
    properties.creator = FORM_ID
    saved = io.BytesIO()
    workbook.save(saved)
    # Saving writes the current time into the properties and into every entry of the archive.
    properties.created = properties.modified = _ALWAYS.replace(tzinfo=None)
    with ZipFile(saved) as stamped, ZipFile(target, "w", ZIP_DEFLATED) as fixed:
        for name in stamped.namelist():
            content = tostring(properties.to_tree()) if name == "docProps/core.xml" else stamped.read(name)
            entry = ZipInfo(name, _ALWAYS.timetuple()[:6])
            entry.compress_type, entry.external_attr, entry.create_system = ZIP_DEFLATED, 0o600 << 16, 3
            fixed.writestr(entry, content)


def _write_cells(sheet: Worksheet, rows: list[list[str]]) -> None:
    for number, row in enumerate(rows, start=1):
        for column, text in enumerate(row, start=1):
            if text:
                cell = sheet.cell(number, column, text)
                cell.data_type = "s"  # a text that begins with = would be a formula
    sheet.freeze_panes = "A2"


# Metadata, and the notes of the form, which become empty columns.
_XFORM = (
    "start", "end", "today", "starttime", "endtime", "deviceid", "subscriberid", "simid", "simserial", "phonenumber",
    "devicephonenum", "username", "email", "duration", "audit", "instanceid", "instancename", "rootuuid",
    "deprecatedid", "note_*", "__version__", "_version_", "generated_*",
)  # fmt: skip

COLUMN_MAPS: Mapping[str, ColumnMap] = {
    "odk": FORM_TOOL._replace(
        name="--from odk",
        ids=("key", "instanceid", "__id"),
        metadata=(
            *_XFORM, "key", "submissiondate", "submitterid", "submittername", "attachmentspresent",
            "attachmentsexpected", "status", "reviewstate", "edits", "formversion", "parent_key",
        ),
        groups="-",
        ticks="/",
    ),
    "kobo": FORM_TOOL._replace(
        name="--from kobo",
        ids=("_uuid", "_id", "instanceid"),
        metadata=(
            *_XFORM, "_id", "_uuid", "uuid", "_submission_time", "_validation_status", "_notes", "_status",
            "_submitted_by", "_tags", "_index", "_parent_index", "_parent_table_name", "_xform_id_string",
            "_attachments", "_geolocation", "_bamboo_dataset_id", "_duration", "_edited", "_media_all_received",
        ),
        groups="-/",
        ticks="/",
    ),
    "surveycto": FORM_TOOL._replace(
        name="--from surveycto",
        ids=("key", "instanceid"),
        metadata=(
            *_XFORM, "key", "formdef_version", "submissiondate", "completiondate", "caseid", "review_status",
            "review_quality", "review_comments", "review_corrections",
        ),
        groups="-/",
        ticks="/",
    ),
}  # fmt: skip
"""How exports of the tool are read. `ids` and `metadata` are in lower case and without the group of a column."""


def from_xml(text: str) -> dict[str, Any]:
    """A submission as nested mappings; what is there several times is a list. Raises ValueError."""
    from xml.etree import ElementTree

    if "<!" in re.sub(r"<!--.*?-->", "", text, flags=re.DOTALL):  # entities could make it grow without end
        raise ValueError("a DOCTYPE or CDATA is not read")

    def content(element: ElementTree.Element) -> Any:
        if not len(element):
            return (element.text or "").strip()
        made: dict[str, Any] = {}
        for part in element:
            name = part.tag.rpartition("}")[2]
            value = content(part)
            before = made.get(name)
            made[name] = [*before, value] if isinstance(before, list) else [before, value] if name in made else value
        return made

    try:
        found = content(ElementTree.fromstring(text))  # noqa: S314 - without a DOCTYPE there are no entities
    except (ElementTree.ParseError, RecursionError) as error:
        raise ValueError(str(error)) from error
    if not isinstance(found, dict):
        raise ValueError("it has no elements inside")
    return found


def _write(languages: Sequence[Knowledge]) -> bytes:
    workbook = io.BytesIO()
    write_xlsx(xlsform(languages), workbook)
    return workbook.getvalue()


EXPORTS = {"xlsform": _write}
