"""Random input, steered by what code it reaches, for every reader: only the project's own errors may come of it.

    python benchmarks/fuzz.py [--runs 1000000] [--only csv,csv-stream] [--write docs/performance.md]
    python benchmarks/fuzz.py --target csv [--engine stream] [--runs 1000000] [--keep FOLDER]

Needs atheris. Begins with tests/bad_data and examples/, and goes on after a finding: an exception that is not a
SciaticheckError, an input that takes longer than --seconds; more memory than --memory, or a wait of thirty times
--seconds, ends the run. Prints runs, seconds, findings; the inputs are kept in a folder. Exit status 1 for findings.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

import atheris
from fuzz_cells import cells
from sections import section, write_section

ROOT = Path(__file__).parent.parent
ENDINGS = {"csv": ".csv", "jsonl": ".jsonl", "yaml": ".yaml", "json": ".json", "knowledge": ".yaml"}
SEEDS = ("tests/bad_data", "examples")
PLANS: dict[str, tuple[str, str | None]] = {name: (name, None) for name in ENDINGS}
PLANS |= {f"{name}-{engine}": (name, engine) for engine in ("stream", "cells") for name in ("csv", "jsonl")}
"""By the name of a reader, the kind of its input and the engine of batch; `cells`: what DuckDB is given."""
HOW = {None: "one by one", "stream": "batch with stream", "cells": "cells as codes, against stream"}
TITLES = {name: f"{target}, {HOW[engine]}" for name, (target, engine) in PLANS.items()}

HEAD = (
    "## Fuzzing",
    "",
    "Inputs steered by the code they reach (atheris), from `tests/bad_data` and `examples/` on. A finding is any",
    "exception that is not the project's own, a record lost or read otherwise, or too much time or memory.",
    "Made by `python benchmarks/fuzz.py --write docs/performance.md`.",
    "",
    "| reader | result |",
    "|---|---|",
)
PARTS = (
    "id", "answers", "yes", "no", "unsure", "not sure", "null", "true", "false", "\\u0000", "\\ud800", "\ufeff", "\0",
    '"\n"', '""', "\r\n", "\r", "\xa0", "---", "<<", "&a", "*a", "!!str", "? ", "- ", "resourceType", "NaN", "1e999",
    "QuestionnaireResponse", "Bundle", "item", "linkId", "answer", "any", "all", "at_least", "count", "of",
)  # fmt: skip
"""What the readers look for, besides the ids of the questions."""


class TooSlowError(BaseException):
    """An input took too long. Caught by nothing in the project."""


def reader(target: str, engine: str | None, folder: Path) -> Callable[[bytes], object]:
    """What reads one input, as a file of the target's kind. The project is instrumented as it is imported."""
    with atheris.instrument_imports(include=["sciaticheck"]):
        from sciaticheck import assess, load_knowledge
        from sciaticheck.answers import document  # noqa: F401 - imported where they are instrumented
        from sciaticheck.formats.fhir import read
        from sciaticheck.inputs import files, records  # noqa: F401
        from sciaticheck.knowledge import references, schema  # noqa: F401

        if engine:
            from sciaticheck.batch import batch
            from sciaticheck.batch.job import job
            from sciaticheck.batch.sources import sources
    knowledge = load_knowledge()
    task = job(knowledge, format="jsonl") if engine else None
    if task:  # the rules are those of all inputs, and take longer to compile than one to read
        ready = batch.Ready(task)
        batch.Ready = lambda task: ready
    source, output = folder / f"input{ENDINGS[target]}", folder / "output.jsonl"

    def read(data: bytes) -> None:
        source.write_bytes(data)
        if target == "knowledge":
            load_knowledge(source)
        elif task:
            found = sources([str(source)])
            done = batch.run(batch.check(found, task), found, str(output), None, engine)
            assert done.read == done.written + done.rejected, "records are lost"
            assert output.read_bytes().count(b"\n") == done.written, "rows are lost"
        else:
            reads = list(files.respondents([str(source)], knowledge))
            assert reads, "neither a respondent nor a problem"
            for respondent, problems in reads:
                assert (respondent is None) == bool(problems), "neither a respondent nor a problem, or both"
                if respondent:
                    assess(respondent.answers, knowledge)

    return read


class Watch:
    """One input after another, and what was found."""

    def __init__(
        self, read: Callable[[bytes], object], runs: int, length: int, seconds: float, keep: Path, folder: Path
    ) -> None:
        from sciaticheck.errors import SciaticheckError

        self.read, self.limit, self.length, self.seconds, self.keep = read, runs, length, seconds, keep
        self.folder = folder
        self.expected = SciaticheckError
        self.runs, self.slowest, self.start = 0, 0.0, time.monotonic()
        self.found: dict[tuple[str, ...], Path] = {}
        signal.signal(signal.SIGPROF, self.too_slow)

    def too_slow(self, number: int, frame: FrameType | None) -> None:
        raise TooSlowError(f"more than {self.seconds} s of processor time")

    def __call__(self, data: bytes) -> None:
        self.runs += 1
        before = time.process_time()
        signal.setitimer(signal.ITIMER_PROF, self.seconds)
        try:
            self.read(data)
        except self.expected:
            pass
        except (Exception, TooSlowError) as error:
            self.add(data, error)
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)
        self.slowest = max(self.slowest, time.process_time() - before)
        if self.runs >= self.limit:
            self.end()

    def add(self, data: bytes, error: BaseException) -> None:
        """Keeps an input; of those that fail in the same place the shortest."""
        frames = traceback.extract_tb(error.__traceback__)
        own = [frame for frame in frames if "sciaticheck" in frame.filename] or list(frames)
        place = (type(error).__name__, Path(own[-1].filename).name, str(own[-1].lineno))
        if isinstance(error, TooSlowError):
            place = place[:1]
        known = self.found.get(place)
        if known and known.stat().st_size <= len(data):
            return
        self.keep.mkdir(parents=True, exist_ok=True)
        path = self.keep / f"{'-'.join(place)}-{hashlib.sha256(data).hexdigest()[:8]}"
        path.write_bytes(data)
        if known:
            known.unlink()
        else:
            print(f"finding: {' '.join(place)}: {error!s:.200}\n  {path}", file=sys.stderr, flush=True)
        self.found[place] = path

    def end(self) -> None:
        """Prints and leaves; libFuzzer does not come back by itself."""
        taken = time.monotonic() - self.start
        print(
            f"{self.runs:,} runs of up to {self.length >> 10} kB, {taken:.0f} s, slowest {self.slowest:.2f} s, "
            f"{len(self.found)} findings",
            flush=True,
        )
        for place, path in self.found.items():
            print(f"  {' '.join(place)}: {path}")
        shutil.rmtree(self.folder)
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(1 if self.found else 0)


