"""Messages to the user: every error is converted to one short message, here only.

Errors are recognised by their class names, so that a message can be made without importing the packages that the
errors come from. A text states the event, its reason and the remedy; codes and ids stay in the details.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..api.secrets import hide, redact
from .error_sentences import SENTENCES, Action, translate
from .numbers import rounded_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..legend.units import Reading

__all__ = [
    "Action",
    "Message",
    "explain",
    "legend_from_style",
    "no_style",
    "units_fitted",
    "units_question",
    "unreadable_style",
]


_NO_ANSWER, _ANSWERED, _GARBLED = "TransportFailed", "RedirectRefused", "protocol"


@dataclass(frozen=True, slots=True)
class Message:
    """A text for the user with its details and a possible action; keys and passwords are redacted.

    ``is_offline`` means that no server answered. Messages with the same ``alike`` are considered the same for several
    operations; without it, those with the same text are.
    """

    text: str
    details: str = ""
    action: Action = Action.NONE
    is_offline: bool = False
    alike: str = ""

    def __post_init__(self) -> None:
        """Redact secrets."""
        object.__setattr__(self, "text", hide(self.text))
        object.__setattr__(self, "details", redact(self.details))


def explain(error: BaseException, *, doing: str = "") -> Message:
    """Return the message for an error; ``doing`` names the act it stopped, as "listing the projects"."""
    if isinstance(error, BaseExceptionGroup):
        return explain(error.exceptions[0], doing=doing)
    names = [cls.__name__ for cls in type(error).__mro__]
    for name in names:
        sentence = SENTENCES.get(name)
        if sentence is not None:
            text, action = sentence(error)
            return Message(text, _details(error, doing), action, is_offline=_is_offline(error, names))
    return Message(_unexpected(doing), _details(error, doing), Action.RETRY)


def _is_offline(error: BaseException, names: Sequence[str]) -> bool:
    """Return whether no server answered; a garbled answer is one."""
    return _NO_ANSWER in names and _ANSWERED not in names and getattr(error, "kind", "") != _GARBLED


def no_style(day: str) -> str:
    """Return the warning for an image whose style document the server did not give."""
    return translate(
        "Messages", "The server gave no style for {0} in this mode. The layer is drawn by its legend instead."
    ).format(day)


def legend_from_style() -> str:
    """Return the warning for a legend that had to be rebuilt from style documents."""
    return translate(
        "Messages",
        "The server listed no legend, so this one was rebuilt from its style. "
        "Edges and labels may be rounded, and areas are missing.",
    )


def unreadable_style(day: str) -> str:
    """Return the warning for a date whose style document could not be read."""
    return translate("Messages", "The legend of {0} could not be read from its style.").format(day)


def units_question(title: str, reading: Reading) -> str:
    """Return the question in which units the legend of a visualization is, with the ranges to decide by."""
    text = translate(
        "Messages",
        "The legend of {0} runs from {1}, its raster from {2}, so it is not coloured yet. "
        "Are the legend's numbers display values (0 to 255), or the raster's own?",
    )
    if reading.spread is not None:
        text = translate(
            "Messages",
            "The legend of {0} runs from {1}, its raster from {2}, so it is not coloured yet. "
            "Are the legend's numbers display values (0 to 255, here {3}), or the raster's own?",
        )
    ranges = (reading.edges, reading.values, reading.spread)
    asked = text.format(title, *(_range_text(found) for found in ranges))
    if reading.scaling is None:
        return asked
    from .fit_messages import scaling_text

    return asked + " " + translate("Messages", "Or else {0} would explain it.").format(scaling_text(reading.scaling))


def _range_text(found: tuple[float, float] | None) -> str:
    if found is None:
        return "?"
    return translate("Messages", "{0} to {1}").format(rounded_text(found[0], 3), rounded_text(found[1], 3))


def units_fitted(day: str, units: str) -> str:
    """Return the warning for an image drawn by the units that fit, since the user could not be asked."""
    if units == "display":
        return translate(
            "Messages", "The legend of {0} fits the raster as display values of 0 to 255 only, and is drawn so."
        ).format(day)
    return translate(
        "Messages", "The legend of {0} does not fit the raster's values, so the layer may be drawn wrong; check it."
    ).format(day)


def _details(error: BaseException, doing: str) -> str:
    lines = [f"{doing}:" if doing else "", f"{type(error).__name__}: {error}"]
    request_id = getattr(error, "request_id", "")
    if request_id:
        lines.append(f"request id: {request_id}")
    given = getattr(error, "details", None)
    if given:
        lines.append(str(given)[:1000])
    return "\n".join(line for line in lines if line)


def _unexpected(doing: str) -> str:
    if not doing:
        return translate("Messages", "Something unexpected went wrong. Try again, and report it with its details.")
    return translate("Messages", "Something unexpected stopped {0}. Try again, and report it with its details.").format(
        doing
    )
