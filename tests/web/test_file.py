"""The file that `export page` writes: what is in it, what it can do, and what a hostile knowledge file cannot."""

from __future__ import annotations

import ast
import json
import re
from base64 import b64encode
from hashlib import sha256
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT
from msgspec.structs import replace

from engines import Page, load
from in_process import ran
from sciaticheck import Knowledge, load_knowledge
from sciaticheck.knowledge.levels import emergencies_alone
from sciaticheck.web.page import HERE, RULES, blank, page

SOURCE = ROOT / "src" / "sciaticheck"
SCRIPTS = (*RULES, HERE / "checker.js")
LANGUAGES = [load_knowledge(language=code) for code in ("en", "es")]
HOSTILE = (
    "</script><script>alert(1)</script><!--<script> {{ 7*7 }} {% raw %} $& $1 \u2028 \x1b[2J \" ' ` ${alert(1)} &lt;"
)


class Elements(HTMLParser):
    """The elements of a page: tag, attributes and the text directly in them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.is_open = False
        self.all: list[tuple[str, dict[str, str | None], str]] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.all.append((tag, dict(attrs), ""))
        self.is_open = True

    def handle_endtag(self, tag: str) -> None:
        self.is_open = False

    def handle_data(self, data: str) -> None:
        if self.is_open:
            tag, attributes, text = self.all[-1]
            self.all[-1] = tag, attributes, text + data

    def named(self, tag: str) -> list[tuple[dict[str, str | None], str]]:
        return [(attributes, text) for name, attributes, text in self.all if name == tag]


def written(*args: str) -> str:
    done = ran("export", "page", *args)
    assert done.status == 0, done.err
    return done.out


def content_of(elements: Elements) -> Any:
    return json.loads(elements.named("script")[0][1])


def hostile(known: Knowledge) -> Knowledge:
    """The knowledge with a hostile text after every text that the page shows."""

    def bad(value: Any) -> Any:
        if isinstance(value, str):
            return f"{value} {HOSTILE}"
        return tuple(map(bad, value)) if isinstance(value, tuple) else {id: bad(each) for id, each in value.items()}

    questions = {
        id: replace(each, ask=bad(each.ask), label=bad(each.label), statement=bad(each.statement))
        for id, each in known.questions.items()
    }
    advice = {
        level: {
            region: replace(each, headline=bad(each.headline), action=bad(each.action)) for region, each in by.items()
        }
        for level, by in known.advice.items()
    }
    return replace(known, texts=bad(known.texts), groups=bad(known.groups), questions=questions, advice=advice)


def test_it_has_the_questions_and_the_rules_in_every_language_and_is_small() -> None:
    html = written()
    assert len(html.encode()) <= 400_000
    content = content_of(Elements(html))
    assert list(content["languages"]) == ["en", "es"]
    for known in LANGUAGES:
        in_page = content["languages"][known.language.code]
        assert list(in_page["questions"]) == list(known.questions)
        assert [flag["id"] for flag in in_page["flags_by_urgency"]] == [flag.id for flag in known.flags_by_urgency]
        assert in_page["version_note"] == known.version_note
        assert known.sha256[:12] in in_page["made"]


def test_its_own_code_is_short() -> None:
    """Lines of code in all scripts, without blank lines and comments; no line is over 120 characters."""
    lines = [line for file in SCRIPTS for line in file.read_text("utf-8").splitlines()]
    assert len([line for line in lines if line.strip() and not line.lstrip().startswith("//")]) < 600
    assert max(map(len, lines)) <= 120


@pytest.mark.parametrize("args", [(), ("--blank",)], ids=["page", "blank"])
def test_its_policy_allows_its_own_style_and_script_and_nothing_else(args: tuple[str, ...]) -> None:
    elements = Elements(written(*args))
    (policy,) = (
        attributes["content"] or ""
        for attributes, _ in elements.named("meta")
        if attributes.get("http-equiv") == "Content-Security-Policy"
    )
    rules = dict(part.strip().split(" ", 1) for part in policy.split(";"))
    assert rules.pop("default-src") == rules.pop("base-uri") == rules.pop("form-action") == "'none'"
    assert rules.pop("img-src") == "data:"  # the empty icon, for which a browser would else ask the server
    ((_, style),) = elements.named("style")
    texts = {"style-src": style}
    if not args:
        texts["script-src"] = elements.named("script")[1][1]
    for name, text in texts.items():
        assert rules.pop(name) == f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"
    assert not rules


@pytest.mark.parametrize("args", [(), ("--blank",)], ids=["page", "blank"])
def test_it_names_nothing_to_load_and_nothing_to_run_in_its_elements(args: tuple[str, ...]) -> None:
    elements = Elements(written(*args))
    assert [attributes["href"] for attributes, _ in elements.named("link")] == ["data:,"]
    for _, attributes, _ in elements.all:
        assert not {"src", "srcset", "style", "action"} & {*attributes}
        assert not [name for name in attributes if name.startswith("on")]
    ((_, style),) = elements.named("style")
    assert not re.search(r"url\(|@import|image", style)


def test_its_script_stores_nothing_sends_nothing_and_never_reads_text_as_html() -> None:
    code = "".join(file.read_text("utf-8") for file in SCRIPTS)
    forbidden = r"fetch|XMLHttp|WebSocket|sendBeacon|EventSource|import\(|localStorage|sessionStorage|indexedDB|cookie"
    assert not re.search(rf"{forbidden}|innerHTML|outerHTML|insertAdjacent|document\.write|eval|new Function", code)
    assert not re.search(r"</script|<!--", code)


def test_hostile_texts_in_a_knowledge_file_stay_text() -> None:
    known = hostile(LANGUAGES[0])
    plain = Elements(page(LANGUAGES[:1], "default", load))
    elements = Elements(page([known], "default", lambda language, region: hostile(load(language, region))))
    assert [tag for tag, _, _ in elements.all] == [tag for tag, _, _ in plain.all]
    shown = HOSTILE.replace("\u2028", "\\u2028").replace("\x1b", "\\x1b")
    questions = content_of(elements)["languages"]["en"]["questions"]
    assert all(each["ask"].endswith(shown) for each in questions.values())
    plain, elements = Elements(blank(LANGUAGES[0], "uk")), Elements(blank(known, "uk"))
    assert [tag for tag, _, _ in elements.all] == [tag for tag, _, _ in plain.all]


def test_hostile_texts_are_said_as_they_are() -> None:
    found = Page(hostile(LANGUAGES[0])).results([{"saddle_numbness": "yes"}])[0]
    assert json.dumps(found["page"]).count("$& $1 \\\\u2028") > 5


def test_each_function_stands_under_the_module_that_has_it_with_the_same_name() -> None:
    counterparts = 0
    for file in RULES:
        text = file.read_text("utf-8")
        module = "rules/python.py" if file.name == "javascript.js" else ""
        for line in text.splitlines():
            heading = re.fullmatch(r"// ([a-z_]+/[a-z_]+\.py)", line)
            module = heading[1] if heading else module
            name = re.match(r"(?:function|const) (\w+) ?[(=]", line)
            if not module or not name:
                continue
            tree = ast.parse((SOURCE / module).read_text("utf-8"))
            names = {node.name.strip("_") for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
            assert name[1].strip("_") in names, f"{file.name}: {name[1]} is not in {module}"
            counterparts += 1
    assert counterparts >= 30


def test_a_region_and_a_language_can_be_chosen_beforehand(tmp_path: Path) -> None:
    file = tmp_path / "check.html"
    assert ran("export", "page", "--region", "uk", "--lang", "es", "-o", str(file)).out == ""
    content = content_of(Elements(file.read_text("utf-8")))
    assert (content["region"], list(content["languages"])) == ("uk", ["es"])
    done = ran("export", "page", "--region", "uk1")
    assert (done.status, "Did you mean 'uk'?" in done.err) == (2, True)


def test_the_numbers_that_a_region_names_are_its_numbers() -> None:
    """So that each can be called from the page: no number in the advice is left out, and none is not there."""
    for known in LANGUAGES:
        for region in known.regions.values():
            texts = [text for by in known.advice.values() if region.id in by for text in by[region.id].action]
            texts += [by[region.id].headline for by in known.advice.values() if region.id in by]
            named = {number for text in texts for number in re.findall(r"\b\d{3,4}(?: \d{3})*\b", text)}
            assert named == set(region.numbers), region.id


# On paper


@pytest.mark.parametrize("known", LANGUAGES, ids=lambda known: known.language.code)
def test_the_paper_has_every_question_with_its_key_and_three_boxes_in_the_order_asked(known: Knowledge) -> None:
    html = written("--blank", "--region", "uk", "--lang", known.language.code)
    elements = Elements(html)
    assert [text for _, text in elements.named("code")] == list(known.questions)
    boxes = [attributes for attributes, _ in elements.named("span") if attributes.get("class") == "box"]
    assert len(boxes) == 3 * len(known.questions)
    assert "http" not in re.sub(r"http-equiv", "", html)
    assert known.advice["emergency"]["uk"].headline in unescape(html)
    assert html.count("▲") == len(emergencies_alone(known)) + 1


def test_what_the_paper_tells_the_desk_to_run_works(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    commands = re.findall(r"sciaticheck ((?:template|check) [^.]*\.yaml)", written("--blank", "--lang", "en"))
    assert len(commands) == 2
    assert ran(*commands[0].split()).status == 0
    file = tmp_path / "answers.yaml"
    file.write_text(file.read_text("utf-8").replace("saddle_numbness:", "saddle_numbness: yes"), "utf-8")
    assert "EMERGENCY" in ran(*commands[1].split()).out
