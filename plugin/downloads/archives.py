"""Downloaded files: their format and content, read without trusting them.

Nothing in a package is trusted: names are made safe or refused (``download_names``), sizes are counted while
reading, and nothing is read in one piece. A package within a package stays packed.
"""

from __future__ import annotations

import datetime
import gzip
import stat
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, cast

from ..api.decoding.content import BEGINNING, kind_of
from ..imagery.budget import IsStopped, check_stopped, never
from .errors import ArchiveRefused
from .member_names import check_clashes, safe_path

MAX_MEMBERS = 10_000
MAX_BYTES = 8 * 1024**3
_TIFF = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")
_ZIP, _EMPTY_ZIP, _GZIP = b"PK\x03\x04", b"PK\x05\x06", b"\x1f\x8b"
_NO_PACKAGE = frozenset({"PNG", "JPEG", "PDF", "HTML", "VRT", "WMS", "XML", "JSON"})
_CHUNK = 1024 * 1024
_LONGEST_READ = 16 * 1024 * 1024  # of a package's own tables: 10,000 members need far less
_UNIX = 3
_DAMAGED = (
    zipfile.BadZipFile,
    tarfile.TarError,
    zlib.error,
    gzip.BadGzipFile,
    struct.error,
    EOFError,
    LookupError,
    ValueError,
    OverflowError,
    NotImplementedError,
    RuntimeError,
)


@dataclass(frozen=True, slots=True)
class Member:
    """A file in a package: its safe name with ``/`` as separator, its declared size, and its bytes."""

    name: str
    size: int
    open: Callable[[], IO[bytes]]


@contextmanager
def opened(path: Path, alone: str) -> Iterator[list[Member]]:
    """Open a ZIP, a tar (also gzipped), a gzipped file or a TIFF, and yield the list of files it contains.

    Args:
        alone: name, without suffix, of a file that is no package or has no name of its own.

    Raises:
        ArchiveRefused: it is none of these, damaged or unsafe; also for errors while members are read.
    """
    try:
        with ExitStack() as stack:
            found = _members(path, alone, stack)
            check_clashes([member.name for member in found])
            yield found
    except _DAMAGED as error:
        raise ArchiveRefused("unreadable", str(error)[:200]) from error


def copy(source: IO[bytes], sink: IO[bytes], max_bytes: int, seen: Callable[[bytes], object] = len) -> int:
    """Copy in chunks, pass each to ``seen``, and return the bytes copied; a member may exceed its declared size.

    Raises:
        ArchiveRefused: there are more than ``max_bytes``.
    """
    done = 0
    while piece := source.read(_CHUNK):
        done += len(piece)
        check_size(done, max_bytes)
        seen(piece)
        sink.write(piece)
    return done


def check_size(size: int, max_bytes: int) -> None:
    """Refuse more bytes than allowed.

    Raises:
        ArchiveRefused: there are more.
    """
    if size > max_bytes:
        raise ArchiveRefused("too-big", str(size))


def raster_in(
    path: Path, folder: Path, day: datetime.date, is_stopped: IsStopped = never, *, max_bytes: int = MAX_BYTES
) -> Path:
    """Return the raster of a day: the file itself if it is a TIFF, else the member taken out of the package.

    Raises:
        ArchiveRefused: the file is neither, the package is unsafe or too big, or holds no raster of that day.
        Interrupted: ``is_stopped`` returned true while it was taken out.
    """
    found = kind_of(_head(path, BEGINNING))
    if found == "TIFF":
        return path
    if found in _NO_PACKAGE:
        raise ArchiveRefused("foreign", found)
    target = folder / f"{path.stem}.extracted.tif"
    with opened(path, path.stem) as members:
        member = _chosen(members, day)
        check_size(member.size, max_bytes)
        with member.open() as source, target.open("wb") as sink:
            copy(source, sink, max_bytes, lambda _piece: check_stopped(is_stopped))
    found = kind_of(_head(target, BEGINNING))
    if found != "TIFF":
        raise ArchiveRefused("foreign", found)
    return target


def _chosen(members: Sequence[Member], day: datetime.date) -> Member:
    """Choose the raster whose name carries the day; without such a name, the only raster there is."""
    rasters = [member for member in members if member.name.casefold().endswith((".tif", ".tiff"))]
    images = [member for member in rasters if ".mask." not in member.name.casefold()] or rasters
    spellings = {day.strftime(form) for form in ("%Y-%m-%d", "%Y_%m_%d", "%Y%m%d")}
    dated = [member for member in images if any(text in member.name for text in spellings)]
    if dated:
        return dated[0]
    if len(images) != 1:
        raise ArchiveRefused("no-raster", f"{len(images)} rasters, none of {day}")
    return images[0]


