"""A connection that is removed takes the key along that was stored for it, and nobody else's."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from pixxel_explorer.plugin.api.config import Connection
from pixxel_explorer.plugin.host import credentials
from pixxel_explorer.plugin.host.connections import ConnectionBook
from pixxel_explorer.plugin.host.credentials import SessionKeys
from pixxel_explorer.plugin.host.settings import NODE, Settings
from qgis.core import QgsAuthMethodConfig, QgsSettings


@pytest.fixture
def settings(qgis_app: Any) -> Iterator[Settings]:
    QgsSettings().remove(f"plugins/{NODE}")
    settings = Settings()
    settings.register()
    yield settings
    for connection in settings.connections()[1:]:
        settings.remove_connection(connection.name)
    settings.unregister()


def test_a_removed_connection_leaves_no_key(unlocked: Any, settings: Settings) -> None:
    auth_config = credentials.store_key("Field", "field-key-1")
    keys = SessionKeys()
    keys.set("Field", "session-key-9")
    settings.save_connection(Connection("Field", auth_config=auth_config))
    ConnectionBook(settings, keys).remove_connection("Field")
    assert [connection.name for connection in settings.connections()] == ["Sample data"]
    assert auth_config not in unlocked.configIds()
    assert keys.get("Field") == ""


def test_a_key_that_another_connection_uses_stays(unlocked: Any, settings: Settings) -> None:
    auth_config = credentials.store_key("Field", "field-key-1")
    settings.save_connection(Connection("Field", auth_config=auth_config))
    settings.save_connection(Connection("Renamed", auth_config=auth_config))
    ConnectionBook(settings, SessionKeys()).remove_connection("Field")
    assert auth_config in unlocked.configIds()
    credentials.remove_key(auth_config)


def test_a_sign_in_made_by_another_user_stays(unlocked: Any, settings: Settings) -> None:
    config = QgsAuthMethodConfig("Basic")
    config.setName("Company portal")
    config.setConfig("username", "ann")
    config.setConfig("password", "secret-word")
    assert unlocked.storeAuthenticationConfig(config)[0]
    settings.save_connection(Connection("Field", auth_config=config.id()))
    ConnectionBook(settings, SessionKeys()).remove_connection("Field")
    assert config.id() in unlocked.configIds()
    credentials.remove_key(config.id())
