"""QGIS's public names, read from a description of the real QGIS: what is not there is not served here either."""

from __future__ import annotations

import enum
import json
import os
from functools import cache
from pathlib import Path
from typing import Any


@cache
def description() -> dict[str, Any]:
    """Return ``{class: {names, enums}}``; ``PIXXEL_QGIS_API`` names the file."""
    return dict(json.loads(Path(os.environ["PIXXEL_QGIS_API"]).read_text(encoding="utf-8")))


def names_of(cls: str) -> frozenset[str]:
    """Return the public names of a class.

    Raises:
        AttributeError: QGIS has no such class.
    """
    try:
        return frozenset(description()[cls]["names"])
    except KeyError:
        raise AttributeError(f"QGIS has no class {cls}") from None


def enums_of(cls: str) -> dict[str, type]:
    """Return the enums of a class as PyQt6's bindings make them: plain ones are no integers.

    Raises:
        AttributeError: QGIS has no such class.
    """
    names_of(cls)
    return {name: _enum(name, facts) for name, facts in description()[cls]["enums"].items()}


def _enum(name: str, facts: dict[str, Any]) -> type:
    bases = {
        ("int", True): enum.IntFlag,
        ("int", False): enum.IntEnum,
        ("", True): enum.Flag,
        ("", False): enum.Enum,
    }
    base: Any = bases[facts["base"], facts["is_flag"]]
    return base(name, facts["members"])  # type: ignore[no-any-return]


def complete(namespace: dict[str, Any]) -> None:
    """Give every stand-in class of a module its enums, and refuse what the real class does not have.

    Raises:
        AttributeError: a stand-in has a public name that QGIS's class lacks.
    """
    for name, cls in list(namespace.items()):
        if not isinstance(cls, type) or not name.startswith("Qg") or cls.__module__ != namespace["__name__"]:
            continue
        known = names_of(name)
        for enum_name, made in enums_of(name).items():
            if enum_name not in vars(cls):
                setattr(cls, enum_name, made)
        if unknown := [own for own in vars(cls) if not own.startswith("_") and own not in known]:
            raise AttributeError(f"QGIS's {name} has no {', '.join(unknown)}")
