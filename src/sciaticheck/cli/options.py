"""The options that several commands share, each defined once."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

RegionName = Literal["default", "uk", "us", "eu"]
FailOn = Literal["emergency", "same_day", "soon", "never"]

Region = Annotated[RegionName, typer.Option(help="Whose phone numbers and services the advice names.")]
KnowledgeFile = Annotated[
    Path | None, typer.Option("--knowledge", metavar="FILE", help="Another knowledge file instead of the packaged one.")
]
Lang = Annotated[
    str | None, typer.Option("--lang", metavar="CODE", help="Language of questions and advice; else the locale's.")
]
Preset = Literal["redcap-raw", "redcap-labels", "odk", "kobo", "surveycto", "qualtrics"]
From = Annotated[Preset | None, typer.Option("--from", help="The form tool whose export the CSV is.")]
MapFile = Annotated[
    Path | None,
    typer.Option("--map", metavar="FILE", help="YAML that says which CSV column is which question, and value answer."),
]
Audience = Annotated[
    Literal["patient", "clinician"], typer.Option("--audience", help="Whom the result is written for.")
]
Format = Annotated[
    Literal["table", "json", "jsonl", "csv", "markdown", "html", "fhir"],
    typer.Option("-f", "--format", help="How to print the result."),
]
Output = Annotated[
    Path | None, typer.Option("-o", "--output", metavar="FILE", help="Write to a file, whole or not at all.")
]
Plain = Annotated[bool, typer.Option("--plain", envvar="ACCESSIBLE", help="One fact a line, for screen readers.")]
NoColor = Annotated[bool, typer.Option("--no-color", help="No colour, whatever the terminal.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Errors only on standard error.")]
AllowIncomplete = Annotated[
    bool, typer.Option("--allow-incomplete", help="Open questions that could raise a result do not make exit status 3.")
]
