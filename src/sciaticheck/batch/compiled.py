"""The criteria as one Python function from coded answers to what a row holds, and no more.

The answers come as bytes, one code a question, in the plan's order. They are cut into chunks of a few questions,
none of which cuts a family of follow-ups; what a chunk amounts to is worked out once for each of its states, with the
ordinary rules, and kept. Only the criteria that span chunks are left for each record: as tests of bits, in a function
made of numbers alone.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import accumulate
from struct import Struct
from typing import Any, NamedTuple

from sciaticheck.batch.codes import Kept, answers_of, counted
from sciaticheck.batch.plan import Plan
from sciaticheck.knowledge.levels import holds
from sciaticheck.knowledge.model import RANK, URGENCIES, Knowledge
from sciaticheck.rules.criterion import Criterion, Question, questions

CHUNK = 6
"""Questions in a chunk; more only where a family is larger."""

_PLACE = 8
"""Bits below a condition's evidence, for its place in the data: fields are of 32 bits."""


class Found(NamedTuple):
    """What a record amounts to. `red_flags` in the plan's order, `scores` in the order of the conditions."""

    urgency: str
    possible_urgency: str
    red_flags: Any
    top_condition: str
    scores: Sequence[Any]


class _Table(Kept):
    """What is kept of the states of a few questions, or of a few flags."""

    most = 20_000

    def __init__(self, made: Callable[[Any], Any]) -> None:
        self.made = made


def compiled(
    knowledge: Knowledge, plan: Plan, flags_as: Callable[[list[str]], Any], score_as: Callable[[float], Any]
) -> Callable[[bytes], Found]:
    """The function. It raises ConflictError. `flags_as` and `score_as` say how flags and scores are written."""
    return _Compiler(knowledge, plan).function(flags_as, score_as)


