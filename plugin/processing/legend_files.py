"""Legends in files: JSON and CSV hold several dates, SLD and QML one legend without a date."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..catalog.date_choice import DateChoice
    from ..catalog.visualization_item import AcquisitionDate, VisualizationItem
    from ..legend.spec import Legend
    from ..legend.vocabulary import LegendMode

WITHOUT_TRANSPARENCY = (".json", ".csv")
FORMATS = (".json", ".csv", ".sld", ".qml")
IN_FILE, IN_BASE = "INPUT", "BASE"  # parameters that a file is given in
Told = Callable[[str], None]


class UnknownFormat(Exception):
    """A file name whose extension is none of ``FORMATS``; ``name`` is the file's, without its folder."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


class DateNotInFile(Exception):
    """Dates were asked for that a file has no legend for; ``parameter`` is where the file was given."""

    def __init__(self, days: Sequence[str], parameter: str) -> None:
        super().__init__(", ".join(days))
        self.days = tuple(days)
        self.parameter = parameter


class DateTwiceInFile(Exception):
    """A file has two legends for a date, under different spellings."""

    def __init__(self, day: str) -> None:
        super().__init__(day)
        self.day = day


class DatesNeeded(Exception):
    """A legend without a date, and no dates specified to assign it to."""


def check_format(path: Path) -> None:
    """Check that a file's extension is one of ``FORMATS``.

    Raises:
        UnknownFormat: it is not.
    """
    if path.suffix.lower() not in FORMATS:
        raise UnknownFormat(path.name)


def read(path: Path, warn: Told) -> dict[str | None, Legend]:
    """Read the legends of a file by their date keys; ``None`` is the key of one without a date.

    Raises:
        UnknownFormat, TableUnreadable, SldRefused, StyleWithoutClasses, OSError: the file is no legend.
    """
    check_format(path)
    suffix = path.suffix.lower()
    if suffix == ".qml":
        return {None: _read_qml(path, warn)}
    if suffix == ".sld":
        return {None: _read_sld(path, warn)}
    from ..legend import tables, text_files

    text, assumed = text_files.decode(path.read_bytes())
    if assumed:
        from ..messages.table_sentences import assumed_letters

        warn(assumed_letters(path.name))
    legends = dict(tables.from_json(text) if suffix == ".json" else tables.from_csv(text))
    unknown = tables.unknown_fields(legends.values()) if suffix == ".json" else tables.unknown_columns(text)
    if unknown:
        from ..messages.table_sentences import fields_left_out

        warn(fields_left_out(path.name, unknown))
    return legends


def stated_mode(path: Path) -> LegendMode | str | None:
    """Return the mode that a file which was read names for its legends; most name none."""
    from ..legend import tables, text_files

    if path.suffix.lower() != ".json":
        return None
    return tables.stated_mode(text_files.decode(path.read_bytes())[0])


