"""What is read of cells many at a time is what the ordinary readers read of each."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

np = pytest.importorskip("numpy")

from sciaticheck.batch import cells  # noqa: E402
from sciaticheck.batch.codes import UNANSWERED  # noqa: E402 - what follows needs numpy too
from sciaticheck.batch.csv_cells import CsvCells  # noqa: E402
from sciaticheck.batch.json_cells import JsonCells  # noqa: E402
from sciaticheck.batch.ready import code_of  # noqa: E402
from sciaticheck.batch.words import PAD, Words, eights  # noqa: E402

QUESTIONS = ["fever", "back_pain", "a_name_of_sixteen", "a_question_whose_name_is_rather_long"]
ANSWERS = st.sampled_from(
    [
        "yes",
        "no",
        "No",
        "nO",
        "",
        "unsure",
        "NOT SURE",
        "Null",
        "1",
        "0",
        " y",
        "n ",
        "\xa0yes",
        "\tno",
        "  no  ",
        "true",
    ]
)
WRONG = st.sampled_from(
    ["maybe", "yes!", "no\0", "\x101", "yess", "un\x53\x55re?", "not  sure", "y" * 50, "2", "ye\u017f"]
)
TEXTS = st.text(st.characters(exclude_characters="\0\r", exclude_categories=["Cs"]), max_size=12)
SEPARATORS = st.sampled_from([(",", ":"), (", ", ": ")])


@pytest.fixture(autouse=True)
def _small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cells, "BLOCK", 60)


def code(value: object) -> int | None:
    """The code of an answer; None of what is none."""
    try:
        return code_of(value)
    except KeyError:
        return None


def same(found: cells.Cells, records: list[Mapping[str, object]]) -> None:
    """Holds what was read against the records; a missing answer is unanswered."""
    assert len(found.wrong) == len(records) == len(found.starts)
    for place, record in enumerate(records):
        expected = [code(record[name]) if name in record else UNANSWERED for name in QUESTIONS]
        assert found.wrong[place] == (None in expected)
        if None not in expected:
            assert [int(row[place]) for row in found.codes] == expected


@given(
    st.dictionaries(
        st.binary(max_size=20).filter(lambda word: not word.endswith(b"\0")), st.integers(0, 500), max_size=40
    ),
    st.lists(st.binary(max_size=24), max_size=20),
)
@settings(deadline=None)
def test_a_word_is_found_and_nothing_else(known: dict[bytes, int], others: list[bytes]) -> None:
    texts = [*known, *others, *(word + b"\0" for word in known), *(word[:-1] for word in known)]
    buffer = b"".join(texts) + PAD
    lengths = np.array([len(text) for text in texts], np.int64)
    starts = np.cumsum(lengths) - lengths
    if len(texts):
        found = Words(known).find(eights(buffer), starts, lengths)
        assert found.tolist() == [known.get(text, -1) for text in texts]


@given(st.lists(st.sampled_from(["no", "yes", "0", "not sure"]) | st.text(max_size=9), max_size=20), st.data())
@settings(deadline=None)
def test_letters_may_be_large_and_no_other_sign_different(texts: list[str], data: st.DataObject) -> None:
    known = {b"no": 0, b"yes": 3, b"0": 4, b"not sure": 2, b"a-b": 5}
    mixed = [text.swapcase() if data.draw(st.booleans()) else text for text in texts]
    raw = [text.encode("utf-8", "surrogatepass") for text in [*mixed, "\x10", "NOT\0SURE", "A\rB", "A-B", "A\x0db"]]
    lengths = np.array([len(text) for text in raw], np.int64)
    found = Words(known, any_case=True).find(eights(b"".join(raw) + PAD), np.cumsum(lengths) - lengths, lengths)
    assert found.tolist() == [known.get(text.lower(), -1) for text in raw]


@given(st.binary(max_size=200))
def test_line_ends_are_counted(data: bytes) -> None:
    assert cells.line_ends(data) == data.count(b"\n")


@given(st.lists(st.sampled_from([b'"', b"\n", b"a"]), max_size=60).map(b"".join))
def test_line_ends_outside_of_quotes_are_counted(data: bytes) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cells, "BLOCK", 7)
        assert cells.row_ends(data) == sum(part.count(b"\n") for part in data.split(b'"')[::2])


@pytest.mark.parametrize(
    "row",
    [
        b'a"b,no',
        b'"a"b,no',
        b'a,"no" ',
        b'a, "no"',
        b'"a,no',
        b'a,no"',
        b'"a"",no',
        b'"a,no\n"b,no"',
        b'a,n"o',
        b"a\xff,no",
    ],
)
def test_quotes_in_disorder_and_what_is_not_utf8_are_not_read(row: bytes) -> None:
    reader = CsvCells(["note", "fever"], ["fever"], ["note"])
    assert reader.read([b'b,no\n"c ""d""",no\n' + row + b"\nb,no\n"]) is None


