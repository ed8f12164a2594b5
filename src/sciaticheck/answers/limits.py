"""How large an input may be. Stated in docs/output.md."""

from __future__ import annotations

MAX_FILE = 1024 * 1024
"""The largest YAML or JSON file of one respondent, in bytes: refused before it is read."""

MAX_RECORD = 1024 * 1024
"""The longest line of JSON Lines, and the longest line and field of CSV, in bytes."""
