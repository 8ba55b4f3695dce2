"""The files of an AOI in a folder: whole, taken up after a stop, and one sentence for what did not come."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pixxel_explorer.plugin.api.client import ApiClient
from pixxel_explorer.plugin.api.config import ClientConfig
from pixxel_explorer.plugin.api.transport.auth import Credentials
from pixxel_explorer.plugin.processing.provider import PixxelProvider
from pixxel_explorer.tests.download_server import SECRET, DownloadServer
from qgis.core import QgsApplication, QgsProcessingContext

from .conftest import Listener, Run

RASTER = b"II*\0" + bytes(range(256)) * 2000


@pytest.fixture
def files() -> Iterator[DownloadServer]:
    """Return a server of assets and packages."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(zipfile.ZipInfo("one.tif"), RASTER)
        archive.writestr(zipfile.ZipInfo("more/two.tif"), RASTER)
    with DownloadServer(buffer.getvalue()).running() as running:
        assert isinstance(running, DownloadServer)
        yield running


@pytest.fixture
def provider(qgis_app: object, files: DownloadServer) -> Iterator[PixxelProvider]:
    """Return the registered provider, connected to that server, whose client waits for nothing."""

    async def rest(_seconds: float) -> None:
        return

    def prepare() -> Callable[[], ApiClient]:
        return lambda: ApiClient(ClientConfig(base_url=files.url), Credentials.from_key("key"), sleep=rest)

    provider = PixxelProvider(prepare, lambda: "Test server")
    QgsApplication.processingRegistry().addProvider(provider)
    yield provider
    QgsApplication.processingRegistry().removeProvider(provider)


def names(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_the_files_are_unpacked_and_counted(run: Run, files: DownloadServer, tmp_path: Path) -> None:
    outcome = run("downloadassets", AOI="a1", FOLDER=str(tmp_path / "new"))
    assert outcome.ok, outcome.feedback.errors
    assert outcome.results == {"FOLDER": str(tmp_path / "new"), "COUNT": 2}
    assert names(tmp_path / "new") == {"one.tif", "more/two.tif", "downloads.json"}
    assert files.packages == {"d1": ["x1", "x2"]}
    assert outcome.feedback.progress_seen[-1] == 100
    assert outcome.feedback.progress_seen == sorted(outcome.feedback.progress_seen)


def test_chosen_assets_alone_are_asked_for(run: Run, files: DownloadServer, tmp_path: Path) -> None:
    assert run("downloadassets", AOI="a1", ASSETS=" x2, ", FOLDER=str(tmp_path)).ok
    assert files.packages == {"d1": ["x2"]}


def test_a_second_run_goes_on_where_the_first_stopped(run: Run, files: DownloadServer, tmp_path: Path) -> None:
    files.breaks = [300_000, *[0] * 9]
    error = run("downloadassets", AOI="a1", FOLDER=str(tmp_path)).error
    assert error.startswith("2 assets could not be downloaded: x1, x2. The server ended the connection")
    files.breaks.clear()
    files.asked.clear()
    assert run("downloadassets", AOI="a1", FOLDER=str(tmp_path)).ok
    assert [asked.range for asked in files.asked] == ["bytes=300000-"]
    assert files.asked_for_packages == 1


def test_stopping_it_keeps_what_came(provider: PixxelProvider, files: DownloadServer, tmp_path: Path) -> None:
    class Impatient(Listener):
        """Cancels at the first byte."""

        def setProgressText(self, text: str) -> None:
            if "MB" in text:
                self.cancel()

    algorithm = QgsApplication.processingRegistry().createAlgorithmById("pixxel:downloadassets")
    texts = Impatient()
    files.content = zip_of(RASTER * 200)
    algorithm.run({"AOI": "a1", "FOLDER": str(tmp_path)}, QgsProcessingContext(), texts)
    assert texts.errors == []
    assert not (tmp_path / "one.tif").exists()
    part = next((tmp_path / ".downloads").glob(".*.part"))
    assert 0 < part.stat().st_size < len(files.content)
    size = part.stat().st_size
    files.asked.clear()
    results, ok = algorithm.create().run({"AOI": "a1", "FOLDER": str(tmp_path)}, QgsProcessingContext(), Listener())
    assert ok
    assert results["COUNT"] == 1
    assert [asked.range for asked in files.asked] == [f"bytes={size}-"]


def zip_of(data: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(zipfile.ZipInfo("one.tif"), data)
    return buffer.getvalue()


def test_the_assets_that_did_not_come_are_named(run: Run, files: DownloadServer, tmp_path: Path) -> None:
    files.asset_ids = [f"x{number}" for number in range(12)]
    files.failing = {"x11"}
    error = run("downloadassets", AOI="a1", FOLDER=str(tmp_path)).error
    assert error == (
        "2 assets could not be downloaded: x10, x11. The server could not prepare the files. Try again later."
    )
    assert (tmp_path / "one.tif").exists()


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"ASSETS": "x9"}, "There is no asset “x9”"),
        ({"AOI": " "}, "AOI is empty"),
    ],
)
def test_wrong_input_is_one_sentence(run: Run, tmp_path: Path, wrong: dict[str, str], sentence: str) -> None:
    assert run("downloadassets", **{"AOI": "a1", "FOLDER": str(tmp_path), **wrong}).error.startswith(sentence)


def test_assets_that_are_not_made_yet(run: Run, files: DownloadServer, tmp_path: Path) -> None:
    files.asset_facts = {"status": "creating"}
    assert run("downloadassets", AOI="a1", FOLDER=str(tmp_path)).error.startswith("There are no files")


def test_no_signature_is_said_or_kept(run: Run, files: DownloadServer, tmp_path: Path) -> None:
    files.breaks = [300_000, *[0] * 9]
    outcome = run("downloadassets", AOI="a1", FOLDER=str(tmp_path))
    texts = json.dumps([outcome.feedback.errors, outcome.feedback.debug, outcome.feedback.warnings])
    kept = b"".join(path.read_bytes() for path in tmp_path.rglob("*.json"))
    assert SECRET not in texts
    assert SECRET.encode() not in kept
