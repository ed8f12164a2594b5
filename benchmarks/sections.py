"""Documents that several benchmarks share: each replaces only its own section, between two comments."""

from __future__ import annotations

from pathlib import Path


def section(path: Path, name: str) -> str:
    """The text of a section, empty where there is none."""
    start, end = _marks(name)
    text = path.read_text("utf-8") if path.exists() else ""
    return text.partition(start)[2].partition(end)[0].strip("\n")


def write_section(path: Path, name: str, text: str, title: str = "# Performance") -> None:
    """Replaces the section, or puts it at the end; a document that is not there begins with the title."""
    start, end = _marks(name)
    document = path.read_text("utf-8") if path.exists() else f"{title}\n"
    made = f"{start}\n\n{text.strip()}\n\n{end}"
    before, found, rest = document.partition(start)
    after = rest.partition(end)[2]
    document = before + made + after if found else f"{document.rstrip()}\n\n{made}\n"
    path.write_text(document, "utf-8")


def _marks(name: str) -> tuple[str, str]:
    return f"<!-- {name}: made by benchmarks, not by hand -->", f"<!-- end of {name} -->"
