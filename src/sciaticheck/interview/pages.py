"""What an interview shows at its opening, and the advice that it shows on the way."""

from __future__ import annotations

from sciaticheck.engine.assessment import Assessment
from sciaticheck.interview.state import Shown
from sciaticheck.knowledge.model import Knowledge

SECONDS_A_QUESTION = 8


def about(knowledge: Knowledge, count: int) -> str:
    """How long about `count` screens take."""
    return knowledge.text("ask_about", count=count, minutes=max(1, round(count * SECONDS_A_QUESTION / 60)))


def opening(knowledge: Knowledge, count: int, saved_in: str) -> list[Shown]:
    """What this is, whom it is for, how long about `count` screens take, and when to get help at once."""
    texts = knowledge.texts
    privacy = knowledge.text("privacy_saved", file=saved_in) if saved_in else texts["privacy"]
    return [
        Shown(texts["ask_title"], "title"),
        Shown(f"{texts['notice']} {texts['unreviewed']}"),
        Shown(texts["stop_now"], "emergency"),
        Shown(f"{knowledge.scope.made_for} {knowledge.scope.not_for}"),
        Shown(f"{about(knowledge, count)} {privacy}"),
        Shown(texts["new_means"]),
        Shown(texts["ask_start"], "keys"),
    ]


def advice(assessment: Assessment) -> list[Shown]:
    """The headline, the steps, and what to say."""
    return [
        Shown(assessment.advice.headline, "emergency" if assessment.urgency == "emergency" else "title"),
        *(Shown(step, "item") for step in assessment.advice.steps),
        Shown(f'"{assessment.advice.say}"', "question"),
    ]
