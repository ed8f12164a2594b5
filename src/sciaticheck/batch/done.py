"""What came of a chunk: its rows, what was wrong, and the counts."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from sciaticheck.batch.job import PAIRS, SHOWN, Levels, Reject, Summary
from sciaticheck.errors import Problem
from sciaticheck.knowledge.model import URGENCIES

if TYPE_CHECKING:
    from sciaticheck.batch.assessor import Results


class Done(NamedTuple):
    """What came of a chunk. `rows` is text, or a record batch of Arrow."""

    rows: Any
    rejects: list[Reject]
    summary: Summary
    position: int = 0


def done(
    rows: Any,
    results: Results,
    counts: tuple[int, int, int],
    rejects: list[Reject],
    notes: Counter[Problem],
    position: int,
) -> Done:
    """The rows of a chunk, and its summary. `counts`: respondents read, rejected and blank."""
    reasons = Counter(reject.problem.code for reject in rejects)
    refused = Counter(reject.problem.level for reject in rejects if reject.problem.level)
    shown = [reject.located for reject in rejects[:SHOWN]]
    return Done(rows, rejects, Summary(*counts, levels_of(results), reasons, refused, shown, notes=notes), position)


def levels_of(results: Results) -> Levels:
    """How many of the results have each pair of levels."""
    counts = np.bincount(results.urgency * np.uint8(len(URGENCIES)) + results.possible, minlength=len(PAIRS))
    return Counter({pair: count for pair, count in zip(PAIRS, counts.tolist(), strict=True) if count})
