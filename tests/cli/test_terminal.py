"""`ask` at a real terminal: what was not given is never kept, and stopping is never an all-clear."""

from __future__ import annotations

import contextlib
import fcntl
import io
import json
import os
import pty
import select
import signal
import subprocess
import sys
import termios
import time
from collections.abc import Iterator
from pathlib import Path
from types import FrameType, SimpleNamespace
from typing import Any

import pytest
import rich.console
import yaml
from conftest import Run, environment

from sciaticheck import load_knowledge
from sciaticheck.cli.console import console
from sciaticheck.cli.terminal import Screen, converse, fitted, read_line
from sciaticheck.interview import Interview, State

KNOWLEDGE = load_knowledge()
WORDS = {"1": "yes", "2": "NO", "0": "no", "yes": "YES"}
PROMPTS = Interview(KNOWLEDGE).order.remaining(State())
"""How many prompts somebody meets who answers no to everything."""
(OPENING,) = (screen for screen in KNOWLEDGE.screens.values() if screen.opening)

GARBAGE = ["", "maybe", "yes please", "10", "\x1b[A", "=1"]


OPEN: list[Terminal] = []


@pytest.fixture(autouse=True)
def _closed() -> Iterator[None]:
    """Whatever a test opened is closed."""
    yield
    while OPEN:
        OPEN.pop().close()


class Terminal:
    """A process with a terminal for its questions; its result goes to a pipe."""

    def __init__(self, folder: Path, *args: str, **env: str) -> None:
        self.master, slave = pty.openpty()
        command = [sys.executable, "-m", "sciaticheck", "ask", *args]
        region = {} if "SCIATICHECK_REGION" in env else {"SCIATICHECK_REGION": "default"}
        self.process = subprocess.Popen(
            command, stdin=slave, stderr=slave, stdout=subprocess.PIPE, cwd=folder, env=environment(**region, **env),
            start_new_session=True, preexec_fn=lambda: fcntl.ioctl(slave, termios.TIOCSCTTY, 0),
        )  # fmt: skip
        os.close(slave)
        self.text = ""
        OPEN.append(self)

    def close(self) -> None:
        with contextlib.suppress(OSError):
            os.close(self.master)
        self.process.kill()
        self.process.wait()
        assert self.process.stdout
        self.process.stdout.close()

    def wait_for(self, said: str, count: int = 1) -> None:
        """Reads until something has been said so many times."""
        deadline = time.monotonic() + 20
        while self.text.count(said) < count:
            ready, _, _ = select.select([self.master], [], [], max(0.0, deadline - time.monotonic()))
            assert ready, f"not said: {said!r}; said: {self.text[-800:]!r}"
            self.text += os.read(self.master, 65536).decode("utf-8", "replace").replace("\r\n", "\n")

    def type(self, text: str) -> None:
        os.write(self.master, text.encode())

    def end(self) -> int:
        """The exit status, everything said read."""
        while True:
            ready, _, _ = select.select([self.master], [], [], 20)
            assert ready, f"does not end; said: {self.text[-800:]!r}"
            try:
                chunk = os.read(self.master, 65536)
            except OSError:
                break
            if not chunk:
                break
            self.text += chunk.decode("utf-8", "replace").replace("\r\n", "\n")
        return self.process.wait(timeout=20)

    def result(self) -> bytes:
        assert self.process.stdout
        return self.process.stdout.read()


def answers_to(states: list[State]) -> Iterator[str]:
    """Answers that meet every follow-up that can be met with no emergency, and the states they lead to.

    A screen is opened if a question on it has a follow-up, else it is answered no as a whole.
    """
    interview, parents = Interview(KNOWLEDGE), {question.only_if for question in KNOWLEDGE.follow_ups}
    state, _ = interview.step(states[0], "1")
    states.append(state)
    while state.stage == "asking":
        item = interview.order.next_item(state)
        assert item
        if item.screen:
            typed = "yes" if {question.id for question in item.asks} & parents else "0"
        else:
            typed = "2" if item.asks[0].id in interview.order.emergencies else "1"
        if typed == "1":
            after, _ = interview.step(state, typed)
            typed = "2" if after.stage == "emergency" else "1"
        state, _ = interview.step(state, typed)
        states.append(state)
        yield typed


def kept(file: Path) -> dict[str, str]:
    words = {True: "yes", False: "no"}
    answers = yaml.safe_load(file.read_text())["answers"] or {}
    return {name: words.get(answer, answer) for name, answer in answers.items()}


