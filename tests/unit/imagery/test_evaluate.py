from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from osgeo import gdal
from pixxel_explorer.plugin.imagery.evaluate import NODATA, SourcesDiffer, Window, bands_of, evaluate_file
from pixxel_explorer.plugin.imagery.expression import parse
from pixxel_explorer.plugin.imagery.raster_io import create_raster, gdal_quiet, open_raster

WIDTH, HEIGHT = 30, 600  # more rows than one block has
PLACE = (500_000.0, 10.0, 0.0, 5_100_000.0, 0.0, -10.0)


def write(path: Path, bands: dict[str, np.ndarray[Any, Any]], scale: float | None = None) -> Path:
    first = next(iter(bands.values()))
    with gdal_quiet():
        raster = create_raster(path, (first.shape[1], first.shape[0], len(bands)), gdal.GDT_UInt16)
        raster.SetGeoTransform(PLACE)
        for number, (name, values) in enumerate(bands.items(), start=1):
            band = raster.GetRasterBand(number)
            band.SetDescription(name)
            band.SetNoDataValue(0)
            if scale is not None:
                band.SetScale(scale)
            band.WriteArray(values)
        raster.FlushCache()
    return path


def read(path: Path) -> tuple[np.ndarray[Any, Any], tuple[float, ...]]:
    with gdal_quiet():
        raster = open_raster(path)
        values = np.asarray(raster.ReadAsArray(), dtype=float)
        return np.where(values == NODATA, np.nan, values), raster.GetGeoTransform()


@pytest.fixture
def scene(tmp_path: Path) -> Path:
    rows = np.arange(1, HEIGHT + 1)[:, None]
    red = np.broadcast_to(rows, (HEIGHT, WIDTH)).copy()
    infrared = np.full((HEIGHT, WIDTH), 900)
    infrared[5, 7] = 0
    return write(tmp_path / "scene.tif", {"B04": red, "B08": infrared}, scale=0.001)


def test_every_block_is_computed_in_its_place(scene: Path, tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    evaluate_file(
        parse("B08 - B04"), scene, tmp_path / "out.tif", report=lambda done, total: seen.append((done, total))
    )
    values, place = read(tmp_path / "out.tif")
    assert place == PLACE
    np.testing.assert_allclose(values[:, 0], 0.9 - np.arange(1, HEIGHT + 1) * 0.001, atol=1e-6)
    assert np.argwhere(np.isnan(values)).tolist() == [[5, 7]]
    assert seen[-1] == (HEIGHT, HEIGHT)
    assert len(seen) > 1


def test_a_window_lies_where_it_was_cut_from_and_keeps_what_it_is_reported_to(scene: Path, tmp_path: Path) -> None:
    keep = np.zeros((300, 4), dtype=bool)
    keep[280, 2] = True
    evaluate_file(parse("B04"), scene, tmp_path / "out.tif", window=Window(3, 100, 4, 300), keep=keep)
    values, place = read(tmp_path / "out.tif")
    assert values.shape == (300, 4)
    assert (place[0], place[3]) == (500_030.0, 5_099_000.0)
    assert np.argwhere(np.isfinite(values)).tolist() == [[280, 2]]
    assert values[280, 2] == pytest.approx(0.381)


def test_several_expressions_become_several_bands_of_a_tiled_raster(scene: Path, tmp_path: Path) -> None:
    evaluate_file([parse("B04"), parse("B08"), parse("1")], scene, tmp_path / "out.tif")
    values, _ = read(tmp_path / "out.tif")
    assert values.shape == (3, HEIGHT, WIDTH)
    assert (values[2] == 1).all()
    with gdal_quiet():
        raster = open_raster(tmp_path / "out.tif")
        assert raster.GetMetadataItem("COMPRESSION", "IMAGE_STRUCTURE") == "DEFLATE"
        assert raster.GetRasterBand(1).GetBlockSize() == [256, 256]


def test_a_missing_band_leaves_no_file(scene: Path, tmp_path: Path) -> None:
    with pytest.raises(KeyError, match="B11"):
        evaluate_file(parse("B11"), scene, tmp_path / "out.tif")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["scene.tif"]


def test_bands_on_different_grids_are_refused(scene: Path, tmp_path: Path) -> None:
    other = write(tmp_path / "other.tif", {"B11": np.full((10, 10), 3)})
    with pytest.raises(SourcesDiffer, match=r"other\.tif"):
        evaluate_file(parse("B04 + B11"), {**bands_of(scene), **bands_of(other)}, tmp_path / "out.tif")


def test_what_is_no_raster_is_an_os_error(tmp_path: Path) -> None:
    (tmp_path / "text.tif").write_text("no raster", encoding="utf-8")
    with pytest.raises(OSError, match=r"text\.tif"):
        bands_of(tmp_path / "text.tif")
