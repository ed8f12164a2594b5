"""The records of a piece as codes: what the readers of CSV and of JSON Lines share.

NumPy takes the cells apart and reads the usual spellings, a block at a time. What is not plainly well-formed is left
to the stream engine: a piece for which a reader gives None, a record at fault.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sciaticheck.answers.spelling import SPELLINGS, parse_answer
from sciaticheck.batch.codes import CODES, LONG, Kept
from sciaticheck.batch.words import PAD, Numbers, Places, Words, eights

BLOCK = 3 << 17
"""Bytes that are taken apart at once: so many that all that is made of them stays near the processor."""

UNREADABLE = -1
"""The code of what is no answer."""

COMMA, COLON, QUOTE, BACKSLASH, BLANK, RETURN, LINE_END, OPENED, CLOSED = b',:"\\ \r\n{}'

USUAL = Words({word.encode(): CODES[answer] for word, answer in SPELLINGS.items()}, any_case=True)


class Cells(NamedTuple):
    """The records of a piece.

    `starts`: the first byte of each; `codes`: a row a question and a column a record; `texts`: other columns, None for
    what is not there; `wrong`: whether a record is at fault, for the stream engine to say how.
    """

    starts: Places
    codes: Numbers
    texts: Mapping[str, Sequence[str | None]]
    wrong: NDArray[np.bool_]


class Odd(Kept):
    """The codes of texts that are not just a usual spelling; kept by their bytes, which `read` makes a text."""

    def __init__(self, read: Callable[[bytes], str]) -> None:
        self.read = read

    def made(self, raw: bytes) -> int:
        """The code."""
        try:
            return CODES[parse_answer(self.read(raw))]
        except (KeyError, ValueError):
            return UNREADABLE

    def codes(self, block: Block, starts: Places, lengths: Places) -> Numbers:
        """The codes of texts in a block: at once with one blank before or behind, else one by one."""
        before = block.signs[starts] == BLANK
        behind = block.signs[starts + lengths - 1] == BLANK
        codes = USUAL.find(block.eights, starts + before, lengths - before - behind)
        rest = np.flatnonzero(codes == UNREADABLE)
        edges = zip(starts[rest].tolist(), (starts + lengths)[rest].tolist(), strict=True)
        raws = (block.data[start:end] for start, end in edges)
        codes[rest] = [self[raw] if len(raw) <= LONG else self.made(raw) for raw in raws]
        return codes


class Block:
    """Whole lines of a piece, as they are taken apart: their bytes one by one and by eight. Behind them stands PAD.

    `before`: the bytes of the piece that stand before the data.
    """

    def __init__(self, data: bytes, start: int, end: int, before: int) -> None:
        self.start, self.size = before + start, end - start
        self.data = b"".join((memoryview(data)[start:end], PAD))
        self.signs = np.frombuffer(self.data, np.uint8)
        self.eights = eights(self.data)


def blocks(parts: Iterable[bytes], quoted: bool = False) -> Iterator[Block]:
    """The parts in blocks of whole lines or, where `quoted`, with as many quotes as can be in pairs."""
    before = 0
    for data in parts:
        start = 0
        while start < len(data):
            end = max(data.rfind(b"\n", start, start + BLOCK) + 1, start)
            inside = quoted and data.count(b'"', start, end) % 2 == 1
            while end == start or (inside and end < len(data)):
                more = data.find(b"\n", end) + 1 or len(data)
                inside ^= quoted and data.count(b'"', end, more) % 2 == 1
                end = more
            yield Block(data, start, end, before)
            start = end
        before += len(data)


def line_ends(data: bytes) -> int:
    """How many lines end in the data: many times as fast as `bytes.count`."""
    return sum(
        int(np.count_nonzero(np.frombuffer(data, np.uint8, min(BLOCK, len(data) - start), start) == LINE_END))
        for start in range(0, len(data), BLOCK)
    )


def row_ends(data: bytes) -> int:
    """How many lines end in the data outside of quotes."""
    found, inside = 0, np.False_
    for start in range(0, len(data), BLOCK):
        signs = np.frombuffer(data, np.uint8, min(BLOCK, len(data) - start), start)
        quoted = inside ^ np.bitwise_xor.accumulate(signs == QUOTE)
        found += int(np.count_nonzero((signs == LINE_END) & ~quoted))
        inside = quoted[-1]
    return found


def joined(parts: Iterator[Cells | None]) -> Cells | None:
    """The blocks of a piece together; None where one is none."""
    found: list[Cells] = []
    for part in parts:
        if part is None:
            return None
        found.append(part)
    texts = {name: list(chain.from_iterable(part.texts[name] for part in found)) for name in found[0].texts}
    return Cells(
        np.concatenate([part.starts for part in found]),
        np.concatenate([part.codes for part in found], axis=1),
        texts,
        np.concatenate([part.wrong for part in found]),
    )
