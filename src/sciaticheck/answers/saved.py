"""Answers kept by an interview: an answers file like any other, taken up again even if the questions have changed."""

from __future__ import annotations

from collections.abc import Mapping

from sciaticheck.answers.follow_ups import conflicts
from sciaticheck.answers.record import Place, clean_answers, split_record
from sciaticheck.answers.spelling import Answer
from sciaticheck.errors import AnswersError
from sciaticheck.knowledge.model import Knowledge


def to_text(answers: Mapping[str, Answer]) -> str:
    """The answers as a YAML answers file."""
    return "".join(
        ["answers:\n" if answers else "answers: {}\n", *(f"  {name}: {answers[name]}\n" for name in answers)]
    )


def from_text(text: str, source: str, knowledge: Knowledge) -> tuple[dict[str, Answer], list[str]]:
    """The answers in a saved file that still fit, and what does not. Raises AnswersError for no answers file at all.

    Of a follow-up that contradicts its parent both answers are left out, so that both are asked again.
    """
    from sciaticheck.strict_yaml import read

    document = read(text, source)
    if document.problems:
        raise AnswersError(document.problems)
    _, raw, wrong = split_record(document.value, Place(source))
    if wrong:
        raise AnswersError(wrong)
    answers, problems = clean_answers(raw, knowledge, Place())
    for pair in list(conflicts(answers, knowledge)):
        for name in pair:
            answers.pop(name, None)
    return answers, [problem.message for problem in problems]
