"""Many texts of a buffer at a time: which of a few words each of them is, to the byte."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import count

import numpy as np
from numpy.typing import NDArray

Places = NDArray[np.int64]
"""Where texts begin in a buffer, or how long they are, in bytes."""

Numbers = NDArray[np.int8] | NDArray[np.int16]

PAD = b"\0" * 8
"""What a buffer ends with, so that eight bytes can be read from its last one on."""

_STEP = 8
_ALL = (1 << 64) - 1
_SMALL = int.from_bytes(b" " * _STEP, "little")
_GOLDEN = 0x9E3779B97F4A7C15
_MASKS = np.array([(1 << 8 * size) - 1 for size in range(_STEP + 1)], np.uint64)


def eights(buffer: bytes) -> NDArray[np.uint64]:
    """The eight bytes from each byte of a buffer on, and from its end, as one number; PAD stands behind it."""
    return np.ndarray((len(buffer) - len(PAD) + 1,), "<u8", buffer, strides=(1,))


class Words:
    """Words and the number that stands for each. With `any_case` they are small and may be large.

    A table has each word at a place made of its bytes, all places different. What is found there is compared with
    the text: its length and all its bytes. No word may end with NUL.
    """

    def __init__(self, words: Mapping[bytes, int], any_case: bool = False) -> None:
        starts = range(0, max(map(len, words), default=0) or 1, _STEP)
        split = [[int.from_bytes(word[start : start + _STEP], "little") for start in starts] for word in words]
        self._any = np.uint64(_SMALL if any_case else 0)
        """The bit in which small letters differ from large ones, in each byte."""
        self._factors, self._shift = _apart([[part | int(self._any) for part in parts] for parts in split])
        self._common = [2 * sum(len(word) > start for word in words) > len(words) for start in starts]
        size = 1 << 64 - int(self._shift)
        self._parts = [np.zeros(size, np.uint64) for _ in starts]
        self._letters = [np.zeros(size, np.uint64) for _ in starts]
        self._lengths = np.full(size, -1)
        self._numbers = np.full(size, -1, np.int8 if max(words.values(), default=0) < 1 << 7 else np.int16)
        for (word, found), parts in zip(words.items(), split, strict=True):
            place = _place([part | int(self._any) for part in parts], self._factors, self._shift)
            self._lengths[place], self._numbers[place] = len(word), found
            for number, (start, part) in enumerate(zip(starts, parts, strict=True)):
                bits = bytes(0x20 * chr(byte).isalpha() for byte in word[start : start + _STEP])
                self._parts[number][place] = part
                self._letters[number][place] = int.from_bytes(bits, "little") if any_case else 0

    def find(self, buffer: NDArray[np.uint64], starts: Places, lengths: Places) -> Numbers:
        """The number of each text, -1 where it is none of the words. `buffer`: as `eights` gives it."""
        last = len(buffer) - 1
        text = buffer[starts]
        text &= _MASKS[np.minimum(lengths, _STEP)]
        mixed = (text | self._any) * np.uint64(self._factors[0])
        texts: list[tuple[slice | Places, NDArray[np.uint64]]] = [(slice(None), text)]
        for place in range(1, len(self._parts)):
            before = _STEP * place
            some = slice(None) if self._common[place] else np.flatnonzero(lengths > before)
            text = buffer[np.minimum(starts[some] + before, last)]
            text &= _MASKS[np.clip(lengths[some] - before, 0, _STEP)]
            mixed[some] += (text | self._any) * np.uint64(self._factors[place])
            texts.append((some, text))
        places = (mixed >> np.uint64(self._shift)).view(np.int64)
        same = self._lengths[places] == lengths
        for (some, text), part, letters in zip(texts, self._parts, self._letters, strict=True):
            if self._any:
                text |= letters[places[some]]
            same[some] &= part[places[some]] == text
        return np.where(same, self._numbers[places], self._numbers.dtype.type(-1))


def _place(parts: Sequence[int], factors: Sequence[int], shift: int) -> int:
    return (sum(part * factor for part, factor in zip(parts, factors, strict=True)) & _ALL) >> shift


def _apart(words: Sequence[Sequence[int]]) -> tuple[list[int], int]:
    """A factor for each part of a word, and a shift, by which no two words have the same place."""
    width = max(map(len, words), default=1)
    for attempt in count(1):
        factors = [(_GOLDEN * (attempt * width + part) | 1) & _ALL for part in range(width)]
        shift = 64 - (len(words).bit_length() + 2 + attempt // 256)
        if len({_place(word, factors, shift) for word in words}) == len(words):
            return factors, shift
    raise AssertionError("counting does not end")
