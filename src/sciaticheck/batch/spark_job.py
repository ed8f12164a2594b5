"""`batch` on Spark: sources to a folder of part files, in the order of the input."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import reduce
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from sqlglot import exp

from sciaticheck.batch import spark_text
from sciaticheck.batch.dialect import Spark, SparkOfCodes
from sciaticheck.batch.job import PAIRS, Job, Reject, Summary, Tally, check_names, rejected, remember
from sciaticheck.batch.output import Rejects
from sciaticheck.batch.progress import Stages
from sciaticheck.batch.sources import Source
from sciaticheck.batch.spark import VIEW, errors, over, path_of, quoted, session
from sciaticheck.batch.spark_progress import Told, rows, telling
from sciaticheck.batch.spark_spans import task_size
from sciaticheck.batch.sql import query
from sciaticheck.batch.terms import column, number, text
from sciaticheck.batch.written import written
from sciaticheck.errors import AnswersError, Problem

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, Observation, SparkSession


class Part(NamedTuple):
    """Sources of a kind as one frame of answers with `given_source`, which counts them from 0 on, and `record`, the
    query over it, and how many records it holds: to plan a query takes seconds, and there may be many part files.
    """

    sources: Sequence[Source]
    frame: DataFrame
    rows: DataFrame
    records: int

    @property
    def of_parquet(self) -> bool:
        """Whether its sources are Parquet."""
        return self.sources[0].kind == "parquet"


def run(
    job: Job,
    sources: Sequence[Source],
    output: str,
    rejects: str | None,
    master: str,
    most: int | None = None,
    progress: Stages | None = None,
) -> Summary:
    """Reads the sources and writes a folder. Raises AnswersError, and OSError for the folder.

    The folder appears whole or not at all, and takes the place of a folder, never of a file.
    """
    target = Path(os.path.realpath(output))
    _check(job, sources, output, target)
    with telling(progress) as told:
        told.stage("starting Spark")
        with session(master, progress is not None) as spark, errors():
            return _run(spark, job, sources, target, rejects, most, told)


def _run(
    spark: SparkSession,
    job: Job,
    sources: Sequence[Source],
    target: Path,
    rejects: str | None,
    most: int | None,
    told: Told,
) -> Summary:
    stopped: list[Problem] = []
    notes: Counter[Problem] = Counter()
    beside = Path(tempfile.mkdtemp(dir=target.parent, prefix=f".{target.name}."))
    before = beside / "before"
    try:
        alike = groupby(sources, key=lambda source: source.kind == "parquet")
        parts = [_part(spark, [*some], job, told) for _, some in alike]
        read = sum(part.records for part in parts)
        told.stage("writing", read, lambda: rows(spark))
        chosen, observed = zip(*(_chosen(part, job) for part in parts), strict=True)
        _write(reduce(lambda one, other: one.unionAll(other), chosen), job, path_of(str(beside / "rows")))
        with Rejects(rejects, job.raw, most) as bad:
            tallies = [*map(_tally, observed)]
            tally = sum(tallies, Tally())
            told.stage("rejects", read - tally.total(), lambda: bad.records)
            for part, own in zip(parts, tallies, strict=True):
                for (_, record), found in groupby(_faults(part, job, part.records - own.total()), key=_record):
                    if not record:
                        stopped += [fault.problem for fault in found if fault.problem not in stopped]
                        continue
                    bad.add([*found])
                remember(notes, () if part.of_parquet else spark_text.notes(part.frame, part.sources))
            bad.account(read, tally.total())
        if target.exists():
            os.replace(target, before)
        os.replace(beside / "rows", target)
    finally:
        if before.exists() and not target.exists():
            os.replace(before, target)
        shutil.rmtree(beside, ignore_errors=True)
    return Summary(read, tally.total(), bad.records, tally, bad.reasons, bad.shown, stopped, job.unasked, notes)


def _check(job: Job, sources: Sequence[Source], output: str, target: Path) -> None:
    if output == "-" or (target.exists() and not target.is_dir()):
        raise AnswersError([Problem("bad_output", "the spark engine writes a folder of part files; name one", output)])
    for source in sources:
        if source.live:  # it has no place on a cluster
            raise AnswersError([Problem("unreadable", "the spark engine reads files", source.path)])
        check_names(["id", *job.knowledge.questions, *job.keep], source.path, job)
        if job.keep and source.kind == "jsonl":
            message = "the spark engine keeps no further keys of JSON Lines"
            raise AnswersError([Problem("bad_option", message, "--keep")])


def _part(spark: SparkSession, sources: Sequence[Source], job: Job, told: Told) -> Part:
    told.stage("reading")
    if sources[0].kind == "parquet":
        frame, engine = _parquet(spark, sources, job), Spark()
        count = frame.count()
    else:
        frame, lines = spark_text.frame_of(spark, sources, job)
        told.stage("reading", lines, lambda: rows(spark))
        frame, count = spark_text.numbered(frame.persist())  # another frame: to drop a view of it would end that
        engine = SparkOfCodes()
    told.stage("planning")
    return Part(sources, frame, _found(job, frame, engine), count)


def _chosen(part: Part, job: Job) -> tuple[DataFrame, Observation]:
    """What is written of a part, and what will have been counted when it is: each of PAIRS."""
    from pyspark.sql import Observation
    from pyspark.sql.functions import expr

    names = exp.Array(expressions=[text(source.name) for source in part.sources])
    place = exp.Add(this=column("given_source"), expression=number(1))
    name = exp.Anonymous(this="element_at", expressions=[names, place])
    both = (f"count_if(urgency = '{one}' AND possible_urgency = '{two}') AS `{one} {two}`" for one, two in PAIRS)
    counted = Observation()
    good = part.rows.where("problems IS NULL").observe(counted, *map(expr, both))
    return over(good, written(job, VIEW, name).sql("spark")), counted


def _tally(observed: Observation) -> Tally:
    return Tally({pair: times for pair in PAIRS if (times := observed.get[" ".join(pair)])})


def _found(job: Job, frame: DataFrame, engine: Spark, more: Sequence[str] = ()) -> DataFrame:
    """The rows of a Part's frame, with `given_id`, `given_source`, `record`, `problems`, what is kept, and `more`."""
    names = [name for name in job.knowledge.questions if name in frame.columns]
    carried = ["given_id", "given_source", "record", "fault", *job.keep, *more]
    rows = over(frame, query(job.knowledge, exp.to_table(VIEW), names, carried, engine).sql("spark"))
    return rows.selectExpr("* EXCEPT (problems, fault)", "coalesce(problems, fault) AS problems")


