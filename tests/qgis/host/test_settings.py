"""Connections and choices survive a restart, whatever a settings file holds."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pixxel_explorer.plugin.api.config import AuthScheme, Connection
from pixxel_explorer.plugin.host.settings import NODE, SAMPLE_NAME, Settings
from pixxel_explorer.plugin.imagery.budget import DEFAULT_MEGAPIXELS, budget
from qgis.core import QgsSettings

OFFICE = Connection("Office / north", "https://api.example.com", auth_config="abc1234", auth_scheme=AuthScheme.BEARER)
HOME = Connection("Home", "http://localhost:8000")


@pytest.fixture
def settings(qgis_app: Any) -> Iterator[Settings]:
    QgsSettings().remove(f"plugins/{NODE}")
    settings = Settings()
    settings.register()
    yield settings
    settings.unregister()
    QgsSettings().remove(f"plugins/{NODE}")
    budget.megapixels = DEFAULT_MEGAPIXELS


def reloaded(settings: Settings) -> Settings:
    """Return the settings as the next session sees them."""
    settings.unregister()
    settings.register()
    return settings


def test_a_new_profile_has_the_sample_data_only_and_has_chosen_nothing(settings: Settings) -> None:
    (sample,) = settings.connections()
    assert (sample.name, sample.is_sample) == (SAMPLE_NAME, True)
    assert (settings.current_connection, settings.last_kind, settings.last_mode) == ("", "values", "dynamic")


def test_connections_come_back_in_their_order(settings: Settings) -> None:
    settings.save_connection(OFFICE)
    settings.save_connection(HOME)
    assert reloaded(settings).connections()[1:] == [OFFICE, HOME]


def test_saving_again_replaces_in_place(settings: Settings) -> None:
    settings.save_connection(OFFICE)
    settings.save_connection(HOME)
    other = Connection(OFFICE.name, "https://other.example.com")
    settings.save_connection(other)
    assert settings.connections()[1:] == [other, HOME]


def test_a_removed_connection_is_gone_and_no_longer_the_current_one(settings: Settings) -> None:
    settings.save_connection(OFFICE)
    settings.current_connection = OFFICE.name
    assert settings.current_connection == OFFICE.name
    settings.remove_connection(OFFICE.name)
    assert len(settings.connections()) == 1
    assert settings.current_connection == ""


@pytest.mark.parametrize("connection", [Connection(SAMPLE_NAME), Connection(""), Connection("x", is_sample=True)])
def test_the_sample_data_cannot_be_overwritten(settings: Settings, connection: Connection) -> None:
    with pytest.raises(ValueError):
        settings.save_connection(connection)


def test_choices_come_back(settings: Settings) -> None:
    settings.last_kind = "values"
    settings.last_mode = "theoretical"
    settings.current_connection = SAMPLE_NAME
    settings = reloaded(settings)
    assert (settings.last_kind, settings.last_mode) == ("values", "theoretical")
    assert settings.current_connection == SAMPLE_NAME


@pytest.mark.parametrize(
    "raw",
    ["", "{", "null", "7", '{"name": "x"}', '[null, 3, {"url": "https://x"}, {"name": 5}]', [1, 2], {"a": 1}],
)
def test_what_cannot_be_read_is_left_out(settings: Settings, raw: object) -> None:
    QgsSettings().setValue(f"plugins/{NODE}/connections", raw)
    QgsSettings().setValue(f"plugins/{NODE}/last-kind", raw)
    assert [connection.name for connection in settings.connections()] == [SAMPLE_NAME]
    assert settings.last_kind == "values"


def test_an_unknown_scheme_falls_back_and_a_double_name_counts_once(settings: Settings) -> None:
    raw = '[{"name": "A", "auth_scheme": "odd", "auth_config": 3}, {"name": "A", "url": "https://second"}]'
    QgsSettings().setValue(f"plugins/{NODE}/connections", raw)
    (found,) = settings.connections()[1:]
    assert found == Connection("A")


def test_a_load_after_a_failed_unload_works(settings: Settings) -> None:
    settings.save_connection(OFFICE)
    second = Settings()
    second.register()
    assert second.connections()[1:] == [OFFICE]


def test_no_secret_can_reach_the_settings(settings: Settings) -> None:
    settings.save_connection(OFFICE)
    stored = QgsSettings().value(f"plugins/{NODE}/connections")
    assert '"abc1234"' in stored
    assert "key" not in stored.lower()


def test_what_styles_were_last_read_and_written_is_remembered(settings: Settings) -> None:
    assert (settings.style_folder, settings.sld_version) == ("", "1.0.0")
    settings.style_folder, settings.sld_version = "/data/styles", "1.1.0"
    again = reloaded(settings)
    assert (again.style_folder, again.sld_version) == ("/data/styles", "1.1.0")
    settings.sld_version = "9"
    assert settings.sld_version == "1.0.0"


def test_a_connection_of_another_version_is_kept_when_one_is_saved(settings: Settings) -> None:
    strange = {"label": "of another version"}
    settings._entries["connections"].setValue(json.dumps([strange, {"name": "Old", "url": "https://old.example"}]))
    settings.save_connection(Connection("New", "https://new.example"))
    settings.remove_connection("Old")
    assert [connection.name for connection in settings.connections()] == ["Sample data", "New"]
    assert strange in json.loads(settings._entries["connections"].value())


def test_the_limit_of_pictures_counts_at_once_and_comes_back(settings: Settings) -> None:
    assert (settings.largest_picture, budget.megapixels) == (100, 100)
    settings.largest_picture = 400
    assert budget.megapixels == 400
    budget.megapixels = 1
    assert reloaded(settings).largest_picture == budget.megapixels == 400


@pytest.mark.parametrize("saved", ["", "many", "-5", "0", "1e9", "99999", "²"])
def test_a_limit_that_is_none_is_the_usual_one(settings: Settings, saved: str) -> None:
    QgsSettings().setValue(f"plugins/{NODE}/largest-picture", saved)
    assert reloaded(settings).largest_picture == budget.megapixels == 100


ANOTHER = """
import sys
sys.path.insert(0, sys.argv[1])
import conftest
from pixxel_explorer.plugin.api.config import Connection
from pixxel_explorer.plugin.host import paths
from pixxel_explorer.plugin.host.settings import Settings
from pathlib import Path
from qgis.core import QgsApplication
from qgis.PyQt.QtCore import QCoreApplication
app = QgsApplication([], False, sys.argv[2])
QCoreApplication.setOrganizationName("two")
QCoreApplication.setApplicationName("editors")
app.initQgis()
paths.settings_lock = lambda: Path(sys.argv[2]) / ".settings.lock"
settings = Settings()
settings.register()
print(settings.connection_names(), flush=True)
for line in sys.stdin:
    act, name = line.split()
    if act == "add":
        settings.save_connection(Connection(name, "https://api.example.com"))
    elif act == "units":
        settings.remember_units("Office", name, "values")
    else:
        settings.remove_connection(name)
    units = [each for each in ("v1", "v2") if settings.units_of("Office", each)]
    print([*settings.connection_names()[1:], *units], flush=True)
