"""The catalogue tree is lazy, keeps its promises to views, and says what is the matter."""

from __future__ import annotations

import pytest
from pixxel_explorer.ui.models.catalog_model import CatalogModel, CatalogRole
from pixxel_explorer.ui.models.catalog_nodes import NodeKind
from qgis.PyQt.QtCore import QModelIndex, QPersistentModelIndex, Qt

from .conftest import Watch, record
from .fakes import make_aoi, make_item

ROOT = QModelIndex()


@pytest.fixture
def model(watch: Watch) -> CatalogModel:
    made = CatalogModel()
    watch(made)
    return made


def _names(model: CatalogModel, parent: QModelIndex = ROOT) -> list[str]:
    return [model.index(row, 0, parent).data() for row in range(model.rowCount(parent))]


def test_an_empty_model_asks_for_nothing(model: CatalogModel) -> None:
    assert model.rowCount() == 0
    assert not model.canFetchMore(ROOT)


def test_skeleton_rows_stand_for_a_page_under_way_and_cannot_be_chosen(model: CatalogModel) -> None:
    model.begin()
    first = model.index(0, 0)
    assert model.kind(first) is NodeKind.SKELETON
    assert not model.flags(first) & Qt.ItemFlag.ItemIsSelectable
    assert not model.canFetchMore(ROOT)


def test_pages_replace_the_skeleton_and_are_appended_to_each_other(model: CatalogModel) -> None:
    model.begin()
    model.append_page([make_aoi(1), make_aoi(2)], has_more=True)
    model.append_page([make_aoi(3)], has_more=False)
    assert _names(model) == ["Farm 1", "Farm 2", "Farm 3"]
    assert not model.canFetchMore(ROOT)


def test_the_next_page_is_asked_for_once(model: CatalogModel) -> None:
    asked = record(model.more_requested)
    model.append_page([make_aoi(1)], has_more=True)
    model.fetchMore(ROOT)  # under Qt 5 the tester has asked already
    model.fetchMore(ROOT)
    assert len(asked) == 1
    assert model.is_pending


def test_an_aoi_that_comes_twice_stays_one_row_and_is_brought_up_to_date(model: CatalogModel) -> None:
    model.append_page([make_aoi(1), make_aoi(1)], has_more=True)
    model.append_page([make_aoi(1, name="Renamed")], has_more=False)
    assert _names(model) == ["Renamed"]


def test_a_failed_page_is_said_in_a_last_row_and_asked_for_again_on_demand(model: CatalogModel) -> None:
    model.append_page([make_aoi(1)], has_more=True)
    asked = record(model.more_requested)
    model.set_page_error("The server could not be reached.")
    assert _names(model) == ["Farm 1", "The server could not be reached."]
    assert model.kind(model.index(1, 0)) is NodeKind.PROBLEM
    assert not model.canFetchMore(ROOT)
    model.retry_page()
    assert _names(model) == ["Farm 1"]
    assert len(asked) == 1


def test_opening_an_aoi_asks_for_its_visualizations_once_and_shows_a_skeleton(model: CatalogModel) -> None:
    asked = record(model.visualizations_requested)
    model.append_page([make_aoi(1)], has_more=False)
    index = model.index_of_aoi("aoi-1")
    model.fetchMore(index)
    model.fetchMore(index)
    assert asked == [("aoi-1",)]
    assert model.kind(model.index(0, 0, index)) is NodeKind.SKELETON


def test_an_aoi_can_always_be_opened_and_says_when_it_has_no_visualizations(model: CatalogModel) -> None:
    model.append_page([make_aoi(1)], has_more=False)
    index = model.index_of_aoi("aoi-1")
    assert model.hasChildren(index)
    model.set_visualizations("aoi-1", [])
    assert _names(model, index) == ["No visualizations yet"]
    assert not model.canFetchMore(index)


def test_a_quiet_update_keeps_the_row_of_a_visualization(model: CatalogModel) -> None:
    model.append_page([make_aoi(1)], has_more=False)
    model.set_visualizations("aoi-1", [make_item(1), make_item(2, status="creating", progress=40)])
    kept = QPersistentModelIndex(model.index_of_visualization("aoi-1", "viz-2"))
    changed = record(model.dataChanged)
    model.set_visualizations("aoi-1", [make_item(1), make_item(2, status="success")])
    assert kept.isValid()
    assert QModelIndex(kept).data(CatalogRole.STATUS).text == "ready"
    assert [index.data() for index, *_rest in changed] == ["NDVI", "Farm 1"]


