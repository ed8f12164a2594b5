"""A map of one's own: a YAML file that says which column is which question and which value which answer."""

from __future__ import annotations

from typing import Any, get_args

from sciaticheck.answers.inputs import read_text
from sciaticheck.answers.mapping import Mapping, Word
from sciaticheck.answers.presets import PRESETS
from sciaticheck.errors import AnswersError, Problem, did_you_mean, shown, visible
from sciaticheck.knowledge.model import Knowledge
from sciaticheck.strict_yaml import Document, read

KEYS = ("columns", "values", "id", "ignore")
WORDS: tuple[Word, ...] = get_args(Word)


def mapping_of(preset: str | None, file: str | None, knowledge: Knowledge) -> Mapping | None:
    """The mapping of a preset, of a file, or of both: what the file says comes first. None without either.

    Raises AnswersError with every problem.
    """
    base = PRESETS[preset] if preset else None
    if file is None:
        return base
    document = read(read_text(file), file)
    if document.problems:
        raise AnswersError(document.problems)
    return _Reader(document, file, knowledge).mapping(base)


class _Reader:
    def __init__(self, document: Document, file: str, knowledge: Knowledge) -> None:
        self.document, self.file, self.knowledge = document, file, knowledge
        self.problems: list[Problem] = []

    def add(self, code: str, message: str, *path: str | int) -> None:
        key = str(path[-1]) if path else None
        self.problems.append(Problem(code, message, self.file, self.document.line(path), key))

    def mapping(self, base: Mapping | None) -> Mapping:
        """The base with the file's own on top."""
        given = self.document.value
        if not isinstance(given, dict):
            self.add("not_a_mapping", f"must be a mapping with {', '.join(KEYS)}")
            raise AnswersError(self.problems)
        for key in given:
            if key not in KEYS:
                allowed = f"Allowed: {', '.join(KEYS)}.{did_you_mean(key, KEYS)}"
                self.add("unknown_key", f"{shown(key)} is not known here. {allowed}", key)
        columns = {theirs: self.question(theirs, ours) for theirs, ours in self.table(given, "columns").items()}
        values: dict[str, Word] = {}
        for text, word in self.table(given, "values").items():
            folded = text.strip().lower()
            if folded in values:
                self.add("duplicate_key", f"{shown(text)} stands twice but for case and blanks", "values", text)
            values[folded] = self.word(text, word)
        ids = self.texts(given, "id", [given["id"]] if isinstance(given.get("id"), str) else given.get("id"))
        ignore = self.texts(given, "ignore", given.get("ignore"))
        if not self.problems and not (columns or values or ids or ignore):
            self.add("empty", f"says nothing: give {', '.join(KEYS)}")
        if self.problems:
            raise AnswersError(self.problems)
        base, name = base or Mapping(""), f"--map {visible(self.file)}"
        # A map that explains one number explains all: 0 is not taken for no where 2 is.
        numbers = base.numbers and not any(text.lstrip("-").isdigit() for text in values)
        return base._replace(
            name=f"{base.name} with {name}" if base.name else name,
            columns=columns,
            values={**base.values, **values},
            numbers=numbers,
            ids=(*(name.lower() for name in ids), *base.ids),
            ignore=(*(name.lower() for name in ignore), *base.ignore),
        )

    def table(self, given: dict[str, Any], key: str) -> dict[str, Any]:
        """A mapping of the file, empty where there is none."""
        value = given.get(key)
        if value is not None and not isinstance(value, dict):
            self.add("not_a_mapping", f"{key}: must be a mapping, such as '{key}: {{theirs: ours}}'", key)
        return value if isinstance(value, dict) else {}

    def texts(self, given: dict[str, Any], key: str, value: Any) -> list[str]:
        """A list of texts of the file, empty where there is none."""
        if value is None and key not in given:
            return []
        if not isinstance(value, list) or not value or not all(isinstance(part, str) and part for part in value):
            what = "the name of a column" if key == "id" else "a list of columns; * stands for any characters"
            self.add("bad_value", f"{key}: must be {what}", key)
            return []
        return value

    def question(self, theirs: str, ours: Any) -> str:
        if not isinstance(ours, str) or ours not in self.knowledge.questions:
            wrong = shown(ours) if isinstance(ours, str) else "this"
            hint = did_you_mean(ours, self.knowledge.questions) if isinstance(ours, str) else ""
            hint = hint or " 'sciaticheck questions' lists all."
            self.add(
                "unknown_question", f"columns: {visible(theirs)}: {wrong} is not a question.{hint}", "columns", theirs
            )
        return str(ours)

    def word(self, text: str, word: Any) -> Word:
        if word in WORDS:
            return word  # type: ignore[no-any-return]
        wrong = shown(word) if isinstance(word, str) else "this"
        message = f"values: {visible(text)}: {wrong} is not an answer. Allowed: {', '.join(WORDS)}."
        self.add("unknown_value", message, "values", text)
        return "unanswered"
