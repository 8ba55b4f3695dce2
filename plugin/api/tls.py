"""Whom to trust: the system's certificate authorities, and those the host application adds."""

from __future__ import annotations

import logging
import re
import ssl

_CERTIFICATE = re.compile(r"-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----", re.DOTALL)

_log = logging.getLogger(__name__)


def secure_context(ca_pem: str = "") -> ssl.SSLContext:
    """Make the TLS context; a certificate that cannot be read is left out with a log line."""
    context = _system_context()
    if ca_pem.strip():
        _add(context, ca_pem)
    return context


def _system_context() -> ssl.SSLContext:
    try:
        import truststore
    except ImportError:
        _log.info("truststore is not installed: Python's own list of certificate authorities is used")
        return ssl.create_default_context()
    return truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def _add(context: ssl.SSLContext, ca_pem: str) -> None:
    try:
        context.load_verify_locations(cadata=ca_pem)
    except (ssl.SSLError, ValueError):
        for certificate in _CERTIFICATE.findall(ca_pem):
            _add_one(context, certificate)


def _add_one(context: ssl.SSLContext, certificate: str) -> None:
    try:
        context.load_verify_locations(cadata=certificate)
    except (ssl.SSLError, ValueError) as error:
        _log.warning("a certificate authority cannot be read and is left out: %s", error)
