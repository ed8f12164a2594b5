"""The four states of an answer, and of a criterion, in the order in which they can raise the advice."""

from __future__ import annotations

from enum import IntEnum


class AnswerState(IntEnum):
    """How far an answer can raise the advice: a larger state never lowers it.

    A criterion has a state too: YES is present, UNSURE present if "unsure" counts, UNANSWERED present only in the worst
    case, NO absent.

    >>> NO < UNANSWERED < UNSURE < YES
    True
    """

    NO = 0
    UNANSWERED = 1
    UNSURE = 2
    YES = 3

    __hash__ = int.__hash__  # as equal numbers have; that of Enum is of the name, and slow


NO, UNANSWERED, UNSURE, YES = AnswerState
