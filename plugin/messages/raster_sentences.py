"""Sentences about pictures and rasters that cannot become layers."""

from __future__ import annotations

import math
from typing import Any

from ..host.i18n import translate
from .numbers import count_text, percent_text
from .wording import Action, quoted

_MILLION = 1_000_000


def picture_unreadable(error: Any) -> tuple[str, Action]:
    """Return the message with the reason why a picture cannot be placed on the map."""
    if error.found:
        return instead_of_picture(error.found), Action.RETRY
    texts = {
        "no-pixels": translate("Messages", "The server sent a picture without pixels. Report the date to Pixxel."),
        "extent": translate(
            "Messages",
            "The picture cannot be placed on the map, because the outline of its AOI has no area or is not on the "
            "Earth. Correct the AOI, or ask for the date as values.",
        ),
    }
    damaged = translate(
        "Messages", "The picture arrived damaged. The transfer may have been cut short. Load the date again."
    )
    return texts.get(error.reason, damaged), Action.RETRY


def classes_refused(error: Any) -> tuple[str, Action]:
    """Return the message with the reason why a picture has no classes."""
    return _classes_text(error), Action.NONE


def _classes_text(error: Any) -> str:
    if error.reason == "same-colour":
        text = translate(
            "Messages",
            "The classes {0} have the same colour, so they cannot be told apart in the picture. Give them different "
            "colours in the legend, or add the values instead.",
        )
        return text.format(translate("Messages", " and ").join(f"“{quoted(name)}”" for name in error.names))
    texts = {
        "share": translate(
            "Messages",
            "Only {0} of the picture has the colours of the legend's classes, so it was not made into classes. Add "
            "it as a picture, or add the values instead.",
        ).format(percent_text(math.floor(1000 * error.share) / 10, 1)),
        "too-many": translate(
            "Messages", "The legend has too many classes to tell them by their colours. Add the values instead."
        ),
    }
    none = translate(
        "Messages", "The date has no classes in this mode of the legend. Add it as a picture or values instead."
    )
    return texts.get(error.reason, none)


def raster_unreadable(error: Any) -> tuple[str, Action]:
    """Return the message with the reason why a raster of values cannot become a layer."""
    texts = {
        "off-earth": translate(
            "Messages",
            "The raster's georeference is not on the Earth, or its pixel size is impossible. "
            "Add the date as a picture, and report the raster to Pixxel.",
        ),
        "other-file": translate(
            "Messages",
            "The raster refers to another file, so it was not opened. "
            "Add the date as a picture, and report the raster to Pixxel.",
        ),
        "vanished": translate(
            "Messages", "The file was removed while dates were loaded, so its layer is empty. Load the date again."
        ),
    }
    if error.reason == "not-of-earth":
        text = translate(
            "Messages",
            "The raster's coordinate system is “{0}”, which is of another celestial body than the Earth, so the raster "
            "was not loaded. Add the date as a picture, and report the raster to Pixxel.",
        )
        return text.format(quoted(error.detail)), Action.RETRY
    if error.found:
        text = translate("Messages", "{0} is {1} and not a GeoTIFF, so it was not opened. Load the date again.")
        return text.format(quoted(error.name), kind_text(error.found)), Action.RETRY
    damaged = translate(
        "Messages",
        "The value raster cannot be read. The file may be damaged or lack a position. "
        "Load the date again, or add it as a picture.",
    )
    return texts.get(error.reason, damaged), Action.RETRY


def raster_too_large(error: Any) -> tuple[str, Action]:
    """Return the message with the size of a raster that is too large, and the remedy."""
    width, height = (count_text(side) for side in error.size)
    texts = {
        "picture": translate(
            "Messages",
            "This picture is {0} × {1} pixels, more than the limit of {2} million. "
            "Ask for it as values, or raise the limit in Options.",
        ),
        "block": translate(
            "Messages",
            "This raster has to be decoded in pieces of {0} × {1} pixels, which need more memory than the limit of "
            "{2} MB. Raise the limit in Options.",
        ),
        "raster": translate(
            "Messages",
            "This raster is {0} × {1} pixels, more than the limit of {2} million. "
            "Ask for it as a picture, or raise the limit in Options.",
        ),
    }
    return texts[error.reason].format(width, height, count_text(error.most // _MILLION)), Action.NONE


def instead_of_picture(found: str) -> str:
    """Return the message that another type of file was received in place of a picture."""
    text = translate(
        "Messages", "The server sent {0} in place of a PNG picture, so it was not opened. Load the date again."
    )
    return text.format(kind_text(found))


def kind_text(found: str) -> str:
    """Return the name of a file type, with its article."""
    texts = {
        "HTML": translate("Messages", "a web page"),
        "XML": translate("Messages", "an XML document"),
        "VRT": translate("Messages", "a virtual raster (VRT)"),
        "WMS": translate("Messages", "the description of a web service (WMS)"),
        "PDF": translate("Messages", "a PDF document"),
        "JSON": translate("Messages", "a text document"),
        "ZIP": translate("Messages", "a ZIP archive"),
        "gzip": translate("Messages", "a gzip archive"),
        "PNG": translate("Messages", "a PNG picture"),
        "JPEG": translate("Messages", "a JPEG picture"),
        "TIFF": translate("Messages", "a TIFF raster"),
        "nothing": translate("Messages", "an empty file"),
    }
    return texts.get(found, translate("Messages", "a file of an unknown kind"))
