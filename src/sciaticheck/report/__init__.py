"""Results and content as text; `formats` lists the output formats. Prints nothing."""

from pathlib import Path

RESULT_SCHEMA = Path(__file__).with_name("result.schema.json")
"""The JSON Schema of the output of `check -f json`, written by hand."""