def test_at_every_question_only_what_was_given_is_kept(tmp_path: Path) -> None:
    file = tmp_path / "me.yaml"
    terminal = Terminal(tmp_path, "--save", "me.yaml", "-f", "json")
    states = [Interview(KNOWLEDGE).start()[0]]
    terminal.wait_for(KNOWLEDGE.texts["ask_start"])
    terminal.type("1\n")
    again, scolded = "Please type ", 0
    for number, typed in enumerate(answers_to(states), start=1):
        terminal.wait_for("Question ", number)
        for garbage in GARBAGE[number % 3 :: 3]:
            terminal.type(f"{garbage}\n")
            scolded += 1
            terminal.wait_for(again, scolded)
        assert not file.exists() or kept(file) == states[number].answers
        terminal.type(f"{WORDS[typed] if number % 2 else typed}\n")
    terminal.wait_for(KNOWLEDGE.texts["began_ask"])
    terminal.type("2\n")
    terminal.wait_for("0 show the result")
    assert kept(file) == states[-1].answers
    assert file.stat().st_mode & 0o777 == 0o600
    terminal.type("0\n")
    assert terminal.end() == 0
    (result,) = json.loads(terminal.result())["results"]
    assert result["answers"] == states[-1].answers
    assert result["began"] == KNOWLEDGE.texts["began_2"]
    assert result["began"] in result["advice"]["say"]


def test_sigterm_says_what_ctrl_c_says(tmp_path: Path) -> None:
    terminal = Terminal(tmp_path)
    terminal.wait_for(KNOWLEDGE.texts["ask_start"])
    terminal.type("\n")
    terminal.wait_for("Question 1")
    terminal.process.send_signal(signal.SIGTERM)
    assert terminal.end() == 130
    assert KNOWLEDGE.texts["not_all_clear"] in terminal.text
    assert KNOWLEDGE.safety_net.watch_for[-1][:40] in terminal.text


def test_the_region_is_asked_if_it_is_not_set(tmp_path: Path) -> None:
    terminal = Terminal(tmp_path, "-f", "json", SCIATICHECK_REGION="")
    for said, typed in ((KNOWLEDGE.texts["ask_start"], ""), ("Where are you?", "uk"), ("Question 1", "1")):
        terminal.wait_for(said)
        terminal.type(f"{typed}\n")
    terminal.wait_for(KNOWLEDGE.texts["banner_keys"][:20])
    assert "call 999" in terminal.text


@pytest.mark.parametrize("key", ["\x03", "\x04"], ids=["Ctrl-C", "Ctrl-D"])
@pytest.mark.parametrize("after", range(PROMPTS))
def test_stopping_is_130_and_never_an_all_clear(key: str, after: int, tmp_path: Path) -> None:
    terminal = Terminal(tmp_path, "--save", "me.yaml")
    terminal.wait_for(KNOWLEDGE.texts["ask_start"])
    terminal.type("1\n")
    for number in range(1, after + 1):
        terminal.wait_for("Question ", number)
        terminal.type("no\n")
    terminal.wait_for("Question ", after + 1)
    terminal.type(key)
    assert terminal.end() == 130
    assert KNOWLEDGE.texts["not_all_clear"] in terminal.text
    assert KNOWLEDGE.safety_net.watch_for[0] in terminal.text
    assert "Traceback" not in terminal.text
    assert terminal.result() == b""
    given = kept(tmp_path / "me.yaml") if after else {}
    assert list(given.values()) == ["no"] * len(given)
    assert len(given) >= after


def test_ctrl_c_anywhere_in_drawing_a_question_takes_nothing_from_what_is_said_at_the_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Sent at each in turn of the lines of Rich's console that the drawing of the first question begins with."""
    interview = Interview(KNOWLEDGE)

    def said(at: int) -> tuple[str, int]:
        """What is on the screen where the interrupt comes at that line, and how many lines there were."""
        passed, stream = 0, io.StringIO()

        def line(frame: FrameType, event: str, arg: object) -> Any:
            nonlocal passed
            if event == "line":
                passed += 1
                if passed == at:
                    signal.raise_signal(signal.SIGINT)
            return line

        def call(frame: FrameType, event: str, arg: object) -> Any:
            return line if frame.f_code.co_filename == rich.console.__file__ else None

        def read(_: int) -> str:
            sys.settrace(call if not passed else None)
            return "1\n" if not passed else ""

        monkeypatch.setattr(sys, "stdin", SimpleNamespace(readline=read))
        try:
            converse(interview, interview.start(), Screen(console(stream), plain=False), lambda state: None)
        finally:
            sys.settrace(None)
        return stream.getvalue(), passed

    _, lines = said(-1)
    assert lines > 300
    for at in range(1, 300):
        text, _ = said(at)
        assert text.count(KNOWLEDGE.texts["not_all_clear"]) == 1, at
        assert text.count("Question 1") == 1, at


