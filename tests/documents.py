"""The documents that are made from the program: `python tests/documents.py` rewrites them, a test compares them."""

from __future__ import annotations

import io
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.text import Text
from typer.main import get_command

from sciaticheck import Knowledge, load_knowledge
from sciaticheck.cli import app
from sciaticheck.cli.terminal import Screen
from sciaticheck.evaluation import evaluate, read_cases
from sciaticheck.interview import Interview
from sciaticheck.knowledge.schema import read_checked_by
from sciaticheck.report.accuracy import markdown
from sciaticheck.report.content import trigger_lines
from sciaticheck.report.explain import condition_lines, flag_lines, how_read
from sciaticheck.report.formats import Style
from sciaticheck.report.markdown import escape
from sciaticheck.strict_yaml import Document

ROOT = Path(__file__).parent.parent
CASES = ROOT / "data" / "cases" / "published.yaml"


@cache
def documents() -> dict[str, str]:
    """Every made document: its path from the root, and its text."""
    knowledge = load_knowledge()
    return {
        "README.md": with_outputs((ROOT / "README.md").read_text("utf-8")),
        "docs/accuracy.md": accuracy(knowledge),
        "docs/cli.md": "\n".join(cli(knowledge)) + "\n",
        "docs/triggers.md": "\n".join(trigger_lines(knowledge)) + "\n",
        "docs/clinical-basis.md": "\n".join(clinical_basis(knowledge)) + "\n",
        **{f"docs/{name}.svg": picture(command, printed) for name, command in PICTURES.items()},
        "docs/interview.svg": picture("sciaticheck ask --region uk", first_questions),
        "docs/safety.md": "\n".join(safety(knowledge)) + "\n",
    }


def accuracy(knowledge: Knowledge) -> str:
    """What `evaluate` says of the published cases."""
    return markdown(evaluate(read_cases(CASES, knowledge), knowledge), Style(Console))


PICTURES = {
    "result": "sciaticheck check examples/cauda-equina.yaml --fail-on never",
    "worklist": "sciaticheck check examples/clinic.csv --region uk",
    "notes": "sciaticheck check examples/cauda-equina.yaml --region uk --audience clinician | head -n 31",
}
"""Pictures of what commands print on a terminal."""


def output_of(command: str, colour: bool = False) -> str:
    """What a command line prints, 80 columns wide, run in the root of the checkout."""
    ours = f'sciaticheck() {{ {shlex.quote(sys.executable)} -m sciaticheck "$@"; }}\n'
    env = {**os.environ, "COLUMNS": "80", "LANG": "C.UTF-8", "FORCE_COLOR" if colour else "NO_COLOR": "1"}
    env.pop("NO_COLOR" if colour else "FORCE_COLOR", None)
    done = subprocess.run(
        ["bash", "-c", ours + command], capture_output=True, text=True, cwd=ROOT, env=env, check=False
    )
    return "\n".join(line.rstrip() for line in done.stdout.rstrip().splitlines())


SHOWN = "<!-- prints -->"
"""Stands in a page between a command and what it prints."""


def with_outputs(page: str) -> str:
    """A page with the outputs that it shows made anew; one that needs jq stays where there is none."""

    def block(match: re.Match[str]) -> str:
        before, command = match.groups()
        return match[0] if "| jq" in command and not shutil.which("jq") else f"{before}{output_of(command)}\n```\n"

    new, count = re.subn(rf"(```sh\n([^\n]+)\n```\n\n{SHOWN}\n```\w*\n)(?:.*\n)*?```\n", block, page)
    assert count == page.count(SHOWN)
    return new


def picture(command: str, draw: Callable[[Console, str], None]) -> str:
    """A terminal of 80 columns as SVG, without fonts from elsewhere."""
    drawn = Console(file=io.StringIO(), record=True, width=80, force_terminal=True, color_system="standard")
    draw(drawn, command)
    drawn.print()  # the feet of the last line's letters would be cut
    svg = drawn.export_svg(title=command)
    return re.sub(r" *@font-face \{.*?\}\n", "", svg, flags=re.DOTALL)


def printed(drawn: Console, command: str) -> None:
    """What a command prints."""
    drawn.print(Text.from_ansi(output_of(command, colour=True)))


def first_questions(drawn: Console, _: str) -> None:
    """The first questions of the interview, up to an emergency."""
    interview, screen = Interview(load_knowledge(), "uk"), Screen(drawn, plain=False)
    state, shown = interview.step(interview.start()[0], "")
    screen.show(shown)
    for line in ("0", "1"):
        drawn.print(Text(f"> {line}"))
        state, shown = interview.step(state, line)
        screen.show(shown)


