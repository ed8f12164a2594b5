"""What a user would write instead of `sciaticheck batch`: the same rows by scripts with pandas, Polars and zen-engine.

    python benchmarks/instead.py [--rows 200000] [--write docs/performance.md]
    python benchmarks/instead.py pandas|polars|zen INPUT OUTPUT

Rows have the id, both urgencies and the red flags; the scripts leave the scores, the ranking and the explanation of
rejects out. The rows are compared first. Ratios of processor time, as processes, the shortest of three in turn.
"""

from __future__ import annotations

import argparse
import csv
import tempfile
from collections.abc import Callable, Mapping, Sequence
from itertools import combinations
from pathlib import Path
from typing import Any

from running import SCIATICHECK, helper, in_turn, run
from sections import write_section

from sciaticheck import Knowledge, load_knowledge
from sciaticheck.answers.spelling import SPELLINGS, STATES
from sciaticheck.knowledge.model import RANK, URGENCIES
from sciaticheck.rules.criterion import AnyOf, AtLeast, Criterion, Question
from sciaticheck.rules.states import NO, UNANSWERED, UNSURE, YES

STATE = {text: int(STATES[answer]) for text, answer in SPELLINGS.items()}
COLUMNS = "id,urgency,possible_urgency,red_flags"
Join = Callable[[Sequence[Any]], Any]


def state(criterion: Criterion, states: Mapping[str, Any], largest: Join, smallest: Join) -> Any:
    """The state of a criterion, from columns or expressions of states."""
    if isinstance(criterion, Question):
        return states[criterion.id]
    parts = [state(part, states, largest, smallest) for part in criterion.parts]
    if isinstance(criterion, AtLeast):
        return largest([smallest(some) for some in combinations(parts, criterion.count)])
    return largest(parts) if isinstance(criterion, AnyOf) else smallest(parts)


def by_pandas(source: str, output: str, known: Knowledge) -> None:
    """Columns of pandas, and NumPy's maximum and minimum."""
    import numpy as np
    import pandas as pd

    table = pd.read_csv(source, dtype=str, keep_default_na=False)
    given = {id: table[id].str.strip().str.lower().map(STATE) for id in known.questions}
    good = np.logical_and.reduce([column.notna() for column in given.values()])
    for each in known.follow_ups:
        good &= ~((given[each.id] >= UNSURE) & (given[each.only_if or ""] == NO))
    states = {id: column[good].to_numpy(np.uint8) for id, column in given.items()}
    for each in known.follow_ups:
        parent = each.only_if or ""
        states[each.id] = np.where(states[parent] == NO, NO, states[each.id])
        states[parent] = np.maximum(states[parent], states[each.id])
    for each in known.follow_ups:
        if each.worse_form:
            is_open = (states[each.only_if or ""] == YES) & (states[each.id] == UNANSWERED)
            states[each.id] = np.where(is_open, UNSURE, states[each.id])
    flags = {flag.id: state(flag.when, states, np.maximum.reduce, np.minimum.reduce) for flag in known.flags_by_urgency}
    ranks = [RANK[flag.urgency] for flag in known.flags_by_urgency]
    found = np.array(list(flags.values()))
    least = np.array(ranks, np.uint8)[:, None]
    given_levels = np.where(found == YES, least, np.where(found == UNSURE, np.minimum(least, RANK["same_day"]), 0))
    names = np.array(URGENCIES)
    made = pd.DataFrame(
        {
            "id": table["id"][good].to_numpy(),
            "urgency": names[given_levels.max(axis=0)],
            "possible_urgency": names[np.where(found > NO, least, 0).max(axis=0)],
        }
    )
    ids = list(flags)
    made["red_flags"] = [";".join(ids[place] for place in np.flatnonzero(row)) for row in (found == YES).T]
    made.to_csv(output, index=False)


