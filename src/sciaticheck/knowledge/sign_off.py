"""Sign-offs of single red flags: forms that clinicians have filled in, and which of them still stand.

The recorded forms are the YAML files in the folder `reviews` beside the data file. A sign-off holds for exactly what
was reviewed: any change of it voids the sign-off. The tool records decisions and makes none.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path as File
from typing import Any

from sciaticheck.errors import KnowledgeError, did_you_mean, shown
from sciaticheck.knowledge.head import SignOff
from sciaticheck.rules.criterion import parse, questions


def review_files(file: File) -> list[File]:
    """The recorded forms of a data file, by name."""
    return sorted((file.parent / "reviews").glob("*.yaml"))


def digest_of(document: Mapping[str, Any], flag: str) -> str:
    """The SHA-256 of what is reviewed with a red flag of a checked document.

    That is the flag (texts, criterion, urgency, citations), the questions of its criterion and those that they follow,
    the names of the conditions that it points to, and the sources.
    """
    from hashlib import sha256

    record = document["red_flags"][flag]
    asked = set(questions(parse(record["when"])))
    asked |= {document["questions"][name].get("only_if", name) for name in asked}
    conditions = {name: document["conditions"][name] for name in record["points_to"]}
    reviewed = {
        "flag": record,
        "questions": {name: document["questions"][name] for name in asked},
        "conditions": {name: [condition["name"], condition["plain"]] for name, condition in conditions.items()},
        "sources": {cite["source"]: document["sources"][cite["source"]] for cite in record["cites"]},
    }
    return sha256(json.dumps(reviewed, sort_keys=True).encode()).hexdigest()


def read_form(file: File, document: Mapping[str, Any] | None = None) -> list[SignOff]:
    """The decisions in a filled-in form. Raises KnowledgeError with every problem, and if there are no decisions.

    With a document they must be about its red flags as they are, and not from the future.
    """
    from sciaticheck.knowledge.files import schema_file
    from sciaticheck.knowledge.schema import read_checked_by

    form = read_checked_by(schema_file("review"), str(file))
    if form.problems:
        raise KnowledgeError(form.problems)
    content: Any = form.value
    decisions = content.pop("decisions")
    sign_offs = [SignOff(flag=flag, **each, **content) for flag, each in decisions.items() if each["decision"]]
    for each in sign_offs:
        path = ("decisions", each.flag)
        if each.decision != "agree" and not each.reason:
            form.problems.append(form.problem("no_reason", path, f"'{each.decision}' needs a reason"))
        if document and is_void(each, document):
            flags = document["red_flags"]
            hint = did_you_mean(each.flag, flags) if each.flag not in flags else " Review the page of a new pack."
            message = f"is not about this rule as it is now: its digest differs.{hint}"
            form.problems.append(form.problem("other_digest", path, message))
    try:
        if date.fromisoformat(content["date"]) > date.today() and document:
            raise ValueError
    except ValueError:
        message = f"{shown(content['date'])} is not a day of the past"
        form.problems.append(form.problem("bad_date", ("date",), message))
    if not sign_offs:
        form.problems.append(form.problem("nothing_decided", (), "has no decision"))
    if form.problems:
        raise KnowledgeError(form.problems)
    return sign_offs


def recorded(file: File) -> list[SignOff]:
    """Every recorded decision on the content of a data file. Raises KnowledgeError if a form cannot be read."""
    return [sign_off for form in review_files(file) for sign_off in read_form(form)]


def is_void(sign_off: SignOff, document: Mapping[str, Any]) -> bool:
    """Whether what was reviewed has changed since or is gone."""
    return sign_off.flag not in document["red_flags"] or digest_of(document, sign_off.flag) != sign_off.digest


def standing(document: Mapping[str, Any], sign_offs: Iterable[SignOff]) -> list[SignOff]:
    """The decisions on a document's red flags as they are now: the last of each reviewer, of one day the objection."""
    latest: dict[tuple[str, str, str], SignOff] = {}
    for each in sorted(sign_offs, key=lambda each: (each.date, each.decision != "agree")):
        if not is_void(each, document):
            latest[each.flag, each.reviewer, each.registration] = each
    return list(latest.values())


def voided_by(old: Mapping[str, Any], new: Mapping[str, Any], sign_offs: Iterable[SignOff]) -> list[str]:
    """The red flags with a sign-off that holds for the old document and not for the new one."""
    return sorted({each.flag for each in sign_offs if not is_void(each, old) and is_void(each, new)})
