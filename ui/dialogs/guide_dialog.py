"""The guide, readable without leaving QGIS and without the network."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path

from qgis.PyQt.QtCore import Qt, QUrl
from qgis.PyQt.QtGui import QTextBlock, QTextCursor
from qgis.PyQt.QtWidgets import QApplication, QDialog, QTextBrowser, QVBoxLayout, QWidget

GUIDE = Path(__file__).resolve().parents[2] / "resources/help/guide.md"


class Chapter(StrEnum):
    """Chapters of the guide that dialogs open, identified by their headings."""

    CONNECT = "connect"
    LEGEND = "edit a legend"
    PUSH = "push"


class GuideDialog(QDialog):
    """Shows the guide beside the work: it does not block the window it belongs to."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("guideDialog")
        self.setWindowTitle(self.tr("Pixxel Explorer Guide"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowModality(Qt.WindowModality.NonModal)
        self.browser = QTextBrowser(self)
        self.browser.setObjectName("guideBrowser")
        self.browser.setAccessibleName(self.windowTitle())
        self.browser.setOpenExternalLinks(True)
        self.browser.setSource(QUrl.fromLocalFile(str(GUIDE)))
        self.browser.document().setDocumentMargin(16)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.browser)
        letter = self.fontMetrics().averageCharWidth()
        self.resize(letter * 115, letter * 98)

    def show_chapter(self, chapter: Chapter) -> None:
        """Show the guide from the heading of a chapter on."""
        heading = self._heading(chapter)
        self.show()
        if heading is not None:
            # The last line first: the text above the heading is then scrolled away.
            self.browser.moveCursor(QTextCursor.MoveOperation.End)
            self.browser.setTextCursor(QTextCursor(heading))

    def _heading(self, chapter: Chapter) -> QTextBlock | None:
        block = self.browser.document().firstBlock()
        while block.isValid():
            if block.blockFormat().headingLevel() and chapter.value in block.text().casefold():
                return block
            block = block.next()
        return None


def open_guide(parent: QWidget, chapter: Chapter | None = None) -> GuideDialog:
    """Open the guide, at a chapter if one is named, above the dialog that is open: others would not let it be read."""
    modal = QApplication.activeModalWidget()
    guide = GuideDialog(modal if modal is not None else parent)
    if chapter is None:
        guide.show()
    else:
        guide.show_chapter(chapter)
    return guide
