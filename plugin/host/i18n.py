"""Translation: the one function for texts outside QObjects, in the form that the extractor finds."""

from __future__ import annotations


def translate(context: str, text: str) -> str:
    """Return the text in the language of QGIS; both are literals, and ``{}`` is filled in afterwards."""
    from qgis.PyQt.QtCore import QCoreApplication  # not at import: coroutines are tested without Qt

    return str(QCoreApplication.translate(context, text))
