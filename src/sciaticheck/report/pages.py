"""The pages of a report for an audience."""

from __future__ import annotations

from sciaticheck.errors import visible
from sciaticheck.report.clinician import clinician_page
from sciaticheck.report.formats import Audience
from sciaticheck.report.page import Document
from sciaticheck.report.patient import patient_page
from sciaticheck.report.results import Report


def pages_of(report: Report, audience: Audience) -> Document:
    """A page for each respondent, written for this audience, and the problems."""
    page_of = clinician_page if audience == "clinician" else patient_page
    pages = tuple(page_of(result, report.knowledge) for result in report.results)
    return Document(pages, report.knowledge, tuple(visible(str(problem)) for problem in report.problems))
