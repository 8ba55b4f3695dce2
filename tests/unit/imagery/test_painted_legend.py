"""The legend painted into a picture is found to the pixel, and a map without one has none."""

from __future__ import annotations

import numpy as np
import pytest
from pixxel_explorer.plugin.imagery.evaluate import Window
from pixxel_explorer.plugin.imagery.painted_legend import find_painted_legend

COLOURS = ((165, 0, 38), (244, 109, 67), (254, 224, 139), (102, 189, 99), (0, 104, 55))
PAPERS = ((252, 252, 250), (255, 255, 255), (30, 32, 36))


def field(height: int, width: int, scale: int = 1, seed: int = 3) -> np.ndarray:
    """Return a map of patches in the classes' colours, transparent outside an ellipse."""
    rng = np.random.default_rng(seed)
    shape = (-(-height // (5 * scale)) + 1, -(-width // (5 * scale)) + 1)
    numbers = rng.integers(0, len(COLOURS), shape).repeat(5 * scale, 0).repeat(5 * scale, 1)[:height, :width]
    noise = rng.random((height, width)) < 0.05
    numbers = np.where(noise, rng.integers(0, len(COLOURS), (height, width)), numbers)
    rgba = np.full((height, width, 4), 255, dtype=np.uint8)
    rgba[..., :3] = np.asarray(COLOURS, dtype=np.uint8)[numbers]
    rows, columns = np.mgrid[0:height, 0:width]
    rgba[((rows / height - 0.5) ** 2 + (columns / width - 0.5) ** 2) > 0.25] = 0
    return rgba


def paint(rgba: np.ndarray, box: Window, paper: tuple[int, int, int], *, frame: int = 1, reverse: bool = True) -> None:
    """Paint a legend: paper, a frame, a title's letters, swatches with letters beside them."""
    sheet = np.full((box.height, box.width, 4), 255, dtype=np.uint8)
    sheet[..., :3] = (120, 126, 134)
    inside = sheet[frame : box.height - frame, frame : box.width - frame]
    inside[..., :3] = paper
    letters = np.random.default_rng(1).random(inside.shape[:2]) < 0.4
    letters[:4], letters[-4:], letters[:, :4], letters[:, -4:], letters[:, 4:18] = False, False, False, False, False
    letters[::3] = False
    inside[letters, :3] = 128
    step = (inside.shape[0] - 8) // len(COLOURS)
    for place, colour in enumerate(reversed(COLOURS) if reverse else COLOURS):
        top = 4 + place * step
        inside[top : top + step - 3, 4:16, :3] = colour
    rgba[box.row : box.row + box.height, box.column : box.column + box.width] = sheet


@pytest.mark.parametrize("paper", PAPERS)
@pytest.mark.parametrize("frame", [0, 1, 3])
@pytest.mark.parametrize("reverse", [False, True])
@pytest.mark.parametrize("place", [(4, 5), (150, 200), (180, 90)])
def test_a_box_inside_the_map_is_found_to_the_pixel(
    paper: tuple[int, int, int], frame: int, reverse: bool, place: tuple[int, int]
) -> None:
    rgba = field(300, 400)
    box = Window(place[1], place[0], 150, 90)
    paint(rgba, box, paper, frame=frame, reverse=reverse)
    assert find_painted_legend(rgba, COLOURS) == box
    assert find_painted_legend(rgba, ()) == (box if paper[0] > 200 else None)


@pytest.mark.parametrize("side", ["left", "right", "top", "bottom"])
def test_a_margin_is_found_whole(side: str) -> None:
    rgba = field(300, 400)
    box = {
        "left": Window(0, 0, 120, 300),
        "right": Window(280, 0, 120, 300),
        "top": Window(0, 0, 400, 90),
        "bottom": Window(0, 210, 400, 90),
    }[side]
    paint(rgba, box, PAPERS[0], frame=0)
    assert find_painted_legend(rgba, COLOURS) == box


@pytest.mark.parametrize("scale", [1, 4, 20])
def test_a_map_alone_has_none(scale: int) -> None:
    assert find_painted_legend(field(300, 400, scale), COLOURS) is None
    assert find_painted_legend(field(300, 400, scale), ()) is None


def test_a_class_may_be_as_white_as_the_paper() -> None:
    rgba = field(300, 400)
    box = Window(4, 200, 150, 90)
    paint(rgba, box, (255, 255, 255))
    swapped = (rgba[..., :3] == COLOURS[2]).all(axis=-1)
    rgba[swapped, :3] = 255
    assert find_painted_legend(rgba, (*COLOURS[:2], (255, 255, 255), *COLOURS[3:])) == box


def test_swatches_out_of_order_are_no_legend() -> None:
    rgba = field(300, 400)
    paint(rgba, Window(4, 200, 150, 90), PAPERS[0])
    assert find_painted_legend(rgba, (COLOURS[1], COLOURS[3], COLOURS[0], COLOURS[4], COLOURS[2])) is None


@pytest.mark.parametrize("shape", [(1, 1), (1, 900), (900, 1), (12, 12)])
def test_pictures_without_room_have_none(shape: tuple[int, int]) -> None:
    assert find_painted_legend(np.full((*shape, 4), 255, dtype=np.uint8), COLOURS) is None
    assert find_painted_legend(np.zeros((*shape, 4), dtype=np.uint8), ()) is None