def _head(path: Path, count: int = 4) -> bytes:
    with path.open("rb") as file:
        return file.read(count)


def _members(path: Path, alone: str, stack: ExitStack) -> list[Member]:
    head = _head(path)
    if head in _TIFF:
        return [Member(safe_path(f"{alone}.tif"), path.stat().st_size, lambda: path.open("rb"))]
    if head in (_ZIP, _EMPTY_ZIP):
        return _zip_members(stack.enter_context(zipfile.ZipFile(_guarded(stack.enter_context(path.open("rb"))))))
    if head.startswith(_GZIP):
        return _compressed(path, alone, stack)
    return _tar_members(_tar(_guarded(stack.enter_context(path.open("rb"))), stack))


def _compressed(path: Path, alone: str, stack: ExitStack) -> list[Member]:
    """List a compressed tar, or else the one file that was compressed.

    A file of zeros reads as a tar without members.
    """
    file = _guarded(stack.enter_context(gzip.GzipFile(path)))
    archive = None
    with suppress(tarfile.ReadError):
        archive = _tar(file, stack)
    found = _tar_members(archive) if archive is not None else []
    while found and file.read(_CHUNK):  # to the end, where the sum is: a tar has none for its members
        pass
    return found or [_alone_in(path, alone)]


def _alone_in(path: Path, alone: str) -> Member:
    with gzip.open(path) as beginning:
        ending = "tif" if beginning.read(4) in _TIFF else "bin"
    return Member(safe_path(f"{alone}.{ending}"), 0, lambda: cast(IO[bytes], gzip.open(path)))


def _zip_members(archive: zipfile.ZipFile) -> list[Member]:
    entries = archive.infolist()
    _check_count(len(entries))
    found = []
    for entry in entries:
        name = safe_path(entry.filename)
        kind = stat.S_IFMT(entry.external_attr >> 16) if entry.create_system == _UNIX else 0
        if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
            raise ArchiveRefused("link", entry.filename[:200])
        if not entry.is_dir():
            found.append(Member(name, entry.file_size, lambda entry=entry: archive.open(entry)))  # type: ignore[misc]
    return found


def _tar(file: IO[bytes], stack: ExitStack) -> tarfile.TarFile:
    return stack.enter_context(tarfile.open(fileobj=file, mode="r:"))


def _tar_members(archive: tarfile.TarFile) -> list[Member]:
    found = []
    for count, entry in enumerate(archive, 1):
        _check_count(count)
        name = safe_path(entry.name)
        if not (entry.isreg() or entry.isdir()):
            raise ArchiveRefused("link", entry.name[:200])
        if entry.isreg():
            read = lambda entry=entry: cast(IO[bytes], archive.extractfile(entry))  # noqa: E731
            found.append(Member(name, entry.size, read))
    _check_end(archive)
    return found


def _check_end(archive: tarfile.TarFile) -> None:
    """Refuse a tar whose members end with something that is no member: ``tarfile`` takes that for the end."""
    file = cast(IO[bytes], archive.fileobj)
    file.seek(archive.offset)
    block = file.read(tarfile.BLOCKSIZE)
    if block.strip(b"\0") or len(block) not in (0, tarfile.BLOCKSIZE):
        raise tarfile.ReadError("the end is missing")


def _check_count(count: int) -> None:
    if count > MAX_MEMBERS:
        raise ArchiveRefused("too-many", str(count))


def _guarded(file: Any) -> IO[bytes]:
    return cast(IO[bytes], _Guarded(file))


class _Guarded:
    """A file that refuses to be read in one huge piece, as tables of a hostile package would have it."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file

    def read(self, size: int = -1) -> bytes:
        data = self._file.read(min(size, _LONGEST_READ + 1) if size >= 0 else _LONGEST_READ + 1)
        if len(data) > _LONGEST_READ:
            raise ArchiveRefused("too-big", f"more than {_LONGEST_READ} bytes at once")
        return data

    def seek(self, offset: int, whence: int = 0) -> int:
        if offset < 0 and whence == 0:
            raise ArchiveRefused("unreadable", f"seek to {offset}")
        return self._file.seek(offset, whence)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)
