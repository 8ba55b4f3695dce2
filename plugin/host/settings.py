"""Settings kept between sessions: connections without their keys, and the last choices of the user."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from typing import Any

from qgis.core import QgsSettings, QgsSettingsEntryString, QgsSettingsTree

from ..api.config import DEFAULT_URL, AuthScheme, Connection
from ..files.file_lock import hold
from ..files.image_cache import DEFAULT_GIGABYTES
from ..imagery.budget import DEFAULT_MEGAPIXELS, LEAST_MEGAPIXELS, MOST_MEGAPIXELS, budget
from ..layer_kinds.table import LayerKind
from ..legend.vocabulary import LegendMode, Units
from . import paths

NODE = "pixxel_explorer"
SAMPLE_NAME = "Sample data"
_LONGEST = 2.0  # seconds to wait for another QGIS, which changes its lists in a moment
SLD_VERSIONS = ("1.0.0", "1.1.0")
_NO_LIMIT, _YES = "none", "yes"


class Settings:
    """The plugin's node in QGIS's settings; usable between ``register`` and ``unregister``."""

    def __init__(self) -> None:
        self._entries: dict[str, QgsSettingsEntryString] = {}

    def register(self) -> None:
        """Register the settings in QGIS; those left by a failed unload are replaced."""
        QgsSettingsTree.unregisterPluginTreeNode(NODE)
        node = QgsSettingsTree.createPluginTreeNode(NODE)
        self._entries = {
            "connections": QgsSettingsEntryString("connections", node, "[]", "Connections as JSON, without keys"),
            "connection": QgsSettingsEntryString("current-connection", node, "", "Connection used last"),
            "kind": QgsSettingsEntryString("last-kind", node, LayerKind.VALUES, "Kind of layer used last"),
            "mode": QgsSettingsEntryString("last-mode", node, LegendMode.DYNAMIC, "Visualization mode used last"),
            "units": QgsSettingsEntryString("legend-units", node, "{}", "Units of legends by visualization, as JSON"),
            "places": QgsSettingsEntryString("picture-places", node, "{}", "Places of pictures, as JSON"),
            "style-folder": QgsSettingsEntryString("last-style-folder", node, "", "Folder of styles used last"),
            "picture": QgsSettingsEntryString(
                "largest-picture", node, str(DEFAULT_MEGAPIXELS), "Million pixels that a picture may have"
            ),
            "cache-limit": QgsSettingsEntryString(
                "cache-limit", node, str(DEFAULT_GIGABYTES), "Gigabytes that the cache of images may have, or none"
            ),
            "beside-project": QgsSettingsEntryString(
                "images-beside-project", node, "", "Whether new images are kept beside the project: yes, or empty"
            ),
            "sld": QgsSettingsEntryString("last-sld-version", node, SLD_VERSIONS[0], "Version of SLD written last"),
        }
        budget.megapixels = self.largest_picture

    def unregister(self) -> None:
        """Take the settings out of QGIS's tree again; their values stay."""
        self._entries = {}
        QgsSettingsTree.unregisterPluginTreeNode(NODE)

    def connections(self) -> list[Connection]:
        """Return all connections, the sample data first; unreadable ones are left out."""
        return [sample_connection(), *self._own_connections()]

    def connection_names(self) -> list[str]:
        """Return the names of all connections."""
        return [connection.name for connection in self.connections()]

    def save_connection(self, connection: Connection) -> None:
        """Keep a connection, in the place of one of the same name.

        Raises:
            ValueError: it has no name, or is the sample data, which cannot be changed.
        """
        if connection.is_sample or connection.name in ("", SAMPLE_NAME):
            raise ValueError(connection.name)
        with _changing():
            saved = self._own_connections()
            names = [known.name for known in saved]
            if connection.name in names:
                saved[names.index(connection.name)] = connection
            else:
                saved.append(connection)
            self._write(saved)

    def remove_connection(self, name: str) -> None:
        """Forget a connection; its key in the authentication manager is not touched."""
        with _changing():
            self._write([known for known in self._own_connections() if known.name != name])

    @property
    def current_connection(self) -> str:
        """Return the name of the connection used last, or nothing where there is none (any more)."""
        name = self._read("connection")
        return name if any(known.name == name for known in self.connections()) else ""

    @current_connection.setter
    def current_connection(self, name: str) -> None:
        self._entries["connection"].setValue(name)

    @property
    def last_kind(self) -> LayerKind:
        """Return the kind of layer used last."""
        return LayerKind.named(self._read("kind")) or LayerKind.VALUES

    @last_kind.setter
    def last_kind(self, kind: LayerKind) -> None:
        self._entries["kind"].setValue(kind)

    @property
    def last_mode(self) -> LegendMode:
        """Return the legend mode used last."""
        return LegendMode.named(self._read("mode")) or LegendMode.DYNAMIC

    @last_mode.setter
    def last_mode(self, mode: LegendMode) -> None:
        self._entries["mode"].setValue(mode)

    @property
    def style_folder(self) -> str:
        """Return the folder styles were last read from or written to; empty at first."""
        return self._read("style-folder")

    @style_folder.setter
    def style_folder(self, folder: str) -> None:
        self._entries["style-folder"].setValue(folder)

    @property
    def sld_version(self) -> str:
        """Return ``1.0.0`` or ``1.1.0``."""
        return _one_of(SLD_VERSIONS, self._read("sld"))

    @sld_version.setter
    def sld_version(self, version: str) -> None:
        self._entries["sld"].setValue(version)

    @property
    def largest_picture(self) -> int:
        """Return how many million pixels a picture may have."""
        text = self._read("picture")
        found = int(text) if text.isascii() and text.isdigit() else DEFAULT_MEGAPIXELS
        return found if LEAST_MEGAPIXELS <= found <= MOST_MEGAPIXELS else DEFAULT_MEGAPIXELS

    @largest_picture.setter
    def largest_picture(self, megapixels: int) -> None:
        self._entries["picture"].setValue(str(megapixels))
        budget.megapixels = self.largest_picture

    @property
    def cache_limit(self) -> int | None:
        """Return how many gigabytes the cache of images may have; ``None`` where it has no limit."""
        text = self._read("cache-limit")
        if text == _NO_LIMIT:
            return None
        return int(text) if text.isascii() and text.isdigit() and int(text) > 0 else DEFAULT_GIGABYTES

    @cache_limit.setter
    def cache_limit(self, gigabytes: int | None) -> None:
        self._entries["cache-limit"].setValue(_NO_LIMIT if gigabytes is None else str(gigabytes))

    @property
    def keeps_beside_project(self) -> bool:
        """Return whether new images are kept beside the saved project instead of in the profile."""
        return self._read("beside-project") == _YES

    @keeps_beside_project.setter
    def keeps_beside_project(self, wanted: bool) -> None:
        self._entries["beside-project"].setValue(_YES if wanted else "")

    def units_of(self, connection: str, visualization_id: str) -> Units:
        """Return the units chosen for a visualization's legends."""
        return self._units().get(_key(connection, visualization_id), Units.UNCHOSEN)

    def remember_units(self, connection: str, visualization_id: str, units: Units) -> None:
        """Store the units that the user chose for a visualization's legends."""
        with _changing():
            known = {**self._units(), _key(connection, visualization_id): units}
            self._entries["units"].setValue(json.dumps(known))

    def places_of(self, connection: str, visualization_id: str) -> dict[str, Any]:
        """Return the places chosen by hand for a visualization's pictures."""
        return self._places().get(_key(connection, visualization_id), {})

    def remember_places(self, connection: str, visualization_id: str, places: Mapping[str, Any]) -> None:
        """Store the places chosen by hand for a visualization's pictures; none forgets them."""
        with _changing():
            known = {**self._places(), _key(connection, visualization_id): dict(places)}
            self._entries["places"].setValue(json.dumps({key: each for key, each in known.items() if each}))

    def rename_choices(self, former: str, name: str) -> None:
        """Transfer what was chosen for visualizations to the new name of a connection."""
        with _changing():
            for entry, known in (("units", self._units()), ("places", self._places())):
                self._entries[entry].setValue(json.dumps(_renamed(known, former, name)))

    def _places(self) -> dict[str, dict[str, Any]]:
        try:
            raw = json.loads(self._read("places"))
        except ValueError:
            return {}
        pairs = raw.items() if isinstance(raw, dict) else ()
        return {str(key): value for key, value in pairs if isinstance(value, dict)}

    def _units(self) -> dict[str, Units]:
        try:
            raw = json.loads(self._read("units"))
        except ValueError:
            return {}
        pairs = raw.items() if isinstance(raw, dict) else ()
        known = ((str(key), Units.named(value)) for key, value in pairs)
        return {key: units for key, units in known if units is not None and units.is_kept}

    def _read(self, name: str) -> str:
        return str(self._entries[name].value())

    def _saved(self) -> list[Any]:
        try:
            raw = json.loads(self._read("connections"))
        except ValueError:
            return []
        return raw if isinstance(raw, list) else []

    def _own_connections(self) -> list[Connection]:
        found: dict[str, Connection] = {}
        for item in self._saved():
            connection = _connection(item)
            if connection is not None:
                found.setdefault(connection.name, connection)
        return list(found.values())

    def _write(self, connections: list[Connection]) -> None:
        raw = [
            {"name": c.name, "url": c.url, "auth_config": c.auth_config, "auth_scheme": c.auth_scheme}
            for c in connections
        ]
        raw += [item for item in self._saved() if _connection(item) is None]  # another version's, perhaps
        self._entries["connections"].setValue(json.dumps(raw, ensure_ascii=False))


