"""What is accepted: every spelling, every layout, every kind of file, and that they all mean the same."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from in_process import ran
from sciaticheck import Knowledge, load_knowledge
from sciaticheck.answers.record import Respondent
from sciaticheck.answers.spelling import CHOICES, parse_answer
from sciaticheck.inputs.files import respondents
from sciaticheck.knowledge.files import languages

SPELLINGS = {
    "yes": ("yes", "y", "true", "1", "sí", "si", "s"),
    "no": ("no", "n", "false", "0"),
    "unsure": ("unsure", "unknown", "not sure", "don't know", "no sé", "no lo sé", "no estoy segura"),
    None: ("", "null"),
}
WRITERS: dict[str, Callable[[str], str]] = {
    "plain.yaml": lambda word: f"back_pain: {word}\n",
    "quoted.yaml": lambda word: f"back_pain: {json.dumps(word)}\n",
    "text.json": lambda word: json.dumps({"back_pain": word}),
    "line.jsonl": lambda word: json.dumps({"id": "x", "back_pain": word}) + "\n",
    "row.csv": lambda word: f"id,back_pain\nx,{word}\n",
    "quoted.csv": lambda word: f'id,back_pain\nx,"{word}"\n',
}
ONE_PERSON = {
    "flat.yaml": "id: p\nback_pain: yes\nnight_pain: unsure\nfever: no\n",
    "nested.yaml": "id: p\nanswers:\n  back_pain: yes\n  night_pain: unsure\n  fever: no\n",
    "flow.yaml": "{id: p, answers: {back_pain: yes, night_pain: unsure, fever: no}}\n",
    "answers_first.yml": "answers: {back_pain: Yes, night_pain: Unsure, fever: No}\nid: p\n",
    "one_document.yaml": "---\nid: p\nback_pain: yes\nnight_pain: unsure\nfever: no\n...\n",
    "flat.json": '{"id": "p", "back_pain": true, "night_pain": "not sure", "fever": false}',
    "nested.json": '{"id": "p", "answers": {"back_pain": 1, "night_pain": "unknown", "fever": 0, "chest_pain": null}}',
    "flat.jsonl": '{"id": "p", "back_pain": true, "night_pain": "unsure", "fever": false}\n',
    "nested.ndjson": '\n{"id": "p", "answers": {"back_pain": "y", "night_pain": "unsure", "fever": "n"}}\n\n',
    "rows.csv": "id,back_pain,night_pain,fever,chest_pain\np,yes,unsure,no,\n",
    "any_order.csv": "fever, night_pain ,id,back_pain\n\n 0 ,Not Sure, p ,TRUE\n\n",
    "bom.yaml": "\ufeffid: p\nback_pain: yes\nnight_pain: unsure\nfever: no\n",
    "bom.json": '\ufeff{"id": "p", "back_pain": true, "night_pain": "unsure", "fever": false}',
    "bom.jsonl": '\ufeff{"id": "p", "back_pain": true, "night_pain": "unsure", "fever": false}\n',
    "bom.csv": "\ufeffid,back_pain,night_pain,fever\np,yes,unsure,no\n",
    "crlf.yaml": "id: p\r\nback_pain: yes\r\nnight_pain: unsure\r\nfever: no\r\n",
    "crlf.json": '{"id": "p",\r\n"back_pain": true,\r\n"night_pain": "unsure",\r\n"fever": false}\r\n',
    "crlf.jsonl": '{"id": "p", "back_pain": true, "night_pain": "unsure", "fever": false}\r\n',
    "crlf.csv": "id,back_pain,night_pain,fever\r\np,yes,unsure,no\r\n",
}


@pytest.fixture
def read(tmp_path: Path, knowledge: Knowledge) -> Callable[[str, str], list[Respondent]]:
    """Writes a file of this name and gives the respondents in it; a problem fails the test."""

    def made(name: str, text: str) -> list[Respondent]:
        path = tmp_path / name
        path.write_bytes(text.encode())
        return list(good(respondents([str(path)], knowledge)))

    return made


Reader = Callable[[str, str], list[Respondent]]


def good(found: Iterator[tuple[Respondent | None, list[object]]]) -> Iterator[Respondent]:
    for respondent, problems in found:
        assert not problems
        assert respondent is not None
        yield respondent


def dressed(word: str) -> tuple[str, ...]:
    """The word in every case, with and without blanks around it."""
    return (word, word.upper(), word.title(), f"  {word} ", f"\t{word.upper()}  ")


@pytest.mark.parametrize("name", WRITERS)
def test_every_spelling_in_any_case_with_blanks_is_accepted(name: str, read: Reader) -> None:
    for answer, words in SPELLINGS.items():
        for word in (written for spelling in words for written in dressed(spelling)):
            if name == "plain.yaml" and "\t" in word:
                continue  # a tab before a plain value is for YAML to judge
            (respondent,) = read(name, WRITERS[name](word))
            assert respondent.answers.get("back_pain") == answer, word


@pytest.mark.parametrize(
    ("value", "answer"), [(True, "yes"), (1, "yes"), (False, "no"), (0, "no"), (None, None), ("", None)]
)
def test_json_has_its_own_booleans_numbers_and_null(value: object, answer: str | None, read: Reader) -> None:
    (respondent,) = read("a.json", json.dumps({"back_pain": value}))
    assert respondent.answers.get("back_pain") == answer


@pytest.mark.parametrize("value", ["~", "null", "Null", "NULL", "", "''", '""', "' '", "'null'"])
def test_nothing_is_unanswered_and_not_no(value: str, read: Reader) -> None:
    (respondent,) = read("a.yaml", f"night_pain: no\nback_pain: {value}\n")
    assert respondent.answers == {"night_pain": "no"}


@pytest.mark.parametrize("name", ONE_PERSON)
def test_one_person_is_the_same_in_every_kind_of_file(name: str, read: Reader) -> None:
    (respondent,) = read(name, ONE_PERSON[name])
    assert respondent.id == (" p " if name == "any_order.csv" else "p")  # as it was given, blanks included
    assert respondent.answers == {"back_pain": "yes", "night_pain": "unsure", "fever": "no"}


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.yaml", "id: {}\nback_pain: yes\n"),
        ("a.json", '{{"id": {}, "back_pain": true}}'),
        ("a.jsonl", '{{"id": {}, "back_pain": true}}\n'),
        ("a.csv", "id,back_pain\n{},yes\n"),
    ],
)
@pytest.mark.parametrize("written", ["17", "1.50", "12345678901234567890123", "1e3"])
def test_an_id_stays_the_text_that_was_written(name: str, text: str, written: str, read: Reader) -> None:
    assert read(name, text.format(written))[0].id == written


@pytest.mark.parametrize("written", ["007", "0x1F", "1_000", "2026-11-01", "12:30", "yes", "=1+1", "Ünal 王"])
def test_an_id_in_yaml_or_csv_is_never_taken_for_something_else(written: str, read: Reader) -> None:
    assert read("a.yaml", f"id: {written}\nback_pain: yes\n")[0].id == written
    assert read("a.csv", f"id,back_pain\n{written},yes\n")[0].id == written


@pytest.mark.parametrize("given", ["", "id:\n", "id: ~\n", 'id: ""\n', "id: '  '\n"])
def test_without_an_id_the_name_of_the_file_is_it(given: str, read: Reader) -> None:
    assert read("case-017.yaml", f"{given}back_pain: yes\n")[0].id == "case-017"


@pytest.mark.parametrize(
    ("name", "text"),
    [("many.jsonl", '{"back_pain": true}\n\n{"back_pain": false}\n'), ("many.csv", "back_pain\nyes\n\nno\n")],
)
def test_without_an_id_a_record_has_the_name_of_the_file_and_its_number(name: str, text: str, read: Reader) -> None:
    assert [respondent.id for respondent in read(name, text)] == ["many:1", "many:2"]


def test_many_are_read_in_the_order_of_the_file(read: Reader) -> None:
    rows = [(f"p{number}", "yes" if number % 3 else "no") for number in range(500)]
    by_line = read("many.jsonl", "".join(json.dumps({"id": name, "fever": word}) + "\n" for name, word in rows))
    by_row = read("many.csv", "id,fever\n" + "".join(f"{name},{word}\n" for name, word in rows))
    for found in (by_line, by_row):
        assert [(respondent.id, respondent.answers["fever"]) for respondent in found] == rows


def test_a_quoted_csv_cell_may_hold_a_comma_a_quote_and_a_line_end(read: Reader) -> None:
    first, second = read("a.csv", 'id,fever\n"a, ""b""\nc",yes\nd,no\n')
    assert first.id == 'a, "b"\nc'
    assert (second.id, second.line) == ("d", 4)


def test_a_file_with_another_ending_is_read_as_what_it_looks_like(read: Reader) -> None:
    for text in ONE_PERSON.values():
        if not text.startswith("{id"):
            assert [respondent.id.strip() for respondent in read("answers.txt", text)] == ["p"], text


@pytest.mark.parametrize("language", languages())
def test_what_a_language_calls_its_answers_is_read_from_files(language: str) -> None:
    texts = load_knowledge(language=language).texts
    for answer in CHOICES:
        assert parse_answer(texts[f"answer_{answer}"]) == answer
        typed = map(str.strip, texts[f"typed_{answer}"].split(","))
        assert {*SPELLINGS[answer]} - {"true", "false", "1", "0"} <= {*typed}, "ask understands what files may say"


@pytest.mark.parametrize("language", languages())
def test_a_template_filled_in_in_its_own_language_is_read_back(language: str, read: Reader, tmp_path: Path) -> None:
    texts, given = load_knowledge(language=language).texts, {"back_pain": "yes", "fever": "no", "night_pain": "unsure"}
    template = ran("template", "--lang", language).out
    header = ran("template", "--lang", language, "-f", "csv").out.strip().split(",")
    for id, answer in given.items():
        template = template.replace(f"\n  {id}:\n", f"\n  {id}: {texts[f'answer_{answer}']}\n")
    cells = (texts[f"answer_{given[id]}"] if id in given else "" for id in header)
    for name, text in {"me.yaml": template, "me.csv": f"{','.join(header)}\n{','.join(cells)}\n"}.items():
        (respondent,) = read(name, text)
        assert respondent.answers == given
    rows = ran("batch", str(tmp_path / "me.csv"), "--fail-on", "never").out.splitlines()
    assert rows[1].split(",")[1] == "soon"  # not sure of night pain
