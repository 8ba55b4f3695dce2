"""Class rasters: bytes with a palette, whole or not at all, and classes of values under the painted legend."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from osgeo import gdal
from pixxel_explorer.plugin.imagery.class_areas import partition_of
from pixxel_explorer.plugin.imagery.class_raster import fill_overlay, write_classes
from pixxel_explorer.plugin.imagery.errors import Interrupted, RasterUnreadable
from pixxel_explorer.plugin.imagery.evaluate import Window
from pixxel_explorer.plugin.imagery.loaded import Placement
from pixxel_explorer.plugin.imagery.picture_classes import ClassPixels
from pixxel_explorer.plugin.legend.spec import Legend, LegendClass

from .test_class_areas import write
from .test_picture_classes import LEGEND, field

UTM = Placement("EPSG:32643", (500000.0, 1398000.0, 503000.0, 1400000.0), "raster", 1.0)  # 10 m: 300 × 200
ROUND = {"type": "Polygon", "coordinates": [[[70, 5], [80, 5], [80, 20], [70, 20], [70, 5]]]}


def test_a_class_raster_is_one_band_of_bytes_with_a_palette_and_no_data(tmp_path: Path) -> None:
    truth = field(200, 300)
    write_classes(truth, tmp_path / "a.tif", UTM, LEGEND)
    dataset = gdal.OpenEx(str(tmp_path / "a.tif"))
    band = dataset.GetRasterBand(1)
    assert np.array_equal(band.ReadAsArray(), truth)
    assert (dataset.RasterCount, band.DataType, band.GetNoDataValue()) == (1, gdal.GDT_Byte, 0)
    assert dataset.GetGeoTransform() == (500000, 10, 0, 1400000, 0, -10)
    assert dataset.GetSpatialRef().GetAuthorityCode(None) == "32643"
    assert band.GetBlockSize() == [256, 256]
    assert band.GetColorInterpretation() == gdal.GCI_PaletteIndex
    assert [band.GetColorTable().GetColorEntry(n) for n in (1, 5)] == [(215, 25, 28, 255), (26, 150, 65, 255)]
    assert band.GetMetadata() == {f"CLASS_{number}": f"Class {number}" for number in range(1, 6)}
    assert band.GetOverviewCount() == 0
    assert [path.name for path in tmp_path.iterdir()] == ["a.tif"]


def test_a_class_without_a_label_is_named_by_its_range(tmp_path: Path) -> None:
    plain = Legend(tuple(LegendClass(entry.minimum, entry.maximum, entry.colour) for entry in LEGEND.classes))
    write_classes(field(20, 20), tmp_path / "a.tif", UTM, plain)
    dataset = gdal.OpenEx(str(tmp_path / "a.tif"))
    assert dataset.GetRasterBand(1).GetMetadataItem("CLASS_1") == "0.0 to 0.2"


def test_a_large_one_has_overviews_of_whole_classes(tmp_path: Path) -> None:
    write_classes(field(300, 2100), tmp_path / "a.tif", UTM, LEGEND)
    dataset = gdal.OpenEx(str(tmp_path / "a.tif"))
    band = dataset.GetRasterBand(1)
    assert band.GetOverviewCount() == 4
    assert set(np.unique(band.GetOverview(1).ReadAsArray())) <= set(range(6))


@pytest.mark.parametrize("asked", [0, 1, 9])
def test_one_that_is_stopped_leaves_nothing(tmp_path: Path, asked: int) -> None:
    answers = iter([False] * asked + [True] * 100)
    with pytest.raises(Interrupted):
        write_classes(field(2100, 300), tmp_path / "a.tif", UTM, LEGEND, lambda: next(answers))
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_a_file_is_an_error_of_the_disk(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OSError):
        write_classes(field(20, 20), tmp_path / "file" / "a.tif", UTM, LEGEND)


def _values(folder: Path, **options: Any) -> Path:
    """Write values that rise eastward from 0 to 1 over the grid, in pixels of 20 m, with no-data in the north."""
    values = np.tile(np.linspace(0.5 / 150, 1 - 0.5 / 150, 150, dtype=np.float32), (100, 1))
    values[:20] = -9999
    return write(folder / "v.tif", [values], transform=(500000, 20, 0, 1400000, 0, -20), nodata=-9999, **options)


def _pixels(box: Window) -> ClassPixels:
    values = np.full((200, 300), 3, dtype=np.uint8)
    values[box.row : box.row + box.height, box.column : box.column + box.width] = 0
    return ClassPixels(values, box, 1.0)


def test_values_fill_what_the_legend_hides_by_the_bounds_of_the_classes(tmp_path: Path) -> None:
    pixels = _pixels(Window(30, 20, 240, 100))
    fill_overlay(pixels, UTM, ROUND, _values(tmp_path), partition_of(LEGEND))
    assert not pixels.values[20:40, 30:270].any()  # no-data in the north
    row = pixels.values[80, 30:270]
    assert np.array_equal(row, 1 + (5 * (np.arange(30, 270) // 2 + 0.5) / 150).astype(int))
    assert (pixels.values[:, :30] == 3).all()
    assert (pixels.values[120:] == 3).all()


def test_values_in_another_grid_are_laid_over_the_picture(tmp_path: Path) -> None:
    corners = gdal.Warp("", gdal.OpenEx(str(_values(tmp_path))), format="MEM", dstSRS="EPSG:4326").GetGeoTransform()
    edges = (corners[0], corners[3] - 0.018, corners[0] + 0.0274, corners[3])
    pixels = _pixels(Window(100, 60, 100, 100))
    fill_overlay(
        pixels, Placement("EPSG:4326", edges, "aoi-extent", 0.5), ROUND, _values(tmp_path), partition_of(LEGEND)
    )
    found = pixels.values[60:160, 100:200]
    assert set(np.unique(found)) == {2, 3, 4}
    assert (np.diff(found[50].astype(int)) >= 0).all()


def test_nothing_is_filled_outside_of_the_outline(tmp_path: Path) -> None:
    outline = {"type": "Polygon", "coordinates": [[[75, 12], [75.0138, 12], [75.0138, 13], [75, 13], [75, 12]]]}
    pixels = _pixels(Window(0, 60, 300, 100))
    fill_overlay(pixels, UTM, outline, _values(tmp_path), partition_of(LEGEND))
    row = pixels.values[100]
    assert row[:149].all()
    assert not row[152:].any()
    pixels = _pixels(Window(0, 60, 300, 100))
    fill_overlay(pixels, UTM, {}, _values(tmp_path), partition_of(LEGEND))
    assert not pixels.values[60:160].any()


def test_values_elsewhere_fill_nothing_and_none_are_needed_without_a_legend(tmp_path: Path) -> None:
    far = Placement("EPSG:32643", (700000.0, 1398000.0, 703000.0, 1400000.0), "raster", 1.0)
    pixels = _pixels(Window(30, 60, 100, 100))
    fill_overlay(pixels, far, ROUND, _values(tmp_path), partition_of(LEGEND))
    assert not pixels.values[60:160, 30:130].any()
    plain = ClassPixels(np.ones((4, 4), dtype=np.uint8), None, 1.0)
    fill_overlay(plain, UTM, ROUND, tmp_path / "none.tif", partition_of(LEGEND))
    assert plain.values.all()


def test_a_scale_counts_and_a_file_that_is_no_raster_is_named(tmp_path: Path) -> None:
    stored = np.full((100, 150), 90, dtype=np.int16)
    raster = write(tmp_path / "s.tif", [stored], transform=(500000, 20, 0, 1400000, 0, -20), scale=0.01)
    pixels = _pixels(Window(30, 60, 10, 10))
    fill_overlay(pixels, UTM, ROUND, raster, partition_of(LEGEND))
    assert (pixels.values[60:70, 30:40] == 5).all()
    raster.write_bytes(b"nothing")
    with pytest.raises(RasterUnreadable):
        fill_overlay(pixels, UTM, ROUND, raster, partition_of(LEGEND))
