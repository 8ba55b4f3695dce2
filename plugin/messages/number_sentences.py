"""Sentences about texts that are not read as numbers."""

from __future__ import annotations

from typing import Any

from ..host.i18n import translate
from .numbers import Refusal, number_text
from .wording import Action, quoted


def number_refused(error: Any) -> tuple[str, Action]:
    """Return the message with the reason why a text is not a valid number, and the correct form."""
    texts = {
        Refusal.NOT_A_NUMBER: translate("Messages", "“{0}” is not a number. Enter one, as {1}."),
        Refusal.GROUPED: translate(
            "Messages", "“{0}” has separators between thousands. Write the number without them, as {1}."
        ),
        Refusal.AMBIGUOUS: translate(
            "Messages", "“{0}” can mean {1} or {2}. Write the one that is meant without separators of thousands."
        ),
    }
    examples = error.readings or (number_text(0.25) if error.reason is Refusal.NOT_A_NUMBER else number_text(1234.5),)
    return texts[error.reason].format(quoted(error.text), *examples), Action.NONE
