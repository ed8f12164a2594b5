"""Slips of people who write an answers file by hand: what is wrong, on which line, and what to write instead."""

from __future__ import annotations

import re
from json import JSONDecodeError

from sciaticheck.answers.spelling import SPELLINGS
from sciaticheck.errors import shown
from sciaticheck.knowledge.model import Knowledge, Question

WRITE = "Write yes, no or unsure, or leave it empty."
KEEP = "Keep one of them; two people need a file each."

_QUOTES = "\"'`\u00b4\u00ab\u00bb\u2018\u2019\u201a\u201c\u201d\u201e\uff02\uff07"
_COLONS = "\ufe55\uff1a\ua789"
_UNSURE = {
    "maybe", "perhaps", "possibly", "probably", "sometimes", "?", "??", "idk", "dont know", "not certain", "no idea",
}  # fmt: skip
_NOT_ASKED = {"n/a", "n.a", "na", "not applicable", "not asked", "not done"}
_NUMBER = re.compile(r"[-+<>~]?\d+([.,/-]\d+)*")
_LINE = re.compile(rf"[{_QUOTES}]?(?P<key>\w+)[{_QUOTES}]?\s*(?P<sign>[:={_COLONS}]?)(?P<space>\s*)(?P<value>.*)")


def instead(value: str, question: Question) -> str:
    """What to write instead of a value that is no answer."""
    bare = value.strip(f" \t\xa0.,;!*=()[]{_QUOTES}").lower().replace("\u2019", "'")
    hint = ""
    if (answer := SPELLINGS.get(bare)) or bare in _UNSURE:
        hint = f"Did you mean {answer or 'unsure'}? "
    elif bare in _NOT_ASKED:
        hint = "If it does not apply, that is no; if it was not asked, leave it empty. "
    elif _NUMBER.fullmatch(bare):
        hint = f"It asks {shown(question.ask, 100)} "
    return hint + WRITE


def yes_in(text: str, knowledge: Knowledge) -> set[str]:
    """The questions that a text which cannot be read as a whole seems to answer with yes, comments left out."""
    ids = "|".join(map(re.escape, knowledge.questions))
    signs = rf"[{_QUOTES}]?[\s:={_COLONS}]+[{_QUOTES}]?"
    answered = rf"\b({ids})\b{signs}(?:yes|y|true|1)\b"
    return set(re.findall(answered, re.sub(r"(?m)(^|\s)#.*", "", text).lower()))


def in_yaml(text: str, last: int | None, knowledge: Knowledge) -> tuple[int, str] | None:
    """The first slip up to line `last` of a text that is no YAML mapping, with its line; None if it is not known."""
    lines = text.split("\n")[:last]
    indents, opens = {0}, True
    if (brackets := text.lstrip()[:1]) and brackets in "{[":
        return None
    for number, line in enumerate(lines, start=1):
        content = line.strip()
        if not content or content.startswith(("#", "---", "%")):
            continue
        blanks = line[: len(line) - len(line.lstrip())]
        if "\t" in blanks:
            return number, f"the line begins with a tab. Begin it with ordinary spaces, as in {shown(f'  {content}')}."
        if opens:
            indents.add(len(blanks))
        elif len(blanks) not in indents:
            return number, "the line begins with too few or too many spaces. Begin it exactly as the lines above."
        if message := _in_line(content, knowledge):
            return number, message
        opens = content.partition(" #")[0].rstrip().endswith(":")
    return None


def _in_line(content: str, knowledge: Knowledge) -> str | None:
    """What is wrong with a line of a YAML answers file, if it is known."""
    if content.startswith("- "):
        return f"the line begins with a dash. Write it without: {shown(content[2:].strip())}."
    parts = _LINE.match(content)
    if not parts or parts["key"] not in {"id", "answers", *knowledge.questions}:
        return None if ":" in content else f"{shown(content)} has no colon. Begin the line with # if it is only a note."
    key, sign, value = parts["key"], parts["sign"], re.sub(r"(^|\s)#.*", "", parts["value"]).strip()
    bare = value.strip(_QUOTES + ",;")
    write = f"Write {shown(f'{key}: {bare}' if bare else f'{key}:')}."
    if sign != ":":
        return (
            f"{shown(sign)} is not a colon (:). {write}"
            if sign
            else f"there is no colon (:) after {shown(key)}. {write}"
        )
    if value and not parts["space"]:
        return f"there is no space after the colon. {write}"
    if ":" in value or "=" in value:
        return f"there is more after {shown(key)} than an answer. Write each question on a line of its own."
    if value[:1] in ("'", '"') and (len(value) == 1 or value[-1] != value[0]):
        return f"the quotation mark is not closed. {write}"
    if value and value[0] in "@`%&*!|>?[]{},":
        question = knowledge.questions.get(key)
        return f"{key}: {shown(value)} is not an answer. {instead(value, question) if question else WRITE}"
    return None


def in_json(text: str, error: JSONDecodeError) -> tuple[int, str]:
    """The line of what makes a text invalid as JSON, and what to do about it."""
    rest = text[error.pos :].lstrip()
    before = text[: len(text) - len(rest)].rstrip()
    first, word = rest[:1], shown(re.split(r"[\s,:}\]]", rest, maxsplit=1)[0] or rest[:1])
    line, above = text.count("\n", 0, len(text) - len(rest)) + 1, before.count("\n") + 1
    if re.match(r",\s*[}\]]", rest):
        return line, "there is a comma after the last answer. Remove it."
    if first in ("}", "]") and before.endswith(","):
        return above, "there is a comma after the last answer. Remove it."
    if first in ("}", "]", ",") and before.endswith(":"):
        return above, 'there is no answer after the colon. Write null for unanswered, or "yes", "no" or "unsure".'
    if error.msg.startswith(("Unterminated", "Invalid control")):
        return text.count("\n", 0, error.pos) + 1, 'a quotation mark (") is not closed on this line.'
    if rest.startswith(("//", "/*", "#")):
        return line, f"{word} begins a note, and JSON has no notes. Remove it."
    if first and first in _QUOTES[1:]:
        return line, f'{first} is not the quotation mark that JSON needs. Write " around every question and answer.'
    if error.msg.startswith("Extra data"):
        if before.startswith('"'):
            return 1, "the file does not begin with { and end with }. Add them."
        if first in ("{", "["):
            return line, "a second person's answers begin here. Write a file for each person."
        return line, f"{word} is after the end of the answers. Remove it."
    if not rest:
        return above, "the end is missing: perhaps a closing }, or the file was not copied whole."
    if "',' delimiter" in error.msg:
        return above, f"there is no comma between {shown(before[-20:].split(chr(10))[-1].strip())} and {word}. Add it."
    if "':' delimiter" in error.msg:
        return above, f"there is no colon before {word}. Add it."
    if first.isalnum():
        return line, f"{word} has no quotation marks. Write {shown(word.strip(_QUOTES)).replace(chr(39), chr(34))}."
    return line, f"{error.msg}, column {error.colno}."
