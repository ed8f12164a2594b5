"""For `mkdocs build`: the documents outside docs/ become pages of the site, and links to them lead there."""

from __future__ import annotations

import re
from pathlib import Path
from posixpath import normpath
from typing import Any

from mkdocs.structure.files import File, Files

ROOT = Path(__file__).parent
PAGES = {
    "CHANGELOG.md": "changelog.md",
    "CONTRIBUTING.md": "contributing.md",
    "SECURITY.md": "security.md",
    "data/cases/README.md": "cases.md",
}
"""Documents outside docs/, and the names of their pages."""


def on_files(files: Files, config: Any) -> Files:
    """Adds the pages."""
    for document, page in PAGES.items():
        files.append(File.generated(config, page, abs_src_path=str(ROOT / document)))
    return files


def on_page_markdown(markdown: str, page: Any, **_: Any) -> str:
    """Makes links between documents, which are relative to their files, relative to the pages."""
    folder = next((Path(file).parent for file, name in PAGES.items() if name == page.file.src_uri), Path("docs"))

    def link(match: re.Match[str]) -> str:
        target = normpath((folder / match[1]).as_posix())
        return f"]({PAGES.get(target, target.removeprefix('docs/'))}"

    return re.sub(r"\]\((?!https?:|#)([^)#]+)", link, markdown)
