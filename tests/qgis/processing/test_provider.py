"""What scripts rely on: ids, parameters, choices by word; and a provider that costs nothing at start."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from pixxel_explorer.plugin.host import dependencies
from pixxel_explorer.plugin.layer_kinds.table import LayerKind
from pixxel_explorer.plugin.processing.provider import PixxelProvider
from qgis.core import (
    QgsApplication,
    QgsProcessingAlgorithm,
    QgsProcessingParameterDefinition,
    QgsProcessingParameterEnum,
)

from .conftest import Run

PARAMETERS = {
    "listprojects": "OUTPUT",
    "listaois": "PROJECT* NAME* OUTPUT",
    "listvisualizations": "AOI OUTPUT",
    "listassets": "AOI OUTPUT",
    "listsatellites": "OUTPUT",
    "searchimages": "INPUT* EXTENT* START END SATELLITES MAX_CLOUD* REPAIR OUTPUT",
    "classareas": "AOI VISUALIZATION MODE SOURCE* OUTPUT",
    "timeseries": "AOI VISUALIZATION DATES* POINT OUTPUT",
    "zonalseries": "AOI VISUALIZATION DATES* INPUT OUTPUT",
    "difference": "AOI VISUALIZATION FROM TO OUTPUT",
    "transitions": "AOI VISUALIZATION MODE FROM TO OUTPUT",
    "listindices": "SATELLITE* TYPE* OUTPUT",
    "loadvisualization": "AOI VISUALIZATION DATES* MODE AS FOLDER",
    "downloadassets": "AOI ASSETS* FOLDER",
    "exportlegend": "AOI VISUALIZATION MODE DATES* OUTPUT",
    "pushlegend": "AOI VISUALIZATION MODE INPUT* DATES* BINS* BASE* DRY_RUN FORCE TRANSPARENCY* OUTPUT",
    "rollbacklegend": "AOI VISUALIZATION MODE DATES OUTPUT",
    "createaoi": "INPUT NAME DESCRIPTION PROJECT SATELLITE PROVIDER ITEMS REPAIR DIVIDE",
    "createindex": "NAME DESCRIPTION EXPRESSION EXPRESSION_TYPE COLORMAP RESCALE SATELLITE",
    "createvisualization": "AOI INDEX ASSETS* RESOLUTION* WAIT",
    "applysld": "RASTER BAND SLD FACTOR* OFFSET* OUTPUT",
}
OUTPUTS = {
    "downloadassets": ["FOLDER", "COUNT"],
    "createaoi": ["AOI_ID"],
    "createindex": ["INDEX_ID"],
    "createvisualization": ["VISUALIZATION_ID", "STATUS"],
}


def _algorithm(name: str) -> QgsProcessingAlgorithm:
    return QgsApplication.processingRegistry().algorithmById(f"pixxel:{name}")


def test_the_provider_offers_its_algorithms(provider: PixxelProvider) -> None:
    assert (provider.id(), provider.name()) == ("pixxel", "Pixxel Explorer")
    differing = {algorithm.name() for algorithm in provider.algorithms()} ^ set(PARAMETERS)
    assert not differing, f"give each a row in PARAMETERS here, and in OUTPUTS if it returns values: {differing}"
    assert not provider.icon().isNull()


def test_the_documented_interface_names_every_algorithm(provider: PixxelProvider, root: Path) -> None:
    lines = (root / "docs/interfaces.md").read_text(encoding="utf-8").splitlines()
    named = {found[1] for line in lines if (found := re.match(r"\| `pixxel:(\w+)` \|", line))}
    differing = {algorithm.name() for algorithm in provider.algorithms()} ^ named
    assert not differing, f"give each a line in section 3 of docs/interfaces.md: {differing}"


@pytest.mark.parametrize("name", PARAMETERS)
def test_parameters_have_their_names(provider: PixxelProvider, name: str) -> None:
    optional = QgsProcessingParameterDefinition.Flag.FlagOptional
    found = {
        f"{parameter.name()}{'*' if parameter.flags() & optional else ''}"
        for parameter in _algorithm(name).parameterDefinitions()
    }
    assert found == set(PARAMETERS[name].split())
    assert set(OUTPUTS.get(name, [])) <= {output.name() for output in _algorithm(name).outputDefinitions()}


@pytest.mark.parametrize("name", PARAMETERS)
def test_an_algorithm_explains_itself(provider: PixxelProvider, name: str) -> None:
    algorithm = _algorithm(name)
    assert len(algorithm.shortHelpString()) > 40
    assert re.sub("AOIs?|SLD", "Xx", algorithm.displayName()).istitle()
    assert algorithm.group()
    assert "pixxel" in algorithm.tags()
    assert not algorithm.icon().isNull()
    assert not algorithm.flags() & QgsProcessingAlgorithm.Flag.FlagNoThreading
    assert algorithm.canExecute() == (True, "")


@pytest.mark.parametrize(
    "name, parameter, words",
    [
        ("loadvisualization", "MODE", ["dynamic", "theoretical"]),
        ("loadvisualization", "AS", ["picture", "values", "classes"]),
        ("createindex", "EXPRESSION_TYPE", ["index", "composite", "grayscale"]),
    ],
)
def test_choices_are_words(provider: PixxelProvider, name: str, parameter: str, words: list[str]) -> None:
    found = _algorithm(name).parameterDefinition(parameter)
    assert isinstance(found, QgsProcessingParameterEnum)
    assert found.usesStaticStrings()
    assert found.options() == words


def test_help_and_form_say_what_each_kind_of_layer_is_for(provider: PixxelProvider) -> None:
    algorithm = _algorithm("loadvisualization")
    for kind in LayerKind:
        assert kind.row.purpose() in algorithm.shortHelpString()
        assert kind.row.purpose() in algorithm.parameterDefinition("AS").help()


def test_the_provider_loads_none_of_the_heavy_packages(root: Path) -> None:
    code = (
        "import sys, importlib.util as u\n"
        f"root = r'{root}'\n"
        "s = u.spec_from_file_location('pixxel_explorer', root + '/__init__.py', submodule_search_locations=[root])\n"
        "m = u.module_from_spec(s); sys.modules['pixxel_explorer'] = m; s.loader.exec_module(m)\n"
        "import qgis.core, qgis.PyQt.QtGui; before = set(sys.modules)\n"
        "from pixxel_explorer.plugin.processing.provider import PixxelProvider\n"
        "p = PixxelProvider(lambda: None, str); p.loadAlgorithms()\n"
        "print(sorted({'httpx', 'pydantic', 'starlette', 'numpy', 'asyncio'} & (set(sys.modules) - before)))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=root)
    assert done.stdout.strip().splitlines()[-1] == "[]"


def test_missing_packages_are_named(provider: PixxelProvider, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dependencies, "obstacle", lambda needed: dependencies.PackagesMissing(("pydantic",)))
    expected = "Python packages are missing: pydantic. Open the Pixxel Explorer panel to install them."
    assert _algorithm("listprojects").canExecute() == (False, expected)
    assert run("listprojects").error == expected  # a script does not ask first
