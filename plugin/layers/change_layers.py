"""Layers of the changes between two dates: a difference of values, and classes that became others."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from qgis.core import (
    QgsLayerTreeLayer,
    QgsPalettedRasterRenderer,
    QgsProject,
    QgsRasterLayer,
    QgsUnitTypes,
)

from ..files.shown_names import shown_name
from ..host.i18n import translate
from ..imagery.class_areas import partition_of
from ..imagery.class_changes import ChangeNames, write_attribute_table, write_class_changes
from ..imagery.difference import write_difference
from ..imagery.errors import RasterUnreadable
from ..imagery.sidecars import no_sidecar_files
from ..layer_kinds.table import LayerKind
from ..legend.spec import Colour, ColourMapKind, Legend
from ..sld import renderers
from . import identity, sources
from .difference_style import style_difference
from .groups import is_embedded

if TYPE_CHECKING:
    from collections.abc import Callable

    from qgis.core import QgsLayerTreeGroup

    from ..imagery.budget import IsStopped
    from ..imagery.class_areas import Array
    from .dated_stack import StackDate

    Measure = Callable[[IsStopped], Array | None]

_BEFORE_SHARE = 0.3  # of the former class's colour in that of a change, so that its origin is seen
_FADED = 0.6  # of white in the colour of what did not change
_WHITE = (255, 255, 255)


class Pair(NamedTuple):
    """Two dates of one stack, the earlier first."""

    before: StackDate
    after: StackDate


def difference(pair: Pair, target: Path) -> Measure:
    """Return what writes the values of the later date minus those of the earlier one, in any thread.

    Raises:
        ValueError: a layer holds no values.
    """
    if not all(holds_values(date) for date in pair):
        raise ValueError("no values")
    return partial(_subtract, _file(pair.before), _file(pair.after), target)


def _subtract(before: Path, after: Path, target: Path, is_stopped: IsStopped) -> None:
    write_difference(before, after, target, is_stopped)


def class_changes(pair: Pair, target: Path) -> Measure:
    """Return what writes the changes of class and returns their square metres, in any thread.

    The classes are those that the layers are drawn by.

    Raises:
        ValueError: a layer is not drawn by classes.
    """
    first, second = classes_of(pair.before), classes_of(pair.after)
    if first is None or second is None:
        raise ValueError("no classes")
    return partial(_measure_changes, (_file(pair.before), _file(pair.after)), (first, second), target)


def _measure_changes(
    files: tuple[Path, Path], legends: tuple[Legend, Legend], target: Path, is_stopped: IsStopped
) -> Array:
    partitions = partition_of(legends[0]), partition_of(legends[1])
    areas = write_class_changes(*files, partitions, target, is_stopped)
    names = [[_names(old, new) for new in _entries(legends[1])] for old in _entries(legends[0])]
    write_attribute_table(target, areas, names)
    return areas


def remove(target: Path) -> None:
    """Remove a raster of changes that no layer shows, with its attribute table."""
    for file in (target, target.with_name(f"{target.name}.aux.xml")):
        with suppress(OSError):
            file.unlink(missing_ok=True)


def holds_values(date: StackDate) -> bool:
    """Return whether the file of a date holds values."""
    kind = date.origin.kind
    return isinstance(kind, LayerKind) and kind.row.holds_values and date.layer.isValid()


def classes_of(date: StackDate) -> Legend | None:
    """Return the classes that a date is drawn by, in the values of its file; ``None`` where it is drawn by none."""
    kind = date.origin.kind
    if not isinstance(kind, LayerKind) or not kind.row.follows_legend or not date.layer.isValid():
        return None
    legend, _ = renderers.legend_of(date.layer.renderer(), exact=True)
    return legend if legend.classes and legend.kind is not ColourMapKind.RAMP else None


def add_difference(project: QgsProject, pair: Pair, file: Path) -> QgsRasterLayer:
    """Add the layer of a difference above the stack of its dates.

    Raises:
        RasterUnreadable: QGIS cannot open the file.
    """
    with no_sidecar_files():
        layer = _layer(file, translate("Changes", "{0} {1} − {2}"), pair)
    style_difference(layer)
    _describe(layer, translate("Changes", "The value at {1} minus the value at {0}."), pair)
    return _added(project, layer, pair)


def add_class_changes(project: QgsProject, pair: Pair, file: Path, areas: Array) -> QgsRasterLayer:
    """Add the layer of changes of class above the stack of its dates, with their areas in its legend.

    Raises:
        RasterUnreadable: QGIS cannot open the file.
    """
    layer = _layer(file, translate("Changes", "{0} changes {2} to {1}"), pair)
    renderer = layer.renderer()
    if isinstance(renderer, QgsPalettedRasterRenderer):
        layer.setRenderer(_with_areas(renderer, areas, project, layer))
    text = translate("Changes", "What each class at {0} became at {1}. Its attribute table lists the areas.")
    _describe(layer, text, pair)
    return _added(project, layer, pair)


def _entries(legend: Legend) -> list[tuple[str, Colour]]:
    """Return the name and colour of each class; classes of one name are told apart by their numbers."""
    unnamed, shared = translate("Changes", "Class {0}"), translate("Changes", "{1} (class {0})")
    names = [shown_name(entry.label) for entry in legend.classes]
    forms = [unnamed if not name else shared if names.count(name) > 1 else "{1}" for name in names]
    entries = enumerate(zip(forms, names, legend.classes, strict=True), start=1)
    return [(form.format(number, name), entry.colour) for number, (form, name, entry) in entries]


def _names(before: tuple[str, Colour], after: tuple[str, Colour]) -> ChangeNames:
    (old, old_colour), (new, new_colour) = before, after
    if old == new:
        label, colour = translate("Changes", "{0}, unchanged").format(new), _mixed(new_colour, _WHITE, _FADED)
    else:
        label, colour = f"{old} → {new}", _mixed(new_colour, old_colour[:3], _BEFORE_SHARE)
    return ChangeNames(old, new, label, colour)


def _mixed(colour: Colour, other: Sequence[int], share: float) -> Colour:
    levels = (round(one * (1 - share) + two * share) for one, two in zip(colour[:3], other, strict=True))
    return Colour(*levels)


def _with_areas(
    renderer: QgsPalettedRasterRenderer, areas: Array, project: QgsProject, layer: QgsRasterLayer
) -> QgsPalettedRasterRenderer:
    """Return a palette with the area of each change, in the project's unit; the largest changes first."""
    classes, sizes = [], areas.ravel()
    for entry in renderer.classes():
        square_metres = float(sizes[int(entry.value) - 1])
        entry.label = f"{entry.label} ({_area_text(square_metres, project)})"
        classes.append((entry.color.name(), square_metres, entry))
    width = areas.shape[1]
    classes.sort(key=lambda each: (_is_unchanged(int(each[2].value) - 1, width, areas), -each[1]))
    return QgsPalettedRasterRenderer(layer.dataProvider(), 1, [entry for _, _, entry in classes])


