"""The block ``classification``: pixels of like spectra put into classes by k-means."""

from __future__ import annotations

from typing import Any

import numpy as np

from ....imagery.evaluate import bands_of
from ...core.computing import ensured_file
from ...core.drawing import colour_maps
from ...core.state import SandboxState
from ...core.store import Record
from .files import NO_CLASS, write_classes, write_table
from .layers import Array, LayerGrid, mosaics_of, read
from .schema import InputWrong
from .work import Result, Work, check_day

INPUTS = {
    "type": "object",
    "required": ["bands", "date"],
    "properties": {
        "bands": {
            "type": "array",
            "items": {"type": "string"},
            "minItems": 1,
            "maxItems": 64,
            "description": "Bands of the AOI's mosaics.",
        },
        "date": {"type": "string", "description": "Date YYYY-MM-DD."},
        "classes": {
            "type": "integer",
            "minimum": 2,
            "maximum": 12,
            "default": 5,
            "description": "How many classes to find.",
        },
    },
}
OUTPUTS = {
    "classes": {"type": "raster", "media_type": "image/tiff", "file": "classes.tif"},
    "table": {"type": "file", "media_type": "text/csv", "file": "classes.csv"},
}
_COLOURS = "spectral"
_MOST_ROUNDS = 60


def check(state: SandboxState, aoi: Record, inputs: Record) -> Record:
    """Return inputs with every band once.

    Raises:
        InputWrong: the date or a band is none of the area of interest.
    """
    mosaics = mosaics_of(state, aoi["aoi_id"])
    check_day(mosaics, inputs["date"], "date")
    known = mosaics[inputs["date"]]["band_list"]
    foreign = next((band for band in inputs["bands"] if band not in known), None)
    if foreign is not None:
        raise InputWrong("input.bands", f"has {foreign[:40]}, which is no band of the mosaic")
    return {**inputs, "bands": list(dict.fromkeys(inputs["bands"]))}


def run(work: Work) -> Result:
    """Find classes in the bands of one date, darkest first in the first band, and measure them."""
    bands, grid = _bands(work)
    work.report(0.3, f"read {len(bands)} bands of {work.inputs['date']}")
    classes = classified(bands, work.inputs["classes"], work.state.options.seed)
    work.report(0.8, f"found {work.inputs['classes']} classes")
    colours = colour_maps.colours(_COLOURS, work.inputs["classes"])
    rows = _rows(work, bands, classes, grid)
    files = {name: work.folder / str(output["file"]) for name, output in OUTPUTS.items()}
    write_classes(files["classes"], classes, grid, colours, "classes")
    write_table(files["table"], rows)
    work.report(1.0, "wrote the class raster and its table")
    return Result(files, rows)


def _bands(work: Work) -> tuple[Array, LayerGrid]:
    """Return the bands, shape (band, height, width), NaN where there is no data."""
    mosaics = mosaics_of(work.state, work.aoi["aoi_id"])
    check_day(mosaics, work.inputs["date"], "date")
    path = ensured_file(work.state, mosaics[work.inputs["date"]])
    places = bands_of(path)
    pictures = read(path, [places[name][1] for name in work.inputs["bands"]])
    return np.stack([picture.values for picture in pictures]), pictures[0].grid


def classified(bands: Array, count: int, seed: int) -> Array:
    """Return the class of every pixel, 1 and up, 0 where a band has no data; the same seed gives the same classes.

    Args:
        bands: shape (band, height, width).
    """
    valid = np.isfinite(bands).all(axis=0)
    pixels = bands[:, valid].T
    classes = np.full(valid.shape, NO_CLASS, dtype=np.uint8)
    if pixels.size:
        centres = _centres(pixels, count, np.random.default_rng(seed))
        centres = centres[np.argsort(centres[:, 0], kind="stable")]
        classes[valid] = _nearest(pixels, centres) + 1
    return classes


def _centres(pixels: Array, count: int, random: np.random.Generator) -> Array:
    """Return Lloyd's centres, begun as k-means++ does; a class that loses its pixels keeps its centre."""
    centres = _begun(pixels, count, random)
    for _ in range(_MOST_ROUNDS):
        nearest = _nearest(pixels, centres)
        members = [pixels[nearest == number] for number in range(count)]
        moved = np.array([m.mean(axis=0) if len(m) else c for m, c in zip(members, centres, strict=True)])
        if np.array_equal(moved, centres):
            break
        centres = moved
    return centres


def _begun(pixels: Array, count: int, random: np.random.Generator) -> Array:
    """Choose pixels far from each other (Arthur and Vassilvitskii 2007, "k-means++")."""
    centres = pixels[[random.integers(len(pixels))]]
    while len(centres) < count:
        away = _distances(pixels, centres).min(axis=1)
        share = away / away.sum() if away.sum() > 0 else None
        centres = np.vstack([centres, pixels[random.choice(len(pixels), p=share)]])
    return centres


def _nearest(pixels: Array, centres: Array) -> Array:
    return np.asarray(_distances(pixels, centres).argmin(axis=1))


def _distances(pixels: Array, centres: Array) -> Array:
    """Return squared distances, shape (pixel, centre)."""
    return np.stack([((pixels - centre) ** 2).sum(axis=1) for centre in centres], axis=1)


def _rows(work: Work, bands: Array, classes: Array, grid: LayerGrid) -> list[dict[str, Any]]:
    total = max(int(np.count_nonzero(classes)), 1)
    rows = []
    for number, colour in enumerate(colour_maps.colours(_COLOURS, work.inputs["classes"]), start=1):
        members = classes == number
        pixels = int(np.count_nonzero(members))
        row = {"class": number, "color": colour, "pixels": pixels, "area_m2": round(pixels * grid.pixel_m2, 2)}
        means = {f"mean_{n}": _mean(band[members]) for n, band in zip(work.inputs["bands"], bands, strict=True)}
        rows.append({**row, "percent": round(100 * pixels / total, 4), **means})
    return rows


def _mean(values: Array) -> float | None:
    return round(float(values.mean()), 6) if values.size else None
