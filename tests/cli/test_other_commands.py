"""The small commands: explain, questions, conditions, template, card, schema, and the command line itself."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from conftest import Ran, environment
from jsonschema import Draft202012Validator
from typer.testing import CliRunner

from sciaticheck import Knowledge, __version__, load_knowledge
from sciaticheck.cli import app
from sciaticheck.report.explain import explain

DATA = Path(__file__).parents[2] / "data" / "conditions.yaml"
KNOWN = load_knowledge()
COMMANDS = (
    ("explain", "saddle_numbness"),
    ("questions",),
    ("questions", "-f", "json"),
    ("conditions",),
    ("conditions", "-f", "json"),
    ("template",),
    ("card",),
    ("card", "--plain"),
    ("schema", "result"),
    ("knowledge", "lint"),
    ("--version",),
)


def call(*args: str, stdin: str | None = None) -> Ran:
    """The command in this process; a fault of the program raises."""
    env = {"COLUMNS": "80", "NO_COLOR": "1"}
    done = CliRunner().invoke(app, args, input=stdin, env=env, catch_exceptions=False)
    return Ran(done.exit_code, done.stdout_bytes.decode(), done.stderr_bytes.decode())


def checked(text: str) -> dict[str, Any]:
    """The object that `check -f json` prints for this text."""
    payload: dict[str, Any] = json.loads(call("check", "-", "-f", "json", stdin=text).out)
    return payload


def flat(text: str) -> str:
    """The text with every run of blanks and line ends as one blank."""
    return " ".join(text.split())


# explain


def told(id: str, knowledge: Knowledge) -> str:
    """All that `explain` has to say."""
    return "\n".join(f"{label}: {text}" for lines in explain(id, knowledge) for label, text in lines)


@pytest.mark.parametrize("id", KNOWN.questions)
def test_a_question_is_explained_with_its_wording_and_why_it_is_asked(id: str, knowledge: Knowledge) -> None:
    question = knowledge.questions[id]
    text = told(id, knowledge)
    for part in (id, question.ask, question.help.means, question.help.check, question.help.why, question.only_if or ""):
        assert part in text
    assert "Red flag: " in text or "Sign: " in text or any(follow.only_if == id for follow in knowledge.follow_ups)


@pytest.mark.parametrize("id", KNOWN.conditions)
def test_a_condition_is_explained_with_its_signs_and_sources(id: str, knowledge: Knowledge) -> None:
    condition = knowledge.conditions[id]
    text = told(id, knowledge)
    cites = [*condition.cites, *(cite for sign in condition.signs for cite in sign.cites)]
    for part in (id, condition.name, condition.about, *(sign.name for sign in condition.signs)):
        assert part in text
    assert [cite.source for cite in cites if f"Source: {cite.source}, {cite.at}" not in text] == []


@pytest.mark.parametrize("id", KNOWN.red_flags)
def test_a_red_flag_is_explained_with_its_level_criterion_and_sources(id: str, knowledge: Knowledge) -> None:
    flag = knowledge.red_flags[id]
    text = told(id, knowledge)
    assert f"Urgency: {flag.urgency}" in text
    assert "Present when: " in text
    assert [cite.says for cite in flag.cites if cite.says not in text] == []
    assert (flag.differs or "") in text


@pytest.mark.parametrize("id", KNOWN.sources)
def test_a_source_is_explained_with_its_citation_and_how_it_was_read(id: str, knowledge: Knowledge) -> None:
    source = knowledge.sources[id]
    text = told(id, knowledge)
    assert source.citation in text
    assert (source.url or "") in text
    assert re.search(r"Read: .+, \d{4}-\d{2}", text)


@pytest.mark.parametrize("id", ["saddle_numbness", "cauda_equina_syndrome", "bladder_change", "girft_ces"])
def test_explain_prints_all_of_it(id: str, knowledge: Knowledge) -> None:
    ran = call("explain", id)
    assert ran.status == 0
    assert ran.err == ""
    for lines in explain(id, knowledge):
        for _, text in lines:
            assert text.replace(" ", "") in re.sub(r"\s", "", ran.out)


@pytest.mark.parametrize(
    ("id", "nearest"),
    [
        ("saddle_numbnes", "saddle_numbness"),
        ("cauda_equina", "cauda_equina_syndrome"),
        ("bladder_chnage", "bladder_change"),
        ("SADDLE_NUMBNESS", "saddle_numbness"),
        ("girft-ces", "girft_ces"),
    ],
)
def test_a_misspelt_id_names_the_nearest_one(id: str, nearest: str) -> None:
    ran = call("explain", id)
    assert (ran.status, ran.out) == (2, "")
    assert f"'{id}' is not a question, condition, red flag or source." in ran.err
    assert f"Did you mean '{nearest}'?" in ran.err


def test_an_id_that_is_like_nothing_and_would_act_on_a_terminal_is_written_out() -> None:
    ran = call("explain", "\x1b[31m\u202e")
    assert ran.status == 2
    assert r"'\x1b[31m\u202e' is not" in ran.err


# questions and conditions


def test_questions_lists_every_question_in_order(knowledge: Knowledge) -> None:
    payload = json.loads(call("questions", "-f", "json").out)
    assert payload["schema_version"] == "1.0"
    assert [question["id"] for question in payload["questions"]] == list(knowledge.questions)
    assert all(question["ask"] and question["help"]["why"] for question in payload["questions"])
    ids = [line.split()[0] for line in call("questions").out.splitlines()[1:] if not line.startswith(" ")]
    assert ids == list(knowledge.questions)


def test_conditions_lists_every_condition_with_its_signs(knowledge: Knowledge) -> None:
    payload = json.loads(call("conditions", "-f", "json").out)
    assert {row["id"]: len(row["signs"]) for row in payload["conditions"]} == {
        condition.id: len(condition.signs) for condition in knowledge.conditions.values()
    }
    table = call("conditions").out
    assert [id for id in knowledge.conditions if id not in table] == []


@pytest.mark.parametrize("command", ["questions", "conditions", "template", "card", "schema"])
def test_a_list_goes_to_a_file_as_it_goes_to_stdout(command: str, tmp_path: Path) -> None:
    args = (command, "answers") if command == "schema" else (command,)
    ran = call(*args, "-o", str(tmp_path / "out"))
    assert ran == (0, "", "")
    assert (tmp_path / "out").read_text("utf-8") == call(*args).out


# template


@pytest.mark.parametrize("format", ["yaml", "json"])
def test_a_template_answers_nothing(format: str, tmp_path: Path, knowledge: Knowledge) -> None:
    path = tmp_path / f"me.{format}"
    assert call("template", "-f", format, "-o", str(path)).status == 0
    for args in ((str(path),), ("-",)):
        ran = call("check", *args, "-f", "json", stdin=path.read_text("utf-8"))
        (result,) = json.loads(ran.out)["results"]
        assert result["answers"] == {}
        assert result["unanswered"] == list(knowledge.questions)
        assert result["id"] == ("me" if args[0] != "-" else "stdin")
        assert ran.status == 3


@pytest.mark.parametrize("format", ["yaml", "json"])
def test_a_template_can_be_filled_in(format: str) -> None:
    template = call("template", "-f", format).out
    filled = template.replace('"fever": null', '"fever": true').replace("  fever:\n", "  fever: yes\n")
    assert checked(filled)["results"][0]["answers"] == {"fever": "yes"}


def test_a_csv_template_is_a_header_that_takes_rows(knowledge: Knowledge) -> None:
    header = call("template", "-f", "csv").out
    assert next(csv.reader(io.StringIO(header))) == ["id", *knowledge.questions]
    assert checked(header)["errors"][0]["code"] == "empty"
    payload = checked(header + "p" + "," * len(knowledge.questions) + "\n")
    assert payload["errors"] == []
    assert payload["results"][0]["id"] == "p"
    assert payload["results"][0]["answers"] == {}


# card


@pytest.mark.parametrize("plain", [(), ("--plain",)])
@pytest.mark.parametrize("region", ["default", "uk", "us", "eu"])
def test_the_card_says_what_to_watch_for_and_where_to_go(region: str, plain: tuple[str, ...]) -> None:
    knowledge = load_knowledge(region=region)
    ran = call("card", "--region", region, *plain)
    text = flat(ran.out)
    assert ran.status == 0
    assert [line for line in knowledge.safety_net.watch_for if flat(line) not in text] == []
    where = knowledge.advice["emergency"][region].action
    assert any(flat(step) in text for step in where)
    assert flat(knowledge.texts["notice"]) in text


# schema


@pytest.mark.parametrize("of", ["answers", "result", "knowledge"])
def test_a_schema_is_a_valid_schema(of: str) -> None:
    Draft202012Validator.check_schema(json.loads(call("schema", of).out))


def wrong(of: str, value: object) -> list[str]:
    """What the schema says is wrong with a value."""
    validator = Draft202012Validator(json.loads(call("schema", of).out))
    return [error.message for error in validator.iter_errors(value)]


@pytest.mark.parametrize(
    "text",
    [
        "saddle_numbness: yes\n",
        "both_legs: yes\nnight_pain: unsure\n",
        "back_pain: no\n",
        "back_pain: maybe\n",
        "",
        "id,fever\na,yes\nb,maybe\n,no\n",
    ],
)
def test_results_are_as_the_schema_says(text: str) -> None:
    assert wrong("result", checked(text)) == []


@pytest.mark.parametrize("key", ["schema_version", "tool", "knowledge", "summary", "results", "errors"])
def test_the_result_schema_misses_a_key_that_is_not_there(key: str) -> None:
    payload = checked("fever: yes\n")
    del payload[key]
    assert wrong("result", payload) != []


def test_the_result_schema_refuses_another_major_version_and_an_unknown_urgency() -> None:
    payload = checked("fever: yes\n")
    assert wrong("result", payload | {"schema_version": "2.0"}) != []
    payload["results"][0]["urgency"] = "critical"
    assert wrong("result", payload) != []


def test_the_packaged_knowledge_is_as_the_schema_says() -> None:
    assert wrong("knowledge", yaml.safe_load(DATA.read_text("utf-8"))) == []


@pytest.mark.parametrize("key", ["sources", "questions", "conditions", "red_flags", "advice", "review"])
def test_the_knowledge_schema_misses_a_block_that_is_not_there(key: str) -> None:
    document = yaml.safe_load(DATA.read_text("utf-8"))
    del document[key]
    assert wrong("knowledge", document) != []


def test_a_template_is_as_the_answers_schema_says() -> None:
    assert wrong("answers", json.loads(call("template", "-f", "json").out)) == []
    assert wrong("answers", yaml.safe_load(call("template").out)) == []


@pytest.mark.parametrize(
    "value",
    [
        *("yes", "Y", " TRUE ", "1", "no", "n", "False", "0", "unsure", "Unknown", "NOT SURE", "", "null"),
        *(True, False, 0, 1, None),
    ],
)
def test_the_answers_schema_and_check_accept_the_same_answers(value: object) -> None:
    for answers in ({"fever": value}, {"id": "p", "answers": {"fever": value}}):
        assert wrong("answers", answers) == []
        assert checked(json.dumps(answers))["errors"] == []


@pytest.mark.parametrize(
    "answers",
    [
        *({"fever": value} for value in ("on", "maybe", "2", "yes no", 2, -1, 1.5, [], {}, ["yes"])),
        {"feverish": "yes"},
        {"answers": {"feverish": "yes"}},
        {"answers": {"fever": "yes"}, "chest_pain": "yes"},
        {"id": [], "fever": "yes"},
        [],
        "yes",
        None,
    ],
)
def test_the_answers_schema_and_check_refuse_the_same_answers(answers: object) -> None:
    assert wrong("answers", answers) != []
    assert checked(json.dumps(answers))["errors"] != []


# the command line itself


def test_version_names_the_tool_and_the_knowledge(knowledge: Knowledge) -> None:
    ran = call("--version")
    assert ran.status == 0
    assert f"sciaticheck {__version__}\n" in ran.out
    assert f"knowledge {knowledge.version}" in ran.out
    assert knowledge.review.status in ran.out


def test_the_bare_command_shows_how_to_use_it() -> None:
    ran = call()
    shown = ran.out + ran.err
    assert "Usage: sciaticheck" in shown
    for command in ("ask", "check", "explain", "questions", "template", "card", "schema", "knowledge"):
        assert f"\n  {command} " in shown


INTERRUPTED = """
import signal, sys
class Interrupt:
    def find_spec(self, name, *more):
        if name == {module!r}:
            signal.raise_signal(signal.SIGINT)
