"""What every form shows: the questions in sections, with notes before and after them."""

from __future__ import annotations

from collections.abc import Container
from itertools import count, groupby
from typing import NamedTuple

from sciaticheck.errors import visible
from sciaticheck.knowledge.model import Knowledge, Question

FORM_ID = "sciaticheck"


class Run(NamedTuple):
    """Consecutive questions of one group. A group can have several runs."""

    name: str
    group: str
    questions: tuple[Question, ...]

    @property
    def only_if(self) -> str | None:
        """The question that all of them follow up, if there is one. Without a yes to it, the title stands alone."""
        parents = {question.only_if for question in self.questions}
        return parents.pop() if len(parents) == 1 else None


def runs(knowledge: Knowledge) -> list[Run]:
    """The questions in the order asked, with a new run where the group changes. The names are unique."""
    result: list[Run] = []
    taken = {*knowledge.questions}
    for group, questions in groupby(knowledge.questions.values(), lambda question: question.group):
        name = free(f"group_{group}", taken)
        taken.add(name)
        result.append(Run(name, group, tuple(questions)))
    return result


def notes_before(knowledge: Knowledge) -> dict[str, str]:
    """The notes before the first question, by name: the emergency, the notice, the scope, and the meaning of "new".

    They do not say where answers go, which only whoever runs the form knows.
    """
    texts, scope = knowledge.texts, knowledge.scope
    return {
        "note_emergency": visible(texts["stop_now"]),
        "note_notice": visible(texts["notice"]),
        "note_about": visible(f"{scope.made_for} {scope.not_for} {knowledge.version_note}"),
        "note_new": visible(texts["new_means"]),
    }


def notes_after(knowledge: Knowledge) -> dict[str, str]:
    """The notes after the last question, by name. A form gives no result, and that is not an all-clear."""
    texts = knowledge.texts
    return {
        "note_end": visible(f"{texts['notice']} {texts['not_all_clear']}"),
        "note_end_emergency": visible(texts["stop_now"]),
    }


def free(name: str, taken: Container[str]) -> str:
    """The name if it is not taken, else the name with the first number, from 2, that is free."""
    return next(each for number in count(1) if (each := f"{name}_{number}" if number > 1 else name) not in taken)
