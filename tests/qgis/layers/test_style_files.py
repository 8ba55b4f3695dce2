"""Legends go into QGIS style files and come back."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from pixxel_explorer.plugin.layers import style_files
from pixxel_explorer.plugin.layers.errors import StyleWithoutClasses
from pixxel_explorer.plugin.legend.spec import Legend
from qgis.core import QgsRasterLayer

from .conftest import MakeImage, legend


@pytest.mark.parametrize("closed", [True, False])
def test_a_legend_comes_back_as_it_went(qgis_app: object, tmp_path: Path, closed: bool) -> None:
    sent = replace(legend(), closed_top=closed)
    style_files.write(sent, tmp_path / "a.qml")
    back, warnings = style_files.read(tmp_path / "a.qml")
    assert isinstance(back, Legend)
    assert back.digest() == sent.digest()
    assert warnings == []
    assert [path.name for path in tmp_path.iterdir()] == ["a.qml"]


def test_a_style_fits_any_raster_and_brings_nothing_but_the_legend(
    qgis_app: object, make_image: MakeImage, tmp_path: Path
) -> None:
    style_files.write(legend(label="Forest"), tmp_path / "a.qml")
    layer = QgsRasterLayer(str(make_image(kind="values").path), "x", "gdal", QgsRasterLayer.LayerOptions(False))
    _, loaded = layer.loadNamedStyle(str(tmp_path / "a.qml"))
    assert loaded
    assert [item[0] for item in layer.renderer().legendSymbologyItems()] == ["Water", "Bare soil", "Forest"]
    assert not layer.temporalProperties().isActive()
    assert not [key for key in layer.customPropertyKeys() if key.startswith("pixxel/")]


@pytest.mark.parametrize("content", ["", "<x/>", "no xml"])
def test_what_is_no_style_is_an_error_with_the_files_name(qgis_app: object, tmp_path: Path, content: str) -> None:
    (tmp_path / "a.qml").write_text(content)
    with pytest.raises(StyleWithoutClasses, match="a\\.qml: no-style"):
        style_files.read(tmp_path / "a.qml")


def test_a_folder_that_is_not_there_is_an_os_error(qgis_app: object, tmp_path: Path) -> None:
    with pytest.raises(OSError):
        style_files.write(legend(), tmp_path / "absent" / "a.qml")
