"""Sizes are looked up in headers: what is too large is refused before a decoder sees it, the rest is read by parts."""

from __future__ import annotations

import struct
import subprocess
import sys
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from osgeo import gdal, osr
from pixxel_explorer.plugin.imagery import picture_rows
from pixxel_explorer.plugin.imagery.budget import DEFAULT_MEGAPIXELS, budget
from pixxel_explorer.plugin.imagery.class_areas import Partition, class_areas
from pixxel_explorer.plugin.imagery.errors import Interrupted, RasterTooLarge, RasterUnreadable
from pixxel_explorer.plugin.imagery.picture_raster import place_picture
from pixxel_explorer.plugin.imagery.placement import raster_placement
from pixxel_explorer.plugin.imagery.png_file import PictureUnreadable
from pixxel_explorer.plugin.imagery.raster_io import check_size
from pixxel_explorer.plugin.imagery.statistics import BandSource, is_cut_short, sample
from pixxel_explorer.plugin.imagery.wrapping import wrap_picture

EXTENT = (77.5, 12.25, 77.75, 12.5)
UTM = (500000.0, 10.0, 0.0, 1400000.0, 0.0, -10.0)


@pytest.fixture(autouse=True)
def limit() -> Iterator[None]:
    """Put the limit back."""
    yield
    budget.megapixels = DEFAULT_MEGAPIXELS


def png(width: int, height: int, rows: bytes = b"", *, depth: int = 8, colour: int = 6, interlaced: int = 0) -> bytes:
    """Return a PNG of whole chunks, whose header may claim more than there is."""
    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, interlaced)
    body = b""
    for kind, data in ((b"IHDR", header), (b"IDAT", zlib.compress(rows)), (b"IEND", b"")):
        body += struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    return b"\x89PNG\r\n\x1a\n" + body


def filled(pixels: np.ndarray[Any, Any]) -> bytes:
    """Return a whole RGBA picture."""
    height, width = pixels.shape[:2]
    return png(width, height, b"".join(b"\0" + pixels[row].tobytes() for row in range(height)))


def tiff(
    path: Path,
    size: tuple[int, int],
    *options: str,
    bands: int = 1,
    kind: int = gdal.GDT_Byte,
    transform: tuple[float, ...] | None = UTM,
    epsg: int = 32643,
) -> Path:
    """Write a GeoTIFF that holds no pixels at all, so that it is small whatever its size."""
    dataset = gdal.GetDriverByName("GTiff").Create(
        str(path), *size, bands, kind, ["SPARSE_OK=TRUE", "COMPRESS=DEFLATE", *options]
    )
    if transform is not None:
        dataset.SetGeoTransform(transform)
    reference = osr.SpatialReference()
    reference.ImportFromEPSG(epsg)
    dataset.SetProjection(reference.ExportToWkt())
    return path


TILES = ("TILED=YES", "BLOCKXSIZE=16384", "BLOCKYSIZE=16384")


