"""What every command does around its work: say, deliver, fail. The only place that writes to the standard streams."""

from __future__ import annotations

import contextlib
import errno
import os
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn, TextIO

import typer

from sciaticheck.errors import KnowledgeError, Problem, visible

if TYPE_CHECKING:
    from rich.console import Console

    from sciaticheck.answers.mapping import Mapping
    from sciaticheck.knowledge.model import Knowledge

BAD_INPUT = 2
OWN_FAULT = 70
INTERRUPTED = 130


def is_terminal(stream: TextIO | None) -> bool:
    """Whether a standard stream is there, and is one."""
    return stream is not None and stream.isatty()


def say(text: str) -> None:
    """A line on standard error; lost without a word where there is none."""
    if sys.stderr is not None:
        with contextlib.suppress(OSError, ValueError):
            print(text, file=sys.stderr, flush=True)


def say_problems(problems: Iterable[Problem]) -> None:
    """A line each."""
    for problem in problems:
        say(str(problem))


def say_notes(notes: Iterable[Problem]) -> None:
    """A line for each that differs but for where it was met, with how often; the first place stands for all."""
    found: dict[tuple[str, str], list[Problem]] = {}
    for note in notes:
        found.setdefault((note.code, note.message), []).append(note)
    for same in found.values():
        say(f"note: {same[0]}" + (f" ({len(same)} times)" if len(same) > 1 else ""))


def fail(message: str) -> NoReturn:
    """Ends with exit status 2."""
    say(f"sciaticheck: {message}")
    raise typer.Exit(BAD_INPUT)


def open_knowledge(file: Path | None, language: str | None = None) -> Knowledge:
    """The knowledge in the language asked for, else the locale's; or every problem with it and exit status 2."""
    from sciaticheck.knowledge.load import load_knowledge

    try:
        return load_knowledge(file, language or _locale_language())
    except KnowledgeError as error:
        say_problems(error.problems)
        if error.problems[0].code == "unknown_language":
            raise typer.Exit(BAD_INPUT) from None
        count = len(error.problems)
        fail(f"the knowledge cannot be used: {count} problem{'s' if count > 1 else ''}.")


def open_mapping(preset: str | None, file: Path | None, knowledge: Knowledge) -> Mapping | None:
    """How CSV is to be read, None for our own way; or every problem with the map and exit status 2."""
    if preset is None and file is None:
        return None
    from sciaticheck.answers.map_file import mapping_of
    from sciaticheck.errors import AnswersError

    try:
        return mapping_of(preset, str(file) if file else None, knowledge)
    except AnswersError as error:
        say_problems(error.problems)
        raise typer.Exit(BAD_INPUT) from None


def _locale_language() -> str:
    """The language of the locale where there is wording in it, else English."""
    from sciaticheck.knowledge.load import has_wording

    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if value := os.environ.get(name):
            code = value.partition(".")[0].partition("_")[0].lower()
            return code if code.isalpha() and has_wording(code) else "en"
    return "en"


def refuse_input(output: Path | None, inputs: Iterable[str]) -> None:
    """Ends with exit status 2 where the output would overwrite an input, by another name or link too."""
    if output is None or not output.exists():
        return
    for name in inputs:
        if name != "-" and os.path.exists(name) and os.path.samefile(name, output):
            fail(f"{visible(str(output))} is an input; name another file for the output.")


def deliver(content: str | bytes, output: Path | None) -> None:
    """Writes a result to standard output, or to a file, whole or not at all."""
    if output is not None and str(output) != "-":
        write_whole(content, output)
    elif isinstance(content, bytes):
        to_stdout(lambda stream: stream.buffer.write(content))
    else:
        to_stdout(lambda stream: stream.write(content))


def to_stdout(write: Callable[[TextIO], object]) -> None:
    """Lets `write` write to standard output. A reader that went away, or none at all, is no error."""
    if sys.stdout is None:
        return
    try:
        write(sys.stdout)
        sys.stdout.flush()
    except BrokenPipeError:
        _give_up(sys.stdout)
    except OSError as error:
        _give_up(sys.stdout)
        if error.errno != errno.EBADF:
            fail(f"cannot write the result: {error.strerror}")


def settle() -> None:
    """Lets both streams go: one whose reader or terminal is gone must not change the exit status at the very end."""
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:
            try:
                stream.flush()
            except (OSError, ValueError):
                _give_up(stream)


def _give_up(stream: TextIO) -> None:
    """Points a stream nowhere, so that closing it at exit does not fail once more."""
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def write_whole(content: str | bytes, output: Path, mode: int | None = None) -> None:
    """Writes a file beside and renames it, so that the old one stays until the new one is whole.

    `mode` is the file's permissions; without it those of the file before, or the usual ones.
    """
    import tempfile

    raw = content if isinstance(content, bytes) else content.encode()
    target = Path(os.path.realpath(output))
    if target.exists() and not target.is_file():  # a device or a pipe has nothing to rename
        try:
            target.write_bytes(raw)
        except OSError as error:
            fail(f"cannot write {visible(str(output))}: {error.strerror}")
        return
    beside = None
    try:
        if mode is None:
            mode = target.stat().st_mode & 0o777 if target.exists() else 0o666 & ~_umask()
        handle, beside = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name[:100]}.")
        with open(handle, "wb") as stream:
            stream.write(raw)
        os.chmod(beside, mode)
        os.replace(beside, target)
        beside = None
    except OSError as error:
        fail(f"cannot write {visible(str(output))}: {error.strerror}")
    finally:
        if beside:
            Path(beside).unlink(missing_ok=True)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def draw(print_on: Callable[[Console], object], output: Path | None, no_color: bool = False) -> None:
    """Draws with Rich on standard output, or as plain text into a file."""
    if output is None and is_terminal(sys.stdout):
        to_stdout(lambda stream: print_on(console(stream, no_color)))
        return
    from io import StringIO

    # Into a file or a pipe: without the blanks that fill a screen's lines.
    text = StringIO()
    print_on(console(text, no_color=no_color or output is not None))
    deliver("".join(f"{line.rstrip()}\n" for line in text.getvalue().splitlines()), output)


def console(stream: TextIO, no_color: bool = False) -> Console:
    """A Rich console that changes nothing in what it is given: no markup, no emoji, no highlighting."""
    from rich.console import Console

    class Plain(Console):
        def on_broken_pipe(self) -> None:
            raise  # to_stdout knows what to do; Rich would end with status 1

    return Plain(file=stream, no_color=no_color or None, markup=False, emoji=False, highlight=False, soft_wrap=False)