def _parquet(spark: SparkSession, sources: Sequence[Source], job: Job) -> DataFrame:
    """Parquet files as one frame of those of their columns that are used, as texts.

    `fault` is null, which Spark cannot know beforehand: else it would work out the whole query for each file apart.
    """
    found = [spark.read.parquet(path_of(source.path)) for source in sources]
    known = {name for frame in found for name in frame.columns}
    used = [*(name for name in job.knowledge.questions if name in known), *job.keep]
    given = [("id", "given_id"), *zip(used, used, strict=True)]
    texts = [
        frame.selectExpr(
            "_metadata.row_index + 1 AS record",
            f"{place} AS given_source",
            *(
                f"CAST({quoted(name) if name in frame.columns else 'NULL'} AS STRING) AS {quoted(own)}"
                for name, own in given
            ),
        )
        for place, frame in enumerate(found)
    ]
    whole = reduce(lambda one, other: one.unionAll(other), texts)
    tasks = 1 + sum(source.size or 0 for source in sources) // task_size(sources, spark)
    few = whole.coalesce(tasks) if len(sources) > tasks else whole
    return few.selectExpr("*", "CASE WHEN spark_partition_id() < 0 THEN '' END AS fault")


def _write(rows: DataFrame, job: Job, path: str) -> None:
    if job.format == "csv":
        rows.write.csv(path, header=True, quote='"', escape='"', nullValue="", emptyValue="")
    elif job.format == "jsonl":
        rows.write.json(path, ignoreNullFields=False)
    else:
        rows.write.parquet(path)


def _faults(part: Part, job: Job, left: int) -> Iterator[Reject]:
    """What is wrong with the records at fault, `left` of them, in order."""
    if not part.of_parquet:
        return spark_text.faults(part.frame, part.sources)
    return _faults_of_parquet(part, job) if left else iter(())


def _record(fault: Reject) -> tuple[str | None, int]:
    return fault.problem.source, fault.record


def _faults_of_parquet(part: Part, job: Job) -> Iterator[Reject]:
    """By the ordinary reader, in one more pass."""
    given = [name for name in part.frame.columns if name in job.knowledge.questions]
    for row in _found(job, part.frame, Spark(), given).where("problems IS NOT NULL").toLocalIterator():
        answers = {"id": row.given_id} | {name: row[name] for name in given}
        yield from rejected(answers, row.record, part.sources[row.given_source], job.knowledge)
