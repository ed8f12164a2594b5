"""`sciaticheck batch`: many records to rows, by the engine that suits."""

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, NoReturn

import typer

from sciaticheck.cli import options
from sciaticheck.cli.common import (
    BAD_INPUT,
    INTERRUPTED,
    fail,
    is_terminal,
    open_column_map,
    open_knowledge,
    say,
    say_problems,
)
from sciaticheck.cli.progress import Bar, say_waiting, wanted

if TYPE_CHECKING:
    from sciaticheck.batch.job import Summary

Engine = Literal["auto", "rows", "columns", "spark"]
RowFormat = Literal["csv", "jsonl", "parquet"]
InputFormat = Literal["csv", "jsonl", "parquet", "redcap-raw", "redcap-labels", "odk", "kobo", "surveycto", "qualtrics"]


def batch(
    inputs: Annotated[
        list[str],
        typer.Argument(
            metavar="INPUT...",
            help="CSV, JSON Lines or Parquet, also .gz or .zst; other answer files; folders, patterns; - for stdin.",
        ),
    ],
    output: Annotated[
        str, typer.Option("-o", "--output", metavar="FILE", help="Where the rows go; - for stdout.")
    ] = "-",
    format: Annotated[
        RowFormat | None, typer.Option("-f", "--format", help="Format of the rows; else by the output's name, or CSV.")
    ] = None,
    from_: Annotated[
        InputFormat | None,
        typer.Option("--from", help="Format of inputs whose name does not tell; or the form tool whose export it is."),
    ] = None,
    map_: options.MapFile = None,
    drop_hidden: options.DropHidden = False,
    lang: options.Lang = None,
    engine: Annotated[Engine, typer.Option(help="What does the work; auto chooses, and says which.")] = "auto",
    rejects: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Where records that cannot be read go, with the reason.")
    ] = None,
    max_rejects: Annotated[int | None, typer.Option(min=0, help="Stop, and write nothing, if there are more.")] = None,
    columns: Annotated[str | None, typer.Option(metavar="A,B", help="Only these columns of the result.")] = None,
    keep: Annotated[
        str | None, typer.Option(metavar="A,B", help="Columns of the input to pass through; '*' for all.")
    ] = None,
    strict: Annotated[bool, typer.Option("--strict", help="Refuse tables with columns that are no questions.")] = False,
    raw: Annotated[
        bool, typer.Option("--raw", help="Do not escape cells that begin with = + - @ (unsafe in spreadsheets).")
    ] = False,
    master: Annotated[str, typer.Option(help="The Spark cluster, for --engine spark.")] = "local[*]",
    fail_on: Annotated[
        options.FailOn, typer.Option("--fail-on", help="Exit with 1 for a result at this level or above.")
    ] = "same_day",
    allow_incomplete: options.AllowIncomplete = False,
    knowledge: options.KnowledgeFile = None,
    quiet: options.Quiet = False,
) -> None:
    """Check many records: a row each, in the order of the input.

    Records that cannot be read are written to the rejects file with a reason. The totals are checked:
    read = written + rejected.

    Exit status: as for 'check'; 2 also when a record was rejected.

    Example: sciaticheck batch clinic.csv -o results.csv --rejects rejects.csv
    """
    from sciaticheck.batch.engines import engine_for
    from sciaticheck.batch.job import job
    from sciaticheck.batch.run import prepare, run
    from sciaticheck.errors import AnswersError, Problem
    from sciaticheck.inputs.sources import Source, find, kind_of

    named = kind_of(output)[0] if output != "-" else None
    written = format or (named if named in ("csv", "jsonl", "parquet") else None) or "csv"
    if written == "parquet" and output == "-" and is_terminal(sys.stdout):
        fail("Parquet is not text; name a file with -o.")
    known = open_knowledge(knowledge, lang or "en")
    preset = None if from_ in ("csv", "jsonl", "parquet") else from_
    column_map = open_column_map(preset, map_, known)
    left_out: list[Problem] = []
    try:
        task = job(known, _names(columns), _names(keep), written, raw, strict, column_map, drop_hidden)
        found = list(find(inputs, left_out, None if preset else from_, with_xml=column_map is not None))
        sources = [source for source in found if isinstance(source, Source)]
        refused = [problem for problem in found if isinstance(problem, Problem)]
        say_waiting(inputs)
        _refuse_overwriting([output, str(rejects or "-")], [source.path for source in sources])
        with _ended_by_signals():
            task, sources = prepare(sources, task, refused)
            chosen, why = engine_for(sources, engine, task)
            if not quiet and engine == "auto":
                say(f"engine: {chosen} ({why})")
            bad = str(rejects) if rejects else None
            with Bar(sources) if wanted(quiet, output) else nullcontext() as bar:
                if chosen == "spark":
                    from sciaticheck.batch.spark_job import run as run_spark

                    summary = run_spark(task, sources, output, bad, master, max_rejects, bar)
                else:
                    summary = run(task, sources, output, bad, chosen, max_rejects, bar)
    except AnswersError as error:
        say_problems(error.problems)
        raise typer.Exit(BAD_INPUT) from None
    except BrokenPipeError:
        raise typer.Exit(0) from None
    except OSError as error:
        fail(f"cannot write {error.filename or output}: {error.strerror or error}")
    except KeyboardInterrupt:
        say("interrupted; nothing was written")
        raise typer.Exit(INTERRUPTED) from None
    except (MemoryError, RuntimeError) as error:
        _fail_for_want(error)
    summary.stopped[:0] = refused
    say_problems([*([] if rejects else summary.shown), *summary.stopped])
    if not summary.read - summary.blank and not summary.stopped:
        say_problems([Problem("empty", "no records in the input: nothing was checked")])
    if not quiet:
        for note in left_out:
            say(f"note: {note}")
        for note, times in summary.notes.items():
            say(f"note: {note}" + (f" ({times:,} times)" if times > 1 else ""))
        _say_summary(summary, rejects)
    raise typer.Exit(_status(summary, fail_on, allow_incomplete, quiet))


