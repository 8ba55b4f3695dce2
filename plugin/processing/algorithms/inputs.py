"""Parameters that several algorithms have, and how their text is read."""

from __future__ import annotations

import math
from typing import Any

from qgis.core import (
    QgsProcessingContext,
    QgsProcessingParameterDefinition,
    QgsProcessingParameterEnum,
    QgsProcessingParameterString,
)

from .base import PixxelAlgorithm, Refusal

MODES = ["dynamic", "theoretical"]


def add_text(algorithm: PixxelAlgorithm, name: str, label: str, *, optional: bool = False, hint: str = "") -> None:
    """Add a parameter of one line of text."""
    parameter = QgsProcessingParameterString(name, label, optional=optional)
    _add(algorithm, parameter, hint)


def add_choice(
    algorithm: PixxelAlgorithm, name: str, label: str, options: list[str], *, optional: bool = False, hint: str = ""
) -> None:
    """Add a choice among words, which are also its values; the first one is the default."""
    parameter = QgsProcessingParameterEnum(
        name, label, options, defaultValue=options[0], optional=optional, usesStaticStrings=True
    )
    _add(algorithm, parameter, hint)


def add_visualization(algorithm: PixxelAlgorithm) -> None:
    """Add ``AOI`` and ``VISUALIZATION``."""
    add_aoi(algorithm)
    hint = algorithm.tr("Id of a visualization of the AOI; “List Visualizations” tells it.")
    add_text(algorithm, "VISUALIZATION", algorithm.tr("Visualization id"), hint=hint)


def add_aoi(algorithm: PixxelAlgorithm) -> None:
    """Add ``AOI``."""
    hint = algorithm.tr("Id of an area of interest; “List AOIs” tells it.")
    add_text(algorithm, "AOI", algorithm.tr("AOI id"), hint=hint)


def add_mode(algorithm: PixxelAlgorithm) -> None:
    """Add ``MODE``."""
    hint = algorithm.tr("Dynamic classes come from the data of each date, theoretical ones from the index itself.")
    add_choice(algorithm, "MODE", algorithm.tr("Legend mode"), MODES, hint=hint)


def add_dates(algorithm: PixxelAlgorithm, *, optional: bool, hint: str = "") -> None:
    """Add ``DATES``."""
    hint = hint or algorithm.tr("Days as YYYY-MM-DD with commas between; empty means all.")
    add_text(algorithm, "DATES", algorithm.tr("Dates"), optional=optional, hint=hint)


def text_of(algorithm: PixxelAlgorithm, parameters: dict[str, Any], name: str, context: QgsProcessingContext) -> str:
    """Return a text parameter without blanks around it.

    Raises:
        Refusal: it is empty though it must not be.
    """
    text = str(algorithm.parameterAsString(parameters, name, context)).strip()
    optional = algorithm.parameterDefinition(name).flags() & QgsProcessingParameterDefinition.Flag.FlagOptional
    if not text and not optional:
        raise Refusal(algorithm.tr("{0} is empty. Enter a value.").format(name))
    return text


def list_of(
    algorithm: PixxelAlgorithm, parameters: dict[str, Any], name: str, context: QgsProcessingContext
) -> list[str]:
    """Return a text parameter with commas as its parts."""
    parts = text_of(algorithm, parameters, name, context).split(",")
    return [part.strip() for part in parts if part.strip()]


def range_of(
    algorithm: PixxelAlgorithm, parameters: dict[str, Any], name: str, context: QgsProcessingContext
) -> tuple[float, float]:
    """Return a parameter written ``min,max``.

    Raises:
        Refusal: it is not two rising numbers.
    """
    parts = list_of(algorithm, parameters, name, context)
    try:
        low, high = (float(part) for part in parts)
    except ValueError:
        low = high = math.nan
    if not (math.isfinite(low) and math.isfinite(high) and low < high):
        raise Refusal(
            algorithm.tr("{0} is not two rising numbers: {1}. Write it as min,max, for example -1,1.").format(
                name, ",".join(parts)
            )
        )
    return low, high


def _add(algorithm: PixxelAlgorithm, parameter: QgsProcessingParameterDefinition, hint: str) -> None:
    if hint:
        parameter.setHelp(hint)
    algorithm.addParameter(parameter)
