"""What start-up costs: CPU of the whole process as a ratio to `python -c pass`, both in turn in the same run.

    python benchmarks/startup.py [--runs 15] [--write docs/performance.md]

Builds the wheel, installs it into a fresh virtual environment and measures that: what a user has.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from sections import write_section

ROOT = Path(__file__).parent.parent

LIMITS = {
    "check FILE.yaml -f json": (12.0, 8.0),
    "check FILE.json -f json": (12.0, 8.0),
    "check FILE.yaml (table)": (16.0, 12.0),
    "--help": (12.0, None),
}
"""At most, and the aim."""


def cpu(command: Sequence[str]) -> float:
    """User and system seconds of one run, from the operating system's account of the finished process."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, _, usage = os.wait4(process.pid, 0)
    process.returncode = 0
    return usage.ru_utime + usage.ru_stime


def ratios(command: Sequence[str], floor: Sequence[str], runs: int) -> list[float]:
    """The ratio to the floor, run by run, the two in turn after one warm-up of each."""
    cpu(floor), cpu(command)
    return sorted(cpu(command) / cpu(floor) for _ in range(runs))


def install(folder: Path) -> Path:
    """The wheel in a fresh virtual environment; gives the folder of its programs."""
    subprocess.run([sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "-w", str(folder), str(ROOT)], check=True)
    subprocess.run([sys.executable, "-m", "venv", str(folder / "venv")], check=True)
    programs = folder / "venv" / "bin"
    (wheel,) = folder.glob("sciaticheck-*.whl")
    subprocess.run([str(programs / "python"), "-m", "pip", "install", "-q", str(wheel)], check=True)
    return programs


def where(programs: Path, file: Path) -> dict[str, float]:
    """Share of import time by package for `check FILE -f json`."""
    command = [str(programs / "python"), "-X", "importtime", str(programs / "sciaticheck"), "check", str(file)]
    lines = subprocess.run([*command, "-f", "json"], capture_output=True, text=True, check=False).stderr.splitlines()
    spent: defaultdict[str, float] = defaultdict(float)
    for line in lines:
        parts = line.removeprefix("import time:").split("|")
        if len(parts) == 3 and parts[0].strip().isdigit():
            package = parts[2].strip().split(".")[0]
            own = package if package in ("typer", "yaml", "sciaticheck", "rich", "msgspec") else "standard library"
            spent[own] += int(parts[0])
    total = sum(spent.values())
    return {package: share / total for package, share in sorted(spent.items(), key=lambda item: -item[1])}


def report(runs: int) -> str:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        programs = install(folder)
        python, tool = str(programs / "python"), str(programs / "sciaticheck")
        yaml = ROOT / "examples" / "cauda-equina.yaml"
        json = ROOT / "examples" / "walking-pain.json"
        commands = {
            "check FILE.yaml -f json": [tool, "check", str(yaml), "-f", "json"],
            "check FILE.json -f json": [tool, "check", str(json), "-f", "json"],
            "check FILE.yaml (table)": [tool, "check", str(yaml)],
            "--help": [tool, "--help"],
            "(import typer)": [python, "-c", "import typer"],
            "(import yaml)": [python, "-c", "import yaml"],
            "(import rich.table)": [python, "-c", "import rich.console, rich.table"],
        }
        lines = [
            "## Start-up",
            "",
            f"CPU of the whole process (installed wheel) as a ratio to `python -c pass`, the two in turn, {runs} runs.",
            "Made by `python benchmarks/startup.py --write docs/performance.md`.",
            "",
            "| command | min | median | max | at most | aim |",
            "|---|---|---|---|---|---|",
        ]
        for title, command in commands.items():
            found = ratios(command, [python, "-c", "pass"], runs)
            most, aim = LIMITS.get(title, (None, None))
            cells = [title, *(f"{value:.1f}" for value in (found[0], statistics.median(found), found[-1]))]
            lines.append(f"| {' | '.join([*cells, f'{most:.0f}' if most else '', f'{aim:.0f}' if aim else ''])} |")
        lines += ["", "Where the imports of `check FILE.yaml -f json` spend their time:", ""]
        lines += [f"- {package}: {share:.0%}" for package, share in where(programs, yaml).items()]
    return "\n".join(lines) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=15)
    parser.add_argument("--write", type=Path)
    given = parser.parse_args()
    text = report(given.runs)
    print(text, end="")
    if given.write:
        write_section(given.write, "startup", text)


if __name__ == "__main__":
    main()
