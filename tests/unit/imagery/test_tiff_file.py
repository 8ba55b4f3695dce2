"""TIFFs of countless images are not opened."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest
from pixxel_explorer.plugin.imagery import raster_io
from pixxel_explorer.plugin.imagery.tiff_file import MOST_IMAGES, has_usual_length


def chain(count: int, order: str = "<", *, is_big: bool = False, last: int = 0) -> bytes:
    """Return a TIFF of some images without tags; the last one leads to ``last``."""
    mark = b"II" if order == "<" else b"MM"
    number, length, word = ("Q", "Q", 16) if is_big else ("I", "H", 6)
    start = 16 if is_big else 8
    version = struct.pack(order + "HHH", 43, 8, 0) if is_big else struct.pack(order + "H", 42)
    places = [start + word * each for each in range(1, count)] + [last]
    images = b"".join(struct.pack(order + length, 0) + struct.pack(order + number, place) for place in places)
    return mark + version + struct.pack(order + number, start) + images


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("is_big", [False, True])
def test_a_chain_of_images_is_followed_to_its_end(tmp_path: Path, order: str, is_big: bool) -> None:
    raster = tmp_path / "a.tif"
    for count, is_usual in ((1, True), (MOST_IMAGES, True), (MOST_IMAGES + 1, False)):
        raster.write_bytes(chain(count, order, is_big=is_big))
        assert has_usual_length(raster) is is_usual


@pytest.mark.parametrize("content", [chain(3, last=8), chain(3)[:-3], b"II*\0", chain(1, last=2**32 - 1)])
def test_what_leads_back_or_nowhere_is_left_to_the_decoder(tmp_path: Path, content: bytes) -> None:
    raster = tmp_path / "a.tif"
    raster.write_bytes(content)
    assert has_usual_length(raster)


def test_a_raster_of_countless_images_is_not_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A million of them in 126 MB took 51 s and 3.7 GB."""
    raster = tmp_path / "a.tif"
    raster.write_bytes(chain(100_000))
    monkeypatch.setattr(raster_io, "open_with", lambda *_args: pytest.fail("it was opened"))
    with pytest.raises(OSError, match="more than 1000 images"):
        raster_io.open_raster(raster)