def commands(command: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """A command and those below it."""
    yield path
    for name, inner in getattr(command, "commands", {}).items():
        yield from commands(inner, (*path, name))


def cli(knowledge: Knowledge) -> Iterator[str]:
    """Every command's own help."""
    yield "# Commands\n"
    yield "Made from each command's `--help`. Environment: `NO_COLOR` and `FORCE_COLOR` (colour), `ACCESSIBLE=1`"
    yield "(as `--plain`), `SCIATICHECK_REGION` and `SCIATICHECK_LANG` (as `--region` and `--lang`), `COLUMNS` (width)."
    for command in commands(get_command(app)):
        yield f"\n## `{' '.join(['sciaticheck', *command])}`\n"
        yield f"```\n{output_of(' '.join(('sciaticheck', *command, '--help')))}\n```"
        if command == ("ask",):
            yield "\nPrompts that three people meet:\n"
            yield "| person | in full | with `--quick` |\n|---|---|---|"
            for person, (otherwise, said) in PEOPLE.items():
                full, quick = (prompts(knowledge, quick, otherwise, said) for quick in (False, True))
                yield f"| {person} | {full} | {quick} |"


PEOPLE: dict[str, tuple[str, dict[str, str]]] = {
    "nothing but low back pain": ("no", {"back_pain": "yes"}),
    "ordinary sciatica in one leg, after a lift": (
        "no",
        dict.fromkeys(
            ("back_pain", "leg_pain_path", "leg_pain_only", "pain_strain", "injury_minor", "has_prostate"), "yes"
        ),
    ),
    "unsure of everything": ("unsure", {}),
}


def prompts(knowledge: Knowledge, quick: bool, otherwise: str, said: dict[str, str]) -> int:
    """How many prompts a person meets who answers like this."""
    interview, met = Interview(knowledge, quick=quick), 0
    state, _ = interview.step(interview.start()[0], "1")
    while state.stage == "asking" and (item := interview.order.next_item(state)):
        answers = [said.get(question.id, otherwise) for question in item.asks]
        yes = " ".join(str(number) for number, answer in enumerate(answers, start=1) if answer == "yes")
        numbers = "unsure" if "unsure" in answers else yes or "0"
        state, _ = interview.step(state, numbers if item.screen else answers[0])
        met += 1
    return met


BEST = ("full_text", "page", "abstract", "excerpt", "reported")
"""How a source was read, the best way first."""


def link(text: str, heading: str) -> str:
    return f"[{escape(text)}](#{heading})"


def contents_line(title: str, condition: str | None, knowledge: Knowledge) -> str:
    """A line of the contents: the flags that point to a condition, or to none."""
    flags = [
        flag
        for flag in knowledge.flags_by_urgency
        if (condition in flag.points_to) or not (condition or flag.points_to)
    ]
    return f"- {title}: {', '.join(link(flag.id, flag.id) for flag in flags) or 'none'}"


def clinical_basis(knowledge: Knowledge) -> Iterator[str]:
    """Every condition, sign and red flag with its criterion in words and its sources."""
    yield "# Clinical basis\n"
    yield f"Made from data/conditions.yaml, version {knowledge.version}: {knowledge.review.status}."
    yield "`sciaticheck explain ID` prints the same for one of them.\n"
    yield "Weights of signs, in points of evidence: " + ", ".join(
        f"{word} {value:g}" for word, value in knowledge.weights.items()
    )
    yield "\n## Contents\n"
    yield "Each condition with the red flags that point to it, the most urgent first.\n"
    for condition in knowledge.conditions.values():
        yield contents_line(link(condition.name, condition.id), condition.id, knowledge)
    yield contents_line("Other causes", None, knowledge)
    yield "- [Guarantees](#guarantees), [sources](#sources)"
    yield "\n## Red flags"
    for flag in knowledge.red_flags.values():
        yield f"\n### {flag.id}\n"
        for label, text in list(flag_lines(flag, knowledge))[1:]:
            yield f"- {label}: {escape(text)}"
        best = min((knowledge.sources[cite.source] for cite in flag.cites), key=lambda source: BEST.index(source.read))
        yield f"- Best source: {escape(f'{best.id}, read as {how_read(best)}')}"
    yield "\n## Guarantees\n"
    yield "Proved over all answers by `sciaticheck knowledge verify`.\n"
    for guarantee in knowledge.guarantees.values():
        yield f"- {escape(guarantee.says)} ({', '.join(cite.source for cite in guarantee.cites)})"
    yield "\n## Conditions"
    for condition in knowledge.conditions.values():
        yield f"\n### {condition.id}\n"
        for label, text in list(condition_lines(condition, knowledge))[1:]:
            yield f"- {label}: {escape(text)}"
    yield "\n## Sources\n"
    for source in knowledge.sources.values():
        address = f" {source.url}" if source.url else ""
        yield f"- **{source.id}**: {escape(source.citation)}{address} Read: {escape(how_read(source))}."


HAZARDS = ROOT / "data" / "hazards.yaml"


def safety_case() -> Document:
    """data/hazards.yaml, checked against its schema; see `problems`."""
    return read_checked_by(HAZARDS.with_name("hazards.schema.json"), str(HAZARDS))


def safety(knowledge: Knowledge) -> Iterator[str]:
    """The safety case, in the order of data/hazards.yaml."""
    case: dict[str, Any] = safety_case().value
    yield "# Safety\n"
    yield "**No clinical safety officer has signed this.**\n"
    yield f"Made from `data/hazards.yaml` and `data/conditions.yaml`, version {knowledge.version}, by"
    yield "`python -m tests.documents`."
    for number, section in enumerate(case["sections"], start=1):
        yield f"\n## {number}. {section['title']}\n\n{section['text'].rstrip()}"
        if section.get("list") == "misuse":
            yield "\n| flag | foreseeable misuse |\n|---|---|"
            yield from (f"| `{flag.id}` | {flag.misuse} |" for flag in knowledge.red_flags.values() if flag.misuse)
        for hazard in case["hazards"] if section.get("list") == "hazards" else ():
            yield f"\n### {hazard['id']}: {hazard['hazard']}\n"
            yield f"- Cause: {hazard['cause']}. Effect: {hazard['effect']}."
            before, after = (
                "severity {severity}, likelihood {likelihood}".format(**hazard[at]) for at in ("before", "after")
            )
            yield f"- Before: {before}. After: {after}."
            for control in hazard["controls"]:
                tests = ", ".join(f"`{test}`" for test in control["tests"]) or "no test"
                yield f"- Control: {control['control']}. Proved by: {tests}."
            yield f"- Owner: {hazard['owner']}. State: {hazard['state']}."


if __name__ == "__main__":
    for name, text in documents().items():
        (ROOT / name).write_text(text, "utf-8")
