"""Lists, areas and the search on the command line, with JSON, as scripts use them."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from .command_line import CommandLine, installed
from .server import KEY, State
from .test_search_images import image


@pytest.fixture
def command_line(server: State, tmp_path: Path) -> CommandLine:
    return installed(tmp_path, server.url, KEY)


def _table(path: Path) -> list[dict[str, Any]]:
    with path.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_areas_of_classes_are_a_table(command_line: CommandLine, server: State, tmp_path: Path) -> None:
    server.legend["2025_04_12"]["dynamic"][0]["area"] = None
    ids = {"AOI": "a-1", "VISUALIZATION": "v-1", "MODE": "dynamic"}
    ended = command_line.run("classareas", **ids, OUTPUT=str(tmp_path / "a.csv"))
    assert ended.code == 0, ended.output
    rows = _table(tmp_path / "a.csv")
    assert (rows[0]["date"], rows[0]["area"], rows[1]["area"]) == ("2025-04-12", "", "10")


def test_a_search_with_lists_is_a_layer(command_line: CommandLine, server: State, tmp_path: Path) -> None:
    server.images = [image(f"x{number}") for number in range(5)]
    asked = {"START": "2025-05-01", "END": "2025_05_31", "SATELLITES": ["Pixxel-TD1", "s-1"], "MAX_CLOUD": 30}
    target = tmp_path / "a.geojson"
    ended = command_line.run("searchimages", EXTENT="10,11,50,51 [EPSG:4326]", **asked, OUTPUT=str(target))
    assert ended.code == 0, ended.output
    features = json.loads(target.read_text(encoding="utf-8"))["features"]
    assert [feature["properties"]["item_id"] for feature in features] == [f"x{number}" for number in range(5)]
    assert {feature["geometry"]["type"] for feature in features} == {"Polygon"}


def test_a_search_without_an_area_ends_with_one_sentence(command_line: CommandLine, tmp_path: Path) -> None:
    asked = {"START": "2025-05-01", "END": "2025-05-31", "SATELLITES": "Pixxel-TD1"}
    ended = command_line.run("searchimages", **asked, OUTPUT=str(tmp_path / "a.geojson"))
    assert ended.code != 0
    assert "There is no area to search" in ended.output
    assert "Traceback" not in ended.output


def test_the_names_of_twins_are_refused_with_both_ids(command_line: CommandLine, server: State, tmp_path: Path) -> None:
    server.projects.append({**server.projects[0], "id": "p-3"})
    ended = command_line.run("listaois", PROJECT="Farms", OUTPUT=str(tmp_path / "a.geojson"))
    assert ended.code != 0
    assert "p-1, p-3" in ended.output
