"""Dates come to disk whole: pictures by their AOI, values by their asset or a package, and nothing half-done stays."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from osgeo import gdal, osr
from pixxel_explorer.plugin.api.errors import NotFound
from pixxel_explorer.plugin.api.models import Aoi
from pixxel_explorer.plugin.catalog.errors import NotReady, UnknownDate
from pixxel_explorer.plugin.catalog.listing import get_visualization
from pixxel_explorer.plugin.downloads.errors import ArchiveRefused, DateRefused, DownloadFailed, NoPlace, NoValues
from pixxel_explorer.plugin.downloads.loading import (
    LoadRequest,
    LoadResult,
    content_name,
    load_dates,
    plain_name,
    sweep_cache,
    unfinished_folder,
)
from pixxel_explorer.plugin.files.file_lock import open_locked
from pixxel_explorer.plugin.imagery.loaded import LoadedImage
from pixxel_explorer.plugin.imagery.outlines import extent_of
from pixxel_explorer.plugin.imagery.placement import RasterUnreadable
from pixxel_explorer.plugin.imagery.png_file import PictureUnreadable
from pixxel_explorer.plugin.layer_kinds.table import LayerKind
from pixxel_explorer.plugin.legend.vocabulary import LegendMode
from pixxel_explorer.plugin.worker.job import Progress
from pixxel_explorer.tests.fake_api import HOST, KEY, SQUARE, FakeApi, png, rows, zipped

KEYS = ("2025_05_02", "2025_05_12", "2025_05_22")
PNG = "/v0/aois/a1/visualizations/v1/png"
STORE = "/files/x.tif"
DOWNLOADS = "/v0/aois/a1/downloads"
AOI = Aoi(aoi_id="a1", name="Farm", geometry=SQUARE)


@pytest.fixture(scope="module")
def tiff(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """Return a small georeferenced GeoTIFF of values."""
    path = tmp_path_factory.mktemp("tiff") / "values.tif"
    dataset = gdal.GetDriverByName("GTiff").Create(str(path), 4, 3, 1, gdal.GDT_Float32)
    dataset.SetGeoTransform((500000, 10, 0, 5600000, 0, -10))
    reference = osr.SpatialReference()
    reference.SetFromUserInput("EPSG:32632")
    dataset.SetProjection(reference.ExportToWkt())
    dataset.GetRasterBand(1).Fill(0.5)
    dataset = None
    return path.read_bytes()


def server(path: str = f"{HOST}{STORE}", **options: Any) -> FakeApi:
    assets = [
        {
            "id": f"x{number}",
            "aoi_id": "a1",
            "visualization_id": "v1",
            "asset_type": "visualization",
            "date": key.replace("_", "-"),
            "path": path,
            "status": "success",
        }
        for number, key in enumerate(KEYS)
    ]
    options.setdefault("assets", assets)
    return FakeApi(legends={"v1": {key: {"dynamic": rows(0, 0.5, 1)} for key in KEYS}}, **options)


def load(api: FakeApi, folder: Path, kind: str = "picture", *, aoi: Aoi = AOI, count: int = 3, **options: Any) -> Any:
    """Load the first dates; return the result, the progress told and the images as they came."""
    progress: list[Progress] = []
    came: list[LoadedImage] = []

    async def run() -> LoadResult:
        async with api.client() as client:
            item = await get_visualization(client, "a1", "v1")
            request = LoadRequest(
                aoi, "Project", item, item.dates[:count], LegendMode.DYNAMIC, LayerKind.parse(kind), folder, "Sample"
            )
            return await load_dates(client, request, progress.append, came.append, sleep=no_sleep, **options)

    return asyncio.run(run()), progress, came


async def no_sleep(_seconds: float) -> None:
    return


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.rglob("*"))


class TestPictures:
    def test_each_date_becomes_a_raster_over_the_aoi(self, tmp_path: Path) -> None:
        result, progress, came = load(server(), tmp_path / "new" / "folder")
        assert names(tmp_path / "new" / "folder") == [f"{key.replace('_', '-')}_dynamic_picture.tif" for key in KEYS]
        assert [image.date_key for image in result.images] == list(KEYS)
        assert {image.date_key for image in came} == set(KEYS)
        assert result.problems == ()
        first = result.images[0]
        assert first.placement.extent == (10.0, 50.0, 11.0, 51.0)
        assert first.placement.crs == "EPSG:4326"
        assert first.legend is not None
        assert len(first.legend) == 2
        assert (first.aoi_name, first.visualization_title, first.connection) == ("Farm", "NDVI", "Sample")
        assert (progress[0].done, progress[-1].done, progress[-1].total) == (0, 3, 3)
        assert progress[-1].bytes_done == 3 * len(png())

    def test_the_servers_own_keys_are_asked_for(self, tmp_path: Path) -> None:
        api = server()
        load(api, tmp_path)
        bodies = sorted(api.sent("POST", "/png"), key=lambda body: str(body["date"]))
        assert bodies == [{"index_id": "i1", "date": key, "visualization_mode": "dynamic"} for key in KEYS]

    def test_one_bad_date_does_not_stop_the_others(self, tmp_path: Path) -> None:
        api = server()
        good = httpx.Response(200, content=png())
        api.answers[PNG] = [httpx.Response(404, json={}), httpx.Response(200, content=png()[:40]), good]
        noted: list[str] = []
        result, progress, _ = load(api, tmp_path, limit=1, on_problem=lambda date, _error: noted.append(date.key))
        assert [image.date_key for image in result.images] == [KEYS[0]]
        assert [date.key for date, _ in result.problems] == list(KEYS[1:])
        assert noted == [KEYS[2], KEYS[1]]
        assert isinstance(result.problems[1][1], NotFound)
        assert progress[-1].done == 3
        assert names(tmp_path) == ["2025-05-02_dynamic_picture.tif"]

    @pytest.mark.parametrize("kind", ["picture", "values"])
    def test_the_newest_date_is_asked_for_first_and_results_stay_in_order(
        self, tmp_path: Path, tiff: bytes, kind: str
    ) -> None:
        """The map shows the newest date of a stack, and would be drawn anew for each that becomes the newest."""
        api = server()
        api.answers[STORE] = [httpx.Response(200, content=tiff)]
        result, _, came = load(api, tmp_path, kind, limit=1)
        assert [image.date_key for image in came] == list(reversed(KEYS))
        assert [image.date_key for image in result.images] == list(KEYS)

    def test_at_most_as_many_as_allowed_are_under_way(self, tmp_path: Path) -> None:
        api, busy, most = server(), 0, 0
        plain = api.handle

        async def slow(request: httpx.Request) -> httpx.Response:
            nonlocal busy, most
            busy, most = busy + 1, max(most, busy + 1)
            await asyncio.sleep(0.01)
            busy -= 1
            return plain(request)

        api.handle = slow  # type: ignore[assignment, method-assign]
        load(api, tmp_path, limit=2)
        assert most == 2

    @pytest.mark.parametrize("geometry", [None, {}, {"type": "Polygon", "coordinates": []}])
    def test_an_aoi_without_outline_gives_no_place(self, tmp_path: Path, geometry: Any) -> None:
        result, _, _ = load(server(), tmp_path, aoi=AOI.model_copy(update={"geometry": geometry}), count=1)
        assert isinstance(result.problems[0][1], NoPlace)
        assert names(tmp_path) == []

    def test_an_outline_without_area_gives_an_unreadable_picture(self, tmp_path: Path) -> None:
        point = {"type": "Point", "coordinates": [10, 50]}
        result, _, _ = load(server(), tmp_path, aoi=AOI.model_copy(update={"geometry": point}), count=1)
        assert isinstance(result.problems[0][1], PictureUnreadable)

    def test_in_the_cache_names_follow_the_content_and_files_stay_untouched(self, tmp_path: Path) -> None:
        first, _, _ = load(server(), tmp_path, count=1, name_of=content_name, keep_original=True)
        path = first.images[0].path
        assert path.with_suffix(".png").read_bytes() == png()
        before = path.stat().st_mtime_ns
        again, _, _ = load(server(), tmp_path, count=1, name_of=content_name, keep_original=True)
        assert again.images[0].path == path
        assert path.stat().st_mtime_ns == before
        api = server()
        api.answers[PNG] = [httpx.Response(200, content=png(5, 5))]
        other, _, _ = load(api, tmp_path, count=1, name_of=content_name, keep_original=True)
        assert other.images[0].path != path
        assert len(names(tmp_path)) == 4

    def test_two_scenes_of_a_day_do_not_overwrite_each_other(self, tmp_path: Path) -> None:
        api = server(assets=[])
        api.legends["v1"] = {key: {"dynamic": rows(0, 1)} for key in ("2025_05_02_1", "2025_05_02_2")}
        load(api, tmp_path)
        assert names(tmp_path) == ["2025-05-02-2_dynamic_picture.tif", "2025-05-02_dynamic_picture.tif"]

    @pytest.mark.parametrize("name_of", [plain_name, content_name])
    def test_a_load_that_is_stopped_leaves_nothing_half_done(self, tmp_path: Path, name_of: Callable[..., str]) -> None:
        api = server()

        async def run() -> None:
            async with api.client() as client:
                item = await get_visualization(client, "a1", "v1")
                request = LoadRequest(AOI, "P", item, item.dates, LegendMode.DYNAMIC, LayerKind.PICTURE, tmp_path, "S")
                task = asyncio.create_task(
                    load_dates(client, request, lambda _p: None, lambda _i: task.cancel(), name_of=name_of)
                )
                with pytest.raises(asyncio.CancelledError):
                    await task

        asyncio.run(run())
        assert all(name.endswith(".tif") for name in names(tmp_path))
        assert not any(name.startswith(".") for name in names(tmp_path))


KILLED = """
import sys, time
from pathlib import Path
from plugin.downloads.loading import unfinished_folder
with unfinished_folder(Path(sys.argv[1])) as scratch:
    (scratch / "half.tif").write_bytes(b"x")
    print(scratch.name, flush=True)
    time.sleep(60)
