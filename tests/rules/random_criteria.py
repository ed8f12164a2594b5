"""Random criteria over seven questions, and random states of them."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from sciaticheck.rules.criterion import parse
from sciaticheck.rules.states import AnswerState

NAMES = tuple("abcdefg")
NESTED = {"all": ["a", {"any": ["b", {"at_least": {"count": 2, "of": ["c", "d", "e"]}}]}]}


def _nodes(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    parts = st.lists(inner, min_size=2, max_size=4)
    counted = parts.flatmap(
        lambda of: st.integers(1, len(of)).map(lambda count: {"at_least": {"count": count, "of": of}})
    )
    return parts.map(lambda of: {"any": of}) | parts.map(lambda of: {"all": of}) | counted


RAW = st.recursive(st.sampled_from(NAMES), _nodes, max_leaves=12)
"""As the data writes them."""

CRITERIA = RAW.map(parse)

STATES = st.fixed_dictionaries({name: st.sampled_from(AnswerState) for name in NAMES})
