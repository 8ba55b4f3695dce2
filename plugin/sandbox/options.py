"""What the sandbox can be told when it starts."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

SAMPLE_KEY = "sample-key"


class Profile(StrEnum):
    """Which documented generation of answers the sandbox speaks.

    ``documented`` list items of visualizations are generous (names, assets, legends), as older pages show them;
    ``lean`` ones are as the newest schema has them (ids, status, progress and times). ``legacy`` speaks the oldest
    pages, and ``odd`` at once whatever no page rules out; ``profiles.table`` lists what differs.
    """

    DOCUMENTED = "documented"
    LEAN = "lean"
    LEGACY = "legacy"
    ODD = "odd"


class Behaviour(StrEnum):
    """What a server may do that the documents do not rule out, beside its way of answering.

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
    """How one sandbox behaves.

    Attributes:
        state_folder: keeps the imagery between runs, and the records.
        database: SQLite file of the records, where it is not to be in the state folder.
        behaviours: what it does that no document rules out.
        link_life_s: how long a signed address opens a package.
        key: what ``Authorization`` has to say, in the form of the profile.
        latency_ms: waited before every answer.
        fault_rate: share of reads, 0 to 1, answered by 503 or a broken connection.
        seed: of the synthetic scene and of the faults.
        aois: synthetic areas of interest added in bulk.
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
