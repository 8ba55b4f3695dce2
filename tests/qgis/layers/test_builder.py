"""A loaded image becomes a layer that is named, styled, dated and knows where it came from."""

from __future__ import annotations

import datetime
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from pixxel_explorer.plugin.imagery.errors import RasterUnreadable
from pixxel_explorer.plugin.imagery.picture_raster import place_picture
from pixxel_explorer.plugin.imagery.wrapping import wrap_picture
from pixxel_explorer.plugin.layers import builder, provenance, time_stack
from qgis.core import (
    Qgis,
    QgsLayerTree,
    QgsLayerTreeModel,
    QgsMapRendererSequentialJob,
    QgsMapSettings,
    QgsMultiBandColorRenderer,
    QgsRasterLayer,
)
from qgis.PyQt import sip
from qgis.PyQt.QtCore import QDate, QDateTime, QSize, Qt, QTime, QTimeZone
from qgis.PyQt.QtGui import QColor, QImage

from .conftest import EXTENT, MakeImage, legend

DAY = datetime.date(2025, 5, 2)


def _drawn(layer: QgsRasterLayer) -> list[list[QColor]]:
    width, height = layer.width(), layer.height()
    block = layer.renderer().block(1, layer.extent(), width, height)
    return [[QColor.fromRgba(block.color(row, column)) for column in range(width)] for row in range(height)]


def test_a_picture_is_drawn_as_it_is(qgis_app: object, make_image: MakeImage) -> None:
    layer = builder.build(make_image(kind="picture"))
    assert layer.name() == "NDVI 2025-05-02 picture"
    assert isinstance(layer.renderer(), QgsMultiBandColorRenderer)
    assert [[c.getRgb() for c in row] for row in _drawn(layer)] == [[(10 * row, 20, 30, 255)] * 8 for row in range(6)]
    assert layer.crs().authid() == "EPSG:4326"
    extent = layer.extent()
    assert (extent.xMinimum(), extent.yMinimum(), extent.xMaximum(), extent.yMaximum()) == pytest.approx(EXTENT)
    assert layer.resampleFilter().zoomedInResampler() is None
    assert layer.resampleFilter().zoomedOutResampler() is None


def _rendered(layer: QgsRasterLayer, size: QSize) -> QImage:
    """Return a layer as the map draws it."""
    settings = QgsMapSettings()
    settings.setLayers([layer])
    settings.setDestinationCrs(layer.crs())
    settings.setExtent(layer.extent())
    settings.setOutputSize(size)
    settings.setBackgroundColor(QColor(0, 0, 0, 0))
    job = QgsMapRendererSequentialJob(settings)
    job.start()
    job.waitForFinished()
    return job.renderedImage()


@pytest.mark.parametrize("size", [(60, 40), (173, 95), (30, 20)])
def test_a_picture_left_as_it_came_is_drawn_like_one_written_again(
    qgis_app: object, make_image: MakeImage, tmp_path: Path, size: tuple[int, int]
) -> None:
    """Whether at its own size, larger or smaller."""
    colours = np.random.default_rng(11).integers(0, 256, (40, 60, 4), dtype=np.uint8)
    colours[10:20, 10:30, 3] = 0
    colours[20:30, :, 3] = 255
    image = QImage(colours.tobytes(), 60, 40, QImage.Format.Format_RGBA8888)
    assert image.save(str(tmp_path / "source.png"))
    png = (tmp_path / "source.png").read_bytes()
    former = make_image(kind="picture")
    place_picture(png, former.path, EXTENT)
    wrapper = tmp_path / "2025-05-02_dynamic_picture_w.vrt"
    assert wrap_picture(png, wrapper.with_suffix(".png"), wrapper, EXTENT)
    drawn = [_rendered(builder.build(replace(former, path=path)), QSize(*size)) for path in (former.path, wrapper)]
    assert drawn[0] == drawn[1]
    assert len({drawn[1].pixel(x, y) for x in range(size[0]) for y in range(size[1])}) > 300
    assert sorted(path.name for path in tmp_path.glob("*.aux.xml")) == []


def test_values_are_drawn_by_the_servers_legend(qgis_app: object, make_image: MakeImage) -> None:
    layer = builder.build(make_image(kind="values"))
    drawn = [colour for row in _drawn(layer) for colour in row]
    assert drawn[0].alpha() == 0  # nodata
    assert drawn[1].name() == "#2b83ba"
    assert drawn[-1].name() == "#1a9641"  # 1.0: the last class holds its maximum
    assert any(colour.alpha() == 0 for colour in drawn[25:40])  # the gap from 0.4 to 0.5
    assert [item[0] for item in layer.renderer().legendSymbologyItems()] == ["Water", "Bare soil", "Dense crop"]


def test_the_sld_goes_before_the_legend(qgis_app: object, make_image: MakeImage) -> None:
    sld = (
        '<StyledLayerDescriptor version="1.0.0" xmlns="http://www.opengis.net/sld"><NamedLayer><Name>n</Name>'
        "<UserStyle><FeatureTypeStyle><Rule><RasterSymbolizer><ColorMap type='intervals'>"
        '<ColorMapEntry color="#123456" quantity="0" label="low"/>'
        '<ColorMapEntry color="#654321" quantity="2" label="high"/>'
        "</ColorMap></RasterSymbolizer></Rule></FeatureTypeStyle></UserStyle></NamedLayer></StyledLayerDescriptor>"
    )
    layer = builder.build(make_image(kind="values", sld=sld))
    assert {colour.name() for row in _drawn(layer) for colour in row if colour.alpha()} == {"#123456", "#654321"}


