"""How far a batch on Spark is, told while it works."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from sciaticheck.tables.progress import Stages, repeated

if TYPE_CHECKING:
    from pyspark.sql import SparkSession


class Told:
    """Tells how many records the stage that the work is in has got through. To nobody, if there is no `progress`."""

    def __init__(self, progress: Stages | None) -> None:
        self.progress = progress
        self.count: Callable[[], int] | None = None
        self.most = 0

    def stage(self, doing: str, size: int | None = None, count: Callable[[], int] | None = None) -> None:
        """From now on this is done, with so many records if that is known, as far as `count` says."""
        if self.progress:
            self.count, self.most = None, 0
            self.progress.stage(doing, size)
            self.count = count

    def tell(self) -> None:
        """Tells it once: a count never goes back."""
        if self.progress:
            self.most = max(self.most, self.count() if self.count else 0)
            self.progress(self.most, self.most)


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
            for metric in _each(node.metrics()):
                value = values.get(metric.accumulatorId())
                if metric.name() == "number of output rows" and value.isDefined():
                    counts[node.name().strip()] += int(re.sub(r"\D", "", value.get()))
    # What is kept of a source of text is counted as it is made, and as it is read again, by the same query at first.
    return max(counts["Scan ExistingRDD"], counts["InMemoryTableScan"]) + counts["Scan parquet"]


def _each(items: Any) -> Iterator[Any]:
    """The items of a list of Scala's."""
    return map(items.apply, range(items.size()))
