"""The class that widgets of parameters are derived from."""

from __future__ import annotations

from qgis.gui import QgsAbstractProcessingParameterWidgetWrapper


class WidgetWrapper(QgsAbstractProcessingParameterWidgetWrapper):
    """A parameter's widget."""
