"""The classes of a picture's pixels: exact and nearly exact colours, mixed edges, the painted legend, and refusals."""

from __future__ import annotations

import json
from itertools import pairwise

import numpy as np
import pytest
from pixxel_explorer.plugin.imagery import picture_classes as module
from pixxel_explorer.plugin.imagery.budget import budget
from pixxel_explorer.plugin.imagery.errors import ClassesRefused, Interrupted, RasterTooLarge
from pixxel_explorer.plugin.imagery.evaluate import Window
from pixxel_explorer.plugin.imagery.picture_classes import NO_CLASS, classes_of_picture
from pixxel_explorer.plugin.imagery.png_file import PictureUnreadable
from pixxel_explorer.plugin.legend.spec import Colour, ColourMapKind, Legend, LegendClass
from pixxel_explorer.plugin.sandbox.core.drawing.legend_box import paint_legend

from .test_placement import make_png

COLOURS = ("d7191c", "fdae61", "ffffbf", "a6d96a", "1a9641")
CLEAR = np.zeros(4, dtype=np.uint8)
PAPER = (250, 250, 250, 255)


def legend_of(*colours: str, labels: tuple[str, ...] = (), kind: ColourMapKind = ColourMapKind.INTERVALS) -> Legend:
    """Return a legend of one class a colour."""
    names = labels or tuple(f"Class {number}" for number in range(1, len(colours) + 1))
    edges = pairwise(number / len(colours) for number in range(len(colours) + 1))
    classes = (
        LegendClass(low, high, Colour(*bytes.fromhex(colour)), name)
        for (low, high), colour, name in zip(edges, colours, names, strict=True)
    )
    return Legend(tuple(classes), kind, closed_top=True)


LEGEND = legend_of(*COLOURS)
TABLE = np.asarray([CLEAR, *((*bytes.fromhex(colour), 255) for colour in COLOURS)], dtype=np.uint8)


