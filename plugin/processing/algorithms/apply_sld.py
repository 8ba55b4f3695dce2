"""``pixxel:applysld``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from qgis.core import (
    Qgis,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingParameterBand,
    QgsProcessingParameterFile,
    QgsProcessingParameterFileDestination,
    QgsProcessingParameterNumber,
    QgsProcessingParameterRasterLayer,
    QgsProject,
    QgsRasterLayer,
)

from ..errors import InputRefused
from .base import PixxelAlgorithm
from .inputs import file_of, number_of, target_of, whole_number_of

if TYPE_CHECKING:
    from ...layers.thread_bands import BandFacts
    from ...legend.scaling import Scaling
    from ...sld.raster_style import RasterStyle

FIRST_BAND = 1


class ApplySld(PixxelAlgorithm):
    """Draws any raster by a style document, as a style file and, where the raster is a layer of the project, there."""

    ID: ClassVar[str] = "applysld"
    GROUP: ClassVar[str] = "styles"
    TAGS: ClassVar[tuple[str, ...]] = ("sld", "se", "style", "symbology", "colour map", "color map", "geoserver", "qml")
    ICON: ClassVar[str] = "legend"
    NEEDED: ClassVar[tuple[str, ...]] = ("defusedxml",)

    def __init__(self, access: Any) -> None:
        super().__init__(access)
        self._raster = ("", "", "")
        self._layer_id = ""
        self._former = ""
        self._facts: BandFacts | None = None
        self._styles: Sequence[RasterStyle] = ()
        self._reported: list[str] = []

    def title(self) -> str:
        """Return the name people see."""
        return self.tr("Apply SLD Style")

    def help(self) -> str:
        """Return the help text of the algorithm."""
        return self.tr(
            "Draws a raster by an SLD document (1.0.0, or Symbology Encoding 1.1.0), which QGIS itself cannot read for "
            "rasters. The style is written as a QGIS style file; a layer of the project is restyled at once, and "
            "further styles of the document become named styles of it. The document chooses the band, unless another "
            "than the first is chosen here. Parts that QGIS cannot draw as described are reported as warnings; "
            "so is a style whose quantities miss the raster's values, with the factor that would explain it. "
            "No connection is needed."
        )

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802
        """Declare the parameters."""
        self.addParameter(QgsProcessingParameterRasterLayer("RASTER", self.tr("Raster")))
        band = QgsProcessingParameterBand("BAND", self.tr("Band"), FIRST_BAND, "RASTER")
        band.setHelp(self.tr("The first band leaves the choice to the document; any other is always drawn."))
        self.addParameter(band)
        self.addParameter(
            QgsProcessingParameterFile(
                "SLD",
                self.tr("SLD document"),
                Qgis.ProcessingFileParameterBehavior.File,
                fileFilter=self.tr("SLD documents ({0})").format("*.sld *.SLD *.xml *.XML"),
            )
        )
        self._add_scaling()
        files = self.tr("QGIS styles ({0})").format("*.qml")
        self.addParameter(QgsProcessingParameterFileDestination("OUTPUT", self.tr("Style file"), files))

    def _add_scaling(self) -> None:
        number = QgsProcessingParameterNumber
        factor = number("FACTOR", self.tr("Factor for the style's quantities"), number.Type.Double, 1.0, True)
        factor.setHelp(self.tr("For a style made for other units: 10000 where the raster holds the index × 10000."))
        offset = number("OFFSET", self.tr("Offset added to the quantities"), number.Type.Double, 0.0, True)
        for parameter in (factor, offset):
            parameter.setFlags(parameter.flags() | Qgis.ProcessingParameterFlag.Advanced)
            self.addParameter(parameter)

    def prepare(self, parameters: dict[str, Any], context: QgsProcessingContext) -> None:
        """Find the raster, on the main thread, where the project's layers live."""
        from ...layers.measuring import check_size
        from ...layers.thread_bands import BandFacts

        check_size(str(parameters.get("RASTER")))  # QGIS measures a raster as soon as it opens it
        layer = self.parameterAsRasterLayer(parameters, "RASTER", context)
        if layer is None or not layer.isValid():
            raise InputRefused(
                self.tr("RASTER is no raster that QGIS can open; choose a raster file or a raster layer.")
            )
        check_size(layer.source())
        self._check_band(layer, self._band(parameters, context))
        self._raster = (layer.source(), layer.name(), layer.providerType())
        self._facts = BandFacts.of(layer.dataProvider())
        project = context.project()
        if project is not None and project.mapLayer(layer.id()) is not None:
            from ...layers.former_style import style_now

            self._layer_id, self._former = layer.id(), style_now(layer).document

    def execute(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> dict[str, Any]:
        """Read the document and write the style file, whole or not at all."""
        from ...layers.style_files import write_drawing
        from ...layers.styling import StyleNotDrawable
        from ...sld.scaled import scaled

        band = self._band(parameters, context)
        output = target_of(self, parameters, "OUTPUT", context)
        self._check(output)
        scaling = self._scaling(parameters, context)
        document = file_of(self, parameters, "SLD", context)
        if document is None:
            raise InputRefused(self.tr("SLD is empty. Give the path of a document."))
        styles = _read(document)
        self._check_raster()
        chosen = [scaled(_drawn_from(style, band), scaling) for style in styles]
        try:
            warnings, drawn_band = write_drawing(self._raster, chosen[0], output, self._known(), former=self._former)
        except StyleNotDrawable as error:
            raise _refusal(error) from error
        self._reported = (
            warnings + self._remarks(styles, band) + self._fit_notes(chosen[0], drawn_band, scaling, feedback)
        )
        for warning in self._reported:
            feedback.pushWarning(warning)
        self._styles = chosen
        return {"OUTPUT": str(output)}

    def finish(self, context: QgsProcessingContext, feedback: QgsProcessingFeedback) -> None:
        """Restyle the layer, if the raster is one of the project."""
        project = context.project()
        if self._styles and self._layer_id and project is not None:
            warnings: list[str] = []
            self.in_project(partial(_restyle, project, self._layer_id, self._styles, warnings))
            for warning in warnings:
                if warning not in self._reported:
                    feedback.pushWarning(warning)

    def _check(self, output: Path) -> None:
        """Refuse names that are not a style's, before an SLD document is overwritten by one of QGIS's."""
        if output.suffix.lower() != ".qml":
            text = self.tr("The style file cannot be named {0}; choose a name that ends in .qml.")
            raise InputRefused(text.format(output.name))

    def _check_raster(self) -> None:
        """Raise an error for a truncated raster, before a useless style is written."""
        from ...layers.measuring import is_cut_short

        if is_cut_short(self._known().sources):
            text = self.tr(
                "The values of {0} cannot be read to the end; the file may be damaged or cut short, so no style was "
                "written. Copy or download it again."
            )
            raise InputRefused(text.format(_file_name(self._raster)))

    def _band(self, parameters: dict[str, Any], context: QgsProcessingContext) -> int:
        band = whole_number_of(self, parameters, "BAND", context)
        return FIRST_BAND if band is None else band

    def _check_band(self, layer: QgsRasterLayer, band: int) -> None:
        if not 1 <= band <= layer.bandCount():
            text = self.tr("The raster has no band {0}; choose one from 1 to {1}.")
            raise InputRefused(text.format(band, layer.bandCount()))

    def _scaling(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Scaling:
        from ...legend.scaling import Scaling

        factor = number_of(self, parameters, "FACTOR", context)
        offset = number_of(self, parameters, "OFFSET", context)
        if factor is not None and factor <= 0:
            raise InputRefused(self.tr("FACTOR must be greater than 0; 1 leaves the quantities as they are."))
        return Scaling(1.0 if factor is None else factor, offset or 0.0)

    def _fit_notes(self, style: RasterStyle, band: int, scaling: Scaling, feedback: QgsProcessingFeedback) -> list[str]:
        """Return messages about values that the style misses, and about likely no-data."""
        from ...layers.measuring import fit
        from ...messages.fit_messages import notes

        found = fit(style.legend, self._known().source(band), feedback.isCanceled)
        if found is None:
            return []
        remedy = ""
        if found.misses and found.scaling is not None:
            remedy = self._remedy(found.scaling.after(scaling))
        first, *others = notes(found) or [""]
        return [f"RASTER: {note}" for note in (f"{first}{remedy}", *others) if note]

    def _known(self) -> BandFacts:
        if self._facts is None:
            raise RuntimeError("prepareAlgorithm comes first")
        return self._facts

    def _remedy(self, scaling: Scaling) -> str:
        if scaling.offset:
            return " " + self.tr("Set FACTOR to {0} and OFFSET to {1} to draw it so.").format(
                f"{scaling.factor:.12g}", f"{scaling.offset:.12g}"
            )
        return " " + self.tr("Set FACTOR to {0} to draw it so.").format(f"{scaling.factor:.12g}")

    def _remarks(self, styles: Sequence[RasterStyle], band: int) -> list[str]:
        """Return warnings about parts of the document that are left out because of the parameters."""
        found = []
        if styles[0].colours is not None and band != FIRST_BAND:
            text = self.tr("BAND: the style mixes red, green and blue from bands of its own, so band {0} is not drawn.")
            found.append(text.format(band))
        if len(styles) > 1 and not self._layer_id:
            text = self.tr("StyledLayerDescriptor: it holds {0} styles; the style file has only the first, “{1}”.")
            found.append(text.format(len(styles), styles[0].name or styles[0].title))
        return found


def _restyle(project: QgsProject, layer_id: str, styles: Sequence[RasterStyle], warnings: list[str]) -> None:
    """Apply the styles to a layer of the project, if it still exists, and append its notes to the warnings."""
    from ...layers.styling import apply_styles

    layer = project.mapLayer(layer_id)
    if isinstance(layer, QgsRasterLayer):
        warnings += apply_styles(layer, styles, FIRST_BAND)
        project.setDirty(True)


def _file_name(raster: tuple[str, str, str]) -> str:
    """Return the name of a raster: that of its file, else that of its layer."""
    source, name, _ = raster
    return Path(source).name or name


def _read(path: Path) -> Sequence[RasterStyle]:
    """Read a document; an error becomes a message without the details, which would only repeat it."""
    from ...messages.style_messages import unreadable
    from ...sld.file import read_styles_of
    from ...sld.refusal import SldRefused

    try:
        return read_styles_of(path)
    except SldRefused as error:
        raise _refusal(error) from error
    except OSError as error:
        raise InputRefused(unreadable(error, path.name).text) from error


def _refusal(error: ValueError) -> InputRefused:
    from ...messages.explanation import explain

    return InputRefused(explain(error).text)


def _drawn_from(style: RasterStyle, band: int) -> RasterStyle:
    """Return a style that leaves the band to the caller, where the caller has chosen another than the first."""
    if band == FIRST_BAND:
        return style
    return replace(style, grey=replace(style.grey, source=str(band)))
