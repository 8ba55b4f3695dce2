from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from osgeo import gdal
from pixxel_explorer.plugin.imagery.evaluate import Window
from pixxel_explorer.plugin.imagery.picture_raster import place_picture
from pixxel_explorer.plugin.imagery.png_file import PictureUnreadable
from pixxel_explorer.plugin.imagery.wrapping import LARGEST, wrap_picture

EXTENT = (16.93, 47.18, 16.953, 47.197)


def png_of(pixels: np.ndarray[Any, Any], folder: Path) -> bytes:
    bands, height, width = pixels.shape
    memory = gdal.GetDriverByName("MEM").Create("", width, height, bands, gdal.GDT_Byte)
    for number in range(bands):
        memory.GetRasterBand(number + 1).WriteArray(pixels[number])
    path = folder / "made.png"
    gdal.GetDriverByName("PNG").CreateCopy(str(path), memory)
    return path.read_bytes()


@pytest.fixture
def png(tmp_path: Path) -> bytes:
    return png_of(np.random.default_rng(3).integers(0, 256, (4, 30, 50), dtype=np.uint8), tmp_path)


def test_a_wrapped_picture_lies_and_looks_as_the_same_picture_written_again(png: bytes, tmp_path: Path) -> None:
    assert wrap_picture(png, tmp_path / "a.png", tmp_path / "a.vrt", EXTENT)
    place_picture(png, tmp_path / "a.tif", EXTENT)
    wrapped, anew = gdal.Open(str(tmp_path / "a.vrt")), gdal.Open(str(tmp_path / "a.tif"))
    assert wrapped.GetGeoTransform() == pytest.approx(anew.GetGeoTransform())
    assert wrapped.GetSpatialRef().IsSame(anew.GetSpatialRef())
    assert wrapped.GetSpatialRef().GetDataAxisToSRSAxisMapping() == anew.GetSpatialRef().GetDataAxisToSRSAxisMapping()
    assert np.array_equal(wrapped.ReadAsArray(), anew.ReadAsArray())
    assert wrapped.GetRasterBand(4).GetColorInterpretation() == gdal.GCI_AlphaBand


def test_the_servers_bytes_stay_as_they_came(png: bytes, tmp_path: Path) -> None:
    wrap_picture(png, tmp_path / "a.png", tmp_path / "a.vrt", EXTENT)
    assert (tmp_path / "a.png").read_bytes() == png


@pytest.mark.parametrize("cut", [9, 20, 33, 60, -1, -12])
def test_a_picture_cut_short_is_refused_and_nothing_is_written(png: bytes, tmp_path: Path, cut: int) -> None:
    with pytest.raises(PictureUnreadable):
        wrap_picture(png[:cut], tmp_path / "a.png", tmp_path / "a.vrt", EXTENT)
    assert not (tmp_path / "a.png").exists()


def test_a_single_changed_byte_is_noticed(png: bytes, tmp_path: Path) -> None:
    middle = len(png) // 2
    broken = png[:middle] + bytes([png[middle] ^ 1]) + png[middle + 1 :]
    with pytest.raises(PictureUnreadable):
        wrap_picture(broken, tmp_path / "a.png", tmp_path / "a.vrt", EXTENT)


def test_no_pixel_is_decoded_to_wrap_a_picture(png: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    monkeypatch.setattr(gdal, "OpenEx", lambda name, *_args, **_options: opened.append(name))
    assert wrap_picture(png, tmp_path / "a.png", tmp_path / "a.vrt", EXTENT)
    assert opened == []


def test_qgis_finds_statistics_and_measures_none(png: bytes, tmp_path: Path) -> None:
    wrap_picture(png, tmp_path / "a.png", tmp_path / "a.vrt", EXTENT)
    dataset = gdal.Open(str(tmp_path / "a.vrt"))
    for band in range(1, 5):
        found = dataset.GetRasterBand(band).GetStatistics(True, False)  # approximate ones will do, measure none
        assert found[:2] == [0, 255]
        assert dataset.GetRasterBand(band).GetMetadataItem("STATISTICS_APPROXIMATE") == "YES"


def test_pixels_in_an_unusual_order_of_chunks_become_a_geotiff_with_the_same_colours(
    png: bytes, tmp_path: Path
) -> None:
    """A damaged comment is no reason to refuse a picture, but one to look at it closely."""
    text = b"\0\0\0\x04tEXta\0bc" + bytes(4)  # its checksum is wrong
    odd = png[:33] + text + png[33:]
    assert not wrap_picture(odd, tmp_path / "a.png", tmp_path / "a.vrt", EXTENT)
    place_picture(odd, tmp_path / "odd.tif", EXTENT)
    place_picture(png, tmp_path / "plain.tif", EXTENT)
    same = [gdal.Open(str(tmp_path / name)).ReadAsArray() for name in ("odd.tif", "plain.tif")]
    assert np.array_equal(*same)


def test_what_is_no_png_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PictureUnreadable):
        wrap_picture(b'{"error": {}}', tmp_path / "a.png", tmp_path / "a.vrt", EXTENT)


@pytest.mark.parametrize("shape", [(3, 20, 20), (1, 20, 20), (4, 8, LARGEST + 1)])
def test_other_pictures_are_left_to_the_geotiff(tmp_path: Path, shape: tuple[int, int, int]) -> None:
    content = png_of(np.zeros(shape, dtype=np.uint8), tmp_path)
    assert not wrap_picture(content, tmp_path / "a.png", tmp_path / "a.vrt", EXTENT)
    assert not (tmp_path / "a.vrt").exists()


@pytest.mark.parametrize(("crs", "extent"), [("EPSG:4326", EXTENT), ("EPSG:32643", (5e5, 1e6, 5.2e5, 1.05e6))])
def test_a_window_of_a_picture_is_shown_alone(
    png: bytes, tmp_path: Path, crs: str, extent: tuple[float, float, float, float]
) -> None:
    window = Window(4, 7, 40, 20)
    wrap_picture(png, tmp_path / "a.png", tmp_path / "a.vrt", extent, crs, window=window)
    place_picture(png, tmp_path / "a.tif", extent, crs, window=window)
    whole = gdal.Open(str(tmp_path / "a.png")).ReadAsArray()
    for name in ("a.vrt", "a.tif"):
        shown = gdal.Open(str(tmp_path / name))
        assert np.array_equal(shown.ReadAsArray(), whole[:, 7:27, 4:44])
        left, east, _, top, _, south = shown.GetGeoTransform()
        assert (left, top) == (extent[0], extent[3])
        assert (left + 40 * east, top + 20 * south) == pytest.approx((extent[2], extent[1]))
        assert shown.GetSpatialRef().GetDataAxisToSRSAxisMapping() == ([2, 1] if crs == "EPSG:4326" else [1, 2])
    assert (tmp_path / "a.png").read_bytes() == png
