"""Sentences about shapes that cannot become polygons for the server."""

from __future__ import annotations

from typing import Any

from ..host.i18n import translate
from .numbers import count_text, rounded_text
from .wording import Action


def polygon_refused(error: Any) -> tuple[str, Action]:
    """Return the message with the reason why a geometry cannot be sent, and the remedy."""
    makers = {"crossing": _invalid, "invalid": _invalid, **_COUNTED}
    text = makers.get(error.reason, _other)(error)
    if error.feature is not None:
        text = translate("Messages", "Feature {0}: {1}").format(error.feature, text)
    return text, Action.NONE


def _invalid(error: Any) -> str:
    if error.reason == "crossing":
        text = translate("Messages", "The polygon crosses or touches itself near {0}, so it was not sent.")
    else:
        text = translate("Messages", "The polygon is not valid near {0} ({1}), so it was not sent.")
    found = text.format(error.place, error.detail)
    return found if error.repair is None else f"{found} {_effect(error.repair)}"


def _effect(repair: Any) -> str:
    before, after = area_text(repair.before), area_text(repair.after)
    if before == after:
        area = translate("Messages", "keeps the area of {0}").format(after)
    else:
        area = translate("Messages", "changes the area from {0} to {1}").format(before, after)
    if repair.parts > 1:
        area = translate("Messages", "gives {0} parts and {1}").format(count_text(repair.parts), area)
    text = translate("Messages", "A repair {0}. Correct it by hand, or switch on “Repair invalid polygons”.")
    return text.format(area)


def area_text(square_metres: float) -> str:
    """Return an area in m², from 1,000 m² on in ha, and from 100 ha on in km², as the list of AOIs does."""
    if square_metres >= 1e6:
        return translate("Messages", "{0} km²").format(rounded_text(square_metres / 1e6, 3))
    if square_metres >= 1e3:
        return translate("Messages", "{0} ha").format(rounded_text(square_metres / 1e4, 3))
    return translate("Messages", "{0} m²").format(rounded_text(square_metres, 3))


def _none(_error: Any) -> str:
    return translate("Messages", "The layer has no polygon, and an AOI is made from one. Draw or choose one.")


def _several(error: Any) -> str:
    return translate(
        "Messages",
        "The layer has {0} polygons, and an AOI is made from one. Select one and tick “Selected features only”.",
    ).format(count_text(error.count))


def _parts(error: Any) -> str:
    return translate(
        "Messages",
        "The one feature has {0} parts, and an AOI is made from one polygon. Switch on “One AOI for each part”, "
        "or separate them with “Multipart to Singleparts” and select one.",
    ).format(count_text(error.count))


def _antimeridian(_error: Any) -> str:
    return translate(
        "Messages",
        "The polygon crosses the 180th meridian, which an AOI cannot. Switch on “One AOI for each part” for one AOI "
        "on each side, or draw only one side.",
    )


_COUNTED = {"none": _none, "several": _several, "parts": _parts, "antimeridian": _antimeridian}


def _other(error: Any) -> str:
    texts = {
        "no-crs": translate(
            "Messages",
            "The layer has no CRS (coordinate reference system), so its place on the Earth is not known. "
            "Choose one with “Set Layer CRS…” in the layer's menu, then try again.",
        ),
        "no-transformation": translate(
            "Messages",
            "The layer's coordinates cannot be converted to longitude and latitude from its CRS ({0}). "
            "Choose the right CRS for the layer.",
        ),
        "not-polygon": translate("Messages", "The shape is no polygon ({0}). Choose a layer of polygons."),
        "not-finite": translate("Messages", "The polygon has a corner without coordinates. Draw it again."),
        "range": translate(
            "Messages",
            "The polygon has coordinates that are not on the Earth ({0}). The layer may have the wrong CRS; check it.",
        ),
        "no-area": translate("Messages", "The polygon has no area. Draw it again."),
        "long-edge": translate(
            "Messages",
            "An edge of the polygon spans more than 180° of longitude ({0}): across the 180th meridian, or round the "
            "globe? To cross, write longitudes beyond 180 (180.1 for -179.9); otherwise add corners between.",
        ),
        "pole": translate(
            "Messages", "The polygon surrounds a pole, which the server cannot take. Draw it away from the pole."
        ),
        "too-wide": translate("Messages", "The polygon is wider than the globe. Draw a smaller one."),
    }
    return texts[error.reason].format(error.place or error.detail)