def test_a_refused_sld_leaves_the_legend(qgis_app: object, make_image: MakeImage) -> None:
    layer = builder.build(make_image(kind="values", sld="<nonsense/>"))
    assert [item[0] for item in layer.renderer().legendSymbologyItems()] == ["Water", "Bare soil", "Dense crop"]


def test_values_without_any_style_are_grey(qgis_app: object, make_image: MakeImage) -> None:
    layer = builder.build(make_image(kind="values", legend=None))
    assert layer.renderer().type() == "singlebandgray"


def test_a_layer_shows_on_its_utc_day_only(qgis_app: object, make_image: MakeImage) -> None:
    layer = builder.build(make_image(kind="picture"))
    temporal = layer.temporalProperties()
    assert temporal.isActive()
    assert temporal.mode() == Qgis.RasterTemporalMode.FixedTemporalRange
    shown = temporal.fixedTemporalRange()
    assert shown.begin() == QDateTime(QDate(2025, 5, 2), QTime(0, 0), QTimeZone.utc())
    assert shown.end() == QDateTime(QDate(2025, 5, 3), QTime(0, 0), QTimeZone.utc())
    assert (shown.includeBeginning(), shown.includeEnd()) == (True, False)
    assert not shown.overlaps(time_stack.day_range(datetime.date(2025, 5, 3)))


def test_a_layer_knows_where_it_came_from(qgis_app: object, make_image: MakeImage) -> None:
    layer = builder.build(make_image(kind="picture"))
    assert provenance.stated(layer) == provenance.Provenance(
        connection="Sample data",
        aoi_id="aoi-1",
        visualization_id="viz-1",
        index_id="index-1",
        day=DAY,
        mode="dynamic",
        kind="picture",
        legend_hash=legend().digest(),
        loaded_at="2025-06-01T10:00:00+00:00",
        date_key="2025_05_02",
        place_method="aoi-extent",
        place_confidence="0.5",
    )
    assert layer.customProperty("pixxel/date") == "2025-05-02"


def test_a_foreign_layer_has_no_provenance(qgis_app: object, make_image: MakeImage) -> None:
    layer = QgsRasterLayer(str(make_image(kind="picture").path), "x", "gdal")
    assert provenance.stated(layer) is None
    layer.setCustomProperty("pixxel/date", "yesterday")
    assert provenance.stated(layer) is None


@pytest.mark.parametrize("kind", ["picture", "values"])
def test_the_style_file_has_it_all_and_no_path(
    qgis_app: object, make_image: MakeImage, tmp_path: Path, kind: str
) -> None:
    image = make_image(kind=kind)
    layer = builder.build(image)
    style = image.path.with_suffix(".qml")
    builder.save_style(layer, style)

    assert str(tmp_path) not in style.read_text(encoding="utf-8")
    assert sorted(p.name for p in tmp_path.iterdir()) == sorted({image.path.name, style.name})
    copy = QgsRasterLayer(str(image.path), "copy", "gdal", QgsRasterLayer.LayerOptions(False))
    _, loaded = copy.loadNamedStyle(str(style))
    assert loaded
    assert provenance.stated(copy) == provenance.stated(layer)
    assert _drawn(copy) == _drawn(layer)
    assert copy.temporalProperties().isActive()


def test_a_style_file_that_cannot_be_written_is_an_os_error(
    qgis_app: object, make_image: MakeImage, tmp_path: Path
) -> None:
    layer = builder.build(make_image(kind="picture"))
    with pytest.raises(OSError):
        builder.save_style(layer, tmp_path / "absent" / "a.qml")


def test_an_old_style_file_beside_the_raster_is_not_taken(
    qgis_app: object, make_image: MakeImage, tmp_path: Path
) -> None:
    image = make_image(kind="values")
    builder.save_style(builder.build(image), image.path.with_suffix(".qml"))
    layer = builder.build(make_image(kind="values", legend=None))
    assert layer.renderer().type() == "singlebandgray"


@pytest.mark.parametrize("kind", ["picture", "values"])
def test_nothing_is_left_beside_the_raster(qgis_app: object, make_image: MakeImage, tmp_path: Path, kind: str) -> None:
    image = make_image(kind=kind)
    layer = builder.build(image)
    _drawn(layer)
    builder.repoint(layer, image)
    sip.delete(layer)
    assert [path.name for path in tmp_path.iterdir()] == [image.path.name]


def test_a_file_that_is_no_raster_is_refused(qgis_app: object, make_image: MakeImage) -> None:
    image = make_image(kind="picture")
    image.path.write_bytes(b"no raster")
    with pytest.raises(RasterUnreadable) as caught:
        builder.build(image)
    assert caught.value.name == image.path.name


@pytest.mark.parametrize(
    ("kind", "sentence"),
    [
        ("values", "Index values, coloured by the dynamic legend."),
        ("picture", "The picture as the server draws it by the dynamic legend."),
    ],
)
def test_the_tooltip_in_the_layer_tree_says_what_a_layer_is(make_image: MakeImage, kind: str, sentence: str) -> None:
    layer = builder.build(make_image(kind=kind))
    root = QgsLayerTree()
    node = root.addLayer(layer)
    model = QgsLayerTreeModel(root)
    tip = model.data(model.node2index(node), Qt.ItemDataRole.ToolTipRole)
    assert tip.startswith("<b>NDVI of Farm near Raba on 2025-05-02</b>")
    assert sentence in tip


_kept: list[QgsRasterLayer] = []


def test_a_layer_that_is_kept_to_the_end_does_not_crash_the_tests(qgis_app: object, make_image: MakeImage) -> None:
    _kept.append(builder.build(make_image(kind="picture")))  # as the traceback of a failure may keep it
    assert _kept[0].isValid()
