"""The archive as STAC that a STAC library accepts, and the search in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any

import httpx
import pystac
import pytest
from pystac.extensions.eo import EOExtension
from pystac.extensions.projection import ProjectionExtension
from pystac.extensions.raster import RasterExtension
from pystac.extensions.view import ViewExtension

from .conftest import Sandbox, Start
from .ordering import COLLECTION, SCENE, moved

ITEMS = f"/v0/archives/collections/{COLLECTION}/items"


@pytest.fixture(scope="module")
def sandbox(start: Start) -> Sandbox:
    return start()


def asked(sandbox: Sandbox, **search: Any) -> list[dict[str, Any]]:
    answer = sandbox.client.post("/v0/archives/search", json={"limit": 50, **search})
    assert answer.status_code == 200, answer.text
    return list(answer.json()["features"])


class SandboxReader(pystac.StacIO):
    """Lets pystac follow links within the sandbox."""

    def __init__(self, sandbox: Sandbox) -> None:
        super().__init__()
        self._client = sandbox.client

    def read_text(self, source: Any, *_args: Any, **_kwargs: Any) -> str:
        answer = self._client.get(httpx.URL(source).path)
        assert answer.status_code == 200, source
        return answer.text

    def write_text(self, dest: Any, txt: str, *_args: Any, **_kwargs: Any) -> None:
        raise AssertionError(f"nothing is to be written: {dest}")


@pytest.fixture
def followed(sandbox: Sandbox) -> Iterator[None]:
    """Let pystac read from the sandbox."""
    pystac.StacIO.set_default(lambda: SandboxReader(sandbox))
    yield
    pystac.StacIO.set_default(pystac.stac_io.DefaultStacIO)


@pytest.mark.usefixtures("followed")
def test_every_item_and_collection_is_valid_stac(sandbox: Sandbox) -> None:
    collections = sandbox.client.get("/v0/archives/collections").json()["collections"]
    assert {each["id"] for each in collections} >= {COLLECTION}
    for noted in collections:
        assert pystac.Collection.from_dict(noted).validate()
        items = sandbox.client.get(f"/v0/archives/collections/{noted['id']}/items").json()["features"]
        assert items
        for raw in items:  # schemas of extensions do not come with pystac
            assert pystac.Item.from_dict({**raw, "stac_extensions": []}).validate()


@pytest.mark.usefixtures("followed")
def test_a_stac_library_finds_the_way_from_an_item_to_its_collection(sandbox: Sandbox) -> None:
    item = pystac.Item.from_dict(sandbox.client.get(f"{ITEMS}/{SCENE}").json())
    for other in (item.get_root(), item.get_parent(), item.get_collection()):
        assert isinstance(other, pystac.Collection)
        assert other.id == COLLECTION
        assert other.extent.spatial.bboxes[0][0] <= (item.bbox or [181])[0]


def test_a_collections_extent_holds_its_items(sandbox: Sandbox) -> None:
    noted = sandbox.client.get(f"/v0/archives/collections/{COLLECTION}").json()
    items = sandbox.client.get(ITEMS).json()["features"]
    (bbox,), ((first, last),) = noted["extent"]["spatial"]["bbox"], noted["extent"]["temporal"]["interval"]
    assert sorted(item["properties"]["datetime"] for item in items)[:: len(items) - 1] == [first, last]
    assert bbox == [
        *(min(item["bbox"][side] for item in items) for side in (0, 1)),
        *(max(item["bbox"][side] for item in items) for side in (2, 3)),
    ]


def test_collections_are_listed_by_id(sandbox: Sandbox) -> None:
    for ids, expected in ((COLLECTION, [COLLECTION]), (f"none,{COLLECTION}", [COLLECTION]), ("none", [])):
        found = sandbox.client.get("/v0/archives/collections", params={"ids": ids}).json()["collections"]
        assert [each["id"] for each in found] == expected


def test_extensions_of_an_item_say_what_is_true_of_its_file(sandbox: Sandbox) -> None:
    raw = sandbox.client.get(f"{ITEMS}/{SCENE}").json()
    item = pystac.Item.from_dict(raw)
    eo, projection = EOExtension.ext(item), ProjectionExtension.ext(item)
    assert 0 <= (eo.cloud_cover or 0) <= 100
    assert (projection.code, projection.shape) == ("EPSG:32633", [200, 240])
    assert list(projection.transform or [])[:3] == [10, 0, 646_400]
    assert 0 <= (ViewExtension.ext(item).off_nadir or 0) <= 90
    bands = EOExtension.ext(item.assets["image"]).bands or []
    assert 0.4 < (bands[0].center_wavelength or 0) < (bands[-1].center_wavelength or 0) < 1.0  # micrometres
    raster = RasterExtension.ext(item.assets["image"]).bands or []
    assert len(raster) == len(bands)
    assert raster[0].scale == 2e-05


def test_links_of_an_item_lead_to_what_they_name(sandbox: Sandbox) -> None:
    raw = sandbox.client.get(f"{ITEMS}/{SCENE}").json()
    for link in raw["links"]:
        answer = sandbox.client.get(httpx.URL(link["href"]).path)
        assert answer.status_code == 200, link
    file = sandbox.client.get(httpx.URL(raw["assets"]["image"]["href"]).path, headers={"Range": "bytes=0-3"})
    assert (file.status_code, file.content[:2]) == (206, b"II")


def test_the_file_of_a_scene_needs_the_key_and_is_the_scenes(sandbox: Sandbox) -> None:
    path = httpx.URL(sandbox.client.get(f"{ITEMS}/{SCENE}").json()["assets"]["image"]["href"]).path
    assert sandbox.client.get(path, headers={"Authorization": "wrong"}).status_code == 403
    scene = sandbox.state.store.get("items", SCENE)
    assert scene is not None
    assert sandbox.client.get(path).content == sandbox.state.path_of(scene).read_bytes()
    assert sandbox.client.get("/files/scenes/none.tif").status_code == 404


def test_items_come_page_by_page_newest_first(sandbox: Sandbox) -> None:
    pages = [
        sandbox.client.get(ITEMS, params={"limit": 3, "offset": offset}).json()["features"] for offset in (0, 3, 6, 9)
    ]
    assert [len(page) for page in pages] == [3, 3, 2, 0]
    moments = [item["properties"]["datetime"] for page in pages for item in page]
    assert all(later > earlier for later, earlier in pairwise(moments))


@pytest.mark.parametrize(
    ("interval", "count"),
    [
        ("2025-06-18T10:12:45Z", 1),
        ("2025-06-18T12:12:45+02:00", 1),
        ("2025-06-18T10:12:46Z", 0),
        ("2025-06-18", 1),
        ("2025-05-06/2025-06-18", 3),
        ("2025-06-18T10:12:46Z/2025-06-30T00:00:00.5Z", 0),
        ("/2025-04-14", 1),
        ("2025-06-01/2025-07-31", 2),
        ("2025-08-01/..", 3),
        ("../2025-04-30", 1),
        ("2030-01-01/2031-01-01", 0),
    ],
)
def test_the_archive_is_searched_by_time(sandbox: Sandbox, interval: str, count: int) -> None:
    assert len(asked(sandbox, collections=[COLLECTION], datetime=interval)) == count


def test_the_archive_is_searched_by_place(sandbox: Sandbox) -> None:
    farm = sandbox.aoi("Farm near Raba")["geometry"]
    (x, y), *_ = farm["coordinates"][0]
    assert len(asked(sandbox, intersects=farm)) == 8
    assert len(asked(sandbox, bbox=[x - 0.001, y - 0.001, x + 0.001, y + 0.001])) == 8
    assert asked(sandbox, intersects=moved(farm, 5)) == []
    assert asked(sandbox, bbox=[0, 0, 1, 1]) == []
    assert len(asked(sandbox, bbox=[x, y, x, y])) == 8
    assert len(asked(sandbox, bbox=[179, y - 1, x + 1, y + 1], collections=[COLLECTION])) == 8  # over the antimeridian
    assert asked(sandbox, bbox=[x + 1, y - 1, 15, y + 1], collections=[COLLECTION]) == []
    assert len(asked(sandbox, intersects={"type": "Point", "coordinates": [x, y]})) == 8
    away = {"type": "LineString", "coordinates": [[x + 5, y], [x + 6, y]]}
    assert asked(sandbox, intersects=away) == []


@pytest.mark.parametrize(
    ("word", "keeps"),
    [
        ("eq", lambda clouds, middle: clouds == middle),
        ("neq", lambda clouds, middle: clouds != middle),
        ("lt", lambda clouds, middle: clouds < middle),
        ("lte", lambda clouds, middle: clouds <= middle),
        ("gt", lambda clouds, middle: clouds > middle),
        ("gte", lambda clouds, middle: clouds >= middle),
    ],
)
def test_the_archive_is_searched_by_comparison(
    sandbox: Sandbox, word: str, keeps: Callable[[float, float], bool]
) -> None:
    every = {item["id"]: item["properties"]["eo:cloud_cover"] for item in asked(sandbox, collections=[COLLECTION])}
    middle = sorted(every.values())[4]
    wanted = {name for name, clouds in every.items() if keeps(clouds, middle)}
    assert 0 < len(wanted) < len(every)
    for name in ("eo:cloud_cover", "cloudcover"):  # the sample of the documentation writes it so
        some = asked(sandbox, collections=[COLLECTION], query={name: {word: middle}})
        assert {item["id"] for item in some} == wanted


def test_the_archive_is_searched_by_several_values_at_once(sandbox: Sandbox) -> None:
    one = {"title": {"in": ["Firefly (sample) 2025-06-18", "none"]}, "gsd": {"gte": 10, "lt": 11}}
    assert [item["id"] for item in asked(sandbox, query=one)] == [SCENE]
    assert asked(sandbox, query={**one, "no such property": {"eq": 1}}) == []
    assert asked(sandbox, ids=[SCENE, "none"], collections=["none"]) == []
    assert [item["id"] for item in asked(sandbox, ids=[SCENE, "none"])] == [SCENE]


@pytest.mark.parametrize(
    "key",
    [
        {"field": "properties.eo:cloud_cover", "direction": "desc"},
        {"field": "eo:cloud_cover", "direction": "DESC"},
        {"eo:cloud_cover": "desc"},
    ],
)
def test_what_is_found_is_put_in_order(sandbox: Sandbox, key: dict[str, str]) -> None:
    clouds = [item["properties"]["eo:cloud_cover"] for item in asked(sandbox, collections=[COLLECTION])]
    ordered = asked(sandbox, collections=[COLLECTION], sortby=[key])
    assert [item["properties"]["eo:cloud_cover"] for item in ordered] == sorted(clouds, reverse=True)


def test_the_first_key_of_an_order_counts_most(sandbox: Sandbox) -> None:
    every = asked(sandbox)
    wanted = sorted(every, key=lambda item: item["properties"]["datetime"])
    wanted.sort(key=lambda item: item["collection"], reverse=True)
    for keys in ([{"collection": "desc"}, {"datetime": "asc"}], [{"collection": "desc", "datetime": "asc"}]):
        assert [item["id"] for item in asked(sandbox, sortby=keys)] == [item["id"] for item in wanted]


def test_what_is_found_comes_page_by_page(sandbox: Sandbox) -> None:
    every = [item["id"] for item in asked(sandbox)]
    assert [item["id"] for item in asked(sandbox, offset=2, limit=3)] == every[2:5]
    assert asked(sandbox, offset=len(every)) == []


@pytest.mark.parametrize(
    "search",
    [
        {"bbox": [1, 2, 3]},
        {"bbox": [1, 4, 3, 2]},
        {"bbox": [1, 2, 3, 91]},
        {"bbox": [1, 2, 3, True]},
        {"bbox": None},
        {"datetime": "../.."},
        {"datetime": "2025-02-01/2025-01-01"},
        {"datetime": "2025-02-01/2025-03-01/2025-04-01"},
        {"datetime": "2025-06-18T10:12:45"},
        {"datetime": "20250618"},
        {"datetime": "2025-02-30"},
        {"intersects": {"type": "Polygon", "coordinates": "x"}},
        {"query": {"a": {"like": 1}}},
        {"query": {"a": {"in": 1}}},
        {"query": {"a": {"lt": {}}}},
        {"query": {"a": 1}},
        {"intersects": {"type": "Circle", "coordinates": [1, 2]}},
        {"intersects": {"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [0, 1], [1, 0], [0, 0]]]}},
        {"sortby": [{"field": "a", "direction": "up"}]},
        {"sortby": [{}]},
        {"sortby": "datetime"},
        {"limit": 0},
        {"ids": "x"},
    ],
)
def test_a_search_of_the_archive_that_makes_no_sense_is_refused(sandbox: Sandbox, search: dict[str, Any]) -> None:
    assert sandbox.client.post("/v0/archives/search", json=search).status_code == 400


def test_what_is_not_there_is_reported_as_the_contract_has_it(sandbox: Sandbox) -> None:
    assert sandbox.client.get("/v0/archives/collections/none").status_code == 404
    assert sandbox.client.get("/v0/archives/collections/none/items").status_code == 400
    assert sandbox.client.get(f"{ITEMS}/none").status_code == 404
