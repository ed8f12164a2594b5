"""A knowledge file that is not sound is refused: every problem, each with its path and line, and nothing loads."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import NamedTuple

import pytest

from in_process import ran
from sciaticheck import KnowledgeError, Problem, load_knowledge

DATA = Path(__file__).parents[2] / "data" / "conditions.yaml"
TEXT = DATA.read_text("utf-8")


class Fault(NamedTuple):
    """An edit of the data file (the first `old` becomes `new`), and what is to be said about it.

    `at` stands in the line that is to be named; without it, that is the line where the edit begins.
    """

    old: str
    new: str
    code: str
    path: str
    said: str
    at: str = ""


SADDLE_SIGN = "when: saddle_numbness\n        added: true"
FIRST_CITES = re.search(r"    cites:\n(?:      - .*\n)+", TEXT[TEXT.index("\nconditions:") :])
assert FIRST_CITES
FIRST_SOURCE = re.search(r"\nsources:\n  (\w+):", TEXT).group(1)  # type: ignore[union-attr]

FIRST_LINE = TEXT.count("\n", 0, TEXT.index("schema_version:")) + 1

FAULTS = {
    "unknown key": Fault(
        "  status: unreviewed\n",
        "  status: unreviewed\n  statuss: x\n",
        "unknown_key",
        "review.statuss",
        "unknown key 'statuss'. Did you mean 'status'?",
        at="  statuss: x",
    ),
    "missing key": Fault(
        "    plain: squeezed nerves at the base of the spine\n",
        "",
        "missing_key",
        "conditions.cauda_equina_syndrome",
        "key 'plain' is missing",
        at="  cauda_equina_syndrome:\n    name",
    ),
    "no such day of the review": Fault(
        re.search(r"  due: .*", TEXT).group(),  # type: ignore[union-attr]
        '  due: "2027-02-31"',
        "bad_form",
        "review.due",
        "'2027-02-31' is not a day of the calendar",
        at="  due:",
    ),
    "no such day of a source": Fault(
        re.search(r"    date: .*", TEXT[TEXT.index("\nsources:") :]).group(),  # type: ignore[union-attr]
        '    date: "2026-13-01"',
        "bad_form",
        f"sources.{FIRST_SOURCE}.date",
        "'2026-13-01' is not a day of the calendar",
    ),
    "missing block": Fault(
        "\nsafety_net:\n",
        "\nsafety_nets:\n",
        "unknown_key",
        "safety_nets",
        "Did you mean 'safety_net'?",
        "safety_nets:",
    ),
    "missing citation": Fault(
        FIRST_CITES[0],
        "",
        "missing_key",
        "conditions.disc_herniation",
        "key 'cites' is missing",
        at="  disc_herniation:\n    name",
    ),
    "no citation": Fault(
        FIRST_CITES[0],
        "    cites: []\n",
        "too_short",
        "conditions.disc_herniation.cites",
        "needs at least 1 entry",
    ),
    "citation without a place": Fault(
        '{source: bmjbp_ces, at: "key recommendations, first", says:',
        "{source: bmjbp_ces, says:",
        "missing_key",
        "conditions.cauda_equina_syndrome.cites.0",
        "key 'at' is missing",
    ),
    "unknown question": Fault(
        SADDLE_SIGN,
        SADDLE_SIGN.replace("numbness", "numbnes"),
        "unknown_question",
        "conditions.cauda_equina_syndrome.signs.saddle.when",
        "'saddle_numbnes' is not a question. Did you mean 'saddle_numbness'?",
    ),
    "unknown source": Fault(
        '{source: bmjbp_ces, at: "key recommendations, first", says:',
        '{source: bmjbp_cess, at: "key recommendations, first", says:',
        "unknown_source",
        "conditions.cauda_equina_syndrome.cites.0.source",
        "'bmjbp_cess' is not a source. Did you mean 'bmjbp_ces'?",
    ),
    "unknown condition": Fault(
        "points_to: [cauda_equina_syndrome]",
        "points_to: [cauda_equina]",
        "unknown_condition",
        "red_flags.bladder_change.points_to.0",
        "'cauda_equina' is not a condition. Did you mean 'cauda_equina_syndrome'?",
    ),
    "unknown group": Fault(
        "    group: bladder_bowel_saddle\n",
        "    group: bladder\n",
        "unknown_group",
        "questions.bladder_start.group",
        "'bladder' is not a group",
    ),
    "not in a criterion": Fault(
        SADDLE_SIGN,
        SADDLE_SIGN.replace("saddle_numbness", "{not: saddle_numbness}"),
        "bad_criterion",
        "conditions.cauda_equina_syndrome.signs.saddle.when.not",
        "unknown key 'not': only any, all and at_least exist",
    ),
    "two in a criterion": Fault(
        SADDLE_SIGN,
        SADDLE_SIGN.replace("saddle_numbness", "{any: [fever, chest_pain], all: [fever, chest_pain]}"),
        "bad_criterion",
        "conditions.cauda_equina_syndrome.signs.saddle.when",
        "one of any, all, at_least",
    ),
    "any of one": Fault(
        SADDLE_SIGN,
        SADDLE_SIGN.replace("saddle_numbness", "{any: [saddle_numbness]}"),
        "too_short",
        "conditions.cauda_equina_syndrome.signs.saddle.when.any",
        "at least 2",
    ),
    "count too large": Fault(
        "count: 2, of: [bladder_urgency, constipation_new, sexual_change]",
        "count: 4, of: [bladder_urgency, constipation_new, sexual_change]",
        "bad_count",
        "red_flags.two_softer_cauda_signs.when.at_least",
        "whole number from 1 to 3",
    ),
    "count too large inside a criterion": Fault(
        "    when: saddle_numbness\n    points_to",
        "    when:\n      any:\n        - fever\n        - at_least: {count: 3, of: [chest_pain, saddle_numbness]}\n"
        "    points_to",
        "bad_count",
        "red_flags.saddle_change.when.any.1.at_least",
        "whole number from 1 to 2",
        at="{count: 3",
    ),
    "count not whole": Fault(
        "count: 2, of: [bladder_urgency",
        "count: 1.5, of: [bladder_urgency",
        "not_number",
        "red_flags.two_softer_cauda_signs.when.at_least.count",
        "must be a whole number above 0, not 1.5",
    ),
    "duplicate key": Fault(
        "\nreview:\n",
        '\nschema_version: "1.0"\nreview:\n',
        "duplicate_key",
        "schema_version",
        f"duplicate key 'schema_version' (first used on line {FIRST_LINE})",
        at='schema_version: "1.0"\nreview',
    ),
    "bad urgency": Fault(
        "    urgency: emergency\n",
        "    urgency: emergancy\n",
        "unknown_word",
        "red_flags.sudden_collapse.urgency",
        "'emergancy' is not one of emergency, same_day, soon, routine. Did you mean 'emergency'?",
    ),
    "bad boolean": Fault(
        "    serious: true\n",
        "    serious: yes\n",
        "not_boolean",
        "conditions.cauda_equina_syndrome.serious",
        "must be true or false, not 'yes'",
    ),
    "follow-up of a follow-up": Fault(
        "\n  both_legs:\n    group: legs\n",
        "\n  both_legs:\n    group: legs\n    only_if: bladder_start\n",
        "follow_up_chain",
        "questions.both_legs_new.only_if",
        "'both_legs' is itself a follow-up",
        at="only_if: both_legs\n",
    ),
    "follow-up before its parent": Fault(
        "    group: bladder_bowel_saddle\n",
        "    group: bladder_bowel_saddle\n    only_if: fever\n",
        "follow_up_order",
        "questions.bladder_start",
        "after 'fever'",
        at="  bladder_start:\n",
    ),
    "worse form of nothing": Fault(
        "    group: bladder_bowel_saddle\n",
        "    group: bladder_bowel_saddle\n    worse_form: true\n",
        "worse_form",
        "questions.bladder_start",
        "add only_if",
        at="  bladder_start:\n",
    ),
    "reviewed by nobody": Fault(
        "  status: unreviewed\n",
        "  status: reviewed\n",
        "review",
        "review.status",
        "a name in `by` and a date in `date`",
    ),
    "unknown placeholder": Fault(
        "{why} A checklist of warning signs says I need help now. It can be {causes}",
        "{why} A checklist of warning signs says I need help now. It can be {reasons}",
        "bad_placeholder",
        "advice.emergency.default.say",
        "{reasons} is not a placeholder here; allowed: causes, why",
    ),
    "missing placeholder": Fault(
        '  signs_found: "{present} of {total} signs on its list"\n',
        '  signs_found: "{present} signs on its list"\n',
        "bad_placeholder",
        "texts.signs_found",
        "{total} is missing",
    ),
    "blank text": Fault(
        "    statement: it is newly harder to start or finish peeing\n",
        "    statement: ' '\n",
        "not_text",
        "questions.bladder_start.statement",
        "must be text",
    ),
    "nothing for text": Fault(
        "    statement: it is newly harder to start or finish peeing\n",
        "    statement:\n",
        "not_text",
        "questions.bladder_start.statement",
        "must be text, not nothing",
    ),
    "number for text": Fault(
        "    statement: it is newly harder to start or finish peeing\n",
        "    statement: 12\n",
        "not_text",
        "questions.bladder_start.statement",
        "must be text, not 12",
    ),
    "list for text": Fault(
        "    statement: it is newly harder to start or finish peeing\n",
        "    statement: [it is newly harder to start or finish peeing]\n",
        "not_text",
        "questions.bladder_start.statement",
        "must be text, not a list",
    ),
    "control character in a text": Fault(
        "    statement: it is newly harder to start or finish peeing\n",
        '    statement: "it is newly \\e[31mharder"\n',
        "control_character",
        "questions.bladder_start.statement",
        "holds a control character",
    ),
    "control character in a name": Fault(
        "  by: null\n", '  by: "A. Clinician\\u202e"\n', "control_character", "review.by", "holds a control character"
    ),
    "control character in an address": Fault(
        "    url: https://www.nice.org.uk/guidance/ng234\n",
        '    url: "https://www.nice.org.uk/\\e[31m"\n',
        "control_character",
        "sources.ng234_reported.url",
        "holds a control character",
    ),
    "text for a list": Fault(
        "    points_to: [cauda_equina_syndrome]\n",
        "    points_to: cauda_equina_syndrome\n",
        "not_list",
        "red_flags.bladder_change.points_to",
        "must be a list",
    ),
    "bad id": Fault(
        "\n  cauda_equina_syndrome:\n    name",
        "\n  Cauda-Equina:\n    name",
        "bad_id",
        "conditions.Cauda-Equina",
        "'Cauda-Equina' does not have the form of an id",
        at="  Cauda-Equina:",
    ),
    "line end in an id": Fault(
        "\n  cauda_equina_syndrome:\n    name",
        '\n  "cauda_equina_syndrome\\n":\n    name',
        "bad_id",
        "conditions.cauda_equina_syndrome\n",
        "does not have the form of an id",
        at='  "cauda_equina_syndrome\\n":',
    ),
    "weight of nothing": Fault("  hallmark: 3\n", "  hallmark: 0\n", "not_number", "weights.hallmark", "above 0"),
    "anchor": Fault("\nweights:\n", "\nweights: &w\n", "anchor", "", "an anchor (&w) is not allowed", "weights: &w"),
    "alias": Fault("  hallmark: 3\n", "  hallmark: *w\n", "anchor", "", "an alias (*w) is not allowed"),
    "tag": Fault("  hallmark: 3\n", "  hallmark: !!int 3\n", "tag", "", "is not allowed"),
    "merge key": Fault("  hallmark: 3\n", "  <<: {hallmark: 3}\n", "merge_key", "", "merge key"),
    "not YAML": Fault("  hallmark: 3\n", "  hallmark: '3\n", "broken_yaml", "", "not valid YAML", at=""),
}


def edited(path: Path, *faults: Fault) -> Path:
    """The data file with these edits, each of which must find its place."""
    text = TEXT
    for fault in faults:
        assert fault.old in text
        text = text.replace(fault.old, fault.new, 1)
    path.write_text(text, "utf-8")
    return path


def line_of(fault: Fault) -> int:
    """The line, in the edited file, that is to be named."""
    text = TEXT.replace(fault.old, fault.new, 1)
    blank = len(fault.old) - len(fault.old.lstrip("\n"))
    place = text.index(fault.at) if fault.at else TEXT.index(fault.old) + blank
    return text.count("\n", 0, place) + 1


def problems_in(path: Path) -> tuple[Problem, ...]:
    with pytest.raises(KnowledgeError) as error:
        load_knowledge(path)
    return error.value.problems


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_named_with_its_path_and_line(name: str, tmp_path: Path) -> None:
    fault = FAULTS[name]
    path = edited(tmp_path / "k.yaml", fault)
    (problem,) = [problem for problem in problems_in(path) if problem.code == fault.code]
    assert problem.source == str(path)
    assert problem.key == (fault.path or None)
    assert fault.said in problem.message
    if name != "not YAML":  # where an open quote is missed is for YAML to say
        assert problem.line == line_of(fault)


def test_a_question_written_with_a_capital_is_told_its_name(tmp_path: Path) -> None:
    path = edited(tmp_path / "k.yaml", Fault("when: saddle_numbness", "when: Saddle_numbness", "", "", ""))
    (problem,) = problems_in(path)
    assert problem.key == "conditions.cauda_equina_syndrome.signs.saddle.when"
    assert "Did you mean 'saddle_numbness'?" in problem.message


LAYOUT = ("unknown key", "missing key", "no citation", "count too large", "bad urgency", "bad boolean")
REFERENCES = (
    "unknown question",
    "unknown group",
    "unknown condition",
    "follow-up of a follow-up",
)

BOTH = ("unknown key", "count too large", *REFERENCES[:2], REFERENCES[-1])


@pytest.mark.parametrize("names", [LAYOUT, REFERENCES, BOTH], ids=["layout", "references", "both"])
def test_all_faults_are_listed_at_once(names: tuple[str, ...], tmp_path: Path) -> None:
    found = problems_in(edited(tmp_path / "k.yaml", *(FAULTS[name] for name in names)))
    assert sorted((problem.code, problem.key) for problem in found) == sorted(
        (FAULTS[name].code, FAULTS[name].path) for name in names
    )
    lines = [problem.line or 0 for problem in found]
    assert lines[0]
    assert lines == sorted(lines)


@pytest.mark.parametrize("command", [("check", "-"), ("questions",), ("card",), ("template",)])
def test_every_command_refuses_it_with_a_line_each_and_2(command: tuple[str, ...], tmp_path: Path) -> None:
    path = edited(tmp_path / "k.yaml", *(FAULTS[name] for name in LAYOUT))
    done = ran(*command, "--knowledge", str(path), stdin="fever: yes\n")
    *lines, last = done.err.splitlines()
    assert (done.status, done.out) == (2, "")
    assert len(lines) == len(LAYOUT)
    assert all(re.match(rf"{re.escape(str(path))}:\d+: [a-z_.0-9]+: ", line) for line in lines)
    assert last == f"sciaticheck: the knowledge cannot be used: {len(LAYOUT)} problems."


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b"# nothing\n", "not_mapping"),
        (b"- a\n- b\n", "not_mapping"),
        (b"hello\n", "not_mapping"),
        (b"\xff\xfe\x00", "not_utf8"),
        (b"# caf\xe9\n", "not_utf8"),
        (b"\x00\x01", "broken_yaml"),
        (b"[" * 10_000, "too_deep"),
        (b"{a: " * 10_000, "too_deep"),
        (b"a: &a [x]\nb: [*a, *a]\n", "anchor"),
        (b"a: 1\n---\nb: 2\n", "several_documents"),
    ],
)
def test_what_is_no_knowledge_at_all_is_one_problem(content: bytes, code: str, tmp_path: Path) -> None:
    path = tmp_path / "k.yaml"
    path.write_bytes(content)
    assert problems_in(path)[0].code == code


def test_a_file_that_is_not_there_or_is_a_folder_is_a_problem(tmp_path: Path) -> None:
    for path, code in ((tmp_path, "unreadable"), (tmp_path / "none.yaml", "not_found")):
        (problem,) = problems_in(path)
        assert (problem.code, problem.source) == (code, str(path))


def test_a_file_over_the_limit_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "k.yaml"
    path.touch()
    os.truncate(path, 2**32)
    (problem,) = problems_in(path)
    assert problem.code == "too_large"


@pytest.mark.parametrize("count", ["²", "٢", "-1", "0", "''", "null", "[2]", "1e9", "2.0", "true", "2 "])
def test_any_other_count_is_a_problem_and_never_a_crash(count: str, tmp_path: Path) -> None:
    fault = Fault("count: 2, of: [bladder_urgency", f"count: {count}, of: [bladder_urgency", "", "", "")
    if count == "2 ":
        assert load_knowledge(edited(tmp_path / "k.yaml", fault)).red_flags
    else:
        codes = {problem.code for problem in problems_in(edited(tmp_path / "k.yaml", fault))}
        assert codes <= {"bad_count", "not_number"}


@pytest.mark.parametrize("number", ["20.5", "20.0", "²", "1e3", "-1", "'20 words'", "null"])
def test_a_limit_that_is_no_whole_number_is_a_problem_and_never_a_crash(number: str, tmp_path: Path) -> None:
    fault = Fault("  words_in_sentence: 20\n", f"  words_in_sentence: {number}\n", "", "", "")
    (problem,) = problems_in(edited(tmp_path / "k.yaml", fault))
    assert problem.key == "plain_language.words_in_sentence"


def test_a_key_or_value_that_would_act_on_a_terminal_is_written_out(tmp_path: Path) -> None:
    for new in (
        '  status: unreviewed\n  "\\e[31m\\u202e": x\n',
        '  status: "\\e[31m\\u202e"\n',
        '  status: unreviewed\n  ? "\\e[31m\\u202e"\n  : {"\\e[0m": 1}\n',
    ):
        fault = Fault("  status: unreviewed\n", new, "", "", "")
        for problem in problems_in(edited(tmp_path / "k.yaml", fault)):
            assert str(problem).isprintable()
            assert "\u202e" not in str(problem)


def test_texts_of_a_knowledge_file_cannot_act_on_a_terminal(tmp_path: Path) -> None:
    text = re.sub(r"(?m)^(\s+(?:notice|headline|unreviewed|check_again|lead): ).*$", r'\1"\\e[31mx\\u202e"', TEXT)
    path = tmp_path / "k.yaml"
    path.write_text(text, "utf-8")
    for args in (("check", "-"), ("check", "-", "--plain"), ("card",), ("card", "--plain"), ("template",)):
        done = ran(*args, "--knowledge", str(path), stdin="fever: yes\n")
        assert done.status in (0, 2, 3)  # shown harmless, or refused
        assert "\x1b" not in done.out + done.err
        assert "\u202e" not in done.out + done.err
