"""A process that works on pieces for another: `python -m sciaticheck.batch.process`, as `workers` starts it.

It takes a job and then pieces from standard input and gives what came of each to standard output, pickled. It ends
when its input does, so when whoever started it is gone.
"""

from __future__ import annotations

import ctypes
import pickle
import platform
import signal
import sys
from typing import TYPE_CHECKING

from sciaticheck.batch.job import Done
from sciaticheck.batch.pieces import Piece
from sciaticheck.errors import AnswersError

if TYPE_CHECKING:
    from sciaticheck.batch.duckdb_piece import Worker


def main() -> None:
    """Works to the end of the input."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever started this sees to it
    keep_memory()
    from sciaticheck.batch.duckdb_piece import Worker

    given, out = sys.stdin.buffer, sys.stdout.buffer
    worker = Worker(pickle.load(given))  # noqa: S301 - from whoever started this
    while True:
        try:
            piece = pickle.load(given)  # noqa: S301
        except EOFError:
            return
        pickle.dump(_result(worker, piece), out, protocol=5)
        out.flush()


def _result(worker: Worker, piece: Piece) -> Done | Exception | None:
    try:
        return worker.piece(piece)
    except AnswersError:  # the path may mean another file here
        return None
    except Exception as error:
        return error


def keep_memory() -> None:
    """Has glibc use the memory of a piece again for the next: large blocks it would hand back and fetch anew each."""
    if platform.libc_ver()[0] == "glibc":
        c_library = ctypes.CDLL(None)
        for setting in (_MMAP_THRESHOLD, _TRIM_THRESHOLD):
            c_library.mallopt(setting, 1 << 30)


_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3
"""As `mallopt` counts them."""


if __name__ == "__main__":
    try:
        main()
    except (OSError, EOFError, pickle.UnpicklingError):  # whoever started this is gone
        sys.exit(1)
