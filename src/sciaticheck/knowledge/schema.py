"""Checks the layout of a data file against its JSON Schema, which is written by hand beside it.

The jsonschema library finds the differences; this module writes the messages.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path as File
from typing import TYPE_CHECKING, Any

from sciaticheck.errors import Problem, did_you_mean, shown
from sciaticheck.strict_yaml import Document, Path, Value, read
from sciaticheck.text_file import MAX_CONTENT, decode, read_bytes

if TYPE_CHECKING:
    from jsonschema import ValidationError

LayoutProblem = tuple[str, Path, str]
"""A code, the path of the problem, and the message."""

_TYPES = {
    "string": ("not_text", "text"),
    "number": ("not_number", "a number above 0"),
    "integer": ("not_number", "a whole number above 0"),
    "boolean": ("not_boolean", "true or false"),
    "array": ("not_list", "a list"),
    "object": ("not_mapping", "a mapping"),
}
"""The code of a value of the wrong type, and what it must be."""


def read_schema(file: File) -> dict[str, Any]:
    """The JSON Schema in a file of the package."""
    schema: dict[str, Any] = json.loads(file.read_bytes())
    return schema


def parse_document(raw: bytes | Problem, file: str, most: int = MAX_CONTENT) -> Document:
    """The YAML in a file's bytes, read strictly. `problems` has all problems with it, or why it could not be read."""
    text = raw if isinstance(raw, Problem) else decode(raw, file, most)
    if isinstance(text, str):
        return read(text, file, typed=True)
    document = Document(file)
    document.problems.append(text)
    return document


def read_checked_by(schema: File, file: str, most: int = MAX_CONTENT) -> Document:
    """A YAML file, read strictly and checked against a schema; see `problems`."""
    document = parse_document(read_bytes(file, most), file, most)
    if not document.problems:
        problems = layout_problems(document.value, read_schema(schema))
        document.problems = [document.problem(*problem) for problem in problems]
    return document


def layout_problems(document: Value, schema: Mapping[str, Any]) -> list[LayoutProblem]:
    """Every difference between a document and the schema, each once."""
    from jsonschema import Draft202012Validator
    from jsonschema.validators import extend

    # 2.0 is not an integer here, and `$` is the end of the text, not of its last line.
    types = Draft202012Validator.TYPE_CHECKER.redefine("integer", lambda _, value: type(value) is int)
    keywords = {"pattern": _check_pattern}
    validator = extend(Draft202012Validator, keywords, type_checker=types)  # type: ignore[no-untyped-call]
    errors = validator(schema).iter_errors(document)
    return list(dict.fromkeys(problem for error in errors for problem in _problems(error)))


def _check_pattern(validator: object, pattern: str, value: object, schema: object) -> Iterator[ValidationError]:
    from jsonschema import ValidationError

    if isinstance(value, str) and not re.search(re.sub(r"\$$", r"\\Z", pattern), value):
        yield ValidationError(f"does not have the form {pattern}")


def _problems(error: ValidationError) -> Iterator[LayoutProblem]:
    path = tuple(error.absolute_path)
    value: Any = error.instance
    limit: Any = error.validator_value
    schema: Any = error.schema
    title = schema.get("title")
    match error.validator:
        case "additionalProperties":
            known = list(schema["properties"])
            for key in (key for key in value if key not in known):
                if title == "a criterion":
                    yield "bad_criterion", (*path, key), f"unknown key {shown(key)}: only any, all and at_least exist"
                else:
                    hint = did_you_mean(key, known) or f" Known: {', '.join(known)}."
                    yield "unknown_key", (*path, key), f"unknown key {shown(key)}.{hint}"
        case "required":  # one error for each missing key, all with the same list
            for key in limit:
                if key not in value:
                    yield "missing_key", path, f"key '{key}' is missing"
        case "minProperties" | "maxProperties" | "type" if title == "a criterion":
            yield "bad_criterion", path, "a criterion is a question id, or one of any, all, at_least"
        case "minItems" | "minProperties":
            names = f". Known: {', '.join(schema['properties'])}" if "properties" in schema else ""
            yield "too_short", path, f"needs at least {limit} {'entry' if limit == 1 else 'entries'}{names}"
        case "type":
            code, wanted = _TYPES[limit if isinstance(limit, str) else limit[0]]
            quotes = " without quotes" if code == "not_boolean" and value in ("true", "false") else ""
            yield code, path, f"must be {wanted}{quotes}, not {_kind(value)}"
        case "exclusiveMinimum" | "minimum" | "maximum":
            most = f" and at most {schema['maximum']}" if "maximum" in schema else ""
            yield "not_number", path, f"must be a number above 0{most}, not {value}"
        case "enum" | "const":
            allowed = [word for word in limit if word] if isinstance(limit, list) else [limit]
            hint = did_you_mean(value, allowed) if isinstance(value, str) else ""
            quotes = "" if isinstance(value, str | None) else " in quotes"
            yield "unknown_word", path, f"{_kind(value)} is not one of {', '.join(allowed)}{quotes}.{hint}"
        case "pattern" if limit == r"\S":
            yield "not_text", path, "must be text, not blank text"
        case "pattern" if error.parent is None and "propertyNames" in error.absolute_schema_path:
            yield "bad_id", (*path, value), f"{shown(value)} does not have the form of {title}: {limit}"
        case "pattern":
            yield "bad_form", path, f"{shown(value)} does not have the form {limit}"
        case "not":
            yield "control_character", path, f"{shown(value)} holds a control character"
        case _:  # a keyword that the schemas do not use
            yield "bad_layout", path, error.message


def _kind(value: Value) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, dict | list):
        return "a mapping" if isinstance(value, dict) else "a list"
    if isinstance(value, bool | int | float):
        return str(value).lower()
    return shown(value)
