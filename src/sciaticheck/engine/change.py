"""What has changed between the answers of two dates."""

from __future__ import annotations

from collections.abc import Mapping

from sciaticheck.answers.follow_ups import effective_states
from sciaticheck.answers.spelling import Answer
from sciaticheck.knowledge.model import Knowledge
from sciaticheck.rules.states import NO, YES


def change_between(then: Mapping[str, Answer], now: Mapping[str, Answer], knowledge: Knowledge) -> dict[str, list[str]]:
    """The questions whose answer has changed from one date to another.

    `new` have gone from no to yes, as have `worse`, which ask for a worse form. `gone` have gone from yes to no.
    `unknown` are yes at one date only, and not no at the other. `counts` count for more because of the first date.
    """
    old, own = effective_states(then, knowledge), effective_states(now, knowledge)
    changes: dict[str, list[str]] = {"new": [], "worse": [], "gone": [], "unknown": [], "counts": []}
    for id, state in effective_states(now, knowledge, then).items():
        question, both = knowledge.questions[id], (old[id], state)
        if both == (NO, YES):
            changes["worse" if question.worse_form or question.yes_if_new else "new"].append(id)
        elif both == (YES, NO):
            changes["gone"].append(id)
        elif old[id] is not state and YES in both:
            changes["unknown"].append(id)
        if state is not own[id]:
            changes["counts"].append(id)
    return changes
