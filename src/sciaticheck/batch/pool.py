"""Work on many chunks side by side, results in order: by processes, by threads, or here alone."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from types import TracebackType
from typing import Any, Generic, Self, TypeVar

Task = TypeVar("Task")
Result = TypeVar("Result")


def _serve(make: Callable[[], Callable[[Any], Any]], parent: Connection) -> None:
    """In a worker process: does what comes until the parent has ended. A fault ends the process: see `Pool`."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent to handle
    work = make()
    try:
        while True:
            parent.send(work(parent.recv()))
    except (EOFError, OSError):
        os._exit(1)  # the parent is gone


class Pool(Generic[Task, Result]):
    """Workers: threads, each of which has a process of its own if `kind` is `processes`.

    `make` gives the function that does a task; it is called once in each process. If a process dies, by a signal or
    by an error in the function, its task is done again here, where an error can be seen, and so are its later ones.
    """

    def __init__(self, make: Callable[[], Callable[[Task], Result]], kind: str, count: int | None = None) -> None:
        self.make, self.kind = make, kind
        self.count = 1 if kind == "alone" else count or min(os.cpu_count() or 1, 8)
        self.threads: ThreadPoolExecutor | None = None
        self._of_thread = threading.local()
        self._processes: list[tuple[SpawnProcess, Connection]] = []
        self._own: Callable[[Task], Result] | None = None

    def __enter__(self) -> Self:
        if self.count > 1:
            self.threads = ThreadPoolExecutor(self.count)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is not None:
            for process, _ in self._processes:
                process.terminate()
        if self.threads:
            self.threads.shutdown(cancel_futures=True)
        for _, pipe in self._processes:
            pipe.close()

    def map(self, tasks: Iterable[Task]) -> Iterator[Result]:
        """The result of each task in order. So many tasks as there are workers, and one, wait or are worked on."""
        if self.threads is None:
            yield from map(self.own, tasks)
            return
        do = self._by_process if self.kind == "processes" else self.own
        begun: deque[tuple[Task, Future[Result]]] = deque()
        for task in tasks:
            begun.append((task, self.threads.submit(do, task)))
            if len(begun) > self.count:
                yield self._result(*begun.popleft())
        while begun:
            yield self._result(*begun.popleft())

    def own(self, task: Task) -> Result:
        """The result of a task, worked on here."""
        if self._own is None:
            self._own = self.make()
        return self._own(task)

    def _by_process(self, task: Task) -> Result:
        """The result of a task from the process of this thread. Raises EOFError or OSError if the process has died."""
        if not hasattr(self._of_thread, "pipe"):
            pipe, theirs = multiprocessing.Pipe()
            # to fork a process that has threads is unsafe
            process = multiprocessing.get_context("spawn").Process(target=_serve, args=(self.make, theirs), daemon=True)
            process.start()
            theirs.close()  # or its end would not be seen here
            self._processes.append((process, pipe))
            self._of_thread.pipe = pipe
        self._of_thread.pipe.send(task)
        result: Result = self._of_thread.pipe.recv()
        return result

    def _result(self, task: Task, future: Future[Result]) -> Result:
        try:
            return future.result()
        except (EOFError, OSError):
            return self.own(task)