def field(height: int, width: int, block: int = 6) -> np.ndarray:
    """Return class numbers of 1 to 5 in blocks, no-data in the corners."""
    rows, columns = np.mgrid[:height, :width]
    numbers = (1 + np.random.default_rng(3).integers(0, 5, (height // block + 1, width // block + 1)))[
        rows // block, columns // block
    ].astype(np.uint8)
    numbers[(rows - height / 2) ** 2 / height**2 + (columns - width / 2) ** 2 / width**2 > 0.27] = 0
    return numbers


def sorted_png(pixels: np.ndarray, legend: Legend = LEGEND, **options: object) -> module.ClassPixels:
    return classes_of_picture(make_png(pixels, 6), legend, **options)  # type: ignore[arg-type]


@pytest.mark.parametrize("size", [(1, 1), (5, 700), (600, 300)])
def test_each_colour_is_its_class_and_transparency_is_no_data(size: tuple[int, int]) -> None:
    truth = field(*size)
    found = sorted_png(TABLE[truth])
    assert np.array_equal(found.values, truth)
    assert found.values.dtype == np.uint8
    assert (found.overlay, found.share) == (None, 1.0)


def test_a_palette_picture_and_one_of_sixteen_bits_are_the_same() -> None:
    truth = field(40, 50)
    entries = b"".join(bytes(entry[:3]) for entry in TABLE)
    chunks = (_chunk(b"PLTE", entries), _chunk(b"tRNS", b"\0"))
    palette = classes_of_picture(make_png(truth[..., np.newaxis], 3, *chunks), LEGEND)
    deep = classes_of_picture(make_png(TABLE[truth].astype(np.uint16) * 257, 6, depth=16), LEGEND)
    assert np.array_equal(palette.values, truth)
    assert np.array_equal(deep.values, truth)


def test_a_grey_picture_is_read_by_grey_classes_and_refused_by_others() -> None:
    greys = np.asarray([[[0], [128], [255]]], dtype=np.uint8)
    found = classes_of_picture(make_png(greys, 0), legend_of("000000", "808080", "ffffff"))
    assert found.values.tolist() == [[1, 2, 3]]
    with pytest.raises(ClassesRefused):
        classes_of_picture(make_png(greys, 0), LEGEND)


@pytest.mark.parametrize("off, is_class", [(0, True), (3, True), (4, False)])
def test_a_colour_may_be_three_steps_off(off: int, is_class: bool) -> None:
    pixels = np.repeat(TABLE[np.ones((40, 40), dtype=np.uint8)], 1, axis=0)
    pixels[7, 9, :3] = pixels[7, 9, :3] + np.asarray([off, 0, off], dtype=np.uint8)
    values = sorted_png(pixels).values
    assert values[7, 9] == (1 if is_class else NO_CLASS)
    assert np.count_nonzero(values) == 1600 if is_class else 1599


def test_a_colour_near_two_classes_is_of_neither_unless_it_is_exact() -> None:
    near = legend_of("646464", "686868")
    pixels = np.full((30, 30, 4), (100, 100, 100, 255), dtype=np.uint8)
    pixels[3, 4:7, :3] = [[104] * 3, [102] * 3, [98] * 3]
    assert sorted_png(pixels, near).values[3, 3:7].tolist() == [1, 2, 1, 1]  # 102 lies between two neighbours
    pixels[3, 4] = 100, 100, 100, 255
    assert sorted_png(pixels, near).values[3, 3:7].tolist() == [1, 1, NO_CLASS, 1]


def test_mixed_edges_go_to_the_nearer_of_two_neighbours() -> None:
    truth = np.ones((200, 200), dtype=np.uint8)
    truth[:, 100:] = 5
    pixels = TABLE[truth].astype(np.float64)
    first, second = TABLE[1].astype(np.float64), TABLE[5].astype(np.float64)
    pixels[:, 99], pixels[:, 100] = 0.7 * first + 0.3 * second, 0.4 * first + 0.6 * second
    assert np.array_equal(sorted_png(np.rint(pixels).astype(np.uint8)).values, truth)


def test_a_mixture_of_classes_that_are_not_beside_it_is_no_data() -> None:
    pixels = TABLE[np.ones((100, 100), dtype=np.uint8)]
    pixels[50, 50:53, :3] = np.rint((TABLE[1].astype(float) + TABLE[5]) / 2)[:3]
    pixels[50, 60] = TABLE[5]
    values = sorted_png(pixels).values
    assert values[50, 50:53].tolist() == [NO_CLASS] * 3  # the green is eight pixels off


def test_half_transparent_pixels_at_the_outline_are_no_data() -> None:
    truth = field(60, 60)
    pixels = TABLE[truth]
    pixels[10, 5:55, 3] = 100
    truth[10, 5:55] = NO_CLASS
    assert np.array_equal(sorted_png(pixels).values, truth)


def test_a_picture_that_is_faint_throughout_is_refused_and_an_empty_one_is_empty() -> None:
    faint = TABLE[np.ones((9, 9), dtype=np.uint8)]
    faint[..., 3] = 90
    with pytest.raises(ClassesRefused) as refused:
        sorted_png(faint)
    assert (refused.value.reason, refused.value.share) == ("share", 0.0)
    assert not sorted_png(np.zeros((9, 9, 4), dtype=np.uint8)).values.any()


@pytest.mark.parametrize("wrong, is_refused", [(150, False), (250, True)])
def test_under_98_per_cent_it_is_refused_with_the_share(wrong: int, is_refused: bool) -> None:
    pixels = TABLE[np.ones((100, 100), dtype=np.uint8)]
    pixels[::10, : wrong // 10] = (10, 20, 200, 255)
    if not is_refused:
        assert sorted_png(pixels).share == pytest.approx(0.985)
        return
    with pytest.raises(ClassesRefused) as refused:
        sorted_png(pixels)
    assert refused.value.share == pytest.approx(0.975)


def test_the_legend_of_another_date_is_refused() -> None:
    with pytest.raises(ClassesRefused) as refused:
        sorted_png(TABLE[field(80, 80)], legend_of("440154", "31688e", "35b779", "fde725"))
    assert refused.value.reason == "share"


@pytest.mark.parametrize(
    "legend, reason, names",
    [
        (legend_of("d7191c", "1a9641", "D7191C", labels=("Low", "High", "")), "same-colour", ("Low", "3")),
        (Legend(), "no-classes", ()),
        (legend_of("d7191c", "1a9641", kind=ColourMapKind.RAMP), "no-classes", ()),
        (legend_of(*(f"{number:06x}" for number in range(64))), "too-many", ()),
    ],
)
def test_a_legend_that_cannot_tell_its_classes_is_refused(legend: Legend, reason: str, names: tuple[str, ...]) -> None:
    with pytest.raises(ClassesRefused) as refused:
        sorted_png(TABLE[field(20, 20)], legend)
    assert (refused.value.reason, refused.value.names) == (reason, names)


def test_the_most_classes_a_legend_may_have_are_told_apart() -> None:
    colours = tuple(f"{number * 4:02x}{255 - number * 4:02x}80" for number in range(63))
    pixels = np.asarray([[(*bytes.fromhex(colour), 255) for colour in colours]], dtype=np.uint8)
    assert sorted_png(pixels, legend_of(*colours)).values.tolist() == [[*range(1, 64)]]


def _classes() -> list[dict[str, object]]:
    return [
        {"min": entry.minimum, "max": entry.maximum, "color": entry.colour.hex, "label": entry.label}
        for entry in LEGEND.classes
    ]


def _framed(height: int, width: int) -> np.ndarray:
    """Return a painted legend that no code of the plugin drew: paper, swatches, and letters as strokes."""
    box = np.full((height, width, 4), PAPER, dtype=np.uint8)
    box[0], box[-1], box[:, 0], box[:, -1] = ((90, 90, 90, 255),) * 4
    step = (height - 12) // len(COLOURS)
    for number in range(len(COLOURS)):
        top = 8 + number * step
        box[top : top + step - 5, 8:24] = TABLE[number + 1]
        box[top + 2 : top + step - 6, 32 : width - 8 : 4] = (30, 30, 30, 255)
    return box


@pytest.mark.parametrize("is_smooth", [False, True])
def test_the_painted_legend_is_no_map(is_smooth: bool) -> None:
    truth = field(500, 700, block=20)
    pixels = TABLE[truth]
    if is_smooth:
        pixels = _smoothed(pixels)
    pixels[350:480, 20:180] = _framed(130, 160)
    found = sorted_png(pixels)
    assert found.overlay is not None
    box = found.overlay
    assert abs(box.column - 20) <= 1 and abs(box.row - 350) <= 1
    assert not found.values[350:480, 20:180].any()
    outside = np.ones(truth.shape, dtype=bool)
    outside[348:482, 18:182] = False
    assert (found.values == truth)[outside].mean() > (0.98 if is_smooth else 0.9999)
    assert found.share > 0.985


def test_the_legend_that_the_sandbox_paints_is_no_map() -> None:
    truth = field(600, 900, block=20)
    pixels = TABLE[truth]
    plain = pixels.copy()
    paint_legend(pixels, "NDVI  2025-06-11", _classes())
    is_painted = (pixels != plain).any(axis=-1)
    found = sorted_png(pixels)
    assert is_painted.any()
    assert not found.values[is_painted].any()
    box = found.overlay
    assert box is not None
    outside = np.ones(truth.shape, dtype=bool)
    outside[box.row : box.row + box.height, box.column : box.column + box.width] = False
    assert not is_painted[outside].any()
    assert np.array_equal(found.values[outside], truth[outside])


def test_a_legend_in_the_margin_is_found_with_the_whole_picture_and_cut_off() -> None:
    truth = field(300, 400, block=20)
    pixels = np.full((300, 560, 4), PAPER, dtype=np.uint8)
    pixels[:, :400] = TABLE[truth]
    pixels[100:230, 401:559] = _framed(130, 158)
    found = sorted_png(pixels, window=Window(0, 0, 400, 300))
    assert np.array_equal(found.values, truth)
    assert found.overlay is None


def test_a_window_limits_what_counts() -> None:
    truth = field(90, 90)
    pixels = np.full((100, 120, 4), (10, 20, 200, 255), dtype=np.uint8)
    pixels[4:94, 20:110] = TABLE[truth]
    assert np.array_equal(sorted_png(pixels, window=Window(20, 4, 90, 90)).values, truth)
    with pytest.raises(ClassesRefused):
        sorted_png(pixels)


def test_it_stops_between_rows() -> None:
    asked = iter([False, True])
    with pytest.raises(Interrupted):
        sorted_png(TABLE[field(600, 50)], is_stopped=lambda: next(asked))


def test_it_stops_between_mixed_pixels(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_AT_ONCE", 10)
    asked = iter([False, False, True])
    with pytest.raises(Interrupted):
        sorted_png(_smoothed(TABLE[field(100, 100)]), is_stopped=lambda: next(asked))


def test_a_damaged_picture_and_one_beyond_the_limit_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    png = make_png(TABLE[field(20, 20)], 6)
    with pytest.raises(PictureUnreadable):
        classes_of_picture(png[:-30], LEGEND)
    with pytest.raises(PictureUnreadable):
        classes_of_picture(json.dumps({}).encode(), LEGEND)
    monkeypatch.setattr(budget, "megapixels", 0)
    with pytest.raises(RasterTooLarge):
        classes_of_picture(png, LEGEND)


def _smoothed(pixels: np.ndarray) -> np.ndarray:
    """Return pixels mixed with those above and before them; the outline stays sharp."""
    colours = pixels[..., :3].astype(np.float64)
    seen = (pixels[..., 3] > 0)[..., np.newaxis]
    above, before = np.roll(colours, 1, axis=0), np.roll(colours, 1, axis=1)
    both = seen & np.roll(seen, 1, axis=0) & np.roll(seen, 1, axis=1)
    mixed = np.where(both, (2 * colours + above + before) / 4, colours)
    return np.dstack([np.rint(mixed).astype(np.uint8), pixels[..., 3:]])


def _chunk(kind: bytes, body: bytes) -> bytes:
    import struct
    import zlib

    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
