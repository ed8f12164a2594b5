"""How time and memory grow with the number of records: part of tables.py."""

from __future__ import annotations

import math
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from paths import BATCH, TITLES, batch
from running import Run, helper, run
from sections import section, write_section


class Point(NamedTuple):
    """A run. `ratio`: its time a record to that of the smallest size, run again right after it."""

    records: int
    run: Run
    ratio: float


Found = dict[str, list[Point]]
"""The runs of each path."""

SIZES = {"columns": range(1_000_000, 1_000_000_000), "rows": range(1_000_001)}
"""Numbers of records that an engine is measured on: with fewer, loading Arrow dominates; more take the rows long."""

COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#000000")
DASHES = ("", "6 3", "2 3", "8 3 2 3", "12 3")


def slope(points: Sequence[tuple[float, float]]) -> float:
    """The slope of a straight line through the logarithms: 1 is linear, 0 is constant."""
    logs = [(math.log(x), math.log(y)) for x, y in points]
    x_mean, y_mean = (sum(values) / len(logs) for values in zip(*logs, strict=True))
    spread = sum((x - x_mean) ** 2 for x, _ in logs)
    return sum((x - x_mean) * (y - y_mean) for x, y in logs) / spread if spread else math.nan


def measure(names: Sequence[str], sizes: Sequence[int], folder: Path) -> Found:
    """These paths of `batch`, one size after another, with no more than one large file of records on the disk."""
    found: Found = {TITLES[name][0]: [] for name in names}
    for size in sizes:
        for ending in dict.fromkeys(path.source for path in BATCH.values()):
            source = folder / f"records.{ending}"
            some = [name for name in names if BATCH[name].source == ending and size in SIZES[BATCH[name].engine]]
            if some:
                run(helper("make_records", size, source))
            for name in some:
                points, smallest = found[TITLES[name][0]], folder / f"{name}.{ending}"
                made = again = timed(name, source, size)
                least = points[0].records if points else size
                if points:
                    again = timed(name, smallest, least)
                else:
                    os.link(source, smallest)
                points.append(Point(size, made, made.seconds / size / (again.seconds / least)))
                print(f"  {name}, {size:,}: {made.seconds:.1f} s, {made.peak >> 20} MB", file=sys.stderr)
            source.unlink(missing_ok=True)
    return {title: points for title, points in found.items() if points}


def timed(name: str, source: Path, size: int) -> Run:
    """A path over a file, whose rows are removed again. Raises RuntimeError where the last of a text are missing."""
    path, target = BATCH[name], source.with_name(f"rows.{BATCH[name].target}")
    made = batch(path.engine, source, target, source.with_name("rejects.csv"))
    if path.target != "parquet":
        with target.open("rb") as rows:
            rows.seek(-10_000, os.SEEK_END)
            if f"p{size - 1:09d}"[:-1].encode() not in rows.read():
                raise RuntimeError(f"{name}: rows of {size:,} records break off")
    target.unlink()
    return made


def before(document: Path) -> Found:
    """The points of a section, as far as it shows them."""
    found: Found = {}
    for line in section(document, "growth").splitlines():
        cells = line.strip("| ").split(" | ")
        if len(cells) > 5 and cells[1][:1].isdigit():
            records, seconds, _, ratio, peak = (float(cell.removesuffix(" MB").replace(",", "")) for cell in cells[1:6])
            found.setdefault(cells[0], []).append(Point(int(records), Run(seconds, int(peak * 1e6), 0), ratio))
    return found


