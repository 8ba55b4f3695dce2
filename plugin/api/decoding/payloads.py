"""Decoding of pictures and style documents by their content, never by their content type."""

from __future__ import annotations

import base64
import binascii
import html
import io
import logging
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple
from urllib.parse import unquote_to_bytes

from ...legend.vocabulary import LegendMode
from ..errors import AnswerTooLarge, BadAnswer
from .content import MOST_CHUNKS, PNG_SIGNATURE, kind_of
from .json_text import parse
from .legends import mode_of

_MOST_MEMBERS = 2_000
_LARGEST_MEMBER = 16 * 1024 * 1024
_LARGEST_MEMBERS = 64 * 1024 * 1024  # of all together, as much as an answer in JSON may have
_WRAPPERS = ("png", "image", "content", "data", "base64", "body", "xml", "sld", "url", "signed_url", "result")
_WEB = ("http://", "https://")
_SLD_WRAPPERS = ("data", "result", "styles", "sld")
_LEAF_KEYS = ("xml", "sld", "content", "url")

_Met = dict[str, None]  # variants, in the order they were met
_Leaf = tuple[str, str, str]
_ByMode = dict[str, dict[str, str]]

_log = logging.getLogger(__name__)


class _Wanted(NamedTuple):
    modes: tuple[LegendMode, ...]
    dates: tuple[str, ...]


def png(body: bytes) -> bytes:
    """Return the picture: as it came, or out of base64, a data URI or JSON.

    Raises:
        BadAnswer: no PNG, or one that is cut off or damaged.
    """
    picture = body if body.startswith(PNG_SIGNATURE) else _unwrapped_picture(body)
    _check_png(picture)
    return picture


def link(body: bytes) -> str | None:
    """Return the address an answer gives instead of a picture, if it does."""
    if len(body) > 100_000:
        return None
    text = _wrapped_text(body).strip()
    if not text.startswith(_WEB) or len(text.split()) != 1:
        return None
    _log.info("picture variant: an address in its place")
    return text


def _unwrapped_picture(body: bytes) -> bytes:
    text = _wrapped_text(body).strip()
    picture = _from_data_uri(text) if text.startswith("data:") else _from_base64(text)
    if picture is None or not picture.startswith(PNG_SIGNATURE):
        raise BadAnswer("png", f"a PNG is expected, found {kind_of(body)}", found=kind_of(body))
    coding = "a data URI" if text.startswith("data:") else "base64"
    _log.info("picture variant: %s%s", coding, " inside JSON" if kind_of(body) == "JSON" else "")
    return picture


def _wrapped_text(body: bytes) -> str:
    text = body.decode("utf-8", "replace").removeprefix("\ufeff")
    if kind_of(body) != "JSON":
        return text
    try:
        return _first_text(parse(body)) or ""
    except ValueError:
        return ""


def _first_text(value: Any, depth: int = 3) -> str | None:
    if isinstance(value, str):
        return value
    if not isinstance(value, Mapping) or not depth:
        return None
    found = (_first_text(value.get(name), depth - 1) for name in _WRAPPERS)
    return next((text for text in found if text), None)


def _from_data_uri(text: str) -> bytes | None:
    head, _, rest = text.partition(",")
    return _from_base64(rest) if head.endswith(";base64") else unquote_to_bytes(rest)


def _from_base64(text: str) -> bytes | None:
    cleaned = "".join(text.split()).translate(str.maketrans("-_", "+/"))
    try:
        return base64.b64decode(cleaned + "=" * (-len(cleaned) % 4), validate=True)
    except (binascii.Error, ValueError):
        return None


def _check_png(body: bytes) -> None:
    """Walk the chunks to IEND, checking each sum."""
    place = len(PNG_SIGNATURE)
    for _ in range(MOST_CHUNKS):
        if place + 12 > len(body):
            break
        end = place + 12 + int.from_bytes(body[place : place + 4])
        if end > len(body):
            break
        if zlib.crc32(memoryview(body)[place + 4 : end - 4]) != int.from_bytes(body[end - 4 : end]):
            raise BadAnswer("png", f"the picture is damaged at byte {place}")
        if body[place + 4 : place + 8] == b"IEND":
            return
        place = end
    else:
        raise AnswerTooLarge("png", f"more than {MOST_CHUNKS} chunks")
    raise BadAnswer("png", f"the picture is cut off after {len(body)} bytes")


def sld_documents(body: bytes, modes: Sequence[LegendMode], dates: Sequence[str]) -> dict[str, dict[str, str]]:
    """Return mode -> date key -> document (or its URL); missing and empty ones are left out.

    Each variant met leaves one log line, however many documents have it.

    Raises:
        BadAnswer: nothing in the answer can be a style document.
    """
    met: _Met = {}
    try:
        return _documents(body, _Wanted(tuple(modes), tuple(dates)), met)
    finally:
        for variant in met:
            _log.info("SLD variant: %s", variant)


def _documents(body: bytes, wanted: _Wanted, met: _Met) -> _ByMode:
    kind = kind_of(body)
    if kind == "ZIP":
        met["a ZIP of documents"] = None
        return _sorted_in(_from_zip(body, wanted, met))
    if kind == "XML":
        return _single(body.decode("utf-8", "replace"), wanted, met)
    try:
        raw = parse(body) if kind != "nothing" else None
    except ValueError as error:
        raise BadAnswer("sld", f"{kind} instead of JSON: {str(error)[:200]}") from error
    return _from_tree(raw, wanted, met)


