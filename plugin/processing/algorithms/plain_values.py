"""Parameter values as scripts, models, batch and ``qgis_process`` give them, turned into plain Python.

A value that is not understood raises ``InputRefused`` with the parameter's name; it is never read as "nothing given".
"""

from __future__ import annotations

import datetime
import math
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from qgis.core import (
    Qgis,
    QgsProcessingContext,
    QgsProcessingParameterFile,
    QgsProcessingParameterNumber,
    QgsProperty,
    QgsVariantUtils,
)
from qgis.PyQt.QtCore import QDate, QDateTime, Qt, QVariant

from ...host.i18n import translate
from ..errors import InputRefused

if TYPE_CHECKING:
    from .base import PixxelAlgorithm

Scalar = str | int | float | bool | datetime.date
_LISTS = (list, tuple, set, frozenset)
_MOST_SHOWN = 100
_MODEL_VARIABLE = "model_name"  # QGIS sets it for the algorithms inside a model


def given(algorithm: PixxelAlgorithm, parameters: dict[str, Any], name: str, context: QgsProcessingContext) -> Any:
    """Return the value of a parameter, an expression evaluated; ``None`` where the parameter was left out.

    Raises:
        InputRefused: it is NULL, or an expression that cannot be evaluated or gives an empty text.
    """
    value = plain(parameters.get(name))
    if isinstance(value, QgsProperty):
        value = _evaluated(value, name, context)
    elif _is_left_out(algorithm, parameters, name, context):
        return None
    if is_null(value):
        text = translate(
            "AlgorithmInputs", "{0} is NULL, which is ambiguous. Leave the parameter out, or give a value."
        )
        raise InputRefused(text.format(name))
    return value


def scalar(name: str, value: Any) -> Scalar:
    """Return one value as text, number, truth value or day.

    Raises:
        InputRefused: it is NULL, a list, a time of day, or anything else.
    """
    value = plain(value)
    if isinstance(value, _LISTS):
        text = translate("AlgorithmInputs", "{0} takes one value, but a list was given: {1}. Give one value.")
        raise InputRefused(text.format(name, shown(value)))
    if isinstance(value, QDate) and value.isValid():
        return datetime.date(value.year(), value.month(), value.day())
    if isinstance(value, QDateTime) and value.isValid():
        value = _moment(value)
    if isinstance(value, datetime.datetime):
        return _day_of_moment(name, value)
    if isinstance(value, str | bool | int | datetime.date) or (isinstance(value, float) and math.isfinite(value)):
        return value
    raise not_understood(name, value)


def scalars(algorithm: PixxelAlgorithm, name: str, value: Any) -> list[Scalar]:
    """Return the values of a list, lists within it included; a text is split at its commas, of which one may end it.

    Raises:
        InputRefused: the list is empty, or one of its values is empty, NULL or not understood.
    """
    if isinstance(value, str):
        value = value.strip().removesuffix(",").split(",")
    values = [scalar(name, item) for item in _flat(value)] if isinstance(value, _LISTS) else []
    if isinstance(value, _LISTS) and not values:
        text = translate("AlgorithmInputs", "{0} is an empty list, which is ambiguous. Give at least one value.")
        if algorithm.parameterDefinition(name).flags() & Qgis.ProcessingParameterFlag.Optional:
            text = translate(
                "AlgorithmInputs", "{0} is an empty list, which is ambiguous. Leave the parameter out for all."
            )
        raise InputRefused(text.format(name))
    values = [item.strip() if isinstance(item, str) else item for item in values or [scalar(name, value)]]
    if "" in values:
        text = translate("AlgorithmInputs", "{0} has an empty entry: {1}. Remove it, or write what is missing.")
        raise InputRefused(text.format(name, shown(value)))
    return values


def words(name: str, value: Scalar) -> str:
    """Return a value as text without blanks around it.

    Raises:
        InputRefused: it is a truth value.
    """
    if isinstance(value, bool):
        raise not_understood(name, value)
    if isinstance(value, float):
        return f"{value:.15g}"
    return value.isoformat() if isinstance(value, datetime.date) else str(value).strip()


def plain(value: Any) -> Any:
    """Return a value of numpy as Python's own, an array as a list; anything else as it is.

    numpy is not imported for it: whoever gives such a value has imported it.
    """
    is_of_numpy = type(value).__module__.partition(".")[0] == "numpy" and hasattr(value, "tolist")
    return value.tolist() if is_of_numpy else value


