"""The query on PySpark, in the job that imports this; and sessions for the command line.

    from sciaticheck.batch import spark
    rows = spark.assess(answers)  # a DataFrame of answers to a DataFrame of rows

Spark gets one SQL text, so that its workers need nothing of this package. It is long: `spark.sql.codegen.wholeStage` is
best false in the session (one method of Java holds 64 KB).
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

from sciaticheck.batch.sql import Query
from sciaticheck.errors import AnswersError, Problem, visible
from sciaticheck.formats.header import Wanted
from sciaticheck.inputs.opening import missing_extra
from sciaticheck.inputs.table import table_of
from sciaticheck.knowledge.load import load_knowledge
from sciaticheck.knowledge.model import Knowledge
from sciaticheck.rules.sql import DIALECTS

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

VIEW = "sciaticheck_answers"

SETTINGS = {"spark.ui.enabled": "false", "spark.ui.showConsoleProgress": "false", "spark.sql.session.timeZone": "UTC"}
"""Of a session for the command line."""


def assess(answers: DataFrame, knowledge: Knowledge | None = None, carried: Iterable[str] = ("id",)) -> DataFrame:
    """The rows for a DataFrame of answers: a column a question (any that is missing is unanswered) and those carried.

    Columns: the carried ones that there are, then a row's without the id, then `problems`: null for a record that can
    be read, else what is wrong with it ("question: code; ..."), and then the other results mean nothing. `red_flags` is
    text with `;` between the ids. Raises AnswersError for a column whose name is close to a question's, and if no
    column is a question.
    """
    known = knowledge or load_knowledge()
    passed = [name for name in carried if name in answers.columns]
    table_of(answers.columns, "the DataFrame", Wanted(known, keep=tuple(name for name in passed if name != "id")))
    asked = [name for name in known.questions if name in answers.columns]
    sql = Query(known, DIALECTS["spark"], VIEW, asked, [(name, name) for name in passed]).text()
    answers.createOrReplaceTempView(VIEW)
    try:
        return answers.sparkSession.sql(sql)
    finally:
        answers.sparkSession.catalog.dropTempView(VIEW)


def session(master: str) -> SparkSession:
    """A quiet session for the command line. Raises AnswersError if there is no PySpark or Java."""
    try:
        from pyspark import SparkConf, SparkContext
        from pyspark.errors import PySparkRuntimeError
        from pyspark.java_gateway import launch_gateway
        from pyspark.sql import SparkSession
    except ImportError as error:
        raise AnswersError([missing_extra("PySpark", "spark")]) from error
    if master.startswith("local"):  # else Spark takes the first python3 of the path, which need not have this package
        os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    conf = SparkConf().setMaster(master).setAppName("sciaticheck").setAll([*SETTINGS.items()])
    try:
        is_quiet = not os.environ.get("SCIATICHECK_DEBUG")
        logging.disable(logging.CRITICAL if is_quiet else logging.NOTSET)
        hidden = {"stderr": subprocess.DEVNULL} if is_quiet else None
        java = launch_gateway(conf, hidden)  # type: ignore[no-untyped-call,unused-ignore]
    except PySparkRuntimeError as error:
        message = (
            "Spark does not start. It needs Java 17 (on Debian: apt install openjdk-17-jre-headless), and a --master "
            "that it knows, such as local[*] or spark://HOST:7077. SCIATICHECK_DEBUG=1 shows its messages."
        )
        raise AnswersError([Problem("missing_extra", message)]) from error
    with errors():
        return SparkSession(SparkContext(conf=conf, gateway=java))


@contextmanager
def errors() -> Iterator[None]:
    """Turns what Spark raises into AnswersError with the first and the innermost cause."""
    from py4j.protocol import Py4JError  # type: ignore[import-untyped,unused-ignore]
    from pyspark.errors import PySparkException

    try:
        yield
    except (Py4JError, PySparkException) as error:
        lines = str(error).splitlines() or [""]
        first = [line.removeprefix(": ") for line in lines if line.startswith(": ")] or lines
        causes = [line.removeprefix("Caused by: ") for line in lines if line.startswith("Caused by: ")]
        python = [line for line in lines if re.match(r"[\w.]*Error: ", line)]
        why = "; ".join(visible(line)[:300] for line in [*first[:1], *causes[-1:], *python[-1:]])
        raise AnswersError([Problem("unreadable", f"Spark cannot go on: {why}")]) from error
