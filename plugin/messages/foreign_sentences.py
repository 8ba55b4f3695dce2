"""Error messages for responses that are not from the API: their origin, the page's text and the remedy."""

from __future__ import annotations

from typing import Any

from ..host.i18n import translate
from .wording import Action, quoted


def foreign_answer(error: Any) -> tuple[str, Action]:
    """Return the message for a filter's page, a login page or a redirect that leads nowhere."""
    texts = {
        "sign-in": translate(
            "Messages",
            "The request to {asked} was answered by {who} instead of the Pixxel platform{words} "
            "Open https://{asked} in a browser and sign in to the network, then try again.",
        ),
        "circle": translate(
            "Messages",
            "The request to {asked} is redirected in a circle by {who} and never reaches the Pixxel platform{words} "
            "Open https://{asked} in a browser to sign in to the network, or ask those who run it.",
        ),
    }
    default = translate(
        "Messages",
        "The request to {asked} was answered by {who} instead of the Pixxel platform{words} "
        "Ask those who run the network to allow {asked}, or correct the address if it is wrong.",
    )
    text = texts.get(error.reason, default)
    return text.format(asked=quoted(error.asked), who=_who(error), words=_words(error.text, error.title)), Action.RETRY


def gateway_failed(error: Any) -> tuple[str, Action]:
    """Return the message for a failure page of the server's gateway or of one in between."""
    title, text = error.page
    if not text:
        return translate(
            "Messages", "The server failed on its side. Nothing is wrong with your input. Try again in a few minutes."
        ), Action.RETRY
    sentence = translate(
        "Messages",
        "The server, or a gateway before it, failed and answered with {who}{words} Try again in a few minutes.",
    )
    return sentence.format(who=_page(title, error.server), words=_words(text, title)), Action.RETRY


def instead_of_answer(error: BaseException | None) -> str:
    """Return a description of the page received in place of a lost response; empty if there was none."""
    if type(error).__name__ != "ForeignAnswer":
        return ""
    text = translate("Messages", "The answer was {who}{words}")
    return text.format(who=_who(error), words=_words(error.text, error.title))  # type: ignore[union-attr]


def _who(error: Any) -> str:
    page = _page(error.title, error.server) if error.title or error.text else quoted(error.server)
    if error.host in ("", error.asked):
        return page or translate("Messages", "a device in the network")
    return f"{quoted(error.host)} ({page})" if page else quoted(error.host)


def _page(title: str, server: str) -> str:
    if title and server:
        return translate("Messages", "the page “{0}” of {1}").format(quoted(title), quoted(server))
    if title:
        return translate("Messages", "the page “{0}”").format(quoted(title))
    if server:
        return translate("Messages", "a page of {0}").format(quoted(server))
    return translate("Messages", "a web page")


def _words(text: str, title: str) -> str:
    """Return the text of a page as the end of a sentence; it is left out where it only repeats the title."""
    is_more = text and text.strip() != title.strip()
    return translate("Messages", ": “{0}”.").format(quoted(text).rstrip(".")) if is_more else "."
