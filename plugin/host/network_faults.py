"""Mapping of Qt's network errors to the kinds of fault that the client knows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qgis.core import QgsApplication, QgsAuthCertUtils
from qgis.PyQt.QtCore import QUrl
from qgis.PyQt.QtNetwork import QHostInfo, QNetworkProxy, QNetworkProxyQuery, QNetworkReply, QSslCertificate, QSslError

from ..api.transport.exchange import Fault
from .i18n import translate

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qgis.core import QgsNetworkAccessManager

_Error = QNetworkReply.NetworkError
_Ssl = QSslError.SslError

_KINDS = {
    _Error.ConnectionRefusedError: "connect",
    _Error.TimeoutError: "connect",
    _Error.TemporaryNetworkFailureError: "connect",
    _Error.NetworkSessionFailedError: "connect",
    _Error.HostNotFoundError: "host",
    _Error.RemoteHostClosedError: "read",
    _Error.ContentReSendError: "read",
    _Error.SslHandshakeFailedError: "tls",
    _Error.ProxyConnectionRefusedError: "proxy-refused",
    _Error.ProxyNotFoundError: "proxy-host",
    _Error.ProxyConnectionClosedError: "proxy",
    _Error.ProxyTimeoutError: "proxy",
    _Error.UnknownProxyError: "proxy",
    _Error.ProxyAuthenticationRequiredError: "proxy-sign-in",
}
_CERTIFICATE_KINDS = {
    "tls-expired": {_Ssl.CertificateExpired, _Ssl.CertificateNotYetValid},
    "tls-name": {_Ssl.HostNameMismatch},
    "tls-unknown": {
        _Ssl.SelfSignedCertificate,
        _Ssl.SelfSignedCertificateInChain,
        _Ssl.UnableToGetIssuerCertificate,
        _Ssl.UnableToGetLocalIssuerCertificate,
        _Ssl.UnableToVerifyFirstCertificate,
        _Ssl.CertificateUntrusted,
    },
}
# Qt gives these no number of their own, only words, which are translated.
_WORDS = {
    "proxy-refused": (
        ("QHttpSocketEngine", "Proxy connection refused"),
        ("QSocks5SocketEngine", "Connection to proxy refused"),
    ),
    "proxy-host": (("QHttpSocketEngine", "Proxy server not found"), ("QSocks5SocketEngine", "Proxy host not found")),
    "proxy-ways": (("QHttpSocketEngine", "Error parsing authentication request from proxy"),),
    "proxy-refusal": (
        ("QHttpSocketEngine", "Proxy denied connection"),
        ("QSocks5SocketEngine", "Connection not allowed by SOCKSv5 server"),
    ),
}
_FIRST_REFUSAL = 400  # the least status that Qt takes for an error, too


def is_answer(error: Any, status: int) -> bool:
    """Return whether a request ended with an answer of the server, be it a refusal."""
    if error == _Error.NoError:
        return status > 0
    return status >= _FIRST_REFUSAL and error not in _KINDS and error != _Error.UnknownNetworkError


def fault_of(reply: QNetworkReply, ssl_errors: Sequence[QSslError], proxy: str, gave_password: bool) -> Fault:
    """Return the fault of a request without a complete response."""
    kind, detail = _KINDS.get(reply.error(), "protocol"), reply.errorString()
    if kind == "tls":
        return _tls_fault(reply.sslConfiguration().peerCertificate(), ssl_errors, detail)
    if kind == "proxy-sign-in" and gave_password:
        return Fault("proxy-password", detail)
    return Fault(_kind_at_proxy(kind, detail, proxy) if proxy else kind, detail)


def _kind_at_proxy(kind: str, detail: str, proxy: str) -> str:
    """Return the kind of a proxy fault that Qt has no code for, or that of a connection fault without a proxy."""
    if kind == "host":
        is_known = QHostInfo.fromName(proxy.rpartition(":")[0].strip("[]")).error() == QHostInfo.HostInfoError.NoError
        return "proxy-unreached" if is_known else "proxy-host"
    if kind == "connect":
        return "proxy-unreached"
    for found, texts in _WORDS.items():
        if detail in [translate(*text) for text in texts]:
            return found
    return "proxy" if kind == "protocol" else kind


def _tls_fault(certificate: QSslCertificate, ssl_errors: Sequence[QSslError], detail: str) -> Fault:
    found = {each.error() for each in ssl_errors}
    kind = next((kind for kind, errors in _CERTIFICATE_KINDS.items() if errors & found), "tls")
    shown = next((each.certificate() for each in ssl_errors if not each.certificate().isNull()), certificate)
    return Fault(kind, "; ".join(each.errorString() for each in ssl_errors) or detail, _subject(kind, shown))


def _subject(kind: str, certificate: QSslCertificate) -> str:
    """Return the words of a certificate that a fault is about."""
    if kind == "tls-expired":
        return str(certificate.expiryDate().date().toString("yyyy-MM-dd"))
    fact = QSslCertificate.SubjectInfo
    if kind == "tls-name":
        names = [name for found in certificate.subjectAlternativeNames().values() for name in found]
        return ", ".join(names or certificate.subjectInfo(fact.CommonName))
    names = [*certificate.issuerInfo(fact.CommonName), *certificate.issuerInfo(fact.Organization)]
    return next((name for name in names if name), "")


def is_forgiven(reply: QNetworkReply, errors: Sequence[QSslError]) -> bool:
    """Return whether QGIS's certificate store holds an exception for this server, its certificate and these errors."""
    place = f"{reply.url().host()}:{reply.url().port(443)}"
    manager = QgsApplication.authManager()
    if manager.isDisabled():
        return False
    digest = QgsAuthCertUtils.shaHexForCert(reply.sslConfiguration().peerCertificate())
    saved = manager.sslCertCustomConfig(digest, place)
    found = {each.error() for each in errors} - {_Ssl.NoError}
    return not saved.isNull() and bool(found) and found <= set(saved.sslIgnoredErrorEnums())


def proxy_for(manager: QgsNetworkAccessManager, address: str) -> QNetworkProxy:
    """Return the proxy for an address, or one of the type ``NoProxy``."""
    factory = manager.proxyFactory()
    found = factory.queryProxy(QNetworkProxyQuery(QUrl(address))) if factory is not None else []
    return found[0] if found else QNetworkProxy(QNetworkProxy.ProxyType.NoProxy)


def place_of(proxy: QNetworkProxy) -> str:
    """Return the host and port of a proxy, or nothing for the type ``NoProxy``."""
    return f"{proxy.hostName()}:{proxy.port()}" if proxy.hostName() else ""
