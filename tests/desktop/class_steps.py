"""Layers of classes as an analyst reads them: their rows in the layer tree, and their legend in print."""

from __future__ import annotations

from driver import Driver
from qgis.core import (
    QgsLayoutExporter,
    QgsLayoutItemLegend,
    QgsLayoutItemMap,
    QgsLayoutPoint,
    QgsLayoutSize,
    QgsPrintLayout,
    QgsProject,
    QgsRasterLayer,
)
from qgis.PyQt.QtCore import Qt
from qgis.utils import iface


def rows(layer: QgsRasterLayer) -> list[str]:
    """Return the rows of a layer's legend in QGIS's own layer tree."""
    model = iface.layerTreeView().layerTreeModel()
    node = QgsProject.instance().layerTreeRoot().findLayer(layer.id())
    return [str(row.data(Qt.ItemDataRole.DisplayRole)) for row in model.layerLegendNodes(node)]


def print_legend(driver: Driver, layer: QgsRasterLayer) -> None:
    """Export a layout with a map and its legend, and check that it lists the classes."""
    layout = QgsPrintLayout(QgsProject.instance())
    layout.initializeDefaults()
    layout.setName("Classes")
    QgsProject.instance().layoutManager().addLayout(layout)
    item, legend = QgsLayoutItemMap(layout), QgsLayoutItemLegend(layout)
    for each, place, size in ((item, (10, 10), (190, 180)), (legend, (210, 10), (80, 100))):
        layout.addLayoutItem(each)
        each.attemptMove(QgsLayoutPoint(*place))
        each.attemptResize(QgsLayoutSize(*size))
    item.setExtent(iface.mapCanvas().extent())
    item.setLayers([layer])
    legend.setLinkedMap(item)
    driver.pause(0.5)
    settings = QgsLayoutExporter.ImageExportSettings()
    settings.dpi = 96
    exported = QgsLayoutExporter(layout).exportToImage(str(driver.out / "print.png"), settings)
    assert exported == QgsLayoutExporter.ExportResult.Success
    node = legend.model().rootGroup().findLayer(layer.id())
    printed = [str(row.data(Qt.ItemDataRole.DisplayRole)) for row in legend.model().layerLegendNodes(node)]
    assert printed == [entry.label for entry in layer.renderer().classes()]