class _Compiler:
    def __init__(self, knowledge: Knowledge, plan: Plan) -> None:
        self.knowledge, self.plan = knowledge, plan
        self.chunks = _chunks(plan)
        self.chunk_of = {name: place for place, chunk in enumerate(self.chunks) for name in chunk}
        self.bit = {name: 1 << place for place, name in enumerate(plan.order)}
        self.size, self.flags = len(plan.order), len(plan.flags)
        self.fields = Struct(f"<{len(plan.conditions)}I")

    def local(self, criterion: Criterion) -> int | None:
        """The chunk that holds all of a criterion's questions, None where they stand in several."""
        places = {self.chunk_of[name] for name in questions(criterion)}
        return places.pop() if len(places) == 1 else None

    def table(self, place: int) -> _Table:
        """For each state of a chunk: its readings, its own flags and its own signs, side by side in one integer."""
        names = self.chunks[place]
        flags = [(1 << n, flag.when) for n, flag in enumerate(self.plan.flags) if self.local(flag.when) == place]
        signs = [
            (weight << self.field(n), sign.when)
            for n, ranked in enumerate(self.plan.conditions)
            for sign, weight in zip(ranked.condition.signs, ranked.weights, strict=True)
            if self.local(sign.when) == place
        ]

        def make(codes: bytes) -> int:
            count = counted(answers_of(names, codes, self.knowledge), self.knowledge)
            certain = {name for name, answer in count.items() if answer == "yes"}
            value = sum(share for share, when in signs if holds(when, certain)) << self.flags
            value |= sum(bit for bit, when in flags if holds(when, certain))
            for states in (("no",), ("no", None), ("no", None, "unsure")):  # worst case, cautious, certain
                value = value << self.size | sum(self.bit[name] for name in names if count.get(name) not in states)
            return value

        return _Table(make)

    def field(self, condition: int) -> int:
        return 32 * condition + _PLACE

    def packed(self, flags: int) -> tuple[list[str], int, int]:
        """For a set of present flags: their ids, the highest level, and what they add to the conditions' evidence."""
        present = [flag for n, flag in enumerate(self.plan.flags) if flags >> n & 1]
        added = 0
        for n, ranked in enumerate(self.plan.conditions):
            levels = {flag.urgency for flag in present if ranked.condition.id in flag.points_to}
            own = (
                self.plan.largest if "emergency" in levels else sum(self.plan.from_flags.get(one, 0) for one in levels)
            )
            added += own << self.field(n)
        return [flag.id for flag in present], max((RANK[flag.urgency] for flag in present), default=0), added

    def function(
        self, flags_as: Callable[[list[str]], Any], score_as: Callable[[float], Any]
    ) -> Callable[[bytes], Found]:
        plan, size = self.plan, self.size
        edges = [0, *accumulate(map(len, self.chunks))]
        base = 0
        for n in range(len(plan.conditions)):
            base += plan.largest << self.field(n) | (len(plan.conditions) - 1 - n) << 32 * n

        def kept(flags: int) -> tuple[Any, int, int]:
            names, level, added = self.packed(flags)
            return flags_as(names), level, added + base

        scores = [
            {share << _PLACE: score_as(score) for share, score in enumerate(ranked.scores)}
            for ranked in plan.conditions
        ]
        tops = [ranked.condition.id for ranked in reversed(plan.conditions)]
        scope: dict[str, Any] = {
            "Found": Found, "URGENCIES": URGENCIES, "FLAGS": _Table(kept), "SCORES": scores, "TOPS": tops,
            "unpack": self.fields.unpack, "getitem": dict.__getitem__,
            **{f"t{n}": self.table(n) for n in range(len(self.chunks))},
        }  # fmt: skip
        looked = [f"t{n}[codes[{edges[n]}:{edges[n + 1]}]]" for n in range(len(self.chunks))]
        mask = (1 << size) - 1
        lines = [
            f"p = {' + '.join(looked)}",
            f"y = p & {mask}",
            f"c = p >> {size} & {mask}",
            f"w = p >> {2 * size} & {mask}",
            f"f = p >> {3 * size} & {(1 << self.flags) - 1}",
            f"s = p >> {3 * size + self.flags}",
        ]
        for n, flag in enumerate(plan.flags):
            if self.local(flag.when) is None:
                lines.append(f"if {self.test(flag.when, 'y')}: f |= {1 << n}")
        for n, ranked in enumerate(plan.conditions):
            for sign, weight in zip(ranked.condition.signs, ranked.weights, strict=True):
                if self.local(sign.when) is None:
                    lines.append(f"if {self.test(sign.when, 'y')}: s += {weight << self.field(n)}")
        emergency, same_day, soon = (
            [flag.when for flag in plan.flags if flag.urgency == level] for level in ("emergency", "same_day", "soon")
        )
        lines += [
            "flags, level, e = FLAGS[f]",
            "e += s",
            f"if level < 2: level = 2 if {self.any([*emergency, *same_day], 'c')} "
            f"else 1 if {self.any(soon, 'c')} else 0",
            f"possible = 3 if level == 3 or {self.any(emergency, 'w')} else 2 if {self.any(same_day, 'w')} "
            f"else 1 if {self.any(soon, 'w')} else 0",
        ]
        for n, ranked in enumerate(plan.conditions):
            if ranked.penalty:
                lines.append(f"if not ({self.any(ranked.hallmarks, 'w')}): e -= {ranked.penalty << self.field(n)}")
        width = self.fields.size
        lines += [
            f"shares = unpack(s.to_bytes({width}, 'little'))",
            f"best = max(unpack(e.to_bytes({width}, 'little'))) & {(1 << _PLACE) - 1}",
            f"top = TOPS[best] if shares[{len(plan.conditions) - 1} - best] else ''",
            "return Found(URGENCIES[level], URGENCIES[possible], flags, top, [*map(getitem, SCORES, shares)])",
        ]
        source = "def found(codes):\n" + "".join(f"    {line}\n" for line in lines)
        exec(source, scope)  # noqa: S102 - of numbers and names of this module only
        made: Callable[[bytes], Found] = scope["found"]
        return made

    def any(self, criteria: Any, reading: str) -> str:
        """Any of the criteria as an expression over the bits of a reading, single questions first and in one test."""
        mask, others = 0, []
        open_ = list(criteria)
        while open_:
            criterion = open_.pop(0)
            if isinstance(criterion, Question):
                mask |= self.bit[criterion.id]
            elif criterion.count == 1:
                open_ += criterion.parts
            else:
                others.append(self.test(criterion, reading))
        return " or ".join([f"{reading} & {mask}"] * bool(mask) + others) or "False"

    def test(self, criterion: Criterion, reading: str) -> str:
        """A criterion as such an expression."""
        if isinstance(criterion, Question) or criterion.count == 1:
            return f"({self.any([criterion], reading)})"
        tests = [self.test(part, reading) for part in criterion.parts]
        if criterion.count == len(tests):
            return f"({' and '.join(tests)})"
        return f"(sum(map(bool, ({', '.join(tests)}))) >= {criterion.count})"


def _chunks(plan: Plan) -> list[tuple[str, ...]]:
    """All questions in the plan's order, cut where no family is cut."""
    families = [(parent.id, *(child.id for child in children)) for parent, children in plan.families]
    inside = {name for family in families for name in family}
    pieces: list[tuple[str, ...]] = [*families, *((name,) for name in plan.order if name not in inside)]
    chunks: list[tuple[str, ...]] = []
    for piece in pieces:
        if chunks and len(chunks[-1]) + len(piece) <= CHUNK:
            chunks[-1] += piece
        else:
            chunks.append(piece)
    return chunks
