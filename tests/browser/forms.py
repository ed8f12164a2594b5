"""The exported FHIR form in a real client: `python tests/browser/forms.py` (needs chromium, npm and node 20).

LHC-Forms shows the questionnaire in headless Chromium, and forms.mjs answers it by clicks: every follow-up on and off,
published cases, every question. The responses that LHC-Forms makes must give what the same answers give from a file,
through `check` and through `batch`. One line a check; exit status 1 if any fails.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from response_check import check_response
from sciaticheck import Knowledge, load_knowledge
from sciaticheck.answers.spelling import Answer
from sciaticheck.evaluation import read_cases
from sciaticheck.formats.fhir.codes import CODINGS

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
CASES = ("ces-hart-22m-visit3", "mscc-plasma-56m", "disc-nejm-41m")
SAME = ("urgency", "possible_urgency", "complete", "red_flags", "conditions", "unanswered")
SAME_IN_ROWS = ("urgency", "possible_urgency", "complete")
NPM = ("npm", "install", "--silent", "--legacy-peer-deps", "--ignore-scripts", "--no-audit", "--no-fund")
ON_AND_OFF: tuple[Answer, ...] = ("no", "yes", "unsure", "yes", "no")

Answers = Mapping[str, Answer]
Click = tuple[str, Answer]
Json = dict[str, Any]
Check = tuple[str, str]
"""What was looked at, and what is wrong with it; empty if nothing is."""


def respondents(knowledge: Knowledge) -> dict[str, Answers]:
    """Whose answers are clicked: the published cases, one who answers all in all three ways, and one who answers none.

    Answers are in the order of the form, so that a follow-up comes after what it follows.
    """
    parents = {question.only_if for question in knowledge.questions.values()}
    published = {case.id: case.answers for case in read_cases(ROOT / "data" / "cases" / "published.yaml", knowledge)}
    turns = {name: list(CODINGS)[place % 3] for place, name in enumerate(knowledge.questions)}
    chosen: dict[str, Answers] = {name: published[name] for name in CASES}
    chosen["every-question"] = {name: "yes" if name in parents else turn for name, turn in turns.items()}
    chosen["no-question"] = {}
    return {
        name: {each: answers[each] for each in knowledge.questions if each in answers}
        for name, answers in chosen.items()
    }


def can_be_clicked(answers: Answers, knowledge: Knowledge) -> Answers:
    """The answers without those to follow-ups that a form does not show: a no to them may stand in a file."""
    return {
        name: answer
        for name, answer in answers.items()
        if (parent := knowledge.questions[name].only_if) is None or answers.get(parent) == "yes"
    }


def change_of_mind(knowledge: Knowledge) -> list[Click]:
    """Each parent is switched on and off, its follow-ups are answered while they are there, and it is switched off."""
    clicks: list[Click] = []
    for parent in dict.fromkeys(each.only_if for each in knowledge.questions.values() if each.only_if):
        *switched, last = ((parent, answer) for answer in ON_AND_OFF)
        follow_ups: list[Click] = [(each.id, "yes") for each in knowledge.questions.values() if each.only_if == parent]
        clicks += [*switched, *follow_ups, last]
    return clicks


def in_words(answers: Iterable[Click], knowledge: Knowledge) -> list[tuple[str, str]]:
    """Answers as what a person reads and clicks."""
    return [(knowledge.questions[name].ask, knowledge.texts[f"answer_{answer}"]) for name, answer in answers]


def sciaticheck(folder: Path, *args: str) -> subprocess.CompletedProcess[str]:
    """The command, run; its exit status says how urgent the answers are too."""
    command = [sys.executable, "-m", "sciaticheck", *args]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def walked(folder: Path, walks: Mapping[str, list[tuple[str, str]]]) -> Json:
    """What LHC-Forms shows and makes on each walk."""
    chromium = shutil.which("chromium")
    if not chromium:
        raise SystemExit("chromium is not there")
    for name in ("forms.mjs", "package.json"):
        shutil.copy(HERE / name, folder / name)
    (folder / "walks.json").write_text(json.dumps(walks), "utf-8")
    subprocess.run(NPM, cwd=folder, check=True)
    files = ("questionnaire.json", "walks.json", "told.json")
    subprocess.run(["node", "forms.mjs", chromium, *files], cwd=folder, check=True, timeout=1200)
    told: Json = json.loads((folder / "told.json").read_text("utf-8"))
    return told


def on_the_page(knowledge: Knowledge, told: Json) -> Iterator[Check]:
    """Whether the questions are those of the knowledge, in their order, each with its three answers."""
    first = told["walks"]["no-question"]["seen"][0]
    full = told["walks"]["every-question"]["seen"][-1]
    questions = knowledge.questions.values()
    always = [question.ask for question in questions if not question.only_if]
    yield f"{len(always)} questions at first, in order", _differs(first, always)
    yield f"{len(questions)} with every follow-up, in order", _differs(full, [question.ask for question in questions])
    words = [knowledge.texts[f"answer_{answer}"] for answer in CODINGS]
    odd = [each["question"] for each in full if each["options"] != words]
    yield f"each can be answered {', '.join(words)}", "; ".join(odd)
    yield "nothing is chosen beforehand", "; ".join(each["question"] for each in first if each["chosen"])


def _differs(page: list[Json], expected: list[str]) -> str:
    found = [each["question"] for each in page]
    if found == expected:
        return ""
    return "; ".join(sorted({*found} ^ {*expected})) or "another order, or one stands twice"


def on_and_off(knowledge: Knowledge, told: Json) -> Iterator[Check]:
    """Whether each follow-up is there exactly while its parent is yes."""
    clicks = change_of_mind(knowledge)
    seen = [{each["question"] for each in page} for page in told["walks"]["change-of-mind"]["seen"]]
    for question in knowledge.questions.values():
        parent, wrong, now = question.only_if, [], None
        if parent is None:
            continue
        for page, (name, answer) in zip(seen, [("", None), *clicks], strict=True):
            now = answer if name == parent else now
            if (question.ask in page) != (now == "yes"):
                wrong.append(f"{parent} {now or 'unanswered'}: {'there' if question.ask in page else 'not there'}")
        yield f"{question.id} comes and goes with {parent}", "; ".join(dict.fromkeys(wrong))


def as_clicked(name: str, answers: Answers, walk: Json, questionnaire: Json) -> Check:
    """Whether the response holds the answers that were clicked, no more and no fewer, and fits the questionnaire."""
    codings = {
        item["linkId"]: (answer["valueCoding"]["system"], answer["valueCoding"]["code"])
        for group in walk["response"].get("item", ())
        for item in group.get("item", ())
        for answer in item.get("answer", ())
    }
    expected = {each: (CODINGS[answer]["system"], CODINGS[answer]["code"]) for each, answer in answers.items()}
    odd = [each for each in {**expected, **codings} if codings.get(each) != expected.get(each)]
    missed = [f"{option} cannot be clicked at: {question}" for question, option in walk["missed"]]
    faults = [problem.message for problem in check_response(walk["response"], questionnaire)]
    return f"{name}: the response holds the {len(answers)} answers clicked", "; ".join([*missed, *odd, *faults])


def through_check(folder: Path, name: str, answers: Answers, walk: Json) -> tuple[Check, Json]:
    """Whether the response gives through `check` what the same answers give from a file of them; and what they give."""
    (folder / f"{name}.json").write_text(json.dumps({"id": name, "answers": answers}), "utf-8")
    (folder / f"{name}-response.json").write_text(json.dumps(walk["response"]), "utf-8")
    by_file, by_form = (
        sciaticheck(folder, "check", file, "-f", "json") for file in (f"{name}.json", f"{name}-response.json")
    )
    expected: Json = json.loads(by_file.stdout)["results"][0]
    found: list[Json] = json.loads(by_form.stdout)["results"]
    odd = [f"{key} differs" for each in found for key in SAME if each[key] != expected[key]]
    if len(found) != 1:
        odd.append(f"{len(found)} results: {' '.join(by_form.stderr.split())}")
    done = "complete" if expected["complete"] else "incomplete"
    return (f"{name}: check gives the same, {expected['urgency']}, {done}", "; ".join(odd)), expected


def through_batch(folder: Path, walks: Mapping[str, Json], expected: Mapping[str, Json]) -> Check:
    """Whether `batch` gives the same for all of the responses as NDJSON."""
    what = f"batch gives the same for the {len(expected)} responses as NDJSON"
    lines = [json.dumps(walks[name]["response"]) + "\n" for name in expected]
    (folder / "responses.ndjson").write_text("".join(lines), "utf-8")
    done = sciaticheck(folder, "batch", "responses.ndjson", "-o", "-", "-f", "jsonl")
    rows: list[Json] = [json.loads(line) for line in done.stdout.splitlines()]
    if len(rows) != len(expected):
        return what, f"{len(rows)} rows: {' '.join(done.stderr.split())}"
    odd = [
        f"{name}: {key} {row[key]} instead of {result[key]}"
        for (name, result), row in zip(expected.items(), rows, strict=True)
        for key in SAME_IN_ROWS
        if row[key] != result[key]
    ]
    return what, "; ".join(odd)


def checks(folder: Path) -> Iterator[Check]:
    """Everything that is looked at."""
    knowledge = load_knowledge()
    sciaticheck(folder, "export", "fhir", "-o", "questionnaire.json").check_returncode()
    questionnaire = json.loads((folder / "questionnaire.json").read_text("utf-8"))
    who, minds = respondents(knowledge), change_of_mind(knowledge)
    clicks = {name: can_be_clicked(answers, knowledge).items() for name, answers in who.items()}
    told = walked(
        folder, {name: in_words(each, knowledge) for name, each in {**clicks, "change-of-mind": minds}.items()}
    )
    print(f"LHC-Forms {told['client']}, Chromium {told['browser']}, knowledge {knowledge.version}")
    yield from on_the_page(knowledge, told)
    yield from on_and_off(knowledge, told)
    parents = {name: answer for name, answer in minds if not knowledge.questions[name].only_if}
    expected = {}
    for name, answers in {**who, "change-of-mind": parents}.items():
        walk = told["walks"][name]
        yield as_clicked(name, can_be_clicked(answers, knowledge), walk, questionnaire)
        check, expected[name] = through_check(folder, name, answers, walk)
        yield check
    yield through_batch(folder, told["walks"], expected)
    yield "no fault in the page", "; ".join(told["faults"])
    yield "no request to another host", "; ".join(told["outside"])


def main() -> None:
    """Prints each check, and what is wrong with it."""
    failed = 0
    with tempfile.TemporaryDirectory() as name:
        for what, wrong in checks(Path(name)):
            failed += bool(wrong)
            print(f"FAILED  {what}: {wrong}" if wrong else f"ok      {what}", flush=True)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
