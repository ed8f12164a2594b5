"""The page of `export page` in a real browser: `python tests/browser/page.py [FOLDER]` (needs chromium, npm, pdfinfo).

Headless Chromium opens the file from the disk, without a network, and page.mjs answers it by clicks or keys, at 320,
390, 768 and 1280 pixels, light, dark and in forced colours. axe-core must find nothing in any kind of state, nothing
may be wider than the screen, nothing may be asked of any server, and the answers that were saved must give through
`check` what the page showed. One line a check; exit status 1 if any fails. Pictures and PDFs go to FOLDER if named.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
sys.path.insert(0, str(HERE.parent))

from documents import PEOPLE, prompts  # noqa: E402
from sciaticheck import assess, load_knowledge  # noqa: E402

ENGLISH = load_knowledge()
WALKS: dict[str, dict[str, Any]] = {
    "numb": {"region": "uk", "answers": {"saddle_numbness": "yes"}},
    "changed": {"region": "au", "answers": {"fever": "yes", "back_pain": "yes"}, "change": ("fever", "no")},
    "spanish": {"region": "eu", "language": "es", "answers": {"saddle_numbness": "unsure", "back_pain": "yes"}},
    "keys": {
        "region": "ca",
        "keys": True,
        "quick": True,
        "answers": dict.fromkeys(("back_pain", "weight_loss"), "yes"),
    },
    "cancer": {"region": "nz", "answers": dict.fromkeys(("back_pain", "cancer_history", "leg_weakness"), "yes")},
    "nothing": {"region": "default"},
    **{
        f"{person.replace(' ', '-')}-{'quick' if quick else 'full'}": {
            "region": region,
            "quick": quick,
            "answers": answers,
            "otherwise": otherwise,
            "prompts": prompts(ENGLISH, quick, otherwise, answers),
        }
        for (person, (otherwise, answers)), region in zip(PEOPLE.items(), ("us", "ie", "in"), strict=True)
        for quick in (False, True)
    },
}
"""The last are the people of docs/cli.md, with the number of prompts that they meet in `ask`."""
WORDS = ("page_", "answer_", "ask_any", "began_", "review_title")


def walks() -> dict[str, dict[str, Any]]:
    """The walks as page.mjs wants them, with what is asked in place of ids."""
    result = {}
    for name, walk in WALKS.items():
        language = walk.get("language", "en")
        known = load_knowledge(language=language)
        ask = {id: question.ask for id, question in known.questions.items()}
        change = walk.get("change")
        result[name] = {
            "language": language,
            "region": walk["region"],
            "quick": walk.get("quick", False),
            "keys": walk.get("keys", False),
            "answers": {ask[id]: answer for id, answer in walk.get("answers", {}).items()},
            "otherwise": walk.get("otherwise", "no"),
            "change": change and [ask[change[0]], change[1]],
            "words": {key: text for key, text in known.texts.items() if key.startswith(WORDS)},
        }
    return result


def sciaticheck(*args: str) -> str:
    """What a command prints."""
    command = [sys.executable, "-m", "sciaticheck", *args]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False).stdout


def advice(found: dict[str, Any], walk: dict[str, Any], folder: Path) -> list[str]:
    """What `check` advises on the answers file that the page saved, and what is to be said.

    An answers file does not say when it began, which is in what is to be said.
    """
    file = folder / "answers.yaml"
    file.write_text(found["saved"], "utf-8")
    told = sciaticheck("check", str(file), "--region", walk["region"], "--lang", walk["language"], "-f", "json")
    checked = json.loads(told)["results"][0]
    known = load_knowledge(language=walk["language"])
    began = known.texts["began_2"] if found["began"] else ""
    say = assess(checked["answers"], known, walk["region"], began).advice.say
    return [checked["advice"]["headline"], checked["advice"]["action"], say]


def printed_pages(file: Path) -> int:
    """How many A4 pages a PDF has."""
    told = subprocess.run(["pdfinfo", str(file)], capture_output=True, text=True, check=True).stdout
    assert "A4" in told
    return int(next(line.split()[1] for line in told.splitlines() if line.startswith("Pages:")))


def main(pictures: Path | None) -> None:
    """Makes the page, has it walked through, and prints what is wrong."""
    checks: dict[str, object] = {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        shots = pictures or folder
        shots.mkdir(parents=True, exist_ok=True)
        page, told = folder / "check.html", folder / "told.json"
        sciaticheck("export", "page", "-o", str(page))
        (folder / "walks.json").write_text(json.dumps(walks()), "utf-8")
        shutil.copy(HERE / "page.mjs", folder)
        packages = json.loads((HERE / "package.json").read_text("utf-8"))["dependencies"]
        wanted = [f"{package}@{packages[package]}" for package in ("playwright-core", "axe-core")]
        subprocess.run(["npm", "install", "--silent", "--ignore-scripts", *wanted], cwd=folder, check=True)
        axe = folder / "node_modules" / "axe-core" / "axe.min.js"
        chromium = shutil.which("chromium") or "chromium"
        args = [chromium, page.as_uri(), str(axe), "walks.json", str(shots), str(told)]
        subprocess.run(["node", "page.mjs", *args], cwd=folder, check=True)
        seen = json.loads(told.read_text("utf-8"))
        checks["requests"] = sorted({url for url in seen["requests"] if url not in (page.as_uri(), "data:,")})
        checks["faults"] = seen["faults"]
        for walk_name, walk in walks().items():
            found = seen["walks"].get(walk_name)
            if not found:
                checks[walk_name] = "did not end"
                continue
            expected = advice(found, walk, folder)
            shown = [found["headline"], " ".join(found["steps"]), found["say"]]
            checks[f"{walk_name}: advice"] = shown != expected and shown
            met = WALKS[walk_name].get("prompts", found["prompts"])
            checks[f"{walk_name}: prompts"] = found["prompts"] != met and f"{found['prompts']}, not {met}"
            checks[f"{walk_name}: copied"] = found["copied"] != walk["words"]["page_copied"] and found["copied"]
            checks[f"{walk_name}: language"] = found["language"] != walk["language"]
            pdf = next(shots.glob(f"{walk_name}-[0-9]*.pdf"))
            checks[f"{walk_name}: printed"] = (pages := printed_pages(pdf)) > 2 and f"{pages} pages"
    for check, wrong in checks.items():
        print(f"{check}: {wrong or 'fine'}")
    sys.exit(1 if any(checks.values()) else 0)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else None)
