"""Parameters shared by several algorithms, and the one function to read a parameter of each kind.

Every value may be a text, the equivalent Python, model or JSON value, or an expression. A value that is not
understood is refused with the parameter's name.
"""

from __future__ import annotations

import datetime
import math
import re
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qgis.core import (
    QgsProcessingContext,
    QgsProcessingParameterDefinition,
    QgsProcessingParameterEnum,
    QgsProcessingParameterNumber,
    QgsProcessingParameterString,
)

from ...host.i18n import translate
from ...legend.vocabulary import LegendMode
from ..errors import InputRefused
from .base import PixxelAlgorithm
from .plain_values import Scalar, given, is_in_model, is_null, not_understood, scalar, scalars, words

if TYPE_CHECKING:
    from ...catalog.date_choice import DateChoice

_ALL = "all"
_FLAGS = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}
_NOT_IN_IDS = re.compile(r"[\s,;|]")


def add_text(algorithm: PixxelAlgorithm, name: str, label: str, *, optional: bool = False, hint: str = "") -> None:
    """Add a parameter of one line of text."""
    parameter = QgsProcessingParameterString(name, label, optional=optional)
    _add(algorithm, parameter, hint)


def add_choice(
    algorithm: PixxelAlgorithm, name: str, label: str, options: Iterable[str], *, optional: bool = False, hint: str = ""
) -> None:
    """Add a choice among words, which are also its values; the first one is the default."""
    texts = [str(option) for option in options]  # PyQt passes members of enums on as Python objects
    parameter = QgsProcessingParameterEnum(
        name, label, texts, defaultValue=texts[0], optional=optional, usesStaticStrings=True
    )
    _add(algorithm, parameter, hint)


def add_visualization(algorithm: PixxelAlgorithm) -> None:
    """Add ``AOI`` and ``VISUALIZATION``."""
    add_aoi(algorithm)
    hint = translate("AlgorithmInputs", "Choose a visualization of the AOI, or enter its id.")
    add_text(algorithm, "VISUALIZATION", translate("AlgorithmInputs", "Visualization"), hint=hint)


def add_aoi(algorithm: PixxelAlgorithm) -> None:
    """Add ``AOI``."""
    hint = translate("AlgorithmInputs", "Choose an area of interest, or enter its id.")
    add_text(algorithm, "AOI", translate("AlgorithmInputs", "AOI"), hint=hint)


def add_mode(algorithm: PixxelAlgorithm) -> None:
    """Add ``MODE``."""
    hint = translate(
        "AlgorithmInputs", "Dynamic classes come from the data of each date, theoretical ones from the index itself."
    )
    add_choice(algorithm, "MODE", translate("AlgorithmInputs", "Legend mode"), LegendMode, hint=hint)


def add_dates(algorithm: PixxelAlgorithm, *, optional: bool, hint: str = "") -> None:
    """Add ``DATES``."""
    hint = hint or translate(
        "AlgorithmInputs",
        "Days as YYYY-MM-DD with commas between, or an interval as 2025-05-01/2025-05-31; empty or “all” means all.",
    )
    add_text(algorithm, "DATES", translate("AlgorithmInputs", "Dates"), optional=optional, hint=hint)


def text_of(algorithm: PixxelAlgorithm, parameters: dict[str, Any], name: str, context: QgsProcessingContext) -> str:
    """Return the text of a parameter that takes one value, without blanks around it; "" where it was left out.

    Raises:
        InputRefused: it is empty though it must not be, a list, NULL, or no text.
    """
    value = given(algorithm, parameters, name, context)
    text = "" if value is None else words(name, scalar(name, value))
    if not text and not _is_optional(algorithm, name):
        raise InputRefused(translate("AlgorithmInputs", "{0} is empty. Enter a value.").format(name))
    return text


def list_of(
    algorithm: PixxelAlgorithm, parameters: dict[str, Any], name: str, context: QgsProcessingContext
) -> list[str]:
    """Return the texts of a parameter that takes several values, each once; none where it was left out.

    Raises:
        InputRefused: it is empty though it must not be, or has a value that is empty, NULL or not understood.
    """
    values = _several(algorithm, parameters, name, context)
    return list(dict.fromkeys(words(name, value) for value in values))


