"""How far a batch is, told while others do the work: a query of DuckDB's, Spark's jobs."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from threading import Event, Thread
from typing import Protocol

Progress = Callable[[int, int], None]
"""Called with the records and the stored bytes read so far."""

STEP = 0.2
"""Seconds between two times that it is told, at least."""


class Stages(Protocol):
    """Progress of work in stages, each with records of its own."""

    def stage(self, doing: str, size: int | None = None) -> None:
        """From now on this is done, with so many records, if that is known."""

    def __call__(self, records: int, position: int) -> None:
        """So many records of the stage, and the same as a position."""


@contextmanager
def repeated(tell: Callable[[], None]) -> Iterator[None]:
    """Tells again and again meanwhile. Where that fails, nothing is told: it is no fault of the work."""
    over = Event()

    def teller() -> None:
        pause = STEP
        while not over.wait(pause):
            start = time.monotonic()
            with suppress(Exception):
                tell()
            pause = max(STEP, 10 * (time.monotonic() - start))  # the work comes first

    thread = Thread(target=teller, daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
