"""A request of the client, and the parts of it that may be logged."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from ..errors import ApiError


@dataclass(frozen=True, slots=True)
class Call:
    """One request to make; ``url`` is absolute or a path below the API's address."""

    method: str
    url: str
    params: Mapping[str, Any] = field(default_factory=dict)
    content: bytes | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    with_key: bool = True

    @property
    def path(self) -> str:
        """Return the path of the URL, without host, query and fragment, which may be logged."""
        return urlsplit(self.url).path


def clean(error: Exception) -> str:
    """Return the error's words without queries, users and passwords of addresses."""
    text = re.sub(r"//[^/\s@]+@", "//", str(error) or type(error).__name__)
    return re.sub(r"\?\S+", "?…", text)[:300]


def named(call: Call) -> tuple[str, str]:
    """Return method and path, the parts of a request that may be logged."""
    return call.method, call.path


def brief(error: ApiError) -> str:
    """Return the error's status or kind."""
    return str(getattr(error, "status", None) or getattr(error, "kind", type(error).__name__))
