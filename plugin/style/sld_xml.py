"""XML of strangers, read without entities, definitions or addresses, by local names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING
from xml.etree.ElementTree import ParseError

from defusedxml import DefusedXmlException, DTDForbidden, EntitiesForbidden
from defusedxml.ElementTree import fromstring

from .sld_refusal import RefusalCode, SldRefused

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

MOST_BYTES = 16 * 1024 * 1024
_ENCODING = re.compile(rb"""^<\?xml[^>]*?encoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")
_DECLARATION = re.compile(r"^<\?xml[^>]*\?>")


def parse(document: str | bytes) -> Element:
    """Return the root element.

    Raises:
        SldRefused: the text is no XML, too large, or holds a document type definition.
    """
    if len(document) > MOST_BYTES:
        raise SldRefused(RefusalCode.TOO_LARGE, "", str(len(document)))
    try:
        return _parse(document.lstrip("\ufeff \t\r\n") if isinstance(document, str) else document.lstrip(b" \t\r\n"))
    except (DTDForbidden, EntitiesForbidden) as error:
        raise SldRefused(RefusalCode.DOCTYPE) from error
    except DefusedXmlException as error:
        raise SldRefused(RefusalCode.NOT_XML, "", type(error).__name__) from error
    except (ParseError, ValueError, LookupError, RecursionError, MemoryError) as error:
        raise SldRefused(RefusalCode.NOT_XML, "", str(error)) from error


def _parse(document: str | bytes) -> Element:
    if isinstance(document, str):
        return _from_text(document)
    try:
        return _from_bytes(document)
    except (ValueError, LookupError):
        return _from_text(_decoded(document))


def _from_text(text: str) -> Element:
    return _from_bytes(_DECLARATION.sub("", text).encode("utf-8"))


def _from_bytes(data: bytes) -> Element:
    root: Element = fromstring(data, forbid_dtd=True)
    return root


def _decoded(data: bytes) -> str:
    """Decode an encoding the parser does not know by itself, as Shift_JIS."""
    match = _ENCODING.match(data)
    if match is None:
        raise ValueError("unknown encoding")
    return data.decode(match[1].decode("ascii"))


def local(element: Element) -> str:
    """Return the name of an element without its namespace."""
    return str(element.tag).rpartition("}")[2]


def children(element: Element, *names: str) -> list[Element]:
    """Return the direct children of these local names; all when none is given."""
    return [child for child in element if not names or local(child) in names]


def child(element: Element, name: str) -> Element | None:
    """Return the first direct child of a local name."""
    return next(iter(children(element, name)), None)


def descendants(element: Element, *names: str) -> Iterator[Element]:
    """Yield the element itself and all below it that have one of these local names."""
    return (found for found in element.iter() if local(found) in names)


def has(element: Element, *names: str) -> bool:
    """Tell whether the element, or any below it, has one of these local names."""
    return next(descendants(element, *names), None) is not None


def attribute(element: Element, name: str) -> str | None:
    """Return an attribute by its local name, without blanks around it."""
    for key, value in element.attrib.items():
        if key.rpartition("}")[2] == name:
            return value.strip()
    return None
