"""What came of a chunk: its rows, what was wrong, and the counts."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from sciaticheck.batch.job import PAIRS, Levels, Reject
from sciaticheck.errors import Problem
from sciaticheck.knowledge.model import URGENCIES

if TYPE_CHECKING:
    from sciaticheck.batch.assessor import Results


class Done(NamedTuple):
    """What came of a chunk. `rows` is text, or a record batch of Arrow; the counts are of respondents."""

    rows: Any
    read: int
    blank: int
    rejected: int
    rejects: list[Reject]
    levels: Levels
    notes: Counter[Problem]
    position: int = 0

    def check(self) -> None:
        """Raises AssertionError if a record has vanished."""
        written = sum(self.levels.values())
        if self.read != written + self.blank + self.rejected:
            raise AssertionError(f"{self.read} records read, {written} + {self.blank} + {self.rejected} accounted for")


def levels_of(results: Results) -> Levels:
    """How many of the results have each pair of levels."""
    counts = np.bincount(results.urgency * np.uint8(len(URGENCIES)) + results.possible, minlength=len(PAIRS))
    return Counter({pair: count for pair, count in zip(PAIRS, counts.tolist(), strict=True) if count})
