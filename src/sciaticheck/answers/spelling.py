"""The four answer states and how each may be written."""

from __future__ import annotations

from typing import Literal

Answer = Literal["yes", "no", "unsure"]

SPELLINGS: dict[str, Answer | None] = {
    **dict.fromkeys(("yes", "y", "true", "1"), "yes"),
    **dict.fromkeys(("no", "n", "false", "0"), "no"),
    **dict.fromkeys(("unsure", "unknown", "not sure"), "unsure"),
    **dict.fromkeys(("", "null"), None),
}
"""Every accepted spelling, in lower case; None is unanswered, which is neither `no` nor `unsure`."""

ALLOWED = "yes/y/true/1, no/n/false/0, unsure/unknown/not sure, or nothing for unanswered"


BLANKS = " \t\n\v\f\r\xa0"
"""What is ignored around an answer, by every engine: blank, tab, line ends, no-break space."""


def spelled(text: str) -> Answer | None:
    """The answer a text stands for, case and outer blanks ignored. Raises KeyError for any other text."""
    usual = SPELLINGS.get(text)
    return usual or SPELLINGS[text.strip(BLANKS).lower()]
