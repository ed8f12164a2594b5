"""The pack for reviewing the red flags: a page for each, in HTML and Markdown, and the form for the decisions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from sciaticheck.engine import assess
from sciaticheck.errors import visible
from sciaticheck.evaluation import Case
from sciaticheck.knowledge.levels import holds, level_of
from sciaticheck.knowledge.model import Knowledge, RedFlag
from sciaticheck.knowledge.sign_off import digest_of
from sciaticheck.knowledge.triggers import Answers, closed, flag_terms, given
from sciaticheck.report import html, markdown
from sciaticheck.report.content import in_words
from sciaticheck.report.explain import flag_lines, how_read
from sciaticheck.report.formats import Style
from sciaticheck.report.page import Document, Page, Section
from sciaticheck.rules.criterion import questions

FORM = "review.yaml"
MOST = 12
"""How many triggers, near misses and cases a page lists; it says how many more there are."""


def pack(
    knowledge: Knowledge, document: Mapping[str, Any], cases: Iterable[Case], style: Style
) -> Iterator[tuple[str, str]]:
    """The name and the text of each file. `document` is the checked document that the knowledge was made from."""
    assessed = [(case, {each.id for each in assess(case.answers, knowledge).present}) for case in cases]
    yield FORM, "\n".join(_form(knowledge, document)) + "\n"
    for flag in knowledge.flags_by_urgency:
        with_it = (case for case, present in assessed if flag.id in present)
        named = [f"{case.id} ({case.diagnosis}): rated {case.urgency}" for case in with_it]
        page = Document((_page(flag, digest_of(document, flag.id), named, knowledge),), knowledge)
        yield f"{flag.id}.html", html.page(page, style)
        yield f"{flag.id}.md", markdown.page(page, style)


def _form(knowledge: Knowledge, document: Mapping[str, Any]) -> Iterator[str]:
    yield f"# Decisions on the red flags of rules {knowledge.version}. Write between the quotes who and when"
    yield '# ("2026-12-31"). decision: agree, change or reject; the last two need a reason. Leave the others empty.'
    yield "# Then run: sciaticheck knowledge review-import review.yaml"
    yield from (f'{name}: ""' for name in ("reviewer", "profession", "registration", "date"))
    yield "decisions:"
    for flag in knowledge.flags_by_urgency:
        yield f"  {flag.id}:  # {flag.urgency}: {visible(flag.name)}"
        yield f'    digest: "{digest_of(document, flag.id)}"'
        yield "    decision:"
        yield "    reason:"


def _page(flag: RedFlag, digest: str, cases: list[str], knowledge: Knowledge) -> Page:
    lines = [
        line for line in flag_lines(flag, knowledge) if line[0] not in ("Red flag", "Name", "Source", "Sources differ")
    ]
    terms = sorted(flag_terms(flag.when, knowledge), key=lambda term: (len(term), sorted(term)))
    named = closed(frozenset(questions(flag.when)), knowledge)
    asked = [
        (id, f"{each.ask} {each.help.means} {each.help.check} {each.help.why} A yes is said as: {each.statement}.")
        for id, each in knowledge.questions.items()
        if id in named
    ]
    claims = []
    for cite in flag.cites:
        source, quote = knowledge.sources[cite.source], f'"{cite.quote}"' if cite.quote else "(No quotation.)"
        read = f"{source.citation} {source.url} Read: {how_read(source)}."
        claims.append((f"{cite.source}, {cite.at}", f"{cite.says}. {quote} {read}"))
    parts: list[tuple[str, list[tuple[str, str]]]] = [
        ("The rule", lines),
        ("The questions", asked),
        ("Smallest sets of yes that set it", _most([in_words(term, knowledge) for term in terms])),
        ("Near misses: one yes less", _most(list(dict.fromkeys(_near_misses(flag, terms, knowledge))))),
        ("Published cases with it", _most(cases)),
        ("What the sources say, and how they were read", claims),
        ("Where sources differ", [("", flag.differs or "Nothing is noted.")]),
        ("Your decision", [("[  ] agree", ""), ("[  ] change", "reason: "), ("[  ] reject", "reason: ")]),
        ("You", [(name, "") for name in ("Name", "Profession", "Registration", "Date", "Signature")]),
    ]
    return Page(
        id=visible(flag.id),
        level=flag.urgency,
        urgency=flag.urgency,
        headline=visible(f"{flag.urgency}: {flag.name}"),
        under=(f"{flag.id}, rules {knowledge.version}. Write your decision in {FORM} too, to have it recorded.",),
        sections=tuple(
            Section(title, "pairs", tuple((label, visible(text)) for label, text in rows)) for title, rows in parts
        ),
        footer=(f"Digest of what is reviewed: {digest}.",),
    )


def _near_misses(flag: RedFlag, terms: Iterable[Answers], knowledge: Knowledge) -> Iterator[str]:
    """Each smallest set without one of its answers, and the level that is left."""
    for term in terms:
        for name in sorted(term):
            rest = closed(term, knowledge) - {name}  # the parent of a follow-up stays
            if not holds(flag.when, rest):
                words = in_words(given(rest, knowledge), knowledge) or "no yes at all"
                yield f"{words}: {level_of(rest, knowledge)}"


def _most(texts: list[str]) -> list[tuple[str, str]]:
    more = [f"and {len(texts) - MOST} more"] if len(texts) > MOST else []
    return [("", text) for text in [*texts[:MOST], *more] or ["None."]]
