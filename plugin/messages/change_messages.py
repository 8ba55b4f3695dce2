"""Messages about layers that show the changes between two dates."""

from __future__ import annotations

from ..host.i18n import translate


def no_values() -> str:
    """Return why a difference cannot be made of some layers."""
    return translate(
        "Changes", "These layers hold no values, so they cannot be subtracted. Add both dates as values first."
    )


def no_classes() -> str:
    """Return why changes of class cannot be made of some layers."""
    return translate(
        "Changes",
        "These layers are not drawn by classes, so no class can change. Add both dates as classes, or as values with "
        "a legend of classes.",
    )


def dates_gone() -> str:
    """Return the sentence for dates that were removed before their changes were computed."""
    return translate("Changes", "A date was removed from the project, so its changes cannot be shown. Add it again.")
