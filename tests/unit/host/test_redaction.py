"""No log shows a key or a signature."""

from __future__ import annotations

import base64

import pytest
from pixxel_explorer.plugin.host.redaction import HIDDEN, redact, remember


@pytest.mark.parametrize(
    "text",
    [
        "Authorization: s3cr3t-key-value",
        "authorization=Bearer s3cr3t-key-value",
        "{'Authorization': 's3cr3t-key-value'}",
        "[(b'Authorization', b's3cr3t-key-value')]",
        "Proxy-Authorization: Basic s3cr3t-key-value",
        "sent Bearer s3cr3t-key-value to the server",
        "GET https://files.example/a.tif?sig=s3cr3t-key-value&se=2030 failed",
        "proxy http://user:s3cr3t-key-value@proxy:3128 refused",
    ],
)
def test_secrets_are_hidden(text: str) -> None:
    shown = redact(text)
    assert "s3cr3t" not in shown
    assert HIDDEN in shown


def test_a_known_key_is_hidden_wherever_it_stands() -> None:
    remember("Bearer abcdef-123456\n")
    assert redact("the server said: no such key abcdef-123456!") == f"the server said: no such key {HIDDEN}!"


@pytest.mark.parametrize(
    "text",
    ["Loaded 3 dates of NDVI", "GET https://api.pixxel.space/v0/aois/ answered 404", "authorisation refused", "12:30"],
)
def test_ordinary_text_stays(text: str) -> None:
    remember("")
    remember("NDVI")  # too short to be a key
    assert redact(text) == text


@pytest.mark.parametrize("prefix", ["", "a", "ab", "user:", "Bearer "])
def test_a_key_is_hidden_in_base64_wherever_it_begins(prefix: str) -> None:
    remember("some-long/key+4711")
    code = base64.b64encode(f"{prefix}some-long/key+4711 and more".encode()).decode()
    shown = redact(f"sent {code}")
    assert "long" not in base64.b64decode(shown.split(HIDDEN)[0].removeprefix("sent ") + "==").decode(errors="ignore")
    assert HIDDEN in shown


@pytest.mark.parametrize("form", ["some-long%2Fkey%2B4711", "some-long%2fkey%2b4711", "SOME-LONG/KEY+4711"])
def test_a_key_is_hidden_in_an_address_and_in_any_letter_case(form: str) -> None:
    remember("some-long/key+4711")
    assert redact(f"to {form} now") == f"to {HIDDEN} now"
