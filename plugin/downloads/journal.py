"""A journal file of requested and received packages, so that a later call can resume; it never holds a URL."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from ..files.file_lock import hold
from ..files.whole import write_json
from .unpacking import Placed

_VERSION = 1
_LONGEST = 10.0  # seconds to wait for another process, which holds the lock only briefly
_logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class PackageOrder:
    """An order for a package of assets of an AOI.

    Attributes:
        download_id: the server's id of the package; empty before it is requested.
        files: the files unpacked from it; empty before that.
    """

    aoi_id: str
    asset_ids: tuple[str, ...]
    download_id: str = ""
    files: tuple[Placed, ...] = ()

    @property
    def key(self) -> tuple[str, tuple[str, ...]]:
        """Return the key by which two orders are considered the same."""
        return self.aoi_id, self.asset_ids


class Journal:
    """The orders of a folder, in a JSON file that is read and written whole at every change.

    A lock is held meanwhile, so that downloads into one folder at the same time keep each other's orders.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def orders(self) -> tuple[PackageOrder, ...]:
        """Return the orders; none where the file is missing or not ours."""
        try:
            raw = json.loads(self._path.read_text(encoding="utf-8"))
            return tuple(_order(item) for item in raw["orders"]) if raw["version"] == _VERSION else ()
        except FileNotFoundError:
            return ()
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            _logger.warning("%s is not understood and is rewritten: %s", self._path.name, type(error).__name__)
            return ()

    def find(self, aoi_id: str, asset_ids: tuple[str, ...]) -> PackageOrder:
        """Return an order as it is known, or a new one."""
        new = PackageOrder(aoi_id, asset_ids)
        return next((order for order in self.orders() if order.key == new.key), new)

    def put(self, order: PackageOrder) -> None:
        """Store an order, replacing the one with the same key.

        Raises:
            OSError: the file cannot be written, or another process locks it for too long.
        """
        with self._held():
            self._write((*(other for other in self.orders() if other.key != order.key), order))

    def remove(self, order: PackageOrder) -> None:
        """Remove an order; delete the file with the last one.

        Raises:
            OSError: the file cannot be written, or another process locks it for too long.
        """
        with self._held():
            rest = tuple(other for other in self.orders() if other.key != order.key)
            if rest:
                self._write(rest)
            else:
                self._path.unlink(missing_ok=True)

    @contextmanager
    def _held(self) -> Iterator[None]:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with hold(self._path.with_name(f".{self._path.name}.lock"), _LONGEST):
            yield

    def _write(self, orders: tuple[PackageOrder, ...]) -> None:
        write_json(self._path, {"version": _VERSION, "orders": [asdict(order) for order in orders]})


def _order(raw: Mapping[str, Any]) -> PackageOrder:
    files = tuple(Placed(str(file["name"]), int(file["size"]), str(file["sha256"])) for file in raw["files"])
    return PackageOrder(str(raw["aoi_id"]), tuple(str(one) for one in raw["asset_ids"]), str(raw["download_id"]), files)
