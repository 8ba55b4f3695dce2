"""Error messages about files: not created by the server, damaged, or unsafe to unpack."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..host.i18n import translate
from .raster_sentences import kind_text
from .wording import Action, quoted

_MOST_NAMED = 10


def download_damaged(_error: Any) -> tuple[str, Action]:
    """Return the message that a file's checksum does not match."""
    return translate(
        "Messages",
        "A file arrived damaged and was discarded: its checksum differs from the server's. Download it again.",
    ), Action.RETRY


def no_assets(error: Any) -> tuple[str, Action]:
    """Return the message that there is nothing to download."""
    if error.unready:
        text = translate(
            "Messages", "There are no files, because the server has not finished the assets: {0}. Check again later."
        )
        text = text.format(assets_text(error.unready))
    else:
        text = translate("Messages", "The AOI has no files to download. Choose another one.")
    return text, Action.RELOAD


def assets_text(unready: Sequence[Any]) -> str:
    """Return the list of assets without a file, each with the server's status value."""
    shown = [f"{asset.asset_id} ({quoted(asset.word)})" for asset in unready[:_MOST_NAMED]]
    return ", ".join(shown if len(unready) <= _MOST_NAMED else [*shown, "…"])


def asset_not_ready(error: Any) -> tuple[str, Action]:
    """Return the message that an asset has no file yet or will never have one, with the server's status value."""
    if error.state.has_failed:
        text = translate(
            "Messages", "The server has no value raster for {0}: it says “{1}”. Add this date as a picture instead."
        )
    else:
        text = translate(
            "Messages", "The server has not finished the value raster of {0}: it says “{1}”. Try again later."
        )
    return text.format(error.day or error.asset_id, quoted(error.word)), Action.RETRY


def download_failed(error: Any) -> tuple[str, Action]:
    """Return the message with the reason why the server provided no files."""
    texts = {
        "timeout": translate("Messages", "The server took too long to prepare the files. Try again later."),
        "unnamed": translate(
            "Messages",
            "The server took the request for the files, but gave no address for them. "
            "Try again later, and report it with its details.",
        ),
        "unanswered": translate(
            "Messages",
            "The connection broke while the files were asked for, so the server may or may not be preparing them. "
            "Start again to ask once more.",
        ),
        "address": translate(
            "Messages",
            "The server offers the files at an address that cannot be opened safely. Report it with its details.",
        ),
        "refused": translate(
            "Messages",
            "The server prepared the files, but the addresses it gave were refused. A clock or a proxy may be wrong. "
            "Try again later.",
        ),
    }
    default = translate("Messages", "The server could not prepare the files. Try again later.")
    return texts.get(error.status, default), Action.RETRY


def archive_refused(error: Any) -> tuple[str, Action]:
    """Return the message with the reason why a package is not unpacked."""
    if error.reason == "no-raster":
        text = translate(
            "Messages",
            "The downloaded package contains no raster of this date. Try again, or add the date as a picture.",
        )
    elif error.reason == "foreign":
        text = translate(
            "Messages",
            "The downloaded file is {0} and not a GeoTIFF, so it was not opened. "
            "Try again, or add the date as a picture.",
        ).format(kind_text(error.subject))
    elif error.reason == "unreadable":
        text = translate("Messages", "The downloaded package is damaged or of an unknown kind. Download it again.")
    elif error.reason == "empty":
        text = translate("Messages", "The downloaded package is empty. Try again later, and report it if it stays so.")
    elif error.reason in ("too-big", "too-many"):
        text = translate(
            "Messages", "The downloaded package contains more than is plausible, so it was not unpacked. Report it."
        )
    else:
        text = translate(
            "Messages",
            "The downloaded package contains a file that would be written outside the folder, so it was not unpacked. "
            "Report it.",
        )
    return text, Action.RETRY