def ids_of(
    algorithm: PixxelAlgorithm, parameters: dict[str, Any], name: str, context: QgsProcessingContext
) -> list[str]:
    """Return the ids of a parameter that takes several, each once; none where it was left out.

    Raises:
        InputRefused: as ``list_of``, or something is no id, such as two ids with another sign than a comma between.
    """
    ids = list_of(algorithm, parameters, name, context)
    for text in ids:
        if _NOT_IN_IDS.search(text):
            raise not_understood(name, text, translate("AlgorithmInputs", "Write ids with commas between."))
    return ids


def dates_of(
    algorithm: PixxelAlgorithm, parameters: dict[str, Any], name: str, context: QgsProcessingContext
) -> DateChoice:
    """Return the days, keys and intervals of a parameter; all dates where it was left out or is an empty text.

    A model evaluates its expressions itself, so there an empty text may be the empty result of an expression.
    Algorithms that write to the server refuse it, and accept the word ``all``.

    Raises:
        InputRefused: it is empty though it must not be, or has a value that is empty, NULL or not understood.
    """
    from ...catalog.date_choice import ALL_DATES, choice_of

    values = _several(algorithm, parameters, name, context)
    if not values and name in parameters and algorithm.WRITES and is_in_model(context):
        text = translate(
            "AlgorithmInputs", "{0} is empty, which in a model may be an expression that gives nothing. {1}"
        )
        raise InputRefused(text.format(name, translate("AlgorithmInputs", "Write “all” for all dates, or name them.")))
    if values == [_ALL] and _is_optional(algorithm, name):
        return ALL_DATES
    pieces = [value if isinstance(value, datetime.date) else words(name, value) for value in values]
    return choice_of(pieces, name) if pieces else ALL_DATES


def date_of(
    algorithm: PixxelAlgorithm, parameters: dict[str, Any], name: str, context: QgsProcessingContext
) -> DateChoice:
    """Return the day, key or label of a parameter that takes one date.

    Raises:
        InputRefused: it is empty, a list, NULL, or no text or day.
    """
    from ...catalog.date_choice import choice_of

    value = given(algorithm, parameters, name, context)
    one = "" if value is None else scalar(name, value)
    if isinstance(one, datetime.date):
        return choice_of([one], name)
    return choice_of([text_of(algorithm, parameters, name, context)], name)


def day_of(
    algorithm: PixxelAlgorithm, parameters: dict[str, Any], name: str, context: QgsProcessingContext
) -> datetime.date | None:
    """Return the one day of a parameter; ``None`` where it was left out.

    Raises:
        InputRefused: it is empty though it must not be, or no day.
    """
    from ...catalog.date_choice import read_day

    value = given(algorithm, parameters, name, context)
    one = "" if value is None else scalar(name, value)
    if isinstance(one, datetime.date):
        return one
    text = words(name, one)
    day = read_day(text)
    if day is None and (text or not _is_optional(algorithm, name)):
        raise not_understood(name, text, translate("AlgorithmInputs", "Write the day as YYYY-MM-DD."))
    return day


def range_of(
    algorithm: PixxelAlgorithm, parameters: dict[str, Any], name: str, context: QgsProcessingContext
) -> tuple[float, float]:
    """Return a parameter of two numbers, written ``min,max`` or given as a list.

    Raises:
        InputRefused: it is not two rising numbers.
    """
    values = _several(algorithm, parameters, name, context)
    numbers = [_as_number(value) for value in values]
    if len(numbers) != 2 or not numbers[0] < numbers[1] or not all(map(math.isfinite, numbers)):
        text = translate(
            "AlgorithmInputs", "{0} is not two rising numbers: {1}. Write it as min,max, for example -1,1."
        )
        raise InputRefused(text.format(name, ",".join(str(value) for value in values)))
    return numbers[0], numbers[1]


def number_of(
    algorithm: PixxelAlgorithm, parameters: dict[str, Any], name: str, context: QgsProcessingContext
) -> float | None:
    """Return a number; the parameter's default, or ``None``, where it was left out.

    Raises:
        InputRefused: it is no number, or outside the limits of the parameter.
    """
    definition = algorithm.parameterDefinition(name)
    value = given(algorithm, parameters, name, context)
    value = definition.defaultValue() if value is None else value
    if is_null(value):
        return None
    number = _as_number(scalar(name, value))
    if not math.isfinite(number):
        raise not_understood(name, value, translate("AlgorithmInputs", "Give a number."))
    has_limits = isinstance(definition, QgsProcessingParameterNumber)
    if has_limits and not definition.minimum() <= number <= definition.maximum():
        raise not_understood(name, value, translate("AlgorithmInputs", "The number is out of range."))
    return number


