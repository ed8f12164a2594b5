"""The exported forms in real clients: `python tests/browser/forms.py [--client NAME]` (needs chromium, npm, node 20).

LHC-Forms, Smart Forms and Medplum show the FHIR questionnaire. ODK Web Forms shows the XLSForm, once pyxform has
converted it and ODK Validate, which needs Java, has accepted it. forms.mjs answers by clicks in headless Chromium:
every follow-up on and off, published cases, every question, and a case in Spanish. The responses must give what the
same answers give from a file, through `check` and through `batch`. One line a check; exit status 1 if any fails.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple
from xml.etree import ElementTree

from pyxform.xls2xform import convert

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
sys.path.insert(0, str(HERE.parent / "formats"))

from response_check import check_response  # noqa: E402
from sciaticheck import Knowledge, load_knowledge  # noqa: E402
from sciaticheck.answers.spelling import Answer  # noqa: E402
from sciaticheck.evaluation import read_cases  # noqa: E402
from sciaticheck.formats.fhir.codes import CODINGS  # noqa: E402
from sciaticheck.formats.form import runs  # noqa: E402

CASES = ("ces-hart-22m-visit3", "mscc-plasma-56m", "disc-nejm-41m")
SAME = ("urgency", "possible_urgency", "complete", "red_flags", "conditions", "unanswered")
SAME_IN_ROWS = ("urgency", "possible_urgency", "complete")
NPM = ("npm", "install", "--silent", "--legacy-peer-deps", "--ignore-scripts", "--no-audit", "--no-fund", "--no-save")
ON_AND_OFF: tuple[Answer, ...] = ("no", "yes", "unsure", "yes", "no")

Answers = Mapping[str, Answer]
Click = tuple[str, Answer]
Json = dict[str, Any]
Check = tuple[str, str]
"""What was looked at, and what is wrong with it; empty if nothing is."""


class Client(NamedTuple):
    """A program that shows a form: the packages of package.json that it needs, the first of which is itself.

    `keeps_hidden` is whether a response keeps answers to questions that are hidden again.
    """

    packages: tuple[str, ...]
    form: str = "fhir"
    shows_help: bool = True
    keeps_hidden: bool = False

    @property
    def ending(self) -> str:
        """How the name of a response ends."""
        return ".json" if self.form == "fhir" else ".xml"

    @property
    def options(self) -> tuple[str, ...]:
        """What `check` and `batch` need to read the responses."""
        return ("--drop-hidden",) if self.keeps_hidden else () if self.form == "fhir" else ("--from", "odk")


VERSIONS: Mapping[str, str] = json.loads((HERE / "package.json").read_text("utf-8"))["dependencies"]
REACT = ("react", "react-dom")
MANTINE = tuple(f"@mantine/{name}" for name in ("core", "hooks", "notifications", "spotlight"))
MEDPLUM = tuple(f"@medplum/{name}" for name in ("react", "react-hooks", "core", "mock"))
CLIENTS = {
    "lhc": Client(("lforms",), shows_help=False),  # behind a button
    "smart": Client(("@aehrc/smart-forms-renderer", *REACT), keeps_hidden=True),
    "medplum": Client((*MEDPLUM, *MANTINE, "react-router", *REACT), shows_help=False),
    "odk": Client(("@getodk/web-forms", "vue"), form="xlsform"),
}


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
    chosen["spanish"] = published[CASES[0]]
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


def install(folder: Path, clients: Iterable[str]) -> None:
    """The driver and the packages of the clients, in the folder."""
    shutil.copy(HERE / "forms.mjs", folder)
    shutil.copytree(HERE / "clients", folder / "clients")
    (folder / "package.json").write_text('{"private": true, "type": "module"}', "utf-8")
    packages = dict.fromkeys(
        ["esbuild", "playwright-core", *(each for name in clients for each in CLIENTS[name].packages)]
    )
    subprocess.run([*NPM, *(f"{each}@{VERSIONS[each]}" for each in packages)], cwd=folder, check=True)


def exported(folder: Path, form: str, name: str, *options: str) -> str:
    """The name of a new file with the form that a client is given."""
    if form == "fhir":
        sciaticheck(folder, "export", "fhir", *options, "-o", f"{name}.json").check_returncode()
        return f"{name}.json"
    sciaticheck(folder, "export", "xlsform", *options, "-o", f"{name}.xlsx").check_returncode()
    converted = convert(folder / f"{name}.xlsx", validate=True)
    (folder / f"{name}.xml").write_text(converted.xform, "utf-8")
    return f"{name}.xml"


def walked(folder: Path, name: str, walks: Json) -> Json:
    """What the client shows and makes on each walk."""
    chromium = shutil.which("chromium")
    if not chromium:
        raise SystemExit("chromium is not there")
    (folder / "walks.json").write_text(json.dumps(walks), "utf-8")
    command = ["node", "forms.mjs", chromium, name, "walks.json", "told.json"]
    subprocess.run(command, cwd=folder, check=True, timeout=1200)
    told: Json = json.loads((folder / "told.json").read_text("utf-8"))
    return told


def on_the_page(knowledge: Knowledge, empty: Json, full: Json) -> Iterator[Check]:
    """Whether the questions are those of the knowledge, in their order, each with its three answers."""
    first, last = empty["seen"][0], full["seen"][-1]
    questions = knowledge.questions.values()
    always = [question.ask for question in questions if not question.only_if]
    yield f"{len(always)} questions at first, in order", _differs(first, always)
    yield f"{len(questions)} with every follow-up, in order", _differs(last, [question.ask for question in questions])
    words = [knowledge.texts[f"answer_{answer}"] for answer in CODINGS]
    odd = [each["question"] for each in last if each["options"] != words]
    yield f"each can be answered {', '.join(words)}", "; ".join(odd)
    yield "nothing is chosen beforehand", "; ".join(each["question"] for each in first if each["chosen"])


def _differs(page: list[Json], expected: list[str]) -> str:
    found = [each["question"] for each in page]
    if found == expected:
        return ""
    return "; ".join(sorted({*found} ^ {*expected})) or "another order, or one stands twice"


def texts(knowledge: Knowledge, full: Json, client: Client) -> Iterator[Check]:
    """Whether the notice and the names of groups are to be read, and the help texts if the client shows them."""
    page = " ".join(full["text"].split())
    shown = {"notice": [knowledge.texts["notice"], knowledge.texts["stop_now"]], "groups": knowledge.groups.values()}
    if client.shows_help:
        shown["help texts"] = [question.help.means for question in knowledge.questions.values()]
    for what, expected in shown.items():
        yield f"the {what} can be read", "; ".join(text for text in expected if text not in page)


def titles(knowledge: Knowledge, empty: Json) -> Check:
    """Whether a title is to be read only where there are questions under it."""
    asked = [run for run in runs(knowledge) if any(not question.only_if for question in run.questions)]
    expected = Counter(knowledge.groups[run.group] for run in asked)
    lines = Counter(line.strip() for line in empty["text"].splitlines())
    odd = [f"{title}: {lines[title]} instead of {many}" for title, many in expected.items() if lines[title] != many]
    return "no title without a question", "; ".join(odd)


def on_and_off(knowledge: Knowledge, pages: list[list[Json]]) -> Iterator[Check]:
    """Whether each follow-up is there exactly while its parent is yes."""
    clicks = change_of_mind(knowledge)
    seen = [{each["question"] for each in page} for page in pages]
    for question in knowledge.questions.values():
        parent, wrong, now = question.only_if, [], None
        if parent is None:
            continue
        for page, (name, answer) in zip(seen, [("", None), *clicks], strict=True):
            now = answer if name == parent else now
            if (question.ask in page) != (now == "yes"):
                wrong.append(f"{parent} {now or 'unanswered'}: {'there' if question.ask in page else 'not there'}")
        yield f"{question.id} comes and goes with {parent}", "; ".join(dict.fromkeys(wrong))


def held(response: str, client: Client, knowledge: Knowledge) -> dict[str, str]:
    """The answers that a response holds, by question."""
    if client.form != "fhir":
        elements = ((each.tag.rpartition("}")[2], each.text) for each in ElementTree.fromstring(response).iter())
        return {name: text for name, text in elements if text and name in knowledge.questions}
    answers = {(coding["system"], coding["code"]): answer for answer, coding in CODINGS.items()}
    found, items = {}, [json.loads(response)]
    for item in items:  # grows as it goes
        items += item.get("item", ())
        for answer in item.get("answer", ()):
            coding = answer["valueCoding"]
            found[item["linkId"]] = answers.get((coding["system"], coding["code"]), str(coding))
    return found


def as_clicked(folder: Path, name: str, answers: Answers, walk: Json, client: Client, knowledge: Knowledge) -> Check:
    """Whether the response holds the answers that were clicked, no more and no fewer, and fits the questionnaire."""
    found = held(walk["response"], client, knowledge)
    odd = [each for each in {**answers, **found} if found.get(each) != answers.get(each)]
    missed = [f"{option} cannot be clicked at: {question}" for question, option in walk["missed"]]
    faults = []
    if client.form == "fhir":
        questionnaire = json.loads((folder / "form.json").read_text("utf-8"))
        problems = check_response(json.loads(walk["response"]), questionnaire)
        faults = [each.message for each in problems if not (client.keeps_hidden and each.code == "switched_off")]
    return f"{name}: the response holds the {len(answers)} answers clicked", "; ".join([*missed, *odd, *faults])


def through_check(folder: Path, name: str, answers: Answers, walk: Json, client: Client) -> tuple[Check, Json]:
    """Whether the response gives through `check` what the same answers give from a file of them; and what they give."""
    file, response = f"answers/{name}.json", f"responses/{name}{client.ending}"
    (folder / file).write_text(json.dumps({"id": name, "answers": answers}), "utf-8")
    (folder / response).write_text(walk["response"], "utf-8")
    by_file = sciaticheck(folder, "check", file, "-f", "json")
    by_form = sciaticheck(folder, "check", response, "-f", "json", *client.options)
    expected: Json = json.loads(by_file.stdout)["results"][0]
    found: list[Json] = json.loads(by_form.stdout)["results"]
    if not answers and client.form != "fhir":  # as in a table, where such a row is not a respondent
        passed = not found and "1 blank record passed over" in by_form.stderr
        return (f"{name}: check passes the blank record over", "" if passed else by_form.stderr), expected
    odd = [f"{key} differs" for each in found for key in SAME if each[key] != expected[key]]
    if len(found) != 1:
        odd.append(f"{len(found)} results: {' '.join(by_form.stderr.split())}")
    done = "complete" if expected["complete"] else "incomplete"
    return (f"{name}: check gives the same, {expected['urgency']}, {done}", "; ".join(odd)), expected


def through_batch(folder: Path, walks: Mapping[str, Json], expected: Mapping[str, Json], client: Client) -> Check:
    """Whether `batch` gives the same for all of the responses, which are lines of NDJSON in FHIR."""
    what = f"batch gives the same for the {len(expected)} responses"
    files = [f"responses/{name}{client.ending}" for name in expected]
    if client.form == "fhir":
        lines = [json.dumps(json.loads(walks[name]["response"])) + "\n" for name in expected]
        files = ["responses.ndjson"]
        (folder / files[0]).write_text("".join(lines), "utf-8")
    done = sciaticheck(folder, "batch", *files, "-o", "-", "-f", "jsonl", *client.options)
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


def hidden_is_a_conflict(folder: Path) -> Check:
    """Whether a response that keeps hidden answers is refused without `--drop-hidden`."""
    done = sciaticheck(folder, "check", "responses/change-of-mind.json", "-f", "json")
    refused = not json.loads(done.stdout)["results"] and "contradicts" in done.stderr
    return "change-of-mind: without --drop-hidden, kept answers are a conflict", "" if refused else done.stderr


def checks(folder: Path, name: str) -> Iterator[Check]:
    """Everything that is looked at in a client."""
    client = CLIENTS[name]
    knowledge, spanish = load_knowledge(), load_knowledge(language="es")
    form, spanish_form = exported(folder, client.form, "form"), exported(folder, client.form, "spanish", "--lang", "es")
    who, minds = respondents(knowledge), change_of_mind(knowledge)
    clicks = {each: list(can_be_clicked(answers, knowledge).items()) for each, answers in who.items()}
    steps = {}
    for each, clicked in {**clicks, "change-of-mind": minds}.items():
        shown, known = (spanish_form, spanish) if each == "spanish" else (form, knowledge)
        steps[each] = {"form": shown, "clicks": in_words(clicked, known)}
    told = walked(folder, name, steps)
    walks = told["walks"]
    print(f"{client.packages[0]} {VERSIONS[client.packages[0]]}, Chromium {told['browser']}")
    yield from on_the_page(knowledge, walks["no-question"], walks["every-question"])
    yield from texts(knowledge, walks["every-question"], client)
    yield titles(knowledge, walks["no-question"])
    asked = [question.ask for question in spanish.questions.values() if not question.only_if]
    yield "the questions in Spanish", _differs(walks["spanish"]["seen"][0], asked)
    yield from on_and_off(knowledge, walks["change-of-mind"]["seen"])
    parents = {each: answer for each, answer in minds if not knowledge.questions[each].only_if}
    for each in ("answers", "responses"):
        (folder / each).mkdir(exist_ok=True)
    expected = {}
    for each, answers in {**who, "change-of-mind": parents}.items():
        kept = each == "change-of-mind" and client.keeps_hidden
        clicked = dict(minds) if kept else can_be_clicked(answers, knowledge)
        yield as_clicked(folder, each, clicked, walks[each], client, knowledge)
        check, expected[each] = through_check(folder, each, answers, walks[each], client)
        yield check
    if client.form != "fhir":
        del expected["no-question"]
    if client.keeps_hidden:
        yield hidden_is_a_conflict(folder)
    yield through_batch(folder, walks, expected, client)
    yield "no fault in the page", "; ".join(told["faults"])
    yield "no request to another host", "; ".join(told["outside"])


def main() -> None:
    """Prints each check, and what is wrong with it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--client", choices=CLIENTS, action="append", help="only this one; can be repeated")
    clients = parser.parse_args().client or list(CLIENTS)
    failed = 0
    with tempfile.TemporaryDirectory() as name:
        install(Path(name), clients)
        for client in clients:
            for what, wrong in checks(Path(name), client):
                failed += bool(wrong)
                print(f"FAILED  {what}: {wrong}" if wrong else f"ok      {what}", flush=True)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
