"""Parts of the knowledge: review and sign-offs, scope, language, the limits on its texts, sources, and advice."""

from __future__ import annotations

import datetime
from typing import Literal

from msgspec import Struct, field


class Review(Struct, frozen=True):
    """Whether a clinician has reviewed the content, and who and when."""

    status: str
    by: str | None = None
    date: str | None = None
    due: str | None = None

    def overdue_since(self, today: datetime.date) -> str | None:
        """The date when the next review was due, if it has passed."""
        return self.due if self.due and datetime.date.fromisoformat(self.due) < today else None


class Source(Struct, frozen=True):
    """A publication, and how and when it was read. `superseded_by` is the id of the source that replaces it."""

    id: str
    citation: str
    read: str
    date: str
    url: str
    via: str | None = None
    superseded_by: str | None = None


class Advice(Struct, frozen=True):
    """What to do at one level in one region. `say` has the placeholders {why} and {causes}."""

    headline: str
    action: tuple[str, ...]
    who: str
    say: str
    check_again: str
    again_in_days: int


class SignOff(Struct, frozen=True):
    """What a clinician decided on one red flag. `digest` is that of exactly what was reviewed."""

    flag: str
    digest: str
    decision: Literal["agree", "change", "reject"]
    reviewer: str
    profession: str
    registration: str
    date: str
    reason: str | None = None


class Scope(Struct, frozen=True):
    """Whom the content is for, and whom it is not for."""

    made_for: str = field(name="for")
    not_for: str


class Language(Struct, frozen=True):
    """The language of the texts: code (`en`), name, direction (`ltr`, `rtl`), and who translated and checked them."""

    code: str = "en"
    name: str = "English"
    direction: str = "ltr"
    translator: str | None = None
    reviewer: str | None = None
    status: str = "original"


class PlainLanguage(Struct, frozen=True):
    """Limits on texts for patients. `avoid` maps hard words to plain ones."""

    words_in_sentence: int
    characters_in_statement: int
    characters_in_headline: int
    avoid: dict[str, str]
