"""`assess` of one respondent beside zen-engine, a Rust decision engine, on the same criteria; prints JSON.

    python benchmarks/one_respondent.py [ROUNDS] [--write docs/performance.md]

zen gets the answers as `assess` does, and one compiled expression that gives, with the follow-up rules worked in, every
red flag in the three readings, and every sign in the certain and the worst-case reading. Ours is `assess` and reading
from its result both urgencies, `complete`, the state and the reading of every red flag, and of every condition in its
rank the score and the state of each sign. "assess, all read" also reads what zen has no part in: the advice, reasons,
open questions and all other fields.

A second, smaller expression of zen gets numbers for the answers, with the follow-up rules applied before the clock
starts, and leaves out the worst-case reading of the signs.

Each round draws new respondents, and each of them is timed once with each way, so that nothing is gained by keeping
results. Times are seconds a respondent, medians over batches; ratios are to zen in the same batch: quartiles.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from random import Random
from typing import Any

import zen
from make_records import records
from sections import write_section

from sciaticheck import Assessment, Knowledge, assess, load_knowledge
from sciaticheck.answers.follow_ups import effective_states
from sciaticheck.answers.spelling import Answer, parse_answer
from sciaticheck.engine.assessment import READINGS
from sciaticheck.knowledge.model import RANK, URGENCIES
from sciaticheck.rules.criterion import AllOf, AnyOf, Criterion, Question

CHECKED = 200
RESPONDENTS = 2000
"""New ones in each round."""

BATCH = 50
Leaf = Callable[[str], str]


def expression(criterion: Criterion, leaf: Leaf) -> str:
    """A criterion in zen's language."""
    if isinstance(criterion, Question):
        return leaf(criterion.id)
    parts = [expression(part, leaf) for part in criterion.parts]
    if isinstance(criterion, AnyOf):
        return f"({' or '.join(parts)})"
    if isinstance(criterion, AllOf):
        return f"({' and '.join(parts)})"
    return f"({' + '.join(f'({part} ? 1 : 0)' for part in parts)} >= {criterion.count})"


def given_leaves(knowledge: Knowledge) -> dict[str, Leaf]:
    """Whether a question counts in a reading, from answers as given: the follow-up rules worked in."""
    children: dict[str, list[str]] = {}
    for question in knowledge.follow_ups:
        children.setdefault(question.only_if or "", []).append(question.id)

    def any_is(names: Iterable[str], *words: str) -> str:
        return "(" + " or ".join(f'{name} == "{word}"' for name in names for word in words) + ")"

    def certain(name: str) -> str:
        return any_is([name, *children.get(name, [])], "yes")

    def cautious(name: str) -> str:
        question = knowledge.questions[name]
        test = any_is([name, *children.get(name, [])], "yes", "unsure")
        if question.worse_form:
            return f"({test} or ({name} == null and {certain(question.only_if or '')}))"
        return test

    def worst_case(name: str) -> str:
        parent = knowledge.questions[name].only_if
        return f'({name} != "no" and {parent} != "no")' if parent else f'{name} != "no"'

    return {"certain": certain, "cautious": cautious, "worst_case": worst_case}


CODED_LEAVES: dict[str, Leaf] = {
    "certain": lambda name: f"{name} == 3",
    "cautious": lambda name: f"{name} > 1",
    "worst_case": lambda name: f"{name} > 0",
}


def all_criteria(knowledge: Knowledge, leaves: Mapping[str, Leaf], sign_readings: Iterable[str]) -> str:
    """One expression for a list of truths: the flags reading by reading, then the signs."""
    signs = [sign for condition in knowledge.conditions.values() for sign in condition.signs]
    parts = [expression(flag.when, leaves[name]) for name in READINGS.values() for flag in knowledge.red_flags.values()]
    parts += [expression(sign.when, leaves[name]) for name in sign_readings for sign in signs]
    return f"[{', '.join(parts)}]"


def results(truths: list[bool], knowledge: Knowledge) -> tuple[str, str, set[str]]:
    """Urgency, possible urgency and the flags present."""
    flags = list(knowledge.red_flags.values())
    certain, cautious, worst = (truths[start : start + len(flags)] for start in range(0, 3 * len(flags), len(flags)))
    levels, possible = [0], [0]
    for flag, is_certain, is_cautious, is_possible in zip(flags, certain, cautious, worst, strict=True):
        if is_possible:
            possible.append(RANK[flag.urgency])
        if is_certain:
            levels.append(RANK[flag.urgency])
        elif is_cautious:
            levels.append(min(RANK[flag.urgency], RANK["same_day"]))
    present = {flag.id for flag, is_certain in zip(flags, certain, strict=True) if is_certain}
    return URGENCIES[max(levels)], URGENCIES[max(possible)], present


def read(result: Assessment) -> None:
    """Reads what zen's truths amount to."""
    _ = result.urgency, result.possible_urgency, result.complete
    for flag in result.red_flags:
        _ = flag.state, flag.reading
    for one in result.conditions:
        _ = one.score
        for sign in one.signs:
            _ = sign.state


