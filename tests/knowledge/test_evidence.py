"""Evidence that goes red: each rule finds what it is for, and what is due is listed by the day."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from conftest import Run
from msgspec.structs import replace

from sciaticheck import Knowledge
from sciaticheck.knowledge.evidence import due
from sciaticheck.knowledge.files import data_file
from sciaticheck.knowledge.lint import lint

TODAY = date(2026, 12, 1)
DATA = data_file().read_text("utf-8")


def with_flag(knowledge: Knowledge, name: str, **fields: object) -> Knowledge:
    """The knowledge with these fields of one red flag changed."""
    return replace(knowledge, red_flags={**knowledge.red_flags, name: replace(knowledge.red_flags[name], **fields)})


def unread(knowledge: Knowledge) -> Knowledge:
    """An emergency whose citations no longer quote."""
    cites = tuple(replace(cite, quote=None) for cite in knowledge.red_flags["saddle_change"].cites)
    return with_flag(knowledge, "saddle_change", cites=cites)


def no_reason(knowledge: Knowledge) -> Knowledge:
    """A basis without a reason."""
    return with_flag(knowledge, "pulsing_alone", differs=None)


def long_quote(knowledge: Knowledge) -> Knowledge:
    """A quotation of 26 words."""
    cite = replace(knowledge.red_flags["saddle_change"].cites[0], quote="word " * 26)
    return with_flag(knowledge, "saddle_change", cites=(*knowledge.red_flags["saddle_change"].cites, cite))


def too_many_unread(knowledge: Knowledge) -> Knowledge:
    """Nine flags of today or more that rest on what was not read."""
    for name in [name for name, flag in knowledge.red_flags.items() if flag.basis is None and flag.differs][:2]:
        knowledge = with_flag(knowledge, name, basis="inference")
    return knowledge


def overdue(knowledge: Knowledge) -> Knowledge:
    """A review whose day has passed."""
    return replace(knowledge, review=replace(knowledge.review, due="2026-11-30"))


def opening(knowledge: Knowledge) -> Knowledge:
    """Two screens that open the interview."""
    return replace(knowledge, screens={name: replace(each, opening=True) for name, each in knowledge.screens.items()})


@pytest.mark.parametrize("planted", [unread, no_reason, long_quote, too_many_unread, overdue, opening])
def test_a_planted_fault_is_found(planted: Callable[[Knowledge], Knowledge], knowledge: Knowledge) -> None:
    assert lint(knowledge, TODAY) == []
    assert {code for code, _, _ in lint(planted(knowledge), TODAY)} == {planted.__name__}


def test_each_flag_of_today_or_more_quotes_a_page_or_says_its_basis(knowledge: Knowledge) -> None:
    urgent = [flag for flag in knowledge.red_flags.values() if flag.urgency in ("emergency", "same_day")]
    unread = [flag for flag in urgent if flag.basis]
    assert len(urgent) > 40
    assert len(unread) <= 8
    assert all(flag.differs for flag in unread)


def test_what_is_due_is_a_source_read_two_years_ago_and_a_day_or_a_review_that_has_passed(knowledge: Knowledge) -> None:
    assert due(knowledge, TODAY) == []
    name, source = next(iter(knowledge.sources.items()))
    old = replace(knowledge, sources={**knowledge.sources, name: replace(source, date="2024-11-30")})
    assert [path for _, path, _ in due(old, date(2026, 11, 30))] == []
    assert [path for _, path, _ in due(old, TODAY)] == [f"sources.{name}"]
    assert [code for code, _, _ in due(overdue(knowledge), TODAY)] == ["overdue"]


def test_stale_is_1_when_something_is_due(run: Run, tmp_path: Path) -> None:
    assert run("knowledge", "stale").status == 0
    (tmp_path / "old.yaml").write_text(re.sub(r'date: "2026-', 'date: "2020-', DATA), "utf-8")
    ran = run("knowledge", "stale", "old.yaml")
    assert ran.status == 1
    assert "[stale_source]" in ran.out


def test_other_content_under_the_same_version_is_1(run: Run, tmp_path: Path) -> None:
    same = str(data_file())
    (tmp_path / "comment.yaml").write_text(f"{DATA}# a comment\n", "utf-8")
    (tmp_path / "other.yaml").write_text(DATA.replace("notice: This", "notice: That"), "utf-8")
    assert run("knowledge", "diff", same, "comment.yaml").status == 0
    ran = run("knowledge", "diff", same, "other.yaml")
    assert ran.status == 1
    assert "have the knowledge_version" in ran.err


def test_explain_shows_the_basis_and_the_quotes(run: Run) -> None:
    assert "inference: no source that was read" in " ".join(run("explain", "urgency_alone").out.split())
    assert 'sensation of urinary flow"' in " ".join(run("explain", "bladder_change").out.split())


def test_a_flag_says_its_own_first_line(knowledge: Knowledge) -> None:
    from sciaticheck import assess

    steps = assess({"cancer_history": "yes", "leg_pain_path": "yes"}, knowledge).advice.steps
    assert steps[0] == knowledge.red_flags["cancer_nerve_signs"].instead
    assert knowledge.advice["emergency"]["default"].action[0] not in steps
    steps = assess({"sudden_collapse": "yes", "cancer_history": "yes", "leg_pain_path": "yes"}, knowledge).advice.steps
    assert steps[0] == knowledge.red_flags["sudden_collapse"].instead
