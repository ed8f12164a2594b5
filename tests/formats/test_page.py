"""The commands in docs/interoperability.md run as they stand there, on files of the names they use."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from sciaticheck import Knowledge
from sciaticheck.formats.fhir.codes import QUESTIONNAIRE_URL

ROOT = Path(__file__).parent.parent.parent
PAGE = (ROOT / "docs" / "interoperability.md").read_text("utf-8")
COMMANDS = list(dict.fromkeys(re.findall(r"`(sciaticheck [^`]+)`", PAGE.replace("\n", " "))))

RESPONSE = {
    "resourceType": "QuestionnaireResponse",
    "questionnaire": QUESTIONNAIRE_URL,
    "status": "completed",
    "item": [{"linkId": "fever", "answer": [{"valueBoolean": True}]}],
}

EXPORTS = {"redcap-raw": "record_id,fever\n1,1\n", "odk": "KEY,fever\nuuid:1,yes\n"}


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_of_the_page_runs(command: str, tmp_path: Path, knowledge: Knowledge) -> None:
    (tmp_path / "answers").symlink_to(ROOT / "examples")
    (tmp_path / "response.json").write_text(json.dumps(RESPONSE))
    (tmp_path / "responses.ndjson").write_text(json.dumps(RESPONSE) + "\n")
    preset = command.partition("--from ")[2] or "odk"
    (tmp_path / "export.csv").write_text(EXPORTS[preset])
    if command.startswith("sciaticheck batch") and "-o" not in command:
        command += " -o rows.csv"
    shell = command.replace("sciaticheck ", f"{sys.executable} -m sciaticheck ", 1)
    done = subprocess.run(["bash", "-c", shell], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode in (0, 1, 3), done.stderr
    assert not done.returncode or "check" in command or "batch" in command
    for name in re.findall(r" -o (\S+)", command):
        assert (tmp_path / name).stat().st_size
