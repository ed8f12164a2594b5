"""Qualtrics: how its exports are read. Two rows follow the header; the second has the import ids."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sciaticheck.errors import Problem
from sciaticheck.formats.column_map import FORM_TOOL, ColumnMap


def is_import_row(row: Iterable[str]) -> bool:
    """Whether this is the third row of a Qualtrics header."""
    return any(cell.lstrip().startswith('{"ImportId"') for cell in row)


def no_import_row(source: str, line: int) -> Problem:
    """The problem with a file whose third row is not of a Qualtrics header and may be a respondent."""
    message = "the third row of a Qualtrics header, with ImportId, is missing; without it use --map FILE alone"
    return Problem("bad_header", message, source, line)


COLUMN_MAPS: Mapping[str, ColumnMap] = {
    "qualtrics": FORM_TOOL._replace(
        name="--from qualtrics",
        ids=("responseid",),
        metadata=(
            "startdate", "enddate", "status", "ipaddress", "progress", "duration (in seconds)", "finished",
            "recordeddate", "responseid", "recipientlastname", "recipientfirstname", "recipientemail",
            "externalreference", "externaldatareference", "locationlatitude", "locationlongitude",
            "distributionchannel", "userlanguage",
        ),
        skip_rows=2,
        import_ids=True,
    ),
}  # fmt: skip
"""How exports of the tool are read. `ids` and `metadata` are in lower case and without the group of a column."""
