"""`batch` on Spark: sources to a folder of part files, in the order of the input."""

from __future__ import annotations

import csv
import os
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import reduce
from itertools import accumulate, groupby
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlglot import exp

from sciaticheck.answers.one import from_json, respondent
from sciaticheck.answers.record import Place
from sciaticheck.errors import AnswersError, Problem
from sciaticheck.tables.dialect import Spark
from sciaticheck.tables.header import header
from sciaticheck.tables.job import Job, Reject, Summary, Tally, too_many
from sciaticheck.tables.output import Rejects
from sciaticheck.tables.sources import Source, opened
from sciaticheck.tables.spark import VIEW, frame_of, over, session
from sciaticheck.tables.sql import query
from sciaticheck.tables.written import written

if TYPE_CHECKING:
    from pyspark.sql import DataFrame


def run(
    job: Job, sources: Sequence[Source], output: str, rejects: str | None, master: str, most: int | None
) -> Summary:
    """Reads the sources and writes a folder. Raises AnswersError, and OSError for the folder.

    The folder appears whole or not at all, and takes the place of a folder, never of a file. Rejects have no line.
    """
    target = Path(os.path.realpath(output))
    if output == "-" or (target.exists() and not target.is_dir()):
        raise AnswersError([Problem("bad_output", "the spark engine writes a folder of part files; name one", output)])
    if job.keep and any(source.kind == "jsonl" for source in sources):
        raise AnswersError([Problem("bad_option", "the spark engine keeps no further keys of JSON Lines", "--keep")])
    spark = session(master)
    tally: Tally = Counter()
    beside = Path(tempfile.mkdtemp(dir=target.parent, prefix=f".{target.name}."))
    try:
        frames = [
            (source, _numbered(frame_of(spark, source, _header(source, job), job.knowledge))) for source in sources
        ]
        found = [(source, frame, _found(job, frame)) for source, frame in frames]
        parts = [_chosen(job, source, rows) for source, _, rows in found]
        _write(reduce(lambda one, other: one.unionAll(other), parts), job, str(beside / "rows"))
        with Rejects(rejects, job.raw) as bad:
            for source, frame, rows in found:
                counted = rows.where("problems IS NULL").groupBy("urgency", "possible_urgency").count().collect()
                tally += Counter({(row[0], row[1]): row[2] for row in counted})
                for _, faults in groupby(_reasons(job, source, frame, rows), key=itemgetter(0)):
                    bad.add([*faults])
                    if most is not None and bad.records > most:
                        raise too_many(most, bad.shown)
        if target.exists():
            shutil.rmtree(target)
        os.replace(beside / "rows", target)
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    read = sum(frame.count() for _, frame in frames)
    return Summary(read, tally.total(), bad.records, tally, bad.reasons, bad.shown, [], job.unasked)


def _header(source: Source, job: Job) -> list[str] | None:
    if source.kind != "csv":
        return None
    with opened(source) as stream:
        found, _ = header(source, job, stream)
    if found.separator != ",":
        message = "the spark engine reads only columns separated by commas"
        raise AnswersError([Problem("bad_header", message, source.path)])
    return [name or "" for name in found.header]


def _numbered(frame: DataFrame) -> DataFrame:
    """The frame with `record`, the number of each record in its source from 1 on: needs one pass that counts."""
    from pyspark.sql import functions as f

    marked = frame.withColumn("mark", f.monotonically_increasing_id())
    counts: dict[int, int] = dict(marked.groupBy(f.shiftright("mark", 33)).count().collect())
    before = [0, *accumulate(counts.get(part, 0) for part in range(max(counts, default=0) + 1))]
    offsets = f.array(*(f.lit(count) for count in before))
    number = f.element_at(offsets, f.shiftright("mark", 33).cast("int") + 1)
    return marked.withColumn("record", number + f.col("mark").bitwiseAND((1 << 33) - 1) + 1).drop("mark")


def _found(job: Job, frame: DataFrame) -> DataFrame:
    """The rows of a numbered frame, with `given_id`, `record` and `problems`."""
    names = [name for name in job.knowledge.questions if name in frame.columns]
    own = f"CAST({'id' if 'id' in frame.columns else 'NULL'} AS STRING) AS given_id"
    fault = "fault" if "fault" in frame.columns else "CAST(NULL AS STRING) AS fault"
    texts = frame.selectExpr(
        own, "record", fault, *(f"CAST(`{name}` AS STRING) AS `{name}`" for name in [*names, *job.keep])
    )
    carried = ["given_id", "record", "fault", *job.keep]
    rows = over(texts, query(job.knowledge, exp.to_table(VIEW), names, carried, Spark()).sql("spark"))
    return rows.selectExpr("* EXCEPT (problems, fault)", "coalesce(problems, fault) AS problems")


def _chosen(job: Job, source: Source, rows: DataFrame) -> DataFrame:
    return over(rows.where("problems IS NULL"), written(job, VIEW, source.name).sql("spark"))


def _write(rows: DataFrame, job: Job, path: str) -> None:
    if job.format == "csv":
        rows.write.csv(path, header=True, quote='"', escape='"', nullValue="", emptyValue="")
    elif job.format == "jsonl":
        rows.write.json(path, ignoreNullFields=False)
    else:
        rows.write.parquet(path)


def _reasons(job: Job, source: Source, frame: DataFrame, rows: DataFrame) -> Iterator[Reject]:
    """What is wrong with the records at fault, by the ordinary readers, in order."""
    wrong = rows.where("problems IS NOT NULL").select("record")
    for row in frame.join(wrong, "record").orderBy("record").toLocalIterator():
        raw: dict[str, Any] = row.asDict()
        number, fault = raw.pop("record"), raw.pop("fault", None)
        name = f"{source.name}:{number}"
        if fault is not None and source.kind == "csv":
            cells = len(next(csv.reader([fault]), []))
            message = f"the row has {cells} cells, the header {len(raw)}"
            problems = [Problem("bad_row", message, source.path)]
        elif fault is not None:
            problems = from_json(fault, source.path, name, job.knowledge)[1]
        else:
            answers = {key: value for key, value in raw.items() if key not in job.keep}
            problems = respondent(answers, Place(source.path), source.path, name, job.knowledge)[1]
        for problem in problems:
            yield Reject(number, problem._replace(line=None))
