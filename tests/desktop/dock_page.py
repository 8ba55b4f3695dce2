"""The plugin's widgets by what an analyst does with them, and the map by what they see."""

from __future__ import annotations

import asyncio
import hashlib
from pathlib import Path
from typing import Any

from driver import Driver
from qgis.core import (
    QgsMapRendererParallelJob,
    QgsMapSettings,
    QgsProject,
    QgsRasterLayer,
)
from qgis.PyQt.QtCore import QBuffer, QByteArray, QIODevice, QSize, Qt
from qgis.PyQt.QtGui import QColor
from qgis.PyQt.QtWidgets import QComboBox, QDialogButtonBox, QLabel, QMenu, QTableView, QWidget
from qgis.utils import iface, plugins


class DockPage:
    """One QGIS desktop with the plugin, its dock and its legend editor."""

    def __init__(self, driver: Driver) -> None:
        self._driver = driver
        self._plugin = plugins["pixxel_explorer"]

    # --- the dock ----------------------------------------------------------------------------------------------------

    def open_dock(self) -> None:
        """Press the plugin's button in the toolbar."""
        self._driver.trigger("pixxelExplorerAction", iface.mainWindow())
        self._driver.wait(lambda: self._plugin.application is not None, "the dock")

    def use_connection(self, name: str, url: str, key: str) -> None:
        """Choose a connection with a key for this session, made on the way if need be."""
        from pixxel_explorer.plugin.api.config import Connection

        plugin = plugins["pixxel_explorer"]
        plugin.settings.save_connection(Connection(name, url))
        plugin.session_keys.set(name, key)
        plugin.settings.current_connection = name
        if plugin.application is not None:
            plugin.application.panel.refresh_connections()
            plugin.application.panel.choose_connection(name)

    def state(self) -> str:
        """Return the name of the page shown instead of the list, if one is."""
        page = self.panel.state_page
        return str(page.state) if page.isVisible() else ""

    def add(self, kind: str) -> None:
        """Add every date of the selected visualization, from the button's menu."""
        self._driver.click("allDatesButton")
        self._driver.trigger(f"add{kind.capitalize()}Action", self._driver.find(QMenu, "addToMapMenu"))

    @property
    def panel(self) -> Any:
        """Return the catalogue panel."""
        return self._plugin.application.panel

    def is_connected(self) -> bool:
        """Tell whether the connection's dot says so."""
        return "Connected" in str(self._driver.find(QWidget, "connectionState").toolTip())

    def project_names(self) -> list[str]:
        """List the projects offered."""
        combo = self._driver.find(QComboBox, "projectCombo")
        return [combo.itemText(row) for row in range(combo.count())]

    def aoi_names(self) -> list[str]:
        """List the AOIs shown."""
        return [aoi.name for aoi in self.panel.model.aois()]

    def select(self, aoi_name: str, title: str) -> None:
        """Open an AOI in the tree and select one of its visualizations."""
        aoi = next(aoi for aoi in self.panel.model.aois() if aoi.name == aoi_name)
        self.panel.show_aoi(aoi.aoi_id)
        self._driver.wait(lambda: self._item(aoi.aoi_id, title), f"the visualization {title}")
        self.panel.show_aoi(aoi.aoi_id, self._item(aoi.aoi_id, title).id)
        self._driver.wait(lambda: self.panel.card.item is not None, "the visualization's card")

    def select_first(self, aoi: Any) -> None:
        """Open an AOI in the tree and select the first of its visualizations."""
        self.panel.show_aoi(aoi.aoi_id)
        model = self.panel.model
        item = self._driver.wait(
            lambda: model.item(model.index(0, 0, model.index_of_aoi(aoi.aoi_id))), "its visualizations"
        )
        self.panel.show_aoi(aoi.aoi_id, item.id)
        self._driver.wait(lambda: self.panel.card.item is not None and self.panel.card.item.id == item.id, "the card")

    def dates(self) -> list[str]:
        """List the dates of the selected visualization."""
        return [date.day.isoformat() for date in self.panel.card.item.dates]

    def checked_dates(self) -> int:
        """Count the dates that are ticked."""
        text = self._driver.find(QLabel, "dateCountLabel").text()
        return int(text.split()[0])

    def wait_until_idle(self) -> None:
        """Wait until nothing is loading and the map is drawn."""
        self._driver.wait(lambda: not self.panel.jobs.isVisible(), "the jobs to end", 60)
        self._driver.wait(self.is_rendered, "the map")

    # --- the map -----------------------------------------------------------------------------------------------------

    def is_rendered(self) -> bool:
        """Tell whether the canvas has nothing left to draw."""
        return not iface.mapCanvas().isDrawing()

    def layers(self, kind: str) -> list[QgsRasterLayer]:
        """List our layers of a kind, oldest first."""
        found = [
            layer for layer in QgsProject.instance().mapLayers().values() if layer.customProperty("pixxel/kind") == kind
        ]
        return sorted(found, key=lambda layer: str(layer.customProperty("pixxel/date")))

    def days(self, kind: str) -> list[str]:
        """List the days of our layers of a kind."""
        return [str(layer.customProperty("pixxel/date")) for layer in self.layers(kind)]

    def layers_of(self, kind: str, day: str) -> list[QgsRasterLayer]:
        """List our layers of a kind and day."""
        return [layer for layer, own in zip(self.layers(kind), self.days(kind), strict=True) if own == day]

    def is_shown(self, day: str) -> bool:
        """Tell whether the value layer of a day is among those the map shows."""
        return any(layer.customProperty("pixxel/date") == day for layer in iface.mapCanvas().layers())

    def selected_outline(self) -> Any:
        """Return the geometry of the selected AOI."""
        from pixxel_explorer.plugin.integrations.canvas import geometry_of

        return geometry_of(self.panel.tree.aoi.geometry)

    def image_of(self, layer: QgsRasterLayer, width: int = 200) -> Any:
        """Draw one layer alone, as the canvas would."""
        settings = QgsMapSettings()
        settings.setLayers([layer])
        settings.setDestinationCrs(layer.crs())
        settings.setExtent(layer.extent())
        settings.setOutputSize(QSize(width, round(width * layer.extent().height() / layer.extent().width())))
        settings.setBackgroundColor(QColor(Qt.GlobalColor.transparent))
        job = QgsMapRendererParallelJob(settings)
        job.start()
        job.waitForFinished()
        return job.renderedImage()

    def colour_at_centre(self, layer: QgsRasterLayer) -> str:
        """Return the colour in the middle of a layer."""
        image = self.image_of(layer)
        return str(image.pixelColor(image.width() // 2, image.height() // 2).name())

    def rendered(self, day: str) -> str:
        """Return a hash of how the value layer of a day looks."""
        layer = next(layer for layer in self.layers("values") if layer.customProperty("pixxel/date") == day)
        data = QByteArray()
        buffer = QBuffer(data)
        buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        self.image_of(layer).save(buffer, "PNG")
        return hashlib.sha256(bytes(data)).hexdigest()

    def save_project(self) -> Path:
        """Save the project beside the pictures."""
        path = self._driver.out / "project.qgz"
        assert QgsProject.instance().write(str(path))
        return path

    def summary_of_layers(self) -> list[tuple[str, ...]]:
        """Describe our layers: kind, day, time range, look."""
        found = []
        for layer in [*self.layers("picture"), *self.layers("values")]:
            span = layer.temporalProperties().fixedTemporalRange()
            image = self.image_of(layer, 60)
            colours = {image.pixelColor(x, image.height() // 2).name() for x in range(0, 60, 5)}
            found.append((layer.name(), span.begin().toString(), span.end().toString(), *sorted(colours)))
        return found

    # --- the legend --------------------------------------------------------------------------------------------------

    @property
    def _table(self) -> QTableView:
        return self._driver.find(QTableView, "legendTable")

    def legend_rows(self) -> int:
        """Count the classes in the editor."""
        model = self._table.model()
        return int(model.rowCount()) if model is not None else 0

    def legend_day(self) -> str:
        """Return the day whose legend is edited."""
        return str(self._plugin.application.legends.panel.day.isoformat())

    def edit_day(self, day: str) -> None:
        """Choose the day to edit."""
        combo = self._driver.find(QComboBox, "legendDateCombo")
        row = next(row for row in range(combo.count()) if combo.itemText(row).startswith(day))
        combo.setCurrentIndex(row)
        combo.activated.emit(row)

    def maximum(self, row: int) -> float:
        """Return the upper edge of a class."""
        model = self._table.model()
        return float(model.data(model.index(row, 1), Qt.ItemDataRole.EditRole))

    def area(self, row: int) -> str:
        """Return what the table says of the area of a class."""
        model = self._table.model()
        return str(model.data(model.index(row, 4)) or "")

    def set_maximum(self, row: int, value: float) -> None:
        """Type another upper edge."""
        model = self._table.model()
        assert model.setData(model.index(row, 1), value, Qt.ItemDataRole.EditRole)

    def set_colour(self, row: int, colour: QColor) -> None:
        """Choose another colour."""
        model = self._table.model()
        assert model.setData(model.index(row, 2), colour, Qt.ItemDataRole.EditRole)

    def edit_count(self) -> int:
        """Return how many edits are not pushed, as the editor says."""
        digits = "".join(c for c in self._driver.find(QLabel, "editCountLabel").text() if c.isdigit())
        return int(digits or 0)

    def push_dialog(self) -> Any:
        """Return the comparison shown before a push, once it is there."""
        return self._driver.visible("pushDialog")

    def rollback_dialog(self) -> Any:
        """Return the question asked before a rollback, once it is there."""
        return self._driver.visible("rollbackDialog")

    def accept_push(self) -> None:
        """Push."""
        self._accept("pushDialogButtons")

    def accept_rollback(self) -> None:
        """Roll back."""
        self._accept("rollbackDialogButtons")

    def _accept(self, name: str) -> None:
        box = self._driver.find(QDialogButtonBox, name)
        accept = next(b for b in box.buttons() if box.buttonRole(b) == QDialogButtonBox.ButtonRole.AcceptRole)
        accept.click()

    def server_colour(self, day: str, row: int) -> str:
        """Ask the sandbox, as another client would, for the colour of a class."""
        return str(self._server_class(day, row).colour.hex)

    def server_maximum(self, day: str, row: int) -> float:
        """Ask the sandbox, as another client would, for the upper edge of a class."""
        return float(self._server_class(day, row).maximum)

    def server_label(self, day: str, row: int) -> str:
        """Ask the sandbox, as another client would, for the label of a class."""
        return str(self._server_class(day, row).label)

    def _server_class(self, day: str, row: int) -> Any:
        card = self.panel.card
        key = next(date.key for date in card.item.dates if date.day.isoformat() == day)
        legends = asyncio.run(_ask(plugins["pixxel_explorer"], card.item, card.mode))
        return legends[key].classes[row]

    def _item(self, aoi_id: str, title: str) -> Any:
        model = self.panel.model
        parent = model.index_of_aoi(aoi_id)
        items = (model.item(model.index(row, 0, parent)) for row in range(model.rowCount(parent)))
        return next((item for item in items if item is not None and item.title == title), None)


async def _ask(plugin: Any, item: Any, mode: str) -> Any:
    from pixxel_explorer.plugin.app import clients
    from pixxel_explorer.plugin.legend_sync.service import read_legends
    from pixxel_explorer.plugin.sld.reader import read_legend

    connection = plugin.application.session.state.connection
    async with clients.prepare(connection, plugin.session_keys)() as client:
        return (await read_legends(client, item, mode, read_legend)).legends
