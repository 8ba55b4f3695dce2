"""Checksums that servers declare for a file, parsed from headers, and their comparison with the download.

A sum is kept as the ``hashlib`` name of its algorithm (or ``crc32``) with its lower-case hexadecimal digits.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

_CHUNK = 1024 * 1024
_DIGITS: Mapping[str, int] = {"md5": 32, "sha1": 40, "sha256": 64, "sha512": 128, "crc32": 8}
_NAMES: Mapping[str, str] = {
    "md5": "md5",
    "sha": "sha1",
    "sha-1": "sha1",
    "sha1": "sha1",
    "sha-256": "sha256",
    "sha256": "sha256",
    "sha-512": "sha512",
    "sha512": "sha512",
    "crc32": "crc32",
}
# about the whole file, whatever part of it an answer holds: RFC 9530 (Repr-Digest), RFC 3230 (Digest, of the instance),
# https://cloud.google.com/storage/docs/xml-api/reference-headers (x-goog-hash)
_LISTS_OF_WHOLE = ("repr-digest", "digest", "x-goog-hash")
# about the bytes of this very answer: RFC 9530 (Content-Digest)
_LISTS_OF_ANSWER = ("content-digest",)
# https://learn.microsoft.com/rest/api/storageservices/get-blob: in an answer of a range, the sum of the whole
_OF_WHOLE = {"x-ms-blob-content-md5": "md5"}
# RFC 1864; https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
_OF_ANSWER = {
    "content-md5": "md5",
    "x-amz-checksum-sha256": "sha256",
    "x-amz-checksum-sha1": "sha1",
    "x-amz-checksum-crc32": "crc32",
}
# https://multiformats.io/multihash: code and length before the digest
_MULTIHASHES = {"1220": "sha256", "1340": "sha512", "1114": "sha1", "d50110": "md5"}


class _Hash(Protocol):
    def update(self, data: bytes, /) -> None: ...

    def hexdigest(self) -> str: ...


def declared_checksums(headers: Mapping[str, str], *, whole: bool) -> dict[str, str]:
    """Return the checksums that the response headers declare for the whole file.

    Args:
        headers: read by lower-case names.
        whole: whether the response holds the whole file; else checksums of its own bytes are left out.
    """
    found: dict[str, str] = {}
    for name in (*_LISTS_OF_WHOLE, *(_LISTS_OF_ANSWER if whole else ())):
        found |= _listed(headers.get(name, ""))
    for name, algorithm in {**_OF_WHOLE, **(_OF_ANSWER if whole else {})}.items():
        found |= _sum(algorithm, headers.get(name, ""))
    return found


def multihash(text: object) -> dict[str, str]:
    """Return the checksum in a hexadecimal multihash, the form of STAC's ``file:checksum``.

    Source: https://github.com/stac-extensions/file.
    """
    digits = text.casefold() if isinstance(text, str) else ""
    for head, algorithm in _MULTIHASHES.items():
        rest = digits.removeprefix(head)
        if rest != digits and len(rest) == _DIGITS[algorithm] and re.fullmatch(r"[0-9a-f]+", rest):
            return {algorithm: rest}
    return {}


def differing(path: Path, sums: Mapping[str, str]) -> str | None:
    """Return the first algorithm whose checksum does not match, or ``None``."""
    hashes = {algorithm: _hash(algorithm) for algorithm in sums if algorithm in _DIGITS}
    if not hashes:
        return None
    with path.open("rb") as file:
        while piece := file.read(_CHUNK):
            for one in hashes.values():
                one.update(piece)
    return next((name for name, one in hashes.items() if one.hexdigest() != sums[name].casefold()), None)


def _listed(value: str) -> dict[str, str]:
    """Read ``md5=…, sha-256=:…:``; unknown algorithms are left out."""
    found: dict[str, str] = {}
    for part in value.split(","):
        name, _, digest = part.strip().partition("=")
        found |= _sum(_NAMES.get(name.strip().casefold(), ""), digest.strip().strip(":"))
    return found


def _sum(algorithm: str, digest: str) -> dict[str, str]:
    """Decode a digest in base64; one of a wrong length or form is ignored."""
    try:
        digits = base64.b64decode(digest.strip(), validate=True).hex()
    except (binascii.Error, ValueError):
        return {}
    return {algorithm: digits} if digits and len(digits) == _DIGITS.get(algorithm) else {}


def _hash(algorithm: str) -> _Hash:
    return _Crc32() if algorithm == "crc32" else hashlib.new(algorithm, usedforsecurity=False)


class _Crc32:
    def __init__(self) -> None:
        self._value = 0

    def update(self, data: bytes, /) -> None:
        self._value = zlib.crc32(data, self._value)

    def hexdigest(self) -> str:
        return f"{self._value:08x}"
