"""Formats of other systems, listed here; one module reads and writes each."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from sciaticheck.formats.column_map import ColumnMap
    from sciaticheck.knowledge.model import Knowledge

    Write = Callable[[Sequence[Knowledge]], str | bytes]


class Export(NamedTuple):
    """A form that `export` writes: the module with its writer in `EXPORTS`, the help, and a file name."""

    module: str
    help: str
    file: str


PRESETS = {
    "redcap-raw": "redcap",
    "redcap-labels": "redcap",
    "odk": "odk",
    "kobo": "odk",
    "surveycto": "odk",
    "qualtrics": "qualtrics",
}
"""Tables that `--from` reads, and the module with their column map in `COLUMN_MAPS`."""

EXPORTS = {
    "fhir": Export(
        "fhir.questionnaire", "Write the questions as a FHIR R4 Questionnaire, in every language.", "questionnaire.json"
    ),
    "fhir-codes": Export(
        "fhir.code_systems", "Write the codes of questions and results as FHIR R4 CodeSystems.", "codes.json"
    ),
    "xlsform": Export("odk", "Write the questions as an XLSForm for ODK, Kobo or SurveyCTO.", "sciaticheck.xlsx"),
    "redcap": Export("redcap", "Write the questions as a REDCap data dictionary (CSV).", "sciaticheck.csv"),
}
"""Forms that `export` writes."""


_FORMULA = re.compile("[\x00-\x20\xa0]*[=+\\-@]|[\t\r\n]")
"""How a text begins that a spreadsheet may run."""


def spreadsheet_safe(cell: str) -> str:
    """The text of a cell, after an apostrophe if a spreadsheet would run it as a formula.

    >>> spreadsheet_safe("=1+1")
    "'=1+1"
    """
    return f"'{cell}" if _FORMULA.match(cell) else cell


def preset(name: str) -> ColumnMap:
    """The column map of a name in `PRESETS`."""
    column_maps: dict[str, ColumnMap] = import_module(f"{__name__}.{PRESETS[name]}").COLUMN_MAPS
    return column_maps[name]


def writer(name: str) -> Write:
    """The function that writes a form of `EXPORTS` from the knowledge in each language, the main language first."""
    writers: dict[str, Write] = import_module(f"{__name__}.{EXPORTS[name].module}").EXPORTS
    return writers[name]
