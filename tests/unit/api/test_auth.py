from __future__ import annotations

import pytest
from pixxel_explorer.plugin.api.config import AuthScheme
from pixxel_explorer.plugin.api.errors import InvalidConfig
from pixxel_explorer.plugin.api.transport.auth import Credentials


@pytest.mark.parametrize(
    ("key", "scheme", "value"),
    [
        ("abc", AuthScheme.RAW, "abc"),
        (" abc\r\n", AuthScheme.RAW, "abc"),
        ("abc", AuthScheme.BEARER, "Bearer abc"),
        ("Bearer abc", AuthScheme.BEARER, "Bearer abc"),
        ("Bearer abc", AuthScheme.RAW, "Bearer abc"),
        ("Token abc", AuthScheme.BEARER, "Token abc"),
    ],
)
def test_a_pasted_key_becomes_the_header(key: str, scheme: AuthScheme, value: str) -> None:
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
