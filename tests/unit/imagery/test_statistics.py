"""Values are measured as QGIS draws them, and stray fill values do not decide."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from osgeo import gdal
from pixxel_explorer.plugin.imagery.statistics import BandSource, Fill, measure, sample, value_range

Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Return a writer of GeoTIFFs: ``write(values, kind, scale=…, offset=…, nodata=…, alpha=…, mask=…)``."""

    def write(
        values: Any,
        kind: int = gdal.GDT_Float32,
        *,
        alpha: Any = None,
        mask: Any = None,
        options: tuple[str, ...] = (),
        **more: float,
    ) -> Path:
        path = tmp_path / "a.tif"
        values = np.atleast_2d(np.asarray(values))
        bands = 1 if alpha is None else 2
        height, width = values.shape
        dataset = gdal.GetDriverByName("GTiff").Create(str(path), width, height, bands, kind, list(options))
        band = dataset.GetRasterBand(1)
        for name, put in (("scale", band.SetScale), ("offset", band.SetOffset), ("nodata", band.SetNoDataValue)):
            if name in more:
                put(more[name])
        band.WriteArray(values)
        if alpha is not None:
            dataset.GetRasterBand(2).SetColorInterpretation(gdal.GCI_AlphaBand)
            dataset.GetRasterBand(2).WriteArray(np.atleast_2d(alpha))
        if mask is not None:
            dataset.CreateMaskBand(gdal.GMF_PER_DATASET)
            band.GetMaskBand().WriteArray(np.atleast_2d(np.asarray(mask, dtype=np.uint8)))
        del band, dataset
        return path

    return write


@pytest.mark.parametrize(
    ("kind", "values", "more", "expected"),
    [
        (gdal.GDT_Int16, [-10000, 0, 10000], {"scale": 0.0001}, (-1, 1)),
        (gdal.GDT_Int16, [-10000, 0, 10000], {"scale": 0.0001, "offset": 1}, (0, 2)),
        (gdal.GDT_Byte, [0, 100, 200], {"scale": 0.01, "offset": -1}, (-1, 1)),
        (gdal.GDT_UInt32, [5, 4000000000], {}, (5, 4e9)),
        (gdal.GDT_Float64, [-1e-12, 1e-12], {}, (-1e-12, 1e-12)),
        (gdal.GDT_Float32, [np.nan, np.inf, -np.inf, 0.5, 0.75], {}, (0.5, 0.75)),
        (gdal.GDT_Float32, [-3.4028234663852886e38, 0.5, 1], {"nodata": -3.4028234663852886e38}, (0.5, 1)),
        (gdal.GDT_Int16, [-32768, -10000, 10000], {"scale": 0.0001, "nodata": -32768}, (-1, 1)),
        (gdal.GDT_Float32, [0.1, 0.2], {"nodata": float(np.float64(0.1))}, (0.2, 0.2)),
        (gdal.GDT_Int16, [1, 2, 3], {"nodata": -99999.5}, (1, 3)),
    ],
)
def test_the_range_is_that_of_the_drawn_values(
    write: Write, kind: int, values: list[float], more: dict[str, float], expected: tuple[float, float]
) -> None:
    assert value_range(write(values, kind, **more)) == pytest.approx(expected, rel=1e-6)


def test_bytes_as_they_are_have_no_range_to_compare_with(write: Write) -> None:
    assert value_range(write([0, 9], gdal.GDT_Byte)) is None


@pytest.mark.parametrize(
    ("values", "more"),
    [([np.nan, np.nan], {}), ([-1, -1], {"nodata": -1.0}), ([-9999, -9999], {})],
)
def test_a_raster_without_a_value_has_no_range(write: Write, values: list[float], more: dict[str, float]) -> None:
    assert value_range(write(values, **more)) is None


def test_what_is_no_raster_has_no_range(tmp_path: Path) -> None:
    (tmp_path / "a.tif").write_text("no raster")
    assert value_range(tmp_path / "a.tif") is None
    assert value_range(tmp_path / "none.tif") is None


def test_a_host_that_turned_gdals_exceptions_on_changes_nothing(write: Write, tmp_path: Path) -> None:
    gdal.UseExceptions()  # as QGIS's Processing does
    try:
        assert value_range(tmp_path / "none.tif") is None
        damaged = write(np.random.default_rng(1).random((200, 200)), options=("COMPRESS=DEFLATE",))
        damaged.write_bytes(damaged.read_bytes()[:-40000])
        assert value_range(damaged) is None
        assert gdal.GetUseExceptions()
    finally:
        gdal.DontUseExceptions()


def test_hidden_pixels_are_not_measured(write: Write) -> None:
    assert value_range(write([0, 1, 500], alpha=[255, 1, 0])) == (0, 1)
    assert value_range(write([0, 1, 500], mask=[255, 255, 0])) == (0, 1)
    assert value_range(write([0, 1, -1, 500], alpha=[255, 255, 255, 0], nodata=-1)) == (0, 1)


