"""Signed URLs of packages and stored responses: short-lived, on another origin, as those of object stores."""

from __future__ import annotations

import hashlib
import hmac
import time
from urllib.parse import quote, urlencode

from .request import Refused, SandboxRequest
from .state import SandboxState

ANSWERS = "answers"


def signed_url(call: SandboxRequest, kind: str, identifier: str) -> str:
    """Return an address of a finished package that opens for whoever has it, until it expires."""
    return _signed(call, kind, identifier, f"packages/{quote(kind, safe='')}/{quote(identifier, safe='')}.zip")


def kept_body_url(call: SandboxRequest, body: bytes, media_type: str) -> str:
    """Keep an answer, and return an address it can be fetched from."""
    identifier = hashlib.sha256(body).hexdigest()[:32]
    call.state.keep_body(identifier, body, media_type)
    return _signed(call, ANSWERS, identifier, f"{ANSWERS}/{identifier}")


def _signed(call: SandboxRequest, kind: str, identifier: str, path: str) -> str:
    """Sign an address; it lies on the origin set aside for files, else on the one that was asked."""
    expires = int(time.time()) + call.state.options.link_life_s
    origin = (call.state.files_origin or call.base_url).rstrip("/")
    proof = urlencode({"expires": expires, "signature": _signature(call.state, kind, identifier, str(expires))})
    return f"{origin}/files/{path}?{proof}"


def check_signature(call: SandboxRequest, kind: str, identifier: str) -> None:
    """Let pass who shows the signature of a package before it expires.

    Raises:
        Refused: the address is forged or too old.
    """
    expires, shown = call.query.get("expires", ""), call.query.get("signature", "")
    right = _signature(call.state, kind, identifier, expires)
    if not hmac.compare_digest(shown.encode(), right.encode()) or int(expires) < time.time():
        raise Refused(403, "FORBIDDEN", "the address has expired or is not signed")


def _signature(state: SandboxState, kind: str, identifier: str, expires: str) -> str:
    text = "\n".join((kind, identifier, expires))
    return hmac.new(state.secret.encode(), text.encode(), hashlib.sha256).hexdigest()
