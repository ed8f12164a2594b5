"""Compiles the knowledge and its translations to JSON, beside the YAML in a checkout and into the wheel."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CompileKnowledge(BuildHookInterface):
    """A wheel gets the data files and their compiled forms; an editable install reads them in the checkout."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        root = Path(self.root)
        data = root / "data"
        sys.path.insert(0, str(root / "src"))
        try:
            from sciaticheck.knowledge.load import compile_knowledge
        finally:
            sys.path.pop(0)
        yaml = data / "conditions.yaml"
        for file, language in [(yaml, "en"), *((each, each.stem) for each in (data / "translations").glob("*.yaml"))]:
            compiled, content = file.with_suffix(".json"), compile_knowledge(yaml, language)
            if not compiled.exists() or compiled.read_bytes() != content:  # it may be in use
                compiled.write_bytes(content)
        if version == "standard":
            for file in (file for pattern in ("*.*", "*/*.*") for file in data.glob(pattern)):
                build_data["force_include"][str(file)] = f"sciaticheck/{file.relative_to(root)}"
