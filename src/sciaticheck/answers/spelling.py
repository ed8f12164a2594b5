"""The three answers, their accepted spellings, and their states."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Literal

from sciaticheck.knowledge.files import data_file
from sciaticheck.rules.states import NO, UNANSWERED, UNSURE, YES, AnswerState

Answer = Literal["yes", "no", "unsure"]

CHOICES: tuple[Answer, ...] = ("yes", "no", "unsure")
"""The answers in the order in which they are offered."""

STATES: Mapping[Answer | None, AnswerState] = {"no": NO, None: UNANSWERED, "unsure": UNSURE, "yes": YES}
"""The state of each answer; None is unanswered."""

ANSWERS: Mapping[AnswerState, Answer | None] = {state: answer for answer, state in STATES.items()}
"""The answer of each state."""

_NAMED: Mapping[str, Answer | None] = {**{answer: answer for answer in CHOICES}, "unanswered": None}

SPELLINGS: dict[str, Answer | None] = {
    spelling: _NAMED[name]
    for name, spellings in json.loads(data_file().with_name("spellings.json").read_text("utf-8")).items()
    for spelling in spellings
}
"""The answer of each accepted spelling in any language, in lower case, from the data.

None is unanswered, which is neither `no` nor `unsure`.
"""

ALLOWED = "yes/y/true/1, no/n/false/0, unsure/unknown/not sure, or nothing for unanswered"

BLANKS = " \t\n\v\f\r\xa0"
"""Ignored around an answer: blanks, tabs, line ends and no-break spaces."""


def parse_answer(text: str) -> Answer | None:
    """The answer that a text means. Case and surrounding blanks are ignored. Raises KeyError for other texts.

    >>> parse_answer(" Yes "), parse_answer("SÍ"), parse_answer("")
    ('yes', 'yes', None)
    """
    return SPELLINGS.get(text) or SPELLINGS[text.strip(BLANKS).lower()]
