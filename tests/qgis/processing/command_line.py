"""``qgis_process`` itself, with this checkout as an installed plugin and parameters as JSON."""

from __future__ import annotations

import json
import os
import shutil
import site
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[3]


@dataclass(frozen=True)
class Ended:
    """How a run ended: the exit code, the JSON on its standard output, and what it wrote to standard error."""

    code: int
    answer: dict[str, Any]
    errors: str

    @property
    def output(self) -> str:
        """Return all printed text, the log of the run included."""
        return json.dumps(self.answer, ensure_ascii=False) + self.errors


@dataclass(frozen=True)
class CommandLine:
    """Runs algorithms against a server, as a shell script does."""

    profile: Path
    url: str
    key: str

    def run(self, name: str, **inputs: Any) -> Ended:
        """Run ``qgis_process run pixxel:NAME -`` with the inputs as JSON."""
        return self.end(self.start(name, **inputs))

    def start(self, name: str, **inputs: Any) -> subprocess.Popen[str]:
        """Begin a run, for ``end``."""
        with tempfile.TemporaryFile("w+", encoding="utf-8") as given:
            json.dump({"inputs": inputs}, given)
            given.seek(0)
            return subprocess.Popen(
                ["qgis_process", "--json", "run", f"pixxel:{name}", "-"],
                stdin=given,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
                env=self._environment(),
            )

    @staticmethod
    def end(process: subprocess.Popen[str]) -> Ended:
        """Wait for the end of a run."""
        with process:
            try:
                output, errors = process.communicate(timeout=240)
            except subprocess.TimeoutExpired:
                process.kill()
                raise
        start = output.find("{")
        answer = json.loads(output[start:]) if start >= 0 else {}
        return Ended(process.returncode, answer, output[: max(start, 0)] + errors)

    def _environment(self) -> dict[str, str]:
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("PIXXEL_")}
        return {
            **inherited,
            "QT_QPA_PLATFORM": "offscreen",
            "QGIS_CUSTOM_CONFIG_PATH": str(self.profile),
            "PYTHONPATH": os.pathsep.join(site.getsitepackages()),
            "PIXXEL_API_URL": self.url,
            "PIXXEL_API_KEY": self.key,
        }


def installed(folder: Path, url: str, key: str, *, root: Path = ROOT) -> CommandLine:
    """Install this checkout, or another, into a new profile, and return the command line that uses it."""
    if shutil.which("qgis_process") is None:
        pytest.skip("qgis_process is not installed here")
    profile = folder / "profiles" / "default"
    plugins = profile / "python" / "plugins"
    plugins.mkdir(parents=True)
    (plugins / "pixxel_explorer").symlink_to(root, target_is_directory=True)
    settings = profile / "QGIS" / "QGIS3.ini"
    settings.parent.mkdir()
    settings.write_text("[PythonPlugins]\npixxel_explorer=true\n", encoding="utf-8")
    return CommandLine(folder, url, key)
