"""A profile for each test, and the plugin opened on the sample data."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pixxel_explorer.plugin.host import paths

from ..layers.conftest import make_image, project_layers  # noqa: F401 (fixtures)
from .opened_dock import OpenedDock, opened_on_sample_data


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