def _from_tree(raw: Any, wanted: _Wanted, met: _Met) -> _ByMode:
    raw = _unwrapped(raw, met)
    if isinstance(raw, str):
        return _single(raw, wanted, met)
    if raw is None or raw == []:
        return {}
    if not isinstance(raw, Mapping):
        raise BadAnswer("sld", f"an object is expected, found {type(raw).__name__}")
    return _sorted_in(_leaves(raw, wanted, met))


def _unwrapped(raw: Any, met: _Met) -> Any:
    """Return the value of the documented key, or of alternative ones; without any, the whole."""
    found = raw
    wrappers: list[str] = []
    for name in _SLD_WRAPPERS:
        if isinstance(found, Mapping) and name in found:
            found, wrappers = found[name], [*wrappers, name]
    if wrappers != ["sld"] and raw:
        met[f"documents under {'.'.join(wrappers) or 'no key'}"] = None
    return found


def _single(text: str, wanted: _Wanted, met: _Met) -> _ByMode:
    document = _document(text, met)
    if document is None:
        raise BadAnswer("sld", "a text that is no XML")
    if len(wanted.modes) != 1 or len(wanted.dates) != 1:
        raise BadAnswer("sld", f"one document for {len(wanted.modes)} modes and {len(wanted.dates)} dates")
    met["one bare document"] = None
    return {wanted.modes[0]: {wanted.dates[0]: document}}


def _leaves(raw: Mapping[str, Any], wanted: _Wanted, met: _Met) -> Iterator[_Leaf]:
    for outer, value in raw.items():
        mode = mode_of(outer)
        if not isinstance(value, Mapping) or _document(value, {}) is not None:
            yield from _flat_leaf(outer, mode, value, wanted, met)
            continue
        if mode is None:
            met["by date, then by mode"] = None
        for inner, leaf in value.items():
            document = _document(leaf, met)
            if document is not None:
                yield (mode, inner, document) if mode else (mode_of(inner) or inner, outer, document)


def _flat_leaf(key: str, mode: LegendMode | None, value: Any, wanted: _Wanted, met: _Met) -> Iterator[_Leaf]:
    document = _document(value, met)
    if document is None:
        return
    if mode and len(wanted.dates) == 1:
        yield mode, wanted.dates[0], document
    elif mode is None and len(wanted.modes) == 1:
        yield wanted.modes[0], key, document
    else:
        raise BadAnswer(f"sld.{key}", "a document that names only its mode or only its date")
    met["one level of keys"] = None


def _document(value: Any, met: _Met) -> str | None:
    """Return XML text, or an address, out of a leaf; unwraps once: object, JSON quotes, escapes, base64."""
    if isinstance(value, Mapping):
        return _document_inside(value, met)
    if not isinstance(value, str) or not value.strip():
        return None
    text = value.strip().removeprefix("\ufeff")
    for variant, unwrap in _WRAPPINGS:
        document = unwrap(text)
        if document.lstrip("\ufeff \r\n\t").startswith("<"):
            met.update({variant: None} if variant else {})
            return document
    if not text.startswith(_WEB):
        return None
    met["an address in place of a document"] = None
    return text


def _document_inside(value: Mapping[str, Any], met: _Met) -> str | None:
    found = next((value[name] for name in _LEAF_KEYS if isinstance(value.get(name), str)), None)
    document = _document(found, met)
    if document is not None:
        met["a document inside an object"] = None
    return document


def _unquoted(text: str) -> str:
    if not text.startswith('"'):
        return ""
    try:
        inner = parse(text)
    except ValueError:
        return ""
    return inner if isinstance(inner, str) else ""


def _decoded(text: str) -> str:
    return (_from_base64(text) or b"").decode("utf-8", "replace")


_WRAPPINGS: tuple[tuple[str, Callable[[str], str]], ...] = (
    ("", str),
    ("escaped documents", html.unescape),
    ("documents in JSON quotes", _unquoted),
    ("documents in base64", _decoded),
)


def _from_zip(body: bytes, wanted: _Wanted, met: _Met) -> Iterator[_Leaf]:
    modes, dates = wanted
    left = _LARGEST_MEMBERS
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            for info in archive.infolist()[:_MOST_MEMBERS]:
                name = info.filename.casefold()
                mode = _named_in(name, LegendMode) or (modes[0] if len(modes) == 1 else None)
                date_key = _named_in(name, dates) or (dates[0] if len(dates) == 1 else None)
                if mode and date_key and info.file_size <= _LARGEST_MEMBER:
                    left -= info.file_size
                    if left < 0:
                        raise AnswerTooLarge("sld", f"a ZIP of more than {_LARGEST_MEMBERS} bytes")
                    document = _document(archive.read(info).decode("utf-8", "replace"), met)
                    if document is not None:
                        yield mode, date_key, document
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, zlib.error, OSError) as error:
        raise BadAnswer("sld", f"a ZIP that cannot be read: {error}") from error


def _named_in(name: str, keys: Iterable[str]) -> str | None:
    """Return the longest key that a name contains: that of a second scene of a day may begin with that of the first."""
    plain = _letters(name)
    return max((key for key in keys if _letters(key) in plain), key=len, default=None)


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text.casefold()))


def _sorted_in(leaves: Iterable[_Leaf]) -> _ByMode:
    result: _ByMode = {}
    for mode, date_key, document in leaves:
        result.setdefault(mode, {})[date_key] = document
    return result
