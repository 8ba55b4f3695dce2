"""Sentences about writes whose answer was lost: what is known, and where to look before anything is sent again."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from .foreign_sentences import instead_of_answer
from .wording import Action, quoted, translate

_Sentence = Callable[[], str]


def outcome_unknown(error: Any) -> tuple[str, Action]:
    """Say that a write was sent and may or may not have taken effect, and how to find out."""
    path = error.path.rstrip("/")
    found = (
        sentence for method, pattern, sentence in _SENTENCES if method == error.method and re.search(pattern, path)
    )
    text = next(found, _change)()
    return " ".join(filter(None, (text, instead_of_answer(error.cause)))), Action.RELOAD


def _change() -> str:
    return translate(
        "Messages",
        "The connection broke before the server answered, so the change may or may not be in place. "
        "Reload to see what the server holds before trying again.",
    )


def redirect_refused(error: Any) -> tuple[str, Action]:
    """Say that a request was answered by pointing elsewhere, and that it was not sent there."""
    if error.method in ("GET", "HEAD"):
        text = translate(
            "Messages",
            "The server answered with a redirect ({0}) to an address that cannot be trusted ({1}), so it was not "
            "followed. Check the address of the connection.",
        )
    else:
        text = translate(
            "Messages",
            "The server answered with a redirect ({0}) to {1}, where nothing is sent again. Nothing is known to have "
            "been stored. Check the address of the connection, then reload before trying again.",
        )
    return text.format(error.status, quoted(error.host)), Action.OPEN_SETTINGS


def _legend() -> str:
    return translate(
        "Messages",
        "The legend was sent once, and the server's answer was lost, so it may or may not be in place. "
        "Reload the legend to see which one the server holds before pushing again.",
    )


def _rollback() -> str:
    return translate(
        "Messages",
        "The rollback was sent once, and the server's answer was lost, so it may or may not have happened. "
        "Reload the legend to see which one the server holds before rolling back again.",
    )


def _aoi() -> str:
    return translate(
        "Messages",
        "The area of interest was sent once, and the server's answer was lost, so it may or may not exist. "
        "Reload the list and look for its name before creating it again.",
    )


def _index() -> str:
    return translate(
        "Messages",
        "The index was sent once, and the server's answer was lost, so it may or may not exist. "
        "Reload the indices and look for its name before creating it again.",
    )


def _visualization() -> str:
    return translate(
        "Messages",
        "The visualization was asked for once, and the server's answer was lost, so it may or may not be under way. "
        "Reload the area of interest and look for it before creating it again.",
    )


def _paid() -> str:
    return translate(
        "Messages",
        "The order was sent once, and the server's answer was lost, so it may or may not be placed and paid. "
        "Look at the list of orders before ordering again.",
    )


def _run() -> str:
    return translate(
        "Messages",
        "The run was asked for once, and the server's answer was lost, so it may or may not be under way and paid. "
        "Look at the list of runs before starting another.",
    )


def _package() -> str:
    return translate(
        "Messages",
        "The package was asked for once, and the server's answer was lost, so it may or may not be in the making. "
        "Nothing of yours was changed: ask for it again.",
    )


def _delivery() -> str:
    return translate(
        "Messages",
        "The delivery was asked for once, and the server's answer was lost, so it may or may not be under way. "
        "Look at the list of deliveries before asking again.",
    )


def _store() -> str:
    return translate(
        "Messages",
        "The store was sent once, and the server's answer was lost, so it may or may not exist. "
        "Look at the list of stores before adding it again.",
    )


def _removal() -> str:
    return translate(
        "Messages",
        "The removal was asked for once, and the server's answer was lost, so it may or may not have happened. "
        "Reload the list to see whether it is still there before removing it again.",
    )


_SENTENCES: tuple[tuple[str, str, _Sentence], ...] = (
    ("PUT", r"/visualizations/[^/]+/metadata$", _legend),
    ("PATCH", r"/visualizations/[^/]+/metadata$", _rollback),
    ("POST", r"/aois$", _aoi),
    ("POST", r"/indices$", _index),
    ("POST", r"/visualizations$", _visualization),
    ("POST", r"/orders$", _paid),
    ("POST", r"/(insights|jobs)$", _run),
    ("POST", r"/(downloads|catalogs/download)$", _package),
    ("PUT", r"/download$", _package),
    ("POST", r"/catalogs/deliveries$", _delivery),
    ("POST", r"/stores$", _store),
    ("DELETE", r"", _removal),
)
