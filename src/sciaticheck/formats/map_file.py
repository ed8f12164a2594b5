"""Column maps written by users: a YAML file with the question of each column and the answer of each value."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sciaticheck.answers.record import not_a_question
from sciaticheck.errors import AnswersError, Problem, shown, visible
from sciaticheck.formats import preset
from sciaticheck.formats.column_map import ColumnMap
from sciaticheck.knowledge.load import data_file
from sciaticheck.knowledge.model import Knowledge
from sciaticheck.knowledge.schema import read_checked_by
from sciaticheck.strict_yaml import Document
from sciaticheck.text_file import MAX_ANSWERS


def column_map_of(name: str | None, file: str | None, knowledge: Knowledge) -> ColumnMap | None:
    """The column map of a preset, a file or both; the file overrides the preset. None if neither is given.

    Raises AnswersError with every problem.
    """
    base = preset(name) if name else None
    if file is None:
        return base
    document = read_checked_by(data_file().with_name("column_map.schema.json"), file, MAX_ANSWERS)
    if not document.problems:
        document.problems = list(_name_problems(document, knowledge))
    if document.problems:
        raise AnswersError(document.problems)
    return _combined(document.value, base or ColumnMap(""), f"--map {visible(file)}")


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
    # If the map explains one number, it must explain all: 0 is not read as no if 2 has a meaning.
    explains_numbers = any(text.lstrip("-").isdigit() for text in values)
    return base._replace(
        name=f"{base.name} with {name}" if base.name else name,
        columns=given.get("columns", {}),
        values={**base.values, **values},
        numbers=base.numbers and not explains_numbers,
        ids=(*map(str.lower, [ids] if isinstance(ids, str) else ids), *base.ids),
        ignore=(*map(str.lower, given.get("ignore", [])), *base.ignore),
    )


def _folded(text: str) -> str:
    return text.strip().lower()
