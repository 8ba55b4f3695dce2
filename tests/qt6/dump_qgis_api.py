"""Print the public names of QGIS's classes as JSON: ``{class: {names, enums}}``. Runs under QGIS's own Python."""

from __future__ import annotations

import enum
import json
import sys
from typing import Any

import qgis.core
import qgis.gui


def enums_of(cls: type) -> dict[str, dict[str, Any]]:
    """Return the enums of a class; ``int`` says that sip made a plain int of it, which is no int under Qt 6."""
    found = {}
    for name in dir(cls):
        member = getattr(cls, name, None)
        if isinstance(member, type) and issubclass(member, int) and member is not int and not name.startswith("_"):
            is_python = issubclass(member, enum.Enum)
            # A Python enum has the names QGIS used formerly as attributes, too.
            holder = (
                {**vars(member), **member.__members__} if is_python else {n: getattr(cls, n, None) for n in dir(cls)}
            )
            members = {n: int(value) for n, value in holder.items() if type(value) is member}
            found[name] = {
                "base": "int" if is_python else "",
                "is_flag": any(hasattr(cls, plural) for plural in (f"{name}s", f"{name[:-1]}ies")),
                "members": members,
            }
    return found


def main() -> None:
    """Print the description of both modules."""
    classes = {
        name: getattr(module, name)
        for module in (qgis.core, qgis.gui)
        for name in dir(module)
        if name.startswith("Qg") and isinstance(getattr(module, name), type)
    }
    described = {name: {"names": dir(cls), "enums": enums_of(cls)} for name, cls in classes.items()}
    json.dump(described, sys.stdout)


main()