def test_values_a_person_left_out_are_not_measured(write: Write) -> None:
    path = write([0, 1, 2, 3, 4])
    taken = sample(BandSource(str(path), ranges=((1.5, 2), (4, 4))))
    assert taken is not None
    assert sorted(taken.values) == [0, 1, 3]
    assert value_range(write([-1, 5], nodata=-1)) == (5, 5)
    ignoring = sample(BandSource(str(path), no_data=False))
    assert ignoring is not None
    assert sorted(ignoring.values) == [-1, 5]


@pytest.mark.parametrize(
    ("fill", "kind", "more", "drawn"),
    [
        (-9999, gdal.GDT_Float32, {}, -9999),
        (-999, gdal.GDT_Float32, {}, -999),
        (32767, gdal.GDT_Int16, {"scale": 0.0001}, 3.2767),
        (-32768, gdal.GDT_Int16, {"scale": 0.0001}, -3.2768),
        (-3.4028234663852886e38, gdal.GDT_Float32, {}, -3.4028234663852886e38),
        (65535, gdal.GDT_UInt16, {"scale": 0.0001}, 6.5535),
        (-1234.5, gdal.GDT_Float32, {}, -1234.5),
    ],
)
def test_a_fill_value_is_named_and_does_not_decide(
    write: Write, fill: float, kind: int, more: dict[str, float], drawn: float
) -> None:
    size = 1 if kind == gdal.GDT_Float32 else 10000
    values = np.linspace(0.1, 0.9, 1000) * size
    values[::100] = fill
    taken = sample(BandSource(str(write(values.reshape(20, 50), kind, **more))))
    found = None if taken is None else measure(taken)
    assert found is not None
    assert [(pytest.approx(drawn, rel=1e-6), pytest.approx(0.01))] == [(f.value, f.share) for f in found.fills]
    assert (found.low, found.high) == pytest.approx((0.1, 0.9), abs=0.002)


def test_fill_values_at_both_ends_are_found(write: Write) -> None:
    values = np.linspace(-1, 1, 1000)
    values[:70], values[-30:] = -9999, 32767
    found = measure(sample(BandSource(str(write(values)))))  # type: ignore[arg-type]
    assert found is not None
    assert found.fills == (Fill(-9999, 0.07), Fill(32767, 0.03))


@pytest.mark.parametrize(
    "values",
    [
        np.linspace(-11000, 8800, 1000),  # heights, -9999 among them
        [*np.linspace(-11000, 8800, 1000), -9999],
        [*np.linspace(100, 3000, 500), *[0] * 500],  # zeros are measurements, too
        [1, 2, 3, 4, 5] * 20,
        [0, 1] * 50,
        [7] * 100,
    ],
)
def test_measurements_are_not_taken_for_no_data(write: Write, values: Any) -> None:
    found = measure(sample(BandSource(str(write(values)))))  # type: ignore[arg-type]
    assert found is not None
    assert found.fills == ()
    assert (found.low, found.high) == pytest.approx((np.min(values), np.max(values)))


def test_one_hot_pixel_does_not_decide(write: Write) -> None:
    values = np.linspace(0, 1, 10000)
    values[5000] = 812.3
    found = measure(sample(BandSource(str(write(values)))))  # type: ignore[arg-type]
    assert found is not None
    assert found.fills == ()
    assert (found.low, found.high, found.greatest) == (0, pytest.approx(1, abs=0.01), pytest.approx(812.3))


@pytest.mark.parametrize("options", [("TILED=YES", "COMPRESS=DEFLATE"), ("COMPRESS=DEFLATE",)])
def test_a_large_raster_is_sampled_evenly(write: Write, options: tuple[str, ...]) -> None:
    values = np.linspace(0, 1, 1500 * 1100, dtype=np.float32).reshape(1500, 1100)
    taken = sample(BandSource(str(write(values, options=options))), most=1 << 16)
    assert taken is not None
    assert not taken.is_complete
    assert 1 << 14 <= taken.values.size <= 1 << 17
    assert np.quantile(taken.values, (0.1, 0.5, 0.9)) == pytest.approx((0.1, 0.5, 0.9), abs=0.06)
    found = measure(taken)
    assert found is not None
    assert (found.low, found.high) == pytest.approx((0, 1), abs=0.05)


def test_a_large_raster_is_left_between_windows(write: Write) -> None:
    path = write(np.zeros((300, 300)))
    taken = sample(BandSource(str(path)), lambda: True, most=1 << 12)
    assert taken is not None
    assert not taken.is_complete
    assert 0 < taken.values.size < 300


def test_no_file_is_left_beside_the_raster(write: Write) -> None:
    path = write([0.5, 1])
    value_range(path)
    assert [found.name for found in path.parent.iterdir()] == ["a.tif"]


def test_the_cases_are_read(shared: Path) -> None:
    folder = shared / "cases/raster"
    assert value_range(folder / "int16_scaled.tif") == pytest.approx((-1, 1))
    assert value_range(folder / "undeclared_nodata.tif") == pytest.approx((-0.85, 1), abs=0.01)
    assert value_range(folder / "index_and_alpha.tif") == pytest.approx((0.2, 0.9))
