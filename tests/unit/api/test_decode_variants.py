"""Each variant an answer may come in leaves one log line that names it, and no secret; the documented form none."""

from __future__ import annotations

import base64
import html
import io
import json
import logging
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from pixxel_explorer.plugin.api.decoding import decode

XML = '<?xml version="1.0"?><StyledLayerDescriptor version="1.0.0"/>'
DAY, OTHER = "2024_05_06", "2024_05_16"
DATES, MODES = (DAY, OTHER), ("dynamic", "theoretical")
LOW = {"min": 0, "max": 51, "color": "#2b83ba", "label": "Very Low"}
LIST = [0, 51, "#2b83ba", "Very Low"]
VALUES = [{"value": 0, "color": "#000000", "label": ""}, {"value": 1, "color": "#ffffff", "label": ""}]
ADDRESS = "https://store.test/a?signature=secret"


def both(leaf: Any) -> dict[str, dict[str, Any]]:
    return {mode: dict.fromkeys(DATES, leaf) for mode in MODES}


def zipped() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for mode in MODES:
            for key in DATES:
                archive.writestr(f"{key}/{mode}.sld", XML)
    return buffer.getvalue()


def legend(raw: Any) -> Callable[[], Any]:
    return lambda: decode.legends(raw, "dynamic", DATES)


def styles(body: Any, modes: tuple[str, ...] = MODES, dates: tuple[str, ...] = DATES) -> Callable[[], Any]:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return lambda: decode.sld_documents(content, modes, dates)


def coded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


QUIET = [
    legend({key: {mode: [LOW] for mode in MODES} for key in DATES}),
    styles({"sld": both(XML)}),
    styles({"sld": {}}),
    styles(b"null"),
    lambda: decode.page_items({"aois": [{}]}, "aois"),
    lambda: decode.record({"id": "a"}),
]

TOLD = [
    ("U1", "by mode, then by date", legend({mode: {key: [LOW] for key in DATES} for mode in MODES})),
    ("U1", "by mode, without dates", legend({mode: [LOW] for mode in MODES})),
    ("U1", "by date, without modes", legend({key: [LOW] for key in DATES})),
    ("U1", "a list of dated objects", legend([{"date": key, "dynamic": [LOW]} for key in DATES])),
    ("U1", "bare classes", legend([LOW, LOW])),
    ("U1", "a class as a list", legend({key: {mode: [LIST, LIST] for mode in MODES} for key in DATES})),
    ("U1", "classes with one value", legend({key: dict.fromkeys(MODES, VALUES) for key in DATES})),
    ("U6", "by date, then by mode", styles({"sld": {key: dict.fromkeys(MODES, XML) for key in DATES}})),
    ("U6", "documents under no key", styles(both(XML))),
    ("U6", "documents under data", styles({"data": both(XML)})),
    ("U6", "documents under styles", styles({"styles": both(XML)})),
    ("U6", "documents under result.sld", styles({"result": {"sld": both(XML)}})),
    ("U6", "one bare document", styles(XML.encode(), MODES[:1], DATES[:1])),
    ("U6", "one bare document", styles({"sld": XML}, MODES[:1], DATES[:1])),
    ("U6", "one level of keys", styles({"sld": dict.fromkeys(DATES, XML)}, MODES[:1])),
    ("U6", "a document inside an object", styles({"sld": both({"xml": XML})})),
    ("U6", "an address in place of a document", styles({"sld": both(ADDRESS)})),
    ("U6", "documents in base64", styles({"sld": both(coded(XML))})),
    ("U6", "escaped documents", styles({"sld": both(html.escape(XML))})),
    ("U6", "documents in JSON quotes", styles({"sld": both(json.dumps(XML))})),
    ("U6", "a ZIP of documents", styles(zipped())),
    ("U7", "an address in its place", lambda: decode.link(json.dumps({"url": ADDRESS}).encode())),
    ("U11", "bare array", lambda: decode.page_items([{}], "aois")),
    ("U11", "under the key results", lambda: decode.page_items({"results": [{}]}, "aois")),
    ("U11", "under the key items", lambda: decode.page_items({"items": [{}]}, "aois")),
    ("U11", "under the key visualizations", lambda: decode.page_items({"visualizations": [{}]}, "visualization")),
    ("U11", "came as an object", lambda: decode.page_items({"aois": {"a": {}}}, "aois")),
    ("rule", "record came inside data", lambda: decode.record({"data": {"id": "a"}})),
    ("rule", "record came as a list of one", lambda: decode.record([{"id": "a"}])),
]


@pytest.mark.parametrize("read", QUIET)
def test_what_is_documented_leaves_no_line(read: Callable[[], Any], caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        read()
    assert caplog.messages == []


@pytest.mark.parametrize(("row", "words", "read"), TOLD, ids=[f"{row} {words}" for row, words, _ in TOLD])
def test_each_variant_is_read_and_leaves_one_line(
    row: str, words: str, read: Callable[[], Any], caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO):
        assert read()
    assert len([message for message in caplog.messages if words in message]) == 1, (row, caplog.messages)
    assert "secret" not in caplog.text


@pytest.mark.parametrize(
    ("wrapped", "words"),
    [
        (lambda text: text, "picture variant: base64"),
        (lambda text: f"data:image/png;base64,{text}", "picture variant: a data URI"),
        (json.dumps, "picture variant: base64 inside JSON"),
        (
            lambda text: json.dumps({"image": f"data:image/png;base64,{text}"}),
            "picture variant: a data URI inside JSON",
        ),
    ],
)
def test_each_wrapping_of_a_picture_is_named(
    wrapped: Callable[[str], str], words: str, picture: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO):
        assert decode.png(wrapped(base64.b64encode(picture).decode()).encode()) == picture
    assert caplog.messages == [words]
