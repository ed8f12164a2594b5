"""Every resource in a document, and what a Bundle holds besides responses: in other Bundles, in entries, contained."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from sciaticheck.answers.record import Location
from sciaticheck.errors import Problem, shown, visible
from sciaticheck.formats.fhir.elements import wrong_keys

Resource = Mapping[str, Any]


def kind_of(resource: Resource) -> str:
    """The type of a resource as it says."""
    return str(resource.get("resourceType"))


def is_response(resource: Resource) -> bool:
    """Whether it is a QuestionnaireResponse."""
    return resource.get("resourceType") == "QuestionnaireResponse"


def resources_in(raw: Resource) -> Iterator[tuple[Resource, Counter[str]]]:
    """Every resource in a document, itself first, and how often each linkId occurs before it.

    Of what a response contains, only responses.
    """
    before: Counter[str] = Counter()
    waiting: list[object] = [raw]
    passed: set[int] = set()
    while waiting:
        part = waiting.pop()
        if isinstance(part, dict):
            if "resourceType" in part and id(part) not in passed:
                yield part, Counter(before)
            if is_response(part):
                inside = [each for each in as_list(part.get("contained")) if isinstance(each, dict)]
                passed |= {id(each) for each in inside if not is_response(each)}
            if isinstance(part.get("linkId"), str):
                before[part["linkId"]] += 1
            waiting += [*part.values()][::-1]
        elif isinstance(part, list):
            waiting += part[::-1]


def wrong_shape(resource: Resource) -> Iterator[str]:
    """What is unexpected in a resource that is not a response, but may hold one or be meant for one."""
    kind = kind_of(resource)
    if kind == "Bundle":
        yield from wrong_keys(resource, "Bundle")
        for entry in as_list(resource.get("entry")):
            if not isinstance(entry, dict):
                yield "an entry of the Bundle is not an object"
                continue
            yield from wrong_keys(entry, "entry")
            if isinstance(entry.get("resource"), dict) and "resourceType" not in entry["resource"]:
                yield "an entry of the Bundle has a resource without a resourceType"
    elif kind != "Questionnaire" and kind.lower().startswith("questionnaire"):
        yield f"{shown(kind)} is not read. Did you mean 'QuestionnaireResponse'?"


def besides(found: list[tuple[Resource, Counter[str]]], location: Location) -> tuple[Problem, ...]:
    """Notes on what a Bundle holds that is not read, and that it is not all there is."""
    bundles = [resource for resource, _ in found if kind_of(resource) == "Bundle"]
    others = Counter(kind_of(each) for each, _ in found[1:] if kind_of(each) not in ("QuestionnaireResponse", "Bundle"))
    for entry in (entry for bundle in bundles for entry in as_list(bundle.get("entry"))):
        if isinstance(entry, dict) and not isinstance(entry.get("resource"), dict):
            response = entry.get("response")
            status = response.get("status") if isinstance(response, dict) else None
            others["entry without a resource" + (f" ({status})" if status else "")] += 1
    notes = []
    if others:
        few = ", ".join(f"{times} {visible(kind)[:60]}" for kind, times in others.most_common(10))
        more = f" and {len(others) - 10} more kinds" if len(others) > 10 else ""
        notes.append(Problem("not_read", f"not read in the Bundle: {few}{more}", location.source, location.line))
    links = [link for bundle in bundles for link in as_list(bundle.get("link")) if isinstance(link, dict)]
    if any(link.get("relation") == "next" for link in links):
        message = "is one page of several (the Bundle has a link 'next'); the others are not read"
        notes.append(Problem("more_pages", message, location.source, location.line))
    return tuple(notes)


def as_list(value: object) -> list[Any]:
    """A list unchanged, None as an empty list, and any other value as a list of it."""
    return value if isinstance(value, list) else [] if value is None else [value]


def links_in(part: object) -> Counter[str]:
    """How often each linkId occurs in a part of a document."""
    links: Counter[str] = Counter()
    waiting = [part]
    while waiting:
        part = waiting.pop()
        if isinstance(part, dict):
            waiting += part.values()
            if isinstance(part.get("linkId"), str):
                links[part["linkId"]] += 1
        elif isinstance(part, list):
            waiting += part
    return links