def read_all(result: Assessment) -> None:
    """Reads every field of the result and of what is in it."""
    read(result)
    _ = result.advice, result.unsure, result.unanswered, result.could_raise
    _ = result.answers, result.derived, result.began, result.present, result.deciding, result.setting
    for flag in result.red_flags:
        _ = flag.flag, flag.because
    for one in result.conditions:
        _ = one.condition, one.rank_points, one.pointed_to


def respondents(knowledge: Knowledge, count: int, random: Random) -> list[dict[str, Answer]]:
    """Random answers, in the usual spelling, blanks left out."""
    made = []
    for block in records(count, knowledge, clean=True, seed=random.randrange(1 << 30)):
        for row in block:
            found = zip(knowledge.questions, map(parse_answer, row[1:]), strict=True)
            made.append({name: answer for name, answer in found if answer})
    return made


def prepared(people: Iterable[Mapping[str, Answer]], knowledge: Knowledge) -> list[dict[str, int]]:
    """The answers that count, as numbers."""
    return [{id: int(state) for id, state in effective_states(person, knowledge).items()} for person in people]


def check(whole: Any, small: Any, knowledge: Knowledge, random: Random) -> None:
    """Holds zen's truths against ours."""
    people = respondents(knowledge, CHECKED, random)
    for person, codes in zip(people, prepared(people, knowledge), strict=True):
        ours = assess(person, knowledge)
        expected = (ours.urgency, ours.possible_urgency, {flag.id for flag in ours.present})
        states = {(one.id, sign.id): sign.state for one in ours.conditions for sign in one.signs}
        signs = [states[one.id, sign.id] for one in knowledge.conditions.values() for sign in one.signs]
        first = 3 * len(knowledge.red_flags)
        for truths in (whole.evaluate(person), small.evaluate(codes)):
            assert results(truths, knowledge) == expected, person
            assert truths[first : first + len(signs)] == [state == "present" for state in signs], person
        worst = whole.evaluate(person)[first + len(signs) :]
        assert worst == [state != "absent" for state in signs], person


LIMITS = {"assess": 2.0, "assess, all read": 2.0}


def report(found: Mapping[str, list[float]], ratios: Mapping[str, list[float]]) -> str:
    """The section of docs/performance.md."""
    lines = [
        "## One respondent",
        "",
        "`assess` beside zen-engine, a Rust decision engine, on the same criteria, in one process. Each respondent is",
        "new and timed once in each way; ratios are to zen in the same batch of 50. `assess`: both urgencies, every",
        "red flag and every condition are read from the result. Results are checked to be equal first.",
        "Made by `python benchmarks/one_respondent.py --write docs/performance.md`.",
        "",
        "| way | respondents/s | ratio | quartiles | at most |",
        "|---|---|---|---|---|",
    ]
    for name, times in found.items():
        low, median, high = ratios[name]
        most = LIMITS.get(name)
        shown = f"**{median:.2f}**" if most and median > most else f"{median:.2f}"
        rate = 1 / statistics.median(times)
        lines.append(f"| {name} | {rate:,.0f} | {shown} | {low:.2f} to {high:.2f} | {most or ''} |")
    return "\n".join([*lines, "", "Bold: above its limit."])


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("rounds", type=int, nargs="?", default=10)
    parser.add_argument("--write", type=Path)
    given = parser.parse_args()
    rounds = given.rounds
    knowledge, random = load_knowledge(), Random(5)
    whole = zen.compile_expression(all_criteria(knowledge, given_leaves(knowledge), ("certain", "worst_case")))
    small = zen.compile_expression(all_criteria(knowledge, CODED_LEAVES, ("certain",)))
    check(whole, small, knowledge, random)

    ways: dict[str, Callable[..., Any]] = {
        "zen": whole.evaluate,
        "zen, prepared": small.evaluate,
        "assess": lambda person: read(assess(person, knowledge)),
        "assess, all read": lambda person: read_all(assess(person, knowledge)),
    }
    found: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(rounds):
        people = respondents(knowledge, RESPONDENTS, random)
        for start in range(0, RESPONDENTS, BATCH):
            batch = people[start : start + BATCH]
            numbers = prepared(batch, knowledge)
            for name, one in ways.items():
                inputs: list[Any] = numbers if name == "zen, prepared" else batch
                before = time.perf_counter()
                for value in inputs:
                    one(value)
                found[name].append((time.perf_counter() - before) / BATCH)
    ratios = {
        name: statistics.quantiles([ours / zens for ours, zens in zip(found[name], found["zen"], strict=True)])
        for name in ways
    }
    print(json.dumps({name: statistics.median(times) for name, times in found.items()} | {"ratios": ratios}))
    if given.write:
        write_section(given.write, "one respondent", report(found, ratios))


if __name__ == "__main__":
    main()
