"""Index expressions as ``(B08 - B04) / (B08 + B04)``: read, checked and computed on arrays, never executed as code."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]
Bands = Mapping[str, Array]

_TOKEN = re.compile(
    r"\s*(?:(?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)|(?P<name>[A-Za-z_]\w*)|(?P<sign>\*\*|[-+*/^(),]))",
    re.ASCII,
)
_LONGEST = 4000
_DEEPEST = 100

_SUMS: dict[str, Callable[[Any, Any], Any]] = {"+": np.add, "-": np.subtract}
_PRODUCTS: dict[str, Callable[[Any, Any], Any]] = {"*": np.multiply, "/": np.divide}
_POWERS = ("^", "**")
_FUNCTIONS: dict[str, tuple[int, Callable[..., Any]]] = {
    "sqrt": (1, np.sqrt),
    "abs": (1, np.abs),
    "exp": (1, np.exp),
    "log": (1, np.log),
    "ln": (1, np.log),
    "log10": (1, np.log10),
    "min": (2, np.minimum),
    "max": (2, np.maximum),
}

_Node = Callable[[Bands], Any]


class ExpressionInvalid(ValueError):
    """A text that is no index expression.

    Attributes:
        text: the expression.
        position: position of the error, counted from 0; the text's length where it ends too early.
        reason: ``empty``, ``too-long``, ``too-deep``, ``character``, ``function``, ``arguments``, ``expected``
            or ``end``.
    """

    def __init__(self, text: str, position: int, reason: str) -> None:
        super().__init__(f"{reason} at {position} in {text[:200]!r}")
        self.text = text
        self.position = position
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Expression:
    """A checked expression, and the names of the bands it needs."""

    text: str
    bands: frozenset[str]
    _node: _Node

    def evaluate(self, bands: Bands) -> Array:
        """Compute the expression; where it has no finite value (a division by zero) the result is NaN.

        Args:
            bands: arrays of one shape by band name, in the units the expression means.

        Returns:
            An array of floats of the bands' shape; of no dimension where the expression names no band.

        Raises:
            KeyError: a band of ``self.bands`` is missing.
        """
        floats = {name: _as_float(bands[name]) for name in self.bands}
        with np.errstate(all="ignore"):
            result = np.asarray(self._node(floats), dtype=_result_type(floats))
        return np.where(np.isfinite(result), result, np.asarray(np.nan, dtype=result.dtype))


def parse(text: str) -> Expression:
    """Read an expression: numbers, band names, ``+ - * / ^ **``, brackets and a few functions.

    A power binds tighter than a sign in front of it, and from the right: ``-a^2`` is ``-(a^2)``.

    Raises:
        ExpressionInvalid: the text is none.
    """
    if not text.strip():
        raise ExpressionInvalid(text, 0, "empty")
    if len(text) > _LONGEST:
        raise ExpressionInvalid(text, _LONGEST, "too-long")
    parser = _Parser(text)
    node = parser.whole()
    return Expression(text, frozenset(parser.bands), node)


def parse_composite(text: str) -> tuple[Expression, ...]:
    """Read the expressions of a composite: one a channel, parted by commas outside brackets.

    Raises:
        ExpressionInvalid: one of them is none.
    """
    return tuple(parse(part) for part in _parts(text))


def _parts(text: str) -> Iterator[str]:
    start = depth = 0
    for position, sign in enumerate(text):
        depth += (sign == "(") - (sign == ")")
        if sign == "," and depth == 0:
            yield text[start:position]
            start = position + 1
    yield text[start:]


def _as_float(values: Array) -> Array:
    return values if values.dtype.kind == "f" else values.astype(np.float64)


def _result_type(bands: Bands) -> Any:
    return np.result_type(*bands.values()) if bands else np.float64


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    position: int


class _Parser:
    """A recursive descent over the tokens of one text."""

    def __init__(self, text: str) -> None:
        self.bands: set[str] = set()
        self._text = text
        self._tokens = list(_tokens(text))
        self._next = 0
        self._depth = 0

    def whole(self) -> _Node:
        node = self._sum()
        if self._peek().kind != "end":
            raise self._wrong("end")
        return node

    def _sum(self) -> _Node:
        return self._chain(_SUMS, self._product)

    def _product(self) -> _Node:
        return self._chain(_PRODUCTS, self._signed)

    def _chain(self, operators: Mapping[str, Callable[[Any, Any], Any]], part: Callable[[], _Node]) -> _Node:
        node = part()
        while self._peek().text in operators and self._peek().kind == "sign":
            node = _combined(operators[self._take().text], node, part())
        return node

    def _signed(self) -> _Node:
        if self._peek().text not in ("-", "+"):
            return self._power()
        negative = self._take().text == "-"
        operand = self._nested(self._signed)
        return (lambda bands: -operand(bands)) if negative else operand

    def _power(self) -> _Node:
        base = self._atom()
        if self._peek().text not in _POWERS:
            return base
        self._take()
        return _combined(np.power, base, self._nested(self._signed))

    def _atom(self) -> _Node:
        token = self._peek()
        if token.kind == "number":
            value = float(self._take().text)
            return lambda bands: value
        if token.kind == "name":
            return self._named(self._take())
        if token.text != "(":
            raise self._wrong("expected")
        return self._bracketed()

    def _bracketed(self) -> _Node:
        self._expect("(")
        node = self._nested(self._sum)
        self._expect(")")
        return node

    def _named(self, token: _Token) -> _Node:
        if self._peek().text == "(":
            return self._call(token)
        self.bands.add(token.text)
        return lambda bands: bands[token.text]

    def _call(self, token: _Token) -> _Node:
        if token.text.lower() not in _FUNCTIONS:
            raise ExpressionInvalid(self._text, token.position, "function")
        count, function = _FUNCTIONS[token.text.lower()]
        self._expect("(")
        arguments = [self._nested(self._sum)]
        while self._peek().text == ",":
            self._take()
            arguments.append(self._nested(self._sum))
        self._expect(")")
        if len(arguments) != count:
            raise ExpressionInvalid(self._text, token.position, "arguments")
        return lambda bands: function(*(argument(bands) for argument in arguments))

    def _nested(self, part: Callable[[], _Node]) -> _Node:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise self._wrong("too-deep")
        node = part()
        self._depth -= 1
        return node

    def _peek(self) -> _Token:
        return self._tokens[self._next]

    def _take(self) -> _Token:
        token = self._tokens[self._next]
        self._next += 1
        return token

    def _expect(self, sign: str) -> None:
        if self._peek().text != sign:
            raise self._wrong("expected")
        self._take()

    def _wrong(self, reason: str) -> ExpressionInvalid:
        return ExpressionInvalid(self._text, self._peek().position, reason)


def _combined(operator: Callable[[Any, Any], Any], left: _Node, right: _Node) -> _Node:
    return lambda bands: operator(left(bands), right(bands))


def _tokens(text: str) -> Iterator[_Token]:
    position = 0
    end = len(text.rstrip())
    while position < end:
        found = _TOKEN.match(text, position)
        if found is None:
            raise ExpressionInvalid(text, end - len(text[position:end].lstrip()), "character")
        kind = found.lastgroup or ""
        yield _Token(kind, found.group(kind), found.start(kind))
        position = found.end()
    yield _Token("end", "", len(text))