def whole_number_of(
    algorithm: PixxelAlgorithm, parameters: dict[str, Any], name: str, context: QgsProcessingContext
) -> int | None:
    """Return a whole number; the parameter's default, or ``None``, where it was left out.

    Raises:
        InputRefused: it is no whole number.
    """
    number = number_of(algorithm, parameters, name, context)
    if number is None or number.is_integer():
        return None if number is None else int(number)
    raise not_understood(name, number, translate("AlgorithmInputs", "Give a whole number."))


def flag_of(algorithm: PixxelAlgorithm, parameters: dict[str, Any], name: str, context: QgsProcessingContext) -> bool:
    """Return a truth value, also one written as text; the parameter's default where it was left out.

    Raises:
        InputRefused: it is neither true nor false.
    """
    value = given(algorithm, parameters, name, context)
    if value is None:
        return bool(algorithm.parameterDefinition(name).defaultValue())
    one = scalar(name, value)
    flag = _FLAGS.get(str(one).strip().casefold())
    if flag is None:
        raise not_understood(name, value, translate("AlgorithmInputs", "Write true or false."))
    return flag


def choice_of(algorithm: PixxelAlgorithm, parameters: dict[str, Any], name: str, context: QgsProcessingContext) -> str:
    """Return the word of a choice; the parameter's default where it was left out.

    Raises:
        InputRefused: it is none of the words.
    """
    definition = algorithm.parameterDefinition(name)
    value = given(algorithm, parameters, name, context)
    if value is None:
        return str(definition.defaultValue())
    if value not in definition.options():
        hint = translate("AlgorithmInputs", "Choose one of: {0}.").format(", ".join(definition.options()))
        raise not_understood(name, value, hint)
    return str(value)


def mode_of(algorithm: PixxelAlgorithm, parameters: dict[str, Any], context: QgsProcessingContext) -> LegendMode:
    """Return the legend mode of ``MODE``.

    Raises:
        InputRefused: it is none.
    """
    return LegendMode.parse(choice_of(algorithm, parameters, "MODE", context))


def file_of(
    algorithm: PixxelAlgorithm, parameters: dict[str, Any], name: str, context: QgsProcessingContext
) -> Path | None:
    """Return the path of a file to read; ``None`` where it was left out or is an empty text.

    Raises:
        InputRefused: it is a list, NULL, or no path.
    """
    value = given(algorithm, parameters, name, context)
    if isinstance(value, Path):
        return value
    if value is not None and not isinstance(value, str):
        raise not_understood(name, value, translate("AlgorithmInputs", "Give the path of one file."))
    return Path(value) if value else None


def target_of(algorithm: PixxelAlgorithm, parameters: dict[str, Any], name: str, context: QgsProcessingContext) -> Path:
    """Return the path of a file or folder to write.

    Raises:
        InputRefused: there is none.
    """
    value = parameters.get(name)
    path = "" if is_null(value) else str(algorithm.parameterAsFileOutput(parameters, name, context))
    if not path.strip() or "\0" in path:
        raise not_understood(name, value, translate("AlgorithmInputs", "Give the path of a file or folder to write."))
    return Path(path)


def _several(
    algorithm: PixxelAlgorithm, parameters: dict[str, Any], name: str, context: QgsProcessingContext
) -> list[Scalar]:
    """Return the values of a parameter that takes several; none where it was left out or is an empty text."""
    value = given(algorithm, parameters, name, context)
    if value is not None and not (isinstance(value, str) and not value.strip()):
        return scalars(algorithm, name, value)
    if not _is_optional(algorithm, name):
        raise InputRefused(translate("AlgorithmInputs", "{0} is empty. Enter a value.").format(name))
    return []


def _as_number(value: Scalar) -> float:
    """Return a number, also one written as text; NaN for anything else."""
    if isinstance(value, bool | datetime.date) or "_" in str(value):  # Python would read 2025_05_02 as a number
        return math.nan
    try:
        return float(value)
    except ValueError:
        return math.nan


def _is_optional(algorithm: PixxelAlgorithm, name: str) -> bool:
    flags = algorithm.parameterDefinition(name).flags()
    return bool(flags & QgsProcessingParameterDefinition.Flag.FlagOptional)


def _add(algorithm: PixxelAlgorithm, parameter: QgsProcessingParameterDefinition, hint: str) -> None:
    if hint:
        parameter.setHelp(hint)
    algorithm.addParameter(parameter)
