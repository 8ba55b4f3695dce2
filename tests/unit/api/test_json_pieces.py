"""Long lists of records are parsed in pieces, and every text is worth the same as parsed at once."""

from __future__ import annotations

import gc
import json
import threading
import time
from typing import Any

import pytest
from pixxel_explorer.plugin.api.decoding import json_text
from pixxel_explorer.plugin.api.endpoints.base import read_all
from pixxel_explorer.plugin.api.errors import BadAnswer
from pixxel_explorer.plugin.api.models import Aoi
from pixxel_explorer.tests.list_server import aoi

RECORDS = [
    {"id": f"r-{number}", "text": '},{"id" [{"id": 1}] \\ "é', "inner": [{"id": 1}, {"id": 2}]} for number in range(200)
]
FLAT = [{"id": f"r-{number}", "text": "x},{ [\\"} for number in range(200)]


@pytest.fixture
def small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_text, "_PIECE", 500)
    monkeypatch.setattr(json_text, "_LONG", 1)


@pytest.mark.usefixtures("small_pieces")
@pytest.mark.parametrize("indent", [None, 2])
@pytest.mark.parametrize(
    "value",
    [
        FLAT,
        RECORDS,
        {"aois": FLAT, "total": 200},
        {"data": {"aois": FLAT, "more": RECORDS}, "x": [{"id": 1}]},
        {"before": '[{"id":', "aois": FLAT},
        {"before": [[{"id": 1}, {"id": 2}]], "aois": FLAT},
        {"aois": [*FLAT, 1, "x", {"other": 2}, *FLAT]},
        {"aois": FLAT[:1]},
        {"text": '[{"id": 1},' + "x" * 2000},
        [{}],
        [],
        "x" * 2000,
    ],
)
def test_the_value_is_that_of_the_whole(value: Any, indent: int | None) -> None:
    for is_ascii in (True, False):
        text = json.dumps(value, indent=indent, ensure_ascii=is_ascii).encode()
        assert json_text.parse(text) == value


@pytest.mark.usefixtures("small_pieces")
def test_of_a_key_that_comes_twice_the_last_counts() -> None:
    flat = json.dumps(FLAT).encode()
    assert json_text.parse(b'{"a": ' + flat + b', "a": [1]}') == {"a": [1]}
    assert json_text.parse(b'{"a": [1], "a": ' + flat + b"}") == {"a": FLAT}


@pytest.mark.usefixtures("small_pieces")
@pytest.mark.parametrize("end", [b"", b"]", b"}", b"]]", b'],"x":NaN}', b"]}x", b',{"id":\xff}]}', b',{"id":1},]}'])
def test_what_is_no_json_is_refused_as_ever(end: bytes) -> None:
    text = b'{"aois": ' + json.dumps(FLAT).encode().removesuffix(b"]") + end
    with pytest.raises(ValueError) as caught:
        json_text.parse(text)
    with pytest.raises(ValueError) as whole:
        json_text._parsed(text)
    assert str(caught.value) == str(whole.value)


@pytest.mark.usefixtures("small_pieces")
def test_what_is_no_json_between_two_pieces_is_refused() -> None:
    text = json.dumps(FLAT).encode()
    middle = text.index(b'{"id": "r-100"')
    for fault in (b",", b"}", b"]", b"NaN,", b'"', b"["):
        with pytest.raises(ValueError):
            json_text.parse(text[:middle] + fault + text[middle:])


def test_other_threads_run_while_a_long_list_is_parsed() -> None:
    text = json.dumps({"aois": [aoi(number) for number in range(30_000)]}).encode()
    turns, done = 0, threading.Event()

    def parse() -> None:
        json_text.parse(text)
        done.set()

    thread = threading.Thread(target=parse)
    thread.start()
    while not done.is_set():
        time.sleep(0.0005)
        turns += 1
    thread.join()
    assert turns > len(text) // json_text._PIECE // 2


def test_no_full_collection_runs_while_a_long_list_is_read() -> None:
    """Each holds up all threads, for longer the more objects there are."""
    text = json.dumps({"aois": [aoi(number) for number in range(20_000)]}).encode()
    generations: list[int] = []

    def note(phase: str, info: dict[str, int]) -> None:
        if phase == "stop":
            generations.append(info["generation"])

    gc.collect()
    gc.callbacks.append(note)
    try:
        found = read_all(Aoi, json_text.parse(text)["aois"], "aois")
    finally:
        gc.callbacks.remove(note)
    assert len(found) == 20_000
    assert 2 not in generations
    assert gc.isenabled()


def test_the_collector_works_on_after_a_fault() -> None:
    records = [aoi(number) for number in range(5_000)]
    text = json.dumps(records).encode() + b"]"
    with pytest.raises(ValueError):
        json_text.parse(text)
    assert gc.isenabled()
    with pytest.raises(BadAnswer):
        read_all(Aoi, [*records, {"aoi_id": {}}], "aois")
    assert gc.isenabled()
