"""Write a second QGIS plugin that brings Python packages of its own and imports them when its button is pressed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from qgis.PyQt.QtCore import QSettings

NAME, FOLDER = "Other Plugin", "other_plugin"
# The older pair does not run on Python 3.13.
PYDANTIC, HTTPX = ("1.10.9", "0.18.2") if sys.version_info < (3, 13) else ("1.10.21", "0.24.1")
PACKAGES = (f"pydantic=={PYDANTIC}", f"httpx=={HTTPX}")
VERSIONS = f"pydantic {PYDANTIC} httpx {HTTPX}"
_METADATA = f"""[general]
name={NAME}
qgisMinimumVersion=3.0
description=Another plugin.
version=1
author=A
email=a@example.org
hasProcessingProvider=yes
"""
_PLUGIN = '''
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "ext_libs"))
{eager}
from qgis.core import (
    QgsApplication,
    QgsProcessingAlgorithm,
    QgsProcessingOutputString,
    QgsProcessingParameterString,
    QgsProcessingProvider,
    QgsProcessingUtils,
)
from qgis.PyQt.QtWidgets import QAction


def press():
    """Do the plugin's work with its own packages, and return their versions."""
    import asyncio

    import httpx
    import pydantic

    class Record(pydantic.BaseModel):
        number: int

        class Config:
            extra = pydantic.Extra.forbid

        @pydantic.validator("number", allow_reuse=True)
        def twice(cls, value):
            return value * 2

    async def app(scope, receive, send):
        await send({{"type": "http.response.start", "status": 200, "headers": []}})
        await send({{"type": "http.response.body", "body": b'{{"number": "21"}}'}})

    async def fetch():
        async with httpx.AsyncClient(app=app) as client:
            return (await client.get("http://other/")).text

    assert Record.parse_raw(asyncio.run(fetch())).dict() == {{"number": 42}}
    return f"pydantic {{pydantic.VERSION}} httpx {{httpx.__version__}}"


class Press(QgsProcessingAlgorithm):
    def name(self):
        return "press"

    def displayName(self):
        return "Press"

    def createInstance(self):
        return Press()

    def initAlgorithm(self, configuration=None):
        pass

    def processAlgorithm(self, parameters, context, feedback):
        return {{"VERSIONS": press()}}


class Alternate(QgsProcessingAlgorithm):
    """Runs algorithms of both plugins in one process, in the order of letters: o is its own, p is Pixxel's."""

    def name(self):
        return "alternate"

    def displayName(self):
        return "Alternate"

    def createInstance(self):
        return Alternate()

    def flags(self):
        return super().flags() | QgsProcessingAlgorithm.FlagNoThreading

    def initAlgorithm(self, configuration=None):
        self.addParameter(QgsProcessingParameterString("ORDER"))
        self.addOutput(QgsProcessingOutputString("ANSWERS"))

    def processAlgorithm(self, parameters, context, feedback):
        import processing

        answers = []
        for letter in self.parameterAsString(parameters, "ORDER", context):
            if letter == "o":
                answers.append(processing.run("other:press", {{}}, context=context, feedback=feedback)["VERSIONS"])
                continue
            listed = {{"OUTPUT": "TEMPORARY_OUTPUT"}}
            table = processing.run("pixxel:listprojects", listed, context=context, feedback=feedback)["OUTPUT"]
            answers.append(f"{{QgsProcessingUtils.mapLayerFromString(str(table), context).featureCount()}} projects"
                if isinstance(table, str) else f"{{table.featureCount()}} projects")
        return {{"ANSWERS": "; ".join([*answers, " ".join(sys.modules)])}}


class Provider(QgsProcessingProvider):
    def id(self):
        return "other"

    def name(self):
        return "Other"

    def loadAlgorithms(self):
        self.addAlgorithm(Press())
        self.addAlgorithm(Alternate())


class Plugin:
    def __init__(self, iface):
        self._iface, self.answers = iface, []

    def initProcessing(self):
        self._provider = Provider()
        QgsApplication.processingRegistry().addProvider(self._provider)

    def initGui(self):
        self.initProcessing()
        self._action = QAction("Other", self._iface.mainWindow())
        self._action.setObjectName("otherPluginAction")
        self._action.triggered.connect(lambda: self.answers.append(press()))
        self._iface.addToolBarIcon(self._action)

    def unload(self):
        QgsApplication.processingRegistry().removeProvider(self._provider)
        self._iface.removeToolBarIcon(self._action)


def classFactory(iface):
    return Plugin(iface)
'''


def fetch(folder: Path, packages: tuple[str, ...] = PACKAGES) -> str:
    """Install packages into a folder unless they are there, and return why not: empty where all went well."""
    stamp = folder / ".packages"
    if stamp.is_file() and stamp.read_text(encoding="utf-8") == "\n".join(packages):
        return ""
    command = [sys.executable, "-m", "pip", "install", "-q", "--disable-pip-version-check", "--upgrade"]
    command += ["--ignore-installed", "--only-binary=:all:", "--target", str(folder), *packages]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode == 0:
        stamp.write_text("\n".join(packages), encoding="utf-8")
        return ""
    return next((line for line in reversed(done.stderr.splitlines()) if line.startswith("ERROR")), "pip failed")


def install(profile: Path, packages: Path, *, first: bool, imports: str = "") -> None:
    """Put the plugin into a profile that has ours, and switch it on.

    Args:
        profile: the profile's folder.
        packages: what it brings, as installed by pip.
        first: whether QGIS loads it before ours; a dependency makes sure, as QGIS has no order of its own.
        imports: a line of Python to run when it is loaded.
    """
    plugins = profile / "python/plugins"
    plugin = plugins / FOLDER
    plugin.mkdir(parents=True, exist_ok=True)
    (plugin / "ext_libs").unlink(missing_ok=True)
    (plugin / "ext_libs").symlink_to(packages, target_is_directory=True)
    (plugin / "__init__.py").write_text(_PLUGIN.format(eager=imports), encoding="utf-8")
    (plugin / "metadata.txt").write_text(_METADATA, encoding="utf-8")
    later, earlier = ("pixxel_explorer", NAME) if first else (FOLDER, "Pixxel Explorer")
    with (plugins / later / "metadata.txt").open("a", encoding="utf-8") as metadata:
        metadata.write(f"plugin_dependencies={earlier}\n")
    settings = QSettings(str(profile / "QGIS/QGIS3.ini"), QSettings.Format.IniFormat)
    settings.setValue(f"PythonPlugins/{FOLDER}", True)
    settings.sync()
