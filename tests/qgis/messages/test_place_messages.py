"""One warning names the pictures of a load whose place is not certain, and what to do."""

from __future__ import annotations

import math

import pytest
from pixxel_explorer.plugin.imagery.loaded import Placement, PlaceMethod
from pixxel_explorer.plugin.messages.place_messages import uncertain_places


def placement(confidence: float, error: float) -> Placement:
    return Placement("EPSG:4326", (0.0, 0.0, 1.0, 1.0), PlaceMethod.AOI_GEOMETRY, confidence, error)


CERTAIN = placement(0.98, 0.02)


@pytest.mark.parametrize(
    ("placements", "text"),
    [
        ([], ""),
        ([CERTAIN, placement(1.0, 0.0)], ""),
        (
            [CERTAIN, placement(0.5, 2.4)],
            "The place of this picture is not certain: it may be 3 pixels off or more. "
            "Click the mark beside the layer to choose it, or add the values, which state their own.",
        ),
        (
            [placement(0.5, 2.4), CERTAIN, placement(0.5, 11.2)],
            "The place of 2 pictures is not certain: they may be 12 pixels off or more. "
            "Click the mark beside the layer to choose it, or add the values, which state their own.",
        ),
        (
            [placement(0.2, math.inf)],
            "The place of this picture is not certain, because it does not fit its AOI's outline. "
            "Click the mark beside the layer to choose it, or add the values, which state their own.",
        ),
        (
            [placement(0.2, math.inf), placement(0.5, 2.0)],
            "The place of 2 pictures is not certain, because they do not fit their AOI's outline. "
            "Click the mark beside the layer to choose it, or add the values, which state their own.",
        ),
    ],
)
def test_the_warning_counts_what_is_not_certain(qgis_app: object, placements: list[Placement], text: str) -> None:
    assert uncertain_places(placements) == text
