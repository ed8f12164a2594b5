"""Lines of JSON as codes: flat records as programs write them, with no blank or one behind each comma and colon."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from sciaticheck.batch.cells import (
    BACKSLASH,
    BLANK,
    CLOSED,
    COLON,
    COMMA,
    LINE_END,
    OPENED,
    QUOTE,
    RETURN,
    UNREADABLE,
    USUAL,
    Block,
    Cells,
    Odd,
    blocks,
    joined,
)
from sciaticheck.batch.codes import CODES, UNANSWERED
from sciaticheck.batch.words import Places, Words

_VALUES = {b"true": "yes", b"1": "yes", b"false": "no", b"0": "no", b"null": None}
_LITERALS = Words({word: CODES[answer] for word, answer in _VALUES.items()})
"""Answers that are no text."""

_NOT_THERE = -2
_ID = "id"

_text = msgspec.json.Decoder(str).decode
_ids = msgspec.json.Decoder(list[str | int | None]).decode


class _Pairs(NamedTuple):
    """Where the pairs of a block are: the first byte of each and the one behind, quotes included.

    `is_text`: which values are texts; `first`: which pairs begin a record.
    """

    keys: Places
    colons: Places
    values: Places
    ends: Places
    is_text: NDArray[np.bool_]
    first: Places


class JsonCells:
    """Reads JSON Lines of these questions, and the ids."""

    def __init__(self, questions: Sequence[str]) -> None:
        self.names = Words({name.encode(): place for place, name in enumerate((*questions, _ID))})
        self.questions, self.id_place = questions, len(questions)
        self.odd = Odd(lambda raw: _text(b'"%s"' % raw))

    def read(self, parts: Iterable[bytes]) -> Cells | None:
        """The records of a piece; None where not every byte of it is accounted for as one of a flat record."""
        return joined(map(self._block, blocks(parts)))

    def _block(self, block: Block) -> Cells | None:
        if (pairs := _pairs(block)) is None:
            return None
        keys, colons, values, ends, is_text, first = pairs
        places = self.names.find(block.eights, keys + 1, colons - keys - 2)
        pairs_of = np.diff(first, append=len(keys))
        rows = np.repeat(np.arange(len(first)), pairs_of)
        starts, lengths = values + is_text, ends - values - 2 * is_text
        codes = USUAL.find(block.eights, starts, lengths)
        literals = np.flatnonzero(~is_text)
        codes[literals] = _LITERALS.find(block.eights, starts[literals], lengths[literals])
        ids = np.flatnonzero(places == self.id_place)
        codes[ids] = UNANSWERED
        odd = np.flatnonzero((codes == UNREADABLE) & is_text & (places >= 0))
        codes[odd] = self.odd.codes(block, starts[odd], lengths[odd])

        cells = np.full((self.id_place + 1, len(first)), _NOT_THERE, np.int8)
        cells[places, rows] = codes  # an unknown key is with the ids
        given = np.count_nonzero(cells != _NOT_THERE, axis=0)
        wrong = given != pairs_of  # a key twice
        wrong[rows[(codes == UNREADABLE) | (places < 0)]] = True
        cells[cells < 0] = UNANSWERED
        names = self._names(block.data, len(first), rows[ids], values[ids], ends[ids])
        return None if names is None else Cells(block.start + keys[first] - 1, cells[:-1], {_ID: names}, wrong)

    def _names(self, block: bytes, count: int, rows: Places, starts: Places, ends: Places) -> list[str | None] | None:
        """The ids, read as JSON; None where one is neither a text nor a whole number."""
        raw = [block[start:end] for start, end in zip(starts.tolist(), ends.tolist(), strict=True)]
        if not np.array_equal(rows, np.arange(count)):  # some are not given, or twice
            given = dict(zip(rows.tolist(), raw, strict=True))
            raw = [given.get(row, b"null") for row in range(count)]
        try:
            found = _ids(b"[%s]" % b",".join(raw))
        except ValueError:  # what msgspec raises is one too
            return None
        names = [name if name is None else str(name) for name in found]
        return names if len(names) == count else None


def _pairs(block: Block) -> _Pairs | None:
    """The pairs of a block; None where there is any byte that is not in one, nor a sign between two of them.

    Line ends are only looked for between the records: whoever counts those of the piece sees if there are more.
    """
    signs, size = block.signs, block.size
    quotes = np.flatnonzero(signs == QUOTE)
    if b"\\" in block.data:
        quotes = _unescaped(block, quotes)
    if len(quotes) % 2:
        return None
    quotes = np.append(quotes, [size] * 2)
    opens, closes = quotes[0::2], quotes[1::2]
    is_key = signs[closes + 1] == COLON
    at = np.flatnonzero(is_key)
    keys, colons = opens[at], closes[at] + 1
    values = colons + 1
    values += signs[values] == BLANK
    is_text = opens[at + 1] == values
    if np.count_nonzero(is_text) + len(at) != len(opens) - 1 or (is_text & is_key[at + 1]).any():
        return None  # a text that is neither a key nor a value

    first = np.flatnonzero(signs[keys - 1] == OPENED)
    lines = np.append(keys[first] - 1, size)  # where the lines begin, and the last one ends
    if lines[0] != 0 or (signs[lines[1:] - 1] != LINE_END).any():
        return None  # no object begins the block, or one is in a line
    ends = np.append(keys[1:], size) - 1
    ends -= signs[ends] == BLANK
    last = np.append(first[1:], len(keys)) - 1
    ends[last] = lines[1:] - 2
    ends[last] -= signs[ends[last]] == RETURN
    signs_behind = np.full_like(ends, COMMA)
    signs_behind[last] = CLOSED
    if (signs[ends] != signs_behind).any() or (ends <= values).any() or (is_text & (closes[at + 1] + 1 != ends)).any():
        return None
    return _Pairs(keys, colons, values, ends, is_text, first)


def _unescaped(block: Block, quotes: Places) -> Places:
    """The quotes that open and close texts: those that no backslash escapes."""
    data, escaped = block.data, []
    slash = data.find(BACKSLASH)
    while slash >= 0:
        if data[slash + 1] == QUOTE:
            escaped.append(slash + 1)
        slash = data.find(BACKSLASH, slash + 2)  # what stands behind a backslash is no backslash of its own
    return np.delete(quotes, np.searchsorted(quotes, escaped)) if escaped else quotes
