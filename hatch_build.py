"""Puts the data file and its wording into the wheel, each with its compiled form beside it."""

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
        included = build_data["force_include"]
        compiled = folder / "conditions.json"
        compiled.write_bytes(compile_knowledge(yaml))
        included[str(yaml)] = "sciaticheck/data/conditions.yaml"
        included[str(compiled)] = "sciaticheck/data/conditions.json"
        for wording in (root / "data" / "wording").glob("*.yaml"):
            compiled = folder / f"{wording.stem}.json"
            compiled.write_bytes(compile_knowledge(yaml, wording.stem))
            included[str(wording)] = f"sciaticheck/data/wording/{wording.name}"
            included[str(compiled)] = f"sciaticheck/data/wording/{compiled.name}"
