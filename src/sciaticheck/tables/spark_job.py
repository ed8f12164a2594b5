"""`batch` on Spark: sources to a folder of part files, in the order of the input."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import reduce
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from sqlglot import exp

from sciaticheck.answers.one import respondent
from sciaticheck.answers.record import Place
from sciaticheck.errors import AnswersError, Problem
from sciaticheck.tables import spark_text
from sciaticheck.tables.dialect import Spark, SparkOfCodes
from sciaticheck.tables.job import PAIRS, SHOWN, Job, Reject, Summary, Tally, check_names
from sciaticheck.tables.output import Rejects
from sciaticheck.tables.progress import Stages
from sciaticheck.tables.sources import Source
from sciaticheck.tables.spark import VIEW, errors, numbered, over, path_of, session
from sciaticheck.tables.spark_progress import Told, rows, telling
from sciaticheck.tables.sql import query
from sciaticheck.tables.written import written

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, Observation, SparkSession


class Part(NamedTuple):
    """A source as a frame of answers with `record`, the query over it, and how many records it holds."""

    source: Source
    frame: DataFrame
    rows: DataFrame
    records: int


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
        with session(master) as spark, errors():
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
        parts = [_part(spark, source, job, told) for source in sources]
        read = sum(part.records for part in parts)
        told.stage("writing", read, lambda: rows(spark))
        chosen, observed = zip(*(_chosen(part, job) for part in parts), strict=True)
        _write(reduce(lambda one, other: one.unionAll(other), chosen), job, path_of(str(beside / "rows")))
        with Rejects(rejects, job.raw, most) as bad:
            tallies = [*map(_tally, observed)]
            tally = sum(tallies, Tally())
            told.stage("rejects", read - tally.total(), lambda: bad.records)
            for part, own in zip(parts, tallies, strict=True):
                for record, found in groupby(_faults(part, job, part.records - own.total()), key=attrgetter("record")):
                    if not record:
                        stopped += [fault.problem for fault in found]
                        continue
                    bad.add([*found])
                for note, times in spark_text.notes(part.frame, part.source) if part.source.kind == "jsonl" else ():
                    if note in notes or len(notes) < SHOWN:
                        notes[note] += times
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


def _part(spark: SparkSession, source: Source, job: Job, told: Told) -> Part:
    told.stage("reading")
    if source.kind == "parquet":
        from pyspark.sql.functions import monotonically_increasing_id

        frame, engine = _texts(job, spark.read.parquet(path_of(source.path))), Spark()
        frame = frame.withColumn("record", monotonically_increasing_id() + 1)
    else:
        frame, lines = spark_text.frame_of(spark, source, job)
        told.stage("reading", lines, lambda: rows(spark))
        frame, engine = frame.persist(), SparkOfCodes()
    frame, count = numbered(frame)
    told.stage("planning")
    return Part(source, frame, _found(job, frame, engine), count)


def _chosen(part: Part, job: Job) -> tuple[DataFrame, Observation]:
    """What is written of a part, and what will have been counted when it is: each of PAIRS."""
    from pyspark.sql import Observation
    from pyspark.sql.functions import expr

    counted, name = Observation(), written(job, VIEW, part.source.name).sql("spark")
    both = (f"count_if(urgency = '{one}' AND possible_urgency = '{two}') AS `{one} {two}`" for one, two in PAIRS)
    return over(part.rows.where("problems IS NULL").observe(counted, *map(expr, both)), name), counted


def _tally(observed: Observation) -> Tally:
    return Tally({pair: number for pair in PAIRS if (number := observed.get[" ".join(pair)])})


def _found(job: Job, frame: DataFrame, engine: Spark, more: Sequence[str] = ()) -> DataFrame:
    """The rows of a frame with `record`, `given_id` and `fault`: with these, `problems`, what is kept, and `more`."""
    names = [name for name in job.knowledge.questions if name in frame.columns]
    carried = ["given_id", "record", "fault", *job.keep, *more]
    rows = over(frame, query(job.knowledge, exp.to_table(VIEW), names, carried, engine).sql("spark"))
    return rows.selectExpr("* EXCEPT (problems, fault)", "coalesce(problems, fault) AS problems")


def _texts(job: Job, frame: DataFrame) -> DataFrame:
    """The columns of a Parquet file that are used, as texts."""
    used = [name for name in ["id", *job.knowledge.questions, *job.keep] if name in frame.columns]
    columns = (f"CAST(`{name}` AS STRING) AS `{name}`" for name in used)
    own = "id" if "id" in used else "NULL"
    return frame.selectExpr(f"CAST({own} AS STRING) AS given_id", "CAST(NULL AS STRING) AS fault", *columns)


def _write(rows: DataFrame, job: Job, path: str) -> None:
    if job.format == "csv":
        rows.write.csv(path, header=True, quote='"', escape='"', nullValue="", emptyValue="")
    elif job.format == "jsonl":
        rows.write.json(path, ignoreNullFields=False)
    else:
        rows.write.parquet(path)


def _faults(part: Part, job: Job, left: int) -> Iterator[Reject]:
    """What is wrong with the records at fault, `left` of them, in order."""
    if part.source.kind != "parquet":
        return spark_text.faults(part.frame, part.source)
    return _faults_of_parquet(part, job) if left else iter(())


def _faults_of_parquet(part: Part, job: Job) -> Iterator[Reject]:
    """By the ordinary reader, in one more pass."""
    source = part.source
    given = [name for name in part.frame.columns if name == "id" or name in job.knowledge.questions]
    for row in _found(job, part.frame, Spark(), given).where("problems IS NOT NULL").toLocalIterator():
        answers = {name: row[name] for name in given}
        name = f"{source.name}:{row.record}"
        for problem in respondent(answers, Place(source.path), source.path, name, job.knowledge)[1]:
            yield Reject(row.record, problem)
