"""`sciaticheck export`: the questions in formats of other systems, and the criteria as SQL."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sciaticheck.cli import options
from sciaticheck.cli.common import check_region, deliver, fail, open_knowledge, reporting_problems
from sciaticheck.cli.help import Grouped
from sciaticheck.formats import EXPORTS, Export, writer

if TYPE_CHECKING:
    from sciaticheck.knowledge.model import Knowledge

app = typer.Typer(cls=Grouped, no_args_is_help=True, rich_markup_mode=None, add_completion=False)


@app.callback()
def group() -> None:
    """Write the questions as forms of other systems, or the criteria as SQL."""


def _languages(lang: str | None, knowledge: Path | None) -> list[Knowledge]:
    """The knowledge in this language, or in every language that it has, English first."""
    from sciaticheck.knowledge.files import data_file, translations

    others = [file.stem for file in translations(knowledge or data_file())]
    return [open_knowledge(knowledge, code) for code in ([lang] if lang else ["en", *others])]


def _command(name: str, export: Export) -> Callable[..., None]:
    def command(
        output: options.Output = None, lang: options.Lang = None, knowledge: options.KnowledgeFile = None
    ) -> None:
        try:
            content = writer(name)(_languages(lang, knowledge))
        except ImportError as error:
            fail(f"this needs {error.name}: pip install 'sciaticheck[forms]' (in a checkout '.[forms]')")
        if isinstance(content, bytes) and output is None:
            fail(f"{export.file} is not text; name a file for it with -o.")
        deliver(content, output)

    command.__doc__ = f"{export.help}\n\n    Example: sciaticheck export {name} -o {export.file}\n"
    return command


for _name, _export in EXPORTS.items():
    app.command(_name)(_command(_name, _export))


@app.command()
def page(
    blank: Annotated[
        bool, typer.Option("--blank", help="Write the questionnaire for paper instead, in one language.")
    ] = False,
    region: Annotated[
        str, typer.Option(metavar="NAME", help="Region to begin with; the page lets people change it.")
    ] = "default",
    output: options.Output = None,
    lang: options.Lang = None,
    knowledge: options.KnowledgeFile = None,
) -> None:
    """Write the checker as one HTML page that works offline.

    It asks and advises as 'ask' does, in every language. It needs no network, and stores and sends nothing.

    Example: sciaticheck export page -o check.html
    """
    from sciaticheck.web import page

    languages = [open_knowledge(knowledge, lang, region)] if blank else _languages(lang, knowledge)
    check_region(region, languages[0])
    load = partial(open_knowledge, knowledge)
    deliver(page.blank(languages[0], region) if blank else page.page(languages, region, load), output)


@app.command()
def sql(
    dialect: Annotated[str, typer.Option(help="duckdb, postgres, sqlite, mysql, mariadb or spark.")] = "duckdb",
    table: Annotated[str, typer.Option(help="The table or view of answers.")] = "answers",
    id: Annotated[
        str, typer.Option("--id", metavar="NAME", help="The column of the id, by which rows are ordered.")
    ] = "id",
    columns: Annotated[
        str | None, typer.Option(metavar="A,B", help="The questions that the table has columns for; else all.")
    ] = None,
    create_table: Annotated[
        bool, typer.Option("--create-table", help="Print the table to load answers into instead of the query.")
    ] = False,
    output: options.Output = None,
    knowledge: options.KnowledgeFile = None,
) -> None:
    """Write the criteria as one SQL query, to run where the data is.

    Example: sciaticheck export sql --dialect postgres > criteria.sql
    """
    from sciaticheck.batch import export
    from sciaticheck.version import __version__

    known = open_knowledge(knowledge, "en")
    names = [name.strip() for name in columns.split(",") if name.strip()] if columns else None
    with reporting_problems():
        if create_table:
            deliver(export.create_table(known, dialect, table, names, id), output)
        else:
            deliver(export.export(known, __version__, dialect, table, names, id), output)
