"""A picture lies exactly on its extent, with its own colours, whole or not at all."""

from __future__ import annotations

import math
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from osgeo import gdal, osr
from pixxel_explorer.plugin.imagery.errors import RasterUnreadable
from pixxel_explorer.plugin.imagery.picture_raster import place_picture
from pixxel_explorer.plugin.imagery.placement import raster_placement
from pixxel_explorer.plugin.imagery.png_file import PictureUnreadable

EXTENT = (77.5, 12.25, 77.75, 12.5)
WHOLE_TRAILER = b"IEND\xaeB`\x82" * 10  # what looks like ends follows the end


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def make_png(pixels: np.ndarray, colour_type: int, *extra: bytes, depth: int = 8) -> bytes:
    """Encode samples of shape (height, width, channels) without any library, so that the test has its own truth."""
    height, width = pixels.shape[:2]
    header = struct.pack(">IIBBBBB", width, height, depth, colour_type, 0, 0, 0)
    samples = pixels.astype(">u2" if depth == 16 else "u1")
    rows = b"".join(b"\0" + samples[row].tobytes() for row in range(height))
    body = _chunk(b"IHDR", header) + b"".join(extra) + _chunk(b"IDAT", zlib.compress(rows)) + _chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


def _truth(height: int = 5, width: int = 7, channels: int = 4) -> np.ndarray:
    return np.random.default_rng(7).integers(0, 256, (height, width, channels), dtype=np.uint8)


def _written(path: Path) -> tuple[np.ndarray, tuple[float, ...], str, gdal.Dataset]:
    dataset = gdal.OpenEx(str(path))
    return np.moveaxis(dataset.ReadAsArray(), 0, -1), dataset.GetGeoTransform(), dataset.GetProjection(), dataset


def test_an_rgba_picture_keeps_every_pixel_and_its_edges_are_the_extent(tmp_path: Path) -> None:
    truth = _truth()
    target = tmp_path / "new folder" / "2025-05-02.tif"

    place_picture(make_png(truth, 6), target, EXTENT)

    pixels, transform, projection, dataset = _written(target)
    assert np.array_equal(pixels, truth)
    assert transform == pytest.approx((77.5, 0.25 / 7, 0, 12.5, 0, -0.25 / 5))
    assert transform[0] + 7 * transform[1] == pytest.approx(77.75)
    assert transform[3] + 5 * transform[5] == pytest.approx(12.25)
    assert osr.SpatialReference(projection).GetAuthorityCode(None) == "4326"
    assert dataset.GetRasterBand(4).GetColorInterpretation() == gdal.GCI_AlphaBand
    assert dataset.GetMetadataItem("COMPRESSION", "IMAGE_STRUCTURE") == "DEFLATE"
    assert dataset.GetRasterBand(1).GetBlockSize() == [256, 256]


def test_a_picture_can_lie_in_metres(tmp_path: Path) -> None:
    extent = (500000.0, 4600000.0, 500140.0, 4600100.0)
    place_picture(make_png(_truth(), 6), tmp_path / "a.tif", extent, "EPSG:32633")
    assert raster_placement(tmp_path / "a.tif").crs == "EPSG:32633"
    assert raster_placement(tmp_path / "a.tif").extent == pytest.approx(extent)


def test_rgb_is_opaque(tmp_path: Path) -> None:
    truth = _truth(channels=3)
    place_picture(make_png(truth, 2), tmp_path / "a.tif", EXTENT)
    pixels = _written(tmp_path / "a.tif")[0]
    assert np.array_equal(pixels[..., :3], truth)
    assert (pixels[..., 3] == 255).all()


def test_rgb_with_a_transparent_colour(tmp_path: Path) -> None:
    truth = _truth(channels=3)
    red, green, blue = (int(v) for v in truth[2, 3])
    png = make_png(truth, 2, _chunk(b"tRNS", struct.pack(">HHH", red, green, blue)))
    place_picture(png, tmp_path / "a.tif", EXTENT)
    alpha = _written(tmp_path / "a.tif")[0][..., 3]
    assert alpha[2, 3] == 0
    assert (alpha == 0).sum() == 1