def write(path: Path, legends: Sequence[tuple[AcquisitionDate, Legend]], title: str) -> list[Path]:
    """Write legends in the format of the path's extension, and return the files.

    SLD and QML are one file per date; with several dates ``_<date>`` is put before the extension.

    Raises:
        UnknownFormat, LegendInvalid, OSError: it cannot be written.
    """
    check_format(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix.lower() in (".json", ".csv"):
        _write_table(path, legends)
        return [path]
    files = [path] if len(legends) == 1 else _dated_names(path, [date for date, _ in legends])
    for file, (_, legend) in zip(files, legends, strict=True):
        _write_style(file, legend, title)
    return files


def assign(given: Mapping[str | None, Legend], item: VisualizationItem, dates: DateChoice) -> dict[str, Legend]:
    """Assign the legends of a file to the server's date keys of an item.

    Dates of the file are selected by ``dates``; a legend without a date, or the only one of a file, is assigned to
    every date of ``dates``.

    Raises:
        UnknownDate, DateNotUnderstood: the item has no such date.
        DateNotInFile: several legends, and none for a requested date.
        DateTwiceInFile: two legends for one date.
        DatesNeeded: a legend without a date, and no dates specified for it.
    """
    from ..catalog.visualization_item import dates_of_key, select_dates

    asked = select_dates(item, dates) if dates.pieces else ()
    if len(given) == 1:
        key, legend = next(iter(given.items()))
        return {date.key: legend for date in asked or _own_dates(item, key)}
    named = [(date, legend) for key, legend in given.items() for date in dates_of_key(item, key or "", IN_FILE)]
    by_key = {date.key: legend for date, legend in named}
    _check_once([date for date, _ in named])
    absent = [date.label for date in asked if date.key not in by_key]
    if absent:
        raise DateNotInFile(absent, IN_FILE)
    return {key: legend for key, legend in by_key.items() if not asked or key in {date.key for date in asked}}


def assign_base(given: Mapping[str | None, Legend], item: VisualizationItem, keys: Sequence[str]) -> dict[str, Legend]:
    """Give the legends an edit started from to the date keys it ends at; dates of no interest are left out."""
    from ..catalog.visualization_item import matching_dates

    by_key = {date.key: legend for key, legend in given.items() if key for date in matching_dates(item, key)}
    if len(given) == 1 and not by_key.keys() & set(keys):
        return dict.fromkeys(keys, next(iter(given.values())))
    return {key: legend for key, legend in by_key.items() if key in keys}


def check_base(base: Mapping[str, Legend], item: VisualizationItem, keys: Sequence[str]) -> None:
    """Check that each date to be recomputed has a legend in ``BASE`` to compare the server's with.

    Raises:
        DateNotInFile: one has none, so changes by other users could not be detected.
    """
    absent = [date.label for date in item.dates if date.key in keys and date.key not in base]
    if absent:
        raise DateNotInFile(absent, IN_BASE)


def _check_once(dates: Sequence[AcquisitionDate]) -> None:
    for number, date in enumerate(dates):
        if date in dates[:number]:
            raise DateTwiceInFile(date.label)


def _own_dates(item: VisualizationItem, key: str | None) -> tuple[AcquisitionDate, ...]:
    from ..catalog.visualization_item import dates_of_key

    if key:
        return dates_of_key(item, key, IN_FILE)
    if len(item.dates) != 1:
        raise DatesNeeded
    return item.dates


def _read_sld(path: Path, warn: Told) -> Legend:
    from ..layers.errors import StyleWithoutClasses
    from ..legend.spec import ColourMapKind
    from ..sld import file, reader

    style = reader.read(file.read_document(path))
    if style.legend.kind is not ColourMapKind.INTERVALS:
        raise StyleWithoutClasses(str(style.legend.kind), path.name)
    for warning in style.warnings:
        warn(warning)
    return style.legend


def _read_qml(path: Path, warn: Told) -> Legend:
    from ..layers import style_files

    legend, warnings = style_files.read(path)
    for warning in warnings:
        warn(warning)
    return legend


def _write_table(path: Path, legends: Sequence[tuple[AcquisitionDate, Legend]]) -> None:
    from ..files.whole import write_text
    from ..legend import tables

    by_key = {date.legend_key: legend for date, legend in legends}
    several = [date.legend_key for date, _ in legends if date.scenes > 1]
    write_text(path, tables.to_json(by_key) if path.suffix.lower() == ".json" else tables.to_csv(by_key, several))


def _write_style(path: Path, legend: Legend, title: str) -> None:
    if path.suffix.lower() == ".qml":
        from ..layers import style_files

        style_files.write(legend, path)
        return
    from ..files.whole import write_text
    from ..sld import writer

    write_text(path, writer.write(legend, title))


def _dated_names(path: Path, dates: Sequence[AcquisitionDate]) -> list[Path]:
    """Name one file per date, by its label."""
    from ..catalog.date_labels import file_label

    return [path.with_name(f"{path.stem}_{file_label(date.label)}{path.suffix}") for date in dates]
