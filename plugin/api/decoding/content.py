"""Content sniffing: the format of a file by its first bytes, checked before anything opens it."""

from __future__ import annotations

PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
BEGINNING = 256
"""As many bytes as have to be known."""
MOST_CHUNKS = 100_000
"""Of a PNG; a picture of 100 million pixels has some thousands."""

_SIGNATURES = (
    (PNG_SIGNATURE, "PNG"),
    (b"PK\x03\x04", "ZIP"),
    (b"\x1f\x8b", "gzip"),
    (b"II*\x00", "TIFF"),
    (b"MM\x00*", "TIFF"),
    (b"II+\x00", "TIFF"),
    (b"MM\x00+", "TIFF"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"%PDF", "PDF"),
)
_MARKUP = (
    ((b"<!doctype html", b"<html"), "HTML"),
    ((b"<vrtdataset",), "VRT"),
    ((b"<gdal_wms",), "WMS"),
)


def kind_of(body: bytes) -> str:
    """Return the format of bytes: PNG, ZIP, gzip, TIFF, JPEG, PDF, HTML, VRT, WMS, XML, JSON, nothing, or unknown."""
    for signature, kind in _SIGNATURES:
        if body.startswith(signature):
            return kind
    start = body[:BEGINNING].removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if not start:
        return "nothing"
    if start.startswith(b"<"):
        return next((kind for names, kind in _MARKUP if any(name in start for name in names)), "XML")
    return "JSON" if start.startswith((b"{", b"[", b'"')) else "unknown"
