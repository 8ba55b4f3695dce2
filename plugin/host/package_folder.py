"""Where the private Python packages live. Free of QGIS and of relative imports: scripts load this file alone."""

from __future__ import annotations

import platform
import sys
from pathlib import Path


def packages_folder(profile: Path) -> Path:
    """Return the folder of packages for this Python inside a QGIS profile, as ``…/packages/cp311-x86_64``."""
    tag = f"cp{sys.version_info.major}{sys.version_info.minor}-{platform.machine().lower()}"
    return profile / "pixxel_explorer" / "packages" / tag
