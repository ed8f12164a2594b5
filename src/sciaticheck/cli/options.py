"""The options that several commands share. The allowed names come from the registries of formats."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from sciaticheck.formats import PRESETS
from sciaticheck.report.formats import ACCURACY, LISTING, PAGE, RESULTS, TEMPLATE


def one_of(names: Iterable[str], *flags: str, help: str) -> Any:
    """An option whose value is a name in a registry, except `plain`, for which there is --plain."""
    allowed = [name for name in names if name != "plain"]

    def check(value: str | None) -> str | None:
        if value is not None and value not in allowed:
            from sciaticheck.errors import did_you_mean, shown

            hint = did_you_mean(value, allowed)
            raise typer.BadParameter(f"{shown(value)} is not one of {', '.join(allowed)}.{hint}")
        return value

    return typer.Option(
        *flags, metavar=f"[{'|'.join(allowed)}]", help=help, callback=check, autocompletion=lambda: allowed
    )


_FORMAT = "Output format; else by the name of the output file, or the first."

FailOn = Literal["emergency", "same_day", "soon", "never"]

Format = Annotated[str | None, one_of(RESULTS, "-f", "--format", help=_FORMAT)]
PageFormat = Annotated[str | None, one_of(PAGE, "-f", "--format", help=_FORMAT)]
AccuracyFormat = Annotated[str | None, one_of(ACCURACY, "-f", "--format", help=_FORMAT)]
ListingFormat = Annotated[str | None, one_of(LISTING, "-f", "--format", help=_FORMAT)]
TemplateFormat = Annotated[str | None, one_of(TEMPLATE, "-f", "--format", help=_FORMAT)]


def ids() -> list[str]:
    """What `explain` explains, for completion."""
    from sciaticheck.knowledge.load import load_knowledge

    known = load_knowledge()
    return [*known.questions, *known.red_flags, *known.conditions, *known.sources]


def _regions() -> list[str]:
    from sciaticheck.knowledge.load import load_knowledge

    return list(load_knowledge().region_names)


def _languages() -> list[str]:
    from sciaticheck.knowledge.files import languages

    return list(languages())


def _region(help: str) -> Any:
    return typer.Option("--region", metavar="NAME", envvar="SCIATICHECK_REGION", help=help, autocompletion=_regions)


Region = Annotated[str, _region("Region whose services and phone numbers to use.")]
AskedRegion = Annotated[str | None, _region("Region whose services and phone numbers to use (else it is asked).")]
KnowledgeFile = Annotated[
    Path | None,
    typer.Option("--knowledge", metavar="FILE", help="Use this knowledge file instead of the packaged one."),
]
Lang = Annotated[
    str | None,
    typer.Option(
        "--lang",
        metavar="CODE",
        envvar="SCIATICHECK_LANG",
        autocompletion=_languages,
        help="Language of questions and advice (default: the locale's).",
    ),
]
From = Annotated[str | None, one_of(PRESETS, "--from", help="Form tool that the CSV was exported from.")]
MapFile = Annotated[
    Path | None,
    typer.Option("--map", metavar="FILE", help="YAML file that maps columns to questions, and values to answers."),
]
DropHidden = Annotated[
    bool, typer.Option("--drop-hidden", help="Leave out answers to questions that a form hides, and name each.")
]
Bundle = Annotated[
    Literal["collection", "transaction"],
    typer.Option("--bundle", help="With -f fhir: a Bundle to keep, or one that can be posted to a server as it is."),
]
Audience = Annotated[
    Literal["patient", "clinician"], typer.Option("--audience", help="Reader that the result is written for.")
]
Output = Annotated[
    Path | None, typer.Option("-o", "--output", metavar="FILE", help="Write to this file, whole or not at all.")
]
Plain = Annotated[bool, typer.Option("--plain", envvar="ACCESSIBLE", help="One fact a line, for screen readers.")]
NoColor = Annotated[bool, typer.Option("--no-color", help="Do not use colour, whatever the terminal.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Print only errors to standard error.")]
AllowIncomplete = Annotated[
    bool, typer.Option("--allow-incomplete", help="Do not exit with 3 when unanswered questions could raise a result.")
]
