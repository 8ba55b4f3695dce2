"""Start options of the sandbox."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from .drawing.style import Drawing

SAMPLE_KEY = "sample-key"


class Profile(StrEnum):
    """The documented generation of responses that the sandbox imitates.

    ``documented`` list items of visualizations are generous (names, assets, legends), as older pages show them;
    ``lean`` ones are as the newest schema has them (ids, status, progress and times). ``legacy`` follows the oldest
    pages, and ``odd`` uses every form at once that no page rules out; ``profiles.table`` lists the differences.
    """

    DOCUMENTED = "documented"
    LEAN = "lean"
    LEGACY = "legacy"
    ODD = "odd"


class Behaviour(StrEnum):
    """Server behaviour that the documentation does not rule out, besides the form of its responses.

    ``dynamic_bins`` may be applied to every date of the mode (``BINS_OF_MODE``), to every date of the request
    (``BINS_OF_REQUEST``), or not at all (``BINS_IGNORED``); a write may drop the dates it does not name
    (``REPLACES_MODE``); and some of the work may not be finished (``UNFINISHED``: an AOI with such assets, and a
    visualization that is queued and computed while it is listed).
    """

    BINS_OF_MODE = "bins-of-mode"
    BINS_OF_REQUEST = "bins-of-request"
    BINS_IGNORED = "bins-ignored"
    REPLACES_MODE = "replaces-mode"
    UNFINISHED = "unfinished"


@dataclass(frozen=True, slots=True)
class SandboxOptions:
    """Options of one sandbox.

    Attributes:
        state_folder: keeps the imagery between runs, and the records.
        database: SQLite file of the records, where it is not to be in the state folder.
        behaviours: server behaviour that the documentation does not rule out.
        link_life_s: lifetime of a package's signed URL, in seconds.
        key: the key that ``Authorization`` must contain, in the form of the profile.
        latency_ms: delay before every response.
        fault_rate: share of reads, 0 to 1, answered by 503 or a broken connection.
        seed: of the synthetic scene and of the faults.
        aois: synthetic areas of interest added in bulk.
        drawing: the style of all pictures, in place of the one that each visualization has.
        import_series: folder of ``NAME_YYYY_MM_DD.tif`` rasters to serve as a visualization.
    """

    state_folder: Path
    profile: Profile = Profile.DOCUMENTED
    key: str = SAMPLE_KEY
    latency_ms: int = 0
    fault_rate: float = 0.0
    seed: int = 7
    aois: int = 0
    import_series: Path | None = None
    database: Path | None = None
    link_life_s: int = 900
    behaviours: frozenset[Behaviour] = frozenset()
    drawing: Drawing | None = None
