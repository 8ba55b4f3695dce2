"""Styles of raster layers, read from SLD documents, written to them, and given to all dates of a stack."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from qgis.core import Qgis, QgsApplication, QgsProject, QgsRasterLayer
from qgis.PyQt import sip
from qgis.PyQt.QtCore import QObject, Qt, pyqtSlot
from qgis.PyQt.QtWidgets import QAction, QApplication

from ..files.names import readable_name
from ..host import dependencies
from ..integrations.style_drop import StyleDropHandler
from ..layers import identity

if TYPE_CHECKING:
    from qgis.core import QgsMapLayer
    from qgis.gui import QgisInterface, QgsMessageBarItem
    from qgis.PyQt.QtWidgets import QMessageBox

    from ..host.settings import Settings
    from ..messages.message import Message
    from ..messages.style_messages import Outcome
    from .style_changes import StyleChange
    from .style_fits import StyleFits

PARSER = "defusedxml"
SECONDS = 6  # how long a message without further details stays
SECONDS_TO_UNDO = 20
_log = logging.getLogger(__name__)


class StyleController(QObject):
    """Controller of styles: the raster layers' context menu, and documents dropped on QGIS while one is selected.

    The code that reads, draws and writes is imported when it is first used.
    """

    def __init__(self, iface: QgisInterface, settings: Settings, open_panel: Callable[[], None]) -> None:
        super().__init__()
        self._iface = iface
        self._settings = settings
        self._open_panel = open_panel
        self._question: QMessageBox | None = None
        self._shown_item: QgsMessageBarItem | None = None
        self._fits: StyleFits | None = None
        self._actions = [
            self._add_action(self.tr("Load SLD Style…"), "pixxelLoadSldAction", "mActionFileOpen.svg", self.load),
            self._add_action(self.tr("Save as SLD…"), "pixxelSaveSldAction", "mActionFileSaveAs.svg", self.save),
        ]
        text = self.tr("Use This Style for All Dates")
        icon = "mActionEditPaste.svg"
        self._share_action = self._add_action(text, "pixxelShareStyleAction", icon, self.share, of_all=False)
        self._actions.append(self._share_action)
        self._project = QgsProject.instance()
        self._project.layersAdded.connect(self._on_layers_added)
        self._project.readProject.connect(self._on_project_read)
        self._on_project_read()
        self._drops = StyleDropHandler(self.offer)
        iface.registerCustomDropHandler(self._drops)

    def close(self) -> None:
        """Take the menu entries away and listen to drops no more."""
        self._project.layersAdded.disconnect(self._on_layers_added)
        self._project.readProject.disconnect(self._on_project_read)
        self._iface.unregisterCustomDropHandler(self._drops)
        for action in self._actions:
            self._iface.removeCustomActionForLayerType(action)
            action.deleteLater()
        self._actions = []
        if self._fits is not None:
            self._fits.close()
        if self._question is not None and not sip.isdeleted(self._question):
            self._question.close()
        if self._shown_item is not None and not sip.isdeleted(self._shown_item):
            self._iface.messageBar().popWidget(self._shown_item)

    def load(self) -> None:
        """Ask for a document and draw the selected raster layers by it."""
        from ...ui.dialogs.style_dialogs import ask_document

        layers = self._selected()
        if self._lacks_parser() or self._lacks(layers):
            return
        path = ask_document(self._iface.mainWindow(), self._folder(layers[0]))
        if path is not None:
            self._settings.style_folder = str(path.parent)
            self.draw(path, layers)

    def save(self) -> None:
        """Ask for a file and write the drawing of the selected raster layers; one file a layer."""
        from ...ui.dialogs.style_dialogs import ask_target

        layers = self._selected()
        if self._lacks(layers):
            return
        name = file_name(layers[0].name()) if len(layers) == 1 else self.tr("style")
        suggestion = self._folder(layers[0]) / f"{name}.sld"
        answer = ask_target(self._iface.mainWindow(), suggestion, self._settings.sld_version, len(layers))
        if answer is not None:
            self._settings.style_folder, self._settings.sld_version = str(answer[0].parent), answer[1]
            self._save(layers, *answer)

    def share(self) -> None:
        """Draw all dates of the selected layer's stack as that layer is drawn; it can be undone."""
        from ..layers.dated_stack import layers_beside
        from ..messages.style_messages import shared
        from .style_changes import StyleChange

        layers = self._selected()
        if self._lacks(layers):
            return
        master = layers[0]
        with _busy():
            changes = [StyleChange.like(layer, master) for layer in layers_beside(self._project, master)]
        if any(change.outcome.problem is None for change in changes):
            self._project.setDirty(True)
        outcomes = [change.outcome for change in changes]
        self._report(shared(master.name(), outcomes), outcomes, lambda: self._undo(changes))

    def offer(self, path: Path) -> bool:
        """Ask whether to restyle the selected raster layers by a dropped file; return whether there are any."""
        from ...ui.dialogs.style_dialogs import ask_drop

        layers = self._selected()
        if not layers:
            return False
        if not self._lacks_parser():
            names, ids = [layer.name() for layer in layers], [layer.id() for layer in layers]
            window = self._iface.mainWindow()
            self._question = ask_drop(window, path, names, lambda: self.draw(path, _still_there(ids)))
        return True

    def draw(self, path: Path, layers: Sequence[QgsRasterLayer]) -> None:
        """Restyle layers by a document and report the outcome; a document that is refused changes none of them."""
        from ..messages.explanation import explain
        from ..messages.style_messages import unreadable
        from ..sld.file import read_styles_of
        from ..sld.refusal import SldRefused
        from .style_changes import StyleChange
        from .style_fits import StyleFits

        if self._lacks(layers):
            return
        with _busy():
            try:
                styles = read_styles_of(path)
            except SldRefused as error:
                self._show(explain(error, doing=f"reading {path.name}"), Qgis.MessageLevel.Warning)
                return
            except OSError as error:
                self._show(unreadable(error, path.name), Qgis.MessageLevel.Warning)
                return
            changes = [StyleChange.of(layer, styles) for layer in layers]
        self._report_drawn(path.name, changes)
        if self._fits is None:
            self._fits = StyleFits(self._iface.messageBar(), self._report_drawn, self)
        self._fits.compare(path.name, styles[0], changes)

    def _report_drawn(self, file: str, changes: Sequence[StyleChange]) -> None:
        """Report the layers restyled by a document, and offer to undo it."""
        from ..messages.style_messages import drawn

        outcomes = [change.outcome for change in changes]
        self._report(drawn(file, outcomes), outcomes, lambda: self._undo(changes))

    def _undo(self, changes: Sequence[StyleChange]) -> None:
        """Restore the former style of layers; one that was restyled since is left unchanged."""
        from ..messages.style_messages import undone

        done: list[str] = []
        changed: list[str] = []
        for change in changes:
            layers = _still_there([change.layer_id]) if change.outcome.problem is None else []
            for layer in layers:
                (done if change.undo(layer) else changed).append(layer.name())
        if changed:
            self._show(undone(done, changed), Qgis.MessageLevel.Warning)
        elif done:
            self._show(undone(done, changed), Qgis.MessageLevel.Info, SECONDS)

    def _save(self, layers: Sequence[QgsRasterLayer], chosen: Path, version: str) -> None:
        from ...ui.dialogs.style_dialogs import ask_replace, with_suffix
        from ..messages.style_messages import saved

        path = with_suffix(chosen)
        files = [path] if len(layers) == 1 else names_of(path, [layer.name() for layer in layers])
        there = [file for file in files if file != chosen and file.exists()]
        if there and not ask_replace(self._iface.mainWindow(), there):
            return
        outcomes = [_save(layer, file, version) for layer, file in zip(layers, files, strict=True)]
        self._report(saved(path.name if len(layers) == 1 else path.parent.name, outcomes), outcomes)

    @pyqtSlot()
    def _on_project_read(self) -> None:
        self._on_layers_added(self._project.mapLayers().values())

    def _on_layers_added(self, layers: Iterable[QgsMapLayer]) -> None:
        """Offer the style of each date of ours for the others."""
        for layer in layers:
            if identity.of(layer) is not None:
                self._iface.addCustomActionForLayer(self._share_action, layer)

    def _add_action(self, text: str, name: str, icon: str, act: Callable[[], None], *, of_all: bool = True) -> QAction:
        action = QAction(QgsApplication.getThemeIcon(f"/{icon}"), text, self._iface.mainWindow())
        action.setObjectName(name)
        action.triggered.connect(lambda _checked=False: act())
        self._iface.addCustomActionForLayerType(action, "", Qgis.LayerType.Raster, of_all)
        return action

    def _selected(self) -> list[QgsRasterLayer]:
        """Return the raster layers selected in the tree, else the active one; those whose file is gone do not count."""
        chosen = self._iface.layerTreeView().selectedLayers() or [self._iface.activeLayer()]
        return [layer for layer in chosen if isinstance(layer, QgsRasterLayer) and layer.isValid()]

    def _folder(self, layer: QgsRasterLayer) -> Path:
        """Return the folder used last, else that of the layer's file, else the person's own."""
        candidates = (self._settings.style_folder, str(Path(layer.source()).parent))
        folders = (Path(name) for name in candidates if name not in ("", "."))
        return next((folder for folder in folders if folder.is_dir()), Path.home())

    def _lacks(self, layers: Sequence[QgsRasterLayer]) -> bool:
        from ..messages.style_messages import no_raster

        if not layers:
            self._show(no_raster(), Qgis.MessageLevel.Info)
        return not layers

    def _lacks_parser(self) -> bool:
        from ..messages.explanation import explain
        from ..messages.style_messages import parser_missing

        obstacle = dependencies.obstacle((PARSER,))
        if obstacle is not None:
            is_missing = isinstance(obstacle, dependencies.PackagesMissing)
            self._show(parser_missing(PARSER) if is_missing else explain(obstacle), Qgis.MessageLevel.Warning)
        return obstacle is not None

    def _report(self, message: Message, outcomes: Sequence[Outcome], undo: Callable[[], None] | None = None) -> None:
        """Show the outcome of an action in the message bar; the log contains the full text."""
        for outcome in outcomes:
            for note in outcome.notes:
                _log.info("%s: %s", outcome.layer, note)
        if any(outcome.problem for outcome in outcomes):
            self._show(message, Qgis.MessageLevel.Warning, undo=undo)
        elif message.details:
            self._show(message, Qgis.MessageLevel.Info, undo=undo)
        else:
            self._show(message, Qgis.MessageLevel.Success, SECONDS if undo is None else SECONDS_TO_UNDO, undo)

    def _show(
        self, message: Message, level: Qgis.MessageLevel, seconds: int = 0, undo: Callable[[], None] | None = None
    ) -> None:
        from ...ui.messages import push_message
        from ..messages.wording import Action

        act = {Action.OPEN_PANEL: self._open_panel, Action.UNDO: undo}.get(message.action)
        self._shown_item = push_message(self._iface.messageBar(), message, level=level, on_action=act, seconds=seconds)


