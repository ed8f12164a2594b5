"""What the engines of this machine need of a job whatever they read: made once, however many sources there are."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Any

import msgspec

from sciaticheck.answers.spelling import parse_answer
from sciaticheck.batch.codes import CODES, LONG, UNANSWERED, Kept
from sciaticheck.batch.compiled import compiled
from sciaticheck.batch.faces import CsvFace, JsonFace
from sciaticheck.batch.job import Job


def code_of(value: object) -> int:
    """The code of a raw value. Raises KeyError for what is no answer."""
    if value is None or value is msgspec.UNSET:
        return UNANSWERED
    return CODES[parse_answer(value if isinstance(value, str) else str(value))]


class _Codes(Kept):
    """Codes by the spelling. A long one is not kept: it is mostly blanks, and hardly met again."""

    made = staticmethod(code_of)

    def __missing__(self, key: Any) -> Any:
        return code_of(key) if isinstance(key, str) and len(key) > LONG else super().__missing__(key)


class Ready:
    """A job made ready: the rules, the shapes of records and of rows, each made when it is first asked for."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.codes: Callable[[Any], int] = _Codes().__getitem__
        self.queries: dict[tuple[tuple[str, ...], ...], str] = {}
        """Those of DuckDB's, by the columns: files mostly have the same, and one takes longer to make than to run."""

    @cached_property
    def face(self) -> CsvFace | JsonFace:
        """How rows are written."""
        return self.job.face()

    @cached_property
    def found(self) -> Callable[[bytes], Any]:
        """From coded answers, in the plan's order, to what a row holds, a Found. It raises ConflictError."""
        return compiled(self.job.knowledge, self.job.plan, self.face.flags, self.face.score)

    @cached_property
    def shapes(self) -> tuple[Callable[[bytes], Any], Callable[[bytes], Any]]:
        """Decoders of a flat and a nested record of JSON."""
        return _shapes(self.job)


def _shapes(job: Job) -> tuple[Callable[[bytes], Any], Callable[[bytes], Any]]:
    """Decoders of a flat and a nested record: the answers in the plan's order, then the id, then what is kept."""
    answer = str | bool | int | None | msgspec.UnsetType
    unset = msgspec.UNSET
    answers = [(f"a{place}", answer, unset) for place in range(len(job.plan.order))]
    rest: list[tuple[str, Any, Any]] = [("id", str | int | None | msgspec.UnsetType, unset)]
    rest += [(f"k{place}", msgspec.Raw, unset) for place in range(len(job.keep))]
    names = {f"a{place}": name for place, name in enumerate(job.plan.order)}
    names |= {f"k{place}": name for place, name in enumerate(job.keep)}
    flat = msgspec.defstruct("Flat", [*answers, *rest], rename=names.get, forbid_unknown_fields=True)
    inner = msgspec.defstruct("Answers", answers, rename=names.get, forbid_unknown_fields=True)
    nested = msgspec.defstruct("Nested", [("answers", inner), *rest], rename=names.get, forbid_unknown_fields=True)
    return msgspec.json.Decoder(flat).decode, msgspec.json.Decoder(nested).decode