def test_stopping_after_an_emergency_says_what_to_do(tmp_path: Path) -> None:
    terminal = Terminal(tmp_path, "--region", "uk")
    terminal.wait_for(KNOWLEDGE.texts["ask_start"])
    terminal.type("1\n")
    terminal.wait_for("Question 1")
    terminal.type("no\n")
    terminal.wait_for("Question 2")
    terminal.type("yes\n")
    terminal.wait_for("quick questions")
    terminal.type("\x03")
    assert terminal.end() == 130
    assert terminal.text.count("EMERGENCY: go to A&E or call 999") == 2


def test_the_command_to_go_on_keeps_the_language_the_region_and_the_rest(tmp_path: Path) -> None:
    terminal = Terminal(tmp_path, "--save", "my answers.yaml", "--lang", "es", "--quick", SCIATICHECK_REGION="")
    known = load_knowledge(language="es")
    for said, typed in (("ask_start", ""), ("region_ask", "1"), ("ask_any", "q")):
        terminal.wait_for(known.texts[said])
        terminal.type(f"{typed}\n")
    assert terminal.end() == 130
    command = "ask --resume 'my answers.yaml' --save 'my answers.yaml' --region uk --lang es --quick"
    assert command in " ".join(terminal.text.split())


def test_going_back_takes_nothing_out_of_the_saved_file_and_the_opening_says_that_it_is_saved(tmp_path: Path) -> None:
    terminal = Terminal(tmp_path, "--save", "me.yaml")
    terminal.wait_for(KNOWLEDGE.texts["ask_start"])
    assert KNOWLEDGE.text("privacy_saved", file="me.yaml").split(". ")[1] in " ".join(terminal.text.split())
    assert KNOWLEDGE.texts["privacy"] not in " ".join(terminal.text.split())
    terminal.type("1\n")
    for number in range(1, 4):
        terminal.wait_for("Question ", number)
        terminal.type("no\n")
    terminal.wait_for("Question ", 4)
    saved = kept(tmp_path / "me.yaml")
    terminal.type("b\nb\n")
    terminal.wait_for("Question 2", 2)
    assert kept(tmp_path / "me.yaml") == saved
    terminal.type("not sure\n")
    terminal.wait_for("Question 3", 3)
    assert kept(tmp_path / "me.yaml") == {**saved, "bladder_start": "unsure"}
    terminal.type("\x03")
    assert terminal.end() == 130


def test_a_closed_terminal_stops_and_keeps_what_was_given(tmp_path: Path) -> None:
    terminal = Terminal(tmp_path, "--save", "me.yaml")
    terminal.wait_for(KNOWLEDGE.texts["ask_start"])
    terminal.type("1\n")
    terminal.wait_for("Question 1")
    terminal.type("0\n")
    terminal.wait_for("Question 2")
    terminal.process.send_signal(signal.SIGHUP)
    os.close(terminal.master)
    assert terminal.process.wait(timeout=20) == 130
    assert kept(tmp_path / "me.yaml") == dict.fromkeys(OPENING.asks, "no")


def test_a_resumed_interview_goes_on_where_it_stopped(tmp_path: Path) -> None:
    given = [*OPENING.asks, "bladder_start", "bladder_feeling"]
    (tmp_path / "me.yaml").write_text("".join(["answers:\n", *(f"  {name}: no\n" for name in given), "  gone: yes\n"]))
    terminal = Terminal(tmp_path, "--resume", "me.yaml")
    terminal.wait_for("Are you unable to pee?")
    assert "'gone' is not a question" in terminal.text
    terminal.type("q\n")
    assert terminal.end() == 130


def test_bytes_that_are_no_text_are_no_answer(tmp_path: Path) -> None:
    terminal = Terminal(tmp_path)
    terminal.wait_for(KNOWLEDGE.texts["ask_start"])
    os.write(terminal.master, b"\xff\xfe1\n")
    terminal.wait_for(KNOWLEDGE.texts["ask_start"], 2)
    terminal.type("q\n")
    assert terminal.end() == 130


def test_without_a_terminal_it_names_the_command_to_use(run: Run) -> None:
    ran = run("ask", stdin="1\n2\n")
    assert (ran.status, ran.out) == (2, "")
    assert "sciaticheck check" in ran.err


def test_answers_are_never_kept_over_another_file(tmp_path: Path) -> None:
    (tmp_path / "me.yaml").write_text("precious")
    terminal = Terminal(tmp_path, "--save", "me.yaml")
    assert terminal.end() == 2
    assert (tmp_path / "me.yaml").read_text() == "precious"


def test_a_line_of_10_mb_is_no_answer_and_takes_no_other_line_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("1" * 10_000_000 + "\n2\n"))
    first, second, third = read_line(), read_line(), read_line()
    assert first is not None
    assert first.strip() not in Interview(KNOWLEDGE).typed
    assert (second, third) == ("2\n", None)


