"""Whatever JSON comes, reading it ends in a value or in a BadAnswer."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from pixxel_explorer.plugin.api import models
from pixxel_explorer.plugin.api.decoding import decode
from pixxel_explorer.plugin.api.errors import BadAnswer
from pydantic import ValidationError

WORDS = (
    "sld data legend metadata dynamic theoretical 2024_05_06 2024-05-16 error code id message aois aoi items total "
    "pagination url xml value min date assets status"
)
NAMES = st.sampled_from(WORDS.split())
LEAVES = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20) | NAMES
TREES = st.recursive(
    LEAVES | st.just("<a/>"),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES | st.text(max_size=3), inner, max_size=5),
    max_leaves=25,
)


@settings(deadline=None, max_examples=300)
@given(TREES)
def test_any_tree_is_read_or_refused(tree: Any) -> None:
    body = json.dumps(tree, allow_nan=True).encode("utf-8", "replace")
    readers = [
        lambda: decode.page_items(tree, "aois"),
        lambda: decode.record(tree, "aoi"),
        lambda: decode.sld_documents(body, ["dynamic"], ["2024_05_06"]),
        lambda: decode.png(body),
    ]
    for reader in readers:
        try:
            found = reader()
        except BadAnswer as error:
            assert str(error)
        else:
            assert found is not None
    legends = decode.legends(tree)
    assert decode.legends(legends) == legends
    assert len(decode.error_facts(body)) == 3
    assert decode.link(body) is None or decode.link(body).startswith("http")
    total = decode.page_total(tree)
    assert total is None or total >= 0


@settings(deadline=None, max_examples=300)
@given(st.dictionaries(NAMES, TREES, max_size=8))
def test_any_record_with_an_id_is_read(record: dict[str, Any]) -> None:
    found = models.Visualization.model_validate({**record, "id": "v"})
    assert found.id == "v"
    try:
        assert models.Aoi.model_validate(record).aoi_id
    except ValidationError as error:
        assert error.errors()[0]["loc"][0] in ("aoi_id", "id")


@settings(deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(body: bytes) -> None:
    for reader in (decode.png, decode.json_value, lambda each: decode.sld_documents(each, ["dynamic"], ["a"])):
        try:
            reader(body)
        except BadAnswer as error:
            assert str(error)
    assert len(decode.error_facts(body)) == 3
