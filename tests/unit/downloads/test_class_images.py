"""Dates as classes: the picture's colours by the legend it was drawn by, each refusal with its reason."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest
from osgeo import gdal, osr
from pixxel_explorer.plugin.downloads.loading import content_name
from pixxel_explorer.plugin.imagery.errors import ClassesRefused
from pixxel_explorer.plugin.imagery.png_file import PictureUnreadable
from pixxel_explorer.plugin.legend.wire import read_classes
from pixxel_explorer.plugin.sld.writer import write
from pixxel_explorer.tests.fake_api import FakeApi, rows

from ..imagery.test_picture_classes import TABLE, _framed
from ..imagery.test_placement import make_png
from .test_loading import AOI, KEYS, PNG, STORE, load, names, server

PAINTED = (slice(40, 170), slice(10, 170))


def picture(*, with_legend: bool = False) -> tuple[np.ndarray, bytes]:
    """Return class numbers of 1 and 2 from west to east, and their picture."""
    truth = np.ones((300, 300), dtype=np.uint8)
    truth[:, 150:] = 2
    pixels = TABLE[truth]
    if with_legend:
        pixels[PAINTED] = _framed(130, 160)
    return truth, make_png(pixels, 6)


def drawn(png: bytes, **options: Any) -> FakeApi:
    api = server(**options)
    api.answers[PNG] = [httpx.Response(200, content=png)]
    return api


def values_tiff(folder: Path) -> bytes:
    """Return values that rise eastward from 0 to 1 over the AOI."""
    dataset = gdal.GetDriverByName("GTiff").Create(str(folder / "v.tif"), 100, 100, 1, gdal.GDT_Float32)
    dataset.SetGeoTransform((10, 0.01, 0, 51, 0, -0.01))
    reference = osr.SpatialReference()
    reference.SetFromUserInput("EPSG:4326")
    dataset.SetProjection(reference.ExportToWkt())
    dataset.GetRasterBand(1).WriteArray(np.tile(np.linspace(0.005, 0.995, 100), (100, 1)))
    dataset = None
    return (folder / "v.tif").read_bytes()


def pixels_of(path: Path) -> np.ndarray:
    return np.asarray(gdal.OpenEx(str(path)).ReadAsArray())


def test_each_date_becomes_the_classes_of_its_picture(tmp_path: Path) -> None:
    truth, png = picture()
    result, progress, _ = load(drawn(png), tmp_path, "classes")
    assert names(tmp_path) == [f"{key.replace('_', '-')}_dynamic_classes.tif" for key in KEYS]
    assert result.problems == ()
    first = result.images[0]
    assert np.array_equal(pixels_of(first.path), truth)
    assert (first.placement.crs, first.placement.extent) == ("EPSG:4326", (10.0, 50.0, 11.0, 51.0))
    assert first.legend is not None
    assert [entry.label for entry in first.legend.classes] == ["Class 0", "Class 1"]
    assert first.warnings == ()
    assert progress[-1].bytes_done == 3 * len(png)


def test_without_listed_classes_those_of_the_style_are_taken(tmp_path: Path) -> None:
    truth, png = picture()
    api = drawn(png, visualization={"metadata": {}})
    style = write(read_classes(rows(0, 0.5, 1))[0], "NDVI")
    api.answers[PNG.removesuffix("png") + "sld"] = [
        httpx.Response(200, json={"sld": {"dynamic": dict.fromkeys(KEYS, style)}})
    ]
    result, _, _ = load(api, tmp_path, "classes")
    assert result.problems == ()
    assert np.array_equal(pixels_of(result.images[0].path), truth)
    legend = result.images[0].legend
    assert legend is not None
    assert [entry.colour.hex for entry in legend.classes] == ["#d7191c", "#fdae61"]


def test_a_picture_in_other_colours_is_refused_and_leaves_nothing(tmp_path: Path) -> None:
    result, _, _ = load(server(), tmp_path, "classes", count=1)
    error = result.problems[0][1]
    assert isinstance(error, ClassesRefused)
    assert error.reason == "share"
    assert names(tmp_path) == []


def test_two_classes_of_one_colour_are_refused_by_name(tmp_path: Path) -> None:
    api = drawn(picture()[1])
    api.legends["v1"][KEYS[0]]["dynamic"] = rows(0, 0.5, 1, colours="d7191c " * 5)
    result, _, _ = load(api, tmp_path, "classes", count=1)
    error = result.problems[0][1]
    assert isinstance(error, ClassesRefused)
    assert (error.reason, error.names) == ("same-colour", ("Class 0", "Class 1"))
    assert api.sent("POST", "/png") == []


def test_a_mode_without_classes_and_without_a_style_is_refused(tmp_path: Path) -> None:
    api = drawn(picture()[1])
    api.legends["v1"][KEYS[0]] = {"theoretical": rows(0, 1)}
    result, _, _ = load(api, tmp_path, "classes", count=1)
    error = result.problems[0][1]
    assert isinstance(error, ClassesRefused)
    assert error.reason == "no-classes"
    assert api.sent("POST", "/png") == []


def test_an_outline_without_area_gives_no_classes_either(tmp_path: Path) -> None:
    point = {"type": "Point", "coordinates": [10, 50]}
    aoi = AOI.model_copy(update={"geometry": point})
    result, _, _ = load(drawn(picture()[1]), tmp_path, "classes", aoi=aoi, count=1)
    assert isinstance(result.problems[0][1], PictureUnreadable)


def test_the_painted_legend_has_no_classes_and_a_warning_says_so(tmp_path: Path) -> None:
    truth, png = picture(with_legend=True)
    result, _, _ = load(drawn(png), tmp_path, "classes", count=1)
    image = result.images[0]
    found = pixels_of(image.path)
    assert not found[PAINTED].any()
    assert np.array_equal(found[172:], truth[172:])
    assert len(image.warnings) == 1
    assert "painted legend of 2025-05-02 hides" in image.warnings[0]


def test_values_of_a_former_load_fill_the_place_of_the_painted_legend(tmp_path: Path) -> None:
    truth, png = picture(with_legend=True)
    api = drawn(png)
    (tmp_path / "scratch").mkdir()
    api.answers[STORE] = [httpx.Response(200, content=values_tiff(tmp_path / "scratch"))]
    cache = tmp_path / "cache"
    load(api, cache, "classes", count=1, name_of=content_name)
    load(api, cache, "values", count=1, name_of=content_name)
    result, _, _ = load(api, cache, "classes", count=1, name_of=content_name)
    assert result.images[0].warnings == ()
    assert np.array_equal(pixels_of(result.images[0].path), truth)
    assert len([name for name in names(cache) if "_classes_" in name]) == 2  # the one without stays for who shows it


def test_values_in_other_units_fill_by_the_display_range(tmp_path: Path) -> None:
    truth, png = picture(with_legend=True)
    api = drawn(png, visualization={"rescale": [0, 1]})
    for key in KEYS:
        api.legends["v1"][key]["dynamic"] = rows(0, 127.5, 255)
    (tmp_path / "scratch").mkdir()
    api.answers[STORE] = [httpx.Response(200, content=values_tiff(tmp_path / "scratch"))]
    load(api, tmp_path / "cache", "values", count=1, name_of=content_name)
    result, _, _ = load(api, tmp_path / "cache", "classes", count=1, name_of=content_name)
    assert np.array_equal(pixels_of(result.images[0].path), truth)


@pytest.mark.parametrize("kind", ["unclear", "damaged"])
def test_values_that_cannot_be_classed_fill_nothing(tmp_path: Path, kind: str) -> None:
    api = drawn(picture(with_legend=True)[1])
    (tmp_path / "scratch").mkdir()
    api.answers[STORE] = [httpx.Response(200, content=values_tiff(tmp_path / "scratch"))]
    cache = tmp_path / "cache"
    load(api, cache, "values", count=1, name_of=content_name)
    if kind == "unclear":
        api.legends["v1"][KEYS[0]]["dynamic"] = rows(0, 127.5, 255)
    else:
        next(cache.glob("*_values_*")).write_bytes(b"gone")
    result, _, _ = load(api, cache, "classes", count=1, name_of=content_name)
    image = result.images[0]
    assert not pixels_of(image.path)[PAINTED].any()
    assert len(image.warnings) == 1


def test_in_the_cache_names_follow_picture_and_legend_and_files_stay_untouched(tmp_path: Path) -> None:
    api = drawn(picture()[1])
    path = load(api, tmp_path, "classes", count=1, name_of=content_name)[0].images[0].path
    before = path.stat().st_mtime_ns
    again = load(api, tmp_path, "classes", count=1, name_of=content_name)[0].images[0].path
    assert (again, path.stat().st_mtime_ns) == (path, before)
    api.legends["v1"][KEYS[0]]["dynamic"] = rows(0, 0.6, 1)
    other = load(api, tmp_path, "classes", count=1, name_of=content_name)[0].images[0].path
    assert other != path
