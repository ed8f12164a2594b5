"""The Spark engine: the same query on PySpark, in the job that imports this.

    from sciaticheck.tables import spark
    rows = spark.assess(answers)  # a DataFrame of answers to a DataFrame of rows

Nothing distributed is written here: Spark gets one SQL text, and reads and writes the files itself. The text is long:
in a session of one's own `spark.sql.codegen.wholeStage` is best false (one method of Java holds 64 KB).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from sqlglot import exp

from sciaticheck.answers.one import parsed
from sciaticheck.answers.record import split_record
from sciaticheck.errors import AnswersError, Problem
from sciaticheck.knowledge.load import load_knowledge
from sciaticheck.knowledge.model import Knowledge
from sciaticheck.tables.dialect import Spark
from sciaticheck.tables.sources import Source
from sciaticheck.tables.sql import query

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

VIEW = "sciaticheck_answers"


def assess(answers: DataFrame, knowledge: Knowledge | None = None, carried: Iterable[str] = ("id",)) -> DataFrame:
    """The rows for a DataFrame of answers: a column a question (any that is missing is unanswered) and those carried.

    Columns: the carried ones that there are, then a row's without the id, then `problems`: null for a record that can
    be read, else what is wrong with it ("question: code; ..."), and then the other results mean nothing. `red_flags`
    is text with `;` between the ids. Raises AnswersError for columns that are neither questions nor carried.
    """
    known = knowledge or load_knowledge()
    carried = [name for name in carried if name in answers.columns]
    unknown = [name for name in answers.columns if name not in known.questions and name not in carried]
    if unknown:
        message = f"columns that are neither questions nor carried along: {', '.join(unknown)}"
        raise AnswersError([Problem("unknown_question", message)])
    questions = [name for name in answers.columns if name in known.questions]
    texts = answers.select(
        *(answers[f"`{name}`"].cast("string").alias(name) for name in questions), *(f"`{name}`" for name in carried)
    )
    sql = query(known, exp.to_table(VIEW), questions, carried, Spark()).sql("spark")
    return over(texts, sql)


def over(frame: DataFrame, sql: str) -> DataFrame:
    """The query over the frame, under the name VIEW only while it is analysed."""
    frame.createOrReplaceTempView(VIEW)
    try:
        return frame.sparkSession.sql(sql)
    finally:
        frame.sparkSession.catalog.dropTempView(VIEW)


def session(master: str) -> SparkSession:
    """A session for the command line: quiet, and fit for a long query."""
    from pyspark.sql import SparkSession

    made: SparkSession = (
        SparkSession.builder.master(master)  # type: ignore[attr-defined,unused-ignore]
        .appName("sciaticheck")
        .config("spark.ui.enabled", "false")
        .config("spark.ui.showConsoleProgress", "false")
        .config("spark.log.level", "ERROR")
        .config("spark.sql.codegen.wholeStage", "false")
        .config("spark.sql.csv.parser.columnPruning.enabled", "false")
        .config("spark.sql.session.timeZone", "UTC")
        .getOrCreate()
    )
    return made


def frame_of(spark: SparkSession, source: Source, header: list[str] | None, knowledge: Knowledge) -> DataFrame:
    """A source as texts, with `fault` (the JSON line or CSV row that could not be split) where there is one.

    Standard input has no place on a cluster. Raises AnswersError.
    """
    if source.path == "-" or source.packed == "zstd":
        raise AnswersError([Problem("unreadable", "the spark engine reads files, plain or .gz", source.path)])
    if source.kind == "parquet":
        return spark.read.parquet(source.path)
    if source.kind == "csv":
        shape = ", ".join(f"`{name}` STRING" for name in [*(header or []), "fault"])
        return spark.read.csv(
            source.path, schema=shape, header=True, enforceSchema=True, multiLine=True, quote='"', escape='"',
            mode="PERMISSIVE", columnNameOfCorruptRecord="fault", emptyValue="", nullValue=None, maxColumns=1001,
        )  # fmt: skip
    names = [*knowledge.questions]
    shape = ", ".join(f"`{name}` STRING" for name in ["id", *names, "fault"])
    lines = spark.sparkContext.textFile(source.path)
    return spark.createDataFrame(lines.mapPartitions(lambda found: _flat(found, names)), shape)


def _flat(lines: Iterable[str], names: list[str]) -> Iterator[tuple[Any, ...]]:
    """Lines of JSON as rows: the id, the answers, and the line itself where it is not an id and answers."""
    known = set(names)
    for line in lines:
        if not line.strip():
            continue
        raw, place, problems = parsed(line, "")
        name, answers, more = split_record(raw, place) if not problems else (None, {}, [])
        odd = any(isinstance(value, dict | list) for value in answers.values())
        if problems or more or odd or answers.keys() - known:
            yield (None, *[None] * len(names), line)
        else:
            yield (name, *[_text(answers.get(question)) for question in names], None)


def _text(value: object) -> str | None:
    return None if value is None else str(value)
