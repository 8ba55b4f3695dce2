"""Sentences about the states of layers, for the indicators in the layer tree."""

from __future__ import annotations

from ..host.i18n import translate
from .message import Message


def loading() -> str:
    """Return that dates are being loaded."""
    return translate("LayerStates", "Dates are being loaded. Click to see how far they are, or to stop.")


def failed() -> str:
    """Return that dates could not be loaded."""
    return translate("LayerStates", "Some dates could not be loaded. Click to see why, and to try again.")


def conflict() -> str:
    """Return that a legend was changed on both sides."""
    return translate("LayerStates", "Your edits of this legend and a change on the server meet. Click to compare them.")


def edited() -> str:
    """Return that a legend has edits that are not pushed."""
    return translate("LayerStates", "The legend of this date has edits that are not pushed. Click to edit it.")


def stale() -> str:
    """Return that the server has another legend than the layer."""
    return translate(
        "LayerStates", "The legend changed on the server since this layer was loaded. Click to load it again."
    )


def approximate() -> str:
    """Return that the place of an image is not certain."""
    return translate("LayerStates", "The place of this image is not certain. Click to check or correct it.")


def placed() -> str:
    """Return that the user chose the place of an image."""
    return translate(
        "LayerStates", "The place of this image was chosen by hand. Click to change it, or to have it measured again."
    )


def other_connection(connection: str) -> Message:
    """Return that a layer belongs to a connection that is not open."""
    text = translate(
        "LayerStates", "This layer came from the connection “{}”, which is not open. Choose it above, then click again."
    )
    return Message(text.format(connection))


def not_listed() -> Message:
    """Return that the visualization of a layer is not among those listed."""
    text = translate(
        "LayerStates",
        "The visualization of this layer is not in the list: it may be filtered out or deleted. "
        "Clear the search, or choose all projects, then click again.",
    )
    return Message(text)
