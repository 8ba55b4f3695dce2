"""Bodies sent compressed, inflated piece by piece, so that a small body cannot fill the memory."""

from __future__ import annotations

import zlib
from collections.abc import Iterator

from ..errors import BadAnswer

ENCODINGS = "gzip, deflate"
PIECE = 256 * 1024

_GZIP = zlib.MAX_WBITS | 16
_WINDOWS = {"gzip": (_GZIP,), "x-gzip": (_GZIP,), "deflate": (zlib.MAX_WBITS, -zlib.MAX_WBITS)}


class Inflater:
    """A decompressor of one body into pieces of at most 256 KiB.

    ``deflate`` is read with the zlib header that RFC 9110, 8.4.1.2 asks for, and without it, as some servers send it.

    Raises:
        BadAnswer: a compression that was not requested, or several on top of each other.
    """

    def __init__(self, encoding: str) -> None:
        name = encoding.strip().casefold()
        if name not in ("", "identity", *_WINDOWS):
            raise BadAnswer("Content-Encoding", f"compressed as {name[:40]}, which was not asked for")
        self._windows = list(_WINDOWS.get(name, ()))
        self._engine = zlib.decompressobj(self._windows.pop(0)) if self._windows else None
        self._has_begun = False

    def pieces(self, data: bytes) -> Iterator[bytes]:
        """Yield the decompressed pieces of a part of the body.

        Raises:
            BadAnswer: it is damaged.
        """
        if self._engine is None:
            yield data
            return
        left = True
        while left and not self._engine.eof:
            piece = self._piece(data)
            data = self._engine.unconsumed_tail
            left = bool(data) or len(piece) == PIECE
            if piece:
                yield piece

    def end(self) -> None:
        """Check that the body is whole.

        Raises:
            BadAnswer: it ended too early.
        """
        if self._engine is not None and self._has_begun and not self._engine.eof:
            raise BadAnswer("", "damaged compression: it ends too early")

    def _piece(self, data: bytes) -> bytes:
        assert self._engine is not None
        try:
            piece = self._engine.decompress(data, PIECE)
        except zlib.error as error:
            if self._has_begun or not self._windows:
                raise BadAnswer("", f"damaged compression: {error}") from error
            self._engine = zlib.decompressobj(self._windows.pop(0))
            return self._piece(data)
        self._has_begun = self._has_begun or bool(data)
        return piece
