"""Pixxel Explorer: hyperspectral index maps of the Pixxel platform in QGIS."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from qgis.gui import QgisInterface

    from .plugin.plugin import PixxelExplorer


def classFactory(iface: QgisInterface) -> PixxelExplorer:  # noqa: N802 (QGIS calls this name)
    """Build the plugin for a running QGIS.

    Args:
        iface: QGIS's own interface, or ``None`` under ``qgis_process``.
    """
    from .plugin.host import dependencies, paths

    dependencies.activate(paths.packages_folder())  # before any module that may import a package

    from .plugin.plugin import PixxelExplorer

    return PixxelExplorer(iface)
