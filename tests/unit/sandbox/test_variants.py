"""Every row of the profiles' table is on the wire, and every unknown of the API that can be is in a row."""

from __future__ import annotations

import base64
import html
import io
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from pixxel_explorer.plugin.sandbox.commandline import main
from pixxel_explorer.plugin.sandbox.core.operations import OPERATIONS as CORE
from pixxel_explorer.plugin.sandbox.core.options import SAMPLE_KEY, Profile
from pixxel_explorer.plugin.sandbox.platform.operations import OPERATIONS as PLATFORM
from pixxel_explorer.plugin.sandbox.variants import VARIANTS, key_form

from .conftest import Sandbox, Start

SPOKEN_NOWHERE = {
    "U3": "what a null date means is told by refusing one, in the row of U2",
    "U5": "order and spelling of classes come with the rows of U1",
    "U13": "limits of an area's outline are refusals like any other",
    "U16": "the unit of areas is not told; their share as 0 to 1 comes with the rows of U1",
    "U17": "whether breaks made by hand are kept is a matter of state",
}
DAY, COMPACT = "2025_06_18", "20250618"


@dataclass
class Wire:
    """A sandbox of a profile, asked in that profile's words."""

    sandbox: Sandbox
    profile: Profile

    def ask(self, method: str, path: str, **given: Any) -> httpx.Response:
        """Ask with the key, in the form of the profile."""
        shown = key_form(self.profile)[0].format(key=SAMPLE_KEY)
        return self.sandbox.client.request(method, path, headers={"Authorization": shown}, **given)

    def get(self, path: str, **params: Any) -> Any:
        """Return the JSON of an answer."""
        return self.ask("GET", path, params=params, follow_redirects=True).json()

    def record(self, index_name: str = "NDVI") -> dict[str, Any]:
        """Return what is stored of a visualization of the farm."""
        store = self.sandbox.state.store
        farm = next(aoi for aoi in store.all("aois") if aoi["name"] == "Farm near Raba")
        found = [v for v in store.all("visualizations") if v["aoi_id"] == farm["aoi_id"]]
        return next(record for record in found if record["index_name"] == index_name)

    def aoi(self) -> str:
        return f"/v0/aois/{self.record()['aoi_id']}"

    def address(self, what: str) -> str:
        return Sandbox.address(self.record(), what)

    def listed(self) -> dict[str, Any]:
        """Return the NDVI as a list item."""
        content = self.get(f"{self.aoi()}/visualizations")
        items = content.get("visualizations") or content["visualization"]
        return dict(next(item for item in items if item["id"] == self.record()["id"]))

    def assets(self) -> Any:
        return self.get(f"{self.aoi()}/assets")

    def png(self, key: str, mode: str = "dynamic") -> httpx.Response:
        body = {"index_id": self.record()["index_id"], "date": key, "visualization_mode": mode}
        return self.ask("POST", self.address("png"), json=body)

    def sld(self, *modes: str, key: str = COMPACT) -> httpx.Response:
        return self.ask("POST", self.address("sld"), json={"dates": [key], "visualization_modes": list(modes)})

    def put(self, legend: Any) -> httpx.Response:
        body = {"visualization_mode": "dynamic", "legend": legend, "dynamic_bins": 5}
        return self.ask("PUT", self.address("metadata"), json=body)

    def patch(self, key: str) -> httpx.Response:
        body = {"index_id": self.record()["index_id"], "dates": [key], "visualization_mode": "dynamic"}
        return self.ask("PATCH", self.address("metadata"), json=body)

    def package(self) -> tuple[httpx.Response, dict[str, Any]]:
        """Have an asset packed; return the first and the last answer."""
        asset = self.sandbox.state.assets_of(self.record()["id"])[0]
        begun = self.ask("POST", f"{self.aoi()}/downloads", json={"asset_ids": [asset["id"]]})
        identifier = begun.json().get("download_id") or begun.json()["id"]
        self.sandbox.state.settle()
        return begun, self.get(f"{self.aoi()}/downloads/{identifier}")


@pytest.fixture(scope="module")
def wires(start: Start) -> dict[Profile, Wire]:
    return {profile: Wire(start(profile=profile), profile) for profile in Profile if profile is not Profile.DOCUMENTED}


EDGELESS = [{"min": None, "max": None, "color": "#112233", "label": name} for name in "abcde"]


def _lean(wire: Wire) -> bool:
    return "metadata" not in wire.listed() and "index_name" not in wire.listed()


def _without_legend(wire: Wire) -> bool:
    return "metadata" not in wire.listed() and bool(wire.listed()["assets"])


def _escaped(wire: Wire) -> bool:
    document = wire.sld("dynamic", key=DAY).json()["sld"]["dynamic"][DAY]
    return document.startswith("&lt;") and html.unescape(document).startswith("<")


def _zipped(wire: Wire) -> bool:
    body = wire.sld("dynamic", "theoretical", key=DAY).content
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        contents = [archive.read(name) for name in archive.namelist()]
    return len(contents) == 2 and all(content.startswith(b"<") for content in contents)


