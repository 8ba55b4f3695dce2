"""Every icon that is asked for is there and can be drawn at any size, large ones included."""

from __future__ import annotations

from pathlib import Path

import pytest
from pixxel_explorer.ui.icons import icon, theme_icon
from qgis.PyQt.QtCore import QSize


@pytest.mark.parametrize(
    "name",
    [
        "pixxel",
        "picture",
        "values",
        "legend",
        "aoi",
        "aoi_create",
        "sample",
        "key",
        "guide",
        "satellite",
        "search",
        "compare",
        "state_loading",
        "state_failed",
        "state_approximate",
        "state_placed",
    ],
)
@pytest.mark.parametrize("size", [16, 24, 96])
def test_our_icons_can_be_drawn(qgis_app: object, root: Path, name: str, size: int) -> None:
    assert (root / "resources" / "icons" / f"{name}.svg").is_file()
    image = icon(name).pixmap(QSize(size, size)).toImage()
    assert image.width() == size
    assert image.pixelColor(size // 2, size // 2).alpha() > 0 or name in ("legend", "state_approximate")


@pytest.mark.parametrize(
    "name",
    [
        "mActionRefresh",
        "mActionOptions",
        "mActionToggleEditing",
        "symbologyAdd",
        "mActionAddRasterLayer",
        "mActionZoomToLayer",
        "mTaskCancel",
        "mIconWarning",
        "mActionEditCopy",
    ],
)
def test_icons_of_the_theme_exist(qgis_app: object, name: str) -> None:
    assert not theme_icon(name).pixmap(QSize(16, 16)).isNull()