def test_visualizations_come_and_go_without_disturbing_the_others(model: CatalogModel) -> None:
    model.append_page([make_aoi(1)], has_more=False)
    index = model.index_of_aoi("aoi-1")
    model.set_visualizations("aoi-1", [make_item(n, title=f"V{n}") for n in (1, 2, 3)])
    kept = QPersistentModelIndex(model.index_of_visualization("aoi-1", "viz-3"))
    model.set_visualizations("aoi-1", [make_item(n, title=f"V{n}") for n in (0, 1, 3, 4)])
    assert _names(model, index) == ["V0", "V1", "V3", "V4"]
    assert QModelIndex(kept).data() == "V3"
    model.set_visualizations("aoi-1", [make_item(n, title=f"V{n}") for n in (4, 3, 1)])
    assert _names(model, index) == ["V4", "V3", "V1"]
    model.set_visualizations("aoi-1", [])
    assert _names(model, index) == ["No visualizations yet"]


def test_a_failed_list_of_visualizations_can_be_asked_for_again(model: CatalogModel) -> None:
    asked = record(model.visualizations_requested)
    model.append_page([make_aoi(1)], has_more=False)
    index = model.index_of_aoi("aoi-1")
    model.fetchMore(index)
    model.set_visualizations_error("aoi-1", "The server took too long.")
    assert _names(model, index) == ["The server took too long."]
    model.request_visualizations("aoi-1")
    assert asked == [("aoi-1",), ("aoi-1",)]


def test_a_failed_update_leaves_what_is_shown(model: CatalogModel) -> None:
    model.append_page([make_aoi(1)], has_more=False)
    model.set_visualizations("aoi-1", [make_item(1)])
    model.set_visualizations_error("aoi-1", "The server took too long.")
    assert _names(model, model.index_of_aoi("aoi-1")) == ["NDVI"]


def test_answers_for_an_aoi_that_is_gone_are_ignored(model: CatalogModel) -> None:
    model.append_page([make_aoi(1)], has_more=False)
    model.set_visualizations("aoi-9", [make_item(1)])
    model.set_visualizations_error("aoi-9", "Too late.")
    assert _names(model) == ["Farm 1"]


def test_an_old_index_never_reaches_a_row_of_a_later_search(model: CatalogModel) -> None:
    model.append_page([make_aoi(1)], has_more=False)
    old = model.index_of_aoi("aoi-1")
    model.reset()
    model.append_page([make_aoi(2)], has_more=False)
    assert model.aoi(old) is None


def test_a_row_says_area_dates_and_status(model: CatalogModel) -> None:
    model.append_page([make_aoi(1), make_aoi(2, area_in_sq_m=42_000, status="running", progress="35%")], has_more=False)
    model.set_visualizations("aoi-1", [make_item(1, dates=8), make_item(2, dates=3, status="failed")])
    details = [model.index(row, 0).data(CatalogRole.DETAIL) for row in range(2)]
    assert details == ["12.4 km² · 8 dates", "4.2 ha · creating 35%"]
    child = model.index_of_visualization("aoi-1", "viz-2")
    assert child.data(CatalogRole.DETAIL) == "preset · failed"
    assert child.data(Qt.ItemDataRole.AccessibleTextRole) == "NDVI, preset · failed"


def test_words_of_the_server_are_never_read_as_markup(model: CatalogModel) -> None:
    model.append_page([make_aoi(1, name="<b>Farm</b> & <img src=x>")], has_more=False)
    index = model.index_of_aoi("aoi-1")
    assert index.data() == "<b>Farm</b> & <img src=x>"
    assert "<img" not in index.data(Qt.ItemDataRole.ToolTipRole)


def test_ten_thousand_aois_in_pages_stay_addressable(qgis_app: object) -> None:
    model = CatalogModel()
    for page in range(200):
        model.append_page([make_aoi(page * 50 + i) for i in range(50)], has_more=page < 199)
    assert model.rowCount() == 10_000
    assert model.index_of_aoi("aoi-9999").row() == 9_999
    assert model.index(9_999, 0).data() == "Farm 9999"


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("First\nSecond", "First Second"),
        ("   ", "Unnamed AOI"),
        ("\u200b", "Unnamed AOI"),
        ("Field \u202egnp", "Field gnp"),
        ("W" * 10_000, "W" * 99 + "…"),
    ],
)
def test_an_odd_name_is_one_line(model: CatalogModel, name: str, shown: str) -> None:
    model.append_page([make_aoi(name=name, description=name)], has_more=False)
    index = model.index(0, 0)
    assert index.data() == shown
    assert len(index.data(Qt.ItemDataRole.ToolTipRole)) < 1000
