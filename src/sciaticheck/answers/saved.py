"""Answers saved by an interview: an answers file that can be resumed even if the questions have changed since."""

from __future__ import annotations

from collections.abc import Mapping

from sciaticheck.answers.document import in_words
from sciaticheck.answers.follow_ups import conflicts
from sciaticheck.answers.record import Location, clean_answers, split_record
from sciaticheck.answers.spelling import Answer
from sciaticheck.errors import AnswersError
from sciaticheck.knowledge.model import Knowledge


def to_text(answers: Mapping[str, Answer], date: str | None = None) -> str:
    """The answers as a YAML answers file, with the date if one is given."""
    head = (f"date: {date}\n" if date else "") + ("answers:\n" if answers else "answers: {}\n")
    return head + "".join(f"  {name}: {answer}\n" for name, answer in answers.items())


def updated(saved: Mapping[str, Answer], answers: Mapping[str, Answer], knowledge: Knowledge) -> dict[str, Answer]:
    """The saved answers with newer ones in their place, without follow-ups that the newer ones contradict."""
    merged = {**saved, **answers}
    gone = {follow_up for follow_up, _ in conflicts(merged, knowledge)}
    return {id: answer for id, answer in merged.items() if id not in gone}


def from_text(text: str, source: str, knowledge: Knowledge) -> tuple[dict[str, Answer], list[str], str | None]:
    """The answers in a saved file that are still valid, messages about the others, and the date.

    If a follow-up contradicts its parent, both are left out and will be asked again. Raises AnswersError if the file is
    no answers file.
    """
    from sciaticheck.strict_yaml import read

    document = read(text, source)
    if document.problems:
        raise AnswersError(in_words(document.problems, text, knowledge))
    _, date, raw, wrong = split_record(document.value, Location(source), knowledge)
    if wrong:
        raise AnswersError(wrong)
    answers, problems = clean_answers(raw, knowledge, Location())
    for pair in list(conflicts(answers, knowledge)):
        for name in pair:
            answers.pop(name, None)
    return answers, [problem.message for problem in problems], date
