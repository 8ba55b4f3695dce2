from __future__ import annotations

import logging
from datetime import UTC, date, datetime
from typing import Any

import pytest
from pixxel_explorer.plugin.api.decoding import decode
from pixxel_explorer.plugin.api.errors import BadAnswer


@pytest.mark.parametrize(
    ("key", "day"),
    [
        ("2024_05_06", date(2024, 5, 6)),
        ("2024-05-06", date(2024, 5, 6)),
        ("20240506", date(2024, 5, 6)),
        ("2024_05_06_1", date(2024, 5, 6)),
        ("2024-05-06T10:11:12Z", date(2024, 5, 6)),
        ("2024-05-06T23:30:00-05:00", date(2024, 5, 7)),
        ("20240506T101112Z", date(2024, 5, 6)),
        ("TD2_00056_20230815_L2A_004010_01001001", date(2023, 8, 15)),
        ("15-05-2024", date(2024, 5, 15)),
        ("2024_13_06", None),
        ("2023_02_29", None),
        ("2024_05-06", None),
        ("", None),
        ("latest", None),
        ("1234567890", None),
    ],
)
def test_a_day_is_read_out_of_every_date_key(key: str, day: date | None) -> None:
    assert decode.day_of(key) == day


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2022-11-14 12:55:49.125928+00:00", datetime(2022, 11, 14, 12, 55, 49, 125928, UTC)),
        ("2022-11-14T12:55:49Z", datetime(2022, 11, 14, 12, 55, 49, tzinfo=UTC)),
        ("2022-11-14T12:55:49", datetime(2022, 11, 14, 12, 55, 49, tzinfo=UTC)),
        ("2022-11-14 12:55:49 UTC", datetime(2022, 11, 14, 12, 55, 49, tzinfo=UTC)),
        ("2022-11-14 12:55:49 +0530", datetime(2022, 11, 14, 7, 25, 49, tzinfo=UTC)),
        ("2022-11-14T12:55:49.123456789Z", datetime(2022, 11, 14, 12, 55, 49, 123456, UTC)),
        ("2022-11-14", datetime(2022, 11, 14, tzinfo=UTC)),
        ("yesterday", None),
        (None, None),
        (5, None),
        ("0001-01-01T00:00:00+14:00", None),
    ],
)
def test_times_come_with_blank_or_t_with_or_without_fraction_and_offset(text: Any, moment: datetime | None) -> None:
    assert decode.timestamp(text) == moment


@pytest.mark.parametrize(
    "raw",
    [
        {"visualization": [{"id": "a"}]},
        {"visualizations": [{"id": "a"}]},
        {"items": [{"id": "a"}]},
        {"data": [{"id": "a"}]},
        {"results": [{"id": "a"}]},
        {"data": {"visualization": [{"id": "a"}]}},
        {"visualization": {"0": {"id": "a"}}},
        [{"id": "a"}],
    ],
)
def test_a_list_is_found_under_every_known_key(raw: Any) -> None:
    assert decode.page_items(raw, "visualization") == [{"id": "a"}]


# An encoder may leave an empty list out, and only that.
WITHOUT_LIST = ({"pagination": {"total": 0}}, {"count": 0}, {"pagination": {"offset": 0, "limit": 50}})
OTHER_OBJECTS = ({"other": 1}, {"detail": "so says a gateway"}, {"status": "ok"}, {"pagination": {"total": 7}})


@pytest.mark.parametrize("raw", [None, {}, [], {"aois": None}, {"aois": []}, {"aois": {}}, *WITHOUT_LIST])
def test_missing_null_and_empty_all_mean_none(raw: Any) -> None:
    assert decode.page_items(raw, "aois") == []


@pytest.mark.parametrize("raw", ["text", 5, {"aois": "text"}, {"aois": 5}, *OTHER_OBJECTS])
def test_a_list_that_is_none_is_a_bad_answer(raw: Any) -> None:
    with pytest.raises(BadAnswer) as caught:
        decode.page_items(raw, "aois")
    assert caught.value.path == "aois"


def test_a_list_under_another_key_leaves_a_log_line(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        decode.page_items({"visualizations": []}, "visualization")
    assert "visualizations" in caplog.text


@pytest.mark.parametrize(
    ("raw", "total"),
    [
        ({"pagination": {"total": 25}}, 25),
        ({"pagination": {"total": "25"}}, 25),
        ({"count": 3}, 3),
        ({"meta": {"total_count": 7}}, 7),
        ({"data": {"total": 9}}, 9),
        ({"pagination": {"total": None}}, None),
        ({"pagination": {"total": -1}}, None),
        ({"total": float("nan")}, None),
        ({}, None),
        ([], None),
    ],
)
def test_the_total_is_found_under_every_known_name(raw: Any, total: int | None) -> None:
    assert decode.page_total(raw) == total


@pytest.mark.parametrize(
    "body",
    [
        b'{"a": NaN}',
        b"[" * 100_000,
        b'{"a"' + b':{"a"' * 50_000,
        b'"\xff\xfe"',
        b'{"a": 1',
        b"<html>log in</html>",
        b"{} trailing",
        b"\x00\x01\x02",
    ],
)
def test_what_is_no_clean_json_is_a_bad_answer(body: bytes) -> None:
    with pytest.raises(BadAnswer) as caught:
        decode.json_value(body)
    assert "instead of JSON" in caught.value.detail


def test_json_may_begin_with_a_byte_order_mark_or_be_empty() -> None:
    assert decode.json_value(b'\xef\xbb\xbf{"a": 1}') == {"a": 1}
    assert decode.json_value(b" \n") is None


@pytest.mark.parametrize(
    ("body", "facts"),
    [
        (b'{"error":{"code":"E1","message":"no","details":{"a":1}}}', ("E1", "no", {"a": 1})),
        (b'{"error":"no"}', ("", "no", None)),
        (b'{"message":"no","code":7}', ("7", "no", None)),
        (b'{"detail":"no"}', ("", "no", None)),
        (b'"no"', ("", "no", None)),
        (b"plain words", ("", "plain words", None)),
        (b"<html><body>502 Bad Gateway</body></html>", ("", "", None)),
        (b"\xff\xfe\x00", ("", "", None)),
        (b"", ("", "", None)),
    ],
)
def test_error_facts_are_read_as_far_as_they_came(body: bytes, facts: tuple[str, str, Any]) -> None:
    assert decode.error_facts(body) == facts


def test_a_record_that_mentions_an_error_is_no_error_envelope() -> None:
    assert decode.error_envelope(b'{"error": {"code": "E"}}') is not None
    assert decode.error_envelope(b'{"id": "v", "error": "partly cloudy"}') is None
    assert decode.error_envelope(b'{"error": null, "aois": []}') is None


@pytest.mark.parametrize(
    "raw", [{"id": "a"}, {"project": {"id": "a"}}, {"data": {"id": "a"}}, [{"id": "a"}], {"data": [{"id": "a"}]}]
)
def test_a_record_is_taken_out_of_its_wrapper(raw: Any) -> None:
    assert decode.record(raw, "project") == {"id": "a"}


@pytest.mark.parametrize("raw", [None, "text", [], [{}, {}]])
def test_no_record_is_a_bad_answer(raw: Any) -> None:
    with pytest.raises(BadAnswer):
        decode.record(raw, "project")