sys.meta_path.insert(0, Interrupt())
from sciaticheck.__main__ import main
main()
"""


@pytest.mark.parametrize("module", ["sciaticheck.cli", "typer", "sciaticheck.cli.check"])
def test_ctrl_c_while_it_is_loading_is_130_and_no_traceback(module: str) -> None:
    command = [sys.executable, "-c", INTERRUPTED.format(module=module), "check", "--plain", "-"]
    done = subprocess.run(
        command, input=b"fever: no\n", capture_output=True, env=environment(), check=False, timeout=60
    )
    assert (done.returncode, done.stdout, done.stderr) == (130, b"", b"")


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("chek",), "Did you mean 'check'"),
        (("nonsense",), "No such command 'nonsense'"),
        (("check", "a.yaml", "--formt", "json"), "--format"),
        (("template", "-f", "xml"), "yaml, json, csv"),
        (("card", "--region", "mars"), "default, uk, ie, us, ca, au, nz, in, eu"),
        (("schema", "everything"), "'answers', 'result', 'knowledge'"),
        (("schema",), "Missing argument"),
        (("explain",), "Missing argument"),
        (("questions", "-f", "csv"), "table, json"),
    ],
)
def test_wrong_usage_says_what_is_allowed(args: tuple[str, ...], said: str) -> None:
    ran = call(*args)
    assert (ran.status, ran.out) == (2, "")
    assert said in ran.err


@pytest.mark.parametrize("args", COMMANDS, ids=" ".join)
def test_a_reader_that_went_away_is_no_error(args: tuple[str, ...]) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    command = [sys.executable, "-m", "sciaticheck", *args]
    done = subprocess.run(command, stdout=writing, stderr=subprocess.PIPE, env=environment(), check=False)
    os.close(writing)
    assert (done.returncode, done.stderr.decode()) == (0, call(*args).err)


@pytest.mark.parametrize("args", [("explain", "fever"), ("questions", "-f", "json"), ("--version",)], ids=" ".join)
def test_a_full_device_is_one_clear_line(args: tuple[str, ...]) -> None:
    command = [sys.executable, "-m", "sciaticheck", *args]
    with open("/dev/full", "wb") as full:
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, env=environment(), check=False)
    assert done.stderr == b"sciaticheck: cannot write the result: No space left on device\n"
    assert done.returncode == 2


# habits


def test_v_is_the_version() -> None:
    assert call("-V").out == call("--version").out


@pytest.mark.parametrize("command", [(), ("knowledge",), ("export",)], ids=str)
def test_help_lists_whole_sentences_under_headings(command: tuple[str, ...]) -> None:
    for columns in ("40", "80"):
        text = CliRunner().invoke(app, [*command, "-h"], env={"COLUMNS": columns}).stdout
        assert "..." not in text.replace("COMMAND [ARGS]...", "").replace("[ARGS]...", "")
    if not command:
        headings = [line for line in text.splitlines() if line.endswith(":") and not line.startswith(" ")]
        assert headings == ["Options:", "For you:", "Files of answers:", "Other formats:", "Clinical content:"]


@pytest.mark.parametrize(
    ("name", "begins"), [("a.html", "<!DOCTYPE html>"), ("a.json", "{"), ("a.csv", "id,"), ("a.md", "# ")]
)
def test_the_name_of_the_output_says_the_format(name: str, begins: str, tmp_path: Path) -> None:
    call("check", "-", "-o", str(tmp_path / name), stdin="saddle_numbness: yes\n")
    assert (tmp_path / name).read_text().startswith(begins)
    call("check", "-", "-o", str(tmp_path / name), "-f", "jsonl", stdin="saddle_numbness: yes\n")
    assert (tmp_path / name).read_text().startswith('{"schema_version"')


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("sciaticheck explain saddle_n", "saddle_numbness"),
        ("sciaticheck explain cauda_", "cauda_equina_syndrome"),
        ("sciaticheck ask --region u", "uk"),
        ("sciaticheck ask --lang e", "es"),
    ],
)
def test_ids_regions_and_languages_are_completed(typed: str, offered: str) -> None:
    env = {"_SCIATICHECK_COMPLETE": "complete_bash", "COMP_WORDS": typed, "COMP_CWORD": str(typed.count(" "))}
    done = subprocess.run(
        [Path(sys.executable).with_name("sciaticheck")], env=environment(**env), capture_output=True, text=True
    )
    assert offered in done.stdout.split()


def test_the_region_can_be_a_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCIATICHECK_REGION", "uk")
    assert "999" in call("check", "-", stdin="saddle_numbness: yes\n").out
