"""`sciaticheck export`: the questions and results in the formats of others."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sciaticheck.cli import options
from sciaticheck.cli.common import BAD_INPUT, deliver, fail, open_knowledge, say_problems

if TYPE_CHECKING:
    from sciaticheck.knowledge.model import Knowledge

app = typer.Typer(
    help="Write the questions or a result in a format of others.",
    no_args_is_help=True,
    rich_markup_mode=None,
    add_completion=False,
)


@app.callback()
def group() -> None:
    """Write the questions or a result in a format of others."""


@app.command()
def fhir(output: options.Output = None, knowledge: options.KnowledgeFile = None) -> None:
    """Write the questions as a FHIR R4 Questionnaire, in every language.

    Example: sciaticheck export fhir -o questionnaire.json
    """
    from sciaticheck.exchange.fhir_parts import as_text
    from sciaticheck.exchange.fhir_questionnaire import questionnaire

    english, *others = _in_every_language(knowledge).values()
    deliver(as_text(questionnaire(english, others)), output)


@app.command("fhir-codes")
def fhir_codes(output: options.Output = None, knowledge: options.KnowledgeFile = None) -> None:
    """Write the codes of urgency, conditions, red flags and questions as a FHIR R4 Bundle of CodeSystems.

    Example: sciaticheck export fhir-codes -o codes.json
    """
    from sciaticheck.exchange.fhir_codes import codes
    from sciaticheck.exchange.fhir_parts import as_text

    english, *others = _in_every_language(knowledge).values()
    deliver(as_text(codes(english, others)), output)


@app.command()
def xlsform(
    output: Annotated[
        Path, typer.Option("-o", "--output", metavar="FILE", help="The workbook to write, whole or not at all.")
    ],
    knowledge: options.KnowledgeFile = None,
) -> None:
    """Write the questions as an XLSForm for ODK, Kobo or SurveyCTO, in every language.

    Example: sciaticheck export xlsform -o sciaticheck.xlsx
    """
    from io import BytesIO

    from sciaticheck.exchange.xlsform import write_xlsx
    from sciaticheck.exchange.xlsform import xlsform as made

    sheets, workbook = made(_in_every_language(knowledge)), BytesIO()
    try:
        write_xlsx(sheets, workbook)
    except ImportError:
        fail("an .xlsx file needs openpyxl: pip install 'sciaticheck[forms]'")
    deliver(workbook.getvalue(), output)


@app.command()
def redcap(output: options.Output = None, lang: options.Lang = None, knowledge: options.KnowledgeFile = None) -> None:
    """Write the questions as a REDCap data dictionary (CSV).

    Example: sciaticheck export redcap -o sciaticheck.csv
    """
    from sciaticheck.exchange.redcap import as_csv, data_dictionary

    deliver(as_csv(data_dictionary(open_knowledge(knowledge, lang))), output)


def _in_every_language(file: Path | None) -> "dict[str, Knowledge]":
    """The knowledge in English, and in each other language that there is wording for beside it, by their codes."""
    from sciaticheck.knowledge.load import data_file, wordings

    codes = ["en", *(wording.stem for wording in wordings(file or data_file()))]
    return {code: open_knowledge(file, code) for code in codes}


@app.command()
def sql(
    dialect: Annotated[str, typer.Option(help="duckdb, spark, postgres, bigquery, snowflake, ...")] = "duckdb",
    table: Annotated[str, typer.Option(help="The table or view of answers.")] = "answers",
    columns: Annotated[
        str | None, typer.Option(metavar="A,B", help="The questions that the table has columns for; else all.")
    ] = None,
    output: options.Output = None,
    knowledge: options.KnowledgeFile = None,
) -> None:
    """The criteria as one SQL query, to run where the data is.

    Example: sciaticheck export sql --dialect postgres > criteria.sql
    """
    from importlib.util import find_spec

    from sciaticheck import __version__
    from sciaticheck.errors import AnswersError

    if find_spec("sqlglot") is None:
        fail("this needs sqlglot: pip install 'sciaticheck[tables]'")
    from sciaticheck.tables.export import export

    known = open_knowledge(knowledge, "en")
    names = [name.strip() for name in columns.split(",") if name.strip()] if columns else None
    try:
        deliver(export(known, __version__, dialect, table, names), output)
    except AnswersError as error:
        say_problems(error.problems)
        raise typer.Exit(BAD_INPUT) from None
