"""Messages about styles read from SLD documents or written to them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from ..host.i18n import translate
from .message import Message
from .numbers import count_text
from .wording import Action, quoted


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of one layer.

    Attributes:
        layer: its name.
        notes: messages about parts that are drawn, or written, otherwise than intended.
        styles: further styles that were added to the layer, by name.
        problem: the reason why nothing was done; the other fields are then empty.
    """

    layer: str
    notes: tuple[str, ...] = ()
    styles: tuple[str, ...] = ()
    problem: Message | None = None


def drawn(file: str, outcomes: Sequence[Outcome]) -> Message:
    """Return the message after layers were drawn by a document; whatever was drawn can be taken back."""
    message = _drawn(file, outcomes)
    return message if all(outcome.problem for outcome in outcomes) else replace(message, action=Action.UNDO)


def _drawn(file: str, outcomes: Sequence[Outcome]) -> Message:
    if any(outcome.problem for outcome in outcomes):
        text = translate("Styles", "{0} of {1} layers could not be drawn by “{2}”; the details say why.")
        return _obstacle(text, file, outcomes)
    if len(outcomes) == 1:
        text = translate("Styles", "“{0}” is drawn by “{1}”").format(quoted(outcomes[0].layer), quoted(file))
        menu = translate("Styles", "; further styles are in its Styles menu: {0}")
    else:
        text = translate("Styles", "{0} layers are drawn by “{1}”").format(count_text(len(outcomes)), quoted(file))
        menu = translate("Styles", "; further styles are in their Styles menus: {0}")
    styles = list(dict.fromkeys(style for outcome in outcomes for style in outcome.styles))
    return _done(text + (menu.format(quoted(", ".join(styles))) if styles else ""), outcomes)


def shared(master: str, outcomes: Sequence[Outcome]) -> Message:
    """Return the message after the other dates of a layer were drawn as it is; it can be taken back."""
    if not outcomes:
        text = translate("Styles", "“{0}” has no other dates to draw like it; add some to the map first.")
        return Message(text.format(quoted(master)))
    if any(outcome.problem for outcome in outcomes):
        text = translate("Styles", "{0} of {1} layers could not be drawn like “{2}”; the details say why.")
        return replace(_obstacle(text, master, outcomes), action=Action.UNDO)
    one = translate("Styles", "Another date is drawn like “{1}” now.")
    several = translate("Styles", "{0} other dates are drawn like “{1}” now.")
    text = (one if len(outcomes) == 1 else several).format(count_text(len(outcomes)), quoted(master))
    return Message(text, action=Action.UNDO)


def own_style_shown(layers: Sequence[tuple[str, str]]) -> Message:
    """Return the note that edits of a legend are not seen on layers, given by name with the style they show."""
    if len(layers) == 1:
        text = translate("Styles", "“{0}” shows your style “{1}”, which edits of the legend do not change; ")
        text = text.format(quoted(layers[0][0]), quoted(layers[0][1]))
        return Message(text + translate("Styles", "choose “default” in its Styles menu to see them."))
    text = translate("Styles", "{0} layers show styles of yours, which edits of the legend do not change; ")
    return Message(
        text.format(count_text(len(layers)))
        + translate("Styles", "choose “default” in their Styles menus to see the edits.")
    )


def undone(layers: Sequence[str], changed: Sequence[str]) -> Message:
    """Return the message after drawings were taken back; ``changed`` are layers that were restyled since."""
    if changed:
        one = translate("Styles", "{0} was restyled since, so it is left as it is; use its Styles menu.")
        several = translate("Styles", "{0} were restyled since, so they are left as they are; use their Styles menus.")
        names = ", ".join(f"“{quoted(name)}”" for name in changed)
        return Message((one if len(changed) == 1 else several).format(names))
    if len(layers) == 1:
        return Message(translate("Styles", "“{0}” is drawn as before.").format(quoted(layers[0])))
    return Message(translate("Styles", "{0} layers are drawn as before.").format(count_text(len(layers))))


def saved(file: str, outcomes: Sequence[Outcome]) -> Message:
    """Return the message after the drawing of layers was written; ``file`` is the folder where there are several."""
    if any(outcome.problem for outcome in outcomes):
        text = translate("Styles", "{0} of {1} styles could not be saved in “{2}”; the details say why.")
        return _obstacle(text, file, outcomes)
    if len(outcomes) == 1:
        text = translate("Styles", "The style of “{0}” is saved as “{1}”")
        return _done(text.format(quoted(outcomes[0].layer), quoted(file)), outcomes)
    text = translate("Styles", "The styles of {0} layers are saved in “{1}”").format(
        count_text(len(outcomes)), quoted(file)
    )
    return _done(text, outcomes)


def unreadable(error: OSError, file: str) -> Message:
    """Return the message for a document that cannot be opened."""
    if isinstance(error, FileNotFoundError):
        text = translate("Styles", "The style document “{0}” is not there; it may have been moved or renamed.")
    else:
        text = translate("Styles", "The style document “{0}” cannot be read; check that it is a file you may open.")
    return Message(text.format(quoted(file)), f"{type(error).__name__}: {error}")


def current_style_only(name: str) -> str:
    """Return the note for a layer with several styles, of which one is written."""
    return translate("Styles", "Layer: only its current style is saved, “{0}”.").format(quoted(name))


def no_raster() -> Message:
    """Return the message where no raster layer is chosen that could be drawn."""
    return Message(translate("Styles", "No raster layer that can be drawn is selected; select one in the layer tree."))


def parser_missing(package: str) -> Message:
    """Return the message where documents cannot be read before a package is installed."""
    text = translate("Styles", "The Python package that reads SLD safely is missing ({0}); install it from the panel.")
    return Message(text.format(package), action=Action.OPEN_PANEL)


def _obstacle(text: str, file: str, outcomes: Sequence[Outcome]) -> Message:
    failed = [outcome.problem for outcome in outcomes if outcome.problem]
    if len(outcomes) == 1:
        return failed[0]
    return Message(text.format(count_text(len(failed)), count_text(len(outcomes)), quoted(file)), _details(outcomes))


def _done(text: str, outcomes: Sequence[Outcome]) -> Message:
    count = len({note for outcome in outcomes for note in outcome.notes})
    if count == 1:
        text += translate("Styles", ", with one note in the details")
    elif count:
        text += translate("Styles", ", with {0} notes in the details").format(count_text(count))
    return Message(f"{text}.", _details(outcomes))


def _details(outcomes: Sequence[Outcome]) -> str:
    """Return the notes and problems, by layer where there are several."""
    lines: list[str] = []
    for outcome in outcomes:
        lines_of_one = [outcome.problem.text] if outcome.problem else list(outcome.notes)
        if lines_of_one and len(outcomes) > 1:
            lines.append(f"{quoted(outcome.layer)}:")
        lines += lines_of_one
    return "\n".join(lines)


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
