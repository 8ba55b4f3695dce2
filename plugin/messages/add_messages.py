"""Messages about dates that are added to the map."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from ..host.i18n import translate
from .message import Message
from .numbers import count_text
from .wording import quoted


def already_there(title: str, days: Sequence[str], shown: str, above: Sequence[str] = ()) -> Message:
    """Return the message that all requested dates are on the map, with the date shown and the layers above it."""
    if len(days) == 1 and above:
        text = translate("Adding", "{3} of {1} is on the map already; it is shown below {2}, which may hide it.")
    elif len(days) == 1:
        text = translate("Adding", "{3} of {1} is on the map already; it is shown now.")
    elif above:
        text = translate(
            "Adding", "All {0} dates of {1} are on the map already; {3} is shown below {2}, which may hide it."
        )
    else:
        text = translate("Adding", "All {0} dates of {1} are on the map already; {3} is shown.")
    return Message(text.format(count_text(len(days)), title, _layers(above), shown), "\n".join(above[1:] and above))


def there_at_another_time(title: str, days: Sequence[str], shown: str) -> Message:
    """Return that all dates asked for are on the map already, which is limited to a time without them."""
    text = translate(
        "Adding",
        "All {0} dates of {1} are on the map already, but the map is limited to a time without {2}. "
        "Switch QGIS's temporal navigation off to see it.",
    )
    one = translate(
        "Adding",
        "{2} of {1} is on the map already, but the map is limited to another time. "
        "Switch QGIS's temporal navigation off to see it.",
    )
    return Message((text if len(days) > 1 else one).format(count_text(len(days)), title, shown))


def hide_above() -> str:
    """Return the label of the button that hides the layers above the dates."""
    return translate("Adding", "Hide What Is Above")


def _layers(names: Sequence[str]) -> str:
    if len(names) == 1:
        return f"“{quoted(names[0])}”"
    return translate("Adding", "{0} layers").format(count_text(len(names)))


def load_again() -> str:
    """Return the words of the button that loads dates once more."""
    return translate("Adding", "Load Again")


def elsewhere(aoi: str) -> Message:
    """Return that the map does not show an AOI of which dates are added."""
    return Message(translate("Adding", "The map does not show “{0}”, to which dates are added.").format(quoted(aoi)))


def in_part(aoi: str) -> Message:
    """Return that the map shows only a part of an AOI of which dates are added."""
    text = translate("Adding", "The map shows only a part of “{0}”, to which dates are added.")
    return Message(text.format(quoted(aoi)))


def tiny(aoi: str) -> Message:
    """Return that the map shows an AOI of which dates are added too small to see anything."""
    return Message(
        translate("Adding", "“{0}”, to which dates are added, is very small on the map.").format(quoted(aoi))
    )


def pictures_hidden() -> Message:
    """Return that pictures were hidden because a layer without one was added above them."""
    text = translate(
        "Adding", "The pictures below are hidden, because their painted legends would be visible beside the new layer."
    )
    return Message(text)


def show_pictures() -> str:
    """Return the words of the button that shows the pictures below others again."""
    return translate("Adding", "Show Pictures")


def zoom_there() -> str:
    """Return the words of the button that brings an AOI into view."""
    return translate("Adding", "Zoom to AOI")


def project_closed(loads: Sequence[tuple[str, int, int]]) -> Message:
    """Return that loads ended with their project; each as its title, the dates that were added and all its dates."""
    if len(loads) == 1:
        title, added, total = loads[0]
        text = translate(
            "Adding", "The project was closed, so loading {0} ended: {1} of {2} dates had been added to it."
        )
        return Message(text.format(title, count_text(added), count_text(total)))
    text = translate("Adding", "The project was closed, so {0} loads ended: {1} of {2} dates had been added to it.")
    added, total = sum(load[1] for load in loads), sum(load[2] for load in loads)
    line = translate("Adding", "{0}: {1} of {2} dates")
    details = "\n".join(line.format(title, count_text(n), count_text(of)) for title, n, of in loads)
    return Message(text.format(count_text(len(loads)), count_text(added), count_text(total)), details)


def not_loaded(title: str, total: int, failures: Sequence[tuple[str, Message]]) -> Message:
    """Return that dates of a load could not be had: how many, the commonest reason, and in the details each."""
    failures = sorted(failures, key=lambda failure: failure[0])
    reason, times = Counter(message.text for _, message in failures).most_common(1)[0]
    text = _counted(title, total, [day for day, _ in failures]) + reason
    if times < len(failures):
        text += " " + translate("Adding", "Others failed for other reasons; see the details.")
    details = [f"{day}: {message.text}\n{message.details}" for day, message in failures]
    action = next(message.action for _, message in failures if message.text == reason)
    return Message(text, "\n\n".join(details), action, alike=f"not loaded: {reason}")


def _counted(title: str, total: int, days: Sequence[str]) -> str:
    if total == 1:
        return translate("Adding", "{0} of {1} could not be loaded: ").format(days[0], title)
    text = translate("Adding", "{0} of {1} dates of {2} could not be loaded: ")
    return text.format(count_text(len(days)), count_text(total), title)
