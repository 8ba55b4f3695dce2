"""The needed Python packages, and the choice between private copies and the host's. Nothing is imported for that.

Only the version and marker rules of the packages in question are understood; a requirement with another marker
does not count, so that nothing is reported missing by mistake.
"""

from __future__ import annotations

import os
import platform
import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from importlib.metadata import Distribution

_LINE = re.compile(r"^\s*([A-Za-z0-9][\w.-]*)\s*(?:\[([^\]]*)\])?\s*\(?([^;()#]*)\)?\s*(?:;\s*(.*))?$")
_CLAUSE = re.compile(r"^\s*(===|==|!=|~=|<=|>=|<|>)\s*([\w.*+!-]+)\s*$")
_ATOM = re.compile(r"""^\s*(\w+)\s*(==|!=|<=|>=|<|>)\s*['"]([^'"]*)['"]\s*$""")
_ROUNDS = 10  # far more than the depth of the packages' own needs


@dataclass(frozen=True, slots=True)
class Requirement:
    """A package by its canonical name, the versions that would do, which package asks for it, and its extras."""

    name: str
    specifier: str
    asked_by: str = ""
    extras: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Copy:
    """An installed package: its version, the folder of its modules, and its declared requirements."""

    name: str
    version: str
    folder: Path
    requires: tuple[str, ...] = field(default=(), repr=False)

    def needs(self, extras: frozenset[str]) -> Iterator[Requirement]:
        """Yield its requirements, with some extras."""
        found = (parse(line, self.name, extras) for line in self.requires)
        return (need for need in found if need is not None)


@dataclass(frozen=True, slots=True)
class Unmet:
    """A package that no copy at hand satisfies; ``found`` is the version that will not do."""

    requirement: Requirement
    found: str | None


@dataclass(frozen=True, slots=True)
class Resolution:
    """The missing packages, and the copies to use of all others."""

    unmet: tuple[Unmet, ...]
    copies: tuple[Copy, ...]


def read(path: Path) -> tuple[Requirement, ...]:
    """Return the requirements of a file as pip takes it; included files and options are left out."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return tuple(found for line in lines if (found := parse(line.partition("#")[0])) is not None)


def parse(line: str, asked_by: str = "", extras: frozenset[str] = frozenset()) -> Requirement | None:
    """Return a requirement, or ``None`` where it is not one or does not count for this Python and these extras."""
    match = _LINE.match(line)
    if match is None or not _applies(match[4] or "", extras):
        return None
    specifier = ",".join(sorted((part.strip() for part in match[3].split(",") if part.strip()), key=_lower_first))
    wanted = frozenset(canonical(part.strip()) for part in (match[2] or "").split(",") if part.strip())
    return Requirement(canonical(match[1]), specifier, asked_by, wanted)


def canonical(name: str) -> str:
    """Return the one way to write a package's name."""
    return re.sub(r"[-_.]+", "-", name).lower()


def satisfies(version: str, specifier: str) -> bool:
    """Return whether a version matches a specifier, as ``>=2.6,<3``; pre-releases count as the release."""
    return all(_holds(version, clause) for clause in specifier.split(",") if clause.strip())


def resolve(wanted: Sequence[Requirement], host: Sequence[str], private: Path) -> Resolution:
    """Choose a copy of each needed package and of its requirements; the private one comes first."""
    shelf = _Shelf((str(private), *host))
    chosen: Mapping[str, Copy | None] = {}
    for _ in range(_ROUNDS):
        asked = _reach(wanted, chosen)
        before, chosen = chosen, {name: shelf.choose(name, asked[name]) for name in asked}
        if chosen == before:
            break
    unmet = tuple(
        Unmet(_joined(asked[name]), shelf.any_version(name)) for name, choice in chosen.items() if choice is None
    )
    return Resolution(unmet, tuple(copy for copy in chosen.values() if copy is not None))


def modules_of(copy: Copy) -> frozenset[str]:
    """Return the top-level modules of a package; where it lists none, one of its own name is supposed."""
    found = _distribution(copy.name, copy.folder)
    files = found.files if found is not None else None
    tops = {Path(file).parts[0] for file in files or ()}
    names = {top.partition(".")[0] for top in tops if not top.endswith((".dist-info", ".egg-info"))}
    modules = frozenset(top for top in names if top.isidentifier() and top not in ("__pycache__", "bin"))
    return modules or frozenset({copy.name.replace("-", "_")})


