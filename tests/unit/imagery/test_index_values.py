"""Values computed from the bands of an image: which of its bands an expression means."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from osgeo import gdal
from pixxel_explorer.plugin.imagery.expression import parse_composite
from pixxel_explorer.plugin.imagery.index_values import compute_values

NAMES = ("B02", "B03", "B04", "B08")


def image(path: Path, descriptions: Sequence[str], *, alpha: bool = False) -> Path:
    """Write an image whose bands hold 1, 2, 3 and so on."""
    count = len(descriptions) + alpha
    dataset = gdal.GetDriverByName("GTiff").Create(str(path), 4, 3, count, gdal.GDT_UInt16, ["PHOTOMETRIC=MINISBLACK"])
    dataset.SetGeoTransform((0.0, 1.0, 0.0, 3.0, 0.0, -1.0))
    for number in range(1, count + 1):
        dataset.GetRasterBand(number).WriteArray(np.full((3, 4), number, np.uint16))
    for number, text in enumerate(descriptions, start=1):
        dataset.GetRasterBand(number).SetDescription(text)
    if alpha:
        dataset.GetRasterBand(count).SetColorInterpretation(gdal.GCI_AlphaBand)
    return path


def value(file: Path, names: Sequence[str], expression: str) -> float:
    target = file.with_name("values.tif")
    compute_values(file, names, parse_composite(expression), target)
    values = gdal.Open(str(target)).ReadAsArray()
    assert np.ptp(values) == 0
    return float(values[0, 0])


@pytest.mark.parametrize("alpha", [False, True])
@pytest.mark.parametrize("descriptions", [[""] * 4, ["reflectance"] * 4, ["B08", "B04", "B03", "B02"]])
def test_bands_have_the_names_that_the_server_lists(tmp_path: Path, descriptions: list[str], alpha: bool) -> None:
    file = image(tmp_path / "image.tif", descriptions, alpha=alpha)
    assert value(file, NAMES, "10 * B04 + B03") == 32.0


def test_descriptions_count_where_the_server_lists_another_number(tmp_path: Path) -> None:
    file = image(tmp_path / "image.tif", ["B02", "B03", "B04", "B08", "quality"])
    assert value(file, NAMES, "10 * B08 + B03") == 42.0


def test_no_band_is_guessed_by_its_place_where_the_server_lists_another_number(tmp_path: Path) -> None:
    file = image(tmp_path / "image.tif", [""] * 5)
    with pytest.raises(KeyError, match="B03"):
        value(file, NAMES, "B04 - B03")


def test_without_names_bands_are_counted(tmp_path: Path) -> None:
    assert value(image(tmp_path / "image.tif", [""] * 3), (), "10 * B03 + B01") == 31.0
