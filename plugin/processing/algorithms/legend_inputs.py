"""Shared parts of the legend algorithms: file parameters, and messages for files that do not fit."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from qgis.core import (
    Qgis,
    QgsProcessingParameterFile,
    QgsProcessingParameterFileDestination,
)

from ...host.i18n import translate
from ..errors import InputRefused
from .base import PixxelAlgorithm

if TYPE_CHECKING:
    from ...legend.spec import Legend

_FILES = "*.json *.JSON *.csv *.CSV *.sld *.SLD *.qml *.QML"


def add_legend_file(algorithm: PixxelAlgorithm, name: str, label: str, hint: str) -> None:
    """Add an optional legend file to read."""
    parameter = QgsProcessingParameterFile(
        name,
        label,
        Qgis.ProcessingFileParameterBehavior.File,
        optional=True,
        fileFilter=translate("AlgorithmInputs", "Legends ({0})").format(_FILES),
    )
    parameter.setHelp(hint)
    algorithm.addParameter(parameter)


def add_report(algorithm: PixxelAlgorithm) -> None:
    """Add ``OUTPUT``, the report."""
    label, files = translate("AlgorithmInputs", "Report"), translate("AlgorithmInputs", "JSON files (*.json)")
    algorithm.addParameter(QgsProcessingParameterFileDestination("OUTPUT", label, files))


def sld_legend(document: str) -> Legend:
    """Return the legend of a style document of the server."""
    from ...sld import reader

    legend: Legend = reader.read_legend(document)
    return legend


@contextmanager
def files_explained() -> Iterator[None]:
    """Convert errors about mismatches of files and dates to messages."""
    from ..legend_files import DateNotInFile, DatesNeeded, DateTwiceInFile, UnknownFormat

    try:
        yield
    except UnknownFormat as exc:
        text = translate(
            "AlgorithmInputs", "The format of {0} is not known. Use a name that ends in .json, .csv, .sld or .qml."
        )
        raise InputRefused(text.format(exc.name)) from exc
    except DateNotInFile as exc:
        text = translate(
            "AlgorithmInputs", "The file in {0} has no legend for {1}. Leave these dates out, or add them to the file."
        )
        raise InputRefused(text.format(exc.parameter, ", ".join(exc.days))) from exc
    except DateTwiceInFile as exc:
        text = translate(
            "AlgorithmInputs", "The file in INPUT has two legends for {0}, written differently. Remove one of them."
        )
        raise InputRefused(text.format(exc.day)) from exc
    except DatesNeeded as exc:
        text = translate("AlgorithmInputs", "The legend in the file has no date. Give its dates in DATES.")
        raise InputRefused(text) from exc
