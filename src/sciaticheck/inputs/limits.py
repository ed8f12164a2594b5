"""The size limit of a record; see docs/output.md."""

MAX_RECORD = 1024 * 1024
"""The longest line of JSON Lines, and the longest line and field of CSV, in bytes."""