@given(
    st.lists(st.tuples(TEXTS, ANSWERS | WRONG, ANSWERS, ANSWERS, ANSWERS | TEXTS), min_size=1, max_size=30),
    st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    st.sampled_from(["\n", "\r\n"]),
)
@settings(deadline=None)
def test_csv_is_read_as_the_csv_module_reads_it(rows: list[tuple[str, ...]], quoting: int, line_end: str) -> None:
    out = io.StringIO()
    csv.writer(out, quoting=quoting, lineterminator=line_end).writerows(rows)  # type: ignore[arg-type]
    text = out.getvalue().replace("\0", "?")
    expected = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    found = CsvCells(["note", *QUESTIONS], QUESTIONS, ["note"]).read([text.encode()])
    assert found is not None
    same(found, [dict(zip(QUESTIONS, row[1:], strict=True)) for row in expected])
    assert found.texts == {"note": [row[0] for row in expected]}
    lines = [text.encode()[start:].decode() for start in found.starts]
    assert [next(csv.reader(io.StringIO(line, newline=""))) for line in lines] == expected


@pytest.mark.parametrize(
    "rows", [b"a,no\n", b"a,no,no,no,no,no\n", b"a,no,no,no,no\nb,no\n", b"a,no,no,no\nno,b,no,no,no,no\n"]
)
def test_a_row_of_another_length_is_none_of_its_own(rows: bytes) -> None:
    assert CsvCells(["note", *QUESTIONS], QUESTIONS, ["note"]).read([rows]) is None


RECORDS = st.lists(
    st.fixed_dictionaries(
        {},
        optional={
            "id": TEXTS | st.integers() | st.none(),
            **dict.fromkeys(QUESTIONS, ANSWERS | WRONG | st.sampled_from([True, False, None, 0, 1, 2]) | TEXTS),
        },
    ).filter(bool),
    min_size=1,
    max_size=30,
)


@given(RECORDS, SEPARATORS, st.booleans())
@settings(deadline=None)
def test_json_is_read_as_the_json_module_reads_it(
    records: list[dict[str, object]], separators: tuple[str, str], ascii_only: bool
) -> None:
    lines = [json.dumps(record, separators=separators, ensure_ascii=ascii_only) + "\n" for record in records]
    found = JsonCells(QUESTIONS).read(line.encode() for line in lines)
    assert found is not None
    same(found, records)
    names = (record.get("id") for record in records)
    assert found.texts == {"id": [name if name is None else str(name) for name in names]}


BYTES = [
    b'"',
    b"\\",
    b",",
    b":",
    b"{",
    b"}",
    b" ",
    b"\n",
    b"[",
    b"1",
    b"null",
    b"true",
    b'"fever"',
    b'"id":"x"',
    b"\t",
    b"\xff",
]


@given(
    RECORDS,
    SEPARATORS,
    st.lists(st.tuples(st.integers(0, 300), st.integers(0, 3), st.sampled_from(BYTES)), min_size=1, max_size=3),
)
@settings(deadline=None, max_examples=300)
def test_what_is_no_flat_json_is_never_read_as_if_it_were(
    records: list[dict[str, object]], separators: tuple[str, str], changes: list[tuple[int, int, bytes]]
) -> None:
    data = b"".join(json.dumps(record, separators=separators).encode() + b"\n" for record in records)
    for place, length, new in changes:
        at = place % len(data)
        data = data[:at] + new + data[at + length :]
    data = data.rstrip(b"\n") + b"\n"
    found = JsonCells(QUESTIONS).read([data])
    if found is None or len(found.wrong) != data.count(b"\n"):
        return  # the stream engine reads it all
    lines = data.splitlines(keepends=True) if b"\r" not in data else data.split(b"\n")[:-1]
    for line, wrong, row, name in zip(lines, found.wrong, found.codes.T, found.texts["id"], strict=True):
        if wrong:
            continue
        pairs = json.loads(line, object_pairs_hook=list)
        record = dict(pairs)
        assert len(record) == len(pairs)
        assert set(record) <= {"id", *QUESTIONS}
        assert [int(code) for code in row] == [code(record.get(question)) for question in QUESTIONS]
        assert name == (None if record.get("id") is None else str(record["id"]))