@pytest.mark.parametrize("width", [20, 40, 80])
def test_a_key_is_never_parted_from_its_word(width: int) -> None:
    keys = KNOWLEDGE.texts["ask_keys"]
    lines = fitted(keys, width).split("\n")
    assert [unit for line in lines for unit in line.split("   ")] == keys.split("   ")
    assert all(len(line) <= width for line in lines)


@pytest.mark.parametrize("how", [{"LC_ALL": "C"}, {"PYTHONIOENCODING": "latin-1"}, {"TERM": "dumb"}, {"COLUMNS": "40"}])
def test_no_terminal_breaks_it(how: dict[str, str], tmp_path: Path) -> None:
    terminal = Terminal(tmp_path, "--lang", "es", "--region", "uk", **how)
    terminal.wait_for("q ")
    terminal.type("1\n")
    terminal.wait_for(str(PROMPTS))
    terminal.type("no\n")
    terminal.wait_for("Pregunta 2")
    terminal.type("1\n")
    terminal.wait_for("EMERGENCIA")
    terminal.type("1\n")
    assert terminal.end() == 0
    assert b"999" in terminal.result()
    assert "Traceback" not in terminal.text


def check_at_terminal(text: bytes, folder: Path, *options: str) -> str:
    """What a terminal shows of `check -` when this is typed."""
    master, slave = pty.openpty()
    command = [sys.executable, "-m", "sciaticheck", "check", "-", *options]
    env = {**environment(), "LINES": "10", "NO_COLOR": "1"}
    process = subprocess.Popen(command, stdin=slave, stdout=slave, stderr=slave, cwd=folder, env=env)
    os.close(slave)
    said = ""
    os.write(master, text + b"\x04")
    with contextlib.suppress(OSError):
        while chunk := os.read(master, 65536).decode():
            said += chunk
    os.close(master)
    assert process.wait(timeout=20) == 1
    return said.replace("\r", "")


def test_check_says_that_it_waits_and_indents_json_at_a_terminal(tmp_path: Path) -> None:
    said = check_at_terminal(b"saddle_numbness: yes\n", tmp_path, "-f", "json")
    assert "Reading from the terminal" in said
    assert '\n  "schema_version": "1.0",' in said


def test_the_first_thing_to_do_is_the_last_line_on_a_terminal(tmp_path: Path) -> None:
    said = check_at_terminal(b"saddle_numbness: yes\n", tmp_path)
    assert said.index("1 respondent checked; 1 at or above same_day.") < said.index("EMERGENCY: ")
    *_, headline, first = said.rstrip().split("\n")
    assert headline.strip("\x1b[m0123456789; ") == KNOWLEDGE.advice["emergency"]["default"].headline
    assert KNOWLEDGE.advice["emergency"]["default"].action[0] in first


def test_ask_since_keeps_what_cannot_change_and_shows_both_dates(tmp_path: Path) -> None:
    text = "date: 2026-11-20\nanswers:\n  age_over_50: yes\n  cancer_history: no\n  both_legs: no\n  gone: no\n"
    (tmp_path / "monday.yaml").write_text(text)
    since: dict[str, Any] = {"age_over_50": "yes", "cancer_history": "no", "both_legs": "no"}
    interview = Interview(KNOWLEDGE, since=since)
    state, _ = interview.step(interview.start()[0], "1")
    lines = ["1"]
    while (item := interview.order.next_item(state)) and state.stage == "asking":
        lines.append("1" if item.asks[0].id == "both_legs" else "0" if item.screen else "2")
        state, _ = interview.step(state, lines[-1])
    assert state.stage == "emergency", "the second leg has joined in since, whatever is said of it"
    terminal = Terminal(tmp_path, "--since", "monday.yaml", "--save", "today.yaml", "-f", "json")
    terminal.wait_for(KNOWLEDGE.texts["ask_start"])
    terminal.type("".join(f"{line}\n" for line in [*lines, "1"]))
    assert terminal.end() == 0
    assert "Answers of 2026-11-20 that cannot change are kept: 1." in terminal.text
    assert "'gone' is not a question" in terminal.text
    (result,) = json.loads(terminal.result())["results"]
    assert (result["urgency"], result["since"]["date"], result["since"]["new"]) == (
        "emergency",
        "2026-11-20",
        ["both_legs"],
    )
    assert result["answers"]["age_over_50"] == "yes"
    assert "cancer_history" not in result["answers"], "a no can change, so it is asked again"
    assert (tmp_path / "today.yaml").read_text().startswith(f"date: {result['date']}T")


def test_ask_since_needs_a_date(tmp_path: Path) -> None:
    (tmp_path / "me.yaml").write_text("fever: no\n")
    terminal = Terminal(tmp_path, "--since", "me.yaml")
    assert terminal.end() == 2
    assert "me.yaml has no date; add for example date: 2026-12-31" in terminal.text
