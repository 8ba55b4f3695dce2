from __future__ import annotations

import pytest
from pixxel_explorer.plugin.api.errors import InvalidConfig
from pixxel_explorer.plugin.api.transport.auth import Credentials


@pytest.mark.parametrize(
    ("key", "scheme", "value"),
    [
        ("abc", "raw", "abc"),
        (" abc\r\n", "raw", "abc"),
        ("abc", "bearer", "Bearer abc"),
        ("Bearer abc", "bearer", "Bearer abc"),
        ("Bearer abc", "raw", "Bearer abc"),
        ("Token abc", "bearer", "Token abc"),
    ],
)
def test_a_pasted_key_becomes_the_header(key: str, scheme: str, value: str) -> None:
    assert Credentials.from_key(key, scheme).headers == (("Authorization", value),)


@pytest.mark.parametrize(
    ("key", "reason"),
    [("", "key-missing"), (" \n", "key-missing"), ("a\nb", "key"), ("a\x00b", "key"), ("schlüssel", "key")],
)
def test_a_key_no_header_can_carry_is_refused(key: str, reason: str) -> None:
    with pytest.raises(InvalidConfig) as caught:
        Credentials.from_key(key)
    assert caught.value.reason == reason
    assert not key.strip() or key not in str(caught.value)


def test_the_key_does_not_show() -> None:
    assert "abc" not in repr(Credentials.from_key("abc"))
