"""Exports of our form as Kobo's own library makes them, read back in every language.

    python tests/browser/kobo.py

Needs formpack (github.com/kobotoolbox/formpack) and python-dateutil beside this package.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from itertools import product
from pathlib import Path
from typing import Any

from formpack import FormPack  # type: ignore[import-not-found]

from sciaticheck import load_knowledge
from sciaticheck.formats import odk
from sciaticheck.formats.form import runs
from sciaticheck.knowledge.files import languages

GIVEN = {"p1": {"saddle_numbness": "yes", "fever": "no", "both_legs": "unsure"}, "p2": {"fever": "no"}}


def records(rows: list[list[str]], spoken: list[str]) -> list[dict[str, Any]]:
    """The rows of a sheet as formpack has them: the labels of all languages in a list."""
    found = []
    for row in rows[1:]:
        cells = {name: cell for name, cell in zip(rows[0], row, strict=True) if cell}
        record: dict[str, Any] = {name: cell for name, cell in cells.items() if "::" not in name}
        if any(name.startswith("label::") for name in cells):
            record["label"] = [cells.get(f"label::{each}", "") for each in spoken]
        found.append(record)
    return found


def main() -> int:
    """Whether every export is read as what was given."""
    known = [load_knowledge(language=code) for code in languages()]
    sheets = odk.xlsform(known)
    spoken = [name.partition("::")[2] for name in sheets["survey"][0] if name.startswith("label::")]
    content = {
        "survey": records(sheets["survey"], spoken),
        "choices": records(sheets["choices"], spoken),
        "translations": list(spoken),
        "translated": ["label"],
    }
    pack = FormPack([{"version": "v1", "content": content}], title="form", id_string="sciaticheck")
    groups = {question.id: run.name for run in runs(known[0]) for question in run.questions}
    submissions = [
        {"_uuid": who, "__version__": "v1", **{f"{groups[id]}/{id}": answer for id, answer in answers.items()}}
        for who, answers in GIVEN.items()
    ]
    wrong = 0
    with tempfile.TemporaryDirectory() as folder:
        for language, hierarchy in product((False, *spoken), (False, True)):
            export = pack.export(
                lang=language, hierarchy_in_labels=hierarchy, copy_fields=("_uuid",), versions=pack.versions
            )
            file = Path(folder) / "export.csv"
            file.write_text("\n".join(export.to_csv(submissions)) + "\n", "utf-8")
            done = subprocess.run(
                [sys.executable, "-m", "sciaticheck", "check", file, "--from", "kobo", "-f", "json"],
                capture_output=True, text=True, check=False,
            )  # fmt: skip
            read = {each["id"]: each["answers"] for each in json.loads(done.stdout)["results"]}
            wrong += read != GIVEN
            print("read" if read == GIVEN else f"WRONG {read} {done.stderr}", language or "names", hierarchy)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