class _Shelf:
    """The copies at hand in some folders, each package looked up once."""

    def __init__(self, folders: Sequence[str]) -> None:
        self._folders = list(folders)
        self._known: dict[str, tuple[Copy, ...]] = {}

    def any_version(self, name: str) -> str | None:
        return next((copy.version for copy in self._copies(name)), None)

    def choose(self, name: str, asked: Iterable[Requirement]) -> Copy | None:
        asked = list(asked)
        fitting = (
            copy for copy in self._copies(name) if all(satisfies(copy.version, need.specifier) for need in asked)
        )
        return next(fitting, None)

    def _copies(self, name: str) -> tuple[Copy, ...]:
        if name not in self._known:
            self._known[name] = tuple(_look_up(name, self._folders))
        return self._known[name]


def _distribution(name: str, folder: Path) -> Distribution | None:
    return next(iter(_distributions(name, [str(folder)])), None)


def _distributions(name: str, folders: Sequence[str]) -> Iterable[Distribution]:
    from importlib.metadata import distributions  # 15 ms that the start of QGIS is to be spared

    return distributions(name=name, path=list(folders))


def _look_up(name: str, folders: Sequence[str]) -> Iterator[Copy]:
    for found in _distributions(name, folders):
        head = (found.read_text("METADATA") or "").replace("\r\n", "\n").partition("\n\n")[0]  # then comes a readme
        if head:
            lines = [line.partition(": ") for line in head.splitlines()]
            versions = [value for key, _, value in lines if key == "Version"]
            needs = [value for key, _, value in lines if key == "Requires-Dist"]
        else:
            versions, needs = [found.metadata["Version"] or ""], found.requires or []
        yield Copy(name, versions[0] if versions else "", Path(str(found.locate_file(""))), tuple(needs))


def _reach(wanted: Sequence[Requirement], chosen: Mapping[str, Copy | None]) -> dict[str, list[Requirement]]:
    """Return all that is asked for, by name, given the copies chosen so far."""
    asked: dict[str, list[Requirement]] = {}
    queue = list(wanted)
    while queue:
        need = queue.pop(0)
        if need not in asked.setdefault(need.name, []):
            asked[need.name].append(need)
            copy = chosen.get(need.name)
            queue.extend(copy.needs(need.extras) if copy is not None else ())
    return asked


def _joined(asked: Sequence[Requirement]) -> Requirement:
    """Return one requirement for several of the same package; the plugin's own comes first."""
    clauses = dict.fromkeys(clause for need in asked for clause in need.specifier.split(",") if clause)
    return Requirement(asked[0].name, ",".join(clauses), asked[0].asked_by)


def _lower_first(clause: str) -> bool:
    return clause.startswith("<")


def _numbers(version: str) -> tuple[int, ...]:
    match = re.match(r"v?(?:\d+!)?(\d+(?:\.\d+)*)", version)
    numbers = [int(part) for part in match[1].split(".")] if match else [0]
    while len(numbers) > 1 and numbers[-1] == 0:
        numbers.pop()
    return tuple(numbers)


def _holds(version: str, clause: str) -> bool:
    match = _CLAUSE.match(clause)
    if match is None:
        return True
    sign, bound = match[1], match[2]
    if sign == "~=":
        series = bound.rpartition(".")[0] + ".*"
        return _compare(_numbers(version), ">=", _numbers(bound)) and _in_series(version, series)
    if bound.endswith(".*"):
        return _in_series(version, bound) is (sign != "!=")
    return _compare(_numbers(version), "==" if sign == "===" else sign, _numbers(bound))


def _in_series(version: str, series: str) -> bool:
    start = [int(part) for part in series.removesuffix(".*").split(".")]
    numbers = [*_numbers(version), *[0] * len(start)]
    return numbers[: len(start)] == start


def _compare(left: tuple[int, ...], sign: str, right: tuple[int, ...]) -> bool:
    order = (left > right) - (left < right)
    return {"==": order == 0, "!=": order != 0, "<": order < 0, "<=": order <= 0, ">": order > 0, ">=": order >= 0}[
        sign
    ]


def _applies(marker: str, extras: frozenset[str]) -> bool:
    """Return whether a marker holds here, where a package is used with some extras."""
    if not marker.strip():
        return True
    flat = marker.replace("(", " ").replace(")", " ")
    return any(all(_atom_holds(atom, extras) for atom in part.split(" and ")) for part in flat.split(" or "))


def _atom_holds(atom: str, extras: frozenset[str]) -> bool:
    match = _ATOM.match(atom)
    if match is None:
        return False
    name, sign, value = match[1], match[2], match[3]
    if name == "extra":
        return sign == "==" and canonical(value) in extras
    if name in ("python_version", "python_full_version"):
        return _compare(_numbers(".".join(map(str, sys.version_info[:2]))), sign, _numbers(value))
    facts = {
        "sys_platform": sys.platform,
        "os_name": os.name,
        "platform_system": platform.system(),
        "platform_python_implementation": platform.python_implementation(),
        "implementation_name": sys.implementation.name,
    }
    return name in facts and sign in ("==", "!=") and (facts[name] == value) is (sign == "==")
