"""What FHIR resources made or read here have in common: canonical urls, code systems, the coding of each answer."""

from __future__ import annotations

from collections.abc import Mapping

from sciaticheck.answers.fhir_codes import BASE as BASE
from sciaticheck.answers.fhir_codes import QUESTIONNAIRE_URL as QUESTIONNAIRE_URL
from sciaticheck.answers.fhir_codes import SYSTEM_ABSENT as SYSTEM_ABSENT
from sciaticheck.answers.fhir_codes import SYSTEM_V2_0136 as SYSTEM_V2_0136
from sciaticheck.answers.spelling import Answer

# Like QUESTIONNAIRE_URL these are identifiers, not addresses: they have to be unique and stay the same, no more.
SYSTEM_QUESTIONS = f"{BASE}/CodeSystem/questions"
SYSTEM_CONDITIONS = f"{BASE}/CodeSystem/conditions"
SYSTEM_RED_FLAGS = f"{BASE}/CodeSystem/red-flags"
SYSTEM_URGENCY = f"{BASE}/CodeSystem/urgency"

EXTENSION_URGENCY = f"{BASE}/StructureDefinition/urgency"
EXTENSION_POSSIBLE_URGENCY = f"{BASE}/StructureDefinition/possible-urgency"
EXTENSION_RED_FLAG = f"{BASE}/StructureDefinition/red-flag"

YES: Mapping[str, str] = {"system": SYSTEM_V2_0136, "code": "Y"}
NO: Mapping[str, str] = {"system": SYSTEM_V2_0136, "code": "N"}
UNSURE: Mapping[str, str] = {"system": SYSTEM_ABSENT, "code": "asked-unknown"}

CODINGS: Mapping[Answer, Mapping[str, str]] = {"yes": YES, "no": NO, "unsure": UNSURE}
"""System and code of each answer, in the order in which a form offers them. The words shown are the knowledge's."""
