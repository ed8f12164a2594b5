"""The query on Spark and Spark's own copy of the same Parquet, in turn in one session; prints JSON.

python benchmarks/spark_rows.py INPUT.parquet OUTPUT_FOLDER ROUNDS
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

from pyspark.sql import DataFrame, SparkSession

from sciaticheck.batch.spark import assess

WHOLE_STAGE = "spark.sql.codegen.wholeStage"


def peak(process: int) -> int:
    """The most memory that a process has held so far, in bytes."""
    for line in Path(f"/proc/{process}/status").read_text("ascii").splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024
    return 0


def main() -> None:
    source, folder, rounds = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])
    settings = {"spark.ui.enabled": "false", WHOLE_STAGE: "false", "spark.log.level": "ERROR"}
    builder = SparkSession.builder.master("local[*]")
    for name, value in settings.items():
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    answers = session.read.parquet(source)

    def rules() -> DataFrame:
        return assess(answers).where("problems IS NULL").drop("problems")

    def timed(made: Callable[[], DataFrame], name: str, whole_stage: str = "false") -> float:
        session.conf.set(WHOLE_STAGE, whole_stage)
        start = time.perf_counter()
        made().write.mode("overwrite").option("compression", "zstd").parquet(str(folder / name))
        return time.perf_counter() - start

    timed(lambda: answers.limit(1000), "copy")  # the first query pays for starting up
    found: dict[str, list[float]] = {"copy": [], "copy, code generated": [], "rules": []}
    for _ in range(rounds):
        found["copy"].append(timed(lambda: answers, "copy"))
        found["copy, code generated"].append(timed(lambda: answers, "copy", "true"))
        found["rules"].append(timed(rules, "rules"))
    session.conf.set(WHOLE_STAGE, "false")
    rejected = assess(answers).where("problems IS NOT NULL").count()
    java = session.sparkContext._gateway.proc.pid  # type: ignore[union-attr]
    print(json.dumps({"seconds": found, "peak": peak(java), "rejected": rejected, "version": session.version}))
    session.stop()


if __name__ == "__main__":
    main()