@pytest.mark.parametrize("channels, colour_type", [(1, 0), (2, 4)])
def test_grey_becomes_three_equal_channels(tmp_path: Path, channels: int, colour_type: int) -> None:
    truth = _truth(channels=channels)
    place_picture(make_png(truth, colour_type), tmp_path / "a.tif", EXTENT)
    pixels = _written(tmp_path / "a.tif")[0]
    assert all(np.array_equal(pixels[..., band], truth[..., 0]) for band in range(3))
    expected = truth[..., 1] if channels == 2 else np.full(truth.shape[:2], 255)
    assert np.array_equal(pixels[..., 3], expected)


def test_a_palette_with_transparency_is_looked_up(tmp_path: Path) -> None:
    indices = _truth(channels=1) % 3
    palette = _chunk(b"PLTE", bytes([43, 131, 186, 215, 25, 28, 0, 0, 0])) + _chunk(b"tRNS", bytes([255, 128, 0]))
    place_picture(make_png(indices, 3, palette), tmp_path / "a.tif", EXTENT)
    entries = np.array([[43, 131, 186, 255], [215, 25, 28, 128], [0, 0, 0, 0]])
    assert np.array_equal(_written(tmp_path / "a.tif")[0], entries[indices[..., 0]])


@pytest.mark.parametrize("channels, colour_type", [(4, 6), (3, 2)])
def test_sixteen_bits_become_eight(tmp_path: Path, channels: int, colour_type: int) -> None:
    truth = _truth(channels=channels)
    place_picture(make_png(truth.astype(np.uint16) * 257, colour_type, depth=16), tmp_path / "a.tif", EXTENT)
    pixels = _written(tmp_path / "a.tif")[0]
    assert np.array_equal(pixels[..., :channels], truth)
    assert channels == 4 or (pixels[..., 3] == 255).all()


def _packed(samples: np.ndarray, depth: int, colour_type: int, *extra: bytes) -> bytes:
    """Encode samples of fewer than eight bits: the first is in the highest bits of its byte."""
    height, width = samples.shape
    header = struct.pack(">IIBBBBB", width, height, depth, colour_type, 0, 0, 0)
    bits = np.unpackbits(samples.astype(np.uint8)[..., np.newaxis], axis=-1)[..., 8 - depth :].reshape(height, -1)
    rows = b"".join(b"\0" + np.packbits(row).tobytes() for row in bits)
    body = _chunk(b"IHDR", header) + b"".join(extra) + _chunk(b"IDAT", zlib.compress(rows)) + _chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


@pytest.mark.parametrize("depth", [1, 2, 4])
def test_grey_of_few_bits_spans_the_full_range(tmp_path: Path, depth: int) -> None:
    samples = _truth(channels=1)[..., 0] % 2**depth
    place_picture(_packed(samples, depth, 0), tmp_path / "a.tif", EXTENT)
    pixels = _written(tmp_path / "a.tif")[0]
    expected = np.rint(samples.astype(float) * 255 / (2**depth - 1))
    assert all(np.array_equal(pixels[..., band], expected) for band in range(3))
    assert (pixels[..., 3] == 255).all()


