"""CSV as codes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from sciaticheck.batch.cells import COMMA, LINE_END, QUOTE, RETURN, UNREADABLE, USUAL, Block, Cells, Odd, blocks, joined
from sciaticheck.batch.codes import UNANSWERED
from sciaticheck.batch.words import Places

_BEFORE, _BEHIND = np.zeros((2, 256), np.bool_)
_BEFORE[list(b',\n"')] = True
_BEHIND[list(b',\r\n"')] = True
"""What stands before a quote that opens a cell, and behind one that closes it."""


class CsvCells:
    """Reads CSV of these columns. `questions` and `texts` are the columns that are wanted as codes and as texts."""

    def __init__(self, columns: Sequence[str], questions: Sequence[str], texts: Sequence[str]) -> None:
        self.width, self.questions = len(columns), questions
        self.is_question = np.array([name in questions for name in columns])
        self.places = np.array([columns.index(name) for name in questions], np.int64)
        self.texts = {name: columns.index(name) for name in texts if name in columns}
        self.odd = Odd(lambda raw: raw.decode().replace('""', '"'))

    def read(self, parts: Iterable[bytes]) -> Cells | None:
        """The records of a piece without NUL; None where its quotes or columns are in disorder, or it is not UTF-8."""
        try:
            return joined(map(self._block, blocks(parts, quoted=True)))
        except UnicodeDecodeError:
            return None

    def _block(self, block: Block) -> Cells | None:
        signs = block.signs[: block.size]
        quoted = b'"' in block.data
        lines = signs == LINE_END
        if quoted:
            if not _in_order(block):
                return None
            inside = np.bitwise_xor.accumulate(signs == QUOTE)
            lines &= ~inside
            ends = np.flatnonzero(((signs == COMMA) & ~inside) | lines)
        else:
            ends = np.flatnonzero((signs == COMMA) | lines)
        count, rest = divmod(len(ends), self.width)
        last = ends[self.width - 1 :: self.width]
        if rest or not lines[last].all() or np.count_nonzero(lines) != count:
            return None
        starts = np.empty_like(ends)
        starts[0] = 0
        np.add(ends[:-1], 1, out=starts[1:])
        records = block.start + starts[:: self.width]
        if b"\r" in block.data:
            last -= signs[last - 1] == RETURN
        if quoted:
            quotes = signs[starts] == QUOTE
            starts += quotes
            ends -= quotes
        lengths = ends - starts
        codes = USUAL.find(block.eights, starts, lengths)
        odd = np.flatnonzero(codes == UNREADABLE)
        odd = odd[self.is_question[odd % self.width]]
        codes[odd] = self.odd.codes(block, starts[odd], lengths[odd])
        bad = odd[codes[odd] == UNREADABLE]
        codes[bad] = UNANSWERED
        wrong = np.zeros(count, np.bool_)
        wrong[bad // self.width] = True
        texts = {name: _texts(block.data, starts[place :: self.width], ends[place :: self.width], quoted)
                 for name, place in self.texts.items()}  # fmt: skip
        return Cells(records, codes.reshape(count, self.width).T[self.places], texts, wrong)


def _in_order(block: Block) -> bool:
    """Whether all quotes stand around a cell, or are two in one."""
    quotes = np.flatnonzero(block.signs == QUOTE)
    before, behind = block.signs[quotes[0::2] - 1], block.signs[quotes[1::2] + 1]
    before[quotes[0::2] == 0] = COMMA
    return len(quotes) % 2 == 0 and bool(_BEFORE[before].all() and _BEHIND[behind].all())


def _texts(block: bytes, starts: Places, ends: Places, quoted: bool) -> list[str]:
    edges = zip(starts.tolist(), ends.tolist(), strict=True)
    texts = b"\0".join([block[start:end] for start, end in edges]).decode().split("\0")  # no piece holds a NUL
    return [text.replace('""', '"') for text in texts] if quoted else texts
