from __future__ import annotations

import pytest
from pixxel_explorer.plugin.api.errors import ApiError, TransportFailed
from pixxel_explorer.plugin.api.transport.retrying import is_safe, most_tries, pause, read_retry_after

VISUALIZATION = "/v0/aois/a/visualizations/v"


@pytest.mark.parametrize(
    ("method", "path", "safe"),
    [
        ("GET", "/v0/aois", True),
        ("HEAD", "/file.tif", True),
        ("POST", f"{VISUALIZATION}/png", True),
        ("POST", f"{VISUALIZATION}/sld", True),
        ("POST", f"/base{VISUALIZATION}/sld", True),
        ("POST", "/v0/search", True),
        ("POST", "/v0/aois", False),
        ("POST", "/v0/indices", False),
        ("POST", "/v0/aois/png/visualizations", False),
        ("POST", "/v0/aois/a/downloads", False),
        ("POST", "/v0/png", False),
        ("PUT", f"{VISUALIZATION}/metadata", False),
        ("PATCH", f"{VISUALIZATION}/metadata", False),
        ("PUT", f"{VISUALIZATION}/png", False),
        ("DELETE", "/v0/aois/a", False),
    ],
)
def test_only_what_changes_nothing_is_safe_to_repeat(method: str, path: str, safe: bool) -> None:
    assert is_safe(method, path) is safe


def test_pauses_grow_to_a_ceiling_and_are_jittered() -> None:
    assert [pause(tried, None, lambda: 1.0) for tried in range(1, 8)] == [0.5, 1, 2, 4, 8, 8, 8]
    assert pause(1, None, lambda: 0.0) == 0.25


def test_what_the_server_asks_for_is_waited_up_to_a_minute() -> None:
    assert pause(1, 7.0, lambda: 1.0) == 7.0
    assert pause(1, 3600.0, lambda: 1.0) == 60.0


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        (None, None),
        ("7", 7.0),
        ("0.5", 0.5),
        ("-3", None),
        ("Thu, 01 Jan 1970 00:01:40 GMT", 90.0),
        ("Thu, 01 Jan 1970 00:00:00 GMT", 0.0),
        ("soon", None),
        ("nan", None),
        ("inf", None),
        ("", None),
    ],
)
def test_retry_after_is_seconds_or_a_date(value: str | None, seconds: float | None) -> None:
    assert read_retry_after(value, now=10.0) == seconds


@pytest.mark.parametrize(("kind", "times"), [("proxy", 2), ("read", 5), ("connect", 5)])
def test_a_proxy_that_failed_is_asked_once_more_only(kind: str, times: int) -> None:
    assert most_tries(TransportFailed(kind)) == times


def test_anything_else_is_asked_five_times() -> None:
    assert most_tries(ApiError("502")) == 5


@pytest.mark.parametrize("retry_after", [None, 0.0])
def test_a_server_that_asks_for_no_pause_is_given_a_growing_one(retry_after: float | None) -> None:
    pauses = [pause(tried, retry_after, lambda: 1.0) for tried in (1, 2, 3)]
    assert 0 < pauses[0] < pauses[1] < pauses[2]
