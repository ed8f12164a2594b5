"""The head of the knowledge: its review, its scope, its language, and the limits on its texts."""

from __future__ import annotations

import datetime

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
