"""Sign-offs: a pack is filled in and imported, counts where it should, and is void once what was reviewed has changed.

Nobody has reviewed anything: every name here is test data.
"""

from __future__ import annotations

import json
import re
import shutil
from functools import cache
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from in_process import ran
from sciaticheck import Knowledge, assess, load_knowledge
from sciaticheck.knowledge.files import data_file
from sciaticheck.knowledge.head import SignOff
from sciaticheck.knowledge.load import read_checked
from sciaticheck.knowledge.sign_off import digest_of, standing

WHO = {"reviewer": "TEST DATA", "profession": "none, test data", "registration": "0000000", "date": "2026-11-28"}
THREE = {"stroke_signs": "agree", "both_legs_new": "agree", "cord_signs": "agree"}
KNOWN = load_knowledge()
DOCUMENT, _ = read_checked(data_file())


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data file of its own, beside which reviews can be recorded."""
    return Path(shutil.copy(data_file(), tmp_path / "conditions.yaml"))


def fill_in(form: Path, decisions: dict[str, str], reason: str = "", **who: str) -> Path:
    """The form of a pack, filled in by hand."""
    text = form.read_text("utf-8")
    for name, value in {**WHO, **who}.items():
        text = text.replace(f'{name}: ""\n', f'{name}: "{value}"\n')
    for flag, decision in decisions.items():
        text, count = re.subn(
            rf"(  {flag}:.*\n.*\n    decision:)\n    reason:\n", rf"\1 {decision}\n    reason: {reason}\n", text
        )
        assert count == 1
    form.write_text(text, "utf-8")
    return form


@cache
def form() -> str:
    """The form in a pack of the packaged content."""
    with TemporaryDirectory() as folder:
        pack = Path(folder, "pack")
        done = ran("knowledge", "review-pack", "-o", str(pack))
        assert done.status == 0, done.err
        return (pack / "review.yaml").read_text("utf-8")


def form_for(data: Path) -> Path:
    path = data.with_name(f"review-{len(list(data.parent.iterdir()))}.yaml")
    path.write_text(form(), "utf-8")
    return path


def imported(data: Path, form: Path) -> tuple[int, str]:
    done = ran("knowledge", "review-import", str(form), "--knowledge", str(data))
    return done.status, done.err


def test_three_flags_are_reviewed_and_counted_wherever_a_result_is_shown(data: Path) -> None:
    form = fill_in(form_for(data), THREE)
    status, err = imported(data, form)
    assert status == 0
    assert "3 of 28 emergency rules reviewed by a clinician." in err
    assert imported(data, form)[0] == 0
    assert len(list((data.parent / "reviews").iterdir())) == 1, "the same form is recorded once"
    answers, options = data.with_name("me.yaml"), ("--knowledge", str(data), "--fail-on", "never", "--allow-incomplete")
    answers.write_text("stroke_signs: yes\n")
    for format, audience in product(("table", "markdown", "html"), ("patient", "clinician")):
        out = ran("check", str(answers), *options, "-f", format, "--audience", audience).out
        assert "3 of 28 emergency rules reviewed by a clinician" in " ".join(out.split())
    head = json.loads(ran("check", str(answers), *options, "-f", "json").out)["knowledge"]
    assert (head["emergency_rules_reviewed"], head["emergency_rules"], head["review"]) == (3, 28, "unreviewed")
    lint = ran("knowledge", "lint", str(data))
    assert (lint.status, "3 of 28 emergency rules reviewed" in lint.err) == (0, True)
    explained = " ".join(ran("explain", "stroke_signs", "--knowledge", str(data)).out.split())
    assert "agree, by TEST DATA, none, test data, 0000000, on 2026-11-28" in explained


def test_the_packaged_content_is_signed_by_nobody() -> None:
    assert KNOWN.sign_offs == ()
    assert KNOWN.emergencies_reviewed == (0, 28)
    assert "by no clinician" in " ".join(ran("explain", "stroke_signs").out.split())


def test_a_page_has_all_that_is_reviewed_and_a_box(tmp_path: Path) -> None:
    pack, cases = tmp_path / "pack", str(data_file().parent / "cases" / "published.yaml")
    assert ran("knowledge", "review-pack", "-o", str(pack), "--cases", cases).status == 0
    assert (
        {path.stem for path in pack.glob("*.html")} == {path.stem for path in pack.glob("*.md")} == {*KNOWN.red_flags}
    )
    html, page = (pack / "cord_signs.html").read_text(), (pack / "cord_signs.md").read_text()
    for text in (html, page):
        assert "mscc-plasma-56m" in text
        assert "23% of people present with MSCC" in text
        assert "Severe or progressive leg weakness + Thoracic or band-like pain" in text
        assert "Severe or progressive leg weakness: same" in text, "a near miss, with the level that is left"
        assert digest_of(DOCUMENT, "cord_signs") in text
        assert all(word in text for word in ("agree", "change", "reject", "reason", "Registration", "full text"))
    again = ran("knowledge", "review-pack", "-o", str(pack))
    assert again.status == 2
    assert "exists already" in again.err


@pytest.mark.parametrize(
    ("old", "new", "flags"),
    [
        ("  stroke_signs:\n    name: Sudden change", "  stroke_signs:\n    name: A sudden change", "stroke_signs"),
        ("note: It can be a stroke. Say when it began.", "note: Say when it began.", "stroke_signs"),
        ("ask: Has your face drooped, an arm gone weak or", "ask: Has your face drooped or", "stroke_signs"),
        ("quote: If a person fails any one of these tests", "quote: If somebody fails a test", "stroke_signs"),
        ("when: both_legs_new\n", "when: {all: [both_legs_new, back_pain]}\n", "both_legs_new"),
        ("ask: Is there pain, tingling or numbness in both legs", "ask: Are both sore", "both_legs_new, cord_signs"),
    ],
    ids=["name", "note", "question", "quotation", "criterion", "question before it"],
)
def test_any_change_voids_the_sign_off_and_lint_and_diff_say_so(data: Path, old: str, new: str, flags: str) -> None:
    voided = flags.split(", ")
    assert imported(data, fill_in(form_for(data), THREE))[0] == 0
    before, text = data.with_name("before.yaml"), data.read_text("utf-8")
    shutil.copy(data, before)
    assert text.count(old) >= 1
    data.write_text(text.replace(old, new).replace("2026.12.0", "2026.12.1"), "utf-8")
    lint = ran("knowledge", "lint", str(data))
    assert lint.status == 1
    for flag in voided:
        assert f"red_flags.{flag}: has changed since TEST DATA reviewed it on 2026-11-28" in lint.out
    assert f"{3 - len(voided)} of 28 emergency rules" in lint.err
    assert f"sign-offs voided: {len(voided)}: {flags}" in ran("knowledge", "diff", str(before), str(data)).out
    old_form = next((data.parent / "reviews").iterdir())
    status, err = imported(data, old_form)
    assert (status, f"decisions.{voided[0]}: is not about this rule as it is now" in err) == (2, True)


def test_a_forged_digest_counts_for_nothing(data: Path) -> None:
    form = fill_in(form_for(data), THREE)
    forged = form.read_text("utf-8").replace(digest_of(DOCUMENT, "cord_signs"), "0" * 64)
    form.write_text(forged, "utf-8")
    status, err = imported(data, form)
    assert status == 2
    assert "decisions.cord_signs: is not about this rule as it is now" in err
    assert "nothing was recorded" in err
    assert not (data.parent / "reviews").exists()
    (data.parent / "reviews").mkdir()
    (data.parent / "reviews" / "forged.yaml").write_text(forged, "utf-8")  # past the import
    assert load_knowledge(data).emergencies_reviewed == (2, 28)
    assert "void_sign_off" in ran("knowledge", "lint", str(data)).out


@pytest.mark.parametrize(
    ("edit", "said"),
    [
        (("decision: agree", "decision: agreed"), "'agreed' is not one of agree, change, reject"),
        (("decision: agree", "decision: reject"), "'reject' needs a reason"),
        (("decision: agree", "decision:"), ": has no decision"),
        (('reviewer: "TEST DATA"', 'reviewer: ""'), "reviewer: must be text, not blank text"),
        (('registration: "0000000"', "registration: 1234567"), "registration: must be text, not 1234567"),
        (('date: "2026-11-28"', 'date: "2026-02-30"'), "'2026-02-30' is not a day of the past"),
        (('date: "2026-11-28"', 'date: "2999-01-01"'), "'2999-01-01' is not a day of the past"),
        (("  stroke_signs:", "  stroke_sign:"), "its digest differs. Did you mean 'stroke_signs'?"),
    ],
    ids=lambda value: value[1] if isinstance(value, tuple) else "",
)
def test_a_form_that_is_not_right_is_refused_whole(data: Path, edit: tuple[str, str], said: str) -> None:
    form = fill_in(form_for(data), {"stroke_signs": "agree"})
    form.write_text(form.read_text("utf-8").replace(*edit), "utf-8")
    status, err = imported(data, form)
    assert (status, said in err) == (2, True), err
    assert not (data.parent / "reviews").exists()


def test_an_objection_is_no_review_and_lint_says_so(data: Path) -> None:
    assert imported(data, fill_in(form_for(data), THREE))[0] == 0
    other = {"reviewer": "OTHER TEST DATA", "registration": "0000001"}
    form = fill_in(form_for(data), {"stroke_signs": "change"}, "too wide", **other)
    assert imported(data, form)[0] == 0
    assert load_knowledge(data).emergencies_reviewed == (2, 28)
    assert "OTHER TEST DATA decided 'change': too wide" in ran("knowledge", "lint", str(data)).out
    later = fill_in(form_for(data), {"stroke_signs": "agree"}, date="2026-11-29", **other)
    # a date after today would be refused: what decides is the last day, so move the first objection back
    objection = next(path for path in (data.parent / "reviews").iterdir() if "too wide" in path.read_text())
    objection.write_text(objection.read_text().replace("2026-11-28", "2026-11-27"))
    later.write_text(later.read_text().replace("2026-11-29", "2026-11-28"))
    assert imported(data, later)[0] == 0
    assert load_knowledge(data).emergencies_reviewed == (3, 28)


def test_of_one_day_the_objection_stands() -> None:
    digest = digest_of(DOCUMENT, "stroke_signs")
    both = [SignOff("stroke_signs", digest, decision, **WHO) for decision in ("reject", "agree")]
    assert [each.decision for each in standing(DOCUMENT, both)] == ["reject"]


def signed(knowledge: Knowledge) -> Knowledge:
    """All flags agreed with."""
    return replace(
        knowledge,
        sign_offs=tuple(SignOff(flag, digest_of(DOCUMENT, flag), "agree", **WHO) for flag in knowledge.red_flags),
    )


SIGNED = signed(KNOWN)


@given(st.dictionaries(st.sampled_from(list(KNOWN.questions)), st.sampled_from(["yes", "unsure"]), max_size=12))
def test_signing_off_changes_no_result(answers: dict[str, str]) -> None:
    assert SIGNED.emergencies_reviewed == (28, 28)
    assert assess(answers, SIGNED).to_dict() == assess(answers, KNOWN).to_dict()


def test_the_compiled_form_is_not_used_once_a_review_is_recorded(data: Path) -> None:
    """Its checksum covers the reviews."""
    from sciaticheck.knowledge.load import _crc32

    before = _crc32(data)
    assert imported(data, fill_in(form_for(data), THREE))[0] == 0
    assert _crc32(data) != before