def _is_unchanged(place: int, width: int, areas: Array) -> bool:
    return areas.shape[0] == width and place // width == place % width


def _area_text(square_metres: float, project: QgsProject) -> str:
    unit = project.areaUnits()
    factor = QgsUnitTypes.fromUnitToUnitFactor(QgsUnitTypes.AreaUnit.AreaSquareMeters, unit)
    return str(QgsUnitTypes.formatArea(square_metres * factor, 1, unit, True))


def _file(date: StackDate) -> Path:
    source = sources.read(date.layer)
    return source.path if source is not None else Path(date.layer.source())


def _layer(file: Path, form: str, pair: Pair) -> QgsRasterLayer:
    name = form.format(_title(pair.after), shown_name(pair.after.label), shown_name(pair.before.label))
    layer = QgsRasterLayer(str(file), name, "gdal", QgsRasterLayer.LayerOptions(False))
    if not layer.isValid():
        raise RasterUnreadable("not-raster", file.name, layer.error().summary())
    return layer


def _title(date: StackDate) -> str:
    """Return the name of a date's layer without the date."""
    return shown_name(date.layer.name().replace(date.label, "").strip()) or date.origin.visualization_id


def _describe(layer: QgsRasterLayer, text: str, pair: Pair) -> None:
    layer.serverProperties().setTitle(layer.name())
    labels = (shown_name(date.label) for date in pair)
    layer.serverProperties().setAbstract(text.format(*labels))


def _added(project: QgsProject, layer: QgsRasterLayer, pair: Pair) -> QgsRasterLayer:
    project.addMapLayer(layer, False)
    group, row = _place(project, pair.after)
    group.insertChildNode(row, QgsLayerTreeLayer(layer))
    return layer


def _place(project: QgsProject, date: StackDate) -> tuple[QgsLayerTreeGroup, int]:
    """Return the group around the stack of a date and the stack's row; the top where the stack is gone."""
    from .dated_stack import stack_around

    root = project.layerTreeRoot()
    stack = stack_around(root.findLayer(date.layer.id())) if identity.of(date.layer) is not None else None
    parent = stack.parent() if stack is not None else None
    if parent is None or is_embedded(parent):
        return root, 0
    return parent, parent.children().index(stack)
