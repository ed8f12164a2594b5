"""The HTML page: self-contained, escaped, readable in light and dark, and true to the text of the result."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from rich.console import Console

from sciaticheck import assess, load_knowledge
from sciaticheck.answers.record import Respondent
from sciaticheck.report import html as html_format
from sciaticheck.report.card import card
from sciaticheck.report.formats import Style
from sciaticheck.report.patient import patient_page
from sciaticheck.report.results import Report, Result

STYLE = Style(Console)
TEMPLATE = Path(html_format.__file__).with_name("page.html").read_text("utf-8")
ANSWERS = {"bladder_start": "yes", "saddle_numbness": "unsure", "back_pain": "yes"}


class Read(HTMLParser):
    """The tags with their attributes, and the text, of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.open: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "style" not in self.open:
            self.text += f" {data} "


def html(language: str = "en", name: str = "me") -> str:
    knowledge = load_knowledge(language=language)
    result = Result(Respondent(name, {}, "-"), assess(ANSWERS, knowledge, "uk"))
    return html_format.results(Report.of([result], [], knowledge), STYLE) or ""


@pytest.mark.parametrize("language", ["en", "es"])
def test_it_says_what_the_result_says(language: str) -> None:
    knowledge = load_knowledge(language=language)
    shown = patient_page(Result(Respondent("me", {}, "-"), assess(ANSWERS, knowledge, "uk")), knowledge)
    text = "".join(Read(html(language)).text.split())
    parts = [shown.headline, *shown.under, *shown.footer]
    parts += [row[-1] for section in shown.sections for row in section.rows]
    parts += [cell for section in shown.sections if section.kind == "table" for row in section.rows for cell in row]
    assert [part for part in parts if "".join(part.split()) not in text] == []


@pytest.mark.parametrize("language", ["en", "es"])
def test_every_tag_is_closed_and_the_language_is_set(language: str) -> None:
    read = Read(html(language))
    assert read.open == []
    assert read.tags[0] == ("html", {"lang": language, "dir": "ltr"})
    assert [tag for tag, _ in read.tags].count("h1") == 1


def test_it_needs_nothing_from_outside_and_runs_nothing() -> None:
    read = Read(html())
    assert not {tag for tag, _ in read.tags} & {"script", "link", "img", "iframe", "object", "form", "base", "svg"}
    assert not [name for _, attrs in read.tags for name in attrs if name.startswith("on") or name == "src"]
    assert not re.search(r"@import|url\(", TEMPLATE)


def test_its_links_call_the_regions_numbers_and_lead_to_the_sources_and_to_the_pages() -> None:
    knowledge = load_knowledge()
    addresses = {source.url for source in knowledge.sources.values()}
    assert {attrs["href"] for tag, attrs in Read(html()).tags if tag == "a"} == {"tel:999"}
    result = Result(Respondent("me", {}, "-"), assess(ANSWERS, knowledge, "au"))
    report = Report.of([result, result], [], knowledge)
    for_clinician = html_format.results(report, Style(Console, "clinician")) or ""
    links = {attrs["href"] or "" for tag, attrs in Read(for_clinician).tags if tag == "a"}
    assert links > {"#p1", "#p2", "tel:000"}
    assert {link for link in links if link.startswith("http")} <= addresses
    same_day = Result(Respondent("me", {}, "-"), assess({"fever": "yes"}, knowledge, "au"))
    assert '<a href="tel:1800633422">1800 633 422</a>' in (
        html_format.results(Report.of([same_day], [], knowledge), STYLE) or ""
    )


def test_the_title_is_the_id_and_the_level_and_many_have_an_index() -> None:
    knowledge = load_knowledge()
    assert "<title>me: EMERGENCY</title>" in html()
    results = [Result(Respondent(name, {}, "-"), assess({name: "yes"}, knowledge)) for name in ("fever", "chest_pain")]
    read = Read(html_format.results(Report.of(results, [], knowledge), STYLE) or "")
    ids = [attrs.get("id") for tag, attrs in read.tags if tag == "article"]
    assert ids == ["p1", "p2"]
    assert read.text.index("chest_pain") < read.text.index("fever")
    assert knowledge.texts["index_title"] in read.text


def test_markup_in_an_id_is_text() -> None:
    read = Read(html(name="<script>alert(1)</script>&amp;\x1b[31m"))
    assert "script" not in {tag for tag, _ in read.tags}
    assert "<script>alert(1)</script>&amp;" in read.text
    assert "\x1b" not in read.text


def test_the_card_is_a_page_too() -> None:
    knowledge = load_knowledge()
    read = Read(html_format.page(card(knowledge, "uk"), STYLE))
    assert "999" in read.text
    assert all(line in read.text for line in knowledge.safety_net.watch_for)


def colours(block: str) -> dict[str, str]:
    return dict(re.findall(r"--(\w+): (#[0-9a-f]{6})", block))


def contrast(one: str, other: str) -> float:
    """WCAG 2.2, relative luminance and contrast ratio."""

    def luminance(colour: str) -> float:
        channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
        linear = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("scheme", re.findall(r":root \{([^}]*--paper[^}]*)\}", TEMPLATE))
def test_text_has_the_contrast_of_wcag_aaa_and_lines_that_of_aa(scheme: str) -> None:
    found = colours(scheme)
    assert contrast(found["ink"], found["paper"]) >= 7
    assert contrast(found["soft"], found["paper"]) >= 7
    assert contrast(found["line"], found["paper"]) >= 3


@pytest.mark.parametrize("colour", re.findall(r"--colour: (#[0-9a-f]{6})", TEMPLATE))
def test_each_level_has_the_contrast_of_wcag_aaa_in_its_headline(colour: str) -> None:
    assert contrast(colour, "#ffffff") >= 7


def test_the_contrast_check_can_fail() -> None:
    assert contrast("#777777", "#888888") < 3