class _Ended(BaseException):
    """A signal asks the process to end."""

    def __init__(self, number: int) -> None:
        self.number = number


@contextmanager
def _ended_by_signals() -> Iterator[None]:
    """Lets SIGTERM and SIGHUP end the process as they would, but after temporary files are removed."""
    signals = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]

    def end(number: int, frame: object) -> NoReturn:
        raise _Ended(number)

    try:
        before = {number: signal.signal(number, end) for number in signals}
    except ValueError:  # in another thread than the main one, as in tests
        before = {}
    try:
        yield
    except _Ended as ended:
        signal.signal(ended.number, signal.SIG_DFL)
        signal.raise_signal(ended.number)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _fail_for_want(error: Exception) -> NoReturn:
    """Ends with what to do if memory or threads are wanting; raises any other error again."""
    if isinstance(error, MemoryError):
        fail("not enough memory. Use --engine rows, which needs least, or close other programs.")
    if "start new thread" in str(error):
        fail("no more threads or processes can be started here (see 'ulimit -u'). Use --engine rows.")
    raise error


def _names(text: str | None) -> list[str]:
    return [name.strip() for name in (text or "").split(",") if name.strip()]


def _refuse_overwriting(outputs: list[str], inputs: list[str]) -> None:
    named = [name for name in outputs if name != "-"]
    if len(named) == 2 and os.path.realpath(named[0]) == os.path.realpath(named[1]):
        fail("the rows and the rejects cannot go to the same file.")
    for name in named:
        for other in inputs:
            if os.path.exists(name) and _same(name, other):
                fail(f"{name} is an input; name another file for the output.")


def _same(name: str, other: str) -> bool:
    """Whether a file is an input, which may be what standard input comes from."""
    if other != "-":
        return os.path.exists(other) and os.path.samefile(name, other)
    try:
        return sys.stdin is not None and os.path.samestat(os.stat(name), os.fstat(sys.stdin.fileno()))
    except (OSError, ValueError):
        return False


def _say_summary(summary: "Summary", rejects: Path | None) -> None:
    from sciaticheck.knowledge.model import URGENCIES

    blank = f" + blank {summary.blank:,}" if summary.blank else ""
    say(f"read {summary.read:,} = written {summary.written:,} + rejected {summary.rejected:,}{blank}")
    for level in reversed(URGENCIES):
        count = sum(number for (urgency, _), number in summary.levels.items() if urgency == level)
        bar = "#" * round(30 * count / summary.written) if summary.written else ""
        say(f"  {level:10} {count:>12,} {bar}")
    for code, count in summary.reasons.most_common():
        say(f"  rejected: {code} {count:,}")
    if summary.rejected and not rejects:
        say("  --rejects FILE keeps every rejected record with its reason.")
    if summary.unasked:
        few = ", ".join(list(summary.unasked)[:3]) + (", ..." if len(summary.unasked) > 3 else "")
        say(f"  no column for {len(summary.unasked)} questions ({few}): unanswered")


def _status(summary: "Summary", fail_on: options.FailOn, allow_incomplete: bool, quiet: bool) -> int:
    found = open_ = 0
    if fail_on != "never":
        found, open_ = summary.at_or_above(fail_on), summary.could_reach(fail_on)
        if not quiet:
            more = f", {open_:,} more could reach it once open questions are answered" if open_ else ""
            from sciaticheck.knowledge.model import RANK

            urgent = (number for level, number in summary.refused.items() if RANK[level] >= RANK[fail_on])
            refused = sum(urgent)
            by = f" ({refused:,} refused, by the answers that could be read)" if refused else ""
            say(f"{found + refused:,} at or above {fail_on}{by}{more}.")
    if summary.rejected or summary.stopped or not summary.written:
        return BAD_INPUT
    return 1 if found else 3 if open_ and not allow_incomplete else 0
