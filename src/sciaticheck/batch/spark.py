"""The Spark engine: the same query on PySpark, in the job that imports this.

    from sciaticheck.batch import spark
    rows = spark.assess(answers)  # a DataFrame of answers to a DataFrame of rows

Nothing distributed is written here: Spark gets one SQL text. It is long:
in a session of one's own `spark.sql.codegen.wholeStage` is best false (one method of Java holds 64 KB).
"""

from __future__ import annotations

import logging
import os
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from sqlglot import exp

from sciaticheck.batch.dialect import Spark
from sciaticheck.batch.engines import missing_extra
from sciaticheck.batch.sql import query
from sciaticheck.errors import AnswersError, Problem, visible
from sciaticheck.knowledge.load import load_knowledge
from sciaticheck.knowledge.model import Knowledge

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

VIEW = "sciaticheck_answers"

SETTINGS = {
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.session.timeZone": "UTC",
}
"""Of a session for the command line."""

WATCHED = {"spark.executor.heartbeatInterval": "1s"}
"""The same, where it is to be told how far a task is: that is known with each heartbeat."""


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
        *(answers[quoted(name)].cast("string").alias(name) for name in questions), *map(quoted, carried)
    )
    sql = query(known, exp.to_table(VIEW), questions, carried, Spark()).sql("spark")
    return over(texts, sql)


def quoted(name: str) -> str:
    """The name of a column, as Spark reads it."""
    return "`" + name.replace("`", "``") + "`"


def over(frame: DataFrame, sql: str) -> DataFrame:
    """The query over the frame, under the name VIEW only while it is analysed."""
    frame.createOrReplaceTempView(VIEW)
    try:
        return frame.sparkSession.sql(sql)
    finally:
        frame.sparkSession.catalog.dropTempView(VIEW)


def session(master: str, watched: bool = False) -> SparkSession:
    """A session for the command line: fit for a long query, and quiet, for Java tells each fault several times.

    Raises AnswersError where there is no PySpark or Java.
    """
    try:
        from pyspark import SparkConf, SparkContext
        from pyspark.errors import PySparkRuntimeError
        from pyspark.java_gateway import launch_gateway
        from pyspark.sql import SparkSession
    except ImportError as error:
        raise AnswersError([missing_extra("PySpark", "spark")]) from error
    if master.startswith("local"):  # else Spark takes the first python3 of the path, which need not have this package
        os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    settings = SETTINGS | (WATCHED if watched else {})
    conf = SparkConf().setMaster(master).setAppName("sciaticheck").setAll([*settings.items()])
    try:
        quiet = not os.environ.get("SCIATICHECK_DEBUG")
        logging.disable(logging.CRITICAL if quiet else logging.NOTSET)
        kept_back = {"stderr": subprocess.DEVNULL} if quiet else None
        java = launch_gateway(conf, kept_back)  # type: ignore[no-untyped-call,unused-ignore]
    except PySparkRuntimeError as error:
        message = (
            "Spark does not start. It needs Java 17 (on Debian: apt install openjdk-17-jre-headless), and a --master "
            "that it knows, such as local[*] or spark://HOST:7077. SCIATICHECK_DEBUG=1 shows what it says."
        )
        raise AnswersError([Problem("missing_extra", message)]) from error
    with errors():
        return SparkSession(SparkContext(conf=conf, gateway=java))


@contextmanager
def errors() -> Iterator[None]:
    """Turns what Spark raises into AnswersError, which tells the first and the innermost cause."""
    from py4j.protocol import Py4JError  # type: ignore[import-untyped,unused-ignore]
    from pyspark.errors import PySparkException, PythonException

    try:
        yield
    except (Py4JError, PySparkException) as error:
        if isinstance(error, PythonException):  # by code of ours
            raise
        lines = str(error).splitlines() or [""]
        told = [line.removeprefix(": ") for line in lines if line.startswith(": ")] or lines
        causes = [line.removeprefix("Caused by: ") for line in lines if line.startswith("Caused by: ")]
        why = "; ".join(visible(line)[:300] for line in [*told[:1], *causes[-1:]])
        raise AnswersError([Problem("unreadable", f"Spark cannot go on: {why}")]) from error


def path_of(path: str) -> str:
    """A path as Spark wants it: of the file system that the workers share, and no pattern."""
    return "file:" + re.sub(r"([*?\[\]{}\\])", r"\\\1", os.path.realpath(path))
