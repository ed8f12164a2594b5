"""How large a record may be. Stated in docs/output.md."""

MAX_RECORD = 1024 * 1024
"""The longest line of JSON Lines, and the longest line and cell of CSV, in bytes."""

MAX_UNREAD = 64 * 1024 * 1024
"""A line or quoted cell longer than this ends the reading of its file."""

MAX_COLUMNS = 1000
"""A table with more columns is refused."""
