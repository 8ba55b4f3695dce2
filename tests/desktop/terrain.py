"""A raster nobody styled yet, and style documents for it as map servers have them; the same at every run."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from osgeo import gdal, osr

WIDTH, HEIGHT, HIGHEST = 640, 480, 2400.0
ELEVATIONS = (
    (0, "#2b83ba", "Valley"),
    (500, "#1a9641", "Meadows"),
    (1000, "#a6d96a", "Forest"),
    (1500, "#fdae61", "Heath"),
    (2000, "#8c510a", "Rock"),
    (2400, "#f7f7f7", "Snow"),
)
INDEX = ((-1, "#d7191c", "Bare"), (0, "#ffffbf", "Sparse"), (1, "#1a9641", "Dense"))
ZONES = ((800, "#4d9221", "Below 800 m"), (1600, "#fee08b", "800 to 1600 m"), (2500, "#8073ac", "Above 1600 m"))


def write_raster(path: Path) -> Path:
    """Write mountains."""
    return _write(path, _heights().astype(np.float32), gdal.GDT_Float32)


def write_index(path: Path) -> Path:
    """Write an index of -0.2 to 0.9 as whole numbers, × 10000, without saying so."""
    return _write(path, np.rint((_heights() / HIGHEST * 1.1 - 0.2) * 10000), gdal.GDT_Int16)


def _heights() -> np.ndarray:
    """Return noise whose long waves are the highest."""
    generator = np.random.default_rng(7)
    waves = np.fft.rfft2(generator.standard_normal((HEIGHT, WIDTH)))
    lengths = np.hypot(np.fft.fftfreq(HEIGHT)[:, None] * HEIGHT, np.fft.rfftfreq(WIDTH)[None, :] * WIDTH)
    heights = np.fft.irfft2(waves / np.maximum(lengths, 3) ** 2.2, (HEIGHT, WIDTH))
    return (heights - heights.min()) / (heights.max() - heights.min()) * HIGHEST


def _write(path: Path, values: np.ndarray, kind: int) -> Path:
    dataset = gdal.GetDriverByName("GTiff").Create(str(path), WIDTH, HEIGHT, 1, kind)
    dataset.SetGeoTransform((400000, 30, 0, 5200000, 0, -30))
    reference = osr.SpatialReference()
    reference.ImportFromEPSG(32633)
    dataset.SetProjection(reference.ExportToWkt())
    dataset.GetRasterBand(1).WriteArray(values)
    return path


def write_masked(path: Path, terrain: Path) -> Path:
    """Write the mountains with an alpha band that hides their left half."""
    source = gdal.Open(str(terrain))
    dataset = gdal.GetDriverByName("GTiff").Create(str(path), WIDTH, HEIGHT, 2, gdal.GDT_Float32)
    dataset.SetGeoTransform(source.GetGeoTransform())
    dataset.SetProjection(source.GetProjection())
    dataset.GetRasterBand(1).WriteArray(source.ReadAsArray())
    mask = np.full((HEIGHT, WIDTH), 255, np.float32)
    mask[:, : WIDTH // 2] = 0
    dataset.GetRasterBand(2).WriteArray(mask)
    dataset.GetRasterBand(2).SetColorInterpretation(gdal.GCI_AlphaBand)
    return path


def write_documents(folder: Path) -> dict[str, Path]:
    """Write documents by name.

    ``elevation`` holds two styles, ``zones`` asks for shading, ``broken`` ends early, ``index`` is of -1 to 1.
    """
    texts = {
        "elevation": _document(_style("elevation", "ramp", ELEVATIONS), _style("zones", "intervals", ZONES)),
        "index": _document(_style("index", "ramp", INDEX)),
        "zones": _document(_style("zones", "intervals", ZONES, "<ShadedRelief/>")),
        "broken": _document(_style("elevation", "ramp", ELEVATIONS))[:700],
    }
    for name, text in texts.items():
        (folder / f"{name}.sld").write_text(text, encoding="utf-8")
    return {name: folder / f"{name}.sld" for name in texts}


def _document(*styles: str) -> str:
    head = '<?xml version="1.0" encoding="UTF-8"?>\n<StyledLayerDescriptor version="1.0.0" xmlns="http://www.opengis.net/sld">'
    return f"{head}\n<NamedLayer><Name>terrain</Name>\n{''.join(styles)}</NamedLayer>\n</StyledLayerDescriptor>\n"


def _style(name: str, kind: str, entries: tuple[tuple[float, str, str], ...], more: str = "") -> str:
    rows = "\n".join(
        f'  <ColorMapEntry color="{colour}" quantity="{quantity}" label="{label}"/>'
        for quantity, colour, label in entries
    )
    symbolizer = f'<RasterSymbolizer>\n <ColorMap type="{kind}">\n{rows}\n </ColorMap>{more}\n</RasterSymbolizer>'
    return f"<UserStyle><Name>{name}</Name><FeatureTypeStyle><Rule>{symbolizer}</Rule></FeatureTypeStyle></UserStyle>\n"