def growth(names: Sequence[str], sizes: Sequence[int], folder: Path, document: Path | None) -> None:
    """Measures, prints, and writes the section and the picture beside the document. Other paths stay as they were."""
    known = (before(document) if document else {}) | measure(names, sorted(sizes), folder)
    found = {title: known[title] for title, *_ in TITLES.values() if title in known}
    lines = [
        "## Growth",
        "",
        "`sciaticheck batch`, by the paths above, each once. Ratio: the time a record to that of the smallest size,",
        "which is run again right after it, so that a machine that is slower for a while does not count. Slopes: of",
        "a line through the logarithms of all sizes; time, by the ratio, is linear at 1, memory is constant at 0.",
        "Memory: of all processes together. Columns are measured from a million records on, rows up to it.",
        "Made by `python benchmarks/tables.py --growth --write docs/performance.md`.",
        "",
        "| path | records | seconds | records/s | ratio | peak memory | slope of time | slope of memory |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for name, points in found.items():
        time = slope([(size, size * ratio) for size, _, ratio in points])
        memory = slope([(size, made.peak) for size, made, _ in points])
        for place, (size, made, ratio) in enumerate(points, 1):
            slopes = (f"{time:.2f}", f"{memory:.2f}") if place == len(points) > 1 else ("", "")
            speed, peak = f"{size / made.seconds:,.0f}", f"{made.peak / 1e6:,.0f} MB"
            lines.append(
                f"| {' | '.join((name, f'{size:,}', f'{made.seconds:.1f}', speed, f'{ratio:.2f}', peak, *slopes))} |"
            )
    print("\n".join(lines))
    if document:
        picture = document.with_name("performance-tables.svg")
        picture.write_text(svg(found), "utf-8")
        lines += ["", f"![Records a second, and peak memory, by the number of records]({picture.name})"]
        write_section(document, "growth", "\n".join(lines))


def svg(found: Found) -> str:
    """Two small charts side by side, and the names of the series below."""
    speed = {name: [(size, size / made.seconds) for size, made, _ in points] for name, points in found.items()}
    memory = {name: [(size, made.peak / 1e6) for size, made, _ in points] for name, points in found.items()}
    parts = [
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 720 340" font-family="sans-serif" font-size="12"'
        ' role="img" aria-labelledby="title">',
        '<title id="title">Records a second, and peak memory, by the number of records</title>',
        '<rect width="720" height="340" fill="#fff"/>',
        *_chart(60, "records a second", speed),
        *_chart(420, "peak memory, MB", memory),
    ]
    for place, name in enumerate(found):
        x, y = 60 + 220 * (place % 3), 300 + 20 * (place // 3)
        parts += [_line([(x, y), (x + 28, y)], place), f'<text x="{x + 34}" y="{y + 4}">{name}</text>']
    return "\n".join([*parts, "</svg>\n"])


def _chart(left: int, title: str, series: dict[str, list[tuple[int, float]]]) -> list[str]:
    width, height, top = 270, 190, 40
    sizes = sorted({size for points in series.values() for size, _ in points})
    most = _round_up(max(value for points in series.values() for _, value in points))
    first, last = math.log(sizes[0]), math.log(sizes[-1])

    def across(size: float) -> float:
        return left + width * ((math.log(size) - first) / (last - first) if last > first else 0.5)

    def up(value: float) -> float:
        return top + height * (1 - value / most)

    parts = [f'<text x="{left}" y="22" font-weight="bold">{title}</text>']
    for step in range(5):
        value = most * step / 4
        parts += [
            f'<path d="M{left} {up(value):.1f}H{left + width}" stroke="#ddd"/>',
            f'<text x="{left - 6}" y="{up(value) + 4:.1f}" text-anchor="end">{_short(value)}</text>',
        ]
    for size in sizes:
        parts.append(f'<text x="{across(size):.1f}" y="{top + height + 18}" text-anchor="middle">{_short(size)}</text>')
    parts.append(f'<text x="{left + width / 2}" y="{top + height + 36}" text-anchor="middle">records</text>')
    for place, points in enumerate(series.values()):
        places = [(across(size), up(value)) for size, value in points]
        parts.append(_line(places, place))
        parts += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{COLOURS[place]}"/>' for x, y in places]
    return parts


def _line(points: Sequence[tuple[float, float]], place: int) -> str:
    path = "L".join(f"{x:.1f} {y:.1f}" for x, y in points)
    return (
        f'<path d="M{path}" fill="none" stroke="{COLOURS[place]}" stroke-width="2" stroke-dasharray="{DASHES[place]}"/>'
    )


def _round_up(value: float) -> float:
    unit: float = 10 ** math.floor(math.log10(value))
    return next(step * unit for step in (1, 2, 4, 6, 8, 10) if step * unit >= value)


def _short(value: float) -> str:
    for unit, name in ((1e6, " M"), (1e3, " k")):
        if value >= unit:
            return f"{value / unit:.3g}{name}"
    return f"{value:.3g}"
