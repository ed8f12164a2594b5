"""FHIR R4: the questionnaire, responses to it, and results."""