def _quoted_base64(wire: Wire) -> bool:
    return base64.b64decode(wire.png(DAY).json()).startswith(b"\x89PNG")


def _lens(wire: Wire) -> bool:
    return all("satellite_id" not in each and each["lens_satellite_id"] for each in wire.get("/v0/aois")["aois"])


def _percent(wire: Wire) -> bool:
    return wire.get("/v0/aois")["aois"][0]["progress"] == "100%"


def _blank_times(wire: Wire) -> bool:
    return wire.get("/v0/aois")["aois"][0]["created_at"][10] == " "


def _nested_rescale(wire: Wire) -> bool:
    indices = wire.get("/v0/indices", limit=100)["indices"]
    return any(isinstance(index["rescale"][0], list) for index in indices)


def _epsg(wire: Wire) -> bool:
    collection = wire.get("/v0/archives/collections")["collections"][0]["id"]
    item = wire.get(f"/v0/archives/collections/{collection}/items", limit=1)["features"][0]
    return isinstance(item["properties"]["proj:epsg"], int) and "proj:code" not in item["properties"]


def _by_mode(wire: Wire) -> bool:
    item = wire.listed()
    classes = item["legend"]["theoretical"][COMPACT]
    shares = [found["area_percentage"] for found in item["legend"]["dynamic"][COMPACT]]
    return "metadata" not in item and isinstance(classes[0], list) and sum(shares) == pytest.approx(1, abs=1e-3)


def _rolled_back_by_mode(wire: Wire) -> bool:
    return isinstance(wire.patch(COMPACT).json()["metadata"]["legend"]["dynamic"][COMPACT][0]["min"], str)


def _only_written(wire: Wire) -> bool:
    noted = wire.put({COMPACT: EDGELESS}).json()["legend"]
    return list(noted) == [COMPACT] and len(noted[COMPACT]) == 5


def _display_units(wire: Wire) -> bool:
    legend = [{"min": 0, "max": 127.5, "color": "#112233", "label": ""}]
    refused = wire.put({COMPACT: None}).status_code == 400
    noted = wire.put({COMPACT: legend}).json()["legend"][COMPACT]
    kept = wire.record()["metadata"]["legend"][DAY]["dynamic"][0]
    return refused and float(noted[0]["max"]) == 127.5 and (kept["min"], kept["max"]) == (-1, 0)


def _own_dates(wire: Wire) -> bool:
    return wire.png(DAY).status_code == 400 and wire.png(COMPACT).status_code == 200


def _bare_document(wire: Wire) -> bool:
    return wire.sld("dynamic").content.startswith(b"<")


def _documents_by_date(wire: Wire) -> bool:
    return set(wire.sld("dynamic", "theoretical").json()["data"][COMPACT]) == {"dynamic", "theoretical"}


def _base64_documents(wire: Wire) -> bool:
    documents = wire.sld("dynamic", "theoretical").json()["data"][COMPACT]
    return base64.b64decode(documents["dynamic"]).startswith(b"<")


def _documents_elsewhere(wire: Wire) -> bool:
    address = wire.sld("dynamic", "theoretical").json()["data"][COMPACT]["theoretical"]["url"]
    return wire.sandbox.client.fetch(address).content.startswith(b"<")


def _picture_elsewhere(wire: Wire) -> bool:
    address = wire.png(COMPACT, "theoretical").json()["data"]["url"]
    forged = wire.sandbox.client.fetch(address.replace("signature=", "signature=0"))
    leaked = wire.sandbox.client.fetch(address, Authorization="sample-key")
    assert (forged.status_code, leaked.status_code) == (403, 400)
    return wire.sandbox.client.fetch(address).content.startswith(b"\x89PNG")


def _data_uri(wire: Wire) -> bool:
    return str(wire.png(COMPACT).json()["data"]["image"]).startswith("data:image/png;base64,iVBOR")


def _refused_as_picture(wire: Wire) -> bool:
    answer = wire.png("19990101")
    return answer.status_code == 404 and answer.headers["content-type"] == "image/png" and "error" in answer.json()


def _foreign_path(wire: Wire) -> bool:
    return all(asset["path"].startswith("s3://") for asset in wire.assets())


def _asset_times(wire: Wire) -> bool:
    return wire.assets()[0]["date"].endswith("T00:00:00Z")


def _download_words(wire: Wire) -> bool:
    begun, ready = wire.package()
    return begun.json()["status"] in ("In Progress", "Completed") and ready["status"] == "Completed" and "id" in ready


def _package_200(wire: Wire) -> bool:
    return wire.package()[0].status_code == 200


def _images(wire: Wire) -> bool:
    return isinstance(wire.get("/v0/aois")["results"][0]["images"], list)


def _short_times(wire: Wire) -> bool:
    return len(wire.get("/v0/aois")["results"][0]["created_at"]) == 19


def _number_texts(wire: Wire) -> bool:
    aoi = wire.get("/v0/aois")["results"][0]
    return aoi["progress"] == "100" and float(aoi["area_in_sq_m"]) > 0


