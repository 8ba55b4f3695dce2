"""Messages about writes that were not confirmed or that the server refused: the known facts and the next step."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from ..api.transport.retrying import is_safe
from ..host.i18n import translate
from .foreign_sentences import instead_of_answer
from .wording import Action, quoted

_Sentence = Callable[[], str]
_STATES = frozenset({409, 412, 423, 428})  # of what is asked for, not of the request


def outcome_unknown(error: Any) -> tuple[str, Action]:
    """Return the message that a write was sent and may or may not have taken effect, and how to find out."""
    path = error.path.rstrip("/")
    found = (
        sentence for method, pattern, sentence in _SENTENCES if method == error.method and re.search(pattern, path)
    )
    text = next(found, _change)()
    return " ".join(filter(None, (text, instead_of_answer(error.cause), _failure(error.cause)))), Action.RELOAD


def _failure(error: Any) -> str:
    """Return the text that a server or a gateway returned when it failed after a write was sent."""
    message = getattr(error, "message", "")
    return translate("Messages", "It answered “{0}”.").format(quoted(message)) if message else ""


def not_created(error: Any) -> tuple[str, Action]:
    """Return the message that a creation was not confirmed, and that the server does not list the resource."""
    text = translate(
        "Messages",
        "The server did not confirm that it created {0}, and does not list it. Most likely it was not created: "
        "check the list again in a minute, then create it again.",
    )
    return text.format(quoted(error.name)), Action.RELOAD


def created_text(name: str) -> str:
    """Return the warning that a creation was not confirmed and was found to be done."""
    text = translate(
        "Messages", "The server did not confirm that it created {0}, but now lists it, so nothing was sent again."
    )
    return text.format(quoted(name))


def rollback_uncertain(error: Any) -> tuple[str, Action]:
    """Return the message that a rollback was not confirmed, and that the legend is the same as before."""
    text = translate(
        "Messages",
        "The rollback was not confirmed, and the server holds the same legend of {0} as before: it did not happen, or "
        "the legend was already the computed one. Roll back again if it should differ.",
    )
    return text.format(", ".join(error.days)), Action.RELOAD


def refused_by_state(error: Any) -> tuple[str, Action] | None:
    """Return why a request was refused that is right in itself; nothing for other refusals."""
    if error.status in _STATES and error.method and is_safe(error.method, error.path):
        text = translate("Messages", "The server has this locked or is changing it, so it was not read.")
        again = translate("Messages", "Try again in a minute.")
        return " ".join(filter(None, (text, _words(error.message), again))), Action.RETRY
    texts = {
        412: translate("Messages", "Nothing was changed: on the server it is no longer as it was when it was read."),
        423: translate("Messages", "Nothing was changed: the server has it locked."),
        428: translate("Messages", "Nothing was changed: the server asks for a condition this version does not send."),
    }
    if error.status not in texts:
        return None
    more = translate("Messages", "Reload to see what it holds now, then try again.")
    return " ".join(filter(None, (texts[error.status], _words(error.message), more))), Action.RELOAD


def _words(message: str) -> str:
    return translate("Messages", "It says “{0}”.").format(quoted(message)) if message else ""


def _change() -> str:
    return translate(
        "Messages",
        "The change was sent once and not confirmed, so it may or may not be in place. "
        "Reload to see what the server holds before trying again.",
    )


def redirect_refused(error: Any) -> tuple[str, Action]:
    """Return the message that a request was answered by a redirect, which was not followed."""
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
        "The legend was sent once, and the server did not confirm it, so it may or may not be in place. "
        "Reload the legend to see which one the server holds before pushing again.",
    )


def _rollback() -> str:
    return translate(
        "Messages",
        "The rollback was sent once, and the server did not confirm it, so it may or may not have happened. "
        "Reload the legend to see which one the server holds before rolling back again.",
    )


def _aoi() -> str:
    return translate(
        "Messages",
        "The area of interest was sent once, and the server did not confirm it, so it may or may not exist. "
        "Reload the list and look for its name before creating it again.",
    )


def _index() -> str:
    return translate(
        "Messages",
        "The index was sent once, and the server did not confirm it, so it may or may not exist. "
        "Reload the indices and look for its name before creating it again.",
    )


def _visualization() -> str:
    return translate(
        "Messages",
        "The visualization was asked for once, and the server did not confirm it, so it may or may not be under way. "
        "Reload the area of interest and look for it before creating it again.",
    )


def _paid() -> str:
    return translate(
        "Messages",
        "The order was sent once, and the server did not confirm it, so it may or may not be placed and paid. "
        "Check the list of orders before ordering again.",
    )


def _run() -> str:
    return translate(
        "Messages",
        "The run was asked for once, and the server did not confirm it, so it may or may not be under way and paid. "
        "Check the list of runs before starting another.",
    )


def _package() -> str:
    return translate(
        "Messages",
        "The package was asked for once, and the server did not confirm it, so the server may or may not be preparing "
        "it. Nothing of yours was changed: ask for it again.",
    )


def _delivery() -> str:
    return translate(
        "Messages",
        "The delivery was asked for once, and the server did not confirm it, so it may or may not be under way. "
        "Check the list of deliveries before asking again.",
    )


def _store() -> str:
    return translate(
        "Messages",
        "The store was sent once, and the server did not confirm it, so it may or may not exist. "
        "Check the list of stores before adding it again.",
    )


def _removal() -> str:
    return translate(
        "Messages",
        "The removal was asked for once, and the server did not confirm it, so it may or may not have happened. "
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
