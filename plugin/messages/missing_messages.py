"""Messages about images of a project whose files are missing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from ..host.i18n import translate
from .message import Message
from .numbers import count_text
from .wording import quoted


def missing_images(count: int) -> Message:
    """Return that images of the open project are missing."""
    if count == 1:
        return Message(
            translate(
                "MissingImages", "An image of this project is missing, because its file was deleted, moved or damaged."
            )
        )
    text = translate(
        "MissingImages", "{0} images of this project are missing, because their files were deleted, moved or damaged."
    )
    return Message(text.format(count_text(count)))


def fetch_again() -> str:
    """Return the words of the button that fetches missing images."""
    return translate("MissingImages", "Fetch Again")


def connect_and_fetch() -> str:
    """Return the words of the button that opens the connection of missing images, and fetches them."""
    return translate("MissingImages", "Connect and Fetch")


def of_other_connection(name: str, opened: str) -> Message:
    """Return that missing images came from a connection that is not the open one."""
    text = translate(
        "MissingImages",
        "The missing images came from the connection “{0}”, but “{1}” is open: connect to “{0}” to fetch them.",
    )
    return Message(text.format(quoted(name), quoted(opened)))


def not_connected() -> Message:
    """Return that missing images cannot be fetched without a connection."""
    text = translate(
        "MissingImages",
        "The missing images cannot be fetched, because no connection is open: connect in Pixxel Explorer first.",
    )
    return Message(text)


def fetching(count: int) -> str:
    """Return the label of the job that fetches missing images."""
    if count == 1:
        return translate("MissingImages", "Fetching a missing image")
    return translate("MissingImages", "Fetching {0} missing images").format(count_text(count))


def fetched(count: int) -> Message:
    """Return that all missing images were fetched."""
    if count == 1:
        return Message(translate("MissingImages", "The missing image was fetched again."))
    return Message(translate("MissingImages", "{0} missing images were fetched again.").format(count_text(count)))


def not_fetched(total: int, failures: Sequence[tuple[str, Message]]) -> Message:
    """Return that missing images could not be had: how many, the commonest reason, and in the details each."""
    failures = sorted(failures, key=lambda failure: failure[0])
    reason, times = Counter(message.text for _, message in failures).most_common(1)[0]
    if total == 1:
        text = translate("MissingImages", "The missing image could not be fetched: ") + reason
    else:
        counts = count_text(len(failures)), count_text(total)
        text = translate("MissingImages", "{0} of {1} missing images could not be fetched: ").format(*counts) + reason
    if times < len(failures):
        text += " " + translate("MissingImages", "Others failed for other reasons; see the details.")
    return Message(text, "\n\n".join(f"{day}: {message.text}\n{message.details}" for day, message in failures))
