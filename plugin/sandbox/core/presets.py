"""Satellites and preset indices of the sandbox, and the fixed classes of each preset."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ...legend.vocabulary import ExpressionType
from .clock import named_id

SENTINEL_ID = "0002a3a3-00a2-4b55-842b-44d8202c6d60"
SAMPLE_SATELLITE_ID = named_id("satellite", "Firefly (sample)")
FIREFLY_ID = named_id("satellite", "Firefly 5 m (sample)")
COMPOSITE_BANDS = 3

_WATER = "#4575b4"
_FIRST_NM, _STEP_NM = 473.0, 3.187  # of the real satellites' 135 bands, of which the sample has some
_WIDTH_NM = 5.0  # at half of a band's maximum: neighbours overlap
_FIREFLY_NUMBERS = (1, 6, 19, 28, 38, 47, 62, 74, 78, 86, 98, 118, 135)
FIREFLY_BANDS = {f"B{number:03d}": round(_FIRST_NM + _STEP_NM * (number - 1), 1) for number in _FIREFLY_NUMBERS}
_SENTINEL_BANDS = {"B02": 492.4, "B03": 559.8, "B04": 664.6, "B08": 832.8}


@dataclass(frozen=True, slots=True)
class Theory:
    """Fixed classes of a preset index: edges in index units, a label and a colour for each gap between them."""

    edges: tuple[float, ...]
    labels: tuple[str, ...]
    colours: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Preset:
    """An index everybody has, written with wavelengths in nm between braces."""

    name: str
    description: str
    formula: str
    colormap: str
    theory: Theory


PRESETS = (
    Preset(
        "NDVI",
        "Normalised difference vegetation index: green plant cover.",
        "({842}-{665})/({842}+{665})",
        "rdylgn",
        Theory(
            (-1.0, 0.0, 0.18, 0.3, 0.5, 0.7, 1.0),
            ("Water", "Bare soil", "Sparse vegetation", "Moderate vegetation", "Dense vegetation", "Closed canopy"),
            (_WATER, "#c2a679", "#fee08b", "#a6d96a", "#66bd63", "#1a7837"),
        ),
    ),
    Preset(
        "NDWI",
        "Normalised difference water index after McFeeters: open water.",
        "({560}-{842})/({560}+{842})",
        "ylgnbu",
        Theory(
            (-1.0, -0.6, -0.3, 0.0, 0.2, 1.0),
            ("Dense vegetation", "Vegetation", "Dry ground", "Wet ground", "Open water"),
            ("#238443", "#addd8e", "#dfc27d", "#74add1", "#225ea8"),
        ),
    ),
    Preset(
        "GNDVI",
        "Green normalised difference vegetation index: chlorophyll of dense crops.",
        "({842}-{560})/({842}+{560})",
        "ylgn",
        Theory(
            (-1.0, 0.0, 0.25, 0.45, 0.6, 1.0),
            ("Water", "Bare soil", "Low chlorophyll", "Moderate chlorophyll", "High chlorophyll"),
            (_WATER, "#c2a679", "#d9f0a3", "#78c679", "#238443"),
        ),
    ),
    Preset(
        "NDRE",
        "Normalised difference red edge: vigour of crops whose NDVI is saturated.",
        "({842}-{717})/({842}+{717})",
        "rdylgn",
        Theory(
            (-1.0, 0.0, 0.1, 0.2, 0.3, 1.0),
            ("Water", "Bare soil", "Weak crop", "Developing crop", "Vigorous crop"),
            (_WATER, "#c2a679", "#fdae61", "#a6d96a", "#1a9850"),
        ),
    ),
    Preset(
        "CI Red Edge",
        "Red edge chlorophyll index: leaf chlorophyll.",
        "{783}/{704}-1",
        "greens",
        Theory(
            (-1.0, 0.2, 0.6, 1.2, 2.0, 10.0),
            ("No chlorophyll", "Low chlorophyll", "Moderate chlorophyll", "High chlorophyll", "Very high chlorophyll"),
            ("#c2a679", "#edf8e9", "#a1d99b", "#41ab5d", "#005a32"),
        ),
    ),
    Preset(
        "NDCI",
        "Normalised difference chlorophyll index: algae in water.",
        "({704}-{665})/({704}+{665})",
        "ylgnbu",
        Theory(
            (-1.0, 0.0, 0.2, 0.4, 0.5, 1.0),
            ("Clear water", "Low chlorophyll-a", "Moderate chlorophyll-a", "High chlorophyll-a", "Bloom or plants"),
            ("#225ea8", "#41b6c4", "#c7e9b4", "#fed976", "#e31a1c"),
        ),
    ),
)
_SENTINEL_PRESETS = ("NDVI", "NDWI", "GNDVI")
_THEORIES = {preset.name: preset.theory for preset in PRESETS}


def theory_of(index_name: str) -> Theory | None:
    """Return the fixed classes of a preset, or ``None``."""
    return _THEORIES.get(index_name)


def sample_bands(wavelengths: tuple[float, ...]) -> dict[str, float]:
    """Name bands ``B001``, ``B002`` … with their wavelengths in nm."""
    return {f"B{number:03d}": nm for number, nm in enumerate(wavelengths, start=1)}


def satellites(wavelengths: tuple[float, ...]) -> list[dict[str, Any]]:
    """Return the satellites of the farm and of Sentinel-2, in the API's shape."""
    sample = sample_bands(wavelengths)
    return [
        _satellite(SAMPLE_SATELLITE_ID, "Firefly (sample)", sample, 2e-05, "sample-hyperspectral-l2a", "pixxel"),
        _satellite(SENTINEL_ID, "Sentinel-2", _SENTINEL_BANDS, 1e-04, "sentinel-2-l2a", "planetary"),
    ]


