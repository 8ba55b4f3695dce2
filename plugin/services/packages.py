"""Downloaded files: what they are, and the raster taken out of a package without trusting it."""

from __future__ import annotations

import datetime
import tarfile
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import IO, TypeVar

from .problems import ArchiveRefused

MAX_MEMBERS = 10_000
MAX_BYTES = 8 * 1024**3
_TIFF = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")
_CHUNK = 1024 * 1024
_DAMAGED = (zipfile.BadZipFile, tarfile.TarError, zlib.error, EOFError, NotImplementedError, RuntimeError)
_Member = TypeVar("_Member", zipfile.ZipInfo, tarfile.TarInfo)


def is_tiff(path: Path) -> bool:
    """Tell whether a file begins as a TIFF does."""
    with path.open("rb") as file:
        return file.read(4) in _TIFF


def raster_in(path: Path, folder: Path, day: datetime.date, *, max_bytes: int = MAX_BYTES) -> Path:
    """Return the raster of a day: the file itself if it is a TIFF, else the member taken out of the package.

    Raises:
        ArchiveRefused: the file is neither, the package is unsafe or too big, or holds no raster of that day.
    """
    if is_tiff(path):
        return path
    target = folder / f"{path.stem}.extracted.tif"
    try:
        with _source(path, day) as (source, size), target.open("wb") as sink:
            _check_size(size, max_bytes)
            _copy(source, sink, max_bytes)
    except _DAMAGED as error:
        raise ArchiveRefused("unreadable", str(error)[:200]) from error
    if not is_tiff(target):
        raise ArchiveRefused("no-raster", target.name)
    return target


@contextmanager
def _source(path: Path, day: datetime.date) -> Iterator[tuple[IO[bytes], int]]:
    """Open the member of a package that is the raster of a day, with its stated size."""
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            entry = _chosen(_safe([(info.filename, info) for info in archive.infolist()]), day)
            with archive.open(entry) as source:
                yield source, entry.file_size
    else:
        with tarfile.open(path, "r:*") as tar:
            member = _chosen(_safe([(info.name, info) for info in _files(tar)]), day)
            extracted = tar.extractfile(member)
            if extracted is None:
                raise ArchiveRefused("no-raster", member.name[:200])
            with extracted:
                yield extracted, member.size


def _files(tar: tarfile.TarFile) -> Iterator[tarfile.TarInfo]:
    for count, member in enumerate(tar):
        if count >= MAX_MEMBERS:
            raise ArchiveRefused("too-many", str(count))
        if member.isfile():
            yield member


def _safe(members: Sequence[tuple[str, _Member]]) -> list[tuple[str, _Member]]:
    if len(members) > MAX_MEMBERS:
        raise ArchiveRefused("too-many", str(len(members)))
    for name, _ in members:
        path = PurePosixPath(name.replace("\\", "/"))
        if path.is_absolute() or ".." in path.parts:
            raise ArchiveRefused("path", name[:200])
    return list(members)


def _chosen(members: Sequence[tuple[str, _Member]], day: datetime.date) -> _Member:
    """Choose the raster whose name carries the day; without such a name, the only raster there is."""
    rasters = [(name, member) for name, member in members if name.casefold().endswith((".tif", ".tiff"))]
    images = [(name, member) for name, member in rasters if ".mask." not in name.casefold()] or rasters
    spellings = {day.strftime(form) for form in ("%Y-%m-%d", "%Y_%m_%d", "%Y%m%d")}
    dated = [(name, member) for name, member in images if any(text in name for text in spellings)]
    if dated:
        return dated[0][1]
    if len(images) != 1:
        raise ArchiveRefused("no-raster", f"{len(images)} rasters, none of {day}")
    return images[0][1]


def _check_size(size: int, max_bytes: int) -> None:
    if size > max_bytes:
        raise ArchiveRefused("too-big", str(size))


def _copy(source: IO[bytes], sink: IO[bytes], max_bytes: int) -> None:
    """Copy by pieces; a member may be bigger than it says."""
    done = 0
    while piece := source.read(_CHUNK):
        done += len(piece)
        _check_size(done, max_bytes)
        sink.write(piece)
