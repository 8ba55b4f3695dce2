"""How proxies ask for credentials (RFC 7617, 7616, 4559 and MS-NTHT), and check what they get."""

from __future__ import annotations

import base64
import binascii
import hashlib
import os
import re
import secrets
from pathlib import Path
from typing import Any, Protocol

DOMAIN, USER, PASSWORD = "CORP", "ann", "s3cr3t-pw"


class SignIn(Protocol):
    """One way to sign in."""

    name: str

    def challenge(self) -> str:
        """Return the value of ``Proxy-Authenticate``."""

    def check(self, value: str, method: str, state: dict[str, Any]) -> bool | str:
        """Return whether a ``Proxy-Authorization`` is good, or the challenge for the next leg.

        ``state`` lives as long as the connection.
        """


class Basic:
    """User and password in the clear."""

    name = "Basic"

    def challenge(self) -> str:
        """Return the challenge."""
        return 'Basic realm="company proxy"'

    def check(self, value: str, method: str, state: dict[str, Any]) -> bool:
        """Compare user and password."""
        try:
            shown = base64.b64decode(value.partition(" ")[2]).decode()
        except (binascii.Error, UnicodeDecodeError):
            return False
        return shown == f"{USER}:{PASSWORD}"


class Digest:
    """MD5 with ``qop=auth``, as company proxies have it."""

    name = "Digest"

    def __init__(self) -> None:
        self._nonce = secrets.token_hex(16)

    def challenge(self) -> str:
        """Return the challenge."""
        return f'Digest realm="company proxy", qop="auth", algorithm=MD5, nonce="{self._nonce}"'

    def check(self, value: str, method: str, state: dict[str, Any]) -> bool:
        """Compute the response and compare."""
        given = {name: a or b for name, a, b in re.findall(r'(\w+)=(?:"([^"]*)"|([^\s,]+))', value)}
        first = _md5(f"{USER}:company proxy:{PASSWORD}")
        second = _md5(f"{method}:{given.get('uri', '')}")
        parts = (first, self._nonce, given.get("nc", ""), given.get("cnonce", ""), given.get("qop", ""), second)
        return given.get("username") == USER and given.get("response") == _md5(":".join(parts))


def _md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


class Negotiated:
    """NTLM, bare or within SPNEGO: several legs on one connection."""

    def __init__(self, name: str, accounts: Path) -> None:
        self.name = name
        accounts.write_text(f"{DOMAIN}:{USER}:{PASSWORD}\n:{USER}:{PASSWORD}\n", encoding="utf-8")
        os.environ["NTLM_USER_FILE"] = str(accounts)  # where pyspnego looks for accounts

    def challenge(self) -> str:
        """Return the challenge."""
        return self.name

    def check(self, value: str, method: str, state: dict[str, Any]) -> bool | str:
        """Take the next leg."""
        import spnego
        from spnego.exceptions import SpnegoError

        context = state.get(self.name)
        if context is None:
            context = state[self.name] = spnego.server(
                protocol=self.name.lower(), options=spnego.NegotiateOptions.use_ntlm
            )
        try:
            token = context.step(base64.b64decode(value.partition(" ")[2]))
        except (SpnegoError, ValueError, binascii.Error):
            del state[self.name]
            return False
        if context.complete:
            return True
        return f"{self.name} {base64.b64encode(token or b'').decode()}"