def firefly() -> dict[str, Any]:
    """Return the satellite with a subset of the real bands, at the real ground resolution."""
    found = _satellite(FIREFLY_ID, "Firefly 5 m (sample)", FIREFLY_BANDS, 2e-05, "firefly-l2a", "pixxel", 5)
    return {**found, "_width_nm": _WIDTH_NM}


def _satellite(
    identifier: str,
    name: str,
    bands: dict[str, float],
    scale: float,
    collection: str,
    provider: str,
    resolution_m: float = 10,
) -> dict[str, Any]:
    return {
        "id": identifier,
        "name": name,
        "bands": [
            {"name": band, "wavelength": nm, "spatial_resolution": resolution_m, "scale": scale, "offset": 0.0}
            for band, nm in bands.items()
        ],
        "collections": [
            {
                "id": collection,
                "name": f"{name} surface reflectance",
                "provider": provider,
                "queryables": ["cloud_cover"],
                "rescale": [0, 10000],
            }
        ],
        "rgb_composite": {colour: nearest(bands, nm) for colour, nm in (("red", 665), ("green", 560), ("blue", 490))},
    }


def nearest(bands: dict[str, float], nm: float) -> str:
    """Return the name of the band closest to a wavelength."""
    return min(bands, key=lambda name: abs(bands[name] - nm))


def preset_indices(wavelengths: tuple[float, ...], made_at: str) -> list[dict[str, Any]]:
    """Return the preset indices of those satellites, in the API's shape."""
    sample = sample_bands(wavelengths)
    found = [_index(preset, SAMPLE_SATELLITE_ID, sample, made_at) for preset in PRESETS]
    few = [preset for preset in PRESETS if preset.name in _SENTINEL_PRESETS]
    return found + [_index(preset, SENTINEL_ID, _SENTINEL_BANDS, made_at) for preset in few]


def firefly_indices(made_at: str) -> list[dict[str, Any]]:
    """Return the preset indices of that satellite."""
    return [_index(preset, FIREFLY_ID, FIREFLY_BANDS, made_at) for preset in PRESETS]


def index_id(satellite_id: str, name: str) -> str:
    """Return the id of a preset index of a satellite."""
    return named_id("index", satellite_id, name)


def _index(preset: Preset, satellite_id: str, bands: dict[str, float], made_at: str) -> dict[str, Any]:
    wavelengths = sorted({int(part.split("}")[0]) for part in preset.formula.split("{")[1:]})
    names = {nm: nearest(bands, nm) for nm in wavelengths}
    expression = preset.formula
    for nm, name in names.items():
        expression = expression.replace(f"{{{nm}}}", name)
    return {
        "id": index_id(satellite_id, preset.name),
        "name": preset.name,
        "description": preset.description,
        "expression": expression,
        "expression_type": ExpressionType.INDEX,
        "type": "preset",
        "bands": sorted(names.values()),
        "colormap": preset.colormap,
        "rescale": [preset.theory.edges[0], preset.theory.edges[-1]] if preset.theory.edges[-1] > 1 else [-1, 1],
        "satellite_id": satellite_id,
        "created_at": made_at,
        "updated_at": made_at,
    }
