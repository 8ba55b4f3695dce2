"""Run the sandbox by its path, whatever the checkout's folder is called: ``python plugin/sandbox/__main__.py``."""

from __future__ import annotations

import importlib
import importlib.util
import sys
from pathlib import Path

_PACKAGE = "pixxel_explorer"


def _register_checkout() -> str:
    """Make the checkout importable as ``pixxel_explorer`` and return the sandbox's full name."""
    root = Path(__file__).resolve().parents[2]
    sys.path[:] = [entry for entry in sys.path if Path(entry).resolve() != Path(__file__).resolve().parent]
    spec = importlib.util.spec_from_file_location(
        _PACKAGE, root / "__init__.py", submodule_search_locations=[str(root)]
    )
    if spec is None or spec.loader is None:
        raise SystemExit(f"{root} is no checkout of the plugin")
    package = importlib.util.module_from_spec(spec)
    sys.modules[_PACKAGE] = package
    spec.loader.exec_module(package)
    return f"{_PACKAGE}.plugin.sandbox"


if __name__ == "__main__":
    sandbox = __package__ or _register_checkout()
    sys.exit(importlib.import_module(f"{sandbox}.commandline").main())
