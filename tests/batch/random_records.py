"""Random records of every odd kind, as the bytes of CSV and JSON Lines. The same seed gives the same bytes."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Sequence
from random import Random

from sciaticheck import Knowledge

YES = ("yes", "yes", "yes", "y", "true", "1", " Yes ", "TRUE", "Y", "\tYES", "\xa0yes\xa0", "\v1\f", "tRuE")
NO = ("no", "no", "no", "n", "false", "0", " No", "FALSE", "N ", "\xa0no", "nO", "\t0 ")
UNSURE = ("unsure", "unsure", "unknown", "not sure", "Not Sure", "UNSURE ", "un\u212anown", "\xa0Unknown")
BLANK = ("", "", "", "", " ", "\xa0", "null", "NULL", "\t ")
WRONG = ("maybe", "2", "yes no", "not  sure", "ja", "-0", "1.0", "\u2003yes", "yes\u200b", "\x01" + "0.20", "ye\u017f",
         "?", "-1", "+1", "=1", "none", "\u0131", "y" * 300, "no\u2028", "\\N", "'yes'", "\x1cyes")  # fmt: skip
IDS = ("007", "0", "-0", "=1+1", "+1", "-1", "@SUM(A1)", "'", "a,b", 'say "hi"', "two\nlines", "\U0001f600", "Ünal 王",
       "", " ", "\xa0", " x ", "null", "NULL", "true", "\x1b[31m", "\x7f", "\u2028", "a\tb", "1e3", "1.50", "%s", "{}",
       "\\", "\\n", "#", "\u202eabc", "12345678901234567890123", '"', ",", "\ufeffbom", "\x85",
       "answers", "fever", "a:b")  # fmt: skip
HARD_IDS = ("\x00", "cr\r\nlf", "\r", "\v", "\x01")
BLOCK = 600
"""Records of one temper in a row."""


def answer(random: Random, word: str) -> str:
    """A spelling of an answer; half of the time the usual one."""
    if random.random() < 0.5:
        return word
    return random.choice({"yes": YES, "no": NO, "unsure": UNSURE, "": BLANK}[word])


def answers(random: Random, knowledge: Knowledge, wrong: bool) -> dict[str, str]:
    """Answers to all questions, most of them without a conflict; where `wrong`, some records hold what is none."""
    few = random.choice((0.02, 0.1, 0.3, 0.6))
    weights = random.choice(((few, few / 3, 1, 1), (1, 1, 1, 1), (few, few, 0, 1), (few, 0, 1, 0), (0, few, 1, few)))
    drawn = random.choices(("yes", "unsure", "no", ""), weights, k=len(knowledge.questions))
    given = dict(zip(knowledge.questions, drawn, strict=True))
    if not wrong or random.random() < 0.6:
        for question in knowledge.follow_ups:
            if given[question.only_if or ""] == "no":
                given[question.id] = random.choice(("no", ""))
    made = {name: answer(random, word) for name, word in given.items()}
    if wrong and random.random() < 0.3:
        for name in random.sample(list(made), random.choice((1, 1, 3))):
            made[name] = random.choice(WRONG)
    return made


def identity(random: Random, number: int, hard: bool = False) -> str:
    """An id: half of the time a plain one."""
    if random.random() < 0.5:
        return f"p{number:06}"
    return random.choice(HARD_IDS if hard and random.random() < 0.1 else IDS) + random.choice(("", str(number)))


def tempers(random: Random, count: int) -> Iterator[tuple[int, str]]:
    """For each record its number and its temper, the same for a block: fine, wrong (values and conflicts), broken."""
    for number in range(count):
        if number % BLOCK == 0:
            temper = random.choice(("fine", "fine", "wrong", "wrong", "wrong", "broken"))
        yield number, temper


def csv_bytes(
    seed: int, count: int, knowledge: Knowledge, header: Sequence[str], line_end: str = "\n", broken: bool = True
) -> bytes:
    """A CSV file under this header; columns that are neither `id` nor a question hold any text.

    Unless `broken`, every record is a whole row and wrong in its answers at most.
    """
    random = Random(seed)
    out = [_row(header, line_end).encode()]
    for number, mood in tempers(random, count):
        temper = mood if broken or mood != "broken" else "wrong"
        given = answers(random, knowledge, temper != "fine") | {"id": identity(random, number, temper == "broken")}
        cells = [given[name] if name in given else identity(random, number) for name in header]
        row = _row(cells, line_end, random.choice((csv.QUOTE_MINIMAL, csv.QUOTE_MINIMAL, csv.QUOTE_ALL)))
        out.append(_broken_row(random, cells, row) if temper == "broken" and random.random() < 0.1 else row.encode())
    return b"".join(out)


def _row(cells: Sequence[str], line_end: str, quoting: int = csv.QUOTE_MINIMAL) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator=line_end, quoting=quoting).writerow(cells)  # type: ignore[arg-type]
    return text.getvalue()


def _broken_row(random: Random, cells: list[str], row: str) -> bytes:
    kind = random.randrange(9)
    if kind == 0:
        return _row(cells[:-1], "\n").encode()
    if kind == 1:
        return _row([*cells, ""], "\n").encode()
    if kind == 2:
        return random.choice((b"\n", b"\r\n", b"\n\n\n"))
    if kind == 3:
        return row.encode().replace(b"no", b"n\xff", 1)
    if kind == 4:
        return row.encode().replace(b"no", b"n\0", 1)
    if kind == 5:
        return b'x"y,' + row.encode().partition(b",")[2]  # a quote inside a cell is a character
    if kind == 6:
        return row.encode().replace(b",", b"\r,", 1)
    if kind == 7:
        return b"   \n"
    return row.encode().rstrip(b"\r\n") + random.choice((b"\n", b"\r\n"))


def jsonl_bytes(seed: int, count: int, knowledge: Knowledge, line_end: str = "\n", spaced: bool = False) -> bytes:
    """A JSON Lines file, written in one style but for what is broken."""
    random = Random(seed)
    end = line_end.encode()
    return b"".join(_line(random, number, temper, knowledge, spaced) + end for number, temper in tempers(random, count))


def _line(random: Random, number: int, temper: str, knowledge: Knowledge, spaced: bool) -> bytes:
    if temper == "broken" and random.random() < 0.1:
        return random.choice(BROKEN_LINES)
    record: dict[str, object] = {}
    for name, text in answers(random, knowledge, temper != "fine").items():
        if text or random.random() < 0.2:
            record[name] = _value(random, text, temper)
    if random.random() < 0.9:
        record["id"] = (
            identity(random, number, temper == "broken")
            if random.random() < 0.9
            else random.choice((0, 7, -3, 10**19, None))
        )
    if temper == "broken" and random.random() < 0.03:
        record[random.choice(("bakc_pain", "Fever", "", "ID", "\ud83d", "fever ", "answer"))] = "yes"
    if temper == "broken" and random.random() < 0.1:
        record["id"] = random.choice((1.5, True, [], {}, -0.0, 10**30, "\ud800", 1e400))
    keys = list(record)
    random.shuffle(keys)
    record = {key: record[key] for key in keys}
    if temper == "broken" and random.random() < 0.3:
        name = record.pop("id", "x")
        record = random.choice(({"id": name, "answers": record}, {"answers": record, "id": name}, {"answers": None}))
    spaces, escaped = (", ", ": ") if spaced else (",", ":"), False
    if temper == "broken":
        spaces, escaped = random.choice(((",", ":"), (", ", ": "), (" ,  ", " :\t"))), random.random() < 0.2
    text = json.dumps(record, ensure_ascii=escaped, separators=spaces)
    if temper == "broken" and random.random() < 0.03:
        text = text[:-1] + ',"fever":"no"}'  # most likely for the second time
    if temper == "broken" and random.random() < 0.1:
        text = random.choice((text[:-1] + ",}", text[:-1], text + "}", " " + text, text + " ", text + text, "[" + text))
    return text.encode("utf-8", "surrogatepass")


def _value(random: Random, text: str, temper: str) -> object:
    choices = {"yes": ("yes", True, 1, "yes"), "no": (False, 0, "no", "no"), "": (None, "", " ")}
    value = random.choice(choices.get(text, (text,)))
    if temper != "fine" and random.random() < 0.005:
        value = random.choice((2, 1.0, 0.0, -0.0, -1, 10**25, float("nan"), 1e400))
    if temper == "broken" and random.random() < 0.002:
        value = random.choice(([], {}, [True], {"a": 1}))
    return value


BROKEN_LINES = (
    b"", b" ", b"{}", b"[]", b"null", b"1", b'"fever"', b"{", b'{"fever"}', b'{"fever":-0}', b'{"fever":1e0}',
    b'{"fever":"no","fever":"no"}', b'{"fev\\u0065r":"yes"}', b'{"fever":"y\\u0065s"}', b'{"fever":"\\u0000"}',
    b'{"fever":"no"}{"fever":"no"}', b'{"fever":"no",}', b"{'fever':'no'}", b'{"fever":no}', b'{"fever":"no"} x',
    b'{"fever":"n\xff"}', b'{"fever":"n\0"}', b"\xef\xbb\xbf{}", b'{"fever":"n\to"}', b'{"id":"\\ud83d\\ude00"}',
    b'{"id":"\\ud83d"}', b'{"answers":{"fever":"no"},"x":1}', b'{"answers":[]}', b'{"answers":{},"answers":{}}',
    b'{"fever" : "no","x":"no"}', b'{"id":"a\\/b"}', b'{"fever":"no"}//', b'{"fever":"no"/**/}', b'{"fever":01}',
    b'{"fever":TRUE}', b'{"fever":True}', b'{"fever":+1}', b'{"fever":0x1}', b'{"fever":.0}', b'{"fever":Infinity}',
    b"[" * 5000, b'{"fever":' + b"[" * 3000 + b"]" * 3000 + b"}",
)  # fmt: skip
