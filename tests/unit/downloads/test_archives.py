"""A package is opened without trusting it."""

from __future__ import annotations

import datetime
import io
import tarfile
import zipfile
from pathlib import Path

import pytest
from pixxel_explorer.plugin.downloads.archives import raster_in
from pixxel_explorer.plugin.downloads.errors import ArchiveRefused

DAY = datetime.date(2025, 5, 2)
RASTER = b"II*\0" + bytes(range(256)) * 40


def written(folder: Path, members: dict[str, bytes], *, as_tar: bool = False) -> Path:
    path = folder / "package"
    if as_tar:
        with tarfile.open(path, "w:gz") as tar:
            for name, data in members.items():
                info = tarfile.TarInfo(name)
                info.size = len(data)
                tar.addfile(info, io.BytesIO(data))
        return path
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return path


@pytest.mark.parametrize("as_tar", [False, True])
@pytest.mark.parametrize(
    "members",
    [
        {"a/NDVI_2025_05_02.tif": RASTER, "a/NDVI_2025_05_12.tif": b"II*\0"},
        {"x20250502.TIFF": RASTER, "x20250502.mask.tif": b"II*\0"},
        {"only.tif": RASTER, "readme.txt": b""},
    ],
)
def test_the_raster_of_the_day_is_taken_out(tmp_path: Path, members: dict[str, bytes], as_tar: bool) -> None:
    found = raster_in(written(tmp_path, members, as_tar=as_tar), tmp_path, DAY)
    assert found.read_bytes() == RASTER


def test_a_raster_that_is_no_package_is_itself(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(RASTER)
    assert raster_in(path, tmp_path, DAY) == path


@pytest.mark.parametrize("as_tar", [False, True])
def test_a_member_that_is_too_big_is_refused(tmp_path: Path, as_tar: bool) -> None:
    path = written(tmp_path, {"a.tif": RASTER}, as_tar=as_tar)
    with pytest.raises(ArchiveRefused) as caught:
        raster_in(path, tmp_path, DAY, max_bytes=1000)
    assert caught.value.reason == "too-big"


@pytest.mark.parametrize("as_tar", [False, True])
def test_a_damaged_package_is_refused(tmp_path: Path, as_tar: bool) -> None:
    path = written(tmp_path, {"a.tif": RASTER}, as_tar=as_tar)
    data = bytearray(path.read_bytes())
    data[60:90] = b"\xff" * 30
    path.write_bytes(data)
    with pytest.raises(ArchiveRefused) as caught:
        raster_in(path, tmp_path, DAY)
    assert caught.value.reason == "unreadable"


@pytest.mark.parametrize("name", ["../a.tif", "/a.tif", "x/../../a.tif", "..\\a.tif"])
@pytest.mark.parametrize("as_tar", [False, True])
def test_a_member_that_would_escape_is_refused(tmp_path: Path, name: str, as_tar: bool) -> None:
    with pytest.raises(ArchiveRefused) as caught:
        raster_in(written(tmp_path, {name: RASTER}, as_tar=as_tar), tmp_path, DAY)
    assert caught.value.reason == "path"