@contextmanager
def _changing() -> Iterator[None]:
    """Lock a list while it is read, changed and written, so that no other QGIS of this profile loses its own.

    Where no lock can be had, the list is changed all the same: a person waits for it.
    """
    with ExitStack() as stack:
        with suppress(OSError):
            lock = paths.settings_lock()
            lock.parent.mkdir(parents=True, exist_ok=True)
            stack.enter_context(hold(lock, _LONGEST))
        QgsSettings().sync()
        yield
        QgsSettings().sync()


def _renamed(known: Mapping[str, Any], former: str, name: str) -> dict[str, Any]:
    """Return values by connection and visualization with another name of a connection."""
    moved = {}
    for key, value in known.items():
        connection, _, visualization_id = key.rpartition("/")
        moved[_key(name, visualization_id) if connection == former else key] = value
    return moved


def _key(connection: str, visualization_id: str) -> str:
    return f"{connection}/{visualization_id}"


def sample_connection() -> Connection:
    """Return the connection to the sample data, which is always there."""
    return Connection(SAMPLE_NAME, is_sample=True)


def _connection(raw: Any) -> Connection | None:
    if not isinstance(raw, dict):
        return None
    name, url = _text(raw, "name"), _text(raw, "url", DEFAULT_URL)
    if name in ("", SAMPLE_NAME) or not url:
        return None
    scheme = AuthScheme.named(_text(raw, "auth_scheme")) or AuthScheme.RAW
    return Connection(name, url, auth_config=_text(raw, "auth_config"), auth_scheme=scheme)


def _text(raw: dict[str, Any], name: str, default: str = "") -> str:
    value = raw.get(name, default)
    return value if isinstance(value, str) else default


def _one_of(choices: tuple[str, ...], value: str) -> str:
    return value if value in choices else choices[0]
