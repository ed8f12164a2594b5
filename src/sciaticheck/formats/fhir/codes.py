"""URLs and code systems of FHIR, and the codes of answers.

An answer may be coded in several systems. Each code that is read is listed here; nothing is guessed.
"""

from __future__ import annotations

from collections.abc import Mapping

from sciaticheck.answers.spelling import Answer

# Canonical URLs are identifiers: unique and never changed. Nothing is fetched from them.
BASE = "https://sciaticheck.org/fhir"

QUESTIONNAIRE_URL = f"{BASE}/Questionnaire/sciaticheck"

SYSTEM_QUESTIONS = f"{BASE}/CodeSystem/questions"
SYSTEM_CONDITIONS = f"{BASE}/CodeSystem/conditions"
SYSTEM_RED_FLAGS = f"{BASE}/CodeSystem/red-flags"
SYSTEM_URGENCY = f"{BASE}/CodeSystem/urgency"

EXTENSION_URGENCY = f"{BASE}/StructureDefinition/urgency"
EXTENSION_POSSIBLE_URGENCY = f"{BASE}/StructureDefinition/possible-urgency"
EXTENSION_RED_FLAG = f"{BASE}/StructureDefinition/red-flag"

SYSTEM_V2_0136 = "http://terminology.hl7.org/CodeSystem/v2-0136"  # yes and no in R4
SYSTEM_V2_0532 = "http://terminology.hl7.org/CodeSystem/v2-0532"  # yes and no in R5: read, never written
SYSTEM_ABSENT = "http://terminology.hl7.org/CodeSystem/data-absent-reason"
EXTENSION_ABSENT = "http://hl7.org/fhir/StructureDefinition/data-absent-reason"
EXTENSION_NULL = "http://hl7.org/fhir/StructureDefinition/iso21090-nullFlavor"
REASONS = (EXTENSION_ABSENT, EXTENSION_NULL, SYSTEM_ABSENT)
"""The extensions that give the reason for a missing value; some clients take the code system for one."""
SYSTEM_NULL = "http://terminology.hl7.org/CodeSystem/v3-NullFlavor"
LOINC = "http://loinc.org"
SNOMED = "http://snomed.info/sct"

YES: Mapping[str, str] = {"system": SYSTEM_V2_0136, "code": "Y"}
NO: Mapping[str, str] = {"system": SYSTEM_V2_0136, "code": "N"}
UNSURE: Mapping[str, str] = {"system": SYSTEM_ABSENT, "code": "asked-unknown"}

CODINGS: Mapping[Answer, Mapping[str, str]] = {"yes": YES, "no": NO, "unsure": UNSURE}
"""The coding written for each answer, in the order in which a form offers them."""

_YES_NO: dict[str, Answer | None] = {"Y": "yes", "N": "no"}
# "Unknown" chosen from a list is unsure. Not asked, declined, masked and not applicable are unanswered, never no.
_NULL: dict[str, Answer | None] = {
    "UNK": "unsure",
    "ASKU": "unsure",
    **dict.fromkeys(("NASK", "NI", "NA", "NAV", "NP", "MSK"), None),
}

CODES: Mapping[str, Mapping[str, Answer | None]] = {
    SYSTEM_V2_0136: _YES_NO,
    SYSTEM_V2_0532: {**_YES_NO, **_NULL},
    SYSTEM_NULL: _NULL,
    SYSTEM_ABSENT: {
        "asked-unknown": "unsure",
        "unknown": "unsure",
        **dict.fromkeys(
            ("asked-declined", "not-asked", "temp-unknown", "masked", "not-applicable", "not-permitted", "unsupported"),
            None,
        ),
    },
    LOINC: {"LA33-6": "yes", "LA32-8": "no", "LA12688-0": "unsure"},
    SNOMED: {"373066001": "yes", "373067005": "no", "261665006": "unsure"},
}
"""The answer of each code, by system; None is unanswered."""

ABSENCE: Mapping[str, Answer | None] = {**CODES[SYSTEM_ABSENT], **_NULL}
"""The answer of each reason for a missing value. Reasons not listed are unanswered."""

ANY_SYSTEM: Mapping[str, Answer | None] = {code: answer for codes in CODES.values() for code, answer in codes.items()}
"""The answer of each code, for a coding without a system. No code has two meanings in two systems."""
