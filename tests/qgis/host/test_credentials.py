"""Keys are kept encrypted, for a session or in the environment, and become headers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from pixxel_explorer.plugin.api.config import DEFAULT_URL, AuthScheme, Connection
from pixxel_explorer.plugin.api.errors import InvalidConfig
from pixxel_explorer.plugin.app import clients
from pixxel_explorer.plugin.host import credentials
from pixxel_explorer.plugin.host.credentials import CredentialsUnavailable, SessionKeys, headers_for
from pixxel_explorer.plugin.host.redaction import redact
from pixxel_explorer.plugin.host.settings import Settings
from pixxel_explorer.plugin.messages.explanation import explain
from pixxel_explorer.plugin.messages.message import Message
from qgis.core import QgsApplication, QgsAuthMethodConfig, QgsNetworkAccessManager
from qgis.PyQt.QtNetwork import QNetworkProxy


@pytest.fixture
def stored(unlocked: Any) -> Iterator[str]:
    auth_config = credentials.store_key("Office", " stored-key-1 \n")
    yield auth_config
    credentials.remove_key(auth_config)


def test_a_stored_key_becomes_the_header(stored: str) -> None:
    connection = Connection("Office", auth_config=stored)
    assert headers_for(connection, SessionKeys()) == (("Authorization", "stored-key-1"),)


def test_the_scheme_is_put_before_a_bare_key_only(stored: str) -> None:
    connection = Connection("Office", auth_config=stored, auth_scheme=AuthScheme.BEARER)
    keys = SessionKeys()
    assert headers_for(connection, keys) == (("Authorization", "Bearer stored-key-1"),)
    keys.set("Office", "Token pasted-with-word")
    assert headers_for(connection, keys) == (("Authorization", "Token pasted-with-word"),)


def test_a_key_for_this_session_comes_first(stored: str) -> None:
    keys = SessionKeys()
    keys.set("Office", "session-key-1")
    connection = Connection("Office", auth_config=stored)
    assert headers_for(connection, keys) == (("Authorization", "session-key-1"),)
    keys.remove("Office")
    keys.remove("Office")
    assert keys.get("Office") == ""
    assert headers_for(connection, keys) == (("Authorization", "stored-key-1"),)


def test_storing_again_overwrites_the_entry(stored: str) -> None:
    assert credentials.store_key("Office", "stored-key-2") == stored
    assert headers_for(Connection("Office", auth_config=stored), SessionKeys())[0][1] == "stored-key-2"


def test_other_methods_of_the_manager_work_too(unlocked: Any) -> None:
    config = QgsAuthMethodConfig("Basic")
    config.setName("basic")
    config.setConfig("username", "ann")
    config.setConfig("password", "secret-word")
    assert unlocked.storeAuthenticationConfig(config)[0]
    connection = Connection("x", auth_config=config.id(), auth_scheme=AuthScheme.BEARER)
    assert headers_for(connection, SessionKeys()) == (("Authorization", "Basic YW5uOnNlY3JldC13b3Jk"),)
    credentials.remove_key(config.id())


def test_an_entry_that_is_gone_is_said_to_be(stored: str) -> None:
    credentials.remove_key(stored)
    credentials.remove_key(stored)
    with pytest.raises(CredentialsUnavailable) as caught:
        headers_for(Connection("Office", auth_config=stored), SessionKeys())
    assert (caught.value.reason, caught.value.subject) == ("entry", stored)


def test_without_a_key_there_are_no_headers(qgis_app: Any) -> None:
    assert headers_for(Connection("new"), SessionKeys()) == ()


def test_a_locked_store_is_reported_and_a_session_key_still_works(stored: str) -> None:
    manager = QgsApplication.authManager()
    manager.clearMasterPassword()
    connection = Connection("Office", auth_config=stored)
    keys = SessionKeys()
    try:
        with pytest.raises(CredentialsUnavailable) as caught:
            headers_for(connection, keys)
        assert caught.value.reason == "locked"
        with pytest.raises(CredentialsUnavailable):
            credentials.store_key("Other", "another-key")
        keys.set("Office", "session-key-2")
        assert headers_for(connection, keys)[0][1] == "session-key-2"
    finally:
        assert manager.setMasterPassword("a test's password", True)


def test_only_a_stored_key_in_a_locked_store_asks_for_the_master_password(stored: str) -> None:
    manager = QgsApplication.authManager()
    connection, keys = Connection("Office", auth_config=stored), SessionKeys()
    assert not credentials.asks_for_master_password(connection, keys)
    manager.clearMasterPassword()
    try:
        assert credentials.asks_for_master_password(connection, keys)
        assert not credentials.asks_for_master_password(Connection("Sample data", is_sample=True), keys)
        keys.set("Office", "session-key-3")
        assert not credentials.asks_for_master_password(connection, keys)
    finally:
        assert manager.setMasterPassword("a test's password", True)


def test_keys_that_passed_through_are_hidden_in_logs(stored: str) -> None:
    headers_for(Connection("Office", auth_config=stored), SessionKeys())
    assert "stored-key-1" not in redact("the header was stored-key-1")


@pytest.mark.parametrize(
    ("environment", "connection"),
    [
        ({}, None),
        ({"PIXXEL_AUTH_SCHEME": "bearer"}, None),
        ({"PIXXEL_API_KEY": " \n"}, None),
        ({"PIXXEL_API_KEY": "k"}, Connection("Environment", DEFAULT_URL)),
        ({"PIXXEL_API_URL": "http://localhost:1"}, Connection("Environment", "http://localhost:1")),
        (
            {"PIXXEL_API_KEY": "k", "PIXXEL_AUTH_SCHEME": "Bearer"},
            Connection("Environment", DEFAULT_URL, auth_scheme=AuthScheme.BEARER),
        ),
        ({"PIXXEL_AUTHCFG": " abc1234 "}, Connection("Environment", DEFAULT_URL, auth_config="abc1234")),
    ],
)
def test_the_environment_names_a_connection(environment: dict[str, str], connection: Connection | None) -> None:
    assert credentials.headless_connection(environment) == connection


def test_a_stored_key_may_be_named_by_the_environment(stored: str) -> None:
    connection = credentials.headless_connection({"PIXXEL_AUTHCFG": stored})
    assert connection is not None
    assert headers_for(connection, credentials.headless_keys({})) == (("Authorization", "stored-key-1"),)


@pytest.mark.parametrize("key", ["", "environment-key"])
def test_a_sign_in_that_qgis_does_not_hold_is_refused_by_name(
    qgis_app: Any, monkeypatch: pytest.MonkeyPatch, key: str
) -> None:
    monkeypatch.setenv("PIXXEL_AUTHCFG", "nonsense")
    monkeypatch.setenv("PIXXEL_API_KEY", key)
    with pytest.raises(CredentialsUnavailable) as caught:
        clients.prepare_chosen(Settings(), SessionKeys())
    assert (caught.value.reason, caught.value.subject) == ("environment", "nonsense")
    assert "“nonsense”" in explain(caught.value).text


def test_a_scheme_that_is_not_understood_sends_no_key(qgis_app: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    environment = {"PIXXEL_API_KEY": "environment-key", "PIXXEL_AUTH_SCHEME": "basic"}
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(InvalidConfig) as caught:
        clients.prepare_chosen(Settings(), SessionKeys())
    assert clients.chosen_name(Settings()) == "Environment"
    assert (caught.value.reason, caught.value.subject) == ("scheme", "basic")


def test_the_key_of_the_environment_becomes_the_header(qgis_app: Any) -> None:
    environment = {"PIXXEL_API_KEY": "environment-key", "PIXXEL_AUTH_SCHEME": "bearer"}
    connection = credentials.headless_connection(environment)
    assert connection is not None
    headers = headers_for(connection, credentials.headless_keys(environment))
    assert headers == (("Authorization", "Bearer environment-key"),)


def test_the_password_of_the_proxy_is_in_no_message(qgis_app: object) -> None:
    manager = QgsNetworkAccessManager.instance()
    former, excluded, bare = manager.fallbackProxy(), manager.excludeList(), manager.noProxyList()
    kind = QNetworkProxy.ProxyType.HttpProxy
    manager.setFallbackProxyAndExcludes(QNetworkProxy(kind, "proxy.test", 3128, "anna", "pr0xy/pass+1"), [], [])
    try:
        headers_for(Connection("Office"), SessionKeys())
    finally:
        manager.setFallbackProxyAndExcludes(former, excluded, bare)
    code = "YW5uYTpwcjB4eS9wYXNzKzE="  # anna:pr0xy/pass+1
    message = Message("refused for anna:pr0xy/pass+1", f"pr0xy%2Fpass%2B1 in Basic {code}, in short {code}")
    assert "pass" not in message.text + message.details
    assert code[8:-2] not in message.details
