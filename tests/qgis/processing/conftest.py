"""Algorithms run in-process against a strict server on loopback."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from osgeo import gdal, osr
from pixxel_explorer.plugin.api.client import ApiClient
from pixxel_explorer.plugin.api.config import ClientConfig
from pixxel_explorer.plugin.api.transport.auth import Credentials
from pixxel_explorer.plugin.processing.provider import PixxelProvider
from qgis.core import QgsApplication, QgsProcessingContext, QgsProcessingFeedback, QgsProject

from .server import KEY, State, serve


@pytest.fixture
def server(tmp_path: Path) -> Iterator[State]:
    """Return the state of a running server; its address is ``url``."""
    state = State()
    state.raster = _raster(tmp_path / "source.tif")
    running, state.url = serve(state)
    state.visualizations = [state.visualization("v-1", "i-1")]
    yield state
    running.shutdown()
    running.server_close()


def _raster(path: Path) -> bytes:
    dataset = gdal.GetDriverByName("GTiff").Create(str(path), 8, 6, 1, gdal.GDT_Float32)
    dataset.SetGeoTransform((500000, 10, 0, 1400000, 0, -10))
    reference = osr.SpatialReference()
    reference.ImportFromEPSG(32643)
    dataset.SetProjection(reference.ExportToWkt())
    dataset.GetRasterBand(1).SetNoDataValue(-9999)
    dataset.GetRasterBand(1).WriteArray(np.linspace(-1, 0.99, 48, dtype=np.float32).reshape(6, 8))
    del dataset
    return path.read_bytes()


class Listener(QgsProcessingFeedback):
    """Keeps what an algorithm says."""

    def __init__(self) -> None:
        super().__init__(False)
        self.errors: list[str] = []
        self.warnings: list[str] = []
        self.debug: list[str] = []
        self.progress_seen: list[float] = []
        self.progressChanged.connect(self.progress_seen.append)

    def reportError(self, error: str, fatalError: bool = False) -> None:
        self.errors.append(error)

    def pushWarning(self, warning: str) -> None:
        self.warnings.append(warning)

    def pushDebugInfo(self, info: str) -> None:
        self.debug.append(info)


@dataclass
class Outcome:
    """What a run gave."""

    ok: bool
    results: dict[str, Any]
    feedback: Listener
    context: QgsProcessingContext = field(repr=False)

    @property
    def error(self) -> str:
        """Return the one error there is."""
        assert not self.ok
        assert len(self.feedback.errors) == 1, self.feedback.errors
        return self.feedback.errors[0]

    def layer(self) -> Any:
        """Return the layer of ``OUTPUT``."""
        assert self.ok, self.feedback.errors
        return self.context.getMapLayer(self.results["OUTPUT"])

    def rows(self) -> list[dict[str, Any]]:
        """Return the rows of ``OUTPUT``."""
        layer = self.layer()
        names = [field.name() for field in layer.fields()]
        return [dict(zip(names, feature.attributes(), strict=True)) for feature in layer.getFeatures()]


Run = Callable[..., Outcome]


@pytest.fixture
def provider(qgis_app: object, server: State) -> Iterator[PixxelProvider]:
    """Return the registered provider, connected to the server."""

    def prepare() -> Callable[[], ApiClient]:
        return lambda: ApiClient(ClientConfig(base_url=server.url), Credentials.from_key(KEY))

    provider = PixxelProvider(prepare, lambda: "Test server")
    QgsApplication.processingRegistry().addProvider(provider)
    yield provider
    QgsApplication.processingRegistry().removeProvider(provider)


@pytest.fixture
def run(provider: PixxelProvider) -> Run:
    """Return what runs an algorithm: ``run("listaois", NAME="farm")``; ``OUTPUT`` is a memory layer by default."""

    def start(name: str, **parameters: Any) -> Outcome:
        algorithm = QgsApplication.processingRegistry().createAlgorithmById(f"pixxel:{name}")
        context, feedback = QgsProcessingContext(), Listener()
        context.setProject(QgsProject.instance())
        if algorithm.parameterDefinition("OUTPUT") and algorithm.parameterDefinition("OUTPUT").type() == "sink":
            parameters.setdefault("OUTPUT", "TEMPORARY_OUTPUT")
        accepted, message = algorithm.checkParameterValues(parameters, context)
        assert accepted, message
        results, ok = algorithm.run(parameters, context, feedback)
        return Outcome(ok, results, feedback, context)

    return start
