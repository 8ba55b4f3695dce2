"""A lock on an open file that goes with the process that holds it, however that ends."""

from __future__ import annotations

import errno
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

_LOOK_EVERY = 0.02  # seconds
_TAKEN = (errno.EAGAIN, errno.EACCES, errno.EDEADLK)
_LONGEST = 30.0  # seconds to wait for another process

if sys.platform == "win32":
    import msvcrt

    _FAR = 2**30  # such a lock keeps others from reading, so it lies where nothing is

    def _lock(descriptor: int) -> None:
        os.lseek(descriptor, _FAR, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        os.lseek(descriptor, 0, os.SEEK_SET)

else:
    import fcntl

    def _lock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


def open_locked(path: Path) -> BinaryIO | None:
    """Open a file for reading and writing, create it if missing and lock it; return ``None`` if it is locked elsewhere.

    Where the file system supports no locks, it is treated as locked.

    Raises:
        OSError: the file cannot be opened.
    """
    file = _open(path)
    with suppress(OSError):
        _lock(file.fileno())
        if _is_still(file, path):
            return file
    file.close()
    return None


@contextmanager
def hold(path: Path, longest: float = _LONGEST) -> Iterator[None]:
    """Hold a lock file, waiting for its present owner; remove it afterwards.

    Where the file system supports no locks, nothing is held.

    Raises:
        TimeoutError: another process holds it for longer than that.
        OSError: it cannot be created.
    """
    file = _wait_for(path, time.monotonic() + longest)
    try:
        yield
    finally:
        with suppress(OSError):  # Windows removes no file that is open
            path.unlink()
        file.close()
        if sys.platform == "win32":
            with suppress(OSError):
                path.unlink()


def _wait_for(path: Path, deadline: float) -> BinaryIO:
    while True:
        file = _open(path)
        try:
            _lock(file.fileno())
            if _is_still(file, path):
                return file
        except OSError as error:
            if error.errno not in _TAKEN:
                return file
        file.close()
        if time.monotonic() > deadline:
            raise TimeoutError(errno.ETIMEDOUT, os.strerror(errno.ETIMEDOUT), str(path))
        time.sleep(_LOOK_EVERY)


def _open(path: Path) -> BinaryIO:
    return os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o666), "r+b", buffering=0)


def _is_still(file: BinaryIO, path: Path) -> bool:
    """Return whether a file is the one of that name, and was not removed since it was opened."""
    try:
        return os.path.samestat(os.fstat(file.fileno()), path.stat())
    except FileNotFoundError:
        return False