def is_in_model(context: QgsProcessingContext) -> bool:
    """Return whether an algorithm is a step of a model, whose expressions arrive as plain values."""
    return bool(context.expressionContext().hasVariable(_MODEL_VARIABLE))


def is_null(value: Any) -> bool:
    """Return whether a value is ``None`` or a NULL of QGIS."""
    return value is None or bool(QgsVariantUtils.isNull(value))


def not_understood(name: str, value: Any, hint: str = "") -> InputRefused:
    """Return the error that refuses a value and quotes it; ``hint`` describes the correct form."""
    text = translate("AlgorithmInputs", "{0} is not understood: {1}.").format(name, shown(value))
    return InputRefused(f"{text} {hint}".strip())


def shown(value: Any) -> str:
    """Return a value as people read it, on one line and shortened."""
    if is_null(value):
        return "NULL"
    if isinstance(value, QgsProperty):
        value = value.asExpression()
    if isinstance(value, _LISTS):
        text = "[" + ", ".join(shown(item) for item in value) + "]"
    else:
        text = f"“{value}”" if isinstance(value, str) else str(value)
    text = " ".join(text.split())
    return text if len(text) <= _MOST_SHOWN else f"{text[: _MOST_SHOWN - 1]}…"


def _evaluated(value: QgsProperty, name: str, context: QgsProcessingContext) -> Any:
    result, ok = value.value(context.expressionContext(), None)
    if not ok and not is_null(result):
        raise not_understood(name, value)
    if isinstance(result, str) and not result.strip():
        text = translate(
            "AlgorithmInputs",
            "{0} is an expression that gives an empty text ({1}), which is ambiguous. "
            "Leave the parameter out, or correct the expression.",
        )
        raise InputRefused(text.format(name, shown(value)))
    return result


def _is_left_out(
    algorithm: PixxelAlgorithm, parameters: dict[str, Any], name: str, context: QgsProcessingContext
) -> bool:
    value = parameters.get(name)
    if value is None:
        return name not in parameters or _none_is_left_out(algorithm, name, context)
    return _is_empty_file_field(algorithm, name, value)


def _is_empty_file_field(algorithm: PixxelAlgorithm, name: str, value: Any) -> bool:
    """Return whether a value is that of QGIS's empty field for an optional file: the NULL of a text."""
    definition = algorithm.parameterDefinition(name)
    is_file = isinstance(definition, QgsProcessingParameterFile)
    return is_file and isinstance(value, QVariant) and value.isNull() and value.typeName() == "QString"


def _none_is_left_out(algorithm: PixxelAlgorithm, name: str, context: QgsProcessingContext) -> bool:
    """Return whether ``None`` means that a parameter was left out.

    Dialogs pass it for a number that is not set. In a model it may be the NULL of an expression, which algorithms that
    write to the server do not accept.
    """
    if isinstance(algorithm.parameterDefinition(name), QgsProcessingParameterNumber):
        return True
    return not algorithm.WRITES and not is_in_model(context)


def _flat(values: Any) -> Iterator[Any]:
    ordered = sorted(values, key=str) if isinstance(values, set | frozenset) else values
    for value in map(plain, ordered):
        if isinstance(value, _LISTS):
            yield from _flat(value)
        else:
            yield value


def _moment(value: QDateTime) -> datetime.datetime:
    """Return a QGIS time: in UTC if it has a time zone, else its local clock time."""
    if value.timeSpec() == Qt.TimeSpec.LocalTime:
        return datetime.datetime.fromisoformat(value.toString("yyyy-MM-ddTHH:mm:ss.zzz"))
    shown_in_utc = value.toUTC().toString("yyyy-MM-ddTHH:mm:ss.zzz")
    return datetime.datetime.fromisoformat(shown_in_utc).replace(tzinfo=datetime.UTC)


def _day_of_moment(name: str, moment: datetime.datetime) -> datetime.date:
    """Return the day that begins at a moment.

    Raises:
        InputRefused: it is another time of day, which could mean one scene or the whole day.
    """
    in_utc = moment if moment.tzinfo is None else moment.astimezone(datetime.UTC)
    if in_utc.time() != datetime.time():
        hint = translate("AlgorithmInputs", "It has a time of day; give the day in UTC, as YYYY-MM-DD.")
        raise not_understood(name, moment.isoformat(), hint)
    return in_utc.date()
