"""Dialogs about SLD documents: the file to read, the file to write, and whether to apply a dropped one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtWidgets import QFileDialog, QMessageBox, QWidget

from ...plugin.host.i18n import translate
from ...plugin.messages.numbers import count_text

_SUFFIX = ".sld"


def ask_document(parent: QWidget, folder: Path) -> Path | None:
    """Ask for a document to read."""
    filters = ";;".join(
        (
            translate("StyleDialogs", "SLD documents (*.sld *.SLD *.xml *.XML)"),
            translate("StyleDialogs", "All files (*)"),
        )
    )
    name, _ = QFileDialog.getOpenFileName(parent, translate("StyleDialogs", "Load SLD Style"), str(folder), filters)
    return Path(name) if name else None


def ask_target(parent: QWidget, suggestion: Path, version: str, count: int) -> tuple[Path, str] | None:
    """Ask for a file to write and the version of SLD, offered as the file's type.

    Args:
        version: the one chosen at first, ``1.0.0`` or ``1.1.0``.
        count: number of layers; with several, the chosen file name is the prefix of their file names.
    """
    types = {
        translate("StyleDialogs", "SLD 1.0.0, for GeoServer and most others (*.sld)"): "1.0.0",
        translate("StyleDialogs", "Symbology Encoding 1.1.0 (*.sld)"): "1.1.0",
    }
    chosen = next(name for name, known in types.items() if known == version)
    name, kind = QFileDialog.getSaveFileName(parent, _save_title(count), str(suggestion), ";;".join(types), chosen)
    return (Path(name), types.get(kind, version)) if name else None


def with_suffix(path: Path) -> Path:
    """Return a file's name as it was typed, with the ending it may lack."""
    return path if path.suffix.lower() == _SUFFIX else path.with_name(path.name + _SUFFIX)


def ask_replace(parent: QWidget, files: Sequence[Path], title: str = "") -> bool:
    """Ask whether files that are there already may be replaced."""
    text = translate("StyleDialogs", "These files exist already: {0}. Replace them?").format(
        ", ".join(file.name for file in files)
    )
    if len(files) == 1:
        text = translate("StyleDialogs", "“{0}” exists already. Replace it?").format(files[0].name)
    box = _question(parent, title or translate("StyleDialogs", "Save as SLD"), text, "replaceStyleBox")
    replace = box.addButton(translate("StyleDialogs", "Replace"), QMessageBox.ButtonRole.AcceptRole)
    box.addButton(QMessageBox.StandardButton.Cancel)
    box.exec()
    agreed = box.clickedButton() is replace
    box.deleteLater()
    return agreed


def ask_drop(parent: QWidget, file: Path, layers: Sequence[str], on_apply: Callable[[], None]) -> QMessageBox:
    """Open the question whether layers are to be drawn by a dropped document; it blocks nothing."""
    text = translate("StyleDialogs", "Draw {0} layers by the style in “{1}”?").format(
        count_text(len(layers)), file.name
    )
    if len(layers) == 1:
        text = translate("StyleDialogs", "Draw “{0}” by the style in “{1}”?").format(layers[0], file.name)
    box = _question(parent, translate("StyleDialogs", "Apply SLD Style"), text, "dropStyleBox")
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    apply = box.addButton(QMessageBox.StandardButton.Apply)
    apply.setObjectName("dropApplyButton")
    box.addButton(QMessageBox.StandardButton.Cancel)
    box.setDefaultButton(QMessageBox.StandardButton.Apply)
    apply.clicked.connect(on_apply)
    box.open()
    return box


def _question(parent: QWidget, title: str, text: str, name: str) -> QMessageBox:
    box = QMessageBox(QMessageBox.Icon.Question, title, text, QMessageBox.StandardButton.NoButton, parent)
    box.setObjectName(name)
    box.setTextFormat(Qt.TextFormat.PlainText)
    return box


def _save_title(count: int) -> str:
    if count == 1:
        return translate("StyleDialogs", "Save as SLD")
    return translate("StyleDialogs", "Save {0} Layers as SLD, Each under This Name and Its Own").format(
        count_text(count)
    )
