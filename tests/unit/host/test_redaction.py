"""No log shows a key or a signature."""

from __future__ import annotations

import base64
import html
import json
import time
from urllib.parse import quote, quote_plus

import pytest
from pixxel_explorer.plugin.api.secrets import hide_repeated
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
    assert redact("the server texts: no such key abcdef-123456!") == f"the server texts: no such key {HIDDEN}!"


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


@pytest.mark.parametrize("prefix", ["", "a", "ab"])
def test_the_padded_end_of_base64_is_hidden_with_the_key(prefix: str) -> None:
    remember("some-long/key+4711")
    code = base64.b64encode(f"{prefix}some-long/key+4711".encode()).decode()
    assert redact(f"sent {code}.").endswith(f"{HIDDEN}.")


@pytest.mark.parametrize("form", ["some-long%2Fkey%2B4711", "some-long%2fkey%2b4711", "SOME-LONG/KEY+4711"])
def test_a_key_is_hidden_in_an_address_and_in_any_letter_case(form: str) -> None:
    remember("some-long/key+4711")
    assert redact(f"to {form} now") == f"to {HIDDEN} now"


ODD_KEY = 'k3y/Ab+c=d"e-&ZzQ 9pLmN0'


@pytest.mark.parametrize(
    "form",
    [
        ODD_KEY,
        quote(ODD_KEY),
        quote_plus(ODD_KEY),
        quote(quote(ODD_KEY, safe=""), safe=""),
        "".join(f"%{byte:02x}" for byte in ODD_KEY.encode()),
        json.dumps(ODD_KEY)[1:-1],
        json.dumps(json.dumps(ODD_KEY))[3:-3],
        json.dumps(ODD_KEY)[1:-1].replace("/", "\\/"),
        "".join(f"\\u{ord(letter):04x}" for letter in ODD_KEY),
        html.escape(ODD_KEY),
        html.escape(html.escape(ODD_KEY)),
        "".join(f"&#{ord(letter)};" for letter in ODD_KEY),
        "".join(f"&#x{ord(letter):x};" for letter in ODD_KEY),
        ODD_KEY.encode().hex(),
        ODD_KEY.encode().hex(":").upper(),
    ],
)
def test_a_key_is_hidden_however_its_letters_are_escaped(form: str) -> None:
    remember(ODD_KEY)
    assert redact(f"sent {form}!") == f"sent {HIDDEN}!"


def test_a_long_text_of_escapes_is_read_in_one_pass() -> None:
    remember(ODD_KEY)
    began = time.process_time()
    for part in ("\\", "%25", "&amp;", "6b:", "k"):
        redact(part * 50_000)
    assert time.process_time() - began < 2


@pytest.mark.parametrize("form", [ODD_KEY, json.dumps(ODD_KEY)[1:-1], quote(ODD_KEY, safe="")])
def test_a_good_answer_keeps_all_but_the_key(form: str) -> None:
    answer = f"<sld>\udcff {form} and 100 % more</sld>".encode("utf-8", "surrogateescape")
    hidden = hide_repeated(answer, [ODD_KEY])
    assert hidden == f"<sld>\udcff {HIDDEN} and 100 % more</sld>".encode("utf-8", "surrogateescape")


def test_a_password_that_is_a_word_is_left_in_good_answers() -> None:
    assert hide_repeated(b'{"label": "meadow"}', ["meadow"]) == b'{"label": "meadow"}'