@pytest.mark.parametrize("depth", [1, 2, 4])
def test_a_transparent_grey_of_few_bits(tmp_path: Path, depth: int) -> None:
    samples = _truth(channels=1)[..., 0] % 2**depth
    png = _packed(samples, depth, 0, _chunk(b"tRNS", struct.pack(">H", 1)))
    place_picture(png, tmp_path / "a.tif", EXTENT)
    pixels = _written(tmp_path / "a.tif")[0]
    assert np.array_equal(pixels[..., 3], np.where(samples == 1, 0, 255))
    assert set(np.unique(pixels[..., 0])) <= {n * 255 // (2**depth - 1) for n in range(2**depth)}


@pytest.mark.parametrize("depth", [1, 2, 4])
def test_a_palette_of_few_bits_is_looked_up(tmp_path: Path, depth: int) -> None:
    samples = _truth(channels=1)[..., 0] % 2
    palette = _chunk(b"PLTE", bytes([43, 131, 186, 215, 25, 28])) + _chunk(b"tRNS", bytes([128]))
    place_picture(_packed(samples, depth, 3, palette), tmp_path / "a.tif", EXTENT)
    entries = np.array([[43, 131, 186, 128], [215, 25, 28, 255]])
    assert np.array_equal(_written(tmp_path / "a.tif")[0], entries[samples])


@pytest.mark.parametrize("channels, colour_type", [(1, 0), (2, 4)])
def test_grey_of_sixteen_bits_is_scaled_and_rounded(tmp_path: Path, channels: int, colour_type: int) -> None:
    truth = np.random.default_rng(5).integers(0, 65536, (5, 7, channels))
    place_picture(make_png(truth, colour_type, depth=16), tmp_path / "a.tif", EXTENT)
    pixels = _written(tmp_path / "a.tif")[0]
    expected = np.rint(truth * 255 / 65535)
    assert np.array_equal(pixels[..., 0], expected[..., 0])
    assert np.array_equal(pixels[..., 3], expected[..., 1] if channels == 2 else np.full((5, 7), 255))


def test_a_transparent_grey_of_sixteen_bits(tmp_path: Path) -> None:
    truth = np.array([[[0], [300], [301]]])
    png = make_png(truth, 0, _chunk(b"tRNS", struct.pack(">H", 300)), depth=16)
    place_picture(png, tmp_path / "a.tif", EXTENT)
    assert _written(tmp_path / "a.tif")[0][0, :, 3].tolist() == [255, 0, 255]


@pytest.mark.parametrize("trailer", [b"\n", b"<!-- generated -->" + b" " * 100, b"\0" * 5000, WHOLE_TRAILER])
def test_bytes_after_the_end_are_nothing(tmp_path: Path, trailer: bytes) -> None:
    truth = _truth()
    place_picture(make_png(truth, 6) + trailer, tmp_path / "a.tif", EXTENT)
    assert np.array_equal(_written(tmp_path / "a.tif")[0], truth)


def test_a_large_picture_has_overviews(tmp_path: Path) -> None:
    place_picture(make_png(_truth(10, 2100), 6), tmp_path / "a.tif", EXTENT)
    assert _written(tmp_path / "a.tif")[3].GetRasterBand(1).GetOverviewCount() > 0


WHOLE = make_png(_truth(), 6)


@pytest.mark.parametrize(
    "png, reason",
    [
        (b"", "not-png"),
        (b'{"error": {"code": "x"}}', "not-png"),
        (WHOLE[: len(WHOLE) // 2], "damaged"),
        (WHOLE[:-1], "damaged"),
        (WHOLE[:-12] + b"x" * 40, "damaged"),
        (WHOLE[:60] + bytes(20) + WHOLE[80:], "damaged"),
        (WHOLE[:8] + WHOLE[-12:], "damaged"),
    ],
)
def test_a_broken_picture_is_refused_and_leaves_nothing(tmp_path: Path, png: bytes, reason: str) -> None:
    with pytest.raises(PictureUnreadable) as caught:
        place_picture(png, tmp_path / "a.tif", EXTENT)
    assert caught.value.reason == reason
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("extent", [(1, 1, 1, 2), (2, 1, 1, 2), (1, 1, math.nan, 2), (1, 3, 2, 2)])
def test_an_extent_without_area_is_refused(tmp_path: Path, extent: tuple[float, float, float, float]) -> None:
    with pytest.raises(PictureUnreadable) as caught:
        place_picture(WHOLE, tmp_path / "a.tif", extent)
    assert caught.value.reason == "extent"


def test_an_unknown_crs_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PictureUnreadable) as caught:
        place_picture(WHOLE, tmp_path / "a.tif", EXTENT, "EPSG:1")
    assert caught.value.reason == "crs"


def test_a_failed_write_keeps_the_old_file(tmp_path: Path) -> None:
    target = tmp_path / "a.tif"
    place_picture(WHOLE, target, EXTENT)
    before = target.read_bytes()
    with pytest.raises(PictureUnreadable):
        place_picture(WHOLE[:40], target, EXTENT)
    assert target.read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["a.tif"]


def test_a_folder_that_is_a_file_is_an_os_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(OSError):
        place_picture(WHOLE, tmp_path / "file" / "a.tif", EXTENT)


def test_the_host_may_have_gdal_exceptions_on(tmp_path: Path) -> None:
    were_on = gdal.GetUseExceptions()
    gdal.UseExceptions()
    try:
        with pytest.raises(PictureUnreadable):
            place_picture(WHOLE[:60] + bytes(20) + WHOLE[80:], tmp_path / "a.tif", EXTENT)
        place_picture(WHOLE, tmp_path / "a.tif", EXTENT)
        assert (tmp_path / "a.tif").exists()
        with pytest.raises(RasterUnreadable):
            raster_placement(tmp_path / "absent.tif")
        assert gdal.GetUseExceptions()
    finally:
        if not were_on:
            gdal.DontUseExceptions()


def _raster(path: Path, transform: tuple[float, ...] | None, code: int | None) -> Path:
    dataset = gdal.GetDriverByName("GTiff").Create(str(path), 10, 4, 1, gdal.GDT_Float32)
    if transform:
        dataset.SetGeoTransform(transform)
    if code:
        reference = osr.SpatialReference()
        reference.ImportFromEPSG(code)
        dataset.SetProjection(reference.ExportToWkt())
    return path


def test_a_raster_says_where_it_lies(tmp_path: Path) -> None:
    placement = raster_placement(_raster(tmp_path / "a.tif", (5e5, 10, 0, 46e5, 0, -10), 32633))
    assert placement.crs == "EPSG:32633"
    assert placement.extent == (500000, 4599960, 500100, 4600000)
    assert (placement.method, placement.confidence) == ("raster", 1.0)


SITE = 'LOCAL_CS["site",UNIT["metre",1]]'
OWN = "+proj=laea +lat_0=47 +lon_0=16 +x_0=1000 +y_0=2000 +ellps=GRS80"


def _own(path: Path, definition: str) -> Path:
    """Write a raster in a CRS that no authority knows."""
    dataset = gdal.OpenEx(str(_raster(path, (0, 10, 0, 0, 0, -10), None)), gdal.OF_UPDATE)
    reference = osr.SpatialReference()
    reference.SetFromUserInput(definition)
    dataset.SetSpatialRef(reference)
    return path


def test_a_raster_whose_crs_has_no_code_lies_by_its_wkt(tmp_path: Path) -> None:
    placement = raster_placement(_own(tmp_path / "a.tif", OWN))
    assert placement.extent == (0, -40, 100, 0)
    found, given = osr.SpatialReference(), osr.SpatialReference()
    assert found.SetFromUserInput(placement.crs) == 0
    given.SetFromUserInput(OWN)
    assert found.IsSame(given)


def test_a_raster_of_a_local_grid_has_no_place(tmp_path: Path) -> None:
    with pytest.raises(RasterUnreadable) as caught:
        raster_placement(_own(tmp_path / "a.tif", SITE))
    assert caught.value.reason == "no-crs"


@pytest.mark.parametrize(
    "transform, code, reason", [(None, 32633, "no-place"), ((5e5, 10, 0, 46e5, 0, -10), None, "no-crs")]
)
def test_a_raster_without_a_place(
    tmp_path: Path, transform: tuple[float, ...] | None, code: int | None, reason: str
) -> None:
    with pytest.raises(RasterUnreadable) as caught:
        raster_placement(_raster(tmp_path / "a.tif", transform, code))
    assert (caught.value.reason, caught.value.name) == (reason, "a.tif")


@pytest.mark.parametrize("content", [b"", b"<html>", b"II*\0 not a tiff"])
def test_something_else_is_no_raster(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.tif"
    path.write_bytes(content)
    with pytest.raises(RasterUnreadable) as caught:
        raster_placement(path)
    assert caught.value.reason == "not-raster"


def test_a_virtual_raster_that_points_elsewhere_is_not_opened(tmp_path: Path) -> None:
    _raster(tmp_path / "a.tif", (5e5, 10, 0, 46e5, 0, -10), 32633)
    (tmp_path / "b.tif").write_text(
        '<VRTDataset rasterXSize="10" rasterYSize="4"><VRTRasterBand band="1"><SimpleSource>'
        f"<SourceFilename>{tmp_path}/a.tif</SourceFilename></SimpleSource></VRTRasterBand></VRTDataset>"
    )
    with pytest.raises(RasterUnreadable):
        raster_placement(tmp_path / "b.tif")
