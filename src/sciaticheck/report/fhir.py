"""Results as a FHIR R4 Bundle."""

from __future__ import annotations

from sciaticheck.formats.fhir.bundle import bundle
from sciaticheck.formats.fhir.parts import to_json
from sciaticheck.report.formats import Style
from sciaticheck.report.results import Report
from sciaticheck.version import __version__


def results(report: Report, style: Style) -> str:
    """Every result, and the problems."""
    return to_json(bundle([result[:2] for result in report.results], report.problems, report.knowledge, __version__))