def _clamped(wire: Wire) -> bool:
    return wire.get("/v0/aois", limit=50)["pagination"]["limit"] == 10


def _limit_refused(wire: Wire) -> bool:
    answer = wire.ask("GET", f"{wire.aoi()}/assets", params={"limit": 11})
    return answer.status_code == 400 and "limit" in answer.json()["error"]["message"]


def _total_on_top(wire: Wire) -> bool:
    content = wire.get(f"{wire.aoi()}/visualizations")
    return content["total"] == len(content["visualizations"]) and "pagination" not in content


def _no_total(wire: Wire) -> bool:
    return list(wire.get("/v0/projects")) == ["items"] and list(wire.get("/v0/indices")) == ["indices"]


def _refused_with_200(wire: Wire) -> bool:
    answer = wire.ask("GET", "/v0/aoi/nobody")
    return answer.status_code == 200 and answer.json()["error"]["code"] == "NOT_FOUND"


def _redirects(path: str, status: int) -> Callable[[Wire], bool]:
    def shown(wire: Wire) -> bool:
        project = wire.sandbox.state.store.all("projects")[0]["id"]
        first = wire.ask("GET", path.format(project=project), params={"offset": "3"})
        then = wire.ask("GET", first.headers["location"])
        return first.status_code == status and "offset=3" in first.headers["location"] and then.status_code == 200

    return shown


def _bearer(wire: Wire) -> bool:
    bare = wire.sandbox.client.get("/v0/projects").status_code
    return (bare, wire.ask("GET", "/v0/projects").status_code) == (401, 200)


SIGNS: dict[str, Callable[[Wire], bool]] = {
    "lean list items": _lean,
    "list items without legend": _without_legend,
    "several documents in a ZIP": _zipped,
    "escaped documents": _escaped,
    "picture as base64 text": _quoted_base64,
    "package made with 200": _package_200,
    "lens_satellite_id": _lens,
    "progress with a percent sign": _percent,
    "times with a blank": _blank_times,
    "one range a band": _nested_rescale,
    "proj:epsg": _epsg,
    "legend without metadata, by mode and date": _by_mode,
    "legend by mode and date": _rolled_back_by_mode,
    "only what was written is answered": _only_written,
    "edges from 0 to 255, null dates refused (U3)": _display_units,
    "dates as YYYYMMDD": _own_dates,
    "one bare document": _bare_document,
    "documents by date and mode": _documents_by_date,
    "documents in base64": _base64_documents,
    "theoretical documents elsewhere": _documents_elsewhere,
    "theoretical picture elsewhere": _picture_elsewhere,
    "picture as data URI in JSON": _data_uri,
    "refusal under image/png": _refused_as_picture,
    "path in a foreign store": _foreign_path,
    "asset dates as times": _asset_times,
    "words of its own, id": _download_words,
    "images as a list": _images,
    "times without offset": _short_times,
    "numbers as texts": _number_texts,
    "limit lowered": _clamped,
    "limit refused": _limit_refused,
    "total beside the list": _total_on_top,
    "no total": _no_total,
    "bare list": lambda wire: isinstance(wire.assets(), list),
    "results": lambda wire: bool(wire.get("/v0/aois")["results"]),
    "items": lambda wire: len(wire.get("/v0/projects")["items"]) == 2,
    "visualizations": lambda wire: bool(wire.get(f"{wire.aoi()}/visualizations")["visualizations"]),
    "data": lambda wire: len(wire.get("/v0/satellites")["data"]) == 3,
    "refusal with status 200": _refused_with_200,
    "redirect 302": _redirects("/v0/projects/{project}", 302),
    "redirect 307": _redirects("/v0/indices", 307),
    "Bearer": _bearer,
}


@pytest.mark.parametrize("name", [row.name for row in VARIANTS])
def test_every_row_is_on_the_wire(wires: dict[Profile, Wire], name: str) -> None:
    (row,) = [row for row in VARIANTS if row.name == name]
    assert SIGNS[name](wires[row.profile])


def test_rows_name_operations_there_are() -> None:
    known = {operation.id for operation in (*CORE, *PLATFORM)}
    assert {operation for row in VARIANTS for operation in row.operations} <= known


def test_every_unknown_is_spoken_or_said_to_be_no_matter_of_the_wire() -> None:
    variant = {row.unknown for row in VARIANTS}
    assert variant | SPOKEN_NOWHERE.keys() >= {f"U{number}" for number in range(1, 19)}
    assert not variant & SPOKEN_NOWHERE.keys()


def test_no_way_of_writing_is_forgotten_in_a_refusal(wires: dict[Profile, Wire]) -> None:
    wire = wires[Profile.ODD]
    assert wire.put({DAY: EDGELESS}).status_code == 400
    assert wire.ask("PUT", wire.address("metadata"), content=b"{").status_code == 400
    assert wire.ask("POST", wire.address("sld"), content=b"[]").status_code == 400


def test_the_command_line_knows_every_profile(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--profile", "newest"])
    noted = capsys.readouterr().err
    assert [profile for profile in ("documented", "lean", "legacy", "odd") if profile not in noted] == []
