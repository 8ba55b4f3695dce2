"""The roof: builds the rooms, wires their signals, takes everything down again."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from qgis.gui import QgisInterface


class PixxelExplorer:
    """The plugin as QGIS knows it."""

    def __init__(self, iface: QgisInterface | None) -> None:
        self._iface = iface
