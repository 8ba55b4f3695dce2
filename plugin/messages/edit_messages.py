"""Messages about the reasons why the map does not show the edited legend."""

from __future__ import annotations

from collections.abc import Sequence

from ..host.i18n import translate
from .message import Message
from .numbers import count_text
from .wording import quoted


def edited_elsewhere() -> Message:
    """Return the note that another editor has the same legend open."""
    text = translate(
        "Edits",
        "This legend is also open in another QGIS window. Each window keeps a draft of its own; "
        "before the second push the two are compared.",
    )
    return Message(text)


def other_draft(moment: str, dates: int) -> Message:
    """Return the note that a legend has another draft, which no editor has open."""
    text = translate("Edits", "There is another draft of this legend, saved {0}, with edits on {1} of its dates.")
    return Message(text.format(moment, count_text(dates)))


def draft_not_saved(reason: Message) -> Message:
    """Return the message that edits are in memory only."""
    text = translate("Edits", "The draft could not be saved, so edits would be lost on closing. {0}")
    return Message(text.format(reason.text), reason.details)


def not_saved_elsewhere(name: str, reason: Message) -> Message:
    """Return the message that edits could not be saved in a file chosen by the person, either."""
    text = translate("Edits", "The edits could not be saved in {0} either, so they would be lost on closing. {1}")
    return Message(text.format(name, reason.text), reason.details)


def saved_elsewhere(name: str) -> Message:
    """Return the message that edits were saved in a file chosen by the person."""
    text = translate("Edits", "The edits are saved in {0}. The algorithm Push Legend can send them from there.")
    return Message(text.format(name))


def not_loaded(day: str, reason: Message) -> Message:
    """Return the note that the values of a date could not be had, so that there is nothing to draw."""
    text = translate("Edits", "The map cannot follow the edits of {0}. {1}").format(day, reason.text)
    return Message(text, reason.details)


def project_closed() -> Message:
    """Return the note that the edited legend was shown in a project that is no longer open."""
    text = translate(
        "Edits",
        "The project was closed, so the map does not follow your edits. Choose a date to see them in this project.",
    )
    return Message(text)


def no_date() -> Message:
    """Return the note that a legend belongs to no acquisition date."""
    return Message(translate("Edits", "The map cannot follow, since this legend has no acquisition date of its own."))


def other_time(day: str) -> Message:
    """Return the note that the map is limited to a range of time without the date."""
    text = translate(
        "Edits", "The map is limited to a time without {0}. Switch QGIS's temporal navigation off to see it."
    )
    return Message(text.format(day))


def covered(names: Sequence[str]) -> Message:
    """Return the note that the user's own layers are drawn above the edited one."""
    if len(names) == 1:
        text = translate("Edits", "“{0}” lies above what you edit and may hide it. Move it down in the layer list.")
        return Message(text.format(quoted(names[0])))
    text = translate("Edits", "{0} layers lie above what you edit and may hide it. Move them down in the layer list.")
    return Message(text.format(count_text(len(names))), "\n".join(names))
