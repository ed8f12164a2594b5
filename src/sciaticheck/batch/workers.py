"""Processes that work on pieces side by side. Threads of one process would wait for each other, and for its memory."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from contextlib import suppress
from threading import local
from types import TracebackType

from sciaticheck.batch.job import Done, Job
from sciaticheck.batch.pieces import Piece
from sciaticheck.batch.process import keep_memory

COMMAND = (sys.executable, "-P", "-m", "sciaticheck.batch.process")


class Workers:
    """So many processes, or none: then pieces are worked on as they are given."""

    def __init__(self, job: Job, processes: bool) -> None:
        self.job = job
        self.count = min(os.cpu_count() or 1, 4) if processes else 0
        self.local = local()
        self.processes: list[Process] = []
        self.stopped = False
        self.threads = None
        if processes:
            self.threads = ThreadPoolExecutor(self.count)  # each waits for a process of its own
            keep_memory()

    def __enter__(self) -> Workers:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stopped = True
        if kind is not None:  # what they are at is not wanted any more
            for process in self.processes:
                process.kill()
        if self.threads:
            self.threads.shutdown(cancel_futures=True)
        for process in self.processes:
            process.end()

    def begin(self, piece: Piece) -> Future[Done] | Done:
        """Starts a piece."""
        return self.threads.submit(self._away, piece) if self.threads else self._here(piece)

    def _away(self, piece: Piece) -> Done:
        """A piece by the thread's process or, where that is gone or never came, by the thread itself."""
        if not hasattr(self.local, "process"):
            self.local.process = Process(self.job)
            self.processes.append(self.local.process)
        done: Done | None = None if self.stopped else self.local.process.piece(piece)
        if self.stopped:
            raise CancelledError
        return self._here(piece) if done is None else done

    def _here(self, piece: Piece) -> Done:
        if not hasattr(self.local, "worker"):
            from sciaticheck.batch.duckdb_piece import Worker  # only where it works: it takes half a second to load

            self.local.worker = Worker(self.job)
        done: Done = self.local.worker.piece(piece)
        return done


class Process:
    """A process that works on pieces, and the pipes to it. It ends when they do."""

    def __init__(self, job: Job) -> None:
        pipe = subprocess.PIPE
        self.process: subprocess.Popen[bytes] | None = None
        with suppress(OSError):
            self.process = subprocess.Popen(  # noqa: S603 - of ourselves
                COMMAND, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL
            )
        self._ask(job)

    def piece(self, piece: Piece) -> Done | None:
        """The result of a piece; None where the process is gone or cannot read it. Raises what it raised."""
        result = self._told() if self._ask(piece) else None
        if isinstance(result, Exception):
            raise result
        return result

    def _ask(self, what: object) -> bool:
        try:
            if self.process and self.process.stdin:
                pickle.dump(what, self.process.stdin, protocol=5)
                self.process.stdin.flush()
                return True
        except (OSError, ValueError):  # it is gone, or ended here
            pass
        return False

    def _told(self) -> Done | Exception | None:
        try:
            if self.process and self.process.stdout:
                told: Done | Exception | None = pickle.load(self.process.stdout)  # noqa: S301 - of our own process
                return told
        except (OSError, ValueError, EOFError, pickle.UnpicklingError):
            pass
        return None

    def kill(self) -> None:
        """Ends the process whatever it is at."""
        if self.process:
            self.process.kill()

    def end(self) -> None:
        """Lets the process end, and waits for it."""
        if self.process and self.process.stdin and self.process.stdout:
            with suppress(OSError):
                self.process.stdin.close()
            self.process.wait()
            self.process.stdout.close()