def file_name(layer_name: str) -> str:
    """Return the file name for a layer's name, without a suffix."""
    return readable_name(layer_name).strip(" ._") or "style"


def names_of(path: Path, layer_names: Sequence[str]) -> list[Path]:
    """Name one file a layer: ``_<layer>`` before the ending; layers of one name are numbered from 2."""
    found: list[Path] = []
    for name in map(file_name, layer_names):
        stem, number = f"{path.stem}_{name}", 1
        file = path.with_name(f"{stem}{path.suffix}")
        while file in found:
            number += 1
            file = path.with_name(f"{stem}_{number}{path.suffix}")
        found.append(file)
    return found


def _still_there(ids: Sequence[str]) -> list[QgsRasterLayer]:
    layers = (QgsProject.instance().mapLayer(layer_id) for layer_id in ids)
    return [layer for layer in layers if isinstance(layer, QgsRasterLayer)]


def _save(layer: QgsRasterLayer, file: Path, version: str) -> Outcome:
    from ..files.whole import write_text
    from ..layers.styling import StyleNotDrawable, style_of
    from ..messages.explanation import explain
    from ..messages.style_messages import Outcome, current_style_only
    from ..sld.writer import write_style

    try:
        style, notes = style_of(layer)
        text, more = write_style(style, layer.name(), version)
        write_text(file, text)
    except (StyleNotDrawable, OSError) as error:
        return Outcome(layer.name(), problem=explain(error, doing=f"saving {file.name}"))
    others = len(layer.styleManager().styles()) > 1
    only = [current_style_only(layer.styleManager().currentStyle())] if others else []
    return Outcome(layer.name(), (*notes, *more, *only))


@contextmanager
def _busy() -> Iterator[None]:
    """Show the waiting cursor: a large document takes up to two seconds."""
    QApplication.setOverrideCursor(Qt.CursorShape.WaitCursor)
    try:
        yield
    finally:
        QApplication.restoreOverrideCursor()
