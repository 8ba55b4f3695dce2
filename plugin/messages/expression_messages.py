"""Messages about index expressions: the mistake with a caret under it, and bands that a satellite does not have.

They warn only: the server's language may know more than is documented.
"""

from __future__ import annotations

from collections.abc import Callable, Collection

from ..host.i18n import translate
from ..imagery.expression import ExpressionInvalid, parse_composite
from .numbers import natural_key

_SHOWN = 8
_FIRM_SPACE = "\N{NO-BREAK SPACE}"  # others are folded where the text is shown as HTML


def mistake_in(text: str) -> tuple[str, str] | None:
    """Return a sentence about the first mistake in an expression, and lines that point to it; ``None`` without any."""
    try:
        parse_composite(text)
    except ExpressionInvalid as error:
        return _SENTENCES[error.reason](), pointer(error.text, error.position)
    return None


def pointer(text: str, position: int) -> str:
    """Return a text in one line with a caret under one of its characters."""
    line = "".join(" " if sign.isspace() else sign for sign in text)
    return f"{line}\n{_FIRM_SPACE * position}^"


def unknown_bands(text: str, known: Collection[str]) -> str:
    """Return a sentence that names the bands of an expression that are not known; nothing where all are.

    Args:
        known: names of the satellite's bands; without any, nothing is known of them.
    """
    if not known or mistake_in(text) is not None:
        return ""
    used = set().union(*(expression.bands for expression in parse_composite(text)))
    missing = sorted(used - set(known), key=natural_key)
    if not missing:
        return ""
    ordered = sorted(known, key=natural_key)
    has = ", ".join(ordered[:_SHOWN]) + (" …" if len(ordered) > _SHOWN else "")
    sentence = translate("Expressions", "The satellite has no band {0}, so the index may not be computed. It has {1}.")
    return sentence.format(", ".join(missing), has)


def _empty() -> str:
    return translate("Expressions", "An expression is empty.")


def _too_long() -> str:
    return translate("Expressions", "The expression is too long.")


def _too_deep() -> str:
    return translate("Expressions", "Too many brackets are nested in the expression.")


def _character() -> str:
    return translate("Expressions", "The expression has a character that belongs to no band, number or operator.")


def _function() -> str:
    return translate("Expressions", "The expression names a function that is not known.")


def _arguments() -> str:
    return translate("Expressions", "A function in the expression has too few or too many arguments.")


def _expected() -> str:
    return translate("Expressions", "A band, a number or a bracket is missing in the expression.")


def _end() -> str:
    return translate("Expressions", "An operator is missing in the expression, or a bracket is one too many.")


_SENTENCES: dict[str, Callable[[], str]] = {
    "empty": _empty,
    "too-long": _too_long,
    "too-deep": _too_deep,
    "character": _character,
    "function": _function,
    "arguments": _arguments,
    "expected": _expected,
    "end": _end,
}
