"""Translation of texts outside QObjects."""

from __future__ import annotations

from qgis.PyQt.QtCore import QCoreApplication


def tr(context: str, text: str) -> str:
    """Return the text in the language of QGIS; fill in ``{}`` afterwards, so that the text can be found."""
    return str(QCoreApplication.translate(context, text))
