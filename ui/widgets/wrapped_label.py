"""A label of plain text that wraps inside of words, too, instead of widening the dock."""

from __future__ import annotations

import re

from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtWidgets import QLabel, QWidget

_BREAK = "\u200b"  # where a line may end
_LONG = re.compile(r"\w{20}(?=\w)")


class WrappedLabel(QLabel):
    """Plain text over several lines; the width does not depend on the text."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(True)

    def text(self) -> str:
        """Return the text as it was given."""
        return super().text().replace(_BREAK, "")

    def setText(self, text: str) -> None:  # noqa: N802 (Qt)
        """Show another text."""
        super().setText(_LONG.sub(rf"\g<0>{_BREAK}", text))
