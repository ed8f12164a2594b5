"""The urgency that a set of yes answers reaches, and the questions that are an emergency by themselves."""

from __future__ import annotations

from collections.abc import Mapping, Set

from sciaticheck.knowledge.model import URGENCIES, Knowledge, RedFlag, Urgency
from sciaticheck.rules.criterion import Criterion, questions
from sciaticheck.rules.python import value
from sciaticheck.rules.states import NO, YES, AnswerState


def states_of_yes(names: Set[str], criterion: Criterion) -> Mapping[str, AnswerState]:
    """The states of a criterion's questions if `names` are answered yes and all others no."""
    return {id: YES if id in names else NO for id in questions(criterion)}


def holds(criterion: Criterion, names: Set[str]) -> bool:
    """Whether a criterion is present if exactly these questions are answered yes."""
    return value(criterion, states_of_yes(names, criterion)) is YES


def first_flag(names: Set[str], knowledge: Knowledge) -> RedFlag | None:
    """The most urgent red flag that is present if exactly these questions are answered yes."""
    states = knowledge.evaluator.values({id: YES if id in names else NO for id in knowledge.questions})
    flags = zip(knowledge.flags_by_urgency, states, strict=False)  # the states of signs follow
    return next((flag for flag, state in flags if state is YES), None)


def level_of(names: Set[str], knowledge: Knowledge) -> Urgency:
    """The highest level of the red flags that are present if exactly these questions are answered yes."""
    flag = first_flag(names, knowledge)
    return flag.urgency if flag else URGENCIES[0]


def emergencies_alone(knowledge: Knowledge) -> frozenset[str]:
    """The questions to which yes is an emergency by itself (with the yes to the parent that it implies)."""
    return frozenset(
        id
        for id, question in knowledge.questions.items()
        if level_of({id, question.only_if or id}, knowledge) == "emergency"
    )