def by_polars(source: str, output: str, known: Knowledge) -> None:
    """Lazy expressions of Polars, in batches of a stream."""
    import polars as pl

    table = pl.scan_csv(source, infer_schema=False).with_columns(pl.all().fill_null(""))
    given = table.with_columns(
        pl.col(id).str.strip_chars().str.to_lowercase().replace_strict(STATE, default=None, return_dtype=pl.UInt8)
        for id in known.questions
    ).drop_nulls()
    for each in known.follow_ups:
        given = given.filter(~((pl.col(each.id) >= UNSURE) & (pl.col(each.only_if or "") == NO)))
    for each in known.follow_ups:
        parent = pl.col(each.only_if or "")
        own = pl.when(parent == NO).then(int(NO)).otherwise(pl.col(each.id)).cast(pl.UInt8).alias(each.id)
        given = given.with_columns(own).with_columns(pl.max_horizontal(parent, each.id).alias(each.only_if or ""))
    given = given.with_columns(
        pl.when((pl.col(each.only_if or "") == YES) & (pl.col(each.id) == UNANSWERED))
        .then(int(UNSURE)).otherwise(pl.col(each.id)).cast(pl.UInt8).alias(each.id)
        for each in known.follow_ups if each.worse_form
    )  # fmt: skip
    states = {id: pl.col(id) for id in known.questions}
    flags = known.flags_by_urgency
    found = given.select(
        "id",
        *(state(flag.when, states, pl.max_horizontal, pl.min_horizontal).alias(f"flag {flag.id}") for flag in flags),
    )
    levels, possible, present = [], [], []
    for flag in flags:
        own, rank = pl.col(f"flag {flag.id}"), RANK[flag.urgency]
        unsure = pl.when(own == UNSURE).then(min(rank, RANK["same_day"])).otherwise(0)
        levels.append(pl.when(own == YES).then(rank).otherwise(unsure))
        possible.append(pl.when(own > NO).then(rank).otherwise(0))
        present.append(pl.when(own == YES).then(pl.lit(flag.id)))
    words = dict(enumerate(URGENCIES))
    found.select(
        "id",
        pl.max_horizontal(levels).replace_strict(words).alias("urgency"),
        pl.max_horizontal(possible).replace_strict(words).alias("possible_urgency"),
        pl.concat_str(present, separator=";", ignore_nulls=True).alias("red_flags"),
    ).sink_csv(output, quote_style="never")  # it would write "" for no flags


def by_zen(source: str, output: str, known: Knowledge) -> None:
    """The csv module and one expression of zen-engine, a record at a time."""
    import zen
    from one_respondent import all_criteria, given_leaves, results

    compiled = zen.compile_expression(all_criteria(known, given_leaves(known), ()))
    with open(source, encoding="utf-8", newline="") as lines, open(output, "w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(COLUMNS.split(","))
        for row in csv.DictReader(lines):
            try:
                given = {id: SPELLINGS[row[id].strip().lower()] for id in known.questions}
            except KeyError:
                continue
            if any(
                given[each.id] in ("yes", "unsure") and given[each.only_if or ""] == "no" for each in known.follow_ups
            ):
                continue
            urgency, possible, present = results(compiled.evaluate(given), known)
            flags = ";".join(flag.id for flag in known.flags_by_urgency if flag.id in present)
            writer.writerow([row["id"], urgency, possible, flags])


WAYS = {"pandas": by_pandas, "polars": by_polars, "zen": by_zen}


def compare(rows: int) -> str:
    """The section for so many records."""
    with tempfile.TemporaryDirectory() as folder:
        source, ours = Path(folder, "records.csv"), Path(folder, "ours.csv")
        run(helper("make_records", rows, source))
        command = [SCIATICHECK, "batch", str(source), "-o", str(ours), "--columns", COLUMNS, "--quiet"]
        lines = []
        for way in WAYS:
            theirs = Path(folder, f"{way}.csv")
            found = in_turn(
                3,
                {
                    "ours": lambda: run(command, allowed=(0, 1, 2, 3)),
                    way: lambda way=way, made=theirs: run(helper("instead", way, source, made)),  # type: ignore[misc]
                },
            )
            first, second = found["ours"], found[way]
            if sorted(ours.read_text().splitlines()) != sorted(theirs.read_text().splitlines()):
                raise RuntimeError(f"{way} gave other rows")
            lines.append(
                f"| {way} | {second.cpu / first.cpu:.1f} | {second.seconds / first.seconds:.1f} | "
                f"{second.peak / 1e6:,.0f} MB | {first.peak / 1e6:,.0f} MB |"
            )
            print(lines[-1])
    return "\n".join([
        "## Written instead", "",
        f"Scripts that give the same rows of {rows:,} records in CSV (id, urgencies and red flags, no scores, ranking",
        "or explained rejects), as a ratio to `sciaticheck batch`. Rejects are found by both.",
        "Made by `python benchmarks/instead.py --write docs/performance.md`.", "",
        "| script | processor time | wall time | its memory | ours |", "|---|---|---|---|---|", *lines,
    ])  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("way", nargs="*")
    parser.add_argument("--rows", type=int, default=200_000)
    parser.add_argument("--write", type=Path)
    given = parser.parse_args()
    if given.way:
        way, source, output = given.way
        WAYS[way](source, output, load_knowledge())
        return
    text = compare(given.rows)
    if given.write:
        write_section(given.write, "instead", text)


if __name__ == "__main__":
    main()
