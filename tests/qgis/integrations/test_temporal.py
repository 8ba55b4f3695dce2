"""QGIS's temporal controller over a stack of dates, switched as its buttons switch it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from pixxel_explorer.plugin.integrations.temporal import TemporalController
from pixxel_explorer.plugin.layers import date_visibility
from pixxel_explorer.plugin.layers.keeper import IdentityKeeper
from pixxel_explorer.plugin.layers.project_layers import ProjectLayers
from qgis.core import (
    Qgis,
    QgsDateTimeRange,
    QgsMapLayer,
    QgsProject,
    QgsTemporalNavigationObject,
    QgsVectorLayer,
    QgsVectorLayerTemporalProperties,
)
from qgis.gui import QgsMapCanvas
from qgis.PyQt.QtCore import QCoreApplication, QDate, QDateTime, QTime

from ..layers.conftest import MakeImage, make_image  # noqa: F401 (a fixture)

DAYS = ["2025-04-12", "2025-05-02", "2025-05-29", "2025-08-27"]
ANIMATED, OFF = Qgis.TemporalNavigationMode.Animated, Qgis.TemporalNavigationMode.Disabled


class Harness:
    """A canvas with its controller, and our layers of the project."""

    def __init__(self, canvas: QgsMapCanvas) -> None:
        self.project = QgsProject.instance()
        self.navigation = QgsTemporalNavigationObject(canvas)
        canvas.setTemporalController(self.navigation)
        self.keeper = IdentityKeeper(self.project)
        self.time = TemporalController(canvas, self.project)
        self.layers = ProjectLayers(self.project, tuple, self.time.is_filtering)

    def close(self) -> None:
        self.time.close()
        self.keeper.close()

    def switch(self, mode: Qgis.TemporalNavigationMode) -> None:
        self.navigation.setNavigationMode(mode)
        QCoreApplication.processEvents()

    def shown(self) -> list[str]:
        root = self.project.layerTreeRoot()
        return [layer.customProperty("pixxel/date") for layer in root.checkedLayers()]

    def show(self, layer: QgsMapLayer) -> None:
        """Show one date alone."""
        node = self.project.layerTreeRoot().findLayer(layer.id())
        date_visibility.show_alone(node, filtered=self.time.is_filtering())

    def frames(self) -> list[str]:
        days = [
            self.navigation.dateTimeRangeForFrameNumber(number).begin().toUTC().date().toString("yyyy-MM-dd")
            for number in range(self.navigation.totalFrameCount())
        ]
        return days

    def frame(self) -> str:
        return self.frames()[self.navigation.currentFrameNumber()]


@pytest.fixture
def harness(qgis_app: object, monkeypatch: pytest.MonkeyPatch) -> Iterator[Harness]:
    escaped: list[str] = []
    monkeypatch.setattr(sys, "excepthook", lambda kind, error, _trace: escaped.append(f"{kind.__name__}: {error}"))
    QgsProject.instance().clear()
    canvas = QgsMapCanvas()
    harness = Harness(canvas)
    yield harness
    harness.close()
    QgsProject.instance().clear()
    assert escaped == []


@pytest.fixture
def four_dates(harness: Harness, make_image: MakeImage) -> Harness:  # noqa: F811
    for day in DAYS:
        harness.layers.add(make_image(day), project_name="Farms", aoi_name="Farm near Raba")
    QCoreApplication.processEvents()
    return harness


def test_each_acquisition_date_is_a_frame_and_all_dates_are_visible(four_dates: Harness) -> None:
    four_dates.switch(ANIMATED)
    assert four_dates.frames() == DAYS
    assert sorted(four_dates.shown()) == DAYS


def test_the_animation_begins_at_the_date_that_was_shown(four_dates: Harness) -> None:
    four_dates.show(four_dates.layers.find("Sample data", "viz-1")[1])
    four_dates.switch(ANIMATED)
    assert four_dates.frame() == DAYS[1]


def test_switched_off_only_what_was_visible_before_is_visible(four_dates: Harness) -> None:
    four_dates.show(four_dates.layers.find("Sample data", "viz-1")[1])
    four_dates.switch(ANIMATED)
    four_dates.switch(OFF)
    assert four_dates.shown() == [DAYS[1]]


@pytest.mark.parametrize("late", ["2025-06-18", "2025-10-03", "2025-01-01"])
def test_a_date_that_arrives_while_animated_joins_in(
    four_dates: Harness,
    make_image: MakeImage,  # noqa: F811
    late: str,
) -> None:
    four_dates.switch(ANIMATED)
    four_dates.navigation.setCurrentFrameNumber(2)
    four_dates.layers.add(make_image(late), project_name="Farms", aoi_name="Farm near Raba")
    QCoreApplication.processEvents()
    assert four_dates.frames() == sorted([*DAYS, late])
    assert four_dates.frame() == DAYS[2], "the map stays at its date"
    assert late in four_dates.shown()
    four_dates.switch(OFF)
    assert four_dates.shown() == [max(*DAYS, late)]


def test_a_date_that_is_removed_while_animated_is_no_frame(four_dates: Harness) -> None:
    four_dates.switch(ANIMATED)
    four_dates.project.removeMapLayer(four_dates.layers.find("Sample data", "viz-1")[0])
    QCoreApplication.processEvents()
    assert four_dates.frames() == DAYS[1:]


def test_a_date_to_be_shown_is_the_frame_while_animated(four_dates: Harness) -> None:
    four_dates.switch(ANIMATED)
    layer = four_dates.layers.find("Sample data", "viz-1")[3]
    four_dates.show(layer)
    four_dates.time.go_to(layer)
    assert four_dates.frame() == DAYS[3]
    assert sorted(four_dates.shown()) == DAYS
    four_dates.switch(OFF)
    assert four_dates.shown() == [DAYS[3]]


def test_a_project_saved_while_animated_hides_again_when_reopened(four_dates: Harness, tmp_path: Path) -> None:
    four_dates.switch(ANIMATED)
    assert four_dates.project.write(str(tmp_path / "season.qgs"))
    four_dates.project.clear()
    four_dates.navigation.setNavigationMode(OFF)
    assert four_dates.project.read(str(tmp_path / "season.qgs"))
    QCoreApplication.processEvents()
    assert four_dates.shown() == [DAYS[3]]
    four_dates.switch(ANIMATED)
    assert sorted(four_dates.shown()) == DAYS
    four_dates.switch(OFF)
    assert four_dates.shown() == [DAYS[3]]


@pytest.mark.usefixtures("two_months")
def test_a_step_that_somebody_chose_stays(four_dates: Harness) -> None:
    before = four_dates.navigation.availableTemporalRanges()
    four_dates.switch(ANIMATED)
    assert four_dates.navigation.availableTemporalRanges() == before
    assert sorted(four_dates.shown()) == DAYS


def test_other_layers_with_a_time_keep_the_controller_as_it_is(four_dates: Harness) -> None:
    stations = QgsVectorLayer("Point?field=at:datetime", "stations", "memory")
    properties = stations.temporalProperties()
    properties.setMode(Qgis.VectorTemporalMode.FixedTemporalRange)
    begin = QDateTime(QDate(2025, 1, 1), QTime(0, 0))
    properties.setFixedTemporalRange(QgsDateTimeRange(begin, begin.addDays(365)))
    properties.setIsActive(True)
    assert isinstance(properties, QgsVectorLayerTemporalProperties)
    four_dates.project.addMapLayer(stations)
    before = four_dates.navigation.availableTemporalRanges()
    four_dates.switch(ANIMATED)
    assert four_dates.navigation.availableTemporalRanges() == before


def test_a_range_of_time_shows_every_date_too(four_dates: Harness) -> None:
    four_dates.switch(Qgis.TemporalNavigationMode.FixedRange)
    assert sorted(four_dates.shown()) == DAYS
    assert date_visibility.visible_date(four_dates.project.layerTreeRoot()) is not None


def test_after_closing_nothing_follows(four_dates: Harness) -> None:
    four_dates.time.close()
    four_dates.navigation.setNavigationMode(ANIMATED)
    assert four_dates.shown() == [DAYS[3]]
    four_dates.time = TemporalController(_canvas_of(four_dates.navigation), four_dates.project)


def _canvas_of(navigation: QgsTemporalNavigationObject) -> QgsMapCanvas:
    canvas = navigation.parent()
    assert isinstance(canvas, QgsMapCanvas)
    return canvas
