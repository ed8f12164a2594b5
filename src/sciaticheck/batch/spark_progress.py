"""How far a batch on Spark is, told while it works."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from sciaticheck.batch.progress import Stages, repeated

if TYPE_CHECKING:
    from pyspark.sql import SparkSession


SCANS = ("Scan ExistingRDD", "InMemoryTableScan", "Scan parquet")
"""What Spark calls the parts of a query that take in rows: of text as it is made, of what is kept of it, of Parquet."""


class _Stage:
    def __init__(self, count: Callable[[], int] | None) -> None:
        self.count, self.most = count, 0

    def records(self) -> int:
        """As many as are counted, which never go back; as many as before where that fails."""
        with suppress(Exception):
            self.most = max(self.most, self.count() if self.count else 0)
        return self.most


class Told:
    """Tells how many records the stage that the work is in has got through. To nobody, if there is no `progress`."""

    def __init__(self, progress: Stages | None) -> None:
        self.progress = progress
        self.now = _Stage(None)

    def stage(self, doing: str, size: int | None = None, count: Callable[[], int] | None = None) -> None:
        """From now on this is done, with so many records if that is known, as far as `count` says."""
        if self.progress:
            self.progress.stage(doing, size)
            self.now = _Stage(count)

    def tell(self) -> None:
        """Tells it once. Nothing of a stage that is over by the time it is counted."""
        if self.progress:
            now = self.now
            records = now.records()
            if now is self.now:
                self.progress(records, records)


@contextmanager
def telling(progress: Stages | None) -> Iterator[Told]:
    """Tells meanwhile, again and again."""
    told = Told(progress)
    if progress is None:
        yield told
        return
    with repeated(told.tell):
        yield told


def rows(spark: SparkSession) -> int:
    """The rows of sources that the running queries have taken in so far, as Spark itself counts them for its pages."""
    store = spark._jsparkSession.sharedState().statusStore()
    counts: Counter[str] = Counter()
    for query in _each(store.executionsList()):
        if query.completionTime().isDefined():
            continue
        values = store.executionMetrics(query.executionId())
        for node in _each(store.planGraph(query.executionId()).allNodes()):
            if (name := node.name().strip()) in SCANS:
                metric = next(metric for metric in _each(node.metrics()) if metric.name() == "number of output rows")
                value = values.get(metric.accumulatorId())
                counts[name] += int(re.sub(r"\D", "", value.get())) if value.isDefined() else 0
    # What is kept of a source of text is counted as it is made, and as it is read again, by the same query at first.
    made, again, parquet = (counts[name] for name in SCANS)
    return max(made, again) + parquet


def _each(items: Any) -> Iterator[Any]:
    """The items of a list of Scala's."""
    return map(items.apply, range(items.size()))
