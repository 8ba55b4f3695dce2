"""Errors of the API client. They carry facts, never text for people.

ApiError
 +- InvalidConfig             the address or the key cannot be used at all; nothing was sent
 +- InvalidRequest            a request that the contract does not allow; nothing was sent
 +- TransportFailed           no response (name, connection, TLS, proxy, connection lost)
 |   +- TimedOut
 |   +- RedirectRefused       the response is a redirect that is not followed
 |   +- ForeignAnswer         another program than the API answered: a filter, a login page, a redirect loop
 +- OutcomeUnknown            a request that creates or overwrites was sent and its response was lost
 +- RequestRejected           4xx
 |   +- NotAuthorised 401, Forbidden 403, NotFound 404, Conflict 409, RateLimited 429
 +- ServerFailed              5xx
 |   +- GatewayFailed         … with an HTML page of the server's own gateway or of one in between
 +- BadAnswer                 a response that cannot be understood
 +- DownloadDamaged           a complete file whose checksum does not match
"""

from __future__ import annotations

from typing import Any


class ApiError(Exception):
    """The root of all errors of the API client."""


class InvalidConfig(ApiError):
    """The address or key cannot be used; nothing was sent.

    Attributes:
        reason: ``url``, ``url-credentials``, ``plain-http``, ``scheme``, ``key``, ``key-missing``, ``proxy``
            or ``id``.
        subject: the value concerned (never the key).
    """

    def __init__(self, reason: str, subject: str = "") -> None:
        super().__init__(f"{reason}: {subject}")
        self.reason = reason
        self.subject = subject


class InvalidRequest(ApiError):
    """A request the published contract does not allow; nothing was sent.

    Attributes:
        field: the place in the request, as ``satellites[0]``, or the name of the inconsistent part.
        reason: the condition it violates.
    """

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field}: {reason}")
        self.field = field
        self.reason = reason


class TransportFailed(ApiError):
    """The request got no response.

    Attributes:
        kind: ``connect``, ``host`` (its name does not exist), ``read``, ``protocol``, ``headers`` (too many),
            ``redirect`` …;
            ``tls``, ``tls-expired``, ``tls-name``, ``tls-unknown`` (its issuer);
            ``proxy``, ``proxy-refused`` (nothing listens there), ``proxy-host`` (its name does not exist),
            ``proxy-unreached`` (it does not reach the server), ``proxy-locked`` (its password is in a locked store),
            ``proxy-refusal`` (it forbids the server), ``proxy-password`` (it refused the one it was given),
            ``proxy-sign-in`` (it requires one, and there is none), ``proxy-ways`` (it requires an unsupported scheme).
        method, path: the request.
        detail: the message of the underlying error, without secrets.
        proxy: host and port of the proxy in between, or empty.
        subject: the relevant field of the certificate, for a TLS error.
    """

    def __init__(
        self, kind: str, method: str = "", path: str = "", detail: str = "", *, proxy: str = "", subject: str = ""
    ) -> None:
        via = f" (proxy {proxy})" if proxy else ""
        super().__init__(f"{method} {path}: {kind}: {detail}{via}")
        self.kind = kind
        self.method = method
        self.path = path
        self.detail = detail
        self.proxy = proxy
        self.subject = subject


class TimedOut(TransportFailed):
    """No answer came in time."""


class RedirectRefused(TransportFailed):
    """The server answered with a redirect that is not followed; of a write nothing is known to have been stored.

    Attributes:
        status: HTTP status.
        host: where it leads.
    """

    def __init__(self, status: int, host: str, method: str = "", path: str = "", detail: str = "") -> None:
        super().__init__("redirect", method, path, detail)
        self.status = status
        self.host = host


class ForeignAnswer(TransportFailed):
    """A response that does not come from the API.

    Attributes:
        reason: ``page``, ``sign-in`` (a page that asks for it, or a redirect to another host) or ``circle``.
        status: HTTP status of the response.
        asked, host: the host of the request, and the one that answered or is redirected to.
        title, text: of the page, each on one line, without secrets.
        server: the program that answered, by its own header.
    """

    def __init__(
        self,
        reason: str,
        status: int,
        *,
        asked: str = "",
        host: str = "",
        title: str = "",
        text: str = "",
        server: str = "",
        method: str = "",
        path: str = "",
    ) -> None:
        kind = "redirect" if 300 <= status < 400 else "foreign"
        super().__init__(kind, method, path, f"{reason} {status} of {host} ({server}): {title}: {text}")
        self.reason = reason
        self.status = status
        self.asked = asked
        self.host = host
        self.title = title
        self.text = text
        self.server = server


class OutcomeUnknown(ApiError):
    """A request that creates or overwrites was sent, and whether it took effect is unknown."""

    def __init__(self, method: str, path: str, cause: Exception | None = None) -> None:
        super().__init__(f"{method} {path}: sent, answer lost ({cause})")
        self.method = method
        self.path = path
        self.cause = cause


class _Answered(ApiError):
    """An error response.

    Attributes:
        status: HTTP status.
        code, message, details: the API's error envelope, as far as it is there.
        method, path: the request; request_id: the server's, if it sent one.
        retry_after: seconds to wait, if the server declared them.
    """

    def __init__(
        self,
        status: int,
        *,
        code: str = "",
        message: str = "",
        details: Any = None,
        method: str = "",
        path: str = "",
        request_id: str = "",
        retry_after: float | None = None,
    ) -> None:
        super().__init__(f"{method} {path}: {status} {code} {message}".strip())
        self.status = status
        self.code = code
        self.message = message
        self.details = details
        self.method = method
        self.path = path
        self.request_id = request_id
        self.retry_after = retry_after


class RequestRejected(_Answered):
    """The server refused the request (4xx)."""


class NotAuthorised(RequestRejected):
    """401: the key was not recognised."""


class Forbidden(RequestRejected):
    """403: the key is missing, wrong, expired, or has no right here."""


class NotFound(RequestRejected):
    """404."""


class Conflict(RequestRejected):
    """409: an object of this name or content exists already."""


class RateLimited(RequestRejected):
    """429."""


class ServerFailed(_Answered):
    """The server failed (5xx)."""


class GatewayFailed(ServerFailed):
    """The server's gateway, or one in between, failed and answered with a page.

    Attributes:
        asked: the host of the request.
        page: title and text of the page, each on one line, without secrets.
        server: the program that answered, by its own header.
    """

    asked = server = ""
    page = ("", "")


class BadAnswer(ApiError):
    """A response that cannot be understood.

    Attributes:
        path: the place in the response, as ``aois[3].aoi_id``.
        detail: the expected and the found value, shortened.
        found: the format received in place of a picture, as returned by ``content.kind_of``.
    """

    def __init__(self, path: str, detail: str, found: str = "") -> None:
        super().__init__(f"{path}: {detail}")
        self.path = path
        self.detail = detail
        self.found = found


class AnswerTooLarge(BadAnswer):
    """An answer of more entries than any page has; nothing was made of it."""


class DownloadDamaged(ApiError):
    """A complete download whose checksum differs from the declared one; it was discarded.

    Attributes:
        algorithm: the checksum that differs: ``md5``, ``sha256``, ``crc32`` …
        name: the file's name.
    """

    def __init__(self, algorithm: str, name: str) -> None:
        super().__init__(f"{name}: {algorithm} differs")
        self.algorithm = algorithm
        self.name = name
