"""PyQt's bookkeeping of objects that Qt or QGIS made and that die in another thread than the main one."""

from __future__ import annotations

from contextlib import suppress

from qgis.PyQt.QtCore import QObject


def forget_address(thing: QObject) -> None:
    """Keep PyQt from waiting for the end of an object that Qt made in this thread; call it as soon as Python meets it.

    PyQt would hear of that end late, in the main thread, by the object's address, and take whatever has been made
    there since for deleted (docs/design/0024): an object that Python then releases and that crashes QGIS when Qt
    deletes it. Delete the object by ``sip.delete``, or release its wrapper before it dies.
    """
    with suppress(TypeError):  # nothing was connected
        thing.destroyed.disconnect()
