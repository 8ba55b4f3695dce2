"""Sentences about the way to the server: the network, proxies and certificates."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..host.i18n import translate
from .wording import Action, quoted


def transport_failed(error: Any) -> tuple[str, Action]:
    """Return the message with the obstacle to a request: the proxy or the certificate error by name."""
    text = _TEXTS.get(error.kind)
    if text is not None:
        return text(error), Action.RETRY
    if error.proxy:
        return _behind_proxy(error), Action.RETRY
    return _unreached(), Action.RETRY


def timed_out(error: Any) -> tuple[str, Action]:
    """Return the message with the party that did not answer in time: the proxy or the server."""
    if error.kind == "connect" and error.proxy:
        return _silent_proxy(error), Action.RETRY
    return translate(
        "Messages", "The server did not answer in time. It or the network may be busy. Try again in a moment."
    ), Action.RETRY


def _unreached() -> str:
    return translate(
        "Messages",
        "The server could not be reached. The network may be down or the address wrong. "
        "Check the connection, then try again.",
    )


def _behind_proxy(error: Any) -> str:
    return translate(
        "Messages",
        "The server could not be reached through the proxy {0}. The address may be wrong, or the proxy of another "
        "type than is set. Check the proxy in QGIS's options, then try again.",
    ).format(_proxy(error))


def _silent_proxy(error: Any) -> str:
    return translate(
        "Messages",
        "Neither the proxy {0} nor the server behind it answered in time. The proxy may be of another type than is "
        "set. Check the proxy in QGIS's options, then try again.",
    ).format(_proxy(error))


def _broken_off(_error: Any) -> str:
    return translate(
        "Messages",
        "The server ended the connection without a whole answer. It may be busy, or require a client certificate. "
        "Try again, or choose a sign-in with a certificate in Connection Settings.",
    )


def _garbled(_error: Any) -> str:
    return translate(
        "Messages",
        "The server's answer was garbled and could not be read. The server or the network may be faulty. "
        "Try again, and report it with its details if it stays.",
    )


def _many_headers(_error: Any) -> str:
    return translate(
        "Messages",
        "The server's answer was not read, because it has far more headers than any answer needs. The server or a "
        "proxy before it may be faulty. Report it with its details.",
    )


def _host(_error: Any) -> str:
    return translate(
        "Messages",
        "The server's name was not found. The network may be down or the address mistyped. "
        "Check the connection, then try again.",
    )


def _proxy_refused(error: Any) -> str:
    return translate(
        "Messages",
        "The proxy {0} takes no connections. It may be down, or its address or port wrong. "
        "Check the proxy in QGIS's options, then try again.",
    ).format(_proxy(error))


def _proxy_host(error: Any) -> str:
    return translate(
        "Messages",
        "The proxy {0} was not found. Its name may be mistyped; it is entered without http://. "
        "Check the proxy in QGIS's options, then try again.",
    ).format(_proxy(error))


def _proxy_failed(error: Any) -> str:
    return translate(
        "Messages",
        "The proxy {0} did not let the request through. Check the proxy in QGIS's options, then try again.",
    ).format(_proxy(error))


def _proxy_password(error: Any) -> str:
    return translate(
        "Messages",
        "The proxy {0} refused the user name or password. Correct them in QGIS's options, then try again.",
    ).format(_proxy(error))


def _proxy_sign_in(error: Any) -> str:
    return translate(
        "Messages",
        "The proxy {0} asks for a user name and password, and none was given. "
        "Enter them in QGIS's options, then try again.",
    ).format(_proxy(error))


def _proxy_ways(error: Any) -> str:
    return translate(
        "Messages",
        "The proxy {0} requires a sign-in that this computer does not have, such as that of a company's domain. "
        "Sign in to the domain, or ask those who run the proxy for another way.",
    ).format(_proxy(error))


def _proxy_locked(_error: Any) -> str:
    return translate(
        "Messages",
        "The proxy's user name and password are in QGIS's password store, which is locked. "
        "Unlock it with the master password, then try again.",
    )


def _proxy_unreached(error: Any) -> str:
    return translate(
        "Messages",
        "The proxy {0} does not reach the server, or does not allow it. The address may be wrong. "
        "Check the proxy in QGIS's options, then try again.",
    ).format(_proxy(error))


def _proxy_refusal(error: Any) -> str:
    return translate(
        "Messages",
        "The proxy {0} does not allow connections to this server. Ask those who run the proxy to allow it, "
        "then try again.",
    ).format(_proxy(error))


def _tls(_error: Any) -> str:
    return translate(
        "Messages",
        "No encrypted connection to the server could be set up. A certificate may be missing or wrong. "
        "Check the certificates in QGIS's options, then try again.",
    )


def _tls_expired(error: Any) -> str:
    return translate(
        "Messages",
        "The server's certificate is not valid today; it ends on {0}. The server or this computer's clock is wrong. "
        "Check the clock, then ask those who run the server.",
    ).format(quoted(error.subject))


def _tls_name(error: Any) -> str:
    return translate(
        "Messages",
        "The server's certificate is for another name: {0}. The address may be wrong, or the connection "
        "is intercepted. "
        "Check the address in Connection Settings.",
    ).format(quoted(error.subject))


def _tls_unknown(error: Any) -> str:
    return translate(
        "Messages",
        "The server's certificate is issued by “{0}”, which is not trusted here. If that is your organisation, add "
        "its certificate to the authorities in QGIS's options (Authentication), then try again.",
    ).format(quoted(error.subject))


def _proxy(error: Any) -> str:
    return quoted(error.proxy) or translate("Messages", "in QGIS's options")


_TEXTS: dict[str, Callable[[Any], str]] = {
    "host": _host,
    "read": _broken_off,
    "protocol": _garbled,
    "headers": _many_headers,
    "proxy": _proxy_failed,
    "proxy-refused": _proxy_refused,
    "proxy-host": _proxy_host,
    "proxy-password": _proxy_password,
    "proxy-sign-in": _proxy_sign_in,
    "proxy-ways": _proxy_ways,
    "proxy-locked": _proxy_locked,
    "proxy-unreached": _proxy_unreached,
    "proxy-refusal": _proxy_refusal,
    "tls": _tls,
    "tls-expired": _tls_expired,
    "tls-name": _tls_name,
    "tls-unknown": _tls_unknown,
}
