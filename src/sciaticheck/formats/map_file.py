"""Column maps written by users: a YAML file with the question of each column and the answer of each value."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sciaticheck.answers.record import not_a_question
from sciaticheck.errors import AnswersError, Problem, shown, visible
from sciaticheck.formats import preset
from sciaticheck.formats.column_map import ColumnMap, labels_of, wordings
from sciaticheck.knowledge.files import languages, schema_file
from sciaticheck.knowledge.load import load_knowledge
from sciaticheck.knowledge.model import Knowledge
from sciaticheck.knowledge.schema import read_checked_by
from sciaticheck.strict_yaml import Document
from sciaticheck.text_file import MAX_ANSWERS


def column_map_of(name: str | None, file: str | None, knowledge: Knowledge) -> ColumnMap | None:
    """The column map of a preset, a file or both; the file overrides the preset. None if neither is given.

    Raises AnswersError with every problem.
    """
    if name is None and file is None:
        return None
    base = preset(name) if name else ColumnMap("")
    spoken = [knowledge, *(load_knowledge(language=code) for code in languages())]
    asked = {
        text: question for text, question in wordings(spoken).items() if not question or question in knowledge.questions
    }
    base = base._replace(asked=asked, labels=labels_of(spoken))
    if file is None:
        return base
    document = read_checked_by(schema_file("column_map"), file, MAX_ANSWERS)
    if not document.problems:
        document.problems = list(_name_problems(document, knowledge))
    if document.problems:
        raise AnswersError(document.problems)
    return _combined(document.value, base, f"--map {visible(file)}")


def _name_problems(document: Document, knowledge: Knowledge) -> Iterator[Problem]:
    """Problems with unknown questions, and with values that differ only in case and blanks."""
    for column, question in document.value.get("columns", {}).items():
        if question not in knowledge.questions:
            yield document.problem("unknown_question", ("columns", column), not_a_question(question, knowledge))
    seen: set[str] = set()
    for text in document.value.get("values", {}):
        if _folded(text) in seen:
            message = f"{shown(text)} is there twice, apart from case and blanks"
            yield document.problem("duplicate_key", ("values", text), message)
        seen.add(_folded(text))


def _combined(given: dict[str, Any], base: ColumnMap, name: str) -> ColumnMap:
    """The base, overridden by what the file gives."""
    values = {_folded(text): answer for text, answer in given.get("values", {}).items()}
    ids = given.get("id", [])
    ids = [each.lower() for each in ([ids] if isinstance(ids, str) else ids)]
    # If the map explains one number, it must explain all: 0 is not read as no if 2 has a meaning.
    explains_numbers = any(text.lstrip("-").isdigit() for text in values)
    return base._replace(
        name=f"{base.name} with {name}" if base.name else name,
        columns=given.get("columns", {}),
        values={**base.values, **values},
        numbers=base.numbers and not explains_numbers,
        ids=(*ids[:1], *base.ids),
        and_ids=(*ids[1:], *base.and_ids),
        own_ids=tuple(ids),
        ignore=tuple(map(str.lower, given.get("ignore", []))),
        skip_rows=int(given.get("skip_rows", base.skip_rows)),
    )


def _folded(text: str) -> str:
    return text.strip().lower()
