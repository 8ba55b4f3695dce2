"""A client over QGIS's network, for tests that were written for the sockets of Python."""

from __future__ import annotations

from typing import Any

from pixxel_explorer.plugin.api.client import ApiClient
from pixxel_explorer.plugin.api.transport.host_transport import HostTransport
from pixxel_explorer.plugin.host.network_thread import QgisNetwork
from qgis.core import QgsNetworkAccessManager

# test, and a part of its parameters -> why it says nothing of QGIS's network
DIFFERENT = {
    ("test_an_address_not_to_be_followed_opens_no_connection", ""): "it watches the sockets of Python",
    ("TestBreaks", "in the last chunk's header-closed"): "Qt waits for the rest up to the time limit",
}


def client(*arguments: Any, **options: Any) -> ApiClient:
    """Return a client with a network of its own."""
    options.setdefault("transport", HostTransport(QgisNetwork(QgsNetworkAccessManager.instance())))
    return ApiClient(*arguments, **options)


def why_not(test: str) -> str:
    """Return why a test says nothing here, or nothing."""
    return next((why for (name, part), why in DIFFERENT.items() if name in test and part in test), "")