"""


def test_two_qgis_on_one_profile_keep_the_connections_and_units_of_each_other(root: Path, tmp_path: Path) -> None:
    environment = {
        **os.environ,
        "QT_QPA_PLATFORM": "offscreen",
        "QGIS_CUSTOM_CONFIG_PATH": str(tmp_path),
        "HOME": str(tmp_path),
    }
    command = [sys.executable, "-c", ANOTHER, str(root / "tests"), str(tmp_path)]
    both = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment)
        for _ in range(2)
    ]

    def answer(process: subprocess.Popen[str], act: str = "") -> list[str]:
        assert process.stdin is not None
        assert process.stdout is not None
        if act:
            process.stdin.write(f"{act}\n")
            process.stdin.flush()
        line = process.stdout.readline()
        while line and not line.startswith("["):
            line = process.stdout.readline()
        return list(json.loads(line.replace("'", '"')))

    try:
        assert [answer(each) for each in both] == [[SAMPLE_NAME]] * 2
        assert answer(both[0], "add North") == ["North"]
        assert answer(both[1], "add South") == ["North", "South"]
        assert answer(both[0], "units v1") == ["North", "South", "v1"]
        assert answer(both[1], "units v2") == ["North", "South", "v1", "v2"]
        assert answer(both[0], "remove South") == ["North", "v1", "v2"]
        assert answer(both[1], "add East") == ["North", "East", "v1", "v2"]
    finally:
        for each in both:
            each.kill()
            each.communicate(timeout=30)
