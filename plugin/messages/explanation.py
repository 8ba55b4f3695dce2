"""Messages to the user: every error is converted to one short message, here only.

Errors are recognised by their class names, so that a message can be made without importing the packages that the
errors come from. A text states the event, its reason and the remedy; codes and ids stay in the details.
"""

from __future__ import annotations

from collections.abc import Sequence

from ..host.i18n import translate
from .error_sentences import sentence_of
from .message import Message
from .wording import Action

_NO_ANSWER, _ANSWERED, _GARBLED = "TransportFailed", "RedirectRefused", ("protocol", "headers")


def explain(error: BaseException, *, doing: str = "") -> Message:
    """Return the message for an error; ``doing`` names the act it stopped, as "listing the projects"."""
    if isinstance(error, BaseExceptionGroup):
        return explain(error.exceptions[0], doing=doing)
    names = [cls.__name__ for cls in type(error).__mro__]
    found = sentence_of(error)
    if found is None:
        return Message(_unexpected(doing), _details(error, doing), Action.RETRY)
    text, action = found
    return Message(text, _details(error, doing), action, is_offline=_is_offline(error, names))


def _is_offline(error: BaseException, names: Sequence[str]) -> bool:
    """Return whether no server answered; a garbled answer is one."""
    return _NO_ANSWER in names and _ANSWERED not in names and getattr(error, "kind", "") not in _GARBLED


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
