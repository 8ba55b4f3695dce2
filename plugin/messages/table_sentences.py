"""Sentences about legend files that cannot be read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..host.i18n import translate
from .wording import Action, quoted


def table_unreadable(error: Any) -> tuple[str, Action]:
    """Return the message with the row of a legend file that cannot be read, and the reason."""
    text = {**_of_files(), **_of_rows(), **_of_cells(), **_of_classes()}[error.reason]
    names = {"row": error.row, "column": error.column, "text": quoted(error.text)}
    if not error.row and error.reason == "not-json":
        text = translate("Messages", "The legend file is damaged. Export a legend to see the expected format.")
    return text.format(**names), Action.NONE


def assumed_letters(name: str) -> str:
    """Return the warning about a file that does not declare its encoding."""
    return translate("Messages", "The characters of {0} are read as Windows-1252; check the labels.").format(name)


def fields_left_out(name: str, fields: Sequence[str]) -> str:
    """Return the warning about fields of classes that the server has no place for."""
    text = translate("Messages", "{0}: {1} is not taken over; a class has min, max, color and label.")
    if len(fields) > 1:
        text = translate("Messages", "{0}: {1} are not taken over; a class has min, max, color and label.")
    return text.format(name, quoted(", ".join(fields)))


def _of_files() -> dict[str, str]:
    return {
        "encoding": translate(
            "Messages", "The legend file is no text, or its encoding is not known. Save it again as UTF-8."
        ),
        "empty": translate("Messages", "The legend file has no classes. Export a legend to see the expected format."),
        "not-json": translate(
            "Messages", "The legend file is damaged at line {row} ({text}). Correct it there, or export it again."
        ),
        "date-twice": translate(
            "Messages", "The legend file has “{text}” twice in one place, so one of them would be lost. Remove one."
        ),
    }


def _of_rows() -> dict[str, str]:
    return {
        "no-columns": translate(
            "Messages",
            "The legend file has no column {text} in row {row}. Name its columns date, min, max, color, label.",
        ),
        "column-twice": translate(
            "Messages", "The legend file has the column {text} twice in row {row}. Rename or delete one of them."
        ),
        "cells": translate(
            "Messages",
            "Row {row} of the legend file does not fit its header (cells: {text}). Numbers with decimal commas need "
            "quotation marks where commas separate the cells.",
        ),
        "quotes": translate(
            "Messages", "Row {row} of the legend file has a quotation mark without its partner. Correct it there."
        ),
        "no-date": translate(
            "Messages", "Row {row} of the legend file has no date, though other rows have one. Fill it in."
        ),
    }


def _of_cells() -> dict[str, str]:
    return {
        "number": translate(
            "Messages", "Row {row} of the legend file: {column} is “{text}”, which is no number. Correct it there."
        ),
        "unclear-number": translate(
            "Messages",
            "Row {row} of the legend file: {column} is “{text}”, whose separator may mark decimals or thousands. "
            "Write it with more or fewer decimals.",
        ),
        "colour": translate(
            "Messages",
            "Row {row} of the legend file: the color “{text}” cannot be read. Write # and six hexadecimal digits, "
            "as #1a9641.",
        ),
        "unclear-colour": translate(
            "Messages",
            "Row {row} of the legend file: in “{text}” the transparency may stand first, as QGIS writes it, or last, "
            "as CSS does. Write # and six digits, or rgba(26, 150, 65, 0.5).",
        ),
        "unclear-date": translate(
            "Messages",
            "Row {row} of the legend file: in “{text}” the day may stand first or second. Write it as YYYY-MM-DD.",
        ),
    }


def _of_classes() -> dict[str, str]:
    return {
        "not-a-legend": translate(
            "Messages",
            "The legend file contains something other than classes. Export a legend to see the expected format.",
        ),
        "unclear-class-colour": translate(
            "Messages",
            "Class {row} of a legend in the file: in “{text}” the transparency may stand first, as QGIS writes it, or "
            "last, as CSS does. Write # and six digits, or rgba(26, 150, 65, 0.5).",
        ),
        "class": translate("Messages", "A legend in the file cannot be read: {text} Correct it there."),
    }