@pytest.fixture
def no_decoder(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no picture be opened."""

    def open_nothing(*_: object) -> None:
        raise AssertionError("a decoder was called")

    monkeypatch.setattr(picture_rows, "open_with", open_nothing)


@pytest.mark.usefixtures("no_decoder")
@pytest.mark.parametrize("size", [(20_000, 20_000), (60_000, 60_000), (2**31 - 1, 2**31 - 1), (100_000_001, 1)])
def test_a_picture_that_is_too_large_is_not_decoded(tmp_path: Path, size: tuple[int, int]) -> None:
    with pytest.raises(RasterTooLarge) as caught:
        place_picture(png(*size), tmp_path / "a.tif", EXTENT)
    assert (caught.value.reason, caught.value.size) == ("picture", size)
    with pytest.raises(RasterTooLarge):
        wrap_picture(png(*size), tmp_path / "a.png", tmp_path / "a.vrt", EXTENT)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.usefixtures("no_decoder")
def test_an_interlaced_picture_is_decoded_in_one_piece_and_may_have_fewer_pixels(tmp_path: Path) -> None:
    with pytest.raises(RasterTooLarge) as caught:
        place_picture(png(8_000, 8_000, interlaced=1), tmp_path / "a.tif", EXTENT)
    assert caught.value.reason == "block"


def test_a_large_picture_within_the_limit_keeps_every_pixel(tmp_path: Path) -> None:
    truth = np.random.default_rng(2).integers(0, 256, (1100, 2300, 4), dtype=np.uint8)
    place_picture(filled(truth), tmp_path / "a.tif", EXTENT)
    dataset = gdal.OpenEx(str(tmp_path / "a.tif"))
    assert np.array_equal(np.moveaxis(dataset.ReadAsArray(), 0, -1), truth)
    assert dataset.GetRasterBand(1).GetOverviewCount() == 4


@pytest.mark.parametrize("looks", [0, 1, 4, 6])
def test_placing_a_picture_stops_within_some_rows_and_leaves_nothing(tmp_path: Path, looks: int) -> None:
    content, asked = filled(np.zeros((1100, 2300, 4), dtype=np.uint8)), []

    def is_stopped() -> bool:
        asked.append(0)
        return len(asked) > looks

    with pytest.raises(Interrupted):
        place_picture(content, tmp_path / "a.tif", EXTENT, is_stopped=is_stopped)
    assert list(tmp_path.iterdir()) == []


_CHILD = """
import resource, runpy, sys
from pathlib import Path
runpy.run_path(sys.argv[3])
from pixxel_explorer.plugin.imagery.picture_raster import place_picture
from pixxel_explorer.plugin.imagery.errors import RasterTooLarge
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
try:
    place_picture(Path(sys.argv[1]).read_bytes(), Path(sys.argv[2]), (77.5, 12.25, 77.75, 12.5))
except RasterTooLarge:
    print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)
