"""The documents that are made from the program: `python tests/documents.py` rewrites them, a test compares them."""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.text import Text

from sciaticheck import Knowledge, load_knowledge
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

COMMANDS = (
    (),
    ("ask",),
    ("check",),
    ("batch",),
    ("explain",),
    ("questions",),
    ("conditions",),
    ("template",),
    ("card",),
    ("schema",),
    ("evaluate",),
    ("export",),
    ("export", "fhir"),
    ("export", "fhir-codes"),
    ("export", "xlsform"),
    ("export", "redcap"),
    ("export", "page"),
    ("export", "sql"),
    ("knowledge",),
    ("knowledge", "lint"),
    ("knowledge", "verify"),
    ("knowledge", "triggers"),
    ("knowledge", "diff"),
    ("knowledge", "review-pack"),
    ("knowledge", "review-import"),
)


def documents() -> dict[str, str]:
    """Every made document: its path from the root, and its text."""
    knowledge = load_knowledge()
    return {
        "README.md": readme(),
        "docs/accuracy.md": accuracy(knowledge),
        "docs/cli.md": "\n".join(cli(knowledge)) + "\n",
        "docs/triggers.md": "\n".join(trigger_lines(knowledge)) + "\n",
        "docs/clinical-basis.md": "\n".join(clinical_basis(knowledge)) + "\n",
        "docs/result.svg": picture("sciaticheck check examples/cauda-equina.yaml", result_lines),
        "docs/interview.svg": picture("sciaticheck ask --region uk", lambda drawn: interview_lines(knowledge, drawn)),
        "docs/safety.md": "\n".join(safety(knowledge)) + "\n",
    }


def accuracy(knowledge: Knowledge) -> str:
    """What `evaluate` says of the published cases."""
    return markdown(evaluate(read_cases(CASES, knowledge), knowledge), Style(Console))


def output_of(*args: str) -> str:
    """What a command prints, 80 columns wide, without colour, run in the root of the checkout."""
    env = {**os.environ, "COLUMNS": "80", "NO_COLOR": "1", "LANG": "C.UTF-8"}
    done = subprocess.run(
        [sys.executable, "-m", "sciaticheck", *args], capture_output=True, text=True, cwd=ROOT, env=env, check=False
    )
    return "\n".join(line.rstrip() for line in done.stdout.rstrip().splitlines())


def picture(title: str, draw: Callable[[Console], None]) -> str:
    """A terminal of 80 columns as SVG, without fonts from elsewhere."""
    drawn = Console(file=io.StringIO(), record=True, width=80, force_terminal=True, color_system="standard")
    draw(drawn)
    svg = drawn.export_svg(title=title)
    return re.sub(r" *@font-face \{.*?\}\n", "", svg, flags=re.DOTALL)


def result_lines(drawn: Console) -> None:
    """The result of a real case."""
    text = output_of("check", "examples/cauda-equina.yaml", "--fail-on", "never")
    headline, _, rest = text.strip().partition("\n")
    drawn.print(Text(headline.ljust(80), style="bold reverse"))
    drawn.print(Text(rest))


def interview_lines(knowledge: Knowledge, drawn: Console) -> None:
    """The first questions of the interview, up to an emergency."""
    interview, screen = Interview(knowledge, "uk"), Screen(drawn, plain=False)
    state, shown = interview.step(interview.start()[0], "")
    screen.show(shown)
    for line in ("0", "1"):
        drawn.print(Text(f"> {line}"))
        state, shown = interview.step(state, line)
        screen.show(shown)


def readme() -> str:
    """The README with the outputs it shows made anew."""
    before, marker, rest = (ROOT / "README.md").read_text("utf-8").partition("<!-- output of: sciaticheck ")
    command, end, after = rest.partition(" -->\n```\n")
    _, fence, tail = after.partition("```\n")
    return f"{before}{marker}{command}{end}{output_of(*command.split())}\n{fence}{tail}"


def cli(knowledge: Knowledge) -> Iterator[str]:
    """Every command's own help."""
    yield "# Commands\n"
    yield "Made from each command's `--help`. Environment: `NO_COLOR` and `FORCE_COLOR` (colour), `ACCESSIBLE=1`"
    yield "(as `--plain`), `SCIATICHECK_REGION` and `SCIATICHECK_LANG` (as `--region` and `--lang`), `COLUMNS` (width)."
    for command in COMMANDS:
        yield f"\n## `{' '.join(['sciaticheck', *command])}`\n"
        yield f"```\n{output_of(*command, '--help')}\n```"
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
