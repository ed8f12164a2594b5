"""A file that appears whole or not at all."""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path
from types import TracebackType
from typing import BinaryIO


class WholeFile:
    """Written beside its place, which it takes when all is well; left by an exception, the old file stays as it was.

    A device or a pipe is written at once. `mode` sets the permissions; without it they are those of the old file, or
    the usual ones. Raises OSError if it cannot be written.
    """

    def __init__(self, path: str, mode: int | None = None) -> None:
        self.path, self.mode = path, mode
        self._beside: str | None = None

    def __enter__(self) -> BinaryIO:
        target = os.path.realpath(self.path)
        if os.path.isdir(target):
            raise IsADirectoryError(21, "is a folder")
        if os.path.exists(self.path) and not os.path.isfile(self.path):
            self._stream = open(self.path, "wb")  # by its own name: /dev/stdout may lead to a pipe without one
        else:
            name = f".{Path(target).name[:100]}."
            handle, self._beside = tempfile.mkstemp(dir=os.path.dirname(target), prefix=name)
            self._stream = open(handle, "wb")
        return self._stream

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            with contextlib.suppress(OSError) if error else contextlib.nullcontext():
                self._stream.close()
            if self._beside and not error:
                target = os.path.realpath(self.path)
                os.chmod(self._beside, _permissions(target) if self.mode is None else self.mode)
                os.replace(self._beside, target)
                self._beside = None
        finally:
            if self._beside:
                Path(self._beside).unlink(missing_ok=True)


def _permissions(path: str) -> int:
    """The permissions of a file, or the usual ones of a new one."""
    mask = os.umask(0)
    os.umask(mask)
    return os.stat(path).st_mode & 0o777 if os.path.exists(path) else 0o666 & ~mask
