"""Answers of too many entries are refused before anything is made of them; large pages are read in slices."""

from __future__ import annotations

import io
import struct
import time
import zipfile
import zlib
from typing import Any

import pytest
from pixxel_explorer.plugin.api.decoding import decode
from pixxel_explorer.plugin.api.endpoints.base import read_all
from pixxel_explorer.plugin.api.errors import AnswerTooLarge, BadAnswer
from pixxel_explorer.plugin.api.models import Project


@pytest.mark.parametrize("entry", [b"{}", b"[]"])
def test_ten_million_empty_entries_are_not_parsed(monkeypatch: pytest.MonkeyPatch, entry: bytes) -> None:
    def parse(_text: bytes) -> None:
        raise AssertionError("it was parsed")

    monkeypatch.setattr(decode, "parse", parse)
    body = b'{"aois": [' + b",".join([entry] * 10_000_000) + b"]}"
    began = time.process_time()
    with pytest.raises(AnswerTooLarge):
        decode.json_value(body)
    assert time.process_time() - began < 2


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(
            b'{"aois": [], %s}' % b",".join(b'"k%d":1' % n for n in range(4_000_000)), id="keys of one object"
        ),
        pytest.param(b'{"aois": [%s]}' % b",".join([b"0.1"] * 12_000_000), id="values of one list"),
    ],
)
def test_millions_of_keys_or_values_are_not_parsed(monkeypatch: pytest.MonkeyPatch, body: bytes) -> None:
    """Four million keys took 1.5 GB and 11 seconds."""

    def parse(_text: bytes) -> None:
        raise AssertionError("it was parsed")

    monkeypatch.setattr(decode, "parse", parse)
    with pytest.raises(AnswerTooLarge):
        decode.json_value(body)


def test_a_page_as_large_as_any_passes() -> None:
    record = (
        b'{"id":"a-%d","name":"AOI","created_at":"2025-04-14T05:06:07Z","area":1.5,"tags":["x"],"url":"https://a/b"}'
    )
    body = b'{"aois": [%s]}' % b",".join(record % number for number in range(100_000))
    assert len(decode.json_value(body)["aois"]) == 100_000


def test_a_page_of_too_many_records_is_refused_before_they_are_read() -> None:
    assert len(decode.page_items({"aois": [{}] * 100_000}, "aois")) == 100_000
    with pytest.raises(AnswerTooLarge):
        decode.page_items({"aois": [{}] * 100_001}, "aois")


def _records(count: int) -> list[dict[str, Any]]:
    return [{"id": f"p-{number}", "name": f"Project {number}"} for number in range(count)]


def test_a_large_page_is_read_whole_and_a_fault_keeps_its_place() -> None:
    records = _records(1234)
    assert [item.id for item in read_all(Project, records, "projects")] == [each["id"] for each in records]
    records[777] = {"id": {"wrong": 1}}
    with pytest.raises(BadAnswer) as caught:
        read_all(Project, records, "projects")
    assert caught.value.path.startswith("projects[777]")


def test_an_outline_of_very_many_positions_passes() -> None:
    ring = ",".join("[77.123456,12.123456]" for _ in range(200_000))
    found = decode.json_value(f'{{"coordinates": [[{ring}]]}}'.encode())
    assert len(found["coordinates"][0]) == 200_000


def test_a_zip_of_documents_is_not_inflated_without_end() -> None:
    """Six hundred documents of 16 MB in 10 MB kept one load busy for 100 seconds."""
    store, document = io.BytesIO(), b"<" + b" " * (16 * 1024 * 1024 - 1)
    with zipfile.ZipFile(store, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(6):
            archive.writestr(f"dynamic_2025_04_14_{number}.sld", document)
    with pytest.raises(AnswerTooLarge):
        decode.sld_documents(store.getvalue(), ["dynamic"], ["2025_04_14"])


def test_a_picture_of_countless_chunks_is_refused() -> None:
    kind = b"tEXtc\0x"
    chunk = struct.pack(">I", 3) + kind + struct.pack(">I", zlib.crc32(kind))
    with pytest.raises(AnswerTooLarge):
        decode.png(b"\x89PNG\r\n\x1a\n" + chunk * 100_001)
