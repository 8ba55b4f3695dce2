from __future__ import annotations

import base64
import html
import io
import json
import zipfile

import pytest
from pixxel_explorer.plugin.api.decoding import decode
from pixxel_explorer.plugin.api.errors import BadAnswer

XML = '<?xml version="1.0"?><StyledLayerDescriptor version="1.0.0"/>'
DAY, OTHER = "2024_05_06", "2024_05_16"
FOUND = {"dynamic": {DAY: XML}}


def test_a_whole_png_is_returned_as_it_came(picture: bytes) -> None:
    assert decode.png(picture) == picture
    assert decode.png(picture + b"trailing") == picture + b"trailing"


def test_a_png_is_unwrapped_from_everything_it_may_come_in(picture: bytes) -> None:
    text = base64.b64encode(picture).decode()
    uri = f"data:image/png;base64,{text}"
    wrapped = [
        text,
        uri,
        json.dumps(text),
        json.dumps(uri),
        json.dumps({"png": text}),
        json.dumps({"data": {"image": uri}}),
        "\n".join(text[i : i + 60] for i in range(0, len(text), 60)),
        base64.urlsafe_b64encode(picture).decode().rstrip("="),
    ]
    assert [decode.png(each.encode()) for each in wrapped] == [picture] * len(wrapped)


def test_a_png_cut_off_anywhere_is_refused(picture: bytes) -> None:
    for length in range(8, len(picture)):
        with pytest.raises(BadAnswer, match="cut off"):
            decode.png(picture[:length])


def test_a_damaged_png_is_refused(picture: bytes) -> None:
    place = picture.index(b"IDAT") + 6
    damaged = picture[:place] + bytes([picture[place] ^ 1]) + picture[place + 1 :]
    with pytest.raises(BadAnswer, match="damaged"):
        decode.png(damaged)


@pytest.mark.parametrize(
    "body", [b"", b"string", b'"string"', b"<html>", b"\xff\xd8\xff\xe0", b"{}", b"[]", b'{"png":5}']
)
def test_what_is_no_png_is_refused_by_what_it_is(body: bytes) -> None:
    with pytest.raises(BadAnswer, match="a PNG is expected"):
        decode.png(body)


def test_an_address_in_place_of_a_picture_is_found(picture: bytes) -> None:
    assert decode.link(b'{"url": "https://store.example/x.png?sig=1"}') == "https://store.example/x.png?sig=1"
    assert decode.link(picture) is None
    assert decode.link(b'{"png": "abc"}') is None


@pytest.mark.parametrize(
    "raw",
    [
        {"sld": {"dynamic": {DAY: XML}}},
        {"sld": {DAY: {"dynamic": XML}}},
        {"dynamic": {DAY: XML}},
        {"data": {"dynamic": {DAY: XML}}},
        {"styles": {"dynamic": {DAY: XML}}},
        {"result": {"sld": {"dynamic": {DAY: XML}}}},
        {"sld": {"dynamic": {DAY: {"xml": XML}}}},
        {"sld": {"dynamic": {DAY: {"content": XML}}}},
        {"sld": {"dynamic": {DAY: html.escape(XML)}}},
        {"sld": {"dynamic": {DAY: json.dumps(XML)}}},
        {"sld": {"dynamic": {DAY: base64.b64encode(XML.encode()).decode()}}},
        {"sld": {"dynamic": {DAY: "\ufeff" + XML}}},
        {"sld": {"dynamic": XML}},
        {"sld": {DAY: XML}},
        {"sld": XML},
    ],
)
def test_a_document_is_found_in_every_variant(raw: object) -> None:
    assert decode.sld_documents(json.dumps(raw).encode(), ["dynamic"], [DAY]) == FOUND


def test_a_bare_document_will_do_where_one_was_asked() -> None:
    assert decode.sld_documents(XML.encode(), ["dynamic"], [DAY]) == FOUND
    with pytest.raises(BadAnswer):
        decode.sld_documents(XML.encode(), ["dynamic"], [DAY, OTHER])


@pytest.mark.parametrize(
    "raw",
    [
        {"sld": {"dynamic": {DAY: XML}, "theoretical": {DAY: None}}},
        {"sld": {"dynamic": {DAY: XML, OTHER: ""}, "theoretical": None}},
        {"sld": {"dynamic": {DAY: XML}, "theoretical": {}}},
        {"sld": {DAY: {"dynamic": XML, "theoretical": ""}}},
    ],
)
def test_missing_documents_are_absent(raw: object) -> None:
    assert decode.sld_documents(json.dumps(raw).encode(), ["dynamic", "theoretical"], [DAY, OTHER]) == FOUND


@pytest.mark.parametrize("body", [b"", b"null", b"{}", b'{"sld":null}', b'{"sld":{}}', b"[]"])
def test_no_documents_are_no_error(body: bytes) -> None:
    assert decode.sld_documents(body, ["dynamic"], [DAY]) == {}


@pytest.mark.parametrize("body", [b'{"sld":"words"}', b'{"sld":5}', b'{"sld":', b"words", b'{"sld":["x"]}'])
def test_what_cannot_be_a_document_is_a_bad_answer(body: bytes) -> None:
    with pytest.raises(BadAnswer):
        decode.sld_documents(body, ["dynamic"], [DAY])


def test_a_zip_of_documents_is_matched_by_the_names_in_it() -> None:
    store = io.BytesIO()
    with zipfile.ZipFile(store, "w") as archive:
        archive.writestr("ndvi_dynamic_2024-05-06.sld", XML)
        archive.writestr("theoretical/2024_05_16.sld", XML)
        archive.writestr("readme.txt", "words")
    found = decode.sld_documents(store.getvalue(), ["dynamic", "theoretical"], [DAY, OTHER])
    assert found == {"dynamic": {DAY: XML}, "theoretical": {OTHER: XML}}
    with pytest.raises(BadAnswer, match="ZIP"):
        decode.sld_documents(store.getvalue()[:40], ["dynamic"], [DAY])


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"\x89PNG\r\n\x1a\n", "PNG"),
        (b"PK\x03\x04", "ZIP"),
        (b"\x1f\x8b\x08", "gzip"),
        (b"II*\x00", "TIFF"),
        (b"MM\x00+", "TIFF"),
        (b"\xef\xbb\xbf <a/>", "XML"),
        (b"<!DOCTYPE html>", "HTML"),
        (b' {"a":1}', "JSON"),
        (b"", "nothing"),
        (b"words", "unknown"),
    ],
)
def test_bytes_are_distinguished_by_their_beginning(body: bytes, kind: str) -> None:
    assert decode.kind_of(body) == kind
