"""The commands in docs/interoperability.md run as they stand there, on files of the names they use."""

# ruff: noqa: E501 - a file a line

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from in_process import ran
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

FILES = {
    "export.csv": {"redcap-raw": "record_id,fever\n1,1\n", "odk": "KEY,fever\nuuid:1,yes\n", "": "Timestamp,fever\nmon,1\n"},
    "qualtrics.csv": {
        "qualtrics": 'ResponseId,Q1\nResponse ID,FEVER\n"{""ImportId"":""id""}","{""ImportId"":""Q1""}"\nR,Yes\n'
    },
    "submissions.json": {"kobo": '{"count": 1, "results": [{"_uuid": "u", "group/fever": "yes"}]}'},
    "submission.xml": {"odk": "<data><group><fever>yes</fever></group><meta><instanceID>u</instanceID></meta></data>"},
}  # fmt: skip
"""The files that commands name, by preset."""


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_of_the_page_runs(command: str, tmp_path: Path, knowledge: Knowledge) -> None:
    (tmp_path / "answers").symlink_to(ROOT / "examples")
    (tmp_path / "response.json").write_text(json.dumps(RESPONSE))
    (tmp_path / "responses.ndjson").write_text(json.dumps(RESPONSE) + "\n")
    (tmp_path / "map.yaml").write_text("values: {1: yes, 2: no, 9: unsure}\nid: Timestamp\n")
    for name, contents in FILES.items():
        if name in command:
            (tmp_path / name).write_text(
                contents[command.partition("--from ")[2]].replace("FEVER", knowledge.questions["fever"].ask)
            )
    if command.startswith("sciaticheck batch") and "-o" not in command:
        command += " -o rows.csv"
    shell = command.replace("sciaticheck ", f"{sys.executable} -m sciaticheck ", 1)
    done = subprocess.run(["bash", "-c", shell], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode in (0, 1, 3), done.stderr
    assert not done.returncode or "check" in command or "batch" in command
    for name in re.findall(r" -o (\S+)", command):
        assert (tmp_path / name).stat().st_size


def test_the_map_of_the_page_is_read(tmp_path: Path) -> None:
    (example,) = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
    (tmp_path / "map.yaml").write_text(example)
    (tmp_path / "a.csv").write_text("Timestamp,Do you have a fever?,Your age,meta_a\n,Response,,\nmon,1,50,x\n")
    done = ran("check", str(tmp_path / "a.csv"), "--map", str(tmp_path / "map.yaml"), "-f", "json")
    assert [(each["id"], each["answers"]) for each in json.loads(done.out)["results"]] == [("mon", {"fever": "yes"})]
    assert "not read" not in done.err