"""


class TestUnfinished:
    @staticmethod
    def _left(tmp_path: Path, seconds: float, mark: bytes = b"") -> Path:
        left = tmp_path / ".unfinished-x"
        left.mkdir(parents=True)
        (left / "half.tif").write_bytes(b"x")
        (left / ".in-use").write_bytes(mark)
        os.utime(left, (time.time() - seconds,) * 2)
        return left

    @pytest.mark.parametrize(("seconds", "mark"), [(120, b""), (0, b"1")])
    def test_what_a_killed_load_left_is_cleared_away_by_the_next(
        self, tmp_path: Path, seconds: float, mark: bytes
    ) -> None:
        self._left(tmp_path, seconds, mark)
        load(server(), tmp_path, count=1)
        assert len(names(tmp_path)) == 1

    @pytest.mark.parametrize("mark", [b"", b"1"])
    def test_that_of_a_load_under_way_is_left_alone(self, tmp_path: Path, mark: bytes) -> None:
        left = self._left(tmp_path, 120, mark)
        lock = open_locked(left / ".in-use")
        assert lock is not None
        load(server(), tmp_path, count=1)
        assert (left / "half.tif").exists()
        lock.close()

    def test_that_of_a_load_that_has_just_begun_is_left_alone(self, tmp_path: Path) -> None:
        left = self._left(tmp_path, 5)
        load(server(), tmp_path, count=1)
        assert (left / "half.tif").exists()

    def test_a_load_that_is_killed_is_known_as_dead_at_once(self, tmp_path: Path, root: Path) -> None:
        command = [sys.executable, "-c", KILLED, str(tmp_path)]
        process = subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE, text=True)
        assert process.stdout is not None
        left = tmp_path / process.stdout.readline().strip()
        load(server(), tmp_path, count=1)
        assert (left / "half.tif").exists()
        process.kill()
        process.communicate(timeout=30)
        load(server(), tmp_path, count=1)
        assert not left.exists()

    def test_every_folder_of_the_cache_is_swept(self, tmp_path: Path) -> None:
        left = [self._left(tmp_path / place, 0, b"1") for place in (".", "viz", "connection/viz")]
        sweep_cache(tmp_path)
        assert not any(folder.exists() for folder in left)
        sweep_cache(tmp_path / "none")


class TestNothingToLoad:
    @pytest.mark.parametrize(
        ("status", "error"), [("creating", NotReady), ("failed", NotReady), ("success", UnknownDate)]
    )
    def test_no_dates_have_a_reason(self, tmp_path: Path, status: str, error: type[Exception]) -> None:
        api = server(status=status, assets=[])
        api.legends["v1"] = {}
        with pytest.raises(error):
            load(api, tmp_path)


class TestValues:
    def test_the_assets_own_address_is_fetched_with_the_key_and_styled(self, tmp_path: Path, tiff: bytes) -> None:
        api = server()
        api.answers[STORE] = [httpx.Response(200, content=tiff)]
        result, progress, _ = load(api, tmp_path, "values")
        assert names(tmp_path) == [f"{key.replace('_', '-')}_dynamic_values.tif" for key in KEYS]
        assert [image.placement.crs for image in result.images] == ["EPSG:32632"] * 3
        assert result.images[0].placement.extent == (500000, 5599970, 500040, 5600000)
        assert all("<ColorMap" in (image.sld or "") for image in result.images)
        assert progress[-1].bytes_done == 3 * len(tiff)
        fetched = next(request for request in api.requests if request.url.path == STORE)
        assert fetched.headers["authorization"] == KEY
        assert len(api.sent("POST", "/sld")) == 1

    def test_another_host_never_sees_the_key(self, tmp_path: Path, tiff: bytes) -> None:
        api = server("https://storage.test/files/x.tif")
        api.answers[STORE] = [httpx.Response(200, content=tiff)]
        result, _, _ = load(api, tmp_path, "values", count=1)
        assert len(result.images) == 1
        fetched = next(request for request in api.requests if request.url.host == "storage.test")
        assert "authorization" not in fetched.headers

    def test_an_asset_the_list_does_not_carry_is_looked_up_once(self, tmp_path: Path, tiff: bytes) -> None:
        api = server(visualization={"assets": []})
        api.answers[STORE] = [httpx.Response(200, content=tiff)]
        result, _, _ = load(api, tmp_path, "values")
        assert len(result.images) == 3
        assert len([request for request in api.requests if request.url.path.endswith("/assets")]) == 1

    @pytest.mark.parametrize("status", [400, 401, 403, 404])
    def test_a_refused_address_goes_by_the_downloads(self, tmp_path: Path, tiff: bytes, status: int) -> None:
        api = server()
        api.answers[STORE] = [httpx.Response(status, json={})]
        packages(api, zipped({"out/2025-05-02.tif": tiff, "out/2025-05-12.tif": b"II*\0", "readme.txt": b""}))
        result, _, _ = load(api, tmp_path, "values", count=1)
        assert [image.day.isoformat() for image in result.images] == ["2025-05-02"]
        assert api.sent("POST", "/downloads") == [{"asset_ids": ["x0"]}]
        assert names(tmp_path) == ["2025-05-02_dynamic_values.tif"]

    @pytest.mark.parametrize("path", ["s3://bucket/x.tif", "", "https://storage.test"])
    def test_an_address_of_another_kind_goes_by_the_downloads(self, tmp_path: Path, tiff: bytes, path: str) -> None:
        api = server(path)
        packages(api, tiff)
        result, _, _ = load(api, tmp_path, "values", count=1)
        assert len(result.images) == 1

    def test_a_page_instead_of_a_raster_goes_by_the_downloads(self, tmp_path: Path, tiff: bytes) -> None:
        api = server()
        api.answers[STORE] = [httpx.Response(200, content=b"<html>sign in</html>")]
        packages(api, tiff)
        result, _, _ = load(api, tmp_path, "values", count=1)
        assert len(result.images) == 1

    def test_a_lapsed_address_is_asked_for_again_and_then_made_again(self, tmp_path: Path, tiff: bytes) -> None:
        api = server("s3://bucket/x.tif")
        packages(api, tiff)
        good = api.answers["/package"][0]
        api.answers["/package"] = [httpx.Response(403, json={}), httpx.Response(403, json={}), good]
        result, _, _ = load(api, tmp_path, "values", count=1)
        assert len(result.images) == 1
        assert len(api.sent("POST", "/downloads")) == 2

    def test_a_package_that_cannot_be_made_is_reported(self, tmp_path: Path) -> None:
        api = server("s3://bucket/x.tif")
        api.answers[DOWNLOADS] = [httpx.Response(201, json={"download_id": "d1", "status": "FAILED"})]
        result, _, _ = load(api, tmp_path, "values", count=1)
        assert isinstance(result.problems[0][1], DownloadFailed)

    def test_a_package_that_never_comes_is_given_up(self, tmp_path: Path) -> None:
        api = server("s3://bucket/x.tif")
        pending = httpx.Response(201, json={"download_id": "d1", "status": "PENDING"})
        api.answers[DOWNLOADS] = [pending]
        api.answers[f"{DOWNLOADS}/d1"] = [pending]
        result, _, _ = load(api, tmp_path, "values", count=1)
        assert isinstance(result.problems[0][1], DownloadFailed)
        assert len(api.requests) < 100

    def test_without_an_asset_there_are_no_values(self, tmp_path: Path) -> None:
        result, _, _ = load(server(assets=[]), tmp_path, "values", count=1)
        assert isinstance(result.problems[0][1], NoValues)

    def test_where_the_downloads_have_nothing_either_there_are_no_values(self, tmp_path: Path) -> None:
        result, _, _ = load(server("s3://bucket/x.tif"), tmp_path, "values", count=1)
        assert isinstance(result.problems[0][1], NoValues)

    @pytest.mark.parametrize(
        ("members", "reason"),
        [
            ({"../../evil.tif": b"II*\0"}, "path"),
            ({"/evil.tif": b"II*\0"}, "path"),
            ({"readme.txt": b"hello"}, "no-raster"),
            ({"a.tif": b"II*\0", "b.tif": b"II*\0"}, "no-raster"),
            ({"a.tif": b"<html>"}, "foreign"),
        ],
    )
    def test_an_unsafe_or_useless_package_is_refused(
        self, tmp_path: Path, members: dict[str, bytes], reason: str
    ) -> None:
        api = server("s3://bucket/x.tif")
        packages(api, zipped(members))
        result, _, _ = load(api, tmp_path / "in", "values", count=1)
        error = result.problems[0][1]
        assert isinstance(error, ArchiveRefused)
        assert error.reason == reason
        assert names(tmp_path) == ["in"]

    def test_a_raster_without_place_is_reported(self, tmp_path: Path) -> None:
        api = server()
        api.answers[STORE] = [httpx.Response(200, content=b"II*\0 and nothing")]
        result, _, _ = load(api, tmp_path, "values", count=1)
        assert isinstance(result.problems[0][1], RasterUnreadable)
        assert names(tmp_path) == []

    def test_a_missing_style_is_a_warning_not_a_failure(self, tmp_path: Path, tiff: bytes) -> None:
        api = server()
        api.answers[STORE] = [httpx.Response(200, content=tiff)]
        api.answers["/v0/aois/a1/visualizations/v1/sld"] = [httpx.Response(500, json={})]
        result, _, _ = load(api, tmp_path, "values")
        assert [image.sld for image in result.images] == [None] * 3
        assert all(image.legend and image.warnings for image in result.images)

    def test_one_date_without_style_does_not_take_the_others_along(self, tmp_path: Path, tiff: bytes) -> None:
        api = server()
        api.answers[STORE] = [httpx.Response(200, content=tiff)]
        plain = api._sld

        def strict(request: httpx.Request, visualization_id: str) -> httpx.Response:
            refused = b"2025_05_12" in request.content
            return (
                httpx.Response(400, json={"error": {"message": "no"}}) if refused else plain(request, visualization_id)
            )

        api._sld = strict  # type: ignore[method-assign]
        result, _, _ = load(api, tmp_path, "values")
        assert [image.sld is not None for image in result.images] == [True, False, True]


def packages(api: FakeApi, content: bytes) -> None:
    """Have the server make a package: first pending, then ready."""
    pending = {"download_id": "d1", "signed_url": "", "status": "CREATED"}
    ready = {"download_id": "d1", "signed_url": "https://signed.test/package?sig=secret", "status": "SUCCESS"}
    api.answers[DOWNLOADS] = [httpx.Response(201, json=pending)]
    api.answers[f"{DOWNLOADS}/d1"] = [httpx.Response(200, json=pending), httpx.Response(200, json=ready)]
    api.answers["/package"] = [httpx.Response(200, content=content)]


@pytest.mark.parametrize(
    ("geometry", "extent"),
    [
        (SQUARE, (10, 50, 11, 51)),
        ({"type": "MultiPolygon", "coordinates": [[[[0, 1, 5], [2, 3, 5]]], [[[-4, 9]]]]}, (-4, 1, 2, 9)),
        (None, None),
        ({"type": "Polygon", "coordinates": [[[179.9, -17], [-179.9, -17], [-179.9, -16]]]}, (179.9, -17, 180.1, -16)),
        (
            {"type": "MultiPolygon", "coordinates": [[[[179, 0], [180, 1]]], [[[-180, 0], [-179, 2]]]]},
            (179, 0, 181, 2),
        ),
        ({"type": "Polygon", "coordinates": [[[-170, 0], [0, 0], [170, 9]]]}, (-170, 0, 170, 9)),
    ],
)
def test_the_extent_of_any_geometry(geometry: Any, extent: Any) -> None:
    assert extent_of(geometry) == extent


def test_a_request_can_be_narrowed_to_other_dates(tmp_path: Path) -> None:
    result, _, _ = load(server(), tmp_path, count=2)
    assert [replace(image, path=tmp_path).date_key for image in result.images] == list(KEYS[:2])


class TestDatesTheServerListsNoKeysOf:
    """Lean lists tell no legends, so the keys of dates are made of their assets' days (U9)."""

    @pytest.mark.parametrize("status", [400, 404, 422])
    def test_a_refused_form_is_named(self, tmp_path: Path, status: int) -> None:
        api = server()
        api.legends = {"v1": {}}
        api.answers[PNG] = [httpx.Response(status, json={"error": {"message": "no such date"}})]
        result, *_ = load(api, tmp_path, count=1)
        (_, problem), *_ = result.problems
        assert isinstance(problem, DateRefused)
        assert (problem.day, problem.form) == ("2025-05-02", "2025_05_02")

    def test_a_listed_key_is_asked_with_as_it_was_listed(self, tmp_path: Path) -> None:
        api = server()
        api.answers[PNG] = [httpx.Response(404, json={"error": {"message": "no such date"}})]
        result, *_ = load(api, tmp_path, count=1)
        (_, problem), *_ = result.problems
        assert isinstance(problem, NotFound)


def test_a_full_disk_keeps_no_folder_of_unfinished_files(small_disk: Path) -> None:
    with suppress(OSError), (small_disk / "filling").open("wb", buffering=0) as filling:
        while filling.write(b"x" * 512):
            pass
    with pytest.raises(OSError, match="No space"), unfinished_folder(small_disk):
        pass
    assert [path.name for path in small_disk.iterdir()] == ["filling"]
