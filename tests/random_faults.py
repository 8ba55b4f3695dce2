"""Faults at random, the same ones for the same seed: connections cut, slow or garbled, other kinds, sizes and types."""

from __future__ import annotations

import gzip
import json
import random
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from .fault_proxy import Exchange, Reply, reply_of

Body = Callable[[random.Random, Reply], Reply]
_STATUSES = (400, 401, 403, 404, 408, 409, 412, 418, 423, 429, 500, 501, 502, 503, 504, 507, 599)
_KINDS = (
    "text/html",
    "application/octet-stream",
    "image/png",
    "text/xml; charset=utf-16",
    "",
    "application/json; x=" + "y" * 300,
)
_PLACES = (
    "/v0/elsewhere",
    "https://login.example.com/?next=/",
    "{own}",
    "ftp://127.0.0.1/x",
    "http://127.0.0.1:9/",
    "//",
    "",
)
_VALUES: tuple[Any, ...] = (
    None,
    True,
    -1,
    10**30,
    1e308,
    "",
    "nan",
    "x" * 5000,
    [],
    {},
    [[]],
    {"a": {"b": []}},
    "\u202e\n",
)


class RandomFaults:
    """Answers as the server does, or with a fault; a request of a method that writes may be carried out before."""

    def __init__(self, seed: int, share: float) -> None:
        self._chance = random.Random(seed)
        self._share = share
        self._lock = threading.Lock()
        self.counts: Counter[str] = Counter()

    def __call__(self, exchange: Exchange) -> None:
        """Answer a request."""
        with self._lock:
            chance = random.Random(self._chance.random())
        if chance.random() > self._share:
            exchange.send(exchange.forward())
            return
        act = chance.choice(_FAULTS)
        with self._lock:
            self.counts[act.__name__.strip("_")] += 1
        act(chance, exchange)


def _changed(change: Body) -> Callable[[random.Random, Exchange], None]:
    def answered(chance: random.Random, exchange: Exchange) -> None:
        exchange.send(change(chance, exchange.forward()))

    answered.__name__ = change.__name__
    return answered


def _lost(chance: random.Random, exchange: Exchange) -> None:
    if chance.random() < 0.5:
        exchange.forward()
    exchange.drop()


def _cut(chance: random.Random, exchange: Exchange) -> None:
    reply = exchange.forward()
    exchange.cut(reply, chance.randrange(len(reply.body) + 1))


def _slow(chance: random.Random, exchange: Exchange) -> None:
    time.sleep(chance.uniform(0.5, 6))
    exchange.send(exchange.forward())


def _garbled(chance: random.Random, exchange: Exchange) -> None:
    exchange.garble(
        chance.choice(
            [b"SSH-2.0-x\r\n\r\n", b"HTTP/1.1 999 \x00\r\n\r\n", chance.randbytes(500), b"HTTP/1.1 200 OK\r\n"]
        )
    )


def _refused(chance: random.Random, exchange: Exchange) -> None:
    status = chance.choice(_STATUSES)
    if chance.random() < 0.3:
        exchange.forward()
    bodies: tuple[Any, ...] = (
        b"",
        {"error": {"message": "so says the server"}},
        {"detail": [1, {}]},
        "<html><title>Busy</title>",
        [],
        "null",
        {"error": 5},
    )
    wait = chance.choice(
        [{}, {"Retry-After": chance.choice(["1", "0", "-5", "soon", "99999999", "Wed, 21 Oct 2015 07:28:00 GMT"])}]
    )
    exchange.send(reply_of(status, chance.choice(bodies), wait))


def _moved(chance: random.Random, exchange: Exchange) -> None:
    place = chance.choice(_PLACES).replace("{own}", exchange.request.path)
    exchange.send(Reply(chance.choice([301, 302, 303, 307, 308, 300, 304]), b"", {"Location": place}))


def _other_kind(chance: random.Random, reply: Reply) -> Reply:
    return replace(
        reply, headers={**reply.headers, "content-type": chance.choice(_KINDS), "Content-Type": chance.choice(_KINDS)}
    )


def _broken_gzip(chance: random.Random, reply: Reply) -> Reply:
    packed = gzip.compress(reply.body or b"{}")
    return replace(
        reply, body=packed[: chance.randrange(1, len(packed))], headers={**reply.headers, "Content-Encoding": "gzip"}
    )


def _huge_headers(chance: random.Random, reply: Reply) -> Reply:
    many = {f"X-{number}": "h" * chance.choice([10, 1000, 8000]) for number in range(chance.choice([1, 90, 400]))}
    return replace(reply, headers={**reply.headers, **many})


def _other_types(chance: random.Random, reply: Reply) -> Reply:
    try:
        content = json.loads(reply.body)
    except ValueError:
        return replace(reply, body=chance.randbytes(max(1, len(reply.body) // 2)))
    return replace(reply, body=json.dumps(_mutated(chance, content)).encode())


def _empty(chance: random.Random, reply: Reply) -> Reply:
    return (
        replace(reply, body=chance.choice([b"", b" ", b"null", b"[]", b"{}", b"\xff\xfe", b"NaN", b'"']))
        if chance.random() < 0.8
        else Reply(204)
    )


def _noise(chance: random.Random, reply: Reply) -> Reply:
    body = bytearray(reply.body)
    for _ in range(min(len(body), chance.choice([1, 5, 100]))):
        body[chance.randrange(len(body))] = chance.randrange(256)
    return replace(reply, body=bytes(body))


def _mutated(chance: random.Random, content: Any) -> Any:
    """Return JSON with some values of another type."""
    if chance.random() < 0.04:
        return chance.choice(_VALUES)
    if isinstance(content, dict):
        return {name: _mutated(chance, value) for name, value in content.items() if chance.random() > 0.02}
    if isinstance(content, list):
        return [_mutated(chance, each) for each in content]
    return content


_FAULTS: tuple[Callable[[random.Random, Exchange], None], ...] = (
    _lost,
    _cut,
    _slow,
    _garbled,
    _refused,
    _moved,
    *map(_changed, (_other_kind, _broken_gzip, _huge_headers, _other_types, _empty, _noise)),
)
