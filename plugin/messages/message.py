"""The message that the user gets: a text with its details and the action it offers."""

from __future__ import annotations

from dataclasses import dataclass

from ..api.secrets import hide, redact
from .wording import Action


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