"""


def test_refusing_a_whole_bomb_takes_hardly_any_memory(tmp_path: Path, root: Path) -> None:
    packer, row = zlib.compressobj(1), bytes(1 + 4 * 11_000)
    data = b"".join(packer.compress(row) for _ in range(11_000)) + packer.flush()
    content = png(11_000, 11_000).replace(zlib.compress(b""), b"")
    head, end = content[:33], content[-12:]
    idat = struct.pack(">I", len(data)) + b"IDAT" + data + struct.pack(">I", zlib.crc32(b"IDAT" + data))
    (tmp_path / "a.png").write_bytes(head + idat + end)
    ended = subprocess.run(
        [sys.executable, "-c", _CHILD, tmp_path / "a.png", tmp_path / "a.tif", root / "tests" / "conftest.py"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert int(ended.stdout) < 60  # MB; the pixels have 484


@pytest.mark.parametrize(
    ("size", "options", "more", "reason"),
    [
        ((1_000_000, 1_000_000), TILES, {}, "raster"),
        ((16_384, 16_384), TILES, {}, "block"),
        ((4096, 4096), ("BLOCKYSIZE=4096",), {"kind": gdal.GDT_Float64, "bands": 2, "interleave": "PIXEL"}, "block"),
        ((512, 512), ("TILED=YES", "BLOCKXSIZE=512", "BLOCKYSIZE=512"), {"bands": 1000}, "block"),
    ],
)
def test_a_raster_that_is_too_large_is_refused_by_its_header(
    tmp_path: Path, size: tuple[int, int], options: tuple[str, ...], more: dict[str, Any], reason: str
) -> None:
    together = ("INTERLEAVE=PIXEL",) if more.get("bands", 1) > 1 else ()
    kept = {name: value for name, value in more.items() if name != "interleave"}
    path = tiff(tmp_path / "a.tif", size, *options, *together, **kept)
    assert path.stat().st_size < 200_000
    for act in _acts(path):
        with pytest.raises(RasterTooLarge) as caught:
            act()
        assert caught.value.reason == reason
    if reason == "block":
        assert sample(BandSource(str(path))) is None
        assert not is_cut_short(BandSource(str(path)))
        with pytest.raises(RasterTooLarge):
            check_size(path)


def _acts(path: Path) -> list[Callable[[], object]]:
    return [lambda: raster_placement(path), lambda: class_areas(path, Partition((0.0, 1.0), (-1, 0), 1))]


def test_the_blocks_of_overviews_count(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tiff(tmp_path / "a.tif", (9000, 9000), "TILED=YES")
    gdal.SetConfigOption("GDAL_TIFF_OVR_BLOCKSIZE", "4096")
    try:
        gdal.OpenEx(str(path), gdal.OF_UPDATE).BuildOverviews("NEAREST", [2])
    finally:
        gdal.SetConfigOption("GDAL_TIFF_OVR_BLOCKSIZE", None)
    raster_placement(path)
    budget.megapixels = 8
    with pytest.raises(RasterTooLarge):
        raster_placement(path)


def test_a_large_raster_of_small_blocks_passes(tmp_path: Path) -> None:
    path = tiff(tmp_path / "a.tif", (90_000, 90_000), "TILED=YES", kind=gdal.GDT_Float32)
    assert raster_placement(path).extent[2] == 500000 + 900_000
    asked = []
    with pytest.raises(Interrupted):
        class_areas(path, Partition((0.0, 1.0), (-1, 0), 1), lambda: bool(asked.append(0) or len(asked) > 3))
    assert len(asked) == 4


def test_a_raster_of_large_blocks_is_measured_block_by_block(tmp_path: Path) -> None:
    path = tmp_path / "a.tif"
    values = np.random.default_rng(4).random((3000, 9000), dtype=np.float32)
    options = ["TILED=YES", "BLOCKXSIZE=4096", "BLOCKYSIZE=1024"]
    dataset = gdal.GetDriverByName("GTiff").Create(str(path), 9000, 3000, 1, gdal.GDT_Float32, options)
    dataset.SetGeoTransform(UTM)
    reference = osr.SpatialReference()
    reference.ImportFromEPSG(32643)
    dataset.SetProjection(reference.ExportToWkt())
    dataset.GetRasterBand(1).WriteArray(values)
    dataset = None
    found = class_areas(path, Partition((0.0, 0.25, 1.0), (-1, 0, 1), 2))
    assert found.total == pytest.approx(100 * values.size)
    assert found.classes[0] == pytest.approx(100 * (values < 0.25).sum())


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"<!DOCTYPE html><html>", "HTML"),
        (b'<VRTDataset rasterXSize="10" rasterYSize="4"></VRTDataset>', "VRT"),
        (b'<?xml version="1.0"?>\n<VRTDataset rasterXSize="10" rasterYSize="4"></VRTDataset>', "VRT"),
        (b'<GDAL_WMS><Service name="TMS"/></GDAL_WMS>', "WMS"),
        (b"%PDF-1.7", "PDF"),
        (b'{"error": "x"}', "JSON"),
        (b"\x89PNG\r\n\x1a\n", "PNG"),
    ],
)
def test_what_is_no_raster_is_refused_by_name(tmp_path: Path, content: bytes, found: str) -> None:
    path = tmp_path / "a.tif"
    path.write_bytes(content)
    for act in _acts(path):
        with pytest.raises(RasterUnreadable) as caught:
            act()
        assert (caught.value.reason, caught.value.found) == ("not-raster", found)
    if found != "PNG":
        with pytest.raises(PictureUnreadable) as unreadable:
            place_picture(content, tmp_path / "b.tif", EXTENT)
        assert unreadable.value.found == found


def test_a_raster_with_overviews_in_another_file_is_not_opened(tmp_path: Path) -> None:
    path = tiff(tmp_path / "a.tif", (600, 600))
    (tmp_path / "secret.vrt").write_text("<VRTDataset/>")
    dataset = gdal.OpenEx(str(path), gdal.OF_UPDATE)
    dataset.SetMetadata({"OVERVIEW_FILE": str(tmp_path / "secret.vrt")}, "OVERVIEWS")
    dataset = None
    assert [each.name for each in tmp_path.iterdir() if "aux" in each.name] == []
    with pytest.raises(RasterUnreadable) as caught:
        raster_placement(path)
    assert caught.value.reason == "other-file"


NAN, INF = float("nan"), float("inf")


@pytest.mark.parametrize(
    ("transform", "epsg"),
    [
        ((NAN, 10, 0, 1400000, 0, -10), 32643),
        ((500000, NAN, 0, 1400000, 0, -10), 32643),
        ((500000, INF, 0, 1400000, 0, -10), 32643),
        ((500000, 10, 0, -INF, 0, -10), 32643),
        ((500000, 1e300, 0, 1400000, 0, -1e300), 32643),
        ((500000, 1e-12, 0, 1400000, 0, -1e-12), 32643),
        ((500000, 10, 10, 1400000, 10, 10), 32643),
        ((500000, 0, 0, 1400000, 0, 0), 32643),
        ((1e12, 10, 0, 1400000, 0, -10), 32643),
        ((500000, 10, 0, 9e7, 0, -10), 32643),
        ((77.5, 0.1, 0, 212.5, 0, -0.1), 4326),
        ((900, 0.1, 0, 12.5, 0, -0.1), 4326),
        ((77.5, 50, 0, 12.5, 0, -50), 4326),
    ],
)
def test_a_raster_off_the_earth_has_no_place(tmp_path: Path, transform: tuple[float, ...], epsg: int) -> None:
    path = tiff(tmp_path / "a.tif", (8, 6), transform=transform, epsg=epsg)
    with pytest.raises(RasterUnreadable) as caught:
        raster_placement(path)
    assert caught.value.reason in ("off-earth", "no-place")


@pytest.mark.parametrize(
    ("transform", "size", "epsg"),
    [
        ((-180.125, 0.25, 0, 90.125, 0, -0.25), (1440, 721), 4326),  # pixels on the poles
        ((-180, 0.25, 0, 90, 0, -0.25), (1440, 720), 4326),
        ((0, 0.25, 0, 90, 0, -0.25), (1440, 720), 4326),
        ((179.9, 0.001, 0, 12.5, 0, -0.001), (400, 400), 4326),  # across the 180th meridian
        ((-20037508.34, 39135.76, 0, 20037508.34, 0, -39135.76), (1024, 1024), 3857),
        ((500000, 0.01, 0, 1400000, 0, -0.01), (100, 100), 32643),
        ((-4e6, 1e4, 0, 4e6, 0, -1e4), (800, 800), 3031),
    ],
)
def test_rasters_of_the_whole_earth_pass(
    tmp_path: Path, transform: tuple[float, ...], size: tuple[int, int], epsg: int
) -> None:
    placement = raster_placement(tiff(tmp_path / "a.tif", size, transform=transform, epsg=epsg))
    assert placement.crs == f"EPSG:{epsg}"
    assert (placement.extent[0], placement.extent[3]) == pytest.approx((transform[0], transform[3]))


@pytest.mark.parametrize(
    "extent", [(77.5, 12.25, 77.5, 12.25), (77.5, 100.0, 78.0, 101.0), (1e300, 1, 2e300, 2), (0, 0, 1e-12, 1e-12)]
)
def test_a_picture_off_the_earth_has_no_place(tmp_path: Path, extent: tuple[float, float, float, float]) -> None:
    content = filled(np.zeros((4, 6, 4), dtype=np.uint8))
    for act in (
        lambda: place_picture(content, tmp_path / "a.tif", extent),
        lambda: wrap_picture(content, tmp_path / "a.png", tmp_path / "a.vrt", extent),
    ):
        with pytest.raises(PictureUnreadable) as caught:
            act()
        assert caught.value.reason == "extent"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("size", [(0, 4), (6, 0), (0, 0)])
def test_a_picture_without_pixels_is_named(tmp_path: Path, size: tuple[int, int]) -> None:
    with pytest.raises(PictureUnreadable) as caught:
        place_picture(png(*size), tmp_path / "a.tif", EXTENT)
    assert caught.value.reason == "no-pixels"
