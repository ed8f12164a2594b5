"""Criteria in all three readings at once: each is a counter, and all counters are one large integer.

A criterion counts those of its parts that hold, and holds itself once there are `least` of them. An answer adds one to
each criterion that names its question, in each reading in which the answer counts.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import compress
from operator import getitem

from sciaticheck.answers.codes import NO
from sciaticheck.criteria import Counts, Criterion


class Counters:
    """The counters of some criteria.

    The integer has a section a reading, the worst case lowest, and in it for each counter a field of whole bytes. A
    counter starts so that its field's top bit is set once it has come to `least`. The criteria inside a criterion have
    the fields after its own.
    """

    def __init__(self, criteria: Sequence[Criterion], order: Sequence[str]) -> None:
        """`order`: all questions, in the order of their codes."""
        fields = _Fields()
        outer = {fields.add(criterion) for criterion in criteria}
        width = fields.most.bit_length() // 8 + 1  # bytes of a field, with room for all parts above `least`
        self._size = width * len(fields.least)
        self._top = 8 * width - 1
        self._cautious, self._certain = 8 * self._size, 16 * self._size  # where their sections begin

        def packed(values: Mapping[int, int]) -> int:
            """A section with these values in these fields."""
            return sum(value << 8 * width * field for field, value in values.items())

        def in_all(one: int) -> int:
            """The same section for each reading."""
            return one | one << self._cautious | one << self._certain

        all_bits = (1 << self._cautious) - 1
        self._ones = all_bits // ((1 << 8 * width) - 1)  # one in each field
        self._start = in_all((self._ones << self._top) - packed(dict(enumerate(fields.least))))
        self._hidden = all_bits - packed(dict.fromkeys(outer, 255))
        self._adds = []
        for one in [packed(fields.naming[name]) for name in order]:
            self._adds.append((0, one, one | one << self._cautious, in_all(one)))  # by code
        self._steps = [
            (8 * width * distance + self._top, in_all(packed(dict.fromkeys(inside, 1)) << self._top))
            for (_, distance), inside in sorted(fields.inside.items(), reverse=True)
        ]

    def heights(self, codes: bytes) -> bytes:
        """The height of each criterion for the answers that count: the readings in which it holds.

        It has the number of the code of a single answer that holds in the same readings.
        """
        not_no = codes.translate(None, bytes([NO]))
        count = sum(map(getitem, compress(self._adds, codes), not_no), self._start)
        for shift, inside in self._steps:
            count += (count & inside) >> shift
        holds = count >> self._top
        ones = self._ones
        height = (holds & ones) + (holds >> self._cautious & ones) + (holds >> self._certain & ones)
        return (height | self._hidden).to_bytes(self._size, "little").translate(None, b"\xff")


class _Fields:
    """Which counter has which field.

    `least` by field. `naming`: for each question the fields of the criteria that name it, and how often. `inside`: the
    fields of criteria inside others, by depth and by distance from the one that they stand in. `most`: parts of any.
    """

    def __init__(self) -> None:
        self.least: list[int] = []
        self.naming: defaultdict[str, defaultdict[int, int]] = defaultdict(lambda: defaultdict(int))
        self.inside: defaultdict[tuple[int, int], list[int]] = defaultdict(list)
        self.most = 0

    def add(self, criterion: Criterion, depth: int = 0) -> int:
        """Gives the next field to a criterion, and those after it to the criteria inside."""
        field = len(self.least)
        least, parts = (1, (criterion,)) if isinstance(criterion, Counts) else criterion
        self.least.append(least)
        self.most = max(self.most, len(parts))
        for part in parts:
            if isinstance(part, Counts):
                self.naming[part.id][field] += 1
            else:
                inner = self.add(part, depth + 1)
                self.inside[depth + 1, inner - field].append(inner)
        return field