def corpus(target: str, folder: Path) -> None:
    """The seeds in one folder, and the words to put in as libFuzzer reads them."""
    from sciaticheck import load_knowledge

    questions = [*load_knowledge().questions]
    seeds = folder / "seeds"
    seeds.mkdir()
    files = [file for name in SEEDS for file in sorted((ROOT / name).iterdir()) if file.suffix == ENDINGS[target]]
    for number, file in enumerate(files):
        (seeds / f"{number}{file.suffix}").write_bytes(file.read_bytes())
    if target == "csv":
        (seeds / "all.csv").write_text(f"id,{','.join(questions)}\na{',no' * len(questions)}\n", "utf-8")
    if target == "knowledge":
        (seeds / "little.yaml").write_text(little_knowledge(), "utf-8")
    words = [word.encode("utf-8", "surrogatepass") for word in (*PARTS, *questions)]
    lines = ("".join(f"\\x{byte:02x}" for byte in word) for word in words)
    (folder / "words").write_text("".join(f'"{line}"\n' for line in lines), "ascii")


def little_knowledge() -> str:
    """The first few of everything in the packaged data, in the YAML that JSON is: small enough to be mutated fast."""
    from sciaticheck.strict_yaml import read

    whole: Any = read((ROOT / "data" / "conditions.yaml").read_text("utf-8")).value
    for name in ("questions", "conditions", "red_flags", "sources", "screens", "guarantees"):
        whole[name] = dict([*whole[name].items()][:2])
    return json.dumps(whole, indent=1)


def fuzz(target: str, engine: str | None, given: argparse.Namespace) -> None:
    """Does not return."""
    folder = Path(tempfile.mkdtemp(prefix="fuzz"))
    read = cells(target, folder) if engine == "cells" else reader(target, engine, folder)
    corpus(target, folder)
    watch = Watch(read, given.runs, given.length, given.seconds, given.keep / f"{target}-{engine or 'reader'}", folder)
    given.keep.mkdir(parents=True, exist_ok=True)
    options = [
        f"-dict={folder / 'words'}", f"-rss_limit_mb={given.memory}", f"-timeout={int(given.seconds * 30)}",
        f"-max_len={given.length}", f"-artifact_prefix={given.keep}/", f"-seed={given.seed}", "-verbosity=0",
    ]  # fmt: skip
    atheris.Setup([sys.argv[0], *options, str(folder / "seeds")], watch)
    atheris.Fuzz()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--target", choices=[*ENDINGS])
    parser.add_argument("--engine", choices=["stream", "cells"], help="csv and jsonl: through this engine of batch")
    parser.add_argument("--runs", type=int, default=1_000_000)
    parser.add_argument("--seconds", type=float, default=2.0, help="the most processor time of one input")
    parser.add_argument("--memory", type=int, default=1024, help="the most memory, in MB")
    parser.add_argument("--length", type=int, default=4096, help="the longest input, in bytes")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path, default=Path(tempfile.gettempdir()) / "sciaticheck-fuzz")
    parser.add_argument("--only", default=",".join(PLANS), help=f"of {','.join(PLANS)}; the others' results stay")
    parser.add_argument("--write", type=Path, help="where the results go")
    given = parser.parse_args()
    if given.target:
        if given.engine and given.target not in ("csv", "jsonl"):
            parser.error("--engine is for csv and jsonl")
        fuzz(given.target, given.engine, given)
        return
    names = given.only.split(",")
    if unknown := [name for name in names if name not in PLANS]:
        parser.error(f"no such reader: {', '.join(unknown)}")
    old = section(given.write, "fuzzing").splitlines() if given.write else []
    rows = {text.split(" | ")[0].removeprefix("| "): text for text in old}
    failed = False
    for name in names:  # each in a process of its own, as libFuzzer ends the one it runs in
        target, engine = PLANS[name]
        print(f"{TITLES[name]}:", flush=True)
        command = [sys.executable, __file__, "--target", target, *(["--engine", engine] if engine else [])]
        for option in ("runs", "seconds", "memory", "length", "seed", "keep"):
            command += [f"--{option}", str(getattr(given, option))]
        done = subprocess.run(command, check=False, stdout=subprocess.PIPE, text=True)
        print(done.stdout, end="", flush=True)
        failed |= done.returncode != 0
        result = next((line for line in done.stdout.splitlines() if " runs " in line), f"ended by {done.returncode}")
        rows[TITLES[name]] = f"| {TITLES[name]} | {result} |"
        if given.write:  # as far as it has come: a long run may be broken off
            known = [rows[title] for title in TITLES.values() if title in rows]
            write_section(given.write, "fuzzing", "\n".join([*HEAD, *known]))
    sys.exit(failed)


if __name__ == "__main__":
    main()
