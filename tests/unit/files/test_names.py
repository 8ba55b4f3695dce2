"""Names from outside: nothing leads out of a folder, nothing falls together."""

from __future__ import annotations

import itertools
import unicodedata
from pathlib import Path, PureWindowsPath

import pytest
from pixxel_explorer.plugin.files.names import readable_name, unique_name
from pixxel_explorer.tests.robustness import Scenario

HOSTILE = [
    "",
    ".",
    "..",
    "../../etc/passwd",
    "..\\..\\windows",
    "/abs/path",
    "C:\\x",
    "C:x",
    "\\\\server\\share",
    "a/b",
    "a\\b",
    "a:b",
    "CON",
    "con",
    "nul",
    "NUL.txt",
    "com1",
    "com¹",
    "lpt9.tif",
    "x" * 300,
    "x" * 301,
    "ä" * 200,
    "V1",
    "v1",
    "v1.",
    "v1 ",
    " v1",
    "ｖ1",
    "straße",
    "strasse",
    "STRASSE",
    "é",
    "e\u0301",
    "\u202egnp.exe",
    "a\u200bb",
    "a\u2066b",
    "a\x00b",
    "a\nb",
    "a\x7fb",
    "a\x85b",
    "\ud800",
    "-",
    "--",
    "~",
    "$HOME",
    "%TEMP%",
    "_",
    "🌾",
    ".hidden",
    "v1.aux.xml",
]
DEVICES = {"con", "prn", "aux", "nul", *(f"{a}{b}" for a in ("com", "lpt") for b in "123456789¹²³")}


@pytest.mark.parametrize("make", [unique_name, readable_name])
@pytest.mark.parametrize("text", HOSTILE, ids=ascii)
def test_any_text_is_one_plain_name(make: object, text: str, tmp_path: Path) -> None:
    name = make(text)  # type: ignore[operator]
    assert name
    assert name == Path(name).name == PureWindowsPath(name).name
    assert not name.startswith(".")
    assert name == name.rstrip(" .")
    assert name.split(".")[0].rstrip().casefold() not in DEVICES
    assert not any(unicodedata.category(letter) in ("Cc", "Cf", "Cs") for letter in name)
    assert len(name.encode()) <= 200
    (tmp_path / name).write_bytes(b"x")
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_two_ids_never_fall_together_on_any_disk(scenario: Scenario) -> None:
    for one, other in itertools.combinations(HOSTILE, 2):
        names = [unicodedata.normalize("NFKC", unique_name(text)).casefold() for text in (one, other)]
        assert names[0] != names[1], (one, other)
    outcome = f"{len({unique_name(text) for text in HOSTILE})} names, also on a disk that ignores case."
    scenario(
        "Names from outside", f"{len(HOSTILE)} ids with separators, reserved words or invisible characters", outcome
    )


@pytest.mark.parametrize("text", ["v1", "0f8fad5b-d9cb-469f-a165-70867728950e", "ndvi-2025", "a" * 60])
def test_a_safe_id_is_its_own_name(text: str) -> None:
    assert unique_name(text) == text


def test_a_readable_name_keeps_what_a_disk_can_hold() -> None:
    assert readable_name("Felder süd, 2025 (2).tif") == "Felder süd, 2025 (2).tif"
    assert readable_name("NDVI: all/fields?") == "NDVI_ all_fields_"
