"""What other threads know of a layer's bands is what the data provider says in the main thread."""

from __future__ import annotations

import re
from pathlib import Path
from warnings import catch_warnings
from xml.etree.ElementTree import canonicalize

import numpy as np
import pytest
from osgeo import gdal
from pixxel_explorer.plugin.layers import builder
from pixxel_explorer.plugin.layers.thread_bands import BandFacts, KnownBands, LayerBands
from qgis.core import Qgis, QgsRasterLayer, QgsRectangle

from .conftest import MakeImage

TYPES = {
    "byte": gdal.GDT_Byte,
    "uint16": gdal.GDT_UInt16,
    "int16": gdal.GDT_Int16,
    "uint32": gdal.GDT_UInt32,
    "int32": gdal.GDT_Int32,
    "float32": gdal.GDT_Float32,
    "float64": gdal.GDT_Float64,
}
SIZE = 250_000


def _layer(path: Path, kind: int, *, scale: float = 1.0, size: tuple[int, int] = (40, 30)) -> QgsRasterLayer:
    dataset = gdal.GetDriverByName("GTiff").Create(str(path), *size, 2, kind)
    dataset.SetGeoTransform((0, 1, 0, 0, 0, -1))
    for number in (1, 2):
        band = dataset.GetRasterBand(number)
        band.SetDescription(f"B{number:03}")
        band.SetScale(scale)
        band.WriteArray((np.arange(size[0] * size[1]) % 97 * number).reshape(size[1], size[0]))
    dataset.GetRasterBand(2).SetColorInterpretation(gdal.GCI_AlphaBand)
    del dataset
    return QgsRasterLayer(str(path), "a", "gdal")


@pytest.mark.parametrize("scale", [1.0, 0.5])
@pytest.mark.parametrize("kind", sorted(TYPES))
def test_types_are_the_providers(qgis_app: object, tmp_path: Path, kind: str, scale: float) -> None:
    layer = _layer(tmp_path / "a.tif", TYPES[kind], scale=scale)
    provider = layer.dataProvider()
    known = KnownBands(layer, BandFacts.of(provider))
    for bands in (LayerBands(layer), known):
        assert bands.bandCount() == 2
        assert [bands.dataType(band) for band in (1, 2)] == [provider.dataType(band) for band in (1, 2)]
    assert known.dataType(3) == Qgis.DataType.UnknownDataType


def test_names_and_interpretations_are_the_providers(qgis_app: object, tmp_path: Path) -> None:
    layer = _layer(tmp_path / "a.tif", gdal.GDT_Float32)
    provider = layer.dataProvider()
    known = KnownBands(layer, BandFacts.of(provider))
    for band in (1, 2):
        assert known.bandDescription(band) == provider.bandDescription(band) == f"B{band:03}"
        assert known.generateBandName(band) == provider.generateBandName(band)
        assert known.colorInterpretation(band) == provider.colorInterpretation(band)
    assert known.colorInterpretation(2) == Qgis.RasterColorInterpretation.AlphaBand


@pytest.mark.parametrize("size", [(40, 30), (900, 700)])
def test_a_layer_measures_as_its_provider_does(qgis_app: object, tmp_path: Path, size: tuple[int, int]) -> None:
    layer = _layer(tmp_path / "a.tif", gdal.GDT_Float32, size=size)
    provider, drawn = layer.dataProvider(), layer.renderer().type()
    known, whole = KnownBands(layer, BandFacts.of(provider)), QgsRectangle(layer.extent())
    statistics = Qgis.RasterBandStatistic.Min | Qgis.RasterBandStatistic.Max
    for band in (1, 2):
        found = known.bandStatistics(band, statistics, whole, SIZE)
        with catch_warnings(action="ignore"):  # the bindings take the enum for the int of the deprecated twin
            expected = provider.bandStatistics(band, statistics, whole, SIZE)
        assert (found.minimumValue, found.maximumValue) == (expected.minimumValue, expected.maximumValue)
        for cut in ((0.02, 0.98), (0.1, 0.9)):
            assert known.cumulativeCut(band, *cut, whole, SIZE) == pytest.approx(
                provider.cumulativeCut(band, *cut, whole, SIZE)
            )
    assert layer.renderer().type() == drawn


@pytest.mark.parametrize("kind", ["picture", "values"])
def test_a_style_written_in_a_thread_is_that_of_the_layer(
    qgis_app: object, make_image: MakeImage, tmp_path: Path, kind: str
) -> None:
    image = make_image(kind=kind)
    builder.write_style(image, tmp_path / "thread.qml")
    layer = builder.build(image)
    layer.saveNamedStyle(str(tmp_path / "main.qml"))
    written, expected = (_without_ids((tmp_path / name).read_text("utf-8")) for name in ("thread.qml", "main.qml"))
    assert "<fixedRange>" in written
    assert written == expected


def _without_ids(text: str) -> str:
    """Return a style without what QGIS makes up anew each time, its attributes in order."""
    plain = canonicalize(text, strip_text=True)
    return re.sub(r"\{[0-9a-f-]{36}\}|\bid=\"[^\"]*\"|<elevation .*</elevation>", "", plain)
