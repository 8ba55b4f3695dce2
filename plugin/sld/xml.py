"""Parser of external XML by local names, without entities, definitions or external references."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING
from xml.etree.ElementTree import ParseError, fromstring
from xml.parsers.expat import errors

from defusedxml import DefusedXmlException, DTDForbidden, EntitiesForbidden
from defusedxml.ElementTree import fromstring as guarded_fromstring

from .prefixes import declare_prefixes
from .refusal import RefusalCode, SldRefused

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

MOST_BYTES = 16 * 1024 * 1024
_BOM = b"\xef\xbb\xbf"
_UTF8 = (b"utf-8", b"utf8")
_ENCODING = re.compile(rb"""^<\?xml[^>]*?encoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")
_DECLARATION = re.compile(r"^<\?xml[^>]*\?>")


def parse(document: str | bytes) -> tuple[Element, list[str]]:
    """Return the root element, and warnings where letters or prefixes had to be guessed.

    Raises:
        SldRefused: the text is no XML, too large, or holds a document type definition.
    """
    if len(document) > MOST_BYTES:
        raise SldRefused(RefusalCode.TOO_LARGE, "", str(len(document)))
    if _is_web_page(document):
        raise SldRefused(RefusalCode.NOT_XML, "", "HTML")
    try:
        return _with_prefixes(document)
    except (DTDForbidden, EntitiesForbidden) as error:
        raise SldRefused(RefusalCode.DOCTYPE) from error
    except DefusedXmlException as error:
        raise SldRefused(RefusalCode.NOT_XML, "", type(error).__name__) from error
    except (ParseError, ValueError, LookupError, RecursionError, MemoryError) as error:
        raise SldRefused(RefusalCode.NOT_XML, "", str(error)) from error


def _with_prefixes(document: str | bytes) -> tuple[Element, list[str]]:
    """Read a document; prefixes that it uses without declaring them are declared, and it is read again."""
    text, assumed = _given_text(document)
    warnings = [assumed] if assumed else []
    try:
        return _read(document if text is None else text), warnings
    except ParseError as error:
        if error.code != errors.codes[errors.XML_ERROR_UNBOUND_PREFIX]:
            raise
        declared, prefixes = declare_prefixes(_marked_text(document) if text is None else text)
        if not prefixes:
            raise
    named = ", ".join(prefixes)
    fault = f"the prefix {named} is not declared" if len(prefixes) == 1 else f"the prefixes {named} are not declared"
    warnings.append(f"StyledLayerDescriptor: {fault}; elements are read by their names.")
    return _from_text(declared), warnings


def _given_text(document: str | bytes) -> tuple[str | None, str]:
    """Return the text of a document that is no bytes, or not in the encoding it ought to be in."""
    if isinstance(document, str):
        return document.lstrip("\ufeff \t\r\n"), ""
    text = _mistaken(document)
    if text is None:
        return None, ""
    return text, "StyledLayerDescriptor: its characters are not UTF-8; they are read as Windows-1252."


def _read(document: str | bytes) -> Element:
    return _from_text(document) if isinstance(document, str) else _parse(document.lstrip(b" \t\r\n"))


def _is_web_page(document: str | bytes) -> bool:
    start = document[:1024] if isinstance(document, str) else document[:1024].decode("latin-1")
    return start.lstrip("\ufeff\xef\xbb\xbf \t\r\n").lower().startswith(("<!doctype html", "<html"))


def _parse(document: bytes) -> Element:
    try:
        return _from_bytes(document)
    except DefusedXmlException:  # a ValueError, too
        raise
    except (ValueError, LookupError):
        return _from_text(_decoded(document))


def _mistaken(document: bytes) -> str | None:
    """Return the text of a document that ought to be UTF-8 and is not: older tools write Windows-1252."""
    declared = _ENCODING.match(document.lstrip(_BOM + b" \t\r\n"))
    if b"\0" in document[:64] or (declared is not None and declared[1].lower() not in _UTF8):
        return None
    try:
        document.decode("utf-8")
    except UnicodeDecodeError:
        return document.decode("cp1252", "replace").lstrip()
    return None


def _from_text(text: str) -> Element:
    return _from_bytes(_DECLARATION.sub("", text).encode("utf-8"))


def _from_bytes(data: bytes) -> Element:
    root: Element = fromstring(data) if _is_harmless(data) else guarded_fromstring(data, forbid_dtd=True)
    _strip(root)
    return root


def _is_harmless(data: bytes) -> bool:
    """Return whether a document is UTF-8 without any declaration a parser could act on: those need no guard.

    The guarded parser is written in Python and takes several times as long; see docs/design/0008.
    """
    declared = _ENCODING.match(data)
    is_utf8 = declared is None or declared[1].lower() in _UTF8
    return is_utf8 and b"<!D" not in data and b"<!E" not in data and b"\0" not in data[:1024]


def _strip(root: Element) -> None:
    """Leave the elements their local names only."""
    for element in root.iter():
        if "}" in element.tag:
            element.tag = element.tag.rpartition("}")[2]
        if "}" in "".join(element.keys()):
            _strip_attributes(element.attrib)


def _strip_attributes(given: dict[str, str]) -> None:
    for key in [key for key in given if "}" in key]:
        given.setdefault(key.rpartition("}")[2], given.pop(key))


def _marked_text(data: str | bytes) -> str:
    """Return the text of a document, decoded by its byte order mark or its declaration; else it is UTF-8."""
    if isinstance(data, str):
        return data
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16").lstrip()
    plain = data.removeprefix(_BOM).lstrip()
    return _decoded(plain) if _ENCODING.match(plain) else plain.decode("utf-8")


def _decoded(data: bytes) -> str:
    """Decode an encoding the parser does not know by itself, as Shift_JIS."""
    match = _ENCODING.match(data)
    if match is None:
        raise ValueError("unknown encoding")
    return data.decode(match[1].decode("ascii"))


def local(element: Element) -> str:
    """Return the name of an element without its namespace."""
    return str(element.tag)


def children(element: Element, *names: str) -> list[Element]:
    """Return the direct children of these local names; all when none is given."""
    return [child for child in element if not names or child.tag in names]


def child(element: Element, name: str) -> Element | None:
    """Return the first direct child of a local name."""
    return element.find(name)


def descendants(element: Element, *names: str) -> Iterator[Element]:
    """Yield the element itself and all below it that have one of these local names."""
    if len(names) == 1:
        return element.iter(names[0])
    wanted = set(names)
    return iter([one for one in element.iter() if one.tag in wanted])


def has(element: Element, *names: str) -> bool:
    """Return whether the element, or any below it, has one of these local names."""
    return any(next(element.iter(name), None) is not None for name in names)


def attribute(element: Element, name: str) -> str | None:
    """Return an attribute by its local name, without blanks around it."""
    value = element.attrib.get(name)
    return None if value is None else value.strip()
