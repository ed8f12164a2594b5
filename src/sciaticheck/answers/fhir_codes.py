"""The names and codes of FHIR that reading and writing share: canonical urls, code systems, and how an answer is coded.

An answer may be coded in several systems. What each code means is said here, and nothing else is guessed.
"""

from __future__ import annotations

from collections.abc import Mapping

from sciaticheck.answers.spelling import Answer

# An identifier, not an address: canonical urls only have to be unique and stay the same; nothing is fetched from them.
BASE = "https://sciaticheck.org/fhir"

QUESTIONNAIRE_URL = f"{BASE}/Questionnaire/sciaticheck"

SYSTEM_V2_0136 = "http://terminology.hl7.org/CodeSystem/v2-0136"
"""HL7's yes/no of R4."""
SYSTEM_V2_0532 = "http://terminology.hl7.org/CodeSystem/v2-0532"
"""HL7's yes/no of R5 and later: never written, accepted when read."""
SYSTEM_ABSENT = "http://terminology.hl7.org/CodeSystem/data-absent-reason"
EXTENSION_ABSENT = "http://hl7.org/fhir/StructureDefinition/data-absent-reason"
"""Where a value is missing, the extension that says why."""
SYSTEM_NULL = "http://terminology.hl7.org/CodeSystem/v3-NullFlavor"
LOINC = "http://loinc.org"
SNOMED = "http://snomed.info/sct"

_YES_NO: dict[str, Answer | None] = {"Y": "yes", "N": "no"}
# "Unknown" chosen from a list is an answer: unsure. Not asked, declined, masked, not applicable: none, and never no.
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
"""What each code of each system that is read stands for; None is unanswered."""

ANY_SYSTEM: Mapping[str, Answer | None] = {code: means for codes in CODES.values() for code, means in codes.items()}
"""The codes alone, for a coding that names no system: no code means two things in two systems."""
