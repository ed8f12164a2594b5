"""Puts the data file into the wheel, with its compiled form beside it."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CompileKnowledge(BuildHookInterface):
    """A standard wheel gets both files; an editable install reads the checkout's YAML."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version != "standard":
            return
        root = Path(self.root)
        sys.path.insert(0, str(root / "src"))
        try:
            from sciaticheck.knowledge.load import compile_knowledge
        finally:
            sys.path.pop(0)
        yaml = root / "data" / "conditions.yaml"
        folder = Path(tempfile.mkdtemp())
        compiled = folder / "conditions.json"
        compiled.write_bytes(compile_knowledge(yaml))
        build_data["force_include"][str(yaml)] = "sciaticheck/data/conditions.yaml"
        build_data["force_include"][str(compiled)] = "sciaticheck/data/conditions.json"
