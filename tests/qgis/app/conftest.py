"""A profile for each test, and the plugin opened on the sample data."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pixxel_explorer.plugin.host import paths
from pixxel_explorer.plugin.host.settings import NODE
from qgis.core import QgsSettings

from ..layers.conftest import make_image, project_layers  # noqa: F401 (fixtures)
from .opened_dock import OpenedDock, opened_on_sample_data


@pytest.fixture(autouse=True)
def no_settings_stay(qgis_app: object) -> Iterator[None]:
    """Remove the connections of a test from QGIS's settings, which all tests share."""
    yield
    QgsSettings().remove(f"plugins/{NODE}")


@pytest.fixture
def profile(qgis_app: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the profile that the plugin uses."""
    monkeypatch.setattr(paths, "profile_folder", lambda: tmp_path)
    return tmp_path


@pytest.fixture
def dock(profile: Path) -> Iterator[OpenedDock]:
    """Return the dock opened on the sample data."""
    with opened_on_sample_data() as found:
        yield found
