"""Requests and responses of one profile, converted to and from the documented form."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from starlette.responses import Response

from ..core import signing
from ..core.operations import Handler, Operation
from ..core.options import Profile
from ..core.request import SandboxRequest
from . import VariantRequest, VariantResponse, differs, display_of, from_documented, key_form, to_documented

Answered = Callable[[Handler, SandboxRequest], Response]


class Conversion:
    """The conversion of a profile.

    Attributes:
        key_form: how ``Authorization`` shows the key, with ``{key}`` in its place.
        wrong_key: the status of a request with another key.
    """

    def __init__(self, profile: Profile) -> None:
        self._profile = profile
        self.key_form, self.wrong_key = key_form(profile)

    def differs(self, operation: str) -> bool:
        """Return whether the profile has a form of its own for an operation."""
        return differs(self._profile, operation)

    def answer(self, operation: Operation, call: SandboxRequest, address: str, answered: Answered) -> Response:
        """Answer a request of the profile in its form; ``answered`` runs a handler and makes its errors responses."""
        request = VariantRequest(
            operation.id, address, call.query, call.body, _display(call), partial(signing.kept_body_url, call)
        )
        response = answered(lambda given: operation.handler(self._as_documented(given, request)), call)
        headers = {name: value for name, value in response.headers.items() if name != "content-length"}
        documented = VariantResponse(response.status_code, headers, bytes(response.body))
        answer = from_documented(self._profile, request, documented)
        return Response(answer.body, answer.status, dict(answer.headers))

    def _as_documented(self, call: SandboxRequest, request: VariantRequest) -> SandboxRequest:
        documented = to_documented(self._profile, request)
        return replace(call, query=documented.query, body=documented.body)


def _display(call: SandboxRequest) -> tuple[float, float] | None:
    record = call.state.store.get("visualizations", call.path.get("visualization_id", ""))
    return None if record is None else display_of(record)
