"""The rules for many records: each question is an array with the states of all records, and so is a criterion.

The arrays are `uint8`, all of the same length. NumPy is imported by the caller's arrays alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from sciaticheck.rules.criterion import AnyOf, AtLeast, Criterion, Question

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    States = NDArray[np.uint8]


def value(criterion: Criterion, states: Mapping[str, States]) -> States:
    """The states of a criterion, one a record. `states` has an array for every question.

    >>> import numpy as np
    >>> from sciaticheck.rules.criterion import parse
    >>> answers = {"a": np.array([3, 0], np.uint8), "b": np.array([2, 1], np.uint8)}
    >>> value(parse({"all": ["a", "b"]}), answers).tolist()
    [2, 0]
    """
    import numpy as np

    if isinstance(criterion, Question):
        return states[criterion.id]
    values = [value(part, states) for part in criterion.parts]
    if isinstance(criterion, AtLeast):
        largest: States = np.sort(values, axis=0)[-criterion.count]
        return largest
    extreme: States = (np.maximum if isinstance(criterion, AnyOf) else np.minimum).reduce(values)
    return extreme
