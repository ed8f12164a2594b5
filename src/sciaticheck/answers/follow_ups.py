"""The follow-up rules, applied before any criterion is evaluated.

A follow-up is a question that is asked only after a yes to another, its parent:

- A `no` to the parent makes the follow-up `no`. A follow-up answered `yes` or `unsure` under a `no` is a conflict.
- Otherwise the parent is at least as strong as the follow-up: a `yes` to the follow-up makes the parent `yes`, an
  `unsure` makes an unanswered parent `unsure`.
- A follow-up about a worse form of its parent (`worse_form`) that is unanswered after a `yes` counts as `unsure`.
- With answers of an earlier date: a question that asks whether a sign is new or worse (`yes_if_new`) counts for at
  least as much as the sign if the sign was `no` then. Nothing is lowered.

For example, `both_legs: yes` alone makes "Is it new in both legs?" unsure, because it may be new.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sciaticheck.answers.spelling import ANSWERS, STATES, Answer
from sciaticheck.knowledge.model import Knowledge
from sciaticheck.rules.states import NO, UNANSWERED, UNSURE, YES, AnswerState


def conflicts(answers: Mapping[str, Answer], knowledge: Knowledge) -> Iterator[tuple[str, str]]:
    """Each follow-up answered yes or unsure under a `no` to its parent, as (follow-up, parent)."""
    for question in knowledge.follow_ups:
        parent = question.only_if or ""
        if answers.get(question.id) in ("yes", "unsure") and answers.get(parent) == "no":
            yield question.id, parent


def hidden(answers: Mapping[str, Answer], knowledge: Knowledge) -> dict[str, str]:
    """Each follow-up that is answered although a form hides it, and its parent, which is not answered yes."""
    found: dict[str, str] = {}
    for question in knowledge.follow_ups:
        parent = question.only_if or ""
        if question.id in answers and (answers.get(parent) != "yes" or parent in found):
            found[question.id] = parent
    return found


def effective_states(
    answers: Mapping[str, Answer], knowledge: Knowledge, since: Mapping[str, Answer] | None = None
) -> dict[str, AnswerState]:
    """The state of every question after the follow-up rules. Neither answers may have conflicts."""
    states = {id: STATES[answers.get(id)] for id in knowledge.questions}
    for question in knowledge.follow_ups:
        parent = question.only_if or ""
        if states[parent] is NO:
            states[question.id] = NO
        else:
            states[parent] = max(states[parent], states[question.id])
    for question in knowledge.follow_ups:
        unanswered_after_yes = states[question.only_if or ""] is YES and states[question.id] is UNANSWERED
        if question.worse_form and unanswered_after_yes:
            states[question.id] = UNSURE
    if since is not None:
        then = effective_states(since, knowledge)
        for question in knowledge.questions.values():
            for name in question.yes_if_new:
                if then[name] is NO and states[name] >= UNSURE:
                    states[question.id] = max(states[question.id], states[name])
    return states


def derived_answers(answers: Mapping[str, Answer], states: Mapping[str, AnswerState]) -> dict[str, Answer]:
    """The answers that the follow-up rules added or changed, by question."""
    effective = {id: ANSWERS[state] for id, state in states.items()}
    return {id: answer for id, answer in effective.items() if answer and answer != answers.get(id)}


def answered_behind(
    id: str, answers: Mapping[str, Answer], derived: Mapping[str, Answer], knowledge: Knowledge
) -> tuple[str, ...]:
    """The questions that a person answered from which the state of this one follows: itself, if it was answered.

    For example, "Is it getting worse?" without an answer after a yes to a weak leg is unsure because of that yes.
    """
    if id not in derived:
        return (id,)
    same = [each.id for each in knowledge.follow_ups if each.only_if == id and answers.get(each.id) == derived[id]]
    question = knowledge.questions[id]
    new = [name for name in question.yes_if_new if derived.get(name, answers.get(name)) == derived[id]]
    behind = [question.only_if] if question.only_if else new
    return tuple(same) or tuple(each for name in behind for each in answered_behind(name, answers, derived, knowledge))
